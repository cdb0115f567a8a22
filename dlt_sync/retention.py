"""Retention: what no run needs any more is cleared once it is old (regulation, clause 7.4; DOMAIN d.4).

Input: our database, the settings' days, the time. Output: what was cleared, family by family. Never touched, however
old it is:

- what the next plan is made of: the records in force, the applied state, open quarantine, overrides in force, who
  deleted an object that we still know;
- what the guard measures against: the removals of the week, the row counts of the last run that looked at the records;
- what is not finished: the plan that waits for approval, batches without an answer;
- what numbers go on from: the newest row of each table, and the events that the cursor of Moodle's events stands on.

Journal rows and the access log are deleted when their time is over, and never changed (the database refuses that).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Delete,
    Text,
    Update,
    and_,
    cast,
    delete,
    exists,
    func,
    not_,
    null,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session, aliased

from dlt_sync.db import Base, Database
from dlt_sync.journal.runs import event_cursor
from dlt_sync.journal.tables import (
    AppliedObject,
    JournalEntry,
    MoodleEvent,
    Override,
    PiiAccess,
    Run,
    SentBatch,
    StoredPlan,
)
from dlt_sync.lock import one_run_at_a_time
from dlt_sync.records.from_pages import REQUEST
from dlt_sync.records.stages import ENDED
from dlt_sync.records.tables import (
    ENTITIES,
    ImportBatch,
    ImportFile,
    LinkCheck,
    Offering,
    Person,
    Quarantine,
    Record,
    StudyCohort,
    VideoAsset,
    VideoRequest,
)
from dlt_sync.settings import RetentionSettings

#: What a person who left keeps: the key, of what type they were, and which unit they belonged to.
BLANKED = ("family_name", "given_name", "patronymic", "username", "email", "iin_digest", "iin_last4")
_NO_IIN = "absent"
#: Kinds whose objects go by the key of one record: of others it is not told whether they may be wanted again.
_RECORD_OF: Mapping[str, type[Record]] = {"user": Person, "cohort": StudyCohort, "course": Offering}


@dataclass(frozen=True, slots=True)
class Cleared:
    """What was cleared of one family, or would be: how many rows, all older than that moment."""

    what: str
    rows: int
    older_than: datetime


@dataclass(frozen=True, slots=True)
class _Step:
    """Rows of one table that may go, or be emptied."""

    table: type[Base]
    where: ColumnElement[bool]
    blank: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class _Family:
    """What is kept as long as each other: a setting's name without `_days`, what people call it, what may go."""

    name: str
    what: str
    steps: Callable[[Session, datetime], Sequence[_Step]]


def clear(database: Database, settings: RetentionSettings, now: datetime, dry_run: bool = False) -> tuple[Cleared, ...]:
    """Clear what is older than the settings keep it: all of it or, if it raises, nothing.

    With `dry_run` it is counted and put back. Families that are kept for good are left out of the answer. No run may
    be active: it holds what it has read. Raises RunActive then, and DatabaseError.
    """
    with one_run_at_a_time(database.engine):
        with database.session(alone=True) as session:
            if database.is_sqlite:
                session.execute(text("PRAGMA secure_delete = ON"))  # what is gone is not to be read in the file
            cleared = tuple(_clear(session, family, now - timedelta(days=days)) for family, days in _kept(settings))
            if dry_run:
                session.rollback()
        if database.is_sqlite and not dry_run:
            _empty_wal(database)
    return cleared


def _kept(settings: RetentionSettings) -> list[tuple[_Family, int]]:
    days = [(family, getattr(settings, f"{family.name}_days")) for family in _FAMILIES]
    return [(family, number) for family, number in days if number is not None]


def _clear(session: Session, family: _Family, before: datetime) -> Cleared:
    return Cleared(family.what, sum(_run(session, step) for step in family.steps(session, before)), before)


def _run(session: Session, step: _Step) -> int:
    statement: Delete | Update = delete(step.table) if step.blank is None else update(step.table).values(step.blank)
    result = session.execute(statement.where(step.where), execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    return int(result.rowcount)


def _empty_wal(database: Database) -> None:
    """Let no page from before lie in the write-ahead log. Somebody who is reading now keeps it until they are done."""
    with database.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]


def _newest(table: type[Base], column: Any) -> ColumnElement[Any]:
    """The highest number in use: its row stays, so that no number is given twice (a stamp or a cursor may hold it)."""
    inner = aliased(table)
    return select(func.max(getattr(inner, column.key))).scalar_subquery()


def _journal(session: Session, before: datetime) -> Sequence[_Step]:
    """The entries of a run go together, or an undo would put back half of it. The run itself stays as long as
    something refers to it, without what people were told of it."""
    old_runs = select(Run.id).where(Run.started_at < before)
    newest = JournalEntry.id == _newest(JournalEntry, JournalEntry.id)
    going_on = select(JournalEntry.run_id).where(or_(JournalEntry.written_at >= before, newest))  # recalled late
    entry = and_(JournalEntry.run_id.in_(old_runs), JournalEntry.run_id.not_in(going_on))
    old = and_(Run.started_at < before, Run.id < _newest(Run, Run.id), Run.id.not_in(_measured_against(session)))
    undoing = aliased(Run)
    referring = [table.run_id for table in (JournalEntry, SentBatch, StoredPlan, AppliedObject)]
    referred_to = or_(*(exists().where(column == Run.id) for column in (*referring, undoing.undoes_run_id)))
    told = and_(Run.started_at < before, cast(Run.report, Text) != "null")
    return (
        _Step(JournalEntry, entry),
        _Step(Run, and_(old, not_(referred_to))),
        _Step(Run, told, blank={"report": null()}),
    )


