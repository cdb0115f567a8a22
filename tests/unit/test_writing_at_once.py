"""What a run writes while another command writes too, an import or the daemon's pulling: neither fails for it.

SQLite refuses a transaction that has read and then wants to write if another one was committed in between, without
waiting: so whoever will write is a writer from its first statement on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import event

from dlt_sync import run
from dlt_sync.db import Database
from tests.worlds import World

_WRITES = ("INSERT", "UPDATE", "DELETE", "PRAGMA USER_VERSION =")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World(tmp_path, monkeypatch)
    yield made
    made.database.engine.dispose()


@contextmanager
def somebody_else_writes(database: Database) -> Iterator[Callable[[], int]]:
    """Before each write, another connection commits something, if it is let. How often it was."""
    path = database.engine.url.database
    assert path
    committed = 0

    def commit(conn: object, cursor: object, statement: str, *more: object) -> None:
        nonlocal committed
        if statement.lstrip().upper().startswith(_WRITES):
            with suppress(sqlite3.OperationalError), closing(sqlite3.connect(path, timeout=0)) as other, other:
                other.execute("INSERT INTO somebody VALUES (1)")
                committed += 1

    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE somebody (number INTEGER)")
    event.listen(database.engine, "before_cursor_execute", commit)
    try:
        yield lambda: committed
    finally:
        event.remove(database.engine, "before_cursor_execute", commit)


def test_a_database_can_be_checked_while_somebody_writes(world: World) -> None:
    with somebody_else_writes(world.database):
        world.database.check()


def test_a_run_ends_well_while_somebody_writes(world: World) -> None:
    with somebody_else_writes(world.database) as committed:
        result = run.apply_run(world.context)
        assert (result.exit_code, result.remaining) == (0, ())
        assert run.plan_run(world.context).plan.is_empty
        assert committed()
