"""What the kinds and the commands are told: the academy in force, what is unknown, and single records."""

from __future__ import annotations

from datetime import date

import pytest

from dlt_sync.db import Database
from dlt_sync.kinds.academy import Academy, Employment
from dlt_sync.records.questions import batches, find_offering, find_person, latest_batch, load_academy, quarantine, show
from dlt_sync.records.snapshot import term_in_year
from tests.unit.records.files import Exports, load


def academy(database: Database) -> Academy:
    with database.session() as session:
        return load_academy(session)


def enrolled(database: Database, offering: str) -> list[str]:
    """The people with a row in force in an offering, row by row."""
    with database.session() as session:
        return [row.person for _, rows in load_academy(session).enrolments.of([offering]) for row in rows]


def test_the_academy_holds_what_is_in_force(database: Database, exports: Exports) -> None:
    load(database, exports)
    found = academy(database)
    sizes = (len(found.orgs), len(found.people), len(found.members), len(found.offerings))
    assert sizes == (4, 5, 3, 2)
    assert enrolled(database, "plt:offering:18") == ["plt:student:910001"]
    assert found.people["plt:student:910004"].single_name
    assert found.sessions["plt:term:2026-1"].parent == "plt:year:2026"
    assert found.disciplines["plt:subject:302"].code == "GiE 3201"
    assert (found.unknown, found.unreadable) == (frozenset(), frozenset())
    assert {person.batch for person in found.people.values()} == {1}


def test_a_teacher_of_two_kafedras_is_one_person_with_two_employments(database: Database, exports: Exports) -> None:
    # DOMAIN d.6 trap 4
    load(database, exports)
    begin = date(2026, 9, 1)
    assert academy(database).employments == (
        Employment("plt:tutor:820001", "plt:cafedra:59", is_main=True, begin=begin, end=None),
        Employment("plt:tutor:820001", "plt:cafedra:12", is_main=False, begin=begin, end=None),
    )


def test_a_leave_passes_through(database: Database, exports: Exports) -> None:
    load(database, exports)
    (member,) = [member for member in academy(database).members if member.leave_from]
    assert (member.person, member.leave_from, member.leave_to) == (
        "plt:student:910002",
        date(2026, 10, 5),
        date(2027, 10, 4),
    )


@pytest.mark.parametrize(("absolute", "in_year"), [(1, 1), (2, 2), (5, 1), (6, 2), (11, 1), (12, 2)])
def test_terms_counted_from_admission_become_terms_of_the_year(absolute: int, in_year: int) -> None:
    # DOMAIN d.6 trap 26
    assert term_in_year(absolute) == in_year


def test_offerings_have_the_term_of_the_year(database: Database, exports: Exports) -> None:
    load(database, exports)
    terms = {key: offering.term_no for key, offering in academy(database).offerings.items()}
    assert terms == {"plt:offering:17": 1, "plt:offering:18": 2}


def test_what_was_set_aside_is_unknown_by_all_its_names(database: Database, exports: Exports) -> None:
    load(database, exports)
    exports.replace("enrolment", "plt:enrolment:5,plt:offering:18,plt:student:910001,student",
                    "plt:enrolment:5,plt:offering:18,plt:student:910004,dean")  # fmt: skip
    exports.replace("cohort_member", "plt:group:502", "plt:group:599")
    exports.replace("employment", "0.25", "25")
    load(database, exports)
    assert academy(database).unknown == {
        ("enrolment", "plt:enrolment:5"),
        ("enrolment", "plt:offering:18|plt:student:910001"),  # as we know it
        ("enrolment", "plt:offering:18|plt:student:910004"),  # as the bad row has it
        ("cohort_member", "plt:member:5"),
        ("cohort_member", "plt:group:502"),
        ("cohort_member", "plt:group:599"),
        ("employment", "plt:employment:2"),
        ("employment", "plt:tutor:820001"),
    }


def test_a_warning_makes_nothing_unknown(sqlite: Database, exports: Exports) -> None:
    exports.replace("org", "plt:tutor:820001", "plt:tutor:829999")
    load(sqlite, exports)
    assert academy(sqlite).unknown == frozenset()


