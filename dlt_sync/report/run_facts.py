"""What a run has to tell: read from journal, parked plan and quarantine, for `run_report` to put into words.

Reads only. No list is longer than a report can show; each comes with its whole count.

A report is sent by e-mail and stays in mailboxes. So nothing here holds a person's name: people are told by their
keys, which `dlt-sync records show person KEY` and Moodle's ID number know, and everything else by the label that the
journal has. E-mail addresses, IINs and whatever looks like a token are masked in all that comes from outside.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from dlt_sync import log
from dlt_sync.errors import DatabaseError, DltSyncError, MoodleError, MoodleUnavailable
from dlt_sync.journal import runs
from dlt_sync.journal.tables import AppliedObject, JournalEntry, Run
from dlt_sync.kinds.academy import Names
from dlt_sync.model import KEY_SEPARATOR, Action, Status
from dlt_sync.plan import WAITS_FOR, Plan
from dlt_sync.records.iin import mask
from dlt_sync.records.tables import Org, Programme, Quarantine

#: Failed operations, quarantined rows, held objects that are listed, at most.
FAILED_SHOWN, ASIDE_SHOWN, HELD_SHOWN = 10, 10, 5
#: Characters of a text that comes from outside, at most.
LONGEST = 500

#: Operations by kind and action.
Counts = Mapping[tuple[str, str], int]


class HealthLine(Protocol):
    """What `dlt_sync.health` says of one thing."""

    @property
    def code(self) -> str:
        """What was looked at."""

    @property
    def ok(self) -> bool:
        """Whether it is as it should be."""

    @property
    def facts(self) -> Mapping[str, str | int]:
        """What is known of it."""


@dataclass(frozen=True, slots=True)
class Violated:
    """What the guard objects to, as stored with the parked plan. `course` is a name; `example` old and new key."""

    rule: str
    kind: str
    count: int
    of: int
    limit: float
    course: str = ""
    example: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """Objects that wait for approval for one reason: `recreate`, `adopt` or `other`."""

    reason: str
    count: int
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parked:
    """The plan that waits, since this run or an earlier one."""

    hash: str
    operations: int
    violations: tuple[Violated, ...] = ()
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """An operation that was not done, and what Moodle said; `moved` where what it was about had changed meanwhile."""

    kind: str
    action: str
    what: str
    said: str = ""
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Aside:
    """A row that was set aside, and why."""

    file: str
    row: int
    field: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """The error that ended the run. `kind` is unavailable, moodle, database, ours or unforeseen; or cut_off, where the
    program itself came to an end before the run did."""

    kind: str
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """One run and what came of it. `changes` are by unit, the largest first; `set_aside` and `newly_set_aside` count
    rows. `units` has the names of a unit in all languages, by the name that the journal has."""

    run: int
    mode: str
    verdict: str
    started: datetime
    ended: datetime
    undoes: int | None = None
    approved_by: str = ""
    because: str = ""
    changes: tuple[tuple[str, Counts], ...] = ()
    parked: Parked | None = None
    second_person: bool = False
    stopped: Stopped | None = None
    failed: tuple[Failed, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    set_aside: int = 0
    newly_set_aside: int = 0
    aside: tuple[Aside, ...] = ()
    health: tuple[HealthLine, ...] = ()
    units: Mapping[str, Names] = field(default_factory=dict)

    @property
    def done(self) -> Counter[tuple[str, str]]:
        """What was done in all units."""
        return sum((Counter(dict(counts)) for _, counts in self.changes), Counter())


def facts_of(
    session: Session,
    run_id: int,
    *,
    error: BaseException | None = None,
    health: Sequence[HealthLine] = (),
    second_person: bool = False,
) -> RunFacts:
    """Everything that a run that has ended has to tell. `error` is what ended it, where something did; a run that
    failed without one was cut off."""
    run = session.get_one(Run, run_id)
    assert run.ended_at is not None  # it is told of once it has ended
    total, fresh, aside = _set_aside(session, run)
    return RunFacts(
        run=run.id,
        mode=run.mode,
        verdict=run.verdict,
        started=run.started_at,
        ended=run.ended_at,
        undoes=run.undoes_run_id,
        approved_by=clean(run.approved_by),
        because=clean(run.because),
        changes=_changes(session, run_id),
        parked=_parked(session, run_id),
        second_person=second_person,
        stopped=_stopped(error) if run.verdict == "failed" else None,
        failed=_failed(session, run_id),
        counts=run.counts,
        set_aside=total,
        newly_set_aside=fresh,
        aside=aside,
        health=tuple(health),
        units=unit_names(session),
    )


def clean(text: str) -> str:
    """A text from outside as a report may have it: short, on one line, nothing in it that must stay secret."""
    printable = "".join(letter if letter.isprintable() else " " for letter in log.scrub(mask(text)))
    line = " ".join(printable.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def named(kind: str, key: str, label: str) -> str:
    """What an object is called where no person may be named: a user by key, an enrolment by key and course."""
    if kind == "user":
        return clean(key)
    if kind == "enrolment":
        course, _, person = key.partition(KEY_SEPARATOR)
        return clean(f"{person} — {label.rpartition(' — ')[2] or course}")
    return clean(label or key)


def unit_names(session: Session) -> dict[str, Names]:
    """The names of kafedras, other units and programmes in all languages, by each of them."""
    found: dict[str, Names] = {}
    for table in (Programme, Org):
        for row in session.execute(select(table.name_kk, table.name_ru, table.name_en)):
            found |= dict.fromkeys(filter(None, row), Names(*row))
    return found


def _changes(session: Session, run_id: int) -> tuple[tuple[str, Counts], ...]:
    counted = (
        select(JournalEntry.unit, JournalEntry.kind, JournalEntry.action, func.count())
        .where(JournalEntry.run_id == run_id, JournalEntry.result == Status.DONE.value)
        .group_by(JournalEntry.unit, JournalEntry.kind, JournalEntry.action)
    )
    units: dict[str, dict[tuple[str, str], int]] = {}
    for unit, kind, action, count in session.execute(counted):
        units.setdefault(unit, {})[kind, action] = count
    return tuple(sorted(units.items(), key=lambda item: (-sum(item[1].values()), item[0])))


def _parked(session: Session, run_id: int) -> Parked | None:
    """The plan that waits since this run or an earlier one: it waits until it is released, whatever ran meanwhile."""
    row = runs.parked_plan(session)
    if row is None or row.run_id is None or row.run_id > run_id:
        return None
    plan = Plan.from_json(row.content)
    courses = {violation["course"] for violation in row.violations if violation["course"]}
    labels = select(AppliedObject.key, AppliedObject.label).where(AppliedObject.kind == "course")
    called = {found.key: found.label for found in session.execute(labels.where(AppliedObject.key.in_(courses)))}
    violations = tuple(_violated(violation, called) for violation in row.violations)
    return Parked(row.hash, len(plan.operations), violations, tuple(_held(plan)))


def _violated(raw: Mapping[str, Any], courses: Mapping[str, str]) -> Violated:
    course = clean(courses.get(raw["course"]) or raw["course"])
    renamed = re.search(r"such as: (\S+) became (\S+)$", raw["message"])
    example = (clean(renamed[1]), clean(renamed[2])) if renamed else None
    return Violated(raw["rule"], raw["kind"], raw["count"], raw["of"], raw["limit"], course, example)


def _held(plan: Plan) -> Iterable[Held]:
    by_reason: dict[str, list[str]] = {}
    for operation in plan.operations:
        if operation.hold:
            own = operation.action in (Action.RECREATE, Action.ADOPT) and not operation.hold.startswith(WAITS_FOR)
            reason = operation.action.value if own else "other"
            by_reason.setdefault(reason, []).append(named(operation.kind, operation.key, operation.label))
    return (Held(reason, len(labels), tuple(labels[:HELD_SHOWN])) for reason, labels in by_reason.items())


def _failed(session: Session, run_id: int) -> tuple[Failed, ...]:
    troubles = (Status.FAILED.value, Status.MOVED.value)
    rows = select(JournalEntry).where(JournalEntry.run_id == run_id, JournalEntry.result.in_(troubles))
    return tuple(
        Failed(
            row.kind,
            row.action,
            named(row.kind, row.key, row.label),
            clean(row.message or row.errorcode),
            row.result == Status.MOVED.value,
        )
        for row in session.scalars(rows.order_by(JournalEntry.id).limit(FAILED_SHOWN))
    )


def _stopped(error: BaseException | None) -> Stopped:
    if error is None:
        return Stopped("cut_off", "")
    if not isinstance(error, DltSyncError):
        return Stopped("unforeseen", type(error).__name__)
    kinds: tuple[tuple[type[DltSyncError], str], ...] = (
        (MoodleUnavailable, "unavailable"),
        (MoodleError, "moodle"),
        (DatabaseError, "database"),
    )
    kind = next((name for type_, name in kinds if isinstance(error, type_)), "ours")
    return Stopped(kind, clean(error.message), clean(error.remedy))


def _set_aside(session: Session, run: Run) -> tuple[int, int, tuple[Aside, ...]]:
    """Rows that are set aside, those of them that are so since the run before, and the newest of their problems."""
    is_open = (Quarantine.state == "open", Quarantine.severity == "error")
    earlier = select(func.max(Run.started_at)).where(Run.id < run.id, Run.mode != "plan")
    since = session.scalar(earlier)
    rows = select(Quarantine).where(*is_open)
    newest = rows.order_by(Quarantine.first_seen.desc(), Quarantine.entity, Quarantine.row, Quarantine.id)
    listed = tuple(
        Aside(clean(row.file), row.row, row.field, row.rule, clean(row.message))
        for row in session.scalars(newest.limit(ASIDE_SHOWN))
    )
    total = _rows(session, *is_open)
    return total, total if since is None else _rows(session, *is_open, Quarantine.first_seen >= since), listed


def _rows(session: Session, *which: ColumnElement[bool]) -> int:
    rows = select(Quarantine.batch_id, Quarantine.entity, Quarantine.row).where(*which).distinct().subquery()
    return session.scalar(select(func.count()).select_from(rows)) or 0
