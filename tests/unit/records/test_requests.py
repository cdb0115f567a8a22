"""The department's shooting plan: stages with their days, and what was decided elsewhere meanwhile."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from dlt_sync.db import Database
from dlt_sync.records import requests
from dlt_sync.records.tables import Topic, VideoRequest
from tests.unit.records.files import NOW, Exports, load, rules
from tests.unit.records.test_videos import PLACEMENTS, TOPICS, VIDEOS

HEADER = "sourced_id,type,topic_id,title,stage,planned_on,specialist,reason\n"
PLAN = HEADER + (
    "plan:request:1,shooting,dlt:topic:1,Жұқпалы аурулар,,,,\n"
    "plan:request:2,shooting,dlt:topic:2,Су,scheduled,01.10.2026,Б. Демо,\n"
)
LATER = NOW + timedelta(days=3)


@pytest.fixture
def plan(exports: Exports) -> Exports:
    """The tiny academy with topics, videos and a shooting plan."""
    exports.write("topic", TOPICS)
    exports.write("video_asset", VIDEOS)
    exports.write("video_placement", PLACEMENTS)
    exports.write("video_request", PLAN)
    return exports


def request(database: Database, key: str) -> VideoRequest:
    with database.session() as session:
        return requests.find(session, key)


def steps(database: Database, key: str) -> list[tuple[str, str, str]]:
    """The history of a request: stage, who, from where."""
    with database.session() as session:
        return [(step.stage, step.by, step.source) for step in requests.history(session, key)]


def decide(database: Database, key: str, stage: str, **decided: Any) -> None:
    """Somebody decides at the command line, an hour after the import."""
    at = NOW + timedelta(hours=1)
    with database.session() as session:
        found = requests.find(session, key)
        assert requests.move(
            session, found, stage, by="A. Demo", source=requests.COMMAND, at=at, day=at.date(), **decided
        )


def test_what_a_list_brings_begins_today_and_its_stage_on_a_day_nobody_knows(database: Database, plan: Exports) -> None:
    assert not load(database, plan).problems
    one, two = request(database, "plan:request:1"), request(database, "plan:request:2")
    assert (one.stage, one.dates) == ("requested", {"requested": "2026-11-16"})
    assert (two.stage, two.dates, two.planned_on) == ("scheduled", {"scheduled": ""}, date(2026, 10, 1))
    assert two.stage_changed_at == NOW
    assert steps(database, "plan:request:2") == [("scheduled", "methodist", "import")]


def test_stages_and_types_may_be_written_in_kazakh_and_russian(database: Database, plan: Exports) -> None:
    plan.add("video_request", "plan:request:3,Түсірілім,dlt:topic:1,,Түсірілді,,,")
    plan.add("video_request", "plan:request:4,Проблема с видео,dlt:topic:1,,Отклонена,,,уже исправлено")
    assert not load(database, plan).problems
    three, four = request(database, "plan:request:3"), request(database, "plan:request:4")
    assert (three.type, three.stage, four.type, four.stage) == ("shooting", "shot", "problem", "rejected")


def test_a_new_day_of_shooting_is_told_though_the_stage_stays(database: Database, plan: Exports) -> None:
    load(database, plan)
    plan.replace("video_request", "01.10.2026", "08.10.2026")
    load(database, plan, now=LATER)
    found = request(database, "plan:request:2")
    assert (found.stage_changed_at, found.planned_on) == (LATER, date(2026, 10, 8))
    assert found.dates == {"scheduled": ""}
    assert [step[0] for step in steps(database, "plan:request:2")] == ["scheduled", "scheduled"]


def test_a_stage_that_changed_in_the_list_is_reached_on_the_day_of_the_import(
    database: Database, plan: Exports
) -> None:
    load(database, plan)
    plan.replace("video_request", "Су,scheduled", "Су,shot")
    load(database, plan, now=LATER)
    found = request(database, "plan:request:2")
    assert found.dates == {"scheduled": "", "shot": "2026-11-19"}
    assert [step[0] for step in steps(database, "plan:request:2")] == ["scheduled", "shot"]


def test_the_same_list_again_undoes_no_decision(database: Database, plan: Exports) -> None:
    load(database, plan)
    decide(database, "plan:request:2", "shot", specialist="В. Демо")
    result = load(database, plan, now=LATER)
    assert result.counts["video_request"]["unchanged"] == 2
    found = request(database, "plan:request:2")
    assert (found.stage, found.specialist, found.planned_on) == ("shot", "В. Демо", date(2026, 10, 1))


def test_what_the_list_says_anew_comes_later_and_counts(database: Database, plan: Exports) -> None:
    load(database, plan)
    decide(database, "plan:request:1", "accepted")
    plan.replace("video_request", "Жұқпалы аурулар,,,,", "Жұқпалы аурулар,cancelled,,,курс закрыт")
    load(database, plan, now=LATER)
    found = request(database, "plan:request:1")
    assert (found.stage, found.reason) == ("cancelled", "курс закрыт")
    assert [step[0] for step in steps(database, "plan:request:1")] == ["requested", "accepted", "cancelled"]


def test_a_stage_that_the_type_does_not_know_and_a_refusal_without_reason_are_set_aside(
    database: Database, plan: Exports
) -> None:
    plan.add(
        "video_request",
        "plan:request:3,problem,dlt:topic:1,,shot,,,",
        "plan:request:4,shooting,dlt:topic:1,,rejected,,,",
        "plan:request:5,shooting,dlt:topic:1,,scheduled,,,",
    )
    assert rules(load(database, plan)) == [
        ("video_request", 4, "stage", "stage_of_type"),
        ("video_request", 5, "reason", "no_reason"),
        ("video_request", 6, "planned_on", "no_plan"),
    ]


def test_what_leaves_the_list_is_cancelled_and_what_people_asked_for_elsewhere_stays(
    database: Database, plan: Exports
) -> None:
    load(database, plan)
    with database.session() as session:
        texts = {"type": "suggestion", "topic_id": "dlt:topic:1", "url": "https://media.example/1"}
        requests.ask(
            session,
            "moodle:request:1",
            texts,
            by="А. Оқытушы",
            source=requests.MOODLE,
            at=NOW,
            day=NOW.date(),
            batch=1,
        )
    plan.drop("video_request", "plan:request:1")
    load(database, plan, now=LATER)
    gone = request(database, "plan:request:1")
    assert (gone.status, gone.stage, gone.reason) == ("tobedeleted", "cancelled", requests.NOT_LISTED_ANY_MORE)
    assert request(database, "moodle:request:1").status == "active"


def test_what_comes_back_into_the_list_begins_as_the_list_says(database: Database, plan: Exports) -> None:
    load(database, plan)
    plan.drop("video_request", "plan:request:2")
    load(database, plan, now=LATER)
    plan.write("video_request", PLAN)
    load(database, plan, now=LATER + timedelta(days=1), accept_older=frozenset({"video_request"}))
    found = request(database, "plan:request:2")
    assert (found.status, found.stage, found.reason) == ("active", "scheduled", "")
    assert [step[0] for step in steps(database, "plan:request:2")] == ["scheduled", "cancelled", "scheduled"]


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("Жұқпалы аурулар,Инфекционные болезни", "Вирустар,Инфекционные болезни", date(2026, 11, 19)),
        ("practical,,Практика", "practical,Тәжірибе,Практика", None),
        ("экскурсия", "выезд", None),
    ],
    ids=["another title", "a title in one more language", "another reason"],
)
def test_a_topic_changes_when_its_title_does(
    database: Database, plan: Exports, old: str, new: str, changed: date | None
) -> None:
    load(database, plan)
    plan.replace("topic", old, new)
    load(database, plan, now=LATER)
    with database.session() as session:
        days = {topic.changed_on for topic in session.scalars(select(Topic))} - {None}
    assert days == ({changed} if changed else set())


def test_a_list_that_says_itself_when_a_topic_changed_is_believed(database: Database, plan: Exports) -> None:
    text = TOPICS.replace("no_video_reason\n", "no_video_reason,changed_on\n").replace(",,\n", ",,,\n", 1)
    plan.write("topic", text)
    load(database, plan)
    told = text.replace("2,1,,,\n", "2,1,,,2026-08-30\n").replace("Жұқпалы", "Вирустық")
    plan.write("topic", told)
    load(database, plan, now=LATER)
    with database.session() as session:
        assert session.get_one(Topic, "dlt:topic:1").changed_on == date(2026, 8, 30)
    plan.write("topic", told.replace("2026-08-30", ""))
    load(database, plan, now=LATER)
    with database.session() as session:
        assert session.get_one(Topic, "dlt:topic:1").changed_on == date(2026, 8, 30)
