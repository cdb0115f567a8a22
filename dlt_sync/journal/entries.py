"""The journal of one run: what was sent, what came of it, and the applied state that follows from it.

Everything about one batch is written in one transaction: either the whole answer is known, or the batch counts as
unanswered and is recalled by the next run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dlt_sync.db import Database
from dlt_sync.journal.tables import AppliedObject, JournalEntry, SentBatch
from dlt_sync.kinds import BY_NAME
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
        """Write a batch down before it leaves, so that a lost answer can be recalled."""
        operations = canonical_json([asdict(operation) for operation in batch.operations])
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
        with self._database.session() as session:
            done: list[tuple[Operation, Outcome]] = []
            for operation, outcome in zip(batch.operations, outcomes, strict=True):
                if outcome is not None:
                    session.add(self._entry(operation, outcome))
                    if outcome.status is Status.DONE:
                        done.append((operation, outcome))
            self._apply(session, batch.kind, done)
            sent = session.get_one(SentBatch, batch.id)
            sent.answered_at = self._now()

    def skipped(self, operations: Sequence[tuple[Operation, str]]) -> None:
        """Journal operations that were not sent, each with its reason."""
        if not operations:
            return
        with self._database.session() as session:
            session.add_all(
                self._entry(o, Outcome(o.kind, o.key, Status.SKIPPED, message=reason)) for o, reason in operations
            )

    def settle(self, seen: Sequence[tuple[Observed, str, str]], gone: Sequence[tuple[str, str]]) -> None:
        """Take over as applied what Moodle holds already (with label and unit), and forget what it no longer does.

        This is how a crash between Moodle's write and ours heals, and how a lost database of ours is refilled.
        """
        with self._database.session() as session:
            for observed, label, unit in seen:
                self._put(session, observed.kind, observed.key, observed.moodle_id, observed.fields or {}, label, unit)
            for kind, key in gone:
                session.execute(delete(AppliedObject).where(AppliedObject.kind == kind, AppliedObject.key == key))

    def _entry(self, operation: Operation, outcome: Outcome) -> JournalEntry:
        return JournalEntry(
            run_id=self.run_id,
            written_at=self._now(),
            kind=operation.kind,
            key=operation.key,
            action=operation.action.value,
            label=operation.label[:500],
            unit=operation.unit[:500],
            before=None if operation.before is None else dict(operation.before),
            after=dict(operation.after),
            reason=operation.reason,
            moodle_id=outcome.moodle_id,
            result=outcome.status.value,
            errorcode=outcome.errorcode,
            message=outcome.message,
            duration_ms=outcome.duration_ms,
        )

    def _apply(self, session: Session, kind: str, done: Sequence[tuple[Operation, Outcome]]) -> None:
        keys = [operation.key for operation, _ in done]
        known = {row.key: row for row in _applied_rows(session, kind, keys)}
        for operation, outcome in done:
            row = known.get(operation.key)
            if operation.action is Action.DELETE:
                if row is not None:
                    session.delete(row)
                continue
            fields = _applied_fields(operation, outcome, row)
            moodle_id = outcome.moodle_id or (row.moodle_id if row else 0)
            self._put(session, kind, operation.key, moodle_id, fields, operation.label, operation.unit, row)

    def _put(
        self,
        session: Session,
        kind: str,
        key: str,
        moodle_id: int,
        fields: Fields,
        label: str,
        unit: str,
        row: AppliedObject | None = None,
    ) -> None:
        row = row or session.get(AppliedObject, (kind, key))
        if row is None:
            row = AppliedObject(kind=kind, key=key, course_key=BY_NAME[kind].course_key(key))
            session.add(row)
        removed = BY_NAME[kind].looks_removed(fields)
        row.moodle_id = moodle_id
        row.fields = dict(fields)
        row.label, row.unit = label[:500], unit[:500]
        row.run_id, row.written_at = self.run_id, self._now()
        row.removed_at = (row.removed_at or self._now()) if removed else None


def unanswered(session: Session) -> list[tuple[int, Batch]]:
    """Batches whose answer was lost, with the number of the run that sent each, oldest first."""
    rows = session.scalars(
        select(SentBatch).where(SentBatch.answered_at.is_(None)).order_by(SentBatch.sent_at, SentBatch.id)
    )
    return [(row.run_id, Batch(row.id, row.kind, tuple(_operations(row.operations)))) for row in rows]


def applied_objects(session: Session, kind: str) -> dict[str, Applied]:
    """The applied state of a kind, by key."""
    rows = session.scalars(select(AppliedObject).where(AppliedObject.kind == kind))
    return {
        row.key: Applied(
            kind=row.kind,
            key=row.key,
            moodle_id=row.moodle_id,
            fields=fields_from_json(row.fields),
            label=row.label,
            unit=row.unit,
            removed_on=row.removed_at.date() if row.removed_at else None,
        )
        for row in rows
    }


def _applied_rows(session: Session, kind: str, keys: Sequence[str]) -> Iterator[AppliedObject]:
    yield from session.scalars(select(AppliedObject).where(AppliedObject.kind == kind, AppliedObject.key.in_(keys)))


def _applied_fields(operation: Operation, outcome: Outcome, row: AppliedObject | None) -> Fields:
    """What we wrote last: the fields we sent over those we knew; a new object is known whole."""
    if row is None or operation.action in (Action.CREATE, Action.RECREATE, Action.ADOPT):
        kind = BY_NAME[operation.kind]
        managed = {*kind.policies, *kind.identity}
        sent = {name: value for name, value in operation.after.items() if name in managed}
        return {**(outcome.fields or {}), **sent}
    return {**fields_from_json(row.fields), **operation.after}


def _operations(text: str) -> Iterator[Operation]:
    for raw in json.loads(text):
        yield operation_from_json(raw)
