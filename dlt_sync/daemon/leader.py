"""One daemon leads: a lease in our database, by the database's own clock, that its holder renews every few seconds.

A daemon that cannot renew it in time gives up by itself, before any other may take it: there are never two. On SQLite
all daemons are on one machine: there a lock of the operating system decides, which is freed when its holder dies, and
the lease only says who holds it. (A long import may keep a SQLite database from being written for longer than a lease.)
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Float, String, text
from sqlalchemy.exc import SQLAlchemyError

from dlt_sync.db import Database
from dlt_sync.errors import DltSyncError, RunActive
from dlt_sync.journal.tables import UtcDateTime
from dlt_sync.lock import file_lock

logger = logging.getLogger(__name__)

NAME = "daemon"

#: What is the time, and the time some seconds from now, by the database's clock, and how to count what went by.
_NOW = {False: "clock_timestamp()", True: "strftime('%Y-%m-%d %H:%M:%f000', 'now')"}
_THEN = {
    False: "clock_timestamp() + make_interval(secs => {sign} CAST(:lease_s AS double precision))",
    True: "strftime('%Y-%m-%d %H:%M:%f000', 'now', ({sign} :lease_s) || ' seconds')",
}
_AGE = {
    False: "EXTRACT(EPOCH FROM clock_timestamp() - beat_at)",
    True: "(julianday('now') - julianday(beat_at)) * 86400.0",
}
#: A beat that lies in the future is one of before the database's clock was set back: it is worth nothing.
_TAKE = """
INSERT INTO lease (name, holder, taken_at, beat_at) VALUES (:name, :holder, {now}, {now})
ON CONFLICT (name) DO UPDATE SET
    holder = excluded.holder,
    taken_at = CASE WHEN lease.holder = excluded.holder THEN lease.taken_at ELSE excluded.taken_at END,
    beat_at = excluded.beat_at
WHERE lease.holder = excluded.holder OR :surely = 1 OR lease.beat_at < {expired} OR lease.beat_at > {future}
RETURNING holder
"""


@dataclass(frozen=True)
class Standing:
    """Who holds the lease, since when, and how many seconds ago it was renewed last; 0 while it surely is held."""

    holder: str
    since: datetime
    age_s: float
    surely: bool | None = None

    def works(self, lease_s: float) -> bool:
        """Whether that daemon is at work, where a lease lasts so long."""
        return abs(self.age_s) < lease_s if self.surely is None else self.surely

    @property
    def name(self) -> str:
        """The holder as people are told: "records.example, process 4711"."""
        host, _, rest = self.holder.partition("/")
        return f"{host}, process {rest.partition('/')[0]}"


def standing(database: Database) -> Standing | None:
    """Who holds the lease, or held it last. Raises DatabaseError."""
    age = text(f"SELECT holder, taken_at, {_AGE[database.is_sqlite]} AS age FROM lease WHERE name = :name")  # noqa: S608
    typed = age.columns(holder=String(), taken_at=UtcDateTime(), age=Float())
    with database.session() as session:
        row = session.execute(typed, {"name": NAME}).one_or_none()
    if row is None:
        return None
    held = _is_locked(database) if database.is_sqlite else None
    return Standing(row.holder, row.taken_at, 0.0 if held else float(row.age), held)


def _lock_file(database: Database) -> Path | None:
    """What the daemons of a machine lock that work on one SQLite file; None for a database in memory."""
    name = database.engine.url.database
    return Path(f"{name}.daemon.lock") if name and name != ":memory:" else None


def _is_locked(database: Database) -> bool:
    path = _lock_file(database)
    if path is None or not path.exists():
        return False
    try:
        with file_lock(path):
            return False
    except RunActive:
        return True


def this_process() -> str:
    """A name for the holder that no other process has: host, process number, and something that is never again."""
    return f"{socket.gethostname()[:200]}/{os.getpid()}/{secrets.token_hex(8)}"


def seconds() -> float:
    """A clock that nobody sets, and that goes on while the machine sleeps, where there is one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Leader:
    """A daemon's claim to lead. `lease_s` after the last beat another may take over; it is renewed every `beat_s`."""

    def __init__(
        self,
        database: Database,
        *,
        beat_s: float,
        lease_s: float,
        holder: str = "",
        clock: Callable[[], float] = seconds,
    ) -> None:
        self.holder = holder or this_process()
        self.beat_s = beat_s
        self._lease_s = lease_s
        self._database, self._clock = database, clock
        self._confirmed: float | None = None
        self._locked = ExitStack()
        self._surely = False  # whether a lock of the operating system says that nobody else leads

    def leads(self) -> bool:
        """Whether this daemon leads, as far as it knows, right now."""
        if self._surely:
            return True
        # It gives up one beat earlier than another may take over.
        return self._confirmed is not None and self._clock() - self._confirmed < self._lease_s - self.beat_s

    def take(self) -> bool:
        """Take the lease, or renew it. Returns whether this daemon leads. Raises DatabaseError."""
        asked = self._clock()  # before the question: the answer may take long
        if self._surely:
            return True  # beats would only stand in the way of a run that writes
        if self._database.is_sqlite:
            self._surely = self._lock()
            if not self._surely:
                return False
        if self._write():
            self._confirmed = asked
        else:
            self._confirmed = None
        return self.leads()

    def release(self) -> None:
        """Let another daemon lead at once. Of a database that cannot be reached the lease runs out by itself."""
        self._confirmed = None
        try:
            with self._database.session() as session:
                session.execute(
                    text("DELETE FROM lease WHERE name = :name AND holder = :holder"),
                    {"name": NAME, "holder": self.holder},
                )
        except (DltSyncError, SQLAlchemyError) as error:
            logger.info("The lease was not given back: %s", error)
        self._surely = False
        self._locked.close()

    @contextmanager
    def beating(self) -> Iterator[threading.Thread]:
        """Renew the lease while it lasts, in a thread of its own."""
        ended = threading.Event()
        thread = threading.Thread(target=self._beat, args=(ended,), name="lease", daemon=True)
        thread.start()
        try:
            yield thread
        finally:
            ended.set()
            thread.join(self.beat_s + 1)  # one that hangs on the database is left behind

    def _beat(self, ended: threading.Event) -> None:
        told = False
        while not ended.wait(self.beat_s):
            try:
                if not self.take():
                    return  # another one leads
                told = False
            except (DltSyncError, SQLAlchemyError) as error:
                if not told:
                    logger.warning("The lease could not be renewed: %s", error)
                told = True

    def _write(self) -> bool:
        sqlite = self._database.is_sqlite
        moments = {
            "now": _NOW[sqlite],
            "expired": _THEN[sqlite].format(sign="-"),
            "future": _THEN[sqlite].format(sign="+"),
        }
        values = {"name": NAME, "holder": self.holder, "lease_s": self._lease_s, "surely": int(self._surely)}
        with self._database.session(alone=True) as session:
            return session.execute(text(_TAKE.format(**moments)), values).one_or_none() is not None

    def _lock(self) -> bool:
        path = _lock_file(self._database)
        if path is None:
            return True
        try:
            self._locked.enter_context(file_lock(path))
        except RunActive:
            return False
        return True
