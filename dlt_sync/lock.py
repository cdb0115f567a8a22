"""One run at a time: a lock that the operating system or the database frees when its holder dies.

PostgreSQL frees it with the connection too, as when the server is restarted: a run that has lost it so writes nothing
more (`refuse_without_lock`), since another one may be active by then.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from dlt_sync.errors import DatabaseError, RunActive

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


def refuse_without_lock(engine: Engine) -> None:
    """Raises DatabaseError when the run that holds the lock has lost it, and the connection that it hung on."""
    connection = _holding.get(engine)
    if connection is None:
        return
    try:
        connection.execute(text("SELECT 1"))
        connection.commit()
    except SQLAlchemyError as error:
        raise _lost(error) from error


#: The connections that a lock hangs on, by their engine.
_holding: WeakKeyDictionary[Engine, Connection] = WeakKeyDictionary()


@contextmanager
def _advisory_lock(engine: Engine) -> Iterator[None]:
    with _connected(engine) as connection:
        try:
            locked = connection.scalar(text("SELECT pg_try_advisory_lock(:n)"), {"n": ADVISORY_LOCK})
            connection.commit()
        except SQLAlchemyError as error:
            raise _lost(error) from error
        if not locked:
            raise _active()
        _holding[engine] = connection
        try:
            yield
        finally:
            del _holding[engine]
            _unlock(connection)


def _unlock(connection: Connection) -> None:
    """Free the lock. With a connection that broke meanwhile, as when the server was restarted, it is free already."""
    try:
        connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": ADVISORY_LOCK})
        connection.commit()
    except SQLAlchemyError as error:
        connection.invalidate(error)


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        connection = engine.connect()
    except SQLAlchemyError as error:
        raise _lost(error) from error
    with connection:
        yield connection


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


def _lost(error: SQLAlchemyError) -> DatabaseError:
    return DatabaseError(
        f"The connection to our own database that keeps other runs out is not there ({type(error).__name__}).",
        remedy="See that its server runs, and run again: what was under way is asked for, and nothing is done twice.",
    )
