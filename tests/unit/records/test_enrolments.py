"""Enrolment rows in the database: which are in force, and which offerings changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dlt_sync.db import Database
from dlt_sync.records.questions import load_academy
from tests.unit.records.files import Exports, load

FIRST, SECOND = "plt:offering:17", "plt:offering:18"


def stamps(database: Database) -> dict[str, str]:
    with database.session() as session:
        return dict(load_academy(session).enrolments.stamps())


def rows(database: Database) -> dict[str, list[str]]:
    with database.session() as session:
        found = load_academy(session).enrolments.of([SECOND, FIRST, "plt:offering:99"])
        return {offering: [row.key for row in own] for offering, own in found}


def test_rows_come_by_offering(database: Database, exports: Exports) -> None:
    load(database, exports)
    assert rows(database) == {
        FIRST: [f"plt:enrolment:{number}" for number in (1, 2, 3, 4)],
        SECOND: ["plt:enrolment:5"],
    }


def test_an_import_of_the_same_rows_leaves_the_stamps(database: Database, exports: Exports) -> None:
    load(database, exports)
    before = stamps(database)
    exports.replace("person", "s910004@academy.example", "new@academy.example")
    load(database, exports)
    assert set(before) == {FIRST, SECOND}
    assert stamps(database) == before


CHANGES: dict[str, Callable[[Exports], None]] = {
    "another role": lambda exports: exports.replace("enrolment", "910002,student", "910002,observer"),
    "a row less": lambda exports: exports.drop("enrolment", "plt:enrolment:3"),
    "a row more": lambda exports: exports.add(
        "enrolment", "plt:enrolment:9,plt:offering:17,plt:student:910004,student,,,,active,,active"
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_gives_only_its_offering_another_stamp(database: Database, exports: Exports, change: str) -> None:
    load(database, exports)
    before = stamps(database)
    CHANGES[change](exports)
    load(database, exports)
    after = stamps(database)
    assert after[FIRST] != before[FIRST]
    assert after[SECOND] == before[SECOND]


LEAVING = {
    "person": ("s910005@academy.example,kk,plt:faculty:1,active", ",,,tobedeleted"),
    "study_cohort": ("ЖМ-24-02қ,plt:programme:1,3,kk,,2026-2027,active", ",,,,,,tobedeleted"),
}


@pytest.mark.parametrize("entity", LEAVING)
def test_a_row_goes_out_of_force_with_what_it_refers_to(database: Database, exports: Exports, entity: str) -> None:
    load(database, exports)
    before = stamps(database)
    exports.replace(entity, *LEAVING[entity])
    only(exports, entity)
    load(database, exports, mode="delta")
    assert rows(database)[FIRST] == [f"plt:enrolment:{number}" for number in (1, 2, 4)]
    assert stamps(database)[FIRST] != before[FIRST]
    assert stamps(database)[SECOND] == before[SECOND]


def test_a_row_that_moves_changes_both_offerings(database: Database, exports: Exports) -> None:
    load(database, exports)
    before = stamps(database)
    exports.replace("enrolment", "plt:enrolment:5,plt:offering:18", "plt:enrolment:5,plt:offering:17")
    load(database, exports)
    after = stamps(database)
    assert before[FIRST] != after[FIRST]
    assert before[SECOND] != after.get(SECOND)


def test_rows_of_an_unknown_study_cohort_are_unknown(database: Database, exports: Exports) -> None:
    load(database, exports)
    only(exports, "study_cohort")
    exports.replace("study_cohort", *LEAVING["study_cohort"])
    load(database, exports, mode="delta")
    exports.replace("study_cohort", ",,,,,,tobedeleted", "ЖМ-24-02қ,plt:programme:1,third,kk,,2026-2027,active")
    load(database, exports, mode="delta")
    with database.session() as session:
        unknown = load_academy(session).unknown
    assert ("study_cohort", "plt:group:502") in unknown
    assert {subject for entity, subject in unknown if entity == "enrolment"} == {
        "plt:enrolment:3",
        "plt:offering:17|plt:student:910005",
    }


def only(exports: Exports, entity: str) -> None:
    for path in exports.folder.iterdir():
        if path.stem != entity:
            path.unlink()
