"""Who looked at personal data or exported it, when, from where and why (regulation, clause 7.4).

Input: a command that is about to show people's data. Output: one row, which the database lets nobody change. It holds
keys and numbers only: the log of who saw a name is not to hold the name.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dlt_sync.db import Database
from dlt_sync.journal.tables import PiiAccess
from dlt_sync.log import scrub
from dlt_sync.model import KEY_SEPARATOR

#: Kinds of Moodle objects whose keys name a person, and where: a user is one, an enrolment ends with one.
_PERSON_IN_KEY = {"user": 0, "enrolment": 1}
#: Record entities whose rows are a person's data.
PERSONAL = frozenset({"person", "employment", "cohort_member", "enrolment", "video_request"})


def note(
    database: Database, who: str, host: str, command: str, scope: str, people: int, why: str, *, now: datetime
) -> None:
    """Note that somebody is shown the data of so many people; called before anything is shown.

    `scope` says what is looked at, by keys and never by names; `why` is what the person said. Raises DatabaseError
    when it cannot be noted: then nothing is to be shown.
    """
    row = PiiAccess(
        at=now, who=who[:255], host=host[:255], command=command[:100], scope=scrub(scope), people=people, why=scrub(why)
    )
    with database.session() as session:
        session.add(row)


def accesses(session: Session, *, since: datetime | None = None, who: str = "", limit: int = 0) -> list[PiiAccess]:
    """The log, newest first: all of it, or what is younger than `since`, of one account, the last `limit` rows."""
    query = select(PiiAccess).order_by(PiiAccess.id.desc())
    if since:
        query = query.where(PiiAccess.at >= since)
    if who:
        query = query.where(PiiAccess.who == who)
    return list(session.scalars(query.limit(limit) if limit else query))


def people_in(objects: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The people whom objects of Moodle, given as (kind, key), are about."""
    return frozenset(
        parts[place]
        for kind, key in objects
        if (place := _PERSON_IN_KEY.get(kind)) is not None and len(parts := key.split(KEY_SEPARATOR)) > place
    )
