"""Notes of the courses in which everything of a kind was found in order, so that they can be passed over."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from dlt_sync.db import portions
from dlt_sync.journal.tables import SettledCourse
from dlt_sync.model import Digest


@dataclass(frozen=True, slots=True)
class Settled:
    """What stood in a course when everything in it was in order; see the table."""

    stamp: str
    digest: Digest
    present: int
    wanted: int


def settled_courses(session: Session, kind: str) -> dict[str, Settled]:
    """The courses in which all of a kind was in order, by course."""
    rows = session.scalars(select(SettledCourse).where(SettledCourse.kind == kind))
    return {
        row.course_key: Settled(
            row.stamp, Digest(row.digest_count, row.digest_low, row.digest_high), row.present, row.wanted
        )
        for row in rows
    }


def settle_courses(session: Session, kind: str, courses: Mapping[str, Settled]) -> None:
    """Note that everything of a kind is in order in these courses."""
    unsettle_courses(session, kind, courses.keys())
    rows = [
        {
            "kind": kind,
            "course_key": course,
            "stamp": settled.stamp,
            "digest_count": settled.digest.count,
            "digest_low": settled.digest.low,
            "digest_high": settled.digest.high,
            "present": settled.present,
            "wanted": settled.wanted,
        }
        for course, settled in courses.items()
    ]
    if rows:
        session.execute(insert(SettledCourse), rows)


def unsettle_courses(session: Session, kind: str, courses: Collection[str]) -> None:
    """Forget that these courses were in order: something of the kind is written in them."""
    for keys in portions(sorted(courses)):
        session.execute(delete(SettledCourse).where(SettledCourse.kind == kind, SettledCourse.course_key.in_(keys)))
