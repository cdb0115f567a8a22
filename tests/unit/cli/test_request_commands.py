"""video requests, accept, decline, stage, ask: a decision in somebody's name, and what the list says of it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.memory import MemoryBridge
from tests.unit.cli.conftest import NOW, Commands

WHO = ("--as", "A. Demo, methodist")
COURSE, TOPIC, TEACHER = "plt:offering:17", "plt:topic:1", "plt:tutor:820001"
TOPICS = f"sourced_id,offering_id,number,kind,title_ru\n{TOPIC},{COURSE},1,lecture,Гигиена воды\n"
PLAN = (
    "sourced_id,type,topic_id,title,stage,planned_on,asked_by_id\n"
    f"plan:request:1,shooting,{TOPIC},Вода,scheduled,01.12.2026,{TEACHER}\n"
)


@pytest.fixture
def asked(loaded: Commands, exports: Path) -> Commands:
    """Commands with a topic and a shooting plan of one line."""
    (exports / "topic.csv").write_text(TOPICS, encoding="utf-8")
    (exports / "video_request.csv").write_text(PLAN, encoding="utf-8")
    for file in exports.iterdir():
        os.utime(file)
    result = loaded("records", "import", "exports")
    assert result.exit_code == 0, result.output
    return loaded


def days_later(days: int) -> Callable[[], datetime]:
    return lambda: NOW + timedelta(days=days)


def test_requests_are_listed_with_their_age_and_delay_and_without_names(asked: Commands) -> None:
    (found,) = json.loads(asked("video", "requests", "--overdue", "--json", now=days_later(10)).stdout)
    assert (found["key"], found["kafedra"], found["topic"]) == ("plan:request:1", "Гигиена", "1. Гигиена воды")
    assert (found["age_days"], found["delay_days"], found["planned_on"]) == (None, 3, "2026-12-01")
    assert found["asker"] == "Ү. Ө."
    people = asked("video", "requests", "--kafedra", "гигиена", "--course", COURSE, "--type", "shooting")
    assert people.exit_code == 0
    assert "Nothing of that sort" in people.stderr
    assert "scheduled" in asked("video", "requests", "--stage", "scheduled").stdout
    assert "plan:request:1" not in asked("video", "requests", "--overdue").stdout


def test_what_was_shot_is_late_no_more(asked: Commands) -> None:
    asked("video", "stage", "plan:request:1", "shot", *WHO)
    assert json.loads(asked("video", "requests", "--overdue", "--json", now=days_later(10)).stdout) == []


def test_what_goes_back_to_be_shot_again_is_late_in_the_list_and_in_the_report(asked: Commands) -> None:
    asked("video", "stage", "plan:request:1", "shot", *WHO)
    asked("video", "stage", "plan:request:1", "scheduled", "--note", "the sound is bad", *WHO)
    (found,) = json.loads(asked("video", "requests", "--overdue", "--json", now=days_later(10)).stdout)
    reported = json.loads(asked("report", "RP-3", "--json", now=days_later(10)).stdout)["rows"]
    assert (
        [row["delay"] for row in reported if row["planned_on"] == found["planned_on"]] == [found["delay_days"]] == [3]
    )


def test_a_request_has_an_age_once_it_is_known_when_it_was_asked(asked: Commands) -> None:
    asked("video", "ask", "shooting", "--topic", "plt:topic:1", "--title", "Су", *WHO)
    found = json.loads(asked("video", "requests", "--stage", "requested", "--json", now=days_later(10)).stdout)
    assert [one["age_days"] for one in found] == [10]


def test_a_request_is_shown_with_its_history_and_who_asked(asked: Commands) -> None:
    asked("video", "stage", "plan:request:1", "shot", "--on", "2026-11-20", "--specialist", "B. Demo", *WHO)
    shown = json.loads(asked("video", "requests", "show", "plan:request:1", "--json").stdout)
    assert (shown["asked_by"], shown["stage"], shown["specialist"]) == ("Үлгібаев Өскен", "shot", "B. Demo")
    assert [step["stage"] for step in shown["history"]] == ["scheduled", "shot"]
    assert shown["dates"]["shot"] == "2026-11-20"
    text = asked("video", "requests", "show", "plan:request:1").stdout
    assert "A. Demo, methodist" in text
    assert "Үлгібаев Өскен" in text


def test_a_suggestion_is_accepted_and_named_by_the_next_plan(asked: Commands) -> None:
    url = "https://youtu.be/AAAAAAAAAAA"
    made = asked("video", "ask", "suggestion", "--course", COURSE, "--topic", TOPIC, "--url", url, *WHO, "--json")
    assert json.loads(made.stdout) == {"key": "dlt:request:1", "stage": "requested"}
    result = asked("video", "accept", "dlt:request:1", "--language", "ru", *WHO)
    assert result.exit_code == 0, result.output
    assert "dlt:request:1 is accepted." in result.stdout
    assert "Next: dlt-sync plan" in result.stderr
    again = asked("video", "accept", "dlt:request:1", *WHO, "--json")
    assert json.loads(again.stdout)["placed"]["batch"] is None
    assert "already" in again.stderr
    shown = asked("records", "show", "video_placement", "dlt:decision:dlt:request:1")
    assert shown.exit_code == 0, shown.output


def test_a_decline_reaches_moodle_with_the_next_apply(asked: Commands, bridge: MemoryBridge) -> None:
    assert asked("apply").exit_code == 0
    assert bridge.requests["plan:request:1"].stage == "scheduled"
    result = asked("video", "decline", "plan:request:1", "--because", "курс закрыт", *WHO)
    assert result.exit_code == 0, result.output
    assert asked("apply").exit_code == 0
    told = bridge.requests["plan:request:1"]
    assert (told.stage, told.reason, told.by, told.asker) == ("rejected", "курс закрыт", WHO[1], TEACHER)
    assert bridge.notified == [("plan:request:1", "scheduled"), ("plan:request:1", "rejected")]
    assert asked("video", "requests", "--json").stdout.strip() == "[]"
    assert "plan:request:1" in asked("video", "requests", "--all").stdout


def test_what_people_ask_in_moodle_is_there_after_a_plan(asked: Commands, bridge: MemoryBridge) -> None:
    bridge.site_time = int(datetime(2026, 11, 23, 22, tzinfo=UTC).timestamp())
    key = bridge.hand_ask("Үлгібаев Өскен", type="problem", course=COURSE, topic=TOPIC, notes="Не открывается")
    assert asked("plan").exit_code in (0, 3)
    shown = json.loads(asked("video", "requests", "show", key, "--json").stdout)
    assert (shown["type"], shown["notes"], shown["stage"]) == ("problem", "Не открывается", "requested")
    assert not bridge.requests.keys() - {key}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("accept", "dlt:request:9"), "There is no request dlt:request:9"),
        (("decline", "plan:request:1", "--because", " "), "needs a reason"),
        (("stage", "plan:request:1", "accepted"), "goes back from scheduled"),
        (("stage", "plan:request:1", "rejected"), "without a reason"),
        (("accept", "plan:request:1", "--title", "x"), "there is no video to place"),
        (("ask", "shooting"), "Nothing was asked for"),
    ],
)
def test_a_wrong_decision_is_a_sentence_with_a_remedy(asked: Commands, words: tuple[str, ...], says: str) -> None:
    result = asked("video", *words, *WHO)
    assert result.exit_code == 1
    assert says.casefold() in result.stderr.casefold()
    assert "What to do:" in result.stderr


def test_a_step_out_of_the_way_is_told(asked: Commands) -> None:
    result = asked("video", "stage", "plan:request:1", "accepted", "--note", "перенос", *WHO)
    assert result.exit_code == 0
    assert "goes back from scheduled" in result.stderr
