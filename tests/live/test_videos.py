"""Videos from the records to a real Moodle and back: placed, moved, replaced, hidden, and what people do to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dlt_sync import run
from dlt_sync.journal import overrides
from dlt_sync.kinds import BY_NAME
from dlt_sync.kinds.kind import Source
from dlt_sync.model import Action, Desired, Operation, join_key
from dlt_sync.records.questions import load_academy
from scripts.site.moodle import Site
from tests.live.departments import Department
from tests.worlds import UNGUARDED

#: A lecture of the example with a video in Kazakh, and the placement that puts it there.
TOPIC, VIDEO, PLACEMENT = "dlt:topic:1", "dlt:video:1", "dlt:placement:1"
NEW_ADDRESS = "https://media.academy.example/new.mp4"

_LINK = """
$where = ['kind' => 'video', 'sourcedid' => $key];
$id = $DB->get_field('local_dltsync_object', 'moodleid', $where);
$cm = $id ? get_coursemodule_from_id('url', $id, 0, true) : false;
if (!$cm) {
    return null;
}
$url = $DB->get_record('url', ['id' => $cm->instance], '*', MUST_EXIST);
return ['id' => (int)$id, 'section' => (int)$cm->sectionnum, 'name' => $cm->name, 'url' => $url->externalurl,
    'display' => (int)$url->display, 'visible' => (bool)$cm->visible, 'idnumber' => $cm->idnumber];
"""
_SECTION = """
$courseid = $DB->get_field('course', 'id', ['idnumber' => $course], MUST_EXIST);
$where = ['course' => $courseid, 'section' => $number];
$sequence = $DB->get_field('course_sections', 'sequence', $where);
$modinfo = get_fast_modinfo($courseid);
return array_map(fn($id) => $modinfo->get_cm($id)->name, array_filter(explode(',', (string)$sequence)));
"""


@pytest.fixture(scope="module")
def academy(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Department]:
    """The example academy, loaded into an empty Moodle."""
    department = Department(tmp_path_factory.mktemp("department"), site, limits=UNGUARDED)
    assert department.apply().exit_code == 0
    yield department
    department.bridge.close()


@pytest.fixture(scope="module")
def key(academy: Department) -> str:
    """The video of `PLACEMENT` in the first course it serves."""
    return min(wanted for wanted in videos(academy) if wanted.endswith(f"|{PLACEMENT}"))


@pytest.fixture(scope="module")
def course(key: str) -> str:
    """That course."""
    return key.partition("|")[0]


def videos(academy: Department) -> dict[str, Desired]:
    """What the records want."""
    with academy.database.session() as session:
        source = Source(load_academy(session), academy.context.rules, academy.day.date())
        return {one.key: one for one in BY_NAME["video"].desired(source)}


def link(academy: Department, key: str) -> dict[str, Any] | None:
    """A link of ours as it is in Moodle's own tables; None where it is not there."""
    found = academy.site.php(_LINK, key=key)
    return None if found is None else dict(found)


def is_there(academy: Department, key: str) -> dict[str, Any]:
    """The same, of one that must be there."""
    found = link(academy, key)
    assert found is not None
    return found


def of_video(result: run.ApplyResult | run.PlanResult, key: str) -> Operation:
    """What a plan does to one video."""
    (operation,) = [o for o in result.plan.operations if o.ref == ("video", key)]
    return operation


def test_every_video_stands_in_the_section_of_its_topic_under_the_language_of_its_course(academy: Department) -> None:
    wanted = videos(academy)
    assert len(wanted) > 100
    seen = {observed.key: observed.fields for observed in academy.bridge.read("video")}
    assert seen == {key: one.fields for key, one in wanted.items()}
    assert academy.plan().exit_code == 0


def test_a_link_is_a_page_of_moodle_that_plays_the_video(academy: Department, key: str) -> None:
    found = is_there(academy, key)
    assert found["name"].startswith("Дәріс 1. Сүйектер мен олардың қосылыстары")
    assert (found["section"], found["display"], found["visible"]) == (1, 1, True)
    assert found["idnumber"] == PLACEMENT
    assert academy.site.php("return (bool)context_module::instance($id);", id=found["id"])


