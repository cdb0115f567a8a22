"""A text that stays the same as long as the records say the same: what need not be loaded to learn nothing new."""

from __future__ import annotations

from collections.abc import Iterator, Set
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dlt_sync.records.tables import ENTITIES, CohortMember, Employment, Quarantine

#: Of these there are so many, and they change so often, that what does not depend on them has a stamp without them.
MANY = frozenset({"enrolment", "topic", "video_asset", "video_placement"})


def records_stamp(session: Session, today: date, *, without: Set[str] = frozenset()) -> str:
    """The text for what `load_academy` would give on that day, some entities aside.

    Batches are numbered upwards, so the last one that changed a record of an entity tells whether any did. A day
    changes the text only where something begins or ends on it.
    """
    return " ".join(str(part) for part in (*_changes(session, without), *_set_aside(session), *_dates(session, today)))


def _changes(session: Session, without: Set[str]) -> Iterator[object]:
    for entity, model in ENTITIES.items():
        if entity in without:
            continue
        counts = select(model.status, func.count(), func.max(model.changed_in)).group_by(model.status)
        yield entity
        yield sorted(tuple(row) for row in session.execute(counts))


def _set_aside(session: Session) -> tuple[object, ...]:
    is_open = (Quarantine.state == "open", Quarantine.severity == "error")
    return tuple(session.execute(select(func.count(), func.max(Quarantine.id)).where(*is_open)).one())


def _dates(session: Session, today: date) -> Iterator[object]:
    """The latest of each sort of date that has passed."""
    for column in (CohortMember.begin, CohortMember.leave_from):
        yield session.scalar(select(func.max(column)).where(column <= today))
    for column in (CohortMember.end, CohortMember.leave_to, Employment.end):
        yield session.scalar(select(func.max(column)).where(column < today))
