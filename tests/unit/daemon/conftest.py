"""A daemon's home: a config, a migrated database, a Moodle in memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dlt_sync.daemon.board import Board
from dlt_sync.daemon.opened import Home
from dlt_sync.daemon.tables import Job as Noted
from dlt_sync.db import Database
from dlt_sync.settings import Settings, load
from tests.memory import MemoryBridge
from tests.worlds import migrated

CONFIG = """
[moodle]
url = https://moodle.example
token = not-a-real-token
[monitoring]
port = none
[daemon]
heartbeat_s = 0.3
lease_s = 3
"""


@dataclass
class House:
    """One machine with one config; `more` is added to it. `bridge` is what the daemon's jobs find as Moodle."""

    folder: Path
    bridge: MemoryBridge = field(default_factory=MemoryBridge)
    more: str = ""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def __post_init__(self) -> None:
        migrated(self.folder).rename(self.folder / "own.sqlite3")
        self.write("")
        self.database = Database(self.settings().database.url)
        self.board = Board(self.database)
        self.home = Home(self.settings, lambda _: self.bridge, lambda: self.now())

    def write(self, more: str) -> None:
        """Change the config."""
        path = self.folder / "dlt-sync.ini"
        path.write_text(f"[database]\nurl = sqlite:///own.sqlite3\n{CONFIG}{more}", encoding="utf-8")
        path.chmod(0o600)

    def settings(self) -> Settings:
        """The settings as they are now."""
        return load(self.folder / "dlt-sync.ini", {})

    def noted(self, job: str) -> Noted:
        """What is noted of a job."""
        return self.board.jobs()[job]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house with an empty Moodle."""
    made = House(tmp_path)
    yield made
    made.database.close()


def until(true: Callable[[], object], what: str, seconds: float = 30) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"waited in vain for: {what}"
        time.sleep(0.02)
