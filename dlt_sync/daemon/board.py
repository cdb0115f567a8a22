"""What is noted of each job in our database: when it is due, when it ran, how it ended, who wants it now.

It outlives the daemon: whoever leads next goes on from it, and other processes ask and are answered through it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import or_, select, update

from dlt_sync.daemon.opened import Ended
from dlt_sync.daemon.tables import Job
from dlt_sync.db import Database
from dlt_sync.log import scrub

#: Verdicts after which a job counts as done.
GOOD = frozenset({"ok", "parked"})
#: A job's message is a sentence or two, not a report.
LONGEST = 2000


class Board:
    """The table `job`. Every method is one transaction. Raises DatabaseError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def jobs(self) -> dict[str, Job]:
        """What is noted, by the job's name."""
        with self._database.session() as session:
            return {job.name: job for job in session.scalars(select(Job))}

    def wanted(self) -> list[str]:
        """The jobs that somebody wants now, in the order in which they were asked for."""
        with self._database.session() as session:
            asked = select(Job.name).where(Job.wanted_at.is_not(None))
            return list(session.scalars(asked.order_by(Job.wanted_at, Job.name)))

    def want(self, name: str, now: datetime, by: str) -> None:
        """Ask whoever leads to do a job now."""
        self._put(name, wanted_at=now, wanted_by=by[:255])

    def due(self, moments: Mapping[str, datetime]) -> None:
        """Note when jobs are due."""
        for name, moment in moments.items():
            self._put(name, due_at=moment)

    def started(self, name: str, now: datetime) -> None:
        """A job begins. Nobody need want it any longer."""
        self._put(name, started_at=now, wanted_at=None, message="", verdict="running")

    def ended(self, name: str, now: datetime, ended: Ended, due: datetime | None) -> None:
        """A job came to its end, and is due again."""
        values: dict[str, object] = {
            "ended_at": now,
            "verdict": ended.verdict,
            "message": scrub(ended.message)[:LONGEST],
            "due_at": due,
        }
        if ended.verdict in GOOD:
            values["succeeded_at"] = now
        self._put(name, **values)

    def cut_off(self, now: datetime) -> list[str]:
        """Close what was under way when whoever led before was cut off; returns the names of these jobs."""
        open_ended = or_(Job.ended_at.is_(None), Job.ended_at < Job.started_at)
        with self._database.session(alone=True) as session:
            names = list(session.scalars(select(Job.name).where(Job.started_at.is_not(None), open_ended)))
            said = {"ended_at": now, "verdict": "cut off", "message": "The daemon ended while this was under way."}
            session.execute(update(Job).where(Job.name.in_(names)).values(said))
        return names

    def _put(self, name: str, **values: object) -> None:
        with self._database.session(alone=True) as session:
            row = session.get(Job, name)
            if row is None:
                session.add(row := Job(name=name))
            for key, value in values.items():
                setattr(row, key, value)
