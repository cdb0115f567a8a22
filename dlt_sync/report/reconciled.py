"""What runs did to courses and people over a period, and what was set aside in it, as the report RP-6 reads it.

Reads only. A person's move is told from the academic groups that they left and joined in one run: in the site cohorts,
and in the groups of the courses where they stayed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from dlt_sync.journal.runs import run as find_run
from dlt_sync.journal.tables import AppliedObject, JournalEntry, Run
from dlt_sync.model import KEY_SEPARATOR, Status
from dlt_sync.records.tables import Quarantine

#: Sorts of changes, in the order of the report.
CREATED, ADOPTED, RENAMED, ARCHIVED, RETURNED = (
    "course_created",
    "course_adopted",
    "course_renamed",
    "course_archived",
    "course_restored",
)
ADDED, MOVED, SUSPENDED, RESTORED = "person_added", "person_moved", "person_suspended", "person_restored"
SET_ASIDE = "row_set_aside"
SORTS = (CREATED, ADOPTED, RENAMED, ARCHIVED, RETURNED, ADDED, MOVED, SUSPENDED, RESTORED, SET_ASIDE)

#: What an action makes of a course and of a person; an update is looked at more closely.
_COURSES = {
    "create": CREATED,
    "recreate": CREATED,
    "adopt": ADOPTED,
    "remove": ARCHIVED,
    "restore": RETURNED,
}
_PEOPLE = {"create": ADDED, "recreate": ADDED, "adopt": ADDED, "remove": SUSPENDED, "restore": RESTORED}
_NAMES = ("fullname", "shortname")


@dataclass(frozen=True, slots=True)
class Span:
    """What is asked for: one run, or all from one moment on and before another one."""

    since: datetime | None = None
    until: datetime | None = None
    run: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One course, person or row, and what became of it. `unit` is a name as the journal has it; `rule` and `reason` say
    why, where it is a row in the words of the quarantine."""

    sort: str
    unit: str
    label: str
    key: str
    at: datetime
    before: str = ""
    after: str = ""
    run: int | None = None
    reason: str = ""
    rule: str = ""


@dataclass
class _Move:
    """The academic groups that somebody left and joined in one run, by key."""

    at: datetime
    left: set[str] = field(default_factory=set)
    joined: set[str] = field(default_factory=set)


def changes(session: Session, span: Span) -> list[Change]:
    """Everything in the span, in the order of the journal; rows that were set aside come last.

    Raises PlanError when there is no run of that number.
    """
    if span.run is not None:
        find_run(session, span.run)
    found: list[Change] = []
    moves: dict[tuple[int, str], _Move] = {}
    for entry in session.scalars(_entries(span)).yield_per(1000):
        if entry.kind == "course":
            found += _of_course(entry)
        elif entry.kind == "user":
            found += _of_person(entry)
        else:
            _note_moves(entry, moves)
    return [*found, *_moved(session, moves), *_rows(session, span)]


def _entries(span: Span) -> Any:
    groups = (JournalEntry.kind == "enrolment") & JournalEntry.action.in_(["update", "restore"])
    wanted = or_(JournalEntry.kind.in_(["course", "user", "cohort"]), groups)
    query = select(JournalEntry).where(wanted, JournalEntry.result == Status.DONE.value)
    return query.where(*_in_span(span)).order_by(JournalEntry.id)


def _in_span(span: Span) -> Iterator[ColumnElement[bool]]:
    if span.run is not None:
        yield JournalEntry.run_id == span.run
    if span.since is not None:
        yield JournalEntry.written_at >= span.since
    if span.until is not None:
        yield JournalEntry.written_at < span.until


def _of_course(entry: JournalEntry) -> Iterator[Change]:
    """A course that was restored or adopted may have come to another name by it."""
    if sort := _COURSES.get(entry.action):
        yield _change(sort, entry)
    before, after = entry.before or {}, entry.after
    names = [name for name in _NAMES if entry.action not in ("create", "recreate") and name in after]
    if names:
        old, new = (str(fields.get(names[0]) or "") for fields in (before, after))
        yield _change(RENAMED, entry, before=old, after=new)


def _of_person(entry: JournalEntry) -> Iterator[Change]:
    if sort := _PEOPLE.get(entry.action):
        yield _change(sort, entry)


def _change(sort: str, entry: JournalEntry, *, before: str = "", after: str = "") -> Change:
    return Change(sort, entry.unit, entry.label, entry.key, entry.written_at, before, after, entry.run_id, entry.reason)


def _note_moves(entry: JournalEntry, moves: dict[tuple[int, str], _Move]) -> None:
    """Who left which academic group and joined which one, by a cohort's members or an enrolment's groups."""
    name = "members" if entry.kind == "cohort" else "groups"
    old, new = (set((fields or {}).get(name) or ()) for fields in (entry.before, entry.after))
    if name not in entry.after:
        return
    for item in old ^ new:
        person, group = (item, entry.key) if entry.kind == "cohort" else (_last(entry.key), _last(item))
        move = moves.setdefault((entry.run_id, person), _Move(entry.written_at))
        (move.left if item in old else move.joined).add(group)


def _last(key: str) -> str:
    return key.rpartition(KEY_SEPARATOR)[2]


def _moved(session: Session, moves: Mapping[tuple[int, str], _Move]) -> Iterator[Change]:
    """Those who left a group for another one; who only left or only joined has come or gone."""
    told = {key: move for key, move in moves.items() if move.left - move.joined and move.joined - move.left}
    if not told:
        return
    groups = _labels(session, "cohort")
    people = _labels(session, "user")
    for (run, person), move in told.items():
        before, after = (
            ", ".join(sorted(groups.get(group, ("", group))[1] for group in some))
            for some in (move.left - move.joined, move.joined - move.left)
        )
        unit, label = people.get(person, ("", ""))
        yield Change(MOVED, unit, label, person, move.at, before, after, run)


def _labels(session: Session, kind: str) -> dict[str, tuple[str, str]]:
    """Unit and label of the objects of a kind, as we wrote them last."""
    known = select(AppliedObject.key, AppliedObject.unit, AppliedObject.label).where(AppliedObject.kind == kind)
    return {row.key: (row.unit, row.label) for row in session.execute(known)}


def _rows(session: Session, span: Span) -> Iterator[Change]:
    """Rows that were set aside in the span; of a run, those that were so since the run before it."""
    query = select(Quarantine).where(Quarantine.severity == "error")
    since, until = span.since, span.until
    if span.run is not None:
        own = session.get_one(Run, span.run)
        earlier = select(func.max(Run.started_at)).where(Run.id < span.run, Run.mode != "plan")
        since, until = session.scalar(earlier), own.ended_at or own.started_at
    if since is not None:
        query = query.where(Quarantine.first_seen >= since)
    if until is not None:
        query = query.where(Quarantine.first_seen < until)
    for row in session.scalars(query.order_by(Quarantine.first_seen, Quarantine.id)):
        place = f"{row.file}, {row.row}" + (f", {row.field}" if row.field else "")
        yield Change(
            SET_ASIDE,
            row.entity,
            place,
            row.sourced_id or row.subject,
            row.first_seen,
            reason=row.message,
            rule=row.rule,
        )
