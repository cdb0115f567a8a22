"""Notes of what courses' Videos pages were told last, so that they are told only what is new."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from dlt_sync.db import plain_table, portions
from dlt_sync.journal.tables import ShownTopics

_TABLE = plain_table(ShownTopics)


def shown_hashes(session: Session) -> dict[str, str]:
    """The hash of what was told last, by course."""
    return {row.course_key: row.hash for row in session.execute(select(_TABLE))}


def note_shown(session: Session, hashes: Mapping[str, str]) -> None:
    """Moodle was told this of these courses."""
    forget_shown(session, hashes)
    if hashes:
        rows = [{"course_key": course, "hash": told} for course, told in hashes.items()]
        session.execute(insert(_TABLE), rows)


def forget_shown(session: Session, courses: Collection[str]) -> None:
    """It is not known what Moodle shows of these courses."""
    for some in portions(sorted(courses)):
        session.execute(delete(_TABLE).where(_TABLE.c.course_key.in_(some)))