def test_a_topic_that_is_renamed_or_gets_another_number_takes_its_link_along(
    academy: Department, key: str, course: str
) -> None:
    before = is_there(academy, key)
    with academy.put_back():
        academy.edit("topic", TOPIC, title_kk="Жаңа тақырып", number="14")
        academy.apply()
        after = is_there(academy, key)
        assert after["name"].startswith("Дәріс 14. Жаңа тақырып")
        assert (after["id"], after["section"]) == (before["id"], 14)
        assert after["name"] in academy.site.php(_SECTION, course=course, number=14)
    assert is_there(academy, key) == before


def test_links_of_a_section_stand_in_the_order_of_their_topics(academy: Department, course: str) -> None:
    wanted = sorted(
        (one for one in videos(academy).values() if one.fields["course"] == course and one.fields["section"] == 1),
        key=lambda one: int(str(one.fields["order"])),
    )
    names = [one.fields["name"] for one in wanted]
    shown = academy.site.php(_SECTION, course=course, number=1)
    assert sorted(shown.index(name) for name in names) == [shown.index(name) for name in names]


def test_a_video_that_is_replaced_gives_its_place_to_the_new_one(academy: Department, key: str) -> None:
    before = is_there(academy, key)
    with academy.put_back():
        academy.edit("video_asset", VIDEO, state="replaced")
        new = {"sourced_id": "dlt:video:new", "url": NEW_ADDRESS, "title": "Жаңа бейне", "state": "published"}
        academy.add("video_asset", **new, replaces_id=VIDEO)
        academy.apply()
        after = is_there(academy, key)
        assert (after["id"], after["url"]) == (before["id"], NEW_ADDRESS)
    assert is_there(academy, key)["url"] == before["url"]


def test_a_video_that_is_withdrawn_is_hidden_and_comes_back_with_its_link(academy: Department, key: str) -> None:
    before = is_there(academy, key)
    with academy.put_back():
        academy.edit("video_asset", VIDEO, state="withdrawn")
        result = academy.apply()
        assert of_video(result, key).action is Action.REMOVE
        assert is_there(academy, key) == {**before, "visible": False}
    assert is_there(academy, key) == before


def test_a_patient_without_consent_is_never_placed(academy: Department, key: str) -> None:
    with academy.put_back():
        academy.edit("video_asset", VIDEO, shows_patient="yes", consent_ref="")
        academy.load()
        planned = academy.plan().plan.operations
        assert [o for o in planned if o.kind == "video" and o.action is not Action.REMOVE] == []
    asked = [
        row["sourced_id"] for row in academy.rows("video_asset") if row["shows_patient"] and not row["consent_ref"]
    ]
    placed = {row["sourced_id"] for row in academy.rows("video_placement") if row["video_id"] in asked}
    assert not placed & {wanted.partition("|")[2] for wanted in videos(academy)}


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "Өз атауым"), ("url", "https://elsewhere.example/1"), ("visible", False), ("section", 5)],
)
def test_what_a_teacher_changes_by_hand_is_seen_and_put_back(
    academy: Department, key: str, field: str, value: str | bool | int
) -> None:
    before = is_there(academy, key)
    academy.hands.hand_change("video", key, field, value)
    assert of_video(academy.plan(), key).hand_changed == (field,)
    academy.apply()
    assert is_there(academy, key) == before


def test_a_section_that_a_teacher_hides_is_no_difference(academy: Department, key: str, course: str) -> None:
    academy.hands.show_section(course, 1, False)
    assert is_there(academy, key)["visible"] is False
    assert academy.plan().plan.is_empty
    academy.hands.show_section(course, 1, True)
    assert is_there(academy, key)["visible"] is True
    assert academy.plan().plan.is_empty


def test_an_override_keeps_what_a_teacher_changed(academy: Department, key: str) -> None:
    before = is_there(academy, key)
    number = _override(academy, key, "name")
    academy.hands.hand_change("video", key, "name", "Өз атауым")
    plan = academy.plan().plan
    assert plan.is_empty
    assert "override" in {finding.rule for finding in plan.findings if finding.key == key}
    _end(academy, number)
    academy.apply()
    assert is_there(academy, key) == before


