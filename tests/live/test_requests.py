"""What people ask for on a real Moodle's pages, what the department decides, and how each side learns of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dlt_sync import run
from dlt_sync.records import decisions, requests
from dlt_sync.records.decisions import Decider
from dlt_sync.records.placing import Placing, decision_key
from dlt_sync.records.tables import VideoPlacement, VideoRequest
from scripts.site.moodle import Site
from tests.live.departments import Department

COURSE, TEACHER, TOPIC = "plt:offering:25", "plt:tutor:820001", "dlt:topic:live-1"
TOPICS = (
    "sourced_id,offering_id,number,kind,title_kk,title_ru\n{topic},{course},1,lecture,Қан айналымы,Кровообращение\n"
)


@pytest.fixture(scope="module")
def academy(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Department]:
    """The example academy in a Moodle, with one topic in one course."""
    department = Department(tmp_path_factory.mktemp("department"), site)
    for entity in ("video_request", "video_placement", "video_asset"):
        (department.records / f"{entity}.csv").unlink(missing_ok=True)
    (department.records / "topic.csv").write_text(TOPICS.format(topic=TOPIC, course=COURSE), encoding="utf-8")
    assert department.apply().exit_code == 0
    yield department
    department.bridge.close()


@pytest.fixture
def decider(academy: Department) -> Decider:
    """Somebody of the department at the command line."""
    return Decider("A. Demo, methodist", "demo", academy.day, academy.context.rules.timezone)


def ask(academy: Department, **texts: str) -> str:
    """A teacher asks; the records learn of it by a run."""
    suggested = {"type": "suggestion", "topickey": TOPIC, "title": "Қан айналымы", "language": "kk"}
    return academy.hands.hand_ask(TEACHER, COURSE, **suggested | texts)


def record(academy: Department, key: str) -> VideoRequest:
    with academy.database.session() as session:
        return requests.find(session, key)


def row(academy: Department, key: str) -> dict[str, Any]:
    """The request in Moodle."""
    found: dict[str, Any] = academy.site.php(
        "return $DB->get_record('local_dltsync_request', ['sourcedid' => $key], '*', MUST_EXIST);", key=key
    )
    return found


def notices(academy: Department) -> list[str]:
    """Subjects of what the teacher was told, oldest first."""
    told: list[str] = academy.site.php(
        """return array_values($DB->get_fieldset_select('notifications', 'subject',
            "component = 'local_dltsync' AND useridto = :user ORDER BY id", ['user' => $user]));""",
        user=academy.moodle_id("user", TEACHER),
    )
    return told


def test_what_a_teacher_asks_for_is_in_the_records_after_the_next_plan(academy: Department) -> None:
    key = ask(academy, type="shooting", wished="желтоқсан", place="зал 2", notes="Екі камера")
    run.plan_run(academy.context)
    found = record(academy, key)
    assert (found.type, found.stage, found.topic_id, found.offering_id) == ("shooting", "requested", TOPIC, COURSE)
    assert (found.asked_by_id, found.wished, found.place, found.notes) == (TEACHER, "желтоқсан", "зал 2", "Екі камера")
    assert found.asked_by


def test_a_decision_at_the_command_line_reaches_moodle_and_the_asker(academy: Department, decider: Decider) -> None:
    key = ask(academy, url="https://media.example/1.mp4")
    run.plan_run(academy.context)
    before = len(notices(academy))
    decisions.decline(academy.database, key, decider, "Дыбысы нашар")
    run.apply_run(academy.context)
    there = row(academy, key)
    assert (there["stage"], there["reason"]) == ("rejected", "Дыбысы нашар")
    assert len(notices(academy)) == before + 1
    run.apply_run(academy.context)
    assert len(notices(academy)) == before + 1
    assert record(academy, key).stage == "rejected"


def test_a_decision_in_moodle_reaches_the_records_and_is_not_told_back(academy: Department) -> None:
    key = ask(academy, type="shooting")
    run.apply_run(academy.context)
    academy.hands.hand_stage(key, "cancelled", "Курс жабылды")
    before = len(notices(academy))
    run.apply_run(academy.context)
    found = record(academy, key)
    assert (found.stage, found.reason) == ("cancelled", "Курс жабылды")
    assert len(notices(academy)) == before


def test_a_request_of_the_department_stands_in_moodle(academy: Department, decider: Decider) -> None:
    texts = {"type": "shooting", "topic_id": TOPIC, "offering_id": COURSE, "asked_by_id": TEACHER, "title": "Жүрек 🩺"}
    key = decisions.ask(academy.database, texts, decider)
    run.apply_run(academy.context)
    there = row(academy, key)
    assert (there["type"], there["stage"], there["title"]) == ("shooting", "requested", "Жүрек 🩺")
    assert there["userid"] == str(academy.moodle_id("user", TEACHER))
    assert there["courseid"] == str(academy.moodle_id("course", COURSE))


def test_an_accepted_suggestion_stands_in_the_records_and_the_asker_knows(
    academy: Department, decider: Decider
) -> None:
    key = ask(academy, url="https://media.example/2.mp4")
    run.plan_run(academy.context)
    decisions.accept(academy.database, key, decider, Placing())
    result = run.apply_run(academy.context)
    assert not result.failed
    with academy.database.session() as session:
        assert session.get_one(VideoPlacement, decision_key(key)).offering_id == COURSE
    assert row(academy, key)["stage"] == "published"


def test_the_next_apply_places_what_was_accepted_in_moodle(academy: Department) -> None:
    key = ask(academy, url="https://media.example/3.mp4")
    academy.hands.hand_stage(key, "accepted")
    result = run.apply_run(academy.context)
    assert not result.failed
    links = academy.site.php(
        "return $DB->count_records('url', ['course' => $course, 'externalurl' => 'https://media.example/3.mp4']);",
        course=academy.moodle_id("course", COURSE),
    )
    assert links == 1
    assert row(academy, key)["stage"] == "published"
    assert record(academy, key).stage == "published"
