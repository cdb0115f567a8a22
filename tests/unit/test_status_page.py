"""The department page is a courtesy: when it cannot be told of a run, the run is what it was."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from dlt_sync import run
from dlt_sync.errors import GuardStopped, MoodleError
from dlt_sync.guard import Limits
from dlt_sync.journal import runs
from dlt_sync.moodle.contract import PageStatus
from tests.worlds import UNGUARDED, World

STRICT = Limits(at_least=1)


def mute(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the capability to push."""

    def refuse(status: PageStatus) -> frozenset[str]:
        raise MoodleError("The service user lacks a capability.", remedy="Run the set-up.", errorcode="nopermissions")

    monkeypatch.setattr(world.bridge, "push_status", refuse)


def test_a_page_that_cannot_be_told_is_a_warning_and_the_apply_went_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world = World(tmp_path, monkeypatch, UNGUARDED)
    mute(world, monkeypatch)
    result = run.apply_run(world.context)
    assert result.exit_code == 0
    assert world.differences() == []
    (warning,) = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert f"not told of all that is new since run {result.run_id}" in warning.getMessage()
    assert "lacks a capability" in warning.getMessage()
    assert "Run the set-up." in warning.getMessage()


def test_the_run_is_closed_with_its_own_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, monkeypatch, UNGUARDED)
    mute(world, monkeypatch)
    result = run.apply_run(world.context)
    with world.database.session() as session:
        row = runs.run(session, result.run_id)
        assert (row.verdict, row.ended_at is not None) == ("ok", True)
        assert row.summary.startswith("Done: ")


def test_a_run_that_the_guard_stops_is_stopped_for_the_guards_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, monkeypatch, UNGUARDED)
    run.apply_run(world.context)
    mute(world, monkeypatch)
    with world.database.session() as session:
        first = runs.runs(session)[-1].id
    with pytest.raises(GuardStopped):
        run.undo_run(replace(world.context, limits=STRICT), first)
