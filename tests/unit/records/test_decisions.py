"""What the department decides of requests, and what that makes of suggested videos."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dlt_sync.db import Database
from dlt_sync.errors import RecordsError
from dlt_sync.journal.tables import AppliedObject
from dlt_sync.records import decisions, requests
from dlt_sync.records.decisions import Decider
from dlt_sync.records.placing import Placing, decision_key, publish_placed
from dlt_sync.records.tables import ImportBatch, VideoAsset, VideoPlacement, VideoRequest
from tests.unit.records.files import NOW, Exports, load
from tests.unit.records.test_videos import PLACEMENTS, TOPICS, VIDEOS

DECIDER = Decider("A. Demo, methodist", "demo", NOW + timedelta(hours=1), "Asia/Almaty")
SUGGESTED = {
    "type": "suggestion",
    "topic_id": "dlt:topic:1",
    "offering_id": "plt:offering:17",
    "url": "https://youtu.be/AAAAAAAAAAA",
    "title": "Вирусы",
    "language": "ru",
}


@pytest.fixture
def academy(database: Database, exports: Exports) -> Exports:
    """The tiny academy with topics and videos, loaded."""
    exports.write("topic", TOPICS)
    exports.write("video_asset", VIDEOS)
    exports.write("video_placement", PLACEMENTS)
    load(database, exports)
    return exports


def ask(database: Database, **texts: str) -> str:
    return decisions.ask(database, SUGGESTED | texts, DECIDER)


def request(database: Database, key: str) -> VideoRequest:
    with database.session() as session:
        return requests.find(session, key)


def placement(database: Database, key: str) -> VideoPlacement | None:
    with database.session() as session:
        return session.get(VideoPlacement, decision_key(key))


@pytest.mark.usefixtures("academy")
def test_an_accepted_suggestion_is_placed_in_a_batch_of_its_own(database: Database) -> None:
    key = ask(database)
    decided = decisions.accept(database, key, DECIDER, Placing())
    assert decided.placed is not None
    assert (decided.stage, decided.placed.is_new, decided.unusual) == ("accepted", True, "")
    with database.session() as session:
        video = session.get_one(VideoAsset, decided.placed.video)
        there = session.get_one(VideoPlacement, decision_key(key))
        batch = session.get_one(ImportBatch, decided.placed.batch)
        assert (video.url, video.language) == ("https://www.youtube.com/watch?v=AAAAAAAAAAA", "ru")
        assert (video.discipline_id, video.kind, video.state) == ("plt:subject:302", "lecture", "published")
        assert (there.topic_id, there.offering_id) == ("dlt:topic:1", "plt:offering:17")
        assert (batch.mode, batch.run_by, video.changed_in) == ("decision", DECIDER.name, batch.number)
    again = decisions.accept(database, key, DECIDER, Placing())
    assert again.placed is not None
    assert again.placed.batch is None


@pytest.mark.usefixtures("academy")
def test_a_video_that_the_records_have_is_placed_instead_of_a_second_one(database: Database) -> None:
    key = ask(database, url="https://www.youtube.com/embed/abcdefghijk", topic_id="dlt:topic:2")
    decided = decisions.accept(database, key, DECIDER, Placing())
    assert decided.placed is not None
    assert (decided.placed.video, decided.placed.is_new) == ("dlt:video:1", False)
    there = placement(database, key)
    assert there is not None
    assert (there.video_id, there.topic_id) == ("dlt:video:1", "dlt:topic:2")


@pytest.mark.parametrize(
    ("asked", "placing", "problem"),
    [
        ({"url": "", "type": "problem"}, Placing(title="x"), ""),
        ({"topic_id": ""}, Placing(), "--topic KEY"),
        ({"topic_id": ""}, Placing(topic="dlt:topic:9"), "There is no topic dlt:topic:9"),
        ({}, Placing(topic="dlt:topic:3"), "none of the offering plt:offering:17"),
        ({}, Placing(shows_patient=True), "--consent REFERENCE"),
    ],
    ids=["a problem has no video", "no topic", "an unknown topic", "a topic of another offering", "no consent"],
)
@pytest.mark.usefixtures("academy")
def test_what_cannot_be_placed_is_said_and_nothing_is_written(
    database: Database, asked: dict[str, str], placing: Placing, problem: str
) -> None:
    key = ask(database, **asked)
    with pytest.raises(RecordsError) as caught:
        decisions.accept(database, key, DECIDER, placing)
    assert caught.value.remedy
    assert problem in " ".join(caught.value.problems)
    assert request(database, key).stage == "requested"
    assert placement(database, key) is None


@pytest.mark.usefixtures("academy")
def test_a_video_of_a_patient_with_consent_is_taken(database: Database) -> None:
    key = ask(database)
    placing = Placing(shows_patient=True, consent_ref="акт 9", title="Осмотр", language="kk", everywhere=True)
    decided = decisions.accept(database, key, DECIDER, placing)
    with database.session() as session:
        video = session.get_one(VideoAsset, decision_key(key))
        assert (video.consent_ref, video.title, video.language) == ("акт 9", "Осмотр", "kk")
    assert decided.placed is not None
    assert decided.placed.offering is None


@pytest.mark.usefixtures("academy")
def test_declining_tells_why_and_takes_back_what_was_placed(database: Database) -> None:
    key = ask(database)
    with pytest.raises(RecordsError, match="needs a reason"):
        decisions.decline(database, key, DECIDER, " ")
    decisions.accept(database, key, DECIDER, Placing())
    decided = decisions.decline(database, key, DECIDER, "Звук плохой")
    found, there = request(database, key), placement(database, key)
    assert (decided.stage, found.stage, found.reason) == ("rejected", "rejected", "Звук плохой")
    assert there is not None
    assert there.status == "tobedeleted"
    with database.session() as session:
        assert session.get_one(VideoAsset, decision_key(key)).status == "tobedeleted"
        assert [step.stage for step in requests.history(session, key)] == ["requested", "accepted", "rejected"]
    with pytest.raises(RecordsError, match="is rejected already"):
        decisions.accept(database, key, DECIDER, Placing())


def test_a_full_import_leaves_what_was_decided(database: Database, academy: Exports) -> None:
    key = ask(database)
    decisions.accept(database, key, DECIDER, Placing())
    load(database, academy, now=NOW + timedelta(days=1))
    there = placement(database, key)
    assert there is not None
    assert (there.status, there.video_id) == ("active", decision_key(key))
    assert request(database, key).status == "active"


def test_the_departments_list_takes_a_decisions_video_over(database: Database, academy: Exports) -> None:
    key = ask(database)
    decisions.accept(database, key, DECIDER, Placing())
    academy.add(
        "video_asset",
        "dlt:video:9,plt:subject:302,lecture,ru,Вирусы,,,,,https://youtu.be/AAAAAAAAAAA,0,,",
    )
    assert not load(database, academy, now=NOW + timedelta(days=1)).problems
    there = placement(database, key)
    assert there is not None
    assert (there.status, there.video_id) == ("active", "dlt:video:9")
    assert request(database, key).video_id == "dlt:video:9"
    academy.add("video_placement", "dlt:placement:9,dlt:video:9,dlt:topic:1,plt:offering:17")
    load(database, academy, now=NOW + timedelta(days=2))
    there = placement(database, key)
    assert there is not None
    assert there.status == "tobedeleted"


@pytest.mark.usefixtures("academy")
def test_a_suggestion_is_published_once_its_video_stands_in_moodle(database: Database) -> None:
    key = ask(database)
    decisions.accept(database, key, DECIDER, Placing())
    with database.session() as session:
        assert publish_placed(session, now=NOW, today=NOW.date()) == []
        applied = f"plt:offering:17|{decision_key(key)}"
        session.add(AppliedObject(kind="video", key=applied, moodle_id=7, fields={}, written_at=NOW))
        session.flush()
        assert publish_placed(session, now=NOW, today=NOW.date()) == [key]
        assert publish_placed(session, now=NOW, today=NOW.date()) == []
    assert request(database, key).stage == "published"


@pytest.mark.usefixtures("academy")
def test_a_stage_is_reached_on_its_day_and_scheduling_names_one(database: Database) -> None:
    key = ask(database, type="shooting")
    with pytest.raises(RecordsError, match="scheduled for a day"):
        decisions.bring(database, key, "scheduled", DECIDER, note="x")
    decisions.bring(database, key, "accepted", DECIDER)
    decisions.bring(database, key, "scripted", DECIDER, on=date(2026, 11, 10))
    decided = decisions.bring(database, key, "scheduled", DECIDER, on=date(2026, 12, 1), specialist="Б. Демо")
    found = request(database, key)
    assert (decided.unusual, found.planned_on, found.specialist) == ("", date(2026, 12, 1), "Б. Демо")
    assert found.dates == {
        "requested": "2026-11-16",
        "accepted": "2026-11-16",
        "scripted": "2026-11-10",
        "scheduled": "2026-11-16",
    }


@pytest.mark.usefixtures("academy")
def test_a_step_out_of_the_way_needs_a_note_and_is_told(database: Database) -> None:
    key = ask(database, type="shooting")
    with pytest.raises(RecordsError, match="skips accepted, scripted, scheduled"):
        decisions.bring(database, key, "shot", DECIDER)
    assert decisions.bring(database, key, "shot", DECIDER, note="снято в отпуске").unusual
    assert decisions.bring(database, key, "accepted", DECIDER, note="заново").unusual == "goes back from shot"


@pytest.mark.parametrize(
    ("decide", "says"),
    [
        (lambda d, k: decisions.bring(d, k, "shot", DECIDER), "A suggestion is never shot"),
        (lambda d, k: decisions.bring(d, k, "accepted", DECIDER), "together with its place"),
        (lambda d, k: decisions.bring(d, k, "cancelled", DECIDER), "without a reason"),
        (lambda d, k: decisions.bring(d, "dlt:request:99", "cancelled", DECIDER), "There is no request dlt:request:99"),
        (lambda d, k: decisions.decline(d, k, DECIDER, "ж" * 256), "too long"),
        (lambda d, k: decisions.decline(d, k, replace(DECIDER, name=" "), "x"), "needs a name"),
        (
            lambda d, k: decisions.ask(d, {"type": "suggestion", "topic_id": "no:such:one"}, DECIDER),
            "Nothing was asked",
        ),
        (lambda d, k: decisions.ask(d, {"type": "suggestion", "url": "about:blank"}, DECIDER), "Nothing was asked"),
    ],
)
@pytest.mark.usefixtures("academy")
def test_a_wrong_decision_is_refused_with_a_remedy(
    database: Database, decide: Callable[[Database, str], object], says: str
) -> None:
    key = ask(database)
    with pytest.raises(RecordsError, match=says) as caught:
        decide(database, key)
    assert caught.value.remedy
    assert request(database, key).stage == "requested"


@pytest.mark.usefixtures("academy")
def test_nothing_is_decided_twice(database: Database) -> None:
    key = ask(database, type="shooting")
    decisions.accept(database, key, DECIDER, Placing())
    with pytest.raises(RecordsError, match="is accepted already"):
        decisions.accept(database, key, DECIDER, Placing())
    with pytest.raises(RecordsError, match="is accepted already"):
        decisions.bring(database, key, "accepted", DECIDER)
    decisions.bring(database, key, "accepted", DECIDER, specialist="Б. Демо")
    decisions.decline(database, key, DECIDER, "x")
    with pytest.raises(RecordsError, match="is rejected already"):
        decisions.decline(database, key, DECIDER, "x")
    with pytest.raises(RecordsError, match="goes back from rejected"):
        decisions.accept(database, key, DECIDER, Placing())
