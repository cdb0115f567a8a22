"""One run at a time: a lock that the operating system or the database frees when its holder dies."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from dlt_sync.errors import RunActive

#: The advisory lock's number on PostgreSQL: "dltsync" in ASCII.
ADVISORY_LOCK = int.from_bytes(b"dltsync", "big")


@contextmanager
def one_run_at_a_time(engine: Engine) -> Iterator[None]:
    """Hold the lock. Raises RunActive, at once, when another run holds it."""
    if engine.dialect.name == "postgresql":
        with _advisory_lock(engine):
            yield
    elif engine.url.database and engine.url.database != ":memory:":
        with file_lock(Path(engine.url.database + ".lock")):
            yield
    else:
        yield  # a database in memory belongs to this process alone


@contextmanager
def _advisory_lock(engine: Engine) -> Iterator[None]:
    with engine.connect() as connection:
        locked = connection.scalar(text("SELECT pg_try_advisory_lock(:n)"), {"n": ADVISORY_LOCK})
        connection.commit()
        if not locked:
            raise _active()
        try:
            yield
        finally:
            _unlock(connection)


def _unlock(connection: Connection) -> None:
    """Free the lock. With a connection that broke meanwhile, as when the server was restarted, it is free already."""
    try:
        connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": ADVISORY_LOCK})
        connection.commit()
    except DBAPIError as error:
        connection.invalidate(error)


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold a lock of this machine's. Raises RunActive, at once, when another process, or thread, holds it."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise _active() from error
        yield


def _active() -> RunActive:
    return RunActive(
        "Another run is active on this database.",
        remedy="Wait until it has ended (`dlt-sync runs` shows it) and try again.",
    )
