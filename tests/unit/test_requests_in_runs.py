"""What people ask for in Moodle while the program runs: taken at the start of a run, told at its end."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from dlt_sync import run
from dlt_sync.errors import MoodleError
from dlt_sync.moodle.contract import PageStatus, SiteEvent
from dlt_sync.records.tables import VideoRequest
from tests.worlds import UNGUARDED, World


def stages(world: World) -> dict[str, str]:
    """The requests in the records with their stages."""
    with world.database.session() as session:
        return {row.sourced_id: row.stage for row in session.scalars(select(VideoRequest))}


def test_a_plan_takes_what_was_asked_and_tells_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, monkeypatch, UNGUARDED)
    key = world.bridge.hand_ask("A. Demo", type="shooting")
    run.plan_run(world.context)
    assert stages(world) == {key: "requested"}
    assert not world.bridge.pushes
    run.apply_run(world.context)
    assert [request.key for status in world.bridge.pushes for request in status.requests] == [key]


def test_what_is_decided_while_a_run_is_under_way_waits_for_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, monkeypatch, UNGUARDED)
    key = world.bridge.hand_ask("A. Demo", type="shooting")
    pulled: list[int] = []
    events = world.bridge.events

    def decide_meanwhile(after: int) -> Iterator[SiteEvent]:
        if pulled:
            world.bridge.hand_stage(key, "accepted", "B. Demo")
        pulled.append(after)
        return events(after)

    monkeypatch.setattr(world.bridge, "events", decide_meanwhile)
    run.apply_run(world.context)
    assert len(pulled) > 1
    assert stages(world) == {key: "requested"}
    assert world.bridge.requests[key].stage == "accepted"
    monkeypatch.setattr(world.bridge, "events", events)
    run.plan_run(world.context)
    assert stages(world) == {key: "accepted"}


def test_what_could_not_be_told_is_told_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world = World(tmp_path, monkeypatch, UNGUARDED)
    key = world.bridge.hand_ask("A. Demo", type="shooting")
    push = world.bridge.push_status

    def refuse(status: PageStatus) -> frozenset[str]:
        raise MoodleError("The site is busy.", remedy="Wait.")

    monkeypatch.setattr(world.bridge, "push_status", refuse)
    assert run.apply_run(world.context).exit_code == 0
    assert any(record.levelno == logging.WARNING for record in caplog.records)
    monkeypatch.setattr(world.bridge, "push_status", push)
    run.apply_run(world.context)
    assert [request.key for status in world.bridge.pushes for request in status.requests] == [key]
