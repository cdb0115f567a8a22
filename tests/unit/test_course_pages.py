"""What courses' Videos pages are told: all of it once, then only what is new, and nothing in a night without news."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from dlt_sync import run
from dlt_sync.course_pages import topics_shown
from dlt_sync.errors import MoodleError
from dlt_sync.journal.settled import WHOLE
from dlt_sync.journal.shown import shown_hashes
from dlt_sync.kinds.academy import HeldVideos, Names, Placement, Topic, Video
from dlt_sync.kinds.kind import Source
from dlt_sync.kinds.rules import Rules
from dlt_sync.media.coverage import Link, UpToDate
from dlt_sync.moodle.contract import PageStatus, TopicStatus, VideoStatus
from dlt_sync.records.stamp import RecordsStamp
from dlt_sync.records.tables import Discipline, ImportBatch, LinkCheck, Org, Record, VideoAsset
from tests.academies import KAFEDRA, OFFERING, TODAY, by_key, small_academy
from tests.worlds import World

OTHER = "plt:offering:18"
KK = small_academy().offerings[OFFERING]
TOPIC = Topic("t:1", 1, "lecture", Names(kk="Су", ru="Вода"), discipline=KK.discipline, week_no=2)
PRACTICAL = replace(TOPIC, key="t:2", kind="practical", week_no=None)
VIDEO = Video("v:1", KK.discipline, "lecture", "kk", "Су", "https://media.academy.example/v/1", duration_s=90)
PLACE = Placement("p:1", VIDEO.key, TOPIC.key)


def library(*videos: Video, topics: tuple[Topic, ...] = (TOPIC, PRACTICAL)) -> HeldVideos:
    return HeldVideos(by_key(*topics), by_key(*videos), by_key(PLACE) if videos else {})


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two courses of one discipline, with its topics and a video, all told."""
    world = World(tmp_path, monkeypatch)
    offerings = by_key(KK, replace(KK, key=OTHER, language="ru", study_year=4))
    world.academy = small_academy(offerings=offerings, library=library(VIDEO))
    assert run.apply_run(world.context).exit_code == 0
    return world


@pytest.fixture
def told(world: World) -> Callable[[], list[str]]:
    """The courses whose topics a run tells, in order."""

    def courses() -> list[str]:
        before = len(world.bridge.pushes)
        run.apply_run(world.context)
        return [course for push in world.bridge.pushes[before:] for course in push.courses]

    return courses


def test_a_page_is_told_each_topic_in_the_course_s_language(world: World) -> None:
    video = VideoStatus(f"{OFFERING}|p:1", "Су", "kk", VIDEO.url, "ok", 90)
    practical = TopicStatus("t:2", 1, "practical", "Су", None, False, "дәріс емес", "not_owed")
    lecture = TopicStatus("t:1", 1, "lecture", "Су", 2, True, "", "ok", videos=(video,))
    assert world.bridge.topics[OFFERING] == (lecture, practical)
    (foreign, _) = world.bridge.topics[OTHER]
    assert (foreign.title, foreign.state, foreign.videos) == ("Вода", "other_language", ())


@pytest.mark.parametrize(
    ("video", "link", "state", "why"),
    [
        (replace(VIDEO, state="stale"), None, "stale", "declared"),
        (VIDEO, Link("gone", broken=True, checked=7), "broken", "gone"),
    ],
)
def test_a_page_is_told_why(video: Video, link: Link | None, state: str, why: str) -> None:
    source = Source(small_academy(library=library(video)), Rules(), TODAY)
    links = {VIDEO.url: link} if link else {}
    (found, _) = topics_shown(source, KK, links, UpToDate())
    assert (found.state, found.why, found.checked) == (state, why, link.checked if link else 0)


def test_a_night_without_news_loads_nothing_and_tells_nothing(
    world: World, told: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world, "stamp", lambda today: RecordsStamp("the same", "the same"))
    run.apply_run(world.context)

    def refuse(session: object) -> None:
        raise AssertionError("the records are loaded")

    monkeypatch.setattr(run, "load_academy", refuse)
    world.clock += timedelta(days=1)
    assert told() == []
    run.show_topics(world.context)
    assert [push for push in world.bridge.pushes if push.courses][1:] == []


def test_only_a_course_whose_list_changed_is_told(world: World, told: Callable[[], list[str]]) -> None:
    assert told() == []
    longer = replace(VIDEO, duration_s=100)
    world.academy = replace(world.academy, library=library(longer))
    assert told() == [OFFERING]
    assert world.bridge.topics[OFFERING][0].videos[0].duration_s == 100
    assert told() == []


def test_a_course_that_lost_its_topics_is_told_so_once(world: World) -> None:
    world.academy = replace(world.academy, library=library(topics=()))
    before = len(world.bridge.pushes)
    run.show_topics(world.context)
    run.show_topics(world.context)
    assert world.bridge.topics == {OFFERING: (), OTHER: ()}
    assert len(world.bridge.pushes) == before + 1


def test_a_course_without_topics_is_not_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, monkeypatch)
    run.apply_run(world.context)
    assert world.bridge.topics == {}


def check(world: World, *, streak: int, first_failed: timedelta, verdict: str = "gone") -> None:
    """What a link check found of the video."""
    now = world.clock
    with world.database.session() as session:
        session.execute(delete(LinkCheck))
        session.add(
            LinkCheck(
                url=VIDEO.url,
                host="media.academy.example",
                provider="generic_page",
                checked_at=now,
                verdict=verdict,
                verdict_since=now,
                first_failed_at=now - first_failed if streak else None,
                fail_streak=streak,
            )
        )


