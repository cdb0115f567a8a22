"""The records in force → the `Academy` that the kinds read, with what must be left as it is.

References hold in what is handed over: a row whose person or group is no longer in force is not in force either,
and where that target is itself unknown (its row was set aside), so is the row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dlt_sync.kinds.academy import (
    Academy,
    CohortMember,
    Discipline,
    Employment,
    Names,
    Offering,
    Org,
    Person,
    Programme,
    StudyCohort,
)
from dlt_sync.kinds.academy import Session as AcademicSession
from dlt_sync.records.enrolments import StoredEnrolments
from dlt_sync.records.schema import MANY, SCHEMAS, SUBJECTS
from dlt_sync.records.tables import ENTITIES, Quarantine
from dlt_sync.records.videos import StoredVideos

Fields = Mapping[str, Any]
_Rows = dict[str, dict[str, Fields]]


def load_academy(session: Session) -> Academy:
    """Everything in force, in one go; see `Academy` for what `unknown` and `unreadable` mean."""
    rows = _active(session)
    unknown, unreadable = _set_aside(session, rows)
    _drop_dangling(rows, unknown)
    enrolments = StoredEnrolments(
        session, people=rows["person"], cohorts=rows["study_cohort"], offerings=rows["offering"]
    )
    unknown |= _unknown_enrolments(enrolments, rows, unknown)
    library = StoredVideos(session, disciplines=rows["discipline"], offerings=rows["offering"])
    unknown |= library.unknown_placements(unknown)
    members = rows["cohort_member"].values()
    return Academy(
        orgs={key: _org(row) for key, row in rows["org"].items()},
        people={key: _person(row) for key, row in rows["person"].items()},
        employments=tuple(_employment(row) for row in rows["employment"].values()),
        programmes={key: _programme(row) for key, row in rows["programme"].items()},
        disciplines={key: _discipline(row) for key, row in rows["discipline"].items()},
        sessions={key: _academic_session(row) for key, row in rows["academic_session"].items()},
        cohorts={key: _study_cohort(row) for key, row in rows["study_cohort"].items()},
        members=tuple(_member(row) for row in members),
        offerings={key: _offering(row) for key, row in rows["offering"].items()},
        enrolments=enrolments,
        library=library,
        unknown=frozenset(unknown),
        unreadable=unreadable,
    )


def term_in_year(term_no: int) -> int:
    """1 or 2: the term in its year, whether `term_no` counts within the year or from admission (1…12)."""
    return (term_no - 1) % 2 + 1


def _active(session: Session) -> _Rows:
    """The rows of all entities but those of which there are too many to hold."""
    rows: _Rows = {}
    for entity, model in ENTITIES.items():
        if entity in MANY:
            continue
        query = select(model.__table__).where(model.status == "active").order_by(model.sourced_id)
        rows[entity] = {row["sourced_id"]: dict(row) for row in session.execute(query).mappings()}
    return rows


def _set_aside(session: Session, rows: _Rows) -> tuple[set[tuple[str, str]], frozenset[str]]:
    query = select(Quarantine.entity, Quarantine.sourced_id, Quarantine.subject).where(
        Quarantine.state == "open", Quarantine.severity == "error"
    )
    unknown: set[tuple[str, str]] = set()
    unreadable: set[str] = set()
    for entity, key, subject in session.execute(query):
        if subject:
            unknown.add((entity, subject))
        if key is None:
            unreadable.add(entity)
            continue
        row = _enrolment(session, key) if entity == "enrolment" else rows.get(entity, {}).get(key)
        unknown.update(_names_of(entity, key, row))
    return unknown, frozenset(unreadable)


def _enrolment(session: Session, key: str) -> Fields | None:
    table = ENTITIES["enrolment"].__table__
    query = select(table).where(table.c.sourced_id == key, table.c.status == "active")
    row = session.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def _unknown_enrolments(
    enrolments: StoredEnrolments, rows: _Rows, unknown: set[tuple[str, str]]
) -> set[tuple[str, str]]:
    """What enrolments are called that are not in force because nobody knows of their study cohort.

    Those of a person or an offering that is unknown are known by that one.
    """
    cohorts = {key for entity, key in unknown if entity == "study_cohort" and key not in rows["study_cohort"]}
    return {("enrolment", name) for names in enrolments.unknown_pairs(cohorts) for name in names}


def _names_of(entity: str, key: str, row: Fields | None) -> Iterator[tuple[str, str]]:
    """How the other stages may call this record: by its own key, and by what it is about."""
    yield entity, key
    if row and entity in SUBJECTS:
        yield entity, "|".join(row[name] for name in SUBJECTS[entity])


def _drop_dangling(rows: _Rows, unknown: set[tuple[str, str]]) -> None:
    for entity, schema in SCHEMAS.items():
        if entity in MANY:
            continue
        references = [(c.name, c.refers_to) for c in schema.columns if c.refers_to and not c.soft]
        dangling = True
        while dangling:
            dangling = False
            for key, row in list(rows[entity].items()):
                for name, target in references:
                    if row[name] is None or row[name] in rows[target]:
                        continue
                    if (target, row[name]) in unknown:
                        unknown.update(_names_of(entity, key, row))
                    rows[entity].pop(key, None)
                    dangling = True


def _names(row: Fields) -> Names:
    return Names(kk=row["name_kk"], ru=row["name_ru"], en=row["name_en"])


def _org(row: Fields) -> Org:
    return Org(
        key=row["sourced_id"],
        type=row["type"],
        names=_names(row),
        parent=row["parent_id"],
        doc_index=row["doc_index"],
        batch=row["batch_id"],
    )


def _person(row: Fields) -> Person:
    return Person(
        key=row["sourced_id"],
        type=row["type"],
        family_name=row["family_name"],
        given_name=row["given_name"],
        patronymic=row["patronymic"],
        username=row["username"],
        email=row["email"],
        language=row["preferred_language"],
        single_name=row["single_name"],
        primary_org=row["primary_org_id"],
        batch=row["batch_id"],
    )


def _employment(row: Fields) -> Employment:
    return Employment(
        person=row["person_id"], org=row["org_id"], is_main=row["is_main"], begin=row["begin"], end=row["end"]
    )


def _programme(row: Fields) -> Programme:
    return Programme(
        key=row["sourced_id"], code=row["code"], names=_names(row), level=row["level"], faculty=row["faculty_id"]
    )


def _discipline(row: Fields) -> Discipline:
    return Discipline(key=row["sourced_id"], code=row["code_as_printed"], names=_names(row), kafedra=row["kafedra_id"])


def _academic_session(row: Fields) -> AcademicSession:
    return AcademicSession(
        key=row["sourced_id"],
        type=row["type"],
        name=row["name"],
        begin=row["begin"],
        end=row["end"],
        parent=row["parent_id"],
    )


def _study_cohort(row: Fields) -> StudyCohort:
    return StudyCohort(
        key=row["sourced_id"],
        name=row["name"],
        programme=row["programme_id"],
        study_year=row["study_year"],
        language=row["language"],
        academic_year=row["academic_year"],
        batch=row["batch_id"],
    )


def _member(row: Fields) -> CohortMember:
    return CohortMember(
        cohort=row["cohort_id"],
        person=row["person_id"],
        begin=row["begin"],
        end=row["end"],
        leave_from=row["leave_from"],
        leave_to=row["leave_to"],
    )


def _offering(row: Fields) -> Offering:
    return Offering(
        key=row["sourced_id"],
        discipline=row["discipline_id"],
        session=row["session_id"],
        language=row["language"],
        programme=row["programme_id"],
        kafedra=row["kafedra_id"],
        study_year=row["study_year"],
        term_no=term_in_year(row["term_no"]),
        delivery_mode=row["delivery_mode"],
        ects=row["ects"],
        begin=row["begin"],
        end=row["end"],
        hours_lecture=row["hours_lecture"],
        batch=row["batch_id"],
    )
