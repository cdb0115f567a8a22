"""Conformance: links to videos in the sections of a course, beside what teachers put there."""

from __future__ import annotations

from dlt_sync.model import Action, Candidate, Operation, Status, Value, join_key
from dlt_sync.moodle.contract import Match
from tests.conformance.scene import FIELDS, Scene, operation

ADDRESS = "https://media.example/videos/17"


def video_creation(scene: Scene, course: str, name: str, **fields: Value) -> Operation:
    """The creation of a video."""
    key = join_key(course, scene.key(name))
    return operation(Action.CREATE, "video", key, scene.fields("video", key, **fields))


def link_by_hand(scene: Scene, course: str, **fields: Value) -> int:
    """A link that a teacher made."""
    common: dict[str, Value] = {"course": course, "section": 1, "name": "My link", "url": ADDRESS}
    return scene.world.hand_add("video", **{**common, **fields})


def links(scene: Scene, course: str, *by: tuple[str, str]) -> tuple[Candidate, ...]:
    """The links that a video of this test may be."""
    key = join_key(course, scene.key("wanted"))
    return scene.bridge.find("video", [Match(key, by, course)])[key]


def test_videos_of_many_sections_are_made_in_one_batch(scene: Scene) -> None:
    one, two = scene.course("one"), scene.course("two")
    wanted = [video_creation(scene, course, f"v{n}", section=n, order=n) for course in (one, two) for n in (3, 1, 2)]
    outcomes = scene.apply(*wanted)
    assert [outcome.status for outcome in outcomes] == [Status.DONE] * 6
    assert len({outcome.moodle_id for outcome in outcomes}) == 6
    for made, outcome in zip(wanted, outcomes, strict=True):
        assert outcome.fields == made.after == scene.see("video", made.key).fields
    assert len(list(scene.bridge.read("video", courses=[one]))) == 3


def test_a_video_moves_to_another_section_and_stays_the_same_link(scene: Scene) -> None:
    key = scene.video(scene.course(), section=2, order=20)
    link = scene.see("video", key).moodle_id
    outcome = scene.do(Action.UPDATE, "video", key, {"section": 7, "order": 70}, before={"section": 2, "order": 20})
    assert (outcome.status, outcome.moodle_id) == (Status.DONE, link)
    assert (scene.field("video", key, "section"), scene.field("video", key, "order")) == (7, 70)


def test_a_video_is_replaced_in_its_place(scene: Scene) -> None:
    key = scene.video(scene.course())
    link = scene.see("video", key).moodle_id
    changes: dict[str, Value] = {"url": "https://youtu.be/dQw4w9WgXcQ?t=53", "name": "Лекция & «новая»", "display": 1}
    outcome = scene.do(Action.UPDATE, "video", key, changes, before={"display": 0})
    assert (outcome.status, outcome.moodle_id) == (Status.DONE, link)
    assert {name: scene.field("video", key, name) for name in changes} == changes


def test_a_video_is_hidden_and_shown_again(scene: Scene) -> None:
    key = scene.video(scene.course())
    for visible in (False, True):
        before = {"visible": not visible}
        assert scene.do(Action.UPDATE, "video", key, {"visible": visible}, before=before).status is Status.DONE
        assert scene.field("video", key, "visible") is visible


def test_a_hidden_video_can_be_made(scene: Scene) -> None:
    assert scene.field("video", scene.video(scene.course(), visible=False), "visible") is False


def test_a_deleted_video_is_gone_and_can_come_again(scene: Scene) -> None:
    course = scene.course()
    key, other = scene.video(course), scene.video(course, "other")
    outcome = scene.do(Action.DELETE, "video", key, {}, before={"visible": True})
    assert (outcome.status, outcome.fields) == (Status.DONE, None)
    assert list(scene.bridge.read("video", keys=[key])) == []
    assert [seen.key for seen in scene.bridge.read("video", courses=[course])] == [other]
    assert [event for event in scene.bridge.events(0) if event.key == key] == []
    assert scene.video(course) == key


def test_a_video_that_was_edited_meanwhile_is_not_deleted(scene: Scene) -> None:
    key = scene.video(scene.course())
    scene.world.hand_change("video", key, "name", "By hand")
    outcome = scene.do(Action.DELETE, "video", key, {}, before={"name": key})
    assert outcome.status is Status.MOVED
    assert scene.field("video", key, "name") == "By hand"


def test_what_a_teacher_changes_of_a_video_is_seen(scene: Scene) -> None:
    key = scene.video(scene.course(), section=1)
    changes: dict[str, Value] = {
        "name": "Өз атауым",
        "url": "https://elsewhere.example/1",
        "visible": False,
        "section": 3,
    }
    for name, value in changes.items():
        scene.world.hand_change("video", key, name, value)
    fields = scene.see("video", key).fields
    assert fields is not None
    assert {name: fields[name] for name in changes} == changes