def test_a_link_that_broke_is_told_and_one_that_failed_once_is_not(world: World, told: Callable[[], list[str]]) -> None:
    check(world, streak=1, first_failed=timedelta())
    assert told() == [OFFERING]  # it was never checked before
    world.clock += timedelta(hours=1)
    check(world, streak=2, first_failed=timedelta(hours=1))
    assert told() == []
    world.clock += timedelta(days=1)
    check(world, streak=3, first_failed=timedelta(hours=25))
    assert told() == [OFFERING, OTHER]  # what is broken is no help in another language either
    assert world.bridge.topics[OFFERING][0].state == "broken"
    check(world, streak=0, first_failed=timedelta(), verdict="ok")
    run.show_topics(world.context)  # what a link check calls when it is done
    assert world.bridge.topics[OFFERING][0].state == "ok"


def test_the_day_on_which_a_video_grows_old_is_news(
    world: World, told: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    aging = replace(VIDEO, recorded_on=date(2021, 11, 25), review_due_on=date(2026, 11, 27))
    world.academy = replace(world.academy, library=library(aging))
    world.context = replace(world.context, up_to_date=UpToDate(stale_after_years=5))
    with world.database.session() as session:
        session.add(ImportBatch(number=1, mode="full", started_at=world.clock, verdict="ok"))
        session.flush()
        session.add_all(_rows(aging, world.clock))
    monkeypatch.setattr(world, "stamp", lambda today: RecordsStamp("the same", "the same"))
    told()
    reasons = []
    for _ in range(5):
        world.clock += timedelta(days=1)
        news = told()
        reasons.append((news, world.bridge.topics[OFFERING][0].why))
    assert reasons == [([], ""), ([OFFERING], "age"), ([], "age"), ([OFFERING], "review_due"), ([], "review_due")]


def _rows(video: Video, now: datetime) -> list[Record]:
    """The video as a record, and what it refers to."""
    known = {"status": "active", "batch_id": 1, "date_last_modified": now}
    return [
        Org(sourced_id=KAFEDRA, type="kafedra", **known),
        Discipline(sourced_id=video.discipline, code="", code_as_printed="", kafedra_id=KAFEDRA, **known),
        VideoAsset(
            sourced_id=video.key,
            discipline_id=video.discipline,
            kind=video.kind,
            language=video.language,
            title=video.title,
            url=video.url,
            recorded_on=video.recorded_on,
            review_due_on=video.review_due_on,
            **known,
        ),
    ]


def test_what_is_up_to_date_is_news_when_the_department_says_otherwise(
    world: World, told: Callable[[], list[str]]
) -> None:
    world.academy = replace(world.academy, library=library(replace(VIDEO, state="stale")))
    assert told() == [OFFERING]
    world.context = replace(world.context, up_to_date=UpToDate(stale_if_declared=False))
    assert told() == [OFFERING]


def test_a_moodle_that_cannot_be_told_is_a_warning_and_is_told_the_next_time(
    world: World, told: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world.academy = replace(world.academy, library=library(replace(VIDEO, title="Ауа")))
    push = world.bridge.push_status

    def refuse(status: PageStatus) -> frozenset[str]:
        if status.courses:
            raise MoodleError("The site is busy.", remedy="Wait.", errorcode="busy")
        return push(status)

    with monkeypatch.context() as patched:
        patched.setattr(world.bridge, "push_status", refuse)
        assert run.apply_run(world.context).exit_code == 0
    (warning,) = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert warning == "Moodle's pages were not told how all topics stand: The site is busy. Wait."
    assert told() == [OFFERING]


def test_a_course_that_moodle_refuses_keeps_no_other_from_being_told(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    renamed = replace(TOPIC, titles=Names(kk="Ауа", ru="Воздух"))
    world.academy = replace(world.academy, library=library(VIDEO, topics=(renamed,)))
    push = world.bridge.push_status

    def refuse(status: PageStatus) -> frozenset[str]:
        if OFFERING in status.courses:
            raise MoodleError("It is no topic.", errorcode="badrequest")
        return push(status)

    monkeypatch.setattr(world.bridge, "push_status", refuse)
    run.apply_run(world.context)
    assert world.bridge.topics[OTHER][0].title == "Воздух"
    assert world.bridge.topics[OFFERING][0].title == "Су"
    assert f"Moodle refuses the topics of {OFFERING}: It is no topic." in caplog.text
    with world.database.session() as session:
        before = shown_hashes(session)
    run.apply_run(world.context)
    with world.database.session() as session:
        assert shown_hashes(session) == before
    assert WHOLE in before


def test_another_fault_while_courses_are_told_alone_stops(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world.academy = replace(world.academy, library=library(replace(VIDEO, title="Ауа")))
    faults = iter(["badrequest", "busy"])

    def refuse(status: PageStatus) -> frozenset[str]:
        if status.courses:
            raise MoodleError("No.", errorcode=next(faults))
        return frozenset()

    monkeypatch.setattr(world.bridge, "push_status", refuse)
    run.apply_run(world.context)
    assert "were not told how all topics stand: No." in caplog.text


def test_a_run_over_midnight_leaves_the_new_day_to_the_next(world: World, told: Callable[[], list[str]]) -> None:
    world.clock = datetime(2026, 11, 24, 18, 59, 55, tzinfo=UTC)  # five seconds before midnight in Almaty
    world.academy = replace(world.academy, library=library(replace(VIDEO, title="Ауа")))
    assert told() == [OFFERING]
    assert told() == []
