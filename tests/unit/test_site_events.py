"""What people did in Moodle is learnt once, even where it becomes visible late."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from dlt_sync import run
from dlt_sync.journal.tables import MoodleEvent
from dlt_sync.moodle.contract import SiteEvent
from tests.worlds import World

NOON = 1_795_000_000
HOUR_S = 3600


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """An empty Moodle and the small academy's records."""
    return World(tmp_path, monkeypatch)


def deletion(number: int, time: int = NOON) -> SiteEvent:
    """Somebody deleted a user."""
    return SiteEvent(number, "deleted", time, "user", f"plt:student:{number}", by="Admin User")


def known(world: World) -> list[int]:
    """Numbers of the events in our database."""
    with world.database.session() as session:
        return sorted(session.scalars(select(MoodleEvent.id)))


def test_an_event_that_becomes_visible_after_a_later_one_was_pulled_is_not_lost(world: World) -> None:
    world.bridge.recorded = [deletion(1), deletion(3, NOON + 60)]
    run.plan_run(world.context)
    world.bridge.recorded = [deletion(1), deletion(2, NOON + 30), deletion(3, NOON + 60)]
    run.plan_run(world.context)
    assert known(world) == [1, 2, 3]


def test_a_transaction_may_last_for_hours(world: World) -> None:
    world.bridge.recorded = [deletion(2, NOON + 20 * HOUR_S)]
    run.plan_run(world.context)
    world.bridge.recorded.insert(0, deletion(1))
    run.plan_run(world.context)
    assert known(world) == [1, 2]


def test_events_of_long_ago_are_not_pulled_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.bridge.recorded = [deletion(1), deletion(2, NOON + 25 * HOUR_S)]
    run.plan_run(world.context)
    asked: list[int] = []

    def events(after: int) -> Iterator[SiteEvent]:
        asked.append(after)
        return iter(())

    monkeypatch.setattr(world.bridge, "events", events)
    run.plan_run(world.context)
    assert asked == [1]


def test_an_event_pulled_again_is_kept_once_and_as_it_was(world: World) -> None:
    world.bridge.recorded = [deletion(1), deletion(2)]
    run.plan_run(world.context)
    run.plan_run(world.context)
    assert known(world) == [1, 2]
