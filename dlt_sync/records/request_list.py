"""Requests for videos as the department asks for them: by stage, kafedra and course, the overdue ones. Reads only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dlt_sync.media.shooting import overdue
from dlt_sync.records.links import shooting_of
from dlt_sync.records.stages import ENDED
from dlt_sync.records.tables import Discipline, Offering, Org, Person, Topic, VideoRequest


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests are asked for; an empty field stands for all. `everything` includes those that have ended."""

    stages: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    kafedra: str = ""
    course: str = ""
    overdue: bool = False
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """One request in a list. `asker` is shortened to initials; days are whole, None where they cannot be told."""

    key: str
    type: str
    stage: str
    kafedra: str
    course: str
    topic: str
    title: str
    asker: str
    asked_on: str
    age_days: int | None
    planned_on: date | None
    delay_days: int | None
    specialist: str


def find(session: Session, wanted: Wanted, today: date) -> list[Listed]:
    """The requests, the oldest first. `kafedra` is a key or part of a name, `course` an offering's key."""
    query = select(VideoRequest).where(VideoRequest.status == "active")
    if wanted.stages:
        query = query.where(VideoRequest.stage.in_(wanted.stages))
    elif not wanted.everything:
        query = query.where(VideoRequest.stage.not_in(ENDED))
    if wanted.types:
        query = query.where(VideoRequest.type.in_(wanted.types))
    if wanted.course:
        query = query.where(VideoRequest.offering_id == wanted.course)
    rows = list(session.scalars(query))
    names = _Names(session, rows)
    listed = [names.listed(row, today) for row in rows if names.is_of(row, wanted.kafedra)]
    late = [row for row in listed if row.delay_days] if wanted.overdue else listed
    return sorted(late, key=lambda row: (row.asked_on, row.key))


def asker_of(session: Session, request: VideoRequest) -> str:
    """The full name of who asked, as far as it is known."""
    person = session.get(Person, request.asked_by_id) if request.asked_by_id else None
    return " ".join(filter(None, (person.family_name, person.given_name))) if person else request.asked_by


def initials(name: str) -> str:
    """A name where no name is needed."""
    return " ".join(f"{word[0]}." for word in name.split())


class _Names:
    """What requests are about, by name: looked up once for all of them."""

    def __init__(self, session: Session, rows: Collection[VideoRequest]) -> None:
        self._topics = _by_key(session, Topic, {row.topic_id for row in rows})
        offerings = {row.offering_id for row in rows} | {topic.offering_id for topic in self._topics.values()}
        self._offerings = _by_key(session, Offering, offerings)
        disciplines = {row.discipline_id for row in rows} | {o.discipline_id for o in self._offerings.values()}
        self._disciplines = _by_key(session, Discipline, disciplines)
        self._orgs = _by_key(session, Org, {d.kafedra_id for d in self._disciplines.values()})
        self._people = _by_key(session, Person, {row.asked_by_id for row in rows})

    def is_of(self, row: VideoRequest, kafedra: str) -> bool:
        """Whether a request is of the kafedra of this key or of one whose name holds the text."""
        unit = self._kafedra(row)
        if not kafedra or unit is None:
            return not kafedra
        names = f"{unit.name_kk} {unit.name_ru} {unit.name_en}".casefold()
        return unit.sourced_id == kafedra or kafedra.casefold() in names

    def listed(self, row: VideoRequest, today: date) -> Listed:
        """A request with names for keys."""
        topic = self._topics.get(row.topic_id or "")
        unit = self._kafedra(row)
        person = self._people.get(row.asked_by_id or "")
        asker = f"{person.family_name} {person.given_name}" if person else row.asked_by
        asked_on = min(row.dates.values(), default="")  # "" as soon as one day is unknown
        return Listed(
            key=row.sourced_id,
            type=row.type,
            stage=row.stage,
            kafedra=(unit.name_ru or unit.name_kk or unit.name_en) if unit else "",
            course=row.offering_id or "",
            topic=f"{topic.number}. {topic.title_ru or topic.title_kk or topic.title_en}" if topic else "",
            title=row.title,
            asker=initials(asker),
            asked_on=asked_on,
            age_days=(today - date.fromisoformat(asked_on)).days if asked_on else None,
            planned_on=row.planned_on,
            delay_days=overdue(shooting_of(row), today),
            specialist=row.specialist,
        )

    def _kafedra(self, row: VideoRequest) -> Any:
        topic = self._topics.get(row.topic_id or "")
        offering = self._offerings.get(row.offering_id or (topic.offering_id if topic else "") or "")
        key = row.discipline_id or (topic.discipline_id if topic else None)
        discipline = self._disciplines.get(key or (offering.discipline_id if offering else "") or "")
        return self._orgs.get(discipline.kafedra_id) if discipline else None


def _by_key(session: Session, model: type[Any], keys: Collection[str | None]) -> dict[str, Any]:
    found = (session.get(model, key) for key in keys if key)
    return {row.sourced_id: row for row in found if row is not None}
