"""The records of a made-up academy, as large as asked for: the same bytes every time. Pure but for writing files.

Enrolments are made course by course and never held, so that a million of them need no memory. A course draws its
people once, in an order of its own; a later week takes the next ones of that order and lets the first ones go.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import gcd
from pathlib import Path

SEED = 44_2026

Row = tuple[object, ...]

COLUMNS: dict[str, tuple[str, ...]] = {
    "org": ("sourced_id", "type", "parent_id", "name_kk", "name_ru", "name_en"),
    "person": ("sourced_id", "type", "family_name", "given_name", "patronymic", "username", "email",
               "preferred_language"),
    "programme": ("sourced_id", "code", "name_ru", "level", "faculty_id"),
    "discipline": ("sourced_id", "code", "name_ru", "kafedra_id", "ects"),
    "academic_session": ("sourced_id", "type", "name", "parent_id", "begin", "end", "weeks"),
    "study_cohort": ("sourced_id", "name", "programme_id", "study_year", "language", "academic_year"),
    "cohort_member": ("sourced_id", "cohort_id", "person_id", "begin"),
    "offering": ("sourced_id", "discipline_id", "session_id", "language", "programme_id", "study_year",
                 "kafedra_id", "term_no", "delivery_mode", "ects"),
    "enrolment": ("sourced_id", "offering_id", "person_id", "role", "cohort_id", "state"),
    "topic": ("sourced_id", "discipline_id", "number", "kind", "title_kk", "title_ru"),
    "video_asset": ("sourced_id", "discipline_id", "kind", "language", "title", "url"),
    "video_placement": ("sourced_id", "video_id", "topic_id"),
}  # fmt: skip

KAFEDRAS = 10
_FAMILY = ("Үлгібаев", "Мысалов", "Жорамалов", "Примеров", "Образцов", "Черновиков", "Ертегиев", "Demo", "Sample")
_GIVEN = ("Өскен", "Әйгерім", "Ғалым", "Қанат", "Іңкәр", "Лидия", "Пётр", "Семён", "Anwar", "Zoë")


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Somebody in a course. `cohort` and `person` and `course` are numbers from 0; no cohort is None."""

    course: int
    person: int
    role: str = "student"
    cohort: int | None = None
    state: str = "active"


@dataclass(frozen=True, slots=True)
class Academy:
    """How large it is. `enrolments` spread evenly over the courses; of a course, `churn` people are replaced
    from one week to the next. With `cohorts`, courses are taught to one each, by a teacher, with a group."""

    people: int
    courses: int
    enrolments: int
    churn: int = 0
    cohorts: int = 0

    @property
    def per_course(self) -> int:
        """People in one course."""
        return self.enrolments // self.courses

    def enrolled(self, week: int = 0) -> Iterator[Enrolled]:
        """Everybody in every course in that week, course by course."""
        for course in range(self.courses):
            yield from self._course(course, week)

    def _course(self, course: int, week: int) -> Iterator[Enrolled]:
        if self.cohorts:
            yield from self._of_a_cohort(course, week)
            return
        for person in self._drawn(course, week, self.per_course, self.people):
            yield Enrolled(course, person)

    def _of_a_cohort(self, course: int, week: int) -> Iterator[Enrolled]:
        """A teacher, the cohort, and people from elsewhere; in a later week some of them are others."""
        teachers = self.people - self.cohorts * self.cohort_size
        cohort = course % self.cohorts
        own = range(teachers + cohort * self.cohort_size, teachers + (cohort + 1) * self.cohort_size)
        yield Enrolled(course, course % teachers, "teacher")
        for person in own:
            yield Enrolled(course, person, cohort=cohort)
        others = self.per_course - 1 - len(own)
        for place in self._drawn(course, week, others, self.people - teachers - len(own)):
            person = teachers + place
            yield Enrolled(course, person if person < own.start else person + len(own))

    @property
    def cohort_size(self) -> int:
        """People in one study cohort: all but a few of those in a course."""
        return self.per_course - 4

    def _drawn(self, course: int, week: int, count: int, among: int) -> Iterator[int]:
        """The people of one week, out of an order that is the course's own: a larger course holds the smaller one.

        They are numbers from 0 to `among`.
        """
        rng = random.Random(f"{SEED} {course}")  # noqa: S311 - made-up people, not secrets
        first, step = rng.randrange(among), rng.randrange(1, among)
        while gcd(step, among) != 1:
            step = rng.randrange(1, among)
        for place in range(week * self.churn, week * self.churn + count):
            yield (first + place * step) % among


def person_key(person: int) -> str:
    """The key of a person in the records, who has it as idnumber in Moodle."""
    return f"plt:student:{900_000 + person}"


def course_key(course: int) -> str:
    """The key of an offering."""
    return f"plt:offering:{course + 1}"


def cohort_key(cohort: int | None) -> str:
    """The key of a study cohort, "" for none."""
    return "" if cohort is None else f"plt:group:{cohort + 1}"


def course_name(course: int) -> str:
    """What a course is called."""
    return f"Пән / Дисциплина {course + 1}"


def kafedra_key(course: int) -> str:
    """The kafedra that teaches a course."""
    return f"plt:cafedra:{course % KAFEDRAS + 1}"


