"""The records as the kinds read them: plain values, loaded in one go by `records.questions.load_academy`.

Pure: no I/O, no clock. Only rows that are in force stand here (`status` active), except in `unknown`, which
names what a quarantined row was about: it is left exactly as it is in Moodle.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Names:
    """A name in the three languages; an empty one falls back to the next that is there."""

    kk: str = ""
    ru: str = ""
    en: str = ""

    def in_language(self, language: str) -> str:
        """The name in `language`, else Russian, Kazakh, English, in this order."""
        wanted = {"kk": self.kk, "ru": self.ru, "en": self.en}.get(language, "")
        return wanted or self.ru or self.kk or self.en


@dataclass(frozen=True, slots=True)
class Org:
    key: str
    type: str  # academy | faculty | kafedra | division | college
    names: Names
    parent: str | None = None
    doc_index: str = ""
    batch: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    key: str
    type: str  # student | teacher | staff | contractor
    family_name: str
    given_name: str
    patronymic: str
    username: str
    email: str
    language: str = ""
    single_name: bool = False
    primary_org: str | None = None
    batch: int = 0


@dataclass(frozen=True, slots=True)
class Employment:
    person: str
    org: str
    is_main: bool
    begin: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class Programme:
    key: str
    code: str
    names: Names
    level: str
    faculty: str | None = None


@dataclass(frozen=True, slots=True)
class Discipline:
    key: str
    code: str  # as printed
    names: Names
    kafedra: str


@dataclass(frozen=True, slots=True)
class Session:
    key: str
    type: str  # schoolYear | term
    name: str  # 2025-2026, or 2025-2026/1
    begin: date
    end: date
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class StudyCohort:
    key: str
    name: str
    programme: str
    study_year: int
    language: str
    academic_year: str
    batch: int = 0


@dataclass(frozen=True, slots=True)
class CohortMember:
    cohort: str
    person: str
    begin: date | None = None
    end: date | None = None
    leave_from: date | None = None
    leave_to: date | None = None


@dataclass(frozen=True, slots=True)
class Offering:
    key: str
    discipline: str
    session: str
    language: str
    programme: str
    kafedra: str
    study_year: int
    term_no: int  # 1 or 2: the term in the year, already normalised from an absolute number
    delivery_mode: str = "blended"
    ects: int = 0
    begin: date | None = None  # own dates where the offering does not follow the session (internship, residency)
    end: date | None = None
    hours_lecture: int | None = None  # None where the records do not say
    batch: int = 0


@dataclass(frozen=True, slots=True)
class Topic:
    """A class of an offering, or of all offerings of a discipline that have no topics of their own."""

    key: str
    number: int
    kind: str  # lecture | practical | lab | srop | sro | other
    titles: Names
    offering: str | None = None
    discipline: str | None = None
    hours: float | None = None
    week_no: int | None = None
    requires_video: bool | None = None  # None where the records do not say
    no_video_reason: str = ""
    changed_on: date | None = None  # when the records last said something else of it
    batch: int = 0


@dataclass(frozen=True, slots=True)
class Video:
    """One video. `moved_to` is where its address was found to lead for good, empty where it did not move."""

    key: str
    discipline: str
    kind: str  # lecture | practical | demo | other
    language: str
    title: str
    url: str  # canonical
    state: str = "published"  # draft | published | stale | withdrawn | replaced
    authors: tuple[str, ...] = ()
    kafedra: str | None = None
    recorded_on: date | None = None
    published_on: date | None = None
    duration_s: int | None = None
    replaces: str | None = None
    review_due_on: date | None = None
    shows_patient: bool = False
    consent_ref: str = ""
    captions: tuple[str, ...] = ()
    moved_to: str = ""
    batch: int = 0


@dataclass(frozen=True, slots=True)
class Placement:
    """A video at a topic: in one offering, or in all that use the topic and are taught in the video's language."""

    key: str
    video: str
    topic: str
    offering: str | None = None
    batch: int = 0


class VideoRows(Protocol):
    """Topics, videos and placements in force, by key, each without those whose references are not in force."""

    @property
    def topics(self) -> Mapping[str, Topic]:
        """Topics whose offering or discipline is in force."""

    @property
    def videos(self) -> Mapping[str, Video]:
        """Videos whose discipline is in force, whatever their state."""

    @property
    def placements(self) -> Mapping[str, Placement]:
        """Placements whose topic, video and offering, where it names one, are in force."""