def test_a_row_without_a_key_makes_its_entity_unreadable_until_the_next_full_import(
    database: Database, exports: Exports
) -> None:
    load(database, exports)
    exports.replace("enrolment", "plt:enrolment:5,", "?,")
    load(database, exports)
    assert academy(database).unreadable == {"enrolment"}
    exports.replace("enrolment", "?,", "plt:enrolment:5,")
    load(database, exports, accept_older=frozenset({"enrolment"}))
    assert academy(database).unreadable == frozenset()


def test_what_refers_to_somebody_who_left_is_not_in_force(database: Database, exports: Exports) -> None:
    load(database, exports)
    exports.replace("person", "s910005@academy.example,kk,plt:faculty:1,active", ",,,tobedeleted")
    for path in exports.folder.iterdir():
        if path.stem != "person":
            path.unlink()
    load(database, exports, mode="delta")
    found = academy(database)
    assert "plt:student:910005" not in {member.person for member in found.members}
    assert "plt:student:910005" not in enrolled(database, "plt:offering:17")
    assert found.unknown == frozenset()


def test_what_refers_to_something_unknown_that_is_not_in_force_is_unknown(database: Database, exports: Exports) -> None:
    # The kafedra left, its discipline's row is bad: the offerings of the discipline must not be archived.
    load(database, exports)
    exports.drop("org", "plt:cafedra:12")
    exports.drop("employment", "plt:employment:2")
    exports.replace("offering", "plt:cafedra:12", "plt:cafedra:59")
    load(database, exports)
    found = academy(database)
    assert "plt:offering:18" not in found.offerings
    assert {("discipline", "plt:subject:303"), ("offering", "plt:offering:18")} <= found.unknown
    # Its enrolments are known by the offering.
    assert enrolled(database, "plt:offering:18") == []


def test_people_are_found_by_key_user_name_or_words_of_their_name(database: Database, exports: Exports) -> None:
    load(database, exports)
    with database.session() as session:

        def keys(text: str) -> list[str]:
            return [person.sourced_id for person in find_person(session, text)]

        assert keys("plt:student:910001") == ["plt:student:910001"]
        assert keys("S910001") == ["plt:student:910001"]
        assert keys("әйгерім САҒЫНБЕКҚЫЗЫ") == ["plt:student:910001"]
        assert keys("ыдырысов") == ["plt:student:910002", "plt:student:910005"]
        assert keys("nobody") == keys("") == []


def test_offerings_are_found_by_key_code_or_words(database: Database, exports: Exports) -> None:
    load(database, exports)
    with database.session() as session:

        def keys(text: str) -> list[str]:
            return [offering.sourced_id for offering in find_offering(session, text)]

        assert keys("plt:offering:17") == ["plt:offering:17"]
        assert keys("gie 3201") == ["plt:offering:17", "plt:offering:18"]
        assert keys("эпидемиология kk 6b10101") == ["plt:offering:17"]
        assert keys("nothing") == keys("") == []


def test_a_record_is_shown_with_its_file_row_and_problems(database: Database, exports: Exports) -> None:
    load(database, exports)
    exports.replace("person", "s910002@academy.example", "nonsense")
    load(database, exports)
    with database.session() as session:
        found = show(session, "person", "plt:student:910002")
        assert found is not None
        assert (found.batch, found.file, found.row) == (1, "person.csv", 4)
        assert found.fields["username"] == "s910002"
        assert [problem.rule for problem in found.open_problems] == ["email"]
        assert show(session, "person", "plt:student:1") is None


def test_the_quarantine_can_be_asked_by_entity_rule_and_batch(database: Database, exports: Exports) -> None:
    exports.replace("person", "s910002@academy.example", "nonsense")
    load(database, exports)
    with database.session() as session:
        assert [row.entity for row in quarantine(session)] == ["cohort_member", "enrolment", "person"]
        assert [row.row for row in quarantine(session, entity="person")] == [4]
        assert len(quarantine(session, rule="depends")) == 2
        assert quarantine(session, batch=2) == []
    exports.replace("person", "nonsense", "s910002@academy.example")
    load(database, exports)
    with database.session() as session:
        assert quarantine(session) == []
        assert len(quarantine(session, include_resolved=True)) == 3


def test_batches_are_listed_newest_first_with_their_files(database: Database, exports: Exports) -> None:
    with database.session() as session:
        assert latest_batch(session) == 0
    load(database, exports)
    load(database, exports)
    with database.session() as session:
        found = batches(session)
        assert [summary.batch.number for summary in found] == [2, 1]
        assert len(found[0].files) == 10
        assert latest_batch(session) == 2
