"""RP-6: what runs did to courses and people, and what was set aside, from the journal to the page."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from dlt_sync import run
from dlt_sync.errors import PlanError
from dlt_sync.kinds.academy import CohortMember, HeldEnrolments, Names
from dlt_sync.records.tables import ImportBatch, Quarantine
from dlt_sync.report.document import Document
from dlt_sync.report.filters import Asked, Filter, find_filter
from dlt_sync.report.reconciled import SORTS, Change, Span, changes
from dlt_sync.report.reconciliation import Reconciled, names_of, reconciliation
from dlt_sync.report.words import LANGUAGES, WORDS, Words
from dlt_sync.report.writers import as_csv, as_html, as_xlsx
from tests.academies import (
    COHORT,
    KAFEDRA,
    NAMESAKE,
    OFFERING,
    STUDENT,
    TODAY,
    enrolment,
    source,
)  # fmt: skip
from tests.worlds import World

AT = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # the next day in Almaty
HYGIENE = Names("Гигиена", "Кафедра гигиены", "Hygiene")
ROW = "email is a.demo@academy.example, which is no e-mail address."
CHANGES = [
    Change("person_added", "Медицина", "Ыдырысов Ғалымжан", STUDENT, AT, run=2, reason="person x, import 7"),
    Change("person_moved", "Медицина", "Ыдырысов Ғалымжан", STUDENT, AT, "ЖМ-301", "ЖМ-302", 2),
    Change("course_renamed", "Гигиена", "=GiE 3201", OFFERING, AT, "Гигиена I", "Гигиена", 2, "offering, import 7"),
    Change("course_archived", "Гигиена", "AnF 1202", "plt:offering:4", AT, run=3, reason="no longer in the records"),
    Change("course_created", "", "GiE 1", "plt:offering:5", AT, run=3),
    Change("row_set_aside", "person", "persons.csv, 3, email", "plt:student:7", AT, reason=ROW, rule="email"),
]


def made(language: str = "ru", only: frozenset[str] | None = None) -> Document:
    units = dict.fromkeys(("Гигиена", "Кафедра гигиены", "Hygiene"), HYGIENE)
    material = Reconciled(CHANGES, Words(language), ZoneInfo("Asia/Almaty"), TODAY, units, only)
    return reconciliation(material)


def test_each_object_is_listed_by_kafedra_with_what_became_of_it() -> None:
    document = made()
    assert [row[:6] for row in document.rows] == [
        ("Кафедра гигиены", "Курс переименован", "=GiE 3201", OFFERING, "Гигиена I", "Гигиена"),
        ("Кафедра гигиены", "Курс перенесён в архив", "AnF 1202", "plt:offering:4", "", ""),
        ("Медицина", "Человек добавлен", "Ыдырысов Ғалымжан", STUDENT, "", ""),
        ("Медицина", "Человек переведён в другую группу", "Ыдырысов Ғалымжан", STUDENT, "ЖМ-301", "ЖМ-302"),
        ("Без кафедры", "Курс создан", "GiE 1", "plt:offering:5", "", ""),
        ("Данные «Люди»", "Строка отложена", "persons.csv, 3, email", "plt:student:7", "", ""),
    ]
    assert {row[6] for row in document.rows} == {AT.date() + timedelta(days=1)}
    assert [row[8] for row in document.rows] == [
        "импорт 7", "нет в данных", "импорт 7", "", "", "***@academy.example – это не адрес электронной почты.",
    ]  # fmt: skip
    assert document.people == 1
    assert len(document.signatories) == 2


def test_totals_by_kafedra_come_first() -> None:
    overview = made("en").overview
    assert overview is not None
    assert [column.title for column in overview.columns][:3] == ["Kafedra", "Course created", "Course renamed"]
    assert overview.rows[0] == ("Hygiene", 0, 1, 1, 0, 0, 0)
    assert overview.totals == ("Total", 1, 1, 1, 1, 1, 1)


def test_only_what_was_asked_for_is_listed() -> None:
    assert {row[0] for row in made(only=frozenset({"Гигиена"})).rows} == {"Кафедра гигиены"}
    assert made(only=frozenset()).overview.rows == ()  # type: ignore[union-attr]


def test_a_filter_means_the_names_of_its_units() -> None:
    records = source()
    assert names_of(records, Filter()) is None
    of_kafedra = names_of(records, find_filter(records, Asked(kafedra=KAFEDRA)))
    assert of_kafedra == frozenset({"Hygiene kk", "Hygiene ru", "Hygiene en"})
    assert "Medicine ru" in (names_of(records, find_filter(records, Asked(programme="6B10101"))) or ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_can_be_read_in_every_form(language: str) -> None:
    document = made(language)
    words = Words(language)
    text = as_csv(document).decode("utf-8-sig")
    assert text.startswith(f"{words['kafedra']};{words['change']};{words['object']};")
    assert ";'=GiE 3201;" in text
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(document)))
    assert book.sheetnames == [words["overview"], "RP-6"]
    assert book.worksheets[0]["A5"].value == words["kafedra"]
    page = as_html(document).decode()
    assert page.index(words["overview"]) < page.index("=GiE 3201")
    assert words["signature"] in page
    assert document.as_data()["overview"]


def test_a_page_without_changes_says_so_once() -> None:
    page = as_html(made(only=frozenset())).decode()
    assert page.count(WORDS["no_rows"][1]) == 1


# -- from the journal ----------------------------------------------------------------------------------


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A loaded academy. The second student has moved to the first one's group, in the course too; the first is gone."""
    world = World(tmp_path, monkeypatch)
    run.apply_run(world.context)
    academy = world.academy
    rows = (enrolment(2, NAMESAKE, cohort=COHORT),)
    world.academy = replace(
        academy,
        people={key: person for key, person in academy.people.items() if key != STUDENT},
        members=(CohortMember(COHORT, NAMESAKE),),
        enrolments=HeldEnrolments({OFFERING: rows}),
        disciplines={k: replace(d, names=Names("Су", "Вода", "Water")) for k, d in academy.disciplines.items()},
    )
    return world