@dataclass(frozen=True)
class HeldVideos:
    """Topics, videos and placements that are held in memory."""

    topics: Mapping[str, Topic] = field(default_factory=dict)
    videos: Mapping[str, Video] = field(default_factory=dict)
    placements: Mapping[str, Placement] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Enrolment:
    key: str
    offering: str
    person: str
    role: str  # student | teacher | tutor | observer
    cohort: str | None = None
    begin: date | None = None
    end: date | None = None
    state: str = "active"  # active | suspended
    batch: int = 0


class EnrolmentRows(ABC):
    """The enrolment rows in force: too many to hold, so they are asked for by offering.

    A row whose person, offering or study cohort is not in force is not in force either.
    """

    @abstractmethod
    def of(self, offerings: Iterable[str]) -> Iterator[tuple[str, tuple[Enrolment, ...]]]:
        """The rows of each of those offerings that has any, in the order of their keys."""

    @abstractmethod
    def stamps(self) -> Mapping[str, str]:
        """For each offering with rows a text that is another one as soon as any of its rows changed."""

    def circumstances(self) -> Mapping[str, str]:
        """For each offering with rows a text: while it is the same, rows that did not change mean the same.

        Without one for an offering, `changed` cannot be told there.
        """
        return {}

    def changed(self, since: Mapping[str, int]) -> Mapping[str, frozenset[str]]:
        """For each offering the people of whom a row came, changed or left after the import batch named for it."""
        return {}

    def of_people(self, people: Mapping[str, Collection[str]]) -> Iterator[tuple[str, tuple[Enrolment, ...]]]:
        """The rows of some people in each offering, as `of` gives them."""
        for offering, rows in self.of(people):
            if own := tuple(row for row in rows if row.person in people[offering]):
                yield offering, own

    @abstractmethod
    def cohorts(self) -> Mapping[str, frozenset[str]]:
        """The study cohorts that somebody is enrolled with, by offering."""

    @abstractmethod
    def enrolled(self, people: Collection[str]) -> Mapping[str, frozenset[str]]:
        """Which of those people have rows in each offering; offerings without any of them are left out."""

    @abstractmethod
    def count(self) -> int:
        """The number of rows."""


class HeldEnrolments(dict[str, tuple[Enrolment, ...]], EnrolmentRows):
    """Enrolment rows that are held in memory, by offering."""

    def of(self, offerings: Iterable[str]) -> Iterator[tuple[str, tuple[Enrolment, ...]]]:
        """See EnrolmentRows."""
        return ((offering, self[offering]) for offering in sorted(offerings) if self.get(offering))

    def stamps(self) -> Mapping[str, str]:
        """See EnrolmentRows."""
        return {offering: hashlib.sha256(repr(own).encode()).hexdigest() for offering, own in self.items() if own}

    def cohorts(self) -> Mapping[str, frozenset[str]]:
        """See EnrolmentRows."""
        return {offering: frozenset(row.cohort for row in own if row.cohort) for offering, own in self.items()}

    def enrolled(self, people: Collection[str]) -> Mapping[str, frozenset[str]]:
        """See EnrolmentRows."""
        wanted = {o: frozenset(row.person for row in own if row.person in people) for o, own in self.items()}
        return {offering: own for offering, own in wanted.items() if own}

    def count(self) -> int:
        """See EnrolmentRows."""
        return sum(map(len, self.values()))


@dataclass(frozen=True, slots=True)
class Academy:
    """Everything in force, by key.

    `unknown` holds (entity, sourced_id) of quarantined rows whose key could be read, with the entity named as
    its table: ("person", "plt:student:910001"); an enrolment is also named by its "offering|person", and a
    membership or employment by the cohort or person it is about. `unreadable` holds the entities of which at
    least one row's key could not be read: nothing of such an entity may be removed, since the row may have been
    about any of them.
    """

    orgs: Mapping[str, Org] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    employments: tuple[Employment, ...] = ()
    programmes: Mapping[str, Programme] = field(default_factory=dict)
    disciplines: Mapping[str, Discipline] = field(default_factory=dict)
    sessions: Mapping[str, Session] = field(default_factory=dict)
    cohorts: Mapping[str, StudyCohort] = field(default_factory=dict)
    members: tuple[CohortMember, ...] = ()
    offerings: Mapping[str, Offering] = field(default_factory=dict)
    enrolments: EnrolmentRows = field(default_factory=HeldEnrolments)
    library: VideoRows = field(default_factory=HeldVideos)
    unknown: frozenset[tuple[str, str]] = frozenset()
    unreadable: frozenset[str] = frozenset()