def _measured_against(session: Session) -> list[int]:
    """The run whose counts the guard compares the next one's with (`journal.runs.source_counts`)."""
    done = select(Run.id, Run.counts).where(Run.mode == "apply", Run.verdict.in_(["ok", "partial"]))
    for number, counts in session.execute(done.order_by(Run.id.desc())):
        if any(name.startswith("source.") for name in counts):
            return [number]
    return []


def _plans(session: Session, before: datetime) -> Sequence[_Step]:
    return (_Step(StoredPlan, and_(StoredPlan.created_at < before, StoredPlan.state != "parked")),)


def _batches(session: Session, before: datetime) -> Sequence[_Step]:
    return (_Step(SentBatch, SentBatch.answered_at < before),)


def _quarantine(session: Session, before: datetime) -> Sequence[_Step]:
    old = and_(Quarantine.state == "resolved", Quarantine.resolved_at < before)
    return (_Step(Quarantine, and_(old, Quarantine.id < _newest(Quarantine, Quarantine.id))),)


def _people(session: Session, before: datetime) -> Sequence[_Step]:
    """People who left the records that long ago, and whose account, where we know of one, is suspended."""
    has_access = exists().where(
        AppliedObject.kind == "user", AppliedObject.key == Person.sourced_id, AppliedObject.removed_at.is_(None)
    )
    left = and_(Person.status != "active", Person.date_last_modified < before, not_(has_access))
    known = or_(*(getattr(Person, name) != "" for name in BLANKED))
    blank = dict.fromkeys(BLANKED, "") | {"iin_status": _NO_IIN}
    return (_Step(Person, and_(left, known), blank=blank),)


def _events(session: Session, before: datetime) -> Sequence[_Step]:
    """Not what requests rest on that are under way, nor who deleted an object that may be wanted again."""
    ended = exists().where(VideoRequest.sourced_id == MoodleEvent.key, VideoRequest.stage.in_(ENDED))
    is_forgotten = or_(*(_is_forgotten(kind, model) for kind, model in _RECORD_OF.items()))
    needed = or_(
        and_(MoodleEvent.name == "deleted", not_(is_forgotten)), and_(MoodleEvent.kind == REQUEST, not_(ended))
    )
    newest = aliased(MoodleEvent)
    old = and_(
        MoodleEvent.happened_at < before,
        MoodleEvent.happened_at < select(func.max(newest.happened_at)).scalar_subquery(),
        MoodleEvent.id < event_cursor(session),
    )
    return (_Step(MoodleEvent, and_(old, not_(needed))),)


def _is_forgotten(kind: str, model: type[Record]) -> ColumnElement[bool]:
    """Whether an event is about an object of that kind that neither we nor the records know any more."""
    applied = exists().where(AppliedObject.kind == kind, AppliedObject.key == MoodleEvent.key)
    wanted = exists().where(model.sourced_id == MoodleEvent.key, model.status == "active")
    return and_(MoodleEvent.kind == kind, not_(applied), not_(wanted))


def _files(session: Session, before: datetime) -> Sequence[_Step]:
    """Not the last file of an entity, by which the next is judged, nor one that a record names as its source."""
    later = aliased(ImportFile)
    last = select(func.max(later.batch_id)).where(later.entity == ImportFile.entity).correlate(ImportFile)
    full = last.where(later.batch_id.in_(select(ImportBatch.number).where(ImportBatch.mode == "full")))
    sources = [
        and_(ImportFile.entity == entity, exists().where(model.batch_id == ImportFile.batch_id))
        for entity, model in ENTITIES.items()
    ]
    old = ImportFile.batch_id.in_(select(ImportBatch.number).where(ImportBatch.started_at < before))
    is_last = or_(ImportFile.batch_id == last.scalar_subquery(), ImportFile.batch_id == full.scalar_subquery())
    old_batch = and_(ImportBatch.started_at < before, ImportBatch.number < _newest(ImportBatch, ImportBatch.number))
    referring = [ImportFile.batch_id, Quarantine.batch_id, *(model.batch_id for model in ENTITIES.values())]
    referred_to = or_(*(exists().where(column == ImportBatch.number) for column in referring))
    return (
        _Step(ImportFile, and_(old, not_(is_last), not_(or_(*sources)))),
        _Step(ImportBatch, and_(old_batch, not_(referred_to))),
    )


def _links(session: Session, before: datetime) -> Sequence[_Step]:
    used = exists().where(
        VideoAsset.status == "active", or_(VideoAsset.url == LinkCheck.url, VideoAsset.moved_to == LinkCheck.url)
    )
    return (_Step(LinkCheck, and_(LinkCheck.checked_at < before, not_(used))),)


def _overrides(session: Session, before: datetime) -> Sequence[_Step]:
    return (_Step(Override, Override.until < before),)


def _accesses(session: Session, before: datetime) -> Sequence[_Step]:
    return (_Step(PiiAccess, and_(PiiAccess.at < before, PiiAccess.id < _newest(PiiAccess, PiiAccess.id))),)


#: In the order in which they refer to each other.
_FAMILIES = (
    _Family("batch", "batches sent to Moodle", _batches),
    _Family("plan", "plans applied or superseded", _plans),
    _Family("journal", "journal entries, runs and what was told of them", _journal),
    _Family("quarantine", "rows set aside and put right", _quarantine),
    _Family("person", "names of people who left", _people),
    _Family("event", "what people did in Moodle", _events),
    _Family("file", "imports and their files", _files),
    _Family("link", "checks of addresses no longer used", _links),
    _Family("override", "overrides that ended", _overrides),
    _Family("access", "who looked at personal data", _accesses),
)
