"""The journal of one run: what was sent, what came of it, and the applied state that follows from it.

Everything about one batch is written in one transaction: either the whole answer is known, or the batch counts as
unanswered and is recalled by the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dlt_sync.db import Database, insert_rows, portions
from dlt_sync.journal.settled import shift, unsettle
from dlt_sync.journal.tables import AppliedObject, JournalEntry, SentBatch
from dlt_sync.kinds import BY_NAME
from dlt_sync.lock import refuse_without_lock
from dlt_sync.model import (
    Action,
    Applied,
    Fields,
    Observed,
    Operation,
    Outcome,
    Status,
    canonical_json,
    fields_from_json,
    operation_from_json,
)
from dlt_sync.moodle.contract import Batch


class Journal:
    """Writes what a run does. `now` gives aware UTC times."""

    def __init__(self, database: Database, run_id: int, now: Callable[[], datetime]) -> None:
        self.run_id = run_id
        self._database = database
        self._now = now

    def sent(self, batch: Batch) -> None:
        """Write a batch down before it leaves, so that a lost answer can be recalled.

        Raises DatabaseError when the run is no longer the only one that may write.
        """
        refuse_without_lock(self._database.engine)
        operations = canonical_json([operation.to_json() for operation in batch.operations])
        with self._database.session() as session:
            session.add(
                SentBatch(
                    id=batch.id,
                    run_id=self.run_id,
                    kind=batch.kind,
                    operations=operations,
                    sent_at=self._now(),
                )
            )

    def answered(self, batch: Batch, outcomes: Sequence[Outcome | None]) -> None:
        """Journal the outcomes of a batch and bring the applied state up to date; None was never done."""
        known = [(o, outcome) for o, outcome in zip(batch.operations, outcomes, strict=True) if outcome is not None]
        with self._database.session(alone=True) as session:
            self._write_entries(session, known)
            self._apply(session, batch.kind, [(o, outcome) for o, outcome in known if outcome.status is Status.DONE])
            sent = session.get_one(SentBatch, batch.id)
            sent.answered_at = self._now()

    def skipped(self, operations: Sequence[tuple[Operation, str]]) -> None:
        """Journal operations that were put off, each with its reason."""
        self.unsent([(o, Outcome(o.kind, o.key, Status.SKIPPED, message=reason)) for o, reason in operations])

    def unsent(self, known: Sequence[tuple[Operation, Outcome]]) -> None:
        """Journal operations that were not sent, with an outcome that Moodle was not asked for."""
        if known:
            with self._database.session() as session:
                self._write_entries(session, known)

    def settle(self, seen: Sequence[tuple[Observed, str, str]], gone: Sequence[tuple[str, str]]) -> None:
        """Take over as applied what Moodle holds already (with label and unit), and forget what it no longer does.

        This is how a crash between Moodle's write and ours heals, and how a lost database of ours is refilled.
        """
        by_kind: dict[str, dict[str, _Known]] = {}
        for observed, label, unit in seen:
            known = _Known(observed.moodle_id, observed.fields or {}, label, unit)
            by_kind.setdefault(observed.kind, {})[observed.key] = known
        with self._database.session(alone=True) as session:
            for kind, objects in by_kind.items():
                self._put(session, kind, objects, _applied_rows(session, kind, list(objects)))
            for kind, pairs in groupby(sorted(gone), key=lambda pair: pair[0]):
                _forget(session, kind, [key for _, key in pairs])

    def _write_entries(self, session: Session, known: Sequence[tuple[Operation, Outcome]]) -> None:
        now = self._now()
        insert_rows(session, JournalEntry, _ENTRY, [self._entry(o, outcome, now) for o, outcome in known])

    def _entry(self, operation: Operation, outcome: Outcome, now: datetime) -> tuple[object, ...]:
        return (
            self.run_id,
            now,
            operation.kind,
            operation.key,
            operation.action.value,
            operation.label[:500],
            operation.unit[:500],
            None if operation.before is None else dict(operation.before),
            dict(operation.after),
            operation.reason,
            outcome.moodle_id,
            outcome.status.value,
            outcome.errorcode,
            outcome.message,
            outcome.duration_ms,
        )

    def _apply(self, session: Session, kind: str, done: Sequence[tuple[Operation, Outcome]]) -> None:
        rows = _applied_rows(session, kind, [operation.key for operation, _ in done])
        objects: dict[str, _Known] = {}
        for operation, outcome in done:
            row = rows.get(operation.key)
            if operation.action is not Action.DELETE:
                moodle_id = outcome.moodle_id or (row.moodle_id if row else 0)
                fields = _applied_fields(operation, outcome, row)
                objects[operation.key] = _Known(moodle_id, fields, operation.label, operation.unit)
        self._put(session, kind, objects, rows)
        _forget(session, kind, [operation.key for operation, _ in done if operation.action is Action.DELETE])

    def _put(
        self, session: Session, kind: str, objects: Mapping[str, _Known], rows: Mapping[str, AppliedObject]
    ) -> None:
        """Write the applied state of objects; `rows` are those that have one."""
        now = self._now()
        before = {key: fields_from_json(row.fields) for key, row in rows.items()}
        new: list[tuple[object, ...]] = []
        for key, known in objects.items():
            removed = BY_NAME[kind].looks_removed(known.fields)
            row = rows.get(key)
            since = row.removed_at if row else None
            values = (
                known.moodle_id,
                dict(known.fields),
                known.label[:500],
                known.unit[:500],
                self.run_id,
                now,
                (since or now) if removed else None,
            )
            if row is None:
                new.append((kind, key, BY_NAME[kind].course_key(key), *values))
            else:
                for name, value in zip(_APPLIED_VALUES, values, strict=True):
                    setattr(row, name, value)
        insert_rows(session, AppliedObject, (*_NEW, *_APPLIED_VALUES), new)
        shift(session, kind, {key: (before.get(key), known.fields) for key, known in objects.items()}, self.run_id)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the applied state says of one object."""

    moodle_id: int
    fields: Fields
    label: str
    unit: str


