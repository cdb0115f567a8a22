"""What the reports on videos say of a small academy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dlt_sync.errors import RecordsError
from dlt_sync.kinds.academy import Names
from dlt_sync.media.shooting import Shooting, delay, overdue
from dlt_sync.report import videos
from dlt_sync.report.filters import Asked, Filter, faculty_of, find_filter
from dlt_sync.report.words import LANGUAGES, WORDS, Words
from tests.academies import FACULTY, KAFEDRA, TODAY
from tests.unit.report.material import KK, NO_LECTURES, RU, TOPICS, material


def test_coverage_counts_what_is_owed_and_leaves_out_what_owes_nothing() -> None:
    document = videos.coverage_by_programme(material())
    assert document.rows == (
        ("6B10101", "Medicine ru", 3, "казахский", 3, 1, 0, 0, 1, 1, 33.3),
        ("6B10101", "Medicine ru", 4, "русский", 3, 0, 0, 1, 0, 2, 0.0),
    )
    assert document.totals == ("Итого", None, None, None, 6, 1, 0, 1, 1, 3, 16.7)
    assert all(row[4] == sum(map(int, row[5:10])) for row in document.rows)


def test_coverage_by_kafedra_and_by_offering_counts_the_same_topics() -> None:
    by_kafedra, by_offering = videos.coverage_by_kafedra(material()), videos.coverage_by_offering(material())
    assert [row[0] for row in by_kafedra.rows] == ["Hygiene ru"]
    assert len(by_offering.rows) == 2
    assert by_kafedra.totals is not None
    assert by_offering.totals is not None
    assert by_kafedra.totals[1:] == by_offering.totals[2:]


def test_topics_of_a_state_are_listed_with_their_reason() -> None:
    document = videos.topics_in_state(material("kk"), ["broken", "not_owed"])
    assert [(row[2], row[3], row[6]) for row in document.rows] == [
        (2, "Су 2", "бейне жойылған"),
        *((n, f"Су {n}", "бұл пән бойынша дәріс сағаттары жоспарланбаған") for n in (1, 2, 3)),
    ]
    assert document.filters == (("Күйі", "Істен шыққан, Қажет емес"),)


def test_what_the_records_say_is_the_reason() -> None:
    said = replace(TOPICS[0], requires_video=False, no_video_reason="Клиникада өтеді")
    whole = material()
    (found, *_) = whole.standings
    one = replace(found, topic=said, state="not_owed", why=("records",))
    assert videos.reason_in_words(Words("kk"), one) == "Клиникада өтеді"
    silent = replace(one, topic=replace(said, no_video_reason=""))
    assert videos.reason_in_words(Words("en"), silent) == "the department's records ask for none"


def test_a_kafedra_s_videos_are_counted_with_minutes_and_authors() -> None:
    (row,) = videos.videos_by_kafedra(material()).rows
    assert row == ("Hygiene ru", 3, 2, 2, 3, 1, 30, "Үлгібаев Өскен Мысалұлы")
    (row,) = videos.videos_by_kafedra(material(asked=Asked(language="kk"))).rows
    assert row[1:7] == (2, 1, 1, 2, 1, 30)
    (row,) = videos.videos_by_kafedra(material(asked=Asked(term="2"))).rows
    assert row[1:6] == (3, 2, 2, 1, 0)


def test_the_plan_stands_beside_the_fact_by_day() -> None:
    document = videos.plan_and_fact(material())
    assert [(row[0], row[3], row[6], row[7], row[9]) for row in document.rows] == [
        ("2026-09", "1. Вода 1", date(2026, 9, 10), date(2026, 9, 14), 4),
        ("2026-10", "Ауа", date(2026, 10, 5), None, None),
        ("2026-10", "От", date(2026, 10, 5), None, None),
        ("2026-11", "3. Вода 3", date(2026, 11, 20), None, 3),
        ("", "Жер", None, None, None),
    ]
    assert videos.plan_and_fact(material(), "week").rows[0][0] == "2026-W37"
    assert [row[3] for row in videos.plan_and_fact(material(asked=Asked(language="ru"))).rows] == ["Ауа"]


@pytest.mark.parametrize(
    ("changes", "late"),
    [
        ({}, 3),
        ({"planned_on": None}, None),
        ({"planned_on": date(2026, 12, 1)}, 0),
        ({"stage": "cancelled"}, None),
        ({"reached": (("shot", date(2026, 11, 25)),), "stage": "shot"}, 5),
        ({"reached": (("shot", date(2026, 11, 18)),), "stage": "shot"}, 0),
        ({"stage": "approved"}, None),
        ({"reached": (("shot", None),), "stage": "shot"}, None),
        ({"reached": (("shot", None), ("approved", date(2026, 11, 25))), "stage": "approved"}, None),
        ({"reached": (("scheduled", None), ("shot", date(2026, 11, 25))), "stage": "shot"}, 5),
        ({"reached": (("rejected", date(2026, 11, 1)),)}, 3),
        ({"reached": (("shot", date(2026, 11, 1)),)}, 3),  # it went back, to be shot again
    ],
)
def test_a_shooting_is_late_until_it_is_shot(changes: dict[str, object], late: int | None) -> None:
    one = replace(Shooting("s", "scheduled", "kk", planned_on=date(2026, 11, 20)), **changes)  # type: ignore[arg-type]
    assert delay(one, TODAY) == late
    assert overdue(one, TODAY) == (late or None if one.is_to_be_shot else None)


def test_link_health_names_the_place_the_day_the_kind_and_the_owner() -> None:
    row, other = videos.link_health(material()).rows
    assert other[1:] == row[1:]  # the same video in a course that owes none
    assert row[1:] == (
        2,
        "Вода 2",
        "https://media.academy.example/v/2",
        date(2026, 11, 20),
        "видео удалено",
        True,
        "Hygiene ru",
        "Үлгібаев Өскен Мысалұлы",
    )


@pytest.mark.parametrize(
    ("asked", "offerings"),
    [
        (Asked(), {KK.key, RU.key, NO_LECTURES.key}),
        (Asked(year="2026-2027"), {KK.key, RU.key, NO_LECTURES.key}),
        (Asked(year="2025-2026"), set()),
        (Asked(term="2"), {RU.key}),
        (Asked(language="ru"), {RU.key}),
        (Asked(level="master"), set()),
        (Asked(level="integrated", faculty="faculty KK"), {KK.key, RU.key, NO_LECTURES.key}),
        (Asked(kafedra=KAFEDRA), {KK.key, RU.key, NO_LECTURES.key}),
        (Asked(programme="6В10101"), {KK.key, RU.key, NO_LECTURES.key}),  # a Cyrillic letter
        (Asked(programme="medicine"), {KK.key, RU.key, NO_LECTURES.key}),
    ],
)
def test_filters_take_offerings(asked: Asked, offerings: set[str]) -> None:
    assert set(material(asked=asked).offerings) == offerings


def test_filters_that_mean_nothing_are_all_named() -> None:
    with pytest.raises(RecordsError) as stopped:
        material(asked=Asked(faculty="Нет", kafedra="такой"))
    assert stopped.value.problems == ("There is no faculty “Нет”.", "There is no kafedra “такой”.")


def test_filters_are_said_in_the_language_of_the_report() -> None:
    asked = Asked(year="2026-2027", kafedra="hygiene", language="kk", level="integrated")
    whole = material("kk", asked)
    assert whole.filter.in_words(whole.source, whole.words) == (
        ("Оқу жылы", "2026-2027"),
        ("Кафедра", "Hygiene kk"),
        ("Тіл", "қазақша"),
        ("Деңгей", "үздіксіз интеграцияланған"),
    )


def test_a_unit_belongs_to_the_faculty_above_it() -> None:
    source = material().source
    assert faculty_of(source, KAFEDRA) == FACULTY
    assert faculty_of(source, FACULTY) == FACULTY
    assert faculty_of(source, "plt:academy:1") is None
    assert faculty_of(source, "plt:none") is None
    assert Filter(kafedras=frozenset()).takes_kafedra(source, KAFEDRA) is False
    assert find_filter(source, Asked(faculty=FACULTY)).takes_kafedra(source, KAFEDRA)


@pytest.mark.parametrize("key", WORDS)
def test_every_word_is_there_in_three_languages(key: str) -> None:
    assert all(WORDS[key])
    assert [Words(language)[key] for language in LANGUAGES] == list(WORDS[key])


def test_days_and_numbers_are_written_as_the_language_does() -> None:
    assert [Words(language).day(date(2026, 9, 1)) for language in LANGUAGES] == [
        "01.09.2026",
        "01.09.2026",
        "2026-09-01",
    ]
    assert [Words(language).decimal(33.34) for language in LANGUAGES] == ["33,3", "33,3", "33.3"]


def test_a_report_of_nothing_has_no_totals() -> None:
    empty = material(asked=Asked(year="1999-2000"))
    for document in (videos.coverage_by_programme(empty), videos.link_health(empty), videos.plan_and_fact(empty)):
        assert (document.rows, document.totals) == ((), None)


def test_a_name_falls_back_to_another_language() -> None:
    assert Names(kk="Су").in_language("en") == "Су"
