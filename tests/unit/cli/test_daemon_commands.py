"""`daemon status` and `daemon run`: what people read of the daemon, and how they ask it for something."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dlt_sync.daemon.board import Board
from dlt_sync.daemon.leader import Leader
from dlt_sync.daemon.opened import Ended
from dlt_sync.db import Database
from tests.unit.cli.conftest import NOW, Commands


@pytest.fixture
def database(dlt_sync: Commands, folder: Path) -> Iterator[Database]:
    """The database of the commands."""
    found = Database(f"sqlite:///{folder / 'dlt-sync.sqlite3'}")
    yield found
    found.close()


@pytest.fixture
def leader(database: Database) -> Iterator[Leader]:
    """A daemon that is at work."""
    found = Leader(database, beat_s=10, lease_s=40, holder="records.example/4711/x")
    assert found.take()
    yield found
    found.release()


def test_without_a_daemon_status_says_so_and_what_to_do(dlt_sync: Commands) -> None:
    result = dlt_sync("daemon", "status")
    assert result.exit_code == 1
    assert "No daemon is at work on this database." in result.stdout
    assert "every day at 02:30" in result.stdout
    assert "systemctl start dlt-sync" in result.stderr
    assert json.loads(dlt_sync("daemon", "status", "--json").stdout)["running"] is False


def test_status_is_for_people(dlt_sync: Commands, database: Database, leader: Leader) -> None:
    board = Board(database)
    board.started("reconcile", NOW)
    board.ended("reconcile", NOW, Ended("parked", "The guard stopped this plan."), NOW + timedelta(hours=24))
    board.want("pull", NOW, "methodist")
    result = dlt_sync("daemon", "status")
    assert result.exit_code == 0
    assert "At work: records.example, process 4711, since " in result.stdout
    assert "waits for approval" in result.stdout
    assert "2026-11-25 02:00" in result.stdout  # NOW is two o'clock at night in Almaty
    assert "as soon as can be" in result.stdout
    assert "reconcile: The guard stopped this plan." in result.stdout
    told = json.loads(dlt_sync("daemon", "status", "--json").stdout)
    assert told["leader"]["holder"] == "records.example, process 4711"
    assert {"reconcile", "pull", "links", "expire"} <= {job["job"] for job in told["jobs"]}


def test_a_daemon_that_died_is_not_at_work(dlt_sync: Commands, leader: Leader) -> None:
    leader._locked.close()  # what the operating system does for the dead
    leader._surely = False
    result = dlt_sync("daemon", "status")
    assert result.exit_code == 1
    assert "Not at work. The last one was records.example, process 4711" in result.stdout


def test_a_job_is_not_asked_of_nobody(dlt_sync: Commands, database: Database) -> None:
    result = dlt_sync("daemon", "run", "pull")
    assert result.exit_code == 1
    assert "No daemon is at work on this database." in result.stderr
    assert "dlt-sync daemon" in result.stderr
    assert Board(database).wanted() == []


def test_a_job_that_is_not_set_up_cannot_be_asked_for(dlt_sync: Commands, leader: Leader) -> None:
    result = dlt_sync("daemon", "run", "inbox")
    assert result.exit_code == 1
    assert "[inbox] folder" in result.stderr


def test_a_job_is_asked_for(dlt_sync: Commands, database: Database, leader: Leader) -> None:
    result = dlt_sync("daemon", "run", "reconcile")
    assert result.exit_code == 0
    assert "daemon status" in result.stderr
    noted = Board(database).jobs()["reconcile"]
    assert (noted.wanted_at, bool(noted.wanted_by)) == (NOW, True)


@pytest.mark.parametrize(("verdict", "code"), [("ok", 0), ("parked", 4), ("partial", 5), ("busy", 6), ("failed", 1)])
def test_who_waits_is_told_how_it_went(
    dlt_sync: Commands, database: Database, leader: Leader, verdict: str, code: int
) -> None:
    board = Board(database)
    board.started("pull", NOW - timedelta(hours=1))
    board.ended("pull", NOW - timedelta(hours=1), Ended("ok", "Long ago."), None)

    def daemon() -> None:
        while not board.wanted():
            pass
        board.started("pull", datetime.now(UTC))
        board.ended("pull", datetime.now(UTC), Ended(verdict, "That is how."), None)

    thread = threading.Thread(target=daemon)
    thread.start()
    result = dlt_sync("daemon", "run", "pull", "--wait")
    thread.join()
    assert result.exit_code == code
    assert "That is how." in result.stdout