def unanswered(session: Session) -> list[tuple[int, Batch]]:
    """Batches whose answer was lost, with the number of the run that sent each, oldest first."""
    rows = session.scalars(
        select(SentBatch).where(SentBatch.answered_at.is_(None)).order_by(SentBatch.sent_at, SentBatch.id)
    )
    return [(row.run_id, Batch(row.id, row.kind, tuple(_operations(row.operations)))) for row in rows]


def applied_objects(
    session: Session, kind: str, zone: tzinfo, courses: Collection[str] | None = None
) -> dict[str, Applied]:
    """The applied state of a kind, or of what of it is in some courses, by key; days are those of a time zone."""
    query = select(*_APPLIED).where(AppliedObject.kind == kind)
    if courses is None:
        return {row.key: _applied(row, zone) for row in session.execute(query)}
    found: dict[str, Applied] = {}
    for keys in portions(sorted(courses)):
        found.update((row.key, _applied(row, zone)) for row in session.execute(query.where(_COURSE.in_(keys))))
    return found


def applied_keys(session: Session, kind: str, since: Mapping[str, int]) -> dict[str, set[str]]:
    """By course the keys of what was written there in the run named for the course, or a later one."""
    found: dict[str, set[str]] = {course: set() for course in since}
    earliest = min(since.values(), default=0)
    query = select(_COURSE, AppliedObject.key, AppliedObject.run_id).where(
        AppliedObject.kind == kind, AppliedObject.run_id >= earliest
    )
    for course, key, run in session.execute(query):
        if run is not None and course in since and run >= since[course]:
            found[course].add(key)
    return found


