"""The lock: one run at a time, and none that goes on after it lost the lock with its connection."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import select

from dlt_sync.db import Database
from dlt_sync.errors import DatabaseError, RunActive
from dlt_sync.journal.entries import Journal
from dlt_sync.journal.runs import start_run
from dlt_sync.journal.tables import SentBatch
from dlt_sync.lock import one_run_at_a_time
from dlt_sync.moodle.contract import Batch

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


@pytest.fixture
def journal(database: Database) -> Journal:
    with database.session() as session:
        run = start_run(session, "apply", NOW, host="", run_by="")
    return Journal(database, run, lambda: NOW)


def sent(database: Database) -> list[str]:
    with database.session() as session:
        return list(session.scalars(select(SentBatch.id)))


def cut_connections(database: Database) -> None:
    """What a restart of the server does to whoever is connected."""
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(OTHERS, [database.engine.url.database])


def test_a_second_run_is_refused_and_the_next_one_is_not(database: Database, journal: Journal) -> None:
    other = Database(database.engine.url.render_as_string(hide_password=False))
    with one_run_at_a_time(database.engine):
        journal.sent(Batch("b-1", "user", ()))
        with pytest.raises(RunActive), one_run_at_a_time(other.engine):
            pass
    with one_run_at_a_time(other.engine):
        pass
    other.close()
    assert sent(database) == ["b-1"]


def test_a_run_that_lost_its_lock_sends_nothing_more(database: Database, journal: Journal) -> None:
    if database.is_sqlite:
        return  # the operating system takes the lock from nobody
    with one_run_at_a_time(database.engine):
        journal.sent(Batch("b-1", "user", ()))
        cut_connections(database)
        with pytest.raises(DatabaseError, match="keeps other runs out"):
            journal.sent(Batch("b-2", "user", ()))
    assert sent(database) == ["b-1"]
    with one_run_at_a_time(database.engine):
        pass


def test_a_lock_that_was_lost_when_all_was_done_is_no_error(database: Database) -> None:
    with one_run_at_a_time(database.engine):
        if not database.is_sqlite:
            cut_connections(database)


def test_a_server_that_cannot_be_reached_gets_a_sentence() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(DatabaseError, match="is not there"), one_run_at_a_time(database.engine):
        pass
    database.close()
