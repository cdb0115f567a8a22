"""A text that stays the same as long as the records say the same: what need not be loaded to learn nothing new."""

from __future__ import annotations

from collections.abc import Iterator, Set
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dlt_sync.records.schema import MANY, NOT_PLACED
from dlt_sync.records.tables import ENTITIES, CohortMember, Employment, Quarantine, VideoAsset


class RecordsStamp(NamedTuple):
    """`whole` is of all entities; `calm` leaves out those of `MANY`, for what depends on none of them."""

    calm: str
    whole: str


def records_stamp(session: Session, today: date) -> RecordsStamp:
    """The text for what `load_academy` would give on that day.

    Batches are numbered upwards, so the last one that changed a record of an entity tells whether any did. A day
    changes the text only where something begins or ends on it.
    """
    calm = _text(*_changes(session, ENTITIES.keys() - MANY), *_set_aside(session), *_dates(session, today))
    return RecordsStamp(calm, _text(calm, *_changes(session, MANY - NOT_PLACED), *_moved(session)))


def _text(*parts: object) -> str:
    return " ".join(map(str, parts))


def _changes(session: Session, entities: Set[str]) -> Iterator[object]:
    for entity, model in ENTITIES.items():
        if entity in entities:
            counts = select(model.status, func.count(), func.max(model.changed_in)).group_by(model.status)
            yield entity
            yield sorted(tuple(row) for row in session.execute(counts))


def _set_aside(session: Session) -> tuple[object, ...]:
    is_open = (Quarantine.state == "open", Quarantine.severity == "error")
    return tuple(session.execute(select(func.count(), func.max(Quarantine.id)).where(*is_open)).one())


def _moved(session: Session) -> Iterator[object]:
    """Where videos were found to have moved: a check notes it, no import."""
    moved = select(VideoAsset.sourced_id, VideoAsset.moved_to).where(VideoAsset.moved_to != "")
    yield sorted(tuple(row) for row in session.execute(moved))


def _dates(session: Session, today: date) -> Iterator[object]:
    """The latest of each sort of date that has passed."""
    for column in (CohortMember.begin, CohortMember.leave_from):
        yield session.scalar(select(func.max(column)).where(column <= today))
    for column in (CohortMember.end, CohortMember.leave_to, Employment.end):
        yield session.scalar(select(func.max(column)).where(column < today))