def test_a_link_is_found_by_its_address_within_its_course(scene: Scene) -> None:
    one, two = scene.course("one"), scene.course("two")
    link = link_by_hand(scene, one)
    link_by_hand(scene, two)
    (candidate,) = links(scene, one, ("idnumber", scene.key("wanted")), ("url", ADDRESS))
    assert (candidate.moodle_id, candidate.matched_by, candidate.owner) == (link, "url", None)
    assert (candidate.fields["order"], candidate.fields["visible"]) == (0, True)
    assert links(scene, one, ("url", ADDRESS + "/")) == ()


def test_a_link_is_found_by_its_number_first(scene: Scene) -> None:
    course = scene.course()
    link_by_hand(scene, course)
    numbered = link_by_hand(scene, course, idnumber=scene.key("wanted"), url="https://elsewhere.example/1")
    (candidate,) = links(scene, course, ("idnumber", scene.key("wanted")), ("url", ADDRESS))
    assert (candidate.moodle_id, candidate.matched_by) == (numbered, "idnumber")


def test_a_link_that_is_adopted_keeps_what_is_not_written(scene: Scene) -> None:
    course = scene.course()
    link = link_by_hand(scene, course, section=2)
    key = join_key(course, scene.key("wanted"))
    after: dict[str, Value] = {"idnumber": scene.key("wanted"), "order": 20}
    outcome = scene.do(Action.ADOPT, "video", key, after, before={"idnumber": "", "order": 0}, moodle_id=link)
    assert outcome.status is Status.DONE, outcome
    fields = scene.see("video", key).fields
    assert fields is not None
    assert (scene.see("video", key).moodle_id, fields["name"], fields["section"]) == (link, "My link", 2)
    assert (fields["idnumber"], fields["order"]) == (scene.key("wanted"), 20)


def test_a_link_of_ours_names_its_owner_and_cannot_be_taken(scene: Scene) -> None:
    course = scene.course()
    owner = scene.video(course, url=ADDRESS)
    (candidate,) = links(scene, course, ("url", ADDRESS))
    assert candidate.owner == owner
    key = join_key(course, scene.key("wanted"))
    outcome = scene.do(Action.ADOPT, "video", key, {}, before={}, moodle_id=candidate.moodle_id)
    assert (outcome.status, outcome.errorcode) == (Status.FAILED, "taken")


def test_what_a_teacher_put_into_a_course_stays_as_it_is(scene: Scene) -> None:
    course = scene.course()
    link_by_hand(scene, course, section=1)
    link_by_hand(scene, course, section=2, url="https://elsewhere.example/1")
    untouched = scene.world.strangers()
    key = scene.video(course, section=1)
    scene.do(Action.UPDATE, "video", key, {"section": 2, "order": 5}, before={})
    scene.do(Action.UPDATE, "video", key, {"visible": False}, before={})
    scene.do(Action.DELETE, "video", key, {}, before={})
    assert scene.world.strangers() == untouched


def test_a_video_in_a_course_that_is_not_ours_fails(scene: Scene) -> None:
    key = join_key(scene.key("none"), scene.key("video"))
    outcome = scene.do(Action.CREATE, "video", key, scene.fields("video", key))
    assert (outcome.status, outcome.errorcode) == (Status.FAILED, "unknownkey")


def test_a_deleted_course_takes_its_videos_along(scene: Scene) -> None:
    course = scene.course()
    key = scene.video(course)
    scene.world.hand_delete("course", course)
    assert scene.see("video", key).fields is None
    assert course not in scene.bridge.digests("video", ("name",))


def test_only_courses_whose_videos_changed_are_given_since_their_marks(scene: Scene) -> None:
    names = FIELDS["video"]
    one, two = scene.course("one"), scene.course("two")
    key = scene.video(one)
    scene.video(two)
    before = scene.bridge.digests_since("video", names, {})
    assert before.digests == scene.bridge.digests("video", names)
    same = scene.bridge.digests_since("video", names, before.marks)
    assert (same.digests, same.marks) == ({}, before.marks)
    changes: dict[str, Value] = {
        "name": "By hand",
        "url": "https://elsewhere.example/1",
        "section": 5,
        "visible": False,
    }
    for name, value in changes.items():
        known = scene.bridge.digests_since("video", names, {}).marks
        scene.world.hand_change("video", key, name, value)
        after = scene.bridge.digests_since("video", names, known)
        assert after.digests == {one: scene.bridge.digests("video", names)[one]}, name


def test_a_link_that_is_not_ours_has_no_digest(scene: Scene) -> None:
    course = scene.course()
    link_by_hand(scene, course)
    assert course not in scene.bridge.digests("video", ("name",))
    assert list(scene.bridge.read("video", courses=[course])) == []
