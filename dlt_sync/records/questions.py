"""What the other stages and the commands ask of the records. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from dlt_sync.records.snapshot import load_academy
from dlt_sync.records.tables import (
    ENTITIES,
    Discipline,
    ImportBatch,
    ImportFile,
    Offering,
    Person,
    Programme,
    Quarantine,
)

__all__ = [
    "FileSummary",
    "Found",
    "batches",
    "find_offering",
    "find_person",
    "latest_batch",
    "load_academy",
    "quarantine",
    "show",
]

#: More answers than this mean that the question was too short.
MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class Found:
    """One record with where it comes from: the file and row of the batch it was last seen in.

    `row` is 0 where the record left the records by being absent. `open_problems` are what its row was set aside for.
    """

    entity: str
    key: str
    fields: dict[str, Any]
    batch: int
    file: str
    row: int
    open_problems: tuple[Quarantine, ...]


@dataclass(frozen=True, slots=True)
class FileSummary:
    """An import batch with its files."""

    batch: ImportBatch
    files: tuple[ImportFile, ...]


def latest_batch(session: Session) -> int:
    """The number of the batch that was loaded last; 0 before the first."""
    return session.scalar(select(func.max(ImportBatch.number))) or 0


def find_person(session: Session, text: str) -> list[Person]:
    """The person of this key or user name; else all whose full name contains every word of `text`.

    Several answers mean namesakes or too short a question: it is for a person to choose.
    """
    text = text.strip()
    exact = session.scalars(select(Person).where(or_(Person.sourced_id == text, Person.username == text.lower()))).all()
    if exact or not text:
        return list(exact)
    words = text.casefold().split()
    everybody = session.scalars(select(Person).order_by(Person.family_name, Person.given_name, Person.sourced_id))
    # Compared here: SQLite's LIKE knows no capital letters but the Latin ones.
    found = [person for person in everybody if _contains(_full_name(person), words)]
    return found[:MOST_FOUND]


def find_offering(session: Session, text: str) -> list[Offering]:
    """The offering of this key; else all whose discipline's code or name contains every word of `text`.

    Words may also be a language (kk) or a programme's code, which narrows the answer down.
    """
    text = text.strip()
    exact = session.get(Offering, text)
    if exact or not text:
        return [exact] if exact else []
    words = text.casefold().split()
    rows = session.execute(
        select(Offering, Discipline, Programme)
        .join(Discipline, Discipline.sourced_id == Offering.discipline_id)
        .join(Programme, Programme.sourced_id == Offering.programme_id)
        .order_by(Offering.sourced_id)
    )
    found = [row[0] for row in rows if _contains(_title(row[0], row[1], row[2]), words)]
    return found[:MOST_FOUND]


def show(session: Session, entity: str, key: str) -> Found | None:
    """One record and where it comes from; None where there is none of this key. KeyError: no such entity."""
    record = session.get(ENTITIES[entity], key)
    if record is None:
        return None
    fields = {column.name: getattr(record, column.name) for column in ENTITIES[entity].__table__.columns}
    file = session.get(ImportFile, (record.batch_id, entity))
    return Found(
        entity=entity,
        key=key,
        fields=fields,
        batch=record.batch_id,
        file=file.name if file else "",
        row=record.source_row,
        open_problems=tuple(quarantine(session, entity=entity, key=key)),
    )


def quarantine(
    session: Session,
    *,
    entity: str | None = None,
    key: str | None = None,
    rule: str | None = None,
    batch: int | None = None,
    include_resolved: bool = False,
) -> Sequence[Quarantine]:
    """What was set aside and why, in the order of the files; only what is still open unless told otherwise."""
    query = select(Quarantine).order_by(Quarantine.batch_id, Quarantine.entity, Quarantine.row, Quarantine.id)
    wanted = {
        Quarantine.entity: entity,
        Quarantine.sourced_id: key,
        Quarantine.rule: rule,
        Quarantine.batch_id: batch,
        Quarantine.state: None if include_resolved else "open",
    }
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    return session.scalars(query).all()


def batches(session: Session, limit: int = 20) -> list[FileSummary]:
    """The latest batches, newest first, each with its files."""
    found = session.scalars(select(ImportBatch).order_by(ImportBatch.number.desc()).limit(limit)).all()
    return [FileSummary(batch, _files(session, batch.number)) for batch in found]


def _files(session: Session, batch: int) -> tuple[ImportFile, ...]:
    return tuple(session.scalars(select(ImportFile).where(ImportFile.batch_id == batch).order_by(ImportFile.entity)))


def _full_name(person: Person) -> str:
    return f"{person.family_name} {person.given_name} {person.patronymic} {person.email}"


def _title(offering: Offering, discipline: Discipline, programme: Programme) -> str:
    names = (discipline.name_kk, discipline.name_ru, discipline.name_en)
    codes = (discipline.code, discipline.code_as_printed, programme.code, programme.code_as_printed)
    return " ".join((*codes, *names, offering.language))


def _contains(text: str, words: list[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words)
