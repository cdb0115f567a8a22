"""Videos at the command line: placed, explained, overridden, undone, and judged like everything else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import NOW, Commands
from tests.unit.cli.delivery import replace_in

COURSE = "plt:offering:17"
KEY = f"{COURSE}|dlt:placement:1"
WHO = ("--as", "A. Demo, methodist", "--because", "guest lecture")
LISTS = {
    "topic": """\
sourced_id,discipline_id,offering_id,number,kind,title_ru
dlt:topic:1,plt:discipline:1,,1,lecture,Вода
dlt:topic:2,plt:discipline:1,,2,lecture,Воздух
""",
    "video_asset": """\
sourced_id,discipline_id,kind,language,title,url,state,replaces_id,shows_patient,consent_ref
dlt:video:1,plt:discipline:1,lecture,ru,Вода,https://youtu.be/dQw4w9WgXcQ,published,,,
dlt:video:2,plt:discipline:1,lecture,kk,Ауа,https://media.academy.example/2,published,,,
dlt:video:3,plt:discipline:1,lecture,ru,Почва,https://media.academy.example/3,draft,,,
dlt:video:4,plt:discipline:1,lecture,ru,Осмотр,https://media.academy.example/4,published,,yes,акт 4
""",
    "video_placement": """\
sourced_id,video_id,topic_id,offering_id
dlt:placement:1,dlt:video:1,dlt:topic:1,
dlt:placement:2,dlt:video:2,dlt:topic:2,
dlt:placement:3,dlt:video:3,dlt:topic:2,
dlt:placement:4,dlt:video:4,dlt:topic:2,
dlt:placement:5,dlt:video:1,dlt:topic:1,plt:offering:17
""",
}


@pytest.fixture
def placed(dlt_sync: Commands, exports: Path) -> Commands:
    """Commands with the videos' lists loaded and applied."""
    for entity, text in LISTS.items():
        (exports / f"{entity}.csv").write_text(text, encoding="utf-8")
    assert dlt_sync("records", "import", "exports").exit_code == 0
    result = dlt_sync("apply")
    assert result.exit_code == 0, result.output
    return dlt_sync


def why(commands: Commands, text: str) -> str:
    """What the command answers of a placement, video or topic."""
    result = commands("why", "--video", text, COURSE)
    assert result.exit_code == 0, result.output
    return result.stdout


def planned(commands: Commands, **options: Any) -> Sequence[dict[str, Any]]:
    """The operations of a plan."""
    found: list[dict[str, Any]] = json.loads(commands("plan", "--json", **options).stdout)["plan"]["operations"]
    return found


def test_videos_are_placed_and_nothing_is_left_to_do(placed: Commands) -> None:
    assert [row.raw["name"] for row in placed.bridge.rows["video"].values()] == ["Лекция 1. Вода", "Лекция 2. Воздух"]
    assert planned(placed) == []
    assert "videos: 2 created" in placed("runs").stdout + placed("runs", "show", "1").stdout


def test_why_a_video_is_shown(placed: Commands) -> None:
    text = why(placed, "dlt:placement:1")
    assert f"dlt:placement:1 is shown in {COURSE}, as the records want it." in text
    assert "to stand in section 1 as “Лекция 1. Вода”" in text
    assert "created (placement dlt:placement:1, video dlt:video:1" in text
    assert "in section 1" in text.partition("Moodle:")[2]
    assert text in why(placed, "dlt:topic:1")


@pytest.mark.parametrize(
    ("placement", "reason"),
    [
        ("dlt:placement:2", "the course is taught in ru, and the video speaks another language"),
        ("dlt:placement:3", "the video dlt:video:3 is draft"),
        ("dlt:placement:5", "another placement brings the same video to the topic"),
    ],
)
def test_why_a_video_is_not_shown(placed: Commands, placement: str, reason: str) -> None:
    text = why(placed, placement)
    assert f"{placement} is not shown in {COURSE}, as the records want it." in text
    assert f"not to be shown: {reason}" in text
    assert "dlt-sync never wrote this video" in text
    assert "the link is not there as ours" in text


def test_why_speaks_of_consent_of_other_offerings_and_of_what_left_the_records(placed: Commands, exports: Path) -> None:
    replace_in(exports, "video_asset", "yes,акт 4", "yes,")
    result = placed("records", "import", "exports", "--accept-smaller", "video_asset")
    assert result.exit_code == 0, result.output
    assert "dlt:video:4 shows a patient, and no consent is recorded" in why(placed, "dlt:placement:4")
    replace_in(exports, "topic", "dlt:topic:1,plt:discipline:1,,1", f"dlt:topic:1,,{COURSE},1")
    placed("records", "import", "exports", "--accept-smaller", "video_asset")
    assert "the topic is not one of this offering's" in why(placed, "dlt:placement:3")
    replace_in(exports, "video_placement", "dlt:placement:3,dlt:video:3,dlt:topic:2,\n", "")
    placed("records", "import", "exports", "--accept-smaller", "video_placement")
    assert "no longer in the records" in why(placed, "dlt:placement:3")


