"""The daemon as a whole on SQLite: it leads or stands by, is stopped in the middle of a big apply, and goes on."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dlt_sync.daemon.board import Board
from dlt_sync.daemon.jobs import Job
from dlt_sync.daemon.leader import standing
from dlt_sync.daemon.opened import Ended, Home, Opened
from dlt_sync.daemon.schedule import Every
from dlt_sync.daemon.service import Service
from dlt_sync.errors import DatabaseError
from dlt_sync.journal import runs
from dlt_sync.journal.entries import unanswered
from dlt_sync.model import Outcome
from dlt_sync.moodle.contract import Batch
from dlt_sync.settings import load
from tests.academies import person
from tests.unit.daemon.conftest import CONFIG, House, until
from tests.worlds import World


@contextmanager
def serving(home: Home, *jobs: Job) -> Iterator[Service]:
    """A daemon in a thread of its own, ended at the end."""
    from dlt_sync.db import Database

    settings = home.load()
    database = Database(settings.database.url)
    service = Service(home, settings, database, threading.Event(), jobs=jobs)
    thread = threading.Thread(target=service.run)
    thread.start()
    try:
        yield service
    finally:
        service.stop.set()
        thread.join(60)
        database.close()
        assert not thread.is_alive()


def done(opened: Opened) -> Ended:
    """A job's work."""
    return Ended("ok", "Done.")


JOB = Job("pull", "works", Every(60), done)


def test_the_second_daemon_on_a_machine_stands_by_and_says_so(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "dlt_sync")
    with serving(house.home, JOB) as first:
        until(first.leader.leads, "the first to lead")
        with serving(house.home, JOB) as second:
            told: list[str] = []
            second.tend = told.append
            until(lambda: any("Standing by" in status for status in told), "the second to stand by")
            assert not second.leader.leads()
            assert first.leader.leads()
            first.stop.set()
            until(second.leader.leads, "the second to lead")
    assert "Standing by: " in caplog.text
    assert standing(house.database) is None


def test_who_loses_the_lease_stops_and_stands_by(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Event()

    def long(opened: Opened) -> Ended:
        begun.set()
        until(opened.stop, "being told to stop")
        return Ended("stopped", "Told to.")

    with serving(house.home, replace(JOB, do=long)) as service:
        until(service.leader.leads, "leading")
        house.board.want("pull", datetime.now(UTC), "tester")
        assert begun.wait(30)
        told: list[str] = []
        service.tend = told.append
        with monkeypatch.context() as patch:
            patch.setattr(service.leader, "leads", lambda: False)
            until(lambda: house.noted("pull").verdict == "stopped", "the job to stop")
            until(lambda: any("Standing by" in status for status in told), "standing by")
            assert house.noted("pull").verdict == "stopped"
        until(service.leader.leads, "leading again")


def test_a_database_that_does_not_answer_ends_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(house.home, JOB) as service:
        until(service.leader.leads, "leading")
        told: list[str] = []
        service.tend = told.append
        with monkeypatch.context() as patch:

            def gone(*_: object) -> None:
                raise DatabaseError("the server is gone")

            patch.setattr(service.board, "wanted", gone)
            until(lambda: len(told) > 3, "going on")
        assert service.trouble() == ""
        with monkeypatch.context() as patch:
            patch.setattr(service.leader, "leads", lambda: False)
            patch.setattr(service.leader, "take", gone)
            until(lambda: any("does not answer" in status for status in told), "saying so")
            patch.setattr(service.leader, "take", lambda: 1 / 0)
            until(lambda: any("unforeseen" in status for status in told), "saying so")
        until(service.leader.leads, "leading again")


class SlowMoodle:
    """What the daemon's jobs find as Moodle: each batch takes its time."""

    def __init__(self, world: World) -> None:
        self._bridge = world.bridge
        self.batches = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._bridge, name)

    def apply(self, batch: Batch) -> tuple[Outcome, ...]:
        """Do it, slowly."""
        self.batches += 1
        time.sleep(0.05)
        return self._bridge.apply(batch)


def test_a_daemon_that_is_stopped_in_a_big_apply_leaves_nothing_unanswered_and_the_next_one_finishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "world").mkdir()
    world = World(tmp_path / "world", monkeypatch)
    people = {f"plt:student:{n}": person(f"plt:student:{n}", f"student{n}") for n in range(80)}
    world.academy = replace(world.academy, people={**world.academy.people, **people})
    config = tmp_path / "dlt-sync.ini"
    own = f"[database]\nurl = sqlite:///{world.database.engine.url.database}\n"
    config.write_text(own + CONFIG.replace("[monitoring]", "batch_size = 2\nrequests_in_flight = 2\n[monitoring]"))
    with config.open("a") as file:  # what is left of a first load would be many new accounts to the guard
        file.write("[guard]\nuser.creates_percent = 100000\n")
    config.chmod(0o600)
    moodle = SlowMoodle(world)
    home = Home(lambda: load(config, {}), lambda _: moodle, lambda: datetime.now(UTC))  # type: ignore[arg-type,return-value]
    board = Board(world.database)
    board.due({"reconcile": datetime.now(UTC) - timedelta(hours=3)})  # it was missed at night

    with serving(home):
        until(lambda: moodle.batches > 5, "the apply to be under way")
    noted = board.jobs()["reconcile"]
    assert noted.verdict == "stopped"
    assert noted.due_at is not None
    assert noted.due_at <= datetime.now(UTC)
    with world.database.session() as session:
        assert unanswered(session) == []
        row = runs.runs(session)[0]
        assert (row.verdict, row.run_by) == ("stopped", "daemon")
        assert row.counts["left"] > 20
    assert world.bridge.writes < 80

    with serving(home):
        until(lambda: board.jobs()["reconcile"].verdict not in ("stopped", "running"), "the next daemon to finish", 60)
    finished = board.jobs()["reconcile"]
    assert (finished.verdict, finished.message[:4]) == ("ok", "Run "), finished.message
    assert world.differences() == []
    with world.database.session() as session:
        made = [e.key for r in runs.runs(session, 99) for e in runs.entries(session, r.id) if e.result == "done"]
    assert len(made) == len(set(made)) == world.bridge.writes  # each done once, each journalled