def write_people(folder: Path, academy: Academy) -> None:
    """The files of everything but courses: with them a delivery is whole, and nobody is enrolled."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder, "org", _orgs())
    _write(folder, "person", map(_person, range(academy.people)))
    _write(folder, "programme", [("plt:specialization:1", "6B10101", "Общая медицина", "bachelor", "plt:faculty:1")])
    _write(folder, "academic_session", [
        ("plt:year:2026", "schoolYear", "2026-2027", "", "2026-09-01", "2027-08-31", 52),
        ("plt:term:2026-1", "term", "2026-2027/1", "plt:year:2026", "2026-09-01", "2027-01-16", 20),
    ])  # fmt: skip
    _write(folder, "study_cohort", map(_cohort, range(academy.cohorts)))
    _write(folder, "cohort_member", _members(academy))
    for entity in ("discipline", "offering", "enrolment"):
        _write(folder, entity, ())


def write_courses(folder: Path, academy: Academy) -> None:
    """The files of the courses."""
    _write(folder, "discipline", map(_discipline, range(academy.courses)))
    _write(folder, "offering", map(_offering, range(academy.courses)))


def write_enrolments(folder: Path, enrolled: Iterable[Enrolled]) -> None:
    """The file of enrolments. Who is in which course with which role makes the key of a row."""
    _write(folder, "enrolment", map(_enrolment, enrolled))


@dataclass(frozen=True, slots=True)
class Lecture:
    """A lecture with a video: `course` and `number` count from 0."""

    course: int
    number: int

    @property
    def id(self) -> str:
        """What its records are numbered by."""
        return f"{self.course + 1}-{self.number + 1}"

    @property
    def title(self) -> str:
        """What it is about."""
        return f"Тақырып / Тема {self.course + 1}.{self.number + 1}"

    @property
    def url(self) -> str:
        """Where its video is."""
        return f"https://media.academy.example/video/{self.id}.mp4"


def lectures(academy: Academy, each: int) -> Iterator[Lecture]:
    """So many lectures of each course, course by course."""
    return (Lecture(course, number) for course in range(academy.courses) for number in range(each))


def write_videos(folder: Path, academy: Academy, each: int) -> None:
    """The files of topics, videos and placements: a video for each of so many lectures of a course."""
    _write(folder, "topic", map(_topic, lectures(academy, each)))
    _write(folder, "video_asset", map(_video, lectures(academy, each)))
    _write(folder, "video_placement", map(_placement, lectures(academy, each)))


def _write(folder: Path, entity: str, rows: Iterable[Row]) -> None:
    with (folder / f"{entity}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS[entity])
        writer.writerows(rows)


def _orgs() -> Iterator[Row]:
    yield ("plt:academy:1", "academy", "", "Үлгі академиясы", "Примерная академия", "Sample Academy")
    yield ("plt:faculty:1", "faculty", "plt:academy:1", "Медицина", "Медицинский факультет", "Medicine")
    for course in range(KAFEDRAS):
        name = f"{course + 1}"
        yield (kafedra_key(course), "kafedra", "plt:faculty:1", f"Кафедра № {name}", f"Кафедра {name}", f"Unit {name}")


def _person(person: int) -> Row:
    family = _FAMILY[person % len(_FAMILY)]
    given = _GIVEN[person // len(_FAMILY) % len(_GIVEN)]
    username = f"s{900_000 + person}"
    language = ("kk", "ru", "")[person % 3]
    return (person_key(person), "student", family, given, "", username, f"{username}@academy.example", language)


def _cohort(cohort: int) -> Row:
    return (cohort_key(cohort), f"ЖМ-26-{cohort + 1}қ", "plt:specialization:1", 1, "kk", "2026-2027")


def _members(academy: Academy) -> Iterator[Row]:
    if not academy.cohorts:
        return
    teachers = academy.people - academy.cohorts * academy.cohort_size
    for person in range(teachers, academy.people):
        cohort = (person - teachers) // academy.cohort_size
        yield (f"plt:member:{person}", cohort_key(cohort), person_key(person), "2026-09-01")


def _discipline(course: int) -> Row:
    return (f"plt:subject:{course + 1}", f"BEN {1000 + course}", course_name(course), kafedra_key(course), 5)


def _offering(course: int) -> Row:
    return (course_key(course), f"plt:subject:{course + 1}", "plt:term:2026-1", ("kk", "ru")[course % 2],
            "plt:specialization:1", 1, kafedra_key(course), 1, "blended", 5)  # fmt: skip


def _topic(one: Lecture) -> Row:
    return (f"dlt:topic:{one.id}", f"plt:subject:{one.course + 1}", one.number + 1, "lecture", one.title, one.title)


def _video(one: Lecture) -> Row:
    language = ("kk", "ru")[one.course % 2]
    return (f"dlt:video:{one.id}", f"plt:subject:{one.course + 1}", "lecture", language, one.title, one.url)


def _placement(one: Lecture) -> Row:
    return (f"dlt:placement:{one.id}", f"dlt:video:{one.id}", f"dlt:topic:{one.id}")


def _enrolment(who: Enrolled) -> Row:
    key = f"plt:enrolment:{who.course + 1}-{who.person}"
    return (key, course_key(who.course), person_key(who.person), who.role, cohort_key(who.cohort), who.state)
