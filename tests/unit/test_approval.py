"""A plan that the guard parked is released by a second person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dlt_sync import run
from dlt_sync.approval import refuse_own
from dlt_sync.errors import GuardStopped, PlanError
from dlt_sync.guard import Limits
from dlt_sync.journal import runs
from dlt_sync.kinds.academy import HeldEnrolments
from tests.worlds import World


@pytest.fixture
def guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A loaded world whose records want all enrolments gone."""
    world = World(tmp_path, monkeypatch)
    run.apply_run(world.context)
    world.academy = replace(world.academy, enrolments=HeldEnrolments())
    world.context = replace(world.context, limits=Limits(at_least=1), run_by="aliyev", second_person=True)
    return world


def parked(world: World) -> str:
    with pytest.raises(GuardStopped):
        run.apply_run(world.context)
    with world.database.session() as session:
        return runs.runs(session, 1)[0].plan_hash


@pytest.mark.parametrize("name", ["Head", "aliyev", " Aliyev "])
def test_who_parked_a_plan_does_not_release_it(guarded: World, name: str) -> None:
    plan, writes = parked(guarded), guarded.bridge.writes
    with pytest.raises(PlanError, match="parked by a run of aliyev, who may not release it alone"):
        run.approve_run(guarded.context, plan, approved_by=name, because="right")
    assert guarded.bridge.writes == writes


def test_nor_does_somebody_else_in_the_same_name(guarded: World) -> None:
    plan = parked(guarded)
    head = replace(guarded.context, run_by="head")
    with pytest.raises(PlanError, match="aliyev"):
        run.approve_run(head, plan, approved_by="ALIYEV", because="right")


def test_a_second_person_releases_it_and_both_are_known(guarded: World) -> None:
    plan = parked(guarded)
    head = replace(guarded.context, run_by="head")
    assert run.approve_run(head, plan, approved_by="Head of department", because="the term has ended").exit_code == 0
    with guarded.database.session() as session:
        released, made = runs.runs(session, 2)
        assert (released.run_by, released.approved_by, made.run_by) == ("head", "Head of department", "aliyev")


def test_one_person_may_do_all_where_the_settings_say_so(guarded: World) -> None:
    plan = parked(guarded)
    alone = replace(guarded.context, second_person=False)
    assert run.approve_run(alone, plan, approved_by="aliyev", because="right").exit_code == 0


def test_letters_that_look_the_same_are_the_same() -> None:
    with pytest.raises(PlanError):
        refuse_own("Йнкар", "other", "и\u0306НКАР")
    refuse_own("", "", "")
