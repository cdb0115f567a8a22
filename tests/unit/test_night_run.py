"""The nightly run: what the guard objects to waits for somebody; with `rest`, the other things do not wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dlt_sync import run, states
from dlt_sync.errors import GuardStopped
from dlt_sync.guard import Limits
from dlt_sync.journal import runs
from dlt_sync.journal.tables import StoredPlan
from dlt_sync.kinds.academy import HeldEnrolments
from dlt_sync.model import join_key
from dlt_sync.plan import Plan
from tests.academies import COHORT, NAMESAKE, OFFERING, STUDENT, TEACHER, enrolment, person
from tests.worlds import UNGUARDED, World, rows_of

#: Nobody's account may be taken away without asking.
STRICT = replace(UNGUARDED, at_least=1, per_kind={"user.removals_percent": 1})


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A loaded site whose guard objects to each account that goes."""
    loaded = World(tmp_path, monkeypatch)
    assert run.apply_run(loaded.context).exit_code == 0
    loaded.context = replace(loaded.context, limits=STRICT)
    yield loaded
    loaded.database.close()


def someone_goes_and_someone_comes(world: World) -> None:
    """One student leaves, which the guard objects to; another's name changes, and a third is new in the course."""
    people = {key: p for key, p in world.academy.people.items() if key != STUDENT}
    people[NAMESAKE] = replace(people[NAMESAKE], family_name="Жаңа")
    rows = tuple(row for row in rows_of(world) if row.person not in (STUDENT, TEACHER))
    world.academy = replace(
        world.academy,
        people=people,
        members=tuple(member for member in world.academy.members if member.person != STUDENT),
        enrolments=HeldEnrolments({OFFERING: (*rows, enrolment(3, TEACHER, role="tutor"))}),
    )


def parked(world: World) -> list[Plan]:
    """The plans that wait."""
    with world.database.session() as session:
        return [Plan.from_json(row.content) for row in session.query(StoredPlan) if row.state == "parked"]


def test_a_clean_night_is_like_any_apply(world: World) -> None:
    world.academy = replace(
        world.academy, people={**world.academy.people, "plt:student:7": person("plt:student:7", "newcomer")}
    )
    for rest in (False, True):
        result = run.night_run(world.context, rest=rest)
        assert (result.exit_code, result.held) == (0, ())
    assert world.differences() == []


def test_a_guarded_plan_is_parked_and_nothing_is_written(world: World) -> None:
    someone_goes_and_someone_comes(world)
    writes = world.bridge.writes
    with pytest.raises(GuardStopped):
        run.night_run(world.context)
    assert world.bridge.writes == writes
    assert [len(plan.operations) for plan in parked(world)] == [5]


def test_the_rest_goes_ahead_and_what_is_parked_is_what_is_left(world: World) -> None:
    someone_goes_and_someone_comes(world)
    # The name of an account is of the kind that the guard objects to, so it waits too.
    result = run.night_run(world.context, rest=True)
    assert result.exit_code == 4
    assert dict(result.counts) == {"enrolment.update": 1}
    assert [v.code for v in result.violations] == ["removals:user"]
    assert result.remaining == ()
    gone = [("user", STUDENT), ("enrolment", join_key(OFFERING, STUDENT)), ("cohort", COHORT)]
    left = {("user", NAMESAKE), *gone}
    assert {o.ref for o in result.held} == left
    (plan,) = parked(world)
    assert plan.hash == (result.waiting.hash if result.waiting else "")
    assert {o.ref for o in plan.operations} == left
    with world.database.session() as session:
        row = runs.run(session, result.run_id)
        assert (row.verdict, row.counts["held"]) == ("partial", 4)
    released = run.approve_run(world.context, plan.hash[:12], approved_by="Head", because="they left")
    assert released.exit_code == 0
    assert world.differences() == []
    assert parked(world) == []


def test_a_night_after_the_rest_was_done_stops_at_what_waits(world: World) -> None:
    someone_goes_and_someone_comes(world)
    first = run.night_run(world.context, rest=True)
    writes = world.bridge.writes
    with pytest.raises(GuardStopped):
        run.night_run(world.context, rest=True)  # nothing could go ahead
    assert world.bridge.writes == writes
    assert first.waiting is not None
    assert [plan.hash for plan in parked(world)] == [first.waiting.hash]


def test_a_source_that_lost_rows_is_objected_to_every_night_until_somebody_says_it_is_right(world: World) -> None:
    """Doing the rest must not make the guard forget how many rows there were."""
    world.context = replace(world.context, limits=replace(UNGUARDED, source_shrink_percent=10, at_least=1))
    someone_goes_and_someone_comes(world)
    for night in range(3):
        people = {**world.academy.people, f"plt:student:{night}": person(f"plt:student:{night}", f"new{night}")}
        world.academy = replace(world.academy, people=people, employments=world.academy.employments)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(states, "count_sources", lambda academy: {"enrolment": 2, "person": 9})
            result = run.night_run(world.context, rest=True)
        assert any(v.rule == "shrunk" for v in result.violations)
        assert result.counts["user.create"] == 1
    assert world.bridge.row_of("enrolment", join_key(OFFERING, STUDENT)) is not None


def test_a_clean_night_makes_a_parked_plan_obsolete(world: World) -> None:
    before = world.academy
    someone_goes_and_someone_comes(world)
    with pytest.raises(GuardStopped):
        run.night_run(world.context)
    world.academy = before
    run.night_run(world.context)
    assert parked(world) == []


def test_without_violations_the_limits_do_not_matter(world: World) -> None:
    world.context = replace(world.context, limits=Limits())
    assert run.night_run(world.context, rest=True).exit_code == 0
