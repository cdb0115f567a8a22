"""What people do on Moodle's pages becomes records, however often, late and in whatever order it is told."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from dlt_sync.db import Database
from dlt_sync.errors import MoodleError
from dlt_sync.journal.runs import keep_events
from dlt_sync.model import Fields
from dlt_sync.moodle.contract import PageStatus, SiteEvent
from dlt_sync.records import decisions, requests
from dlt_sync.records.from_pages import take
from dlt_sync.records.placing import decision_key
from dlt_sync.records.tables import ImportBatch, VideoPlacement, VideoRequest
from dlt_sync.tell import tell_requests
from tests.memory import MemoryBridge
from tests.unit.records.files import NOW, Exports, load
from tests.unit.records.test_decisions import DECIDER
from tests.unit.records.test_videos import PLACEMENTS, TOPICS, VIDEOS

ASKED = {
    "type": "suggestion",
    "course": "plt:offering:17",
    "topic": "dlt:topic:1",
    "title": "Вирусы",
    "url": "https://youtu.be/AAAAAAAAAAA?t=5",
    "language": "ru",
    "asker": "plt:tutor:820001",
}


@pytest.fixture
def bridge(database: Database, exports: Exports) -> MemoryBridge:
    """A Moodle, and the tiny academy with topics and videos in the database."""
    exports.write("topic", TOPICS)
    exports.write("video_asset", VIDEOS)
    exports.write("video_placement", PLACEMENTS)
    load(database, exports)
    made = MemoryBridge()
    made.site_time = int(NOW.timestamp())
    return made


def pull(database: Database, events: list[SiteEvent]) -> None:
    """What a run does with events."""
    with database.session() as session:
        keep_events(session, events)
    take(database, {event.key for event in events}, now=NOW + timedelta(hours=1), timezone="Asia/Almaty")


def request(database: Database, key: str) -> VideoRequest:
    with database.session() as session:
        return requests.find(session, key)


def steps(database: Database, key: str) -> list[tuple[str, str]]:
    with database.session() as session:
        return [(step.stage, step.source) for step in requests.history(session, key)]


def test_what_is_asked_for_in_moodle_is_a_request(database: Database, bridge: MemoryBridge) -> None:
    key = bridge.hand_ask("Үлгібаев Өскен", **ASKED)
    pull(database, bridge.recorded)
    found = request(database, key)
    assert (found.type, found.stage, found.asked_by) == ("suggestion", "requested", "Үлгібаев Өскен")
    assert (found.topic_id, found.offering_id, found.discipline_id) == (
        "dlt:topic:1",
        "plt:offering:17",
        "plt:subject:302",
    )
    assert (found.url, found.asked_by_id) == ("https://www.youtube.com/watch?v=AAAAAAAAAAA", "plt:tutor:820001")
    assert found.dates == {"requested": "2026-11-16"}


def test_events_that_come_twice_late_or_out_of_order_say_the_same(database: Database, bridge: MemoryBridge) -> None:
    key = bridge.hand_ask("Ө. Ү.", **ASKED | {"type": "shooting"})
    bridge.hand_stage(key, "accepted", "A. Demo")
    bridge.hand_stage(key, "scheduled", "A. Demo", planned="2026-12-01", specialist="B. Demo")
    asked, accepted, scheduled = bridge.recorded
    pull(database, [scheduled])  # nobody has asked yet
    pull(database, [asked])
    assert request(database, key).stage == "scheduled"
    pull(database, [accepted])
    pull(database, [scheduled, asked, accepted])
    found = request(database, key)
    assert (found.stage, str(found.planned_on), found.specialist) == ("scheduled", "2026-12-01", "B. Demo")
    assert steps(database, key) == [("requested", "moodle"), ("accepted", "moodle"), ("scheduled", "moodle")]


def test_a_suggestion_accepted_in_moodle_is_placed(database: Database, bridge: MemoryBridge) -> None:
    key = bridge.hand_ask("Ө. Ү.", **ASKED)
    bridge.hand_stage(key, "accepted", "A. Demo")
    pull(database, bridge.recorded)
    with database.session() as session:
        placement = session.get_one(VideoPlacement, decision_key(key))
        assert (placement.topic_id, placement.status) == ("dlt:topic:1", "active")
        batches = session.scalar(select(func.count()).select_from(ImportBatch))
    pull(database, bridge.recorded)
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(ImportBatch)) == batches
    bridge.hand_stage(key, "rejected", "A. Demo", reason="Звук")
    pull(database, bridge.recorded)
    with database.session() as session:
        assert session.get_one(VideoPlacement, decision_key(key)).status == "tobedeleted"
    assert request(database, key).reason == "Звук"


def test_a_suggestion_that_cannot_be_placed_is_accepted_with_a_warning(
    database: Database, bridge: MemoryBridge, caplog: pytest.LogCaptureFixture
) -> None:
    key = bridge.hand_ask("Ө. Ү.", **ASKED | {"topic": ""})
    bridge.hand_stage(key, "accepted", "A. Demo")
    pull(database, bridge.recorded)
    assert request(database, key).stage == "accepted"
    assert f"dlt-sync video accept {key}" in caplog.text


def test_what_makes_no_sense_stops_nobody(
    database: Database, bridge: MemoryBridge, caplog: pytest.LogCaptureFixture
) -> None:
    moment = bridge.site_time
    odd: Fields = {"type": "problem", "url": "не адрес", "notes": None}
    strange = [
        SiteEvent(1, "requested", moment, "request", "moodle:request:1", "X", {"type": "wish"}),
        SiteEvent(2, "staged", moment, "request", "moodle:request:2", "X", {"stage": "accepted"}),
        SiteEvent(3, "requested", moment, "request", "moodle:request:3", "X", odd),
        SiteEvent(4, "staged", moment, "request", "moodle:request:3", "X", {"stage": "shot"}),
    ]
    pull(database, strange)
    assert len([record for record in caplog.records if record.levelno == logging.WARNING]) == 4
    found = request(database, "moodle:request:3")
    assert (found.stage, found.url, found.notes, found.offering_id) == ("requested", "не адрес", "", None)


def test_a_reported_problem_names_the_video_by_where_it_stands(database: Database, bridge: MemoryBridge) -> None:
    told = {"type": "problem", "course": "plt:offering:17", "video": "plt:offering:17|dlt:placement:1"}
    key = bridge.hand_ask("С. Ә.", **told)
    pull(database, bridge.recorded)
    assert request(database, key).video_id == "dlt:video:1"


def test_both_sides_decide_and_the_later_counts_on_both(database: Database, bridge: MemoryBridge) -> None:
    first, second = (bridge.hand_ask("Ө. Ү.", **ASKED | {"type": "shooting"}) for _ in range(2))
    pull(database, bridge.recorded)
    tell_requests(database, bridge)
    decisions.bring(database, first, "accepted", DECIDER)  # an hour later, here
    bridge.hand_stage(first, "cancelled", "Moodle", reason="раньше")
    decisions.bring(database, second, "accepted", DECIDER)
    bridge.site_time += 7200
    bridge.hand_stage(second, "cancelled", "Moodle", reason="позже")
    pull(database, bridge.recorded)
    tell_requests(database, bridge)
    assert (request(database, first).stage, bridge.requests[first].stage) == ("accepted", "accepted")
    assert (request(database, second).stage, bridge.requests[second].stage) == ("cancelled", "cancelled")
    assert {stage for stage, _ in steps(database, first)} == {"requested", "accepted", "cancelled"}
    assert {stage for stage, _ in steps(database, second)} == {"requested", "accepted", "cancelled"}


def test_of_two_decisions_in_one_second_moodles_counts_on_both_sides(database: Database, bridge: MemoryBridge) -> None:
    key = bridge.hand_ask("Ө. Ү.", **ASKED | {"type": "shooting"})
    pull(database, bridge.recorded)
    decisions.bring(database, key, "accepted", DECIDER)
    bridge.site_time = int(DECIDER.now.timestamp()) - 1
    bridge.hand_stage(key, "cancelled", "Moodle", reason="x")
    tell_requests(database, bridge)
    pull(database, bridge.recorded)
    assert request(database, key).stage == bridge.requests[key].stage == "cancelled"


def test_moodle_is_told_once_and_the_asker_of_every_stage(database: Database, bridge: MemoryBridge) -> None:
    texts = {"type": "shooting", "topic_id": "dlt:topic:1", "asked_by_id": "plt:tutor:820001"}
    key = decisions.ask(database, texts, DECIDER)
    assert tell_requests(database, bridge) == 1
    assert tell_requests(database, bridge) == 0
    decisions.bring(database, key, "accepted", DECIDER)
    assert tell_requests(database, bridge) == 1
    assert bridge.notified == [(key, "requested"), (key, "accepted")]
    told = bridge.requests[key]
    assert (told.asker, told.by) == ("plt:tutor:820001", DECIDER.name)
    assert datetime.fromtimestamp(told.time, UTC) == DECIDER.now + timedelta(seconds=1)
    assert not bridge.recorded


def test_a_fault_between_portions_leaves_only_the_rest_to_be_told(
    database: Database, bridge: MemoryBridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlt_sync.tell.MOST", 2)
    for _ in range(5):
        decisions.ask(database, {"type": "shooting", "topic_id": "dlt:topic:1"}, DECIDER)
    push = bridge.push_status

    def break_off(status: PageStatus) -> frozenset[str]:
        if len(bridge.pushes) == 1:
            raise MoodleError("The site is busy.")
        return push(status)

    monkeypatch.setattr(bridge, "push_status", break_off)
    with pytest.raises(MoodleError):
        tell_requests(database, bridge)
    monkeypatch.setattr(bridge, "push_status", push)
    assert tell_requests(database, bridge) == 3
    assert [status.count for status in bridge.pushes] == [2, 2, 1]


def test_a_request_that_moodle_cannot_read_keeps_no_other_from_being_told(
    database: Database, bridge: MemoryBridge, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    keys = [decisions.ask(database, {"type": "shooting", "topic_id": "dlt:topic:1"}, DECIDER) for _ in range(3)]
    push = bridge.push_status

    def refuse(status: PageStatus) -> frozenset[str]:
        if any(request.key == keys[1] for request in status.requests):
            raise MoodleError("title is wrong", errorcode="badrequest")
        return push(status)

    monkeypatch.setattr(bridge, "push_status", refuse)
    assert tell_requests(database, bridge) == 2
    assert sorted(bridge.requests) == [keys[0], keys[2]]
    assert keys[1] in caplog.text