def test_what_was_deleted_by_hand_is_made_again_unless_an_override_keeps_it_away(academy: Department, key: str) -> None:
    before = is_there(academy, key)
    number = _override(academy, key, "*")
    academy.hands.hand_delete("video", key)
    assert academy.plan().plan.is_empty
    _end(academy, number)
    result = academy.apply()
    assert of_video(result, key).action is Action.RECREATE
    after = is_there(academy, key)
    assert after["id"] != before["id"]
    assert {**after, "id": 0} == {**before, "id": 0}


def test_a_link_that_a_teacher_made_already_is_adopted(academy: Department, key: str, course: str) -> None:
    url = is_there(academy, key)["url"]
    with academy.put_back():
        academy.drop("video_placement", sourced_id=PLACEMENT)
        academy.apply()
        link_id = academy.hands.hand_add("video", course=course, section=1, name="My link", url=url)
        academy.add("video_placement", sourced_id="dlt:placement:new", video_id=VIDEO, topic_id=TOPIC, offering_id="")
        result = academy.apply()
        new = join_key(course, "dlt:placement:new")
        assert of_video(result, new).action is Action.ADOPT
        found = is_there(academy, new)
        assert (found["id"], found["idnumber"]) == (link_id, "dlt:placement:new")
        assert found["name"].startswith("Дәріс 1.")


def test_a_copy_of_a_link_is_the_teachers_own(academy: Department, key: str) -> None:
    before = is_there(academy, key)
    academy.hands.duplicate(key)
    assert academy.plan().plan.is_empty
    assert is_there(academy, key) == before


def test_a_restored_course_brings_no_second_owner(academy: Department, key: str, course: str) -> None:
    before = is_there(academy, key)
    owned = academy.site.php("return $DB->count_records('local_dltsync_object', ['kind' => 'video']);")
    academy.hands.restore_course(course, as_new=True)
    academy.hands.restore_course(course, as_new=False)
    assert academy.site.php("return $DB->count_records('local_dltsync_object', ['kind' => 'video']);") == owned
    assert academy.plan().plan.is_empty
    assert is_there(academy, key) == before


def test_a_run_that_placed_a_video_can_be_undone(academy: Department, key: str) -> None:
    with academy.put_back():
        academy.edit("topic", TOPIC, title_kk="Жаңа тақырып")
        result = academy.apply()
        assert is_there(academy, key)["name"].startswith("Дәріс 1. Жаңа тақырып")
        undone = run.undo_run(academy.context, result.run_id)
        assert not undone.failed
        assert is_there(academy, key)["name"].startswith("Дәріс 1. Сүйектер")


def test_the_videos_of_a_course_that_left_the_records_stay_as_they_are(
    academy: Department, key: str, course: str
) -> None:
    before = is_there(academy, key)
    with academy.put_back():
        for entity, column in (("offering", "sourced_id"), ("enrolment", "offering_id")):
            academy.drop(entity, **{column: course})
        academy.drop("video_placement", offering_id=course)
        result = academy.apply()
        assert [o for o in result.plan.operations if o.kind == "video" and o.key.startswith(f"{course}|")] == []
        assert is_there(academy, key) == before


def test_a_hidden_video_is_deleted_after_its_waiting_time(academy: Department, key: str) -> None:
    with academy.put_back():
        academy.edit("video_asset", VIDEO, state="withdrawn")
        academy.apply()
        today = academy.day
        academy.day = today + timedelta(days=29)
        assert "video" not in {o.kind for o in academy.plan().plan.operations if o.action is Action.DELETE}
        academy.day = today + timedelta(days=31)
        result = academy.apply()
        assert of_video(result, key).action is Action.DELETE
        assert link(academy, key) is None
        academy.day = today
    assert is_there(academy, key)["visible"]


def _override(academy: Department, key: str, field: str) -> int:
    until = datetime(2027, 6, 1, tzinfo=UTC)
    who: dict[str, Any] = {"owner": "A. Demo, methodist", "reason": "guest lecture", "until": until}
    with academy.database.session() as session:
        return overrides.add(session, kind="video", key=key, field=field, now=academy.day, **who).id


def _end(academy: Department, number: int) -> None:
    with academy.database.session() as session:
        overrides.remove(session, number)