def seen(world: World, span: Span) -> list[tuple[str, str, str, str]]:
    with world.database.session() as session:
        return [(one.sort, one.key, one.before, one.after) for one in changes(session, span)]


def test_the_journal_tells_who_was_added_moved_and_suspended_and_what_was_renamed(world: World) -> None:
    number = run.apply_run(world.context).run_id
    rest = "(6B10101, 3-курс, 2026-2027/1)"
    assert [one[0] for one in seen(world, Span(run=1))] == ["person_added"] * 3 + ["course_created"]
    assert sorted(seen(world, Span(run=number))) == [
        ("course_renamed", OFFERING, f"Hygiene course kk {rest}", f"Су {rest}"),
        ("person_moved", NAMESAKE, "ЖМ-302", "ЖМ-301"),
        ("person_suspended", STUDENT, "", ""),
    ]


def test_a_course_that_leaves_the_records_is_archived_and_comes_back(world: World) -> None:
    academy, other = world.academy, "plt:offering:18"
    world.academy = replace(
        academy,
        offerings={other: replace(academy.offerings[OFFERING], key=other, language="ru")},
        enrolments=HeldEnrolments({other: (replace(enrolment(2, NAMESAKE), offering=other),)}),
    )
    archived = run.apply_run(world.context).run_id
    world.academy = academy
    returned = run.apply_run(world.context).run_id
    assert ("course_archived", OFFERING, "", "") in seen(world, Span(run=archived))
    sorts = [one[0] for one in seen(world, Span(run=returned)) if one[1] == OFFERING]
    assert sorts == ["course_restored", "course_renamed"]


def test_a_period_holds_what_happened_in_it(world: World) -> None:
    start = world.clock
    run.apply_run(world.context)
    assert "person_added" not in [one[0] for one in seen(world, Span(since=start))]
    assert {one[0] for one in seen(world, Span(until=start + timedelta(seconds=1)))} == {
        "person_added",
        "course_created",
    }
    assert len(seen(world, Span())) == 7


def test_rows_set_aside_are_those_of_the_period_or_since_the_run_before(world: World) -> None:
    now = world.now()
    with world.database.session() as session:
        session.add(ImportBatch(number=1, mode="full", started_at=now, verdict="partial"))
        session.flush()
        for number, severity in ((3, "error"), (4, "warning")):
            session.add(
                Quarantine(
                    batch_id=1, entity="person", sourced_id=STUDENT, file="p.csv", row=number, field="email",
                    rule="email", severity=severity, message=ROW, first_seen=now,
                )
            )  # fmt: skip
    number = run.apply_run(world.context).run_id
    assert ("row_set_aside", STUDENT, "", "") in seen(world, Span(run=number))
    assert "row_set_aside" not in [one[0] for one in seen(world, Span(run=1))]
    assert "row_set_aside" not in [one[0] for one in seen(world, Span(since=now + timedelta(seconds=1)))]
    with pytest.raises(PlanError, match="no run 99"):
        seen(world, Span(run=99))


def test_each_sort_has_a_word() -> None:
    assert WORDS.keys() >= set(SORTS)
