"""Topics, videos and placements in the records: what is taken, what is set aside, what is only remarked on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from dlt_sync.db import Database
from dlt_sync.records.questions import load_academy
from dlt_sync.records.stamp import records_stamp
from dlt_sync.records.tables import Topic, VideoAsset, VideoPlacement
from tests.unit.records.files import Exports, load, rules

TOPICS = (
    "sourced_id,offering_id,discipline_id,number,kind,title_kk,title_ru,hours,week_no,requires_video,no_video_reason\n"
    "dlt:topic:1,,plt:subject:302,1,lecture,Жұқпалы аурулар,Инфекционные болезни,2,1,,\n"
    "dlt:topic:2,,plt:subject:302,2,lecture,Су гигиенасы,Гигиена воды,2,2,0,экскурсия\n"
    "dlt:topic:3,plt:offering:18,,1,practical,,Практика,1.5,3,1,\n"
)
VIDEOS = (
    "sourced_id,discipline_id,kind,language,title,author_ids,kafedra_id,recorded_on,duration_s,url,shows_patient,"
    "consent_ref,captions\n"
    "dlt:video:1,plt:subject:302,lecture,kk,Жұқпалы аурулар,plt:tutor:820001,plt:cafedra:59,2025-10-01,2700,"
    "https://youtu.be/abcdefghijk?t=53s,0,,қаз; ru\n"
    "dlt:video:2,plt:subject:302,demo,ru,Осмотр,,,,,https://media.academy.example/v/2/,1,акт 7,\n"
)
PLACEMENTS = (
    "sourced_id,video_id,topic_id,offering_id\n"
    "dlt:placement:1,dlt:video:1,dlt:topic:1,\n"
    "dlt:placement:2,dlt:video:2,dlt:topic:1,plt:offering:17\n"
)


@pytest.fixture
def media(exports: Exports) -> Exports:
    """The tiny academy with the department's lists."""
    exports.write("topic", TOPICS)
    exports.write("video_asset", VIDEOS)
    exports.write("video_placement", PLACEMENTS)
    return exports


def test_the_lists_are_taken(database: Database, media: Exports) -> None:
    result = load(database, media)
    assert not result.problems
    with database.session() as session:
        topics = {topic.sourced_id: topic for topic in session.scalars(select(Topic))}
        video = session.get_one(VideoAsset, "dlt:video:1")
        places = {place.sourced_id: place.offering_id for place in session.scalars(select(VideoPlacement))}
        assert [topics[f"dlt:topic:{n}"].requires_video for n in (1, 2, 3)] == [None, False, True]
        assert (topics["dlt:topic:2"].no_video_reason, topics["dlt:topic:3"].hours) == ("экскурсия", 1.5)
        assert video.url == "https://www.youtube.com/watch?v=abcdefghijk"
        assert (video.state, video.captions, video.recorded_on) == ("published", "kk;ru", date(2025, 10, 1))
        assert (video.author_ids, video.shows_patient) == ("plt:tutor:820001", False)
    assert places == {"dlt:placement:1": None, "dlt:placement:2": "plt:offering:17"}


def test_headers_in_russian_and_kazakh_are_known(database: Database, media: Exports) -> None:
    russian = (
        "Код;Код дисциплины;Вид;Язык;Название;Авторы;Кафедра;Дата записи;Длительность, с;Ссылка;Пациент;Согласие;"
        "Субтитры"
    )
    kazakh = (
        "Коды;Пән коды;Түрі;Тілі;Атауы;Авторлар;Кафедра коды;Жазылған күні;Ұзақтығы;Сілтеме;Науқас көрінеді;Келісім;"
        "Субтитрлер"
    )
    rows = VIDEOS.split("\n", 1)[1].replace("қаз; ru", "қаз").replace(",", ";")
    for header in (russian, kazakh):
        media.write("video_asset", f"{header}\n{rows}")
        assert not load(database, media).problems
    with database.session() as session:
        assert session.get_one(VideoAsset, "dlt:video:2").consent_ref == "акт 7"


SPOILT: dict[str, tuple[Callable[[Exports], None], tuple[str, int, str, str]]] = {
    "a topic of nobody": (
        lambda e: e.replace("topic", ",,plt:subject:302,1,", ",,,1,"),
        ("topic", 2, "offering_id, discipline_id", "just_one_of"),
    ),
    "a topic of both": (
        lambda e: e.replace("topic", "dlt:topic:1,,plt", "dlt:topic:1,plt:offering:17,plt"),
        ("topic", 2, "offering_id, discipline_id", "just_one_of"),
    ),
    "no title": (
        lambda e: e.replace("topic", ",Практика,", ",,"),
        ("topic", 4, "title_ru, title_kk, title_en", "one_of"),
    ),
    "no reason": (lambda e: e.replace("topic", "экскурсия", ""), ("topic", 3, "no_video_reason", "no_video_reason")),
    "no address": (
        lambda e: e.replace("video_asset", "https://media", "file://media"),
        ("video_asset", 3, "url", "url"),
    ),
    "the same video written otherwise": (
        lambda e: e.replace(
            "video_asset", "https://media.academy.example/v/2/", "http://www.youtube.com/embed/abcdefghijk"
        ),
        ("video_asset", 3, "url", "same_video"),
    ),
    "a patient without consent": (
        lambda e: e.replace("video_asset", "акт 7", ""),
        ("video_asset", 3, "consent_ref", "no_consent"),
    ),
    "an unknown author": (
        lambda e: e.replace("video_asset", "plt:tutor:820001,", "plt:tutor:820001;plt:tutor:9,"),
        ("video_asset", 2, "author_ids", "soft_reference"),
    ),
    "an author who is no key": (
        lambda e: e.replace("video_asset", "plt:tutor:820001,", "Үлгібаев,"),
        ("video_asset", 2, "author_ids", "key"),
    ),
    "captions in no language": (
        lambda e: e.replace("video_asset", "қаз; ru", "kk;de"),
        ("video_asset", 2, "captions", "several"),
    ),
    "a placement of no video": (
        lambda e: e.replace("video_placement", "dlt:video:2", "dlt:video:7"),
        ("video_placement", 3, "video_id", "reference"),
    ),
}
REMARKS = {"no_video_reason", "no_consent", "soft_reference"}


