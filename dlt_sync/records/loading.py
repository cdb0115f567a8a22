"""What an import changes in the database: worked out first, then written in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from dlt_sync.db import portions
from dlt_sync.journal.settled import unsettle
from dlt_sync.model import KEY_SEPARATOR
from dlt_sync.records import requests
from dlt_sync.records.completing import complete
from dlt_sync.records.messages import Problem
from dlt_sync.records.rows import Row, Staged
from dlt_sync.records.schema import SUBJECTS, is_listed
from dlt_sync.records.tables import ENTITIES, ImportFile, Quarantine

Values = dict[str, Any]


@dataclass(slots=True)
class Changes:
    """What becomes of the records of one entity."""

    created: list[Values] = field(default_factory=list)
    changed: list[Values] = field(default_factory=list)
    unchanged: list[Values] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    #: what rows were about that are now about something else: an enrolment's offering|person
    moved: list[str] = field(default_factory=list)
    set_aside: int = 0

    def counts(self) -> dict[str, int]:
        """How many of each."""
        return {
            "created": len(self.created),
            "changed": len(self.changed),
            "unchanged": len(self.unchanged),
            "removed": len(self.removed),
            "set_aside": self.set_aside,
        }


def read_existing(session: Session) -> dict[str, dict[str, Mapping[str, Any]]]:
    """All records in the database: entity → key → row by column."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for entity, model in ENTITIES.items():
        rows = session.execute(select(model.__table__)).mappings()
        found[entity] = {row["sourced_id"]: cast(Mapping[str, Any], row) for row in rows}
    return found


def work_out(
    part: Staged, existing: Mapping[str, Mapping[str, Any]], *, full: bool, now: datetime, today: date
) -> Changes:
    """What the checked rows of one file change. A record that a row set aside is about stays as it is.

    `today` is the date of `now` where the academy is.
    """
    changes = Changes(set_aside=sum(not row.is_good for row in part.rows))
    for row in part.rows:
        if row.is_good:
            _place(row, existing.get(str(row.key)), changes, now, today)
    if full and not part.is_unreadable:
        seen = {row.key for row in part.rows}
        entity = part.source.entity
        there = (key for key, old in existing.items() if old["status"] == "active" and is_listed(entity, key))
        absent = [key for key in there if key not in seen]
        changes.removed.extend(absent)
    return changes


def _place(row: Row, old: Mapping[str, Any] | None, changes: Changes, now: datetime, today: date) -> None:
    key = str(row.key)
    if row.leaving:
        if old and old["status"] == "active":
            changes.removed.append(key)
        return
    model = ENTITIES[row.entity].__table__
    # An empty cell empties the field; a column that was not delivered leaves it alone.
    values = {name: _empty(model.c[name]) if value is None else value for name, value in row.values.items()}
    in_force = old if old and old["status"] == "active" else None
    values = complete(row.entity, values, in_force, now, today) | {"sourced_id": key, "source_row": row.number}
    if old is None:
        changes.created.append(values)
    elif old["status"] != "active" or any(old[name] != value for name, value in values.items() if name != "source_row"):
        if row.entity == "video_asset" and old["url"] != values.get("url", old["url"]):
            values["moved_to"] = ""  # the list knows better where it is
        changes.changed.append(values)
        subject = SUBJECTS.get(row.entity, ())
        if any(name in values and old[name] != values[name] for name in subject):
            changes.moved.append(KEY_SEPARATOR.join(str(old[name]) for name in subject))
    else:
        changes.unchanged.append({"sourced_id": key, "source_row": row.number})


def _empty(column: Any) -> Any:
    if column.default is not None and column.default.is_scalar:
        return column.default.arg
    return None if column.nullable else ""


def write(
    session: Session, entity: str, changes: Changes, *, batch: int, run_by: str, now: datetime, today: date
) -> None:
    """Write the changes of one entity."""
    model = ENTITIES[entity]
    fresh = {"status": "active", "batch_id": batch, "changed_in": batch, "date_last_modified": now}
    for values in _alike(changes.created):
        session.execute(insert(model), [row | fresh for row in values])
    for values in _alike(changes.changed):
        session.execute(update(model), [row | fresh for row in values])
    if entity == "enrolment":
        unsettle(session, entity, changes.moved)  # the other offering has no row left that tells
    if changes.unchanged:
        session.execute(update(model), [row | {"batch_id": batch} for row in changes.unchanged])
    for keys in portions(changes.removed):
        session.execute(
            update(model)
            .where(model.sourced_id.in_(keys))
            .values(status="tobedeleted", batch_id=batch, changed_in=batch, source_row=0, date_last_modified=now)
        )
    if entity == "video_request":
        requests.note_import(session, [*changes.created, *changes.changed], by=run_by, now=now)
        requests.cancel_unlisted(session, changes.removed, by=run_by, now=now, day=today)


def write_file(session: Session, part: Staged, batch: int) -> None:
    """Note the file, so that the next one can be compared with it."""
    source = part.source
    session.add(
        ImportFile(
            batch_id=batch,
            entity=source.entity,
            name=source.name,
            sha256=source.sha256,
            rows=len(part.rows),
            bytes=source.size,
            modified_at=source.modified_at,
        )
    )


def write_quarantine(
    session: Session, part: Staged, problems: Sequence[Problem], *, full: bool, batch: int, now: datetime
) -> None:
    """Note what was set aside; what earlier batches set aside and this one says something of is resolved.

    A full import says something of every record of the entity, unless a row of it has no readable key. Rows
    without a readable key stay open until the next full import of the entity.
    """
    entity = part.source.entity
    open_rows = session.scalars(select(Quarantine).where(Quarantine.entity == entity, Quarantine.state == "open")).all()
    first_seen = {(old.sourced_id, old.rule, old.field): old.first_seen for old in open_rows}
    spoken_of = {row.key for row in part.rows if row.key}
    everything = full and not part.is_unreadable
    for old in open_rows:
        if everything or old.sourced_id in spoken_of or (full and old.sourced_id is None):
            old.state, old.resolved_at = "resolved", now
    session.flush()
    rows = [_quarantine_row(problem, first_seen, batch, now) for problem in problems]
    if rows:
        session.execute(insert(Quarantine), rows)


def _quarantine_row(
    problem: Problem, first_seen: Mapping[tuple[str | None, str, str], datetime], batch: int, now: datetime
) -> Values:
    place = (problem.sourced_id, problem.rule, problem.field)
    return {
        "batch_id": batch,
        "entity": problem.entity,
        "sourced_id": problem.sourced_id,
        "subject": problem.subject,
        "file": problem.file,
        "row": problem.row,
        "field": problem.field,
        "value": problem.value,
        "rule": problem.rule,
        "severity": problem.severity,
        "message": problem.message,
        "remedy": problem.remedy,
        "first_seen": first_seen.get(place, now) if problem.sourced_id else now,
    }


def _alike(rows: Sequence[Values]) -> Iterator[list[Values]]:
    """Rows grouped by the columns they bring: one statement takes rows of one shape only."""
    groups: dict[frozenset[str], list[Values]] = {}
    for row in rows:
        groups.setdefault(frozenset(row), []).append(row)
    yield from groups.values()
