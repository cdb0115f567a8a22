"""Two daemons, real processes, on one PostgreSQL: the leader is killed in the middle of its work, the other goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from dlt_sync.daemon.board import Board
from dlt_sync.daemon.leader import standing
from dlt_sync.db import Database
from dlt_sync.errors import RunActive
from dlt_sync.lock import one_run_at_a_time
from tests.stub_moodle import Reply, StubMoodle, serve
from tests.unit.daemon.conftest import until

CONFIG = """
[database]
url = {url}
[moodle]
url = {moodle}
token = not-a-real-token
retries = 0
[monitoring]
port = none
[daemon]
heartbeat_s = 0.5
lease_s = 5
"""


class Daemon:
    """One daemon's process and what it logged."""

    def __init__(self, folder: Path, name: str) -> None:
        self.log = folder / f"{name}.log"
        command = [sys.executable, "-c", "from dlt_sync.cli import main; main()", "--config", "dlt-sync.ini", "daemon"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=folder, stderr=log, stdout=log)

    @property
    def pid(self) -> int:
        """Its process number."""
        return self.process.pid

    def said(self, text: str) -> bool:
        """Whether it logged that."""
        return text in self.log.read_text(encoding="utf-8")

    def end(self) -> None:
        """Let nothing of it stay."""
        self.process.kill()
        self.process.wait()


@pytest.fixture
def moodle() -> Iterator[StubMoodle]:
    """A Moodle that lets everybody wait."""
    with serve(StubMoodle()) as stub:
        stub.replies = [Reply(delay_s=20)]
        yield stub


@pytest.fixture
def database(migrated_postgresql: str, tmp_path: Path, moodle: StubMoodle) -> Iterator[Database]:
    """The database that both work on."""
    with psycopg.connect(migrated_postgresql.format(name="postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS daemons WITH (FORCE)")
        connection.execute("CREATE DATABASE daemons TEMPLATE model")
    url = migrated_postgresql.format(name="daemons")
    config = tmp_path / "dlt-sync.ini"
    config.write_text(CONFIG.format(url=url, moodle=moodle.url), encoding="utf-8")
    config.chmod(0o600)
    found = Database(url)
    yield found
    found.close()


def leads(database: Database) -> str:
    """The process that leads, as text."""
    found = standing(database)
    return found.name.rpartition(" ")[2] if found and found.works(5) else ""


def is_locked(database: Database) -> bool:
    """Whether a run is under way."""
    try:
        with one_run_at_a_time(database.engine):
            return False
    except RunActive:
        return True


def test_who_leads_is_killed_and_the_other_takes_over_within_a_minute(
    database: Database, tmp_path: Path, moodle: StubMoodle
) -> None:
    board = Board(database)
    with ExitStack() as stack:
        first = Daemon(tmp_path, "first")
        stack.callback(first.end)
        until(lambda: leads(database) == str(first.pid), "the first to lead", 120)
        second = Daemon(tmp_path, "second")
        stack.callback(second.end)
        until(lambda: second.said("Standing by"), "the second to stand by", 120)
        assert second.said(f"process {first.pid} leads")

        board.want("pull", datetime.now(UTC), "tester")
        until(lambda: moodle.received and is_locked(database), "the leader to be in the middle of its work")
        os.kill(first.pid, signal.SIGKILL)
        killed = time.monotonic()
        until(lambda: leads(database) == str(second.pid), "the second to lead", 60)
        assert time.monotonic() - killed < 60
        until(lambda: second.said("pull was cut off"), "what was cut off to be said")
        assert not is_locked(database)

        moodle.replies = [Reply(b"{}")]
        board.want("pull", datetime.now(UTC), "tester")
        until(lambda: board.jobs()["pull"].verdict == "failed", "the second to do what is wanted")

        os.kill(second.pid, signal.SIGTERM)
        assert second.process.wait(timeout=30) == 0
        assert standing(database) is None  # it gave the lease back: another would lead at once
        logged = [json.loads(line) for line in second.log.read_text(encoding="utf-8").splitlines()]
        assert logged[-1]["message"] == "The daemon has stopped."
        assert any(line.get("job") == "pull" for line in logged)
        assert not second.said("not-a-real-token")