def test_why_of_what_nobody_placed_is_a_question_to_ask_again(placed: Commands) -> None:
    result = placed("why", "--video", "dlt:video:99", COURSE)
    assert result.exit_code == 1
    assert "The records place nothing that is called 'dlt:video:99'." in result.stderr


def test_a_hand_change_is_said_of_a_plan_and_an_override_keeps_it(placed: Commands) -> None:
    placed.bridge.hand_change("video", KEY, "name", "Моё название")
    (operation,) = planned(placed)
    assert operation["hand_changed"] == ["name"]
    placed("override", "add", "video", KEY, "name", "--until", "2027-01-31", *WHO)
    assert planned(placed) == []
    assert "override until 2027-0" in why(placed, "dlt:placement:1")


def test_what_was_deleted_by_hand_is_made_again_but_for_an_override(placed: Commands) -> None:
    placed.bridge.hand_delete("video", KEY)
    assert "was deleted by hand" in why(placed, "dlt:placement:1")
    assert [operation["action"] for operation in planned(placed)] == ["recreate"]
    placed("override", "add", "video", KEY, "*", "--until", "2027-01-31", *WHO)
    assert planned(placed) == []


def test_a_withdrawn_video_is_hidden_then_deleted(placed: Commands, exports: Path) -> None:
    replace_in(exports, "video_asset", "dQw4w9WgXcQ,published", "dQw4w9WgXcQ,withdrawn")
    placed("records", "import", "exports")
    assert placed("apply").exit_code == 0
    assert "hidden" in why(placed, "dlt:placement:1")
    assert "the video dlt:video:1 is withdrawn" in why(placed, "dlt:placement:1")
    assert planned(placed, now=lambda: NOW + timedelta(days=28)) == []
    assert [o["action"] for o in planned(placed, now=lambda: NOW + timedelta(days=31))] == ["delete"]


def test_an_undo_gives_a_video_its_former_name(placed: Commands, exports: Path) -> None:
    replace_in(exports, "topic", "lecture,Вода", "lecture,Вода и лёд")
    placed("records", "import", "exports")
    assert placed("apply").exit_code == 0
    assert placed.bridge.fields_of(placed.bridge.rows["video"][placed.bridge.owned["video", KEY]])["name"] == (
        "Лекция 1. Вода и лёд"
    )
    assert placed("undo", "2").exit_code == 0
    assert placed.bridge.fields_of(placed.bridge.rows["video"][placed.bridge.owned["video", KEY]])["name"] == (
        "Лекция 1. Вода"
    )


def test_a_link_that_a_teacher_made_already_becomes_the_placements(placed: Commands, exports: Path) -> None:
    url = "https://www.youtube.com/embed/aaaaaaaaaaa"
    mine = placed.bridge.hand_add("video", course=COURSE, section=2, name="Моя ссылка", url=url)
    with (exports / "video_asset.csv").open("a", encoding="utf-8") as file:
        file.write("dlt:video:9,plt:discipline:1,lecture,ru,Новое,https://youtu.be/aaaaaaaaaaa,published,,,\n")
    with (exports / "video_placement.csv").open("a", encoding="utf-8") as file:
        file.write("dlt:placement:8,dlt:video:9,dlt:topic:1,\ndlt:placement:9,dlt:video:9,dlt:topic:2,\n")
    placed("records", "import", "exports")
    assert placed("apply").exit_code == 0
    assert placed.bridge.owned["video", f"{COURSE}|dlt:placement:8"] == mine  # one link is one placement's
    assert ("video", f"{COURSE}|dlt:placement:9") in placed.bridge.owned


def test_the_videos_of_an_archived_course_stay_as_they_are(placed: Commands, exports: Path) -> None:
    before = {row.id: dict(row.raw) for row in placed.bridge.rows["video"].values()}
    for entity, lost in (("offering", COURSE), ("enrolment", COURSE), ("video_placement", "dlt:placement:5")):
        file = exports / f"{entity}.csv"
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text("".join(line for line in lines if lost not in line), encoding="utf-8")
    smaller = [word for entity in ("offering", "enrolment", "video_placement") for word in ("--accept-smaller", entity)]
    assert placed("records", "import", "exports", *smaller).exit_code == 0
    assert "video" not in {operation["kind"] for operation in planned(placed)}
    assert {row.id: row.raw for row in placed.bridge.rows["video"].values()} == before
    assert "its course stays as it is" in why(placed, "dlt:placement:1")
