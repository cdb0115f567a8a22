"""Overrides: somebody's decision that a field of an object is left alone in Moodle until a date."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dlt_sync.errors import PlanError
from dlt_sync.journal.tables import Override
from dlt_sync.kinds import BY_NAME

#: Stands for all fields of the object.
ALL_FIELDS = "*"


def add(
    session: Session,
    *,
    kind: str,
    key: str,
    field: str,
    owner: str,
    reason: str,
    until: datetime,
    now: datetime,
) -> Override:
    """Leave a field alone until a moment. One that is there already for the field is replaced.

    Raises PlanError when there is no such kind or field, or when the moment is past.
    """
    _check(kind, field, until, now)
    known = select(Override).where(Override.kind == kind, Override.key == key, Override.field == field)
    row = session.scalars(known).first() or Override(kind=kind, key=key, field=field, created_at=now)
    row.owner, row.reason, row.until = owner, reason, until
    session.add(row)
    session.flush()
    return row


def overrides(session: Session, now: datetime, *, expired: bool = False) -> list[Override]:
    """Those in force, by kind and key; with `expired` the past ones too."""
    query = select(Override).order_by(Override.kind, Override.key, Override.field)
    return list(session.scalars(query if expired else query.where(Override.until > now)))


def remove(session: Session, number: int) -> Override:
    """End an override: the records own the field again. Raises PlanError when there is none of that number."""
    row = session.get(Override, number)
    if row is None:
        raise PlanError(f"There is no override {number}.", remedy="`dlt-sync override list` shows them.")
    session.delete(row)
    return row


def _check(kind: str, field: str, until: datetime, now: datetime) -> None:
    if kind not in BY_NAME:
        raise PlanError(f"“{kind}” is no kind.", remedy=f"Write one of: {', '.join(BY_NAME)}.")
    fields = BY_NAME[kind].policies
    if field != ALL_FIELDS and field not in fields:
        raise PlanError(
            f"A {kind} has no field “{field}”.", remedy=f"Write one of: {', '.join(fields)}, or {ALL_FIELDS} for all."
        )
    if until <= now:
        raise PlanError(f"{until:%Y-%m-%d} is past.", remedy="Name the last day on which the field is left alone.")