@pytest.mark.parametrize("case", SPOILT)
def test_what_is_wrong_is_said(database: Database, media: Exports, case: str) -> None:
    spoil, expected = SPOILT[case]
    spoil(media)
    result = load(database, media)
    assert expected in rules(result)
    entity, row, _, rule = expected
    aside = result.counts[entity]["set_aside"]
    assert aside == (0 if rule in REMARKS else 1)
    assert next(p for p in result.problems if p.row == row and p.entity == entity).remedy


def test_an_unknown_author_is_left_out_and_the_others_stay(database: Database, media: Exports) -> None:
    media.replace("video_asset", "plt:tutor:820001,", "plt:tutor:9;plt:tutor:820001;plt:tutor:820001,")
    load(database, media)
    with database.session() as session:
        assert session.get_one(VideoAsset, "dlt:video:1").author_ids == "plt:tutor:820001"


def test_what_hangs_on_a_row_that_was_set_aside_is_set_aside_too(database: Database, media: Exports) -> None:
    media.replace("topic", ",,plt:subject:302,1,", ",,,1,")
    assert ("video_placement", 2, "topic_id", "depends") in rules(load(database, media))
    with database.session() as session:
        unknown = load_academy(session).unknown
    assert {("topic", "dlt:topic:1"), ("video_placement", "dlt:placement:1")} <= unknown


def test_the_lists_may_stay_away_until_they_were_there(database: Database, exports: Exports) -> None:
    load(database, exports)
    exports.write("topic", TOPICS)
    load(database, exports)
    exports.path("topic").unlink()
    with pytest.raises(Exception, match="refused") as refused:
        load(database, exports)
    assert "topic: its file is missing" in str(getattr(refused.value, "problems", ""))


def test_an_empty_cell_leaves_the_question_to_the_kind_of_class(database: Database, media: Exports) -> None:
    load(database, media)
    media.replace("topic", "2,2,0,экскурсия", "2,2,,")
    load(database, media)
    with database.session() as session:
        assert session.get_one(Topic, "dlt:topic:2").requires_video is None


def test_a_video_changes_the_stamp_but_not_that_of_people_and_courses(database: Database, media: Exports) -> None:
    def stamps() -> tuple[str, str]:
        with database.session() as session:
            stamp = records_stamp(session, date(2026, 11, 16))
            return stamp.whole, stamp.calm

    load(database, media)
    before = stamps()
    media.replace("video_asset", "Осмотр", "Осмотр пациента")
    load(database, media)
    after = stamps()
    assert (after[0] != before[0], after[1]) == (True, before[1])


def test_the_kinds_read_them_with_their_references(database: Database, media: Exports) -> None:
    load(database, media)
    with database.session() as session:
        library = load_academy(session).library
    assert sorted(library.topics) == ["dlt:topic:1", "dlt:topic:2", "dlt:topic:3"]
    assert library.topics["dlt:topic:1"].titles.kk == "Жұқпалы аурулар"
    assert library.videos["dlt:video:1"].authors == ("plt:tutor:820001",)
    assert library.videos["dlt:video:1"].captions == ("kk", "ru")
    assert library.placements["dlt:placement:2"].offering == "plt:offering:17"


def test_a_placement_falls_with_its_video(database: Database, media: Exports) -> None:
    load(database, media)
    with database.session() as session:
        session.get_one(VideoAsset, "dlt:video:2").status = "tobedeleted"
    with database.session() as session:
        assert list(load_academy(session).library.placements) == ["dlt:placement:1"]


def test_an_address_that_was_found_to_have_moved_changes_the_stamp(database: Database, media: Exports) -> None:
    load(database, media)
    with database.session() as session:
        before = records_stamp(session, date(2026, 11, 16))
        session.get_one(VideoAsset, "dlt:video:2").moved_to = "https://media.academy.example/v/3"
    with database.session() as session:
        after = records_stamp(session, date(2026, 11, 16))
    assert (after.whole != before.whole, after.calm) == (True, before.calm)


@pytest.mark.parametrize(
    ("entity", "old", "new", "unknown"),
    [
        ("topic", "dlt:topic:1,,plt:subject:302,1,lecture", "dlt:topic:1,,plt:subject:302,1,talk", {1, 2}),
        ("video_asset", "dlt:video:2,plt:subject:302,demo", "dlt:video:2,plt:subject:302,film", {2}),
    ],
)
def test_of_a_topic_or_a_video_set_aside_the_placements_are_unknown(
    database: Database, media: Exports, entity: str, old: str, new: str, unknown: set[int]
) -> None:
    load(database, media)
    media.replace(entity, old, new)
    load(database, media)
    with database.session() as session:
        found = {key for of, key in load_academy(session).unknown if of == "video_placement"}
    assert found == {f"dlt:placement:{number}" for number in unknown}
