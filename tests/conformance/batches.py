"""Conformance: batches are done once, answered per operation, and can be asked for afterwards."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from dlt_sync.errors import MoodleError
from dlt_sync.model import Action, Operation, Outcome, Status
from dlt_sync.moodle.contract import (
    PROTOCOL,
    Batch,
    PageStatus,
    RequestStatus,
    RunReport,
    RunStatus,
    Section,
    TopicStatus,
    VideoStatus,
)
from dlt_sync.moodle.wire import bytes_of
from tests.conformance.scene import FIELDS, Scene, operation

REPORTS = {
    language: RunReport(
        f"Үш адам ({language})", (Section("parked", "Ждёт <решения>", ("• 5 & 6", 'dlt-sync apply --as "A"')),)
    )
    for language in ("kk", "ru", "en")
}


def creation(scene: Scene, name: str, **fields: str) -> Operation:
    """The creation of a user."""
    key = scene.key(name)
    return operation(Action.CREATE, "user", key, scene.fields("user", key, **fields))


def batch_of(*operations: Operation) -> Batch:
    """A batch with a new id."""
    return Batch(str(uuid.uuid4()), "user", operations)


def essence(outcomes: tuple[Outcome | None, ...]) -> list[object]:
    """What must be the same however often it is asked for."""
    return [o and (o.key, o.status, o.moodle_id, o.fields, o.errorcode) for o in outcomes]


def test_the_bridge_speaks_our_protocol_and_says_what_it_allows(scene: Scene) -> None:
    info = scene.bridge.info()
    assert info.protocol == PROTOCOL
    assert info.enrol_enabled
    assert {"student", "editingteacher", "teacher"} <= set(info.roles)
    needed = ("local/dltsync:read", "local/dltsync:apply", "local/dltsync:pushstatus")
    assert all(info.capabilities[name] for name in needed)
    assert 0 < info.max_batch_bytes <= 5_000_000
    assert "manual" in info.auths
    assert {"en", "kk", "ru"} <= set(info.languages)
    wanted = {"dltsync_" + name.removeprefix("cf_") for name in FIELDS["course"] if name.startswith("cf_")}
    assert wanted <= set(info.course_fields)


def test_a_bad_operation_neither_stops_nor_undoes_the_others(scene: Scene) -> None:
    bad = creation(scene, "bad", username=scene.key("good").replace(":", "."))
    good, refused, next_one = scene.bridge.apply(batch_of(creation(scene, "good"), bad, creation(scene, "next")))
    assert (good.status, refused.status, next_one.status) == (Status.DONE, Status.FAILED, Status.DONE)
    assert refused.message
    there = {o.key for o in scene.bridge.read("user", keys=[scene.key(n) for n in ("good", "bad", "next")])}
    assert there == {scene.key("good"), scene.key("next")}


def test_outcomes_come_in_the_order_of_the_operations(scene: Scene) -> None:
    names = ["c", "a", "b"]
    outcomes = scene.bridge.apply(batch_of(*(creation(scene, name) for name in names)))
    assert [o.key for o in outcomes] == [scene.key(name) for name in names]
    assert all(o.kind == "user" and o.duration_ms >= 0 for o in outcomes)


def test_a_batch_sent_again_is_answered_as_before_and_not_done_again(scene: Scene) -> None:
    bad = creation(scene, "bad", username=scene.key("good").replace(":", "."))
    batch = batch_of(creation(scene, "good"), bad)
    first = scene.bridge.apply(batch)
    scene.world.hand_change("user", scene.key("good"), "firstname", "Changed since")
    assert essence(scene.bridge.apply(batch)) == essence(first)
    assert scene.field("user", scene.key("good"), "firstname") == "Changed since"


def test_a_recalled_batch_says_what_was_done_and_is_closed(scene: Scene) -> None:
    batch = batch_of(creation(scene, "good"))
    done = scene.bridge.apply(batch)
    assert essence(scene.bridge.recall(batch)) == essence(done)
    assert essence(scene.bridge.recall(batch)) == essence(done)
    with pytest.raises(MoodleError) as caught:
        scene.bridge.apply(batch)
    assert caught.value.errorcode == "batchclosed"


def test_a_batch_that_never_arrived_is_recalled_as_never_done_and_can_no_longer_be(scene: Scene) -> None:
    batch = batch_of(creation(scene, "one"), creation(scene, "two"))
    assert scene.bridge.recall(batch) == (None, None)
    with pytest.raises(MoodleError) as caught:
        scene.bridge.apply(batch)
    assert caught.value.errorcode == "batchclosed"
    assert list(scene.bridge.read("user", keys=[scene.key("one"), scene.key("two")])) == []


def test_a_batch_id_cannot_be_used_for_other_operations(scene: Scene) -> None:
    batch = batch_of(creation(scene, "one"))
    scene.bridge.apply(batch)
    with pytest.raises(MoodleError) as caught:
        scene.bridge.apply(Batch(batch.id, "user", (creation(scene, "two"),)))
    assert caught.value.errorcode == "badrequest"
    assert list(scene.bridge.read("user", keys=[scene.key("two")])) == []


def test_a_batch_as_long_as_the_bridge_allows_arrives_whole(scene: Scene) -> None:
    def batch(letters: int) -> Batch:
        return batch_of(operation(Action.UPDATE, "user", scene.key("nobody"), {"firstname": "x" * letters}, before={}))

    longest = batch(scene.bridge.info().max_batch_bytes - bytes_of(batch(0)))
    assert bytes_of(longest) == scene.bridge.info().max_batch_bytes
    (outcome,) = scene.bridge.apply(longest)
    assert (outcome.key, outcome.status is Status.DONE) == (scene.key("nobody"), False)


def test_an_empty_batch_has_no_outcomes(scene: Scene) -> None:
    assert scene.bridge.apply(batch_of()) == ()


def test_operations_of_a_batch_see_what_the_earlier_ones_did(scene: Scene) -> None:
    key = scene.key("one")
    change = operation(Action.UPDATE, "user", key, {"firstname": "Б"}, before={"firstname": "Айгүл"})
    outcomes = scene.bridge.apply(batch_of(creation(scene, "one"), change))
    assert [o.status for o in outcomes] == [Status.DONE, Status.DONE]
    assert scene.field("user", key, "firstname") == "Б"


def test_what_pages_show_can_be_pushed_and_replaced(scene: Scene) -> None:
    started = 1_790_000_000
    course = scene.key("course")
    video = VideoStatus(f"{course}|p1", "Қан айналымы", "kk", "https://media.example/1.mp4", "ok", 600)
    topic = TopicStatus(scene.key("t1"), 1, "lecture", "Қан", None, True, "", "ok", checked=started, videos=(video,))
    for number, verdict in enumerate(("partial", "ok")):
        run = RunStatus(
            7, "apply", started, started + 60, verdict, "ab" * 32, {"user.create": 3}, "Үш адам 🩺", "look", REPORTS
        )
        stage = ("requested", "accepted")[number]
        request = RequestStatus(
            f"dlt:request:{scene.key('r')[-4:]}", "shooting", title="Қан", stage=stage, time=started
        )
        asked = replace(request, time=started + number, by="A. Demo")
        unknown = scene.bridge.push_status(PageStatus((run,), {course: (topic,)}, (asked,)))
        assert unknown == {course}  # nobody has made it
    assert scene.bridge.push_status(PageStatus(courses={course: ()})) == {course}
    assert scene.bridge.push_status(PageStatus()) == frozenset()


def test_a_report_as_long_as_the_protocol_allows_is_taken(scene: Scene) -> None:
    report = RunReport("Ж" * 255, (Section("summary", "Ж" * 255, ("Ж" * 1000,) * 200), Section("health", "x", ())))
    run = RunStatus(8, "apply", 1, 2, "stopped", "", {}, "", "release", {"kk": report, "ru": report})
    assert scene.bridge.push_status(PageStatus((run,))) == frozenset()
    assert scene.bridge.push_status(PageStatus((replace(run, run=9, needs="", report={}),))) == frozenset()