def applied_named(session: Session, kind: str, zone: tzinfo, keys: Collection[str]) -> dict[str, Applied]:
    """The applied state of some objects, by key; days are those of a time zone."""
    query = select(*_APPLIED).where(AppliedObject.kind == kind)
    found: dict[str, Applied] = {}
    for some in portions(sorted(keys)):
        rows = session.execute(query.where(AppliedObject.key.in_(some)))
        found.update((row.key, _applied(row, zone)) for row in rows)
    return found


def moodle_ids(session: Session, kind: str) -> dict[str, int]:
    """Moodle's ids of the objects of a kind that are there and not removed, by key."""
    there = (AppliedObject.kind == kind, AppliedObject.removed_at.is_(None))
    rows = session.execute(select(AppliedObject.key, AppliedObject.moodle_id).where(*there))
    return {row.key: row.moodle_id for row in rows}


def applied_courses(session: Session, kind: str) -> set[str]:
    """The courses in which something of a kind has an applied state."""
    return set(session.scalars(select(_COURSE).where(AppliedObject.kind == kind).distinct()))


def applied_labels(session: Session, kind: str) -> dict[str, str]:
    """What the objects of a kind were called when we wrote them last, by key."""
    rows = session.execute(select(AppliedObject.key, AppliedObject.label).where(AppliedObject.kind == kind))
    return {row.key: row.label for row in rows}


#: Columns in the order in which rows are made up.
_ENTRY = (
    "run_id",
    "written_at",
    "kind",
    "key",
    "action",
    "label",
    "unit",
    "before",
    "after",
    "reason",
    "moodle_id",
    "result",
    "errorcode",
    "message",
    "duration_ms",
)
_NEW = ("kind", "key", "course_key")
_APPLIED_VALUES = ("moodle_id", "fields", "label", "unit", "run_id", "written_at", "removed_at")
_COURSE = AppliedObject.course_key
_APPLIED = (
    AppliedObject.kind,
    AppliedObject.key,
    AppliedObject.moodle_id,
    AppliedObject.fields,
    AppliedObject.label,
    AppliedObject.unit,
    AppliedObject.removed_at,
)


def _applied(row: Any, zone: tzinfo) -> Applied:
    kind, key, moodle_id, fields, label, unit, removed_at = row
    # A wait is counted in the academy's days: what was removed in its night was removed the day before in UTC.
    removed_on = removed_at.astimezone(zone).date() if removed_at else None
    return Applied(kind, key, moodle_id, fields_from_json(fields), label, unit, removed_on)


def _applied_rows(session: Session, kind: str, keys: Sequence[str]) -> dict[str, AppliedObject]:
    """The rows of those objects that have an applied state, to be changed in place."""
    found: dict[str, AppliedObject] = {}
    for chunk in portions(keys):
        rows = session.scalars(select(AppliedObject).where(AppliedObject.kind == kind, AppliedObject.key.in_(chunk)))
        found.update((row.key, row) for row in rows)
    return found


def _forget(session: Session, kind: str, keys: Sequence[str]) -> None:
    for chunk in portions(keys):
        session.execute(delete(AppliedObject).where(AppliedObject.kind == kind, AppliedObject.key.in_(chunk)))
    unsettle(session, kind, keys)


def _applied_fields(operation: Operation, outcome: Outcome, row: AppliedObject | None) -> Fields:
    """What we wrote last: the fields we sent over those we knew; a new object is known whole."""
    if row is None or operation.action in (Action.CREATE, Action.RECREATE, Action.ADOPT):
        kind = BY_NAME[operation.kind]
        managed = {*kind.policies, *kind.identity}
        sent = {name: value for name, value in operation.after.items() if name in managed}
        return {**(outcome.fields or {}), **sent}
    return {**fields_from_json(row.fields), **operation.after}


def _operations(text: str) -> Iterator[Operation]:
    for raw in orjson.loads(text):
        yield operation_from_json(raw)
