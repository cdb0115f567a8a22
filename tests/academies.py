"""A small academy for tests, and ways to change it: one kafedra of one faculty, two groups, three people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from dlt_sync.kinds.academy import (
    Academy,
    CohortMember,
    Discipline,
    Employment,
    Enrolment,
    HeldEnrolments,
    Names,
    Offering,
    Org,
    Person,
    Programme,
    Session,
    StudyCohort,
)
from dlt_sync.kinds.kind import Kind, Source
from dlt_sync.kinds.rules import Rules
from dlt_sync.model import Desired

TODAY = date(2026, 11, 23)
STUDENT, NAMESAKE, TEACHER = "plt:student:910002", "plt:student:910005", "plt:tutor:820001"
OFFERING, COHORT, OTHER_COHORT = "plt:offering:17", "plt:group:301", "plt:group:302"
KAFEDRA, FACULTY = "plt:cafedra:59", "plt:faculty:2"


def names(text: str) -> Names:
    """The same name in three languages, told apart by the language."""
    return Names(f"{text} kk", f"{text} ru", f"{text} en")


def by_key(*items: Any) -> dict[str, Any]:
    """Items under their keys."""
    return {item.key: item for item in items}


def small_academy(**changes: Any) -> Academy:
    """One offering with a teacher and two students who are namesakes."""
    academy = Academy(
        orgs=by_key(
            Org("plt:academy:1", "academy", names("Academy"), batch=1),
            Org(FACULTY, "faculty", names("Faculty"), parent="plt:academy:1", batch=1),
            Org(KAFEDRA, "kafedra", names("Hygiene"), parent=FACULTY, batch=1),
        ),
        people=by_key(
            person(STUDENT, "ydyrysov.g"),
            person(NAMESAKE, "ydyrysov.g2"),
            Person(TEACHER, "teacher", "Үлгібаев", "Өскен", "Мысалұлы", "ulgibaev", "u@academy.example", batch=1),
        ),
        employments=(
            Employment(TEACHER, KAFEDRA, True, date(2020, 9, 1), None),
            Employment(TEACHER, FACULTY, False, date(2020, 9, 1), None),
        ),
        programmes=by_key(Programme("plt:programme:1", "6B10101", names("Medicine"), "integrated", FACULTY)),
        disciplines=by_key(Discipline("plt:subject:3", "GiE 3201", names("Hygiene course"), KAFEDRA)),
        sessions=by_key(
            Session("plt:year:2026", "schoolYear", "2026-2027", date(2026, 9, 1), date(2027, 6, 30)),
            Session("plt:term:1", "term", "2026-2027/1", date(2026, 9, 1), date(2027, 1, 16), "plt:year:2026"),
        ),
        cohorts=by_key(
            StudyCohort(COHORT, "ЖМ-301", "plt:programme:1", 3, "kk", "2026-2027", batch=1),
            StudyCohort(OTHER_COHORT, "ЖМ-302", "plt:programme:1", 3, "kk", "2026-2027", batch=1),
        ),
        members=(CohortMember(COHORT, STUDENT), CohortMember(OTHER_COHORT, NAMESAKE)),
        offerings=by_key(
            Offering(OFFERING, "plt:subject:3", "plt:term:1", "kk", "plt:programme:1", KAFEDRA, 3, 1, ects=4, batch=1)
        ),
        enrolments=HeldEnrolments(
            {
                OFFERING: (
                    enrolment(1, STUDENT, cohort=COHORT),
                    enrolment(2, NAMESAKE, cohort=OTHER_COHORT),
                    enrolment(3, TEACHER, role="teacher"),
                )
            }
        ),
    )
    return replace(academy, **changes)


def person(key: str, username: str, **changes: Any) -> Person:
    """A student called Ыдырысов Ғалымжан Төлеуұлы."""
    known = Person(
        key,
        "student",
        "Ыдырысов",
        "Ғалымжан",
        "Төлеуұлы",
        username,
        f"{username}@academy.example",
        language="kk",
        batch=1,
    )
    return replace(known, **changes)


def enrolment(number: int, who: str, role: str = "student", **changes: Any) -> Enrolment:
    """A row of the enrolment list."""
    return replace(Enrolment(f"plt:enrolment:{number}", OFFERING, who, role, batch=1), **changes)


def source(academy: Academy | None = None, rules: Rules | None = None, today: date = TODAY) -> Source:
    """What kinds are built from."""
    return Source(academy or small_academy(), rules or Rules(), today)


def wanted(kind: Kind, made_from: Source) -> dict[str, Desired]:
    """The desired objects of a kind, by key."""
    return {desired.key: desired for desired in kind.desired(made_from)}
