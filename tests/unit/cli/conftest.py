"""The command line in a folder of its own, over a Moodle in memory."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from dlt_sync.cli import cli
from dlt_sync.cli.app import App
from dlt_sync.db import Database
from tests.memory import MemoryBridge
from tests.unit.cli.delivery import write_delivery

NOW = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
CONFIG = """
[moodle]
url = https://moodle.example
token = not-a-real-token
[approval]
second_person = no
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, without a config."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    for name in [name for name in os.environ if name.startswith("DLT_SYNC_")]:
        monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def bridge() -> MemoryBridge:
    """The Moodle that the commands talk to."""
    return MemoryBridge()


@dataclass(frozen=True)
class Commands:
    """Runs commands as a terminal would, each in an invocation of its own."""

    bridge: MemoryBridge

    def __call__(self, *args: str, now: Callable[[], datetime] = lambda: NOW) -> Result:
        """One command; stdout and stderr apart."""
        app = App(open_bridge=lambda _: self.bridge, environ={}, now=now)
        return CliRunner().invoke(cli, args, obj=app)


@pytest.fixture
def bare(folder: Path, bridge: MemoryBridge) -> Commands:
    """Commands in a folder without a config."""
    return Commands(bridge)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables, to be copied: migrating takes longer than most tests."""
    file = tmp_path_factory.mktemp("migrated") / "dlt-sync.sqlite3"
    database = Database(f"sqlite:///{file}")
    database.upgrade()
    database.close()
    return file


@pytest.fixture
def dlt_sync(bare: Commands, folder: Path, migrated: Path) -> Commands:
    """Commands with a config and a migrated database."""
    config = folder / "dlt-sync.ini"
    config.write_text(CONFIG)
    config.chmod(0o600)
    shutil.copy(migrated, folder / "dlt-sync.sqlite3")
    return bare


@pytest.fixture
def exports(folder: Path) -> Path:
    """The registrar's files."""
    return write_delivery(folder)


@pytest.fixture
def loaded(dlt_sync: Commands, exports: Path) -> Commands:
    """Commands with the records loaded."""
    result = dlt_sync("records", "import", "exports")
    assert result.exit_code == 0, result.output
    return dlt_sync


def all_commands() -> list[tuple[tuple[str, ...], click.Command]]:
    """Every command with its words, groups included."""
    found: list[tuple[tuple[str, ...], click.Command]] = []

    def walk(words: tuple[str, ...], command: click.Command) -> None:
        found.append((words, command))
        if isinstance(command, click.Group):
            for name, child in command.commands.items():
                walk((*words, name), child)

    walk((), cli)
    return found
