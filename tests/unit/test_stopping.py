"""A run that is asked to stop: what is on its way is finished, nothing stays unanswered, the next one does the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dlt_sync import run
from dlt_sync.errors import RunStopped
from dlt_sync.journal import runs
from dlt_sync.journal.entries import unanswered
from dlt_sync.run import ApplyResult, Context
from tests.worlds import World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """An empty Moodle and the small academy's records."""
    return World(tmp_path, monkeypatch)


def stopped_at(world: World, writes: int) -> Context:
    """A context that is asked to stop once so much was written."""
    return replace(world.context, batch_size=1, requests_in_flight=2, stop=lambda: world.bridge.writes >= writes)


def test_a_stopped_run_says_so_and_the_next_one_does_the_rest(world: World) -> None:
    context = stopped_at(world, 5)
    result = run.apply_run(context)
    assert result.stopped
    assert (result.exit_code, result.remaining, result.waiting) == (5, (), None)
    done = sum(result.counts.values())
    assert 5 <= done < 8
    assert result.left == len(result.plan.operations) - done
    with world.database.session() as session:
        assert unanswered(session) == []
        row = runs.run(session, result.run_id)
        assert (row.verdict, row.counts["left"]) == ("stopped", result.left)
        assert row.summary.startswith("Stopped before it was done. Done: ")
    writes = world.bridge.writes
    finished = run.apply_run(world.context)
    assert (finished.exit_code, finished.recalled) == (0, 0)
    assert world.bridge.writes - writes == result.left
    assert world.differences() == []


@pytest.mark.parametrize("start", [run.apply_run, run.night_run])
def test_a_run_that_had_not_begun_to_write_is_a_stopped_one(
    world: World, start: Callable[[Context], ApplyResult]
) -> None:
    with pytest.raises(RunStopped) as stopped:
        start(replace(world.context, stop=lambda: True))
    assert stopped.value.exit_code == 5
    assert world.bridge.writes == 0
    with world.database.session() as session:
        assert [row.verdict for row in runs.runs(session)] == ["stopped"]


def test_who_stops_before_the_proof_gets_none(world: World) -> None:
    total = len(run.plan_run(world.context).plan.operations)
    result = run.apply_run(stopped_at(world, total))
    assert (result.stopped, result.left, sum(result.counts.values())) == (True, 0, total)
    assert result.exit_code == 5
    assert run.plan_run(world.context).exit_code == 0


def test_a_run_that_was_cut_off_is_closed_by_the_next(world: World) -> None:
    with world.database.session() as session:
        killed = runs.start_run(session, "apply", world.now(), host="test", run_by="tester")
    run.plan_run(world.context)
    with world.database.session() as session:
        row = runs.run(session, killed)
        assert row.verdict == "failed"
        assert row.ended_at is not None
        assert "cut off" in row.summary
