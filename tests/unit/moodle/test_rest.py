"""RestBridge: what it asks, how it reads the answers, and that it trusts none of them."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest

from dlt_sync.errors import MoodleError
from dlt_sync.model import Action, Candidate, Digest, Observed, Operation, Outcome, Status
from dlt_sync.moodle.contract import (
    PROTOCOL,
    Batch,
    Info,
    Match,
    PageStatus,
    RequestStatus,
    RunReport,
    RunStatus,
    Section,
    SiteEvent,
    TopicStatus,
    VideoStatus,
)
from dlt_sync.moodle.rest import RestBridge
from tests.stub_moodle import Reply, StubMoodle

INFO: dict[str, object] = {
    "protocol": PROTOCOL,
    "plugin_version": 2026112300,
    "plugin_release": "0.1.0",
    "moodle_version": "2024100706",
    "moodle_release": "4.5.6",
    "site_time": 1_790_000_000,
    "db_family": "postgres",
    "max_input_vars": 5000,
    "max_batch_bytes": 5_000_000,
    "workers": 4,
    "enrol_enabled": True,
    "capabilities": {"local/dltsync:read": True},
    "roles": ["student"],
    "languages": ["en", "kk"],
    "auths": ["manual"],
    "course_fields": ["dltsync_code"],
    "free_disk_mb": 900,
    "events_waiting": 7,
    "events_waiting_s": 60,
}
OBJECT = {"key": "u1", "moodleid": 5, "fields": {"email": "a@b.example", "suspended": False}, "facts": {}}
OBJECTS: dict[str, object] = {"objects": [OBJECT], "next": None}
CANDIDATE = {"moodleid": 5, "matchedby": "idnumber", "owner": None, "protected": False, "fields": {"lang": "kk"}}
CANDIDATES: dict[str, object] = {"candidates": {"u1": [CANDIDATE]}}
ANSWER = {
    "key": "u1",
    "status": "done",
    "moodleid": 5,
    "fields": {"email": "c@d.example"},
    "errorcode": "",
    "message": "",
    "ms": 3,
}
ANSWERS: dict[str, object] = {"answers": [ANSWER]}
EVENT = {"id": 3, "name": "deleted", "time": 17, "kind": "user", "key": "u1", "by": "Admin", "data": {}}
EVENTS: dict[str, object] = {"events": [EVENT], "next": None}
DIGESTS: dict[str, object] = {"digests": {"": [3, 10, 20]}}

MATCH = Match("u1", (("idnumber", "u1"), ("username", "u")))


def operation(action: Action, *, after: dict[str, str | bool], before: dict[str, str | bool] | None) -> Operation:
    """An operation on one user."""
    return Operation("user", "u1", action, before, after, label="", unit="", reason="", moodle_id=5)


UPDATE = operation(Action.UPDATE, after={"email": "c@d.example"}, before={"email": "a@b.example"})
BATCH = Batch("b-1", "user", (UPDATE,))


def test_info_is_read_whole(stub: StubMoodle, bridge: RestBridge) -> None:
    stub.will_answer(INFO)
    assert bridge.info() == Info(
        protocol=PROTOCOL,
        plugin_version=2026112300,
        plugin_release="0.1.0",
        moodle_version="2024100706",
        moodle_release="4.5.6",
        site_time=1_790_000_000,
        db_family="postgres",
        max_input_vars=5000,
        max_batch_bytes=5_000_000,
        workers=4,
        enrol_enabled=True,
        capabilities={"local/dltsync:read": True},
        roles=("student",),
        languages=("en", "kk"),
        free_disk_mb=900,
        events_waiting=7,
        events_waiting_s=60,
        auths=("manual",),
        course_fields=("dltsync_code",),
    )
    assert set(stub.received[0].form) == {"wstoken", "wsfunction", "moodlewsrestformat"}


def test_objects_are_read(stub: StubMoodle, bridge: RestBridge) -> None:
    gone = {"key": "u2", "moodleid": 6, "fields": None, "facts": {"size": 2}}
    stub.will_answer({"objects": [OBJECT, gone], "next": None})
    assert list(bridge.read("user")) == [
        Observed("user", "u1", 5, {"email": "a@b.example", "suspended": False}),
        Observed("user", "u2", 6, None, {"size": 2}),
    ]
    assert stub.received[0].request == {"kind": "user", "keys": None, "courses": None, "after": 0, "limit": 2000}


def test_lists_are_read_as_sorted_tuples(stub: StubMoodle, bridge: RestBridge) -> None:
    stub.will_answer({"objects": [{**OBJECT, "fields": {"members": ["ә", "b", "a"]}}], "next": None})
    (seen,) = bridge.read("cohort")
    assert seen.fields == {"members": ("a", "b", "ә")}


def test_empty_maps_are_read_though_php_writes_them_as_lists(stub: StubMoodle, bridge: RestBridge) -> None:
    stub.will_answer({"digests": []}, {"objects": [{**OBJECT, "facts": []}], "next": None})
    assert bridge.digests("enrolment", []) == {}
    assert next(bridge.read("user")).facts == {}


def test_pages_are_asked_for_until_there_is_none(stub: StubMoodle, bridge: RestBridge) -> None:
    stub.will_answer({"objects": [OBJECT], "next": 5}, {"objects": [], "next": 9}, OBJECTS)
    assert len(list(bridge.read("user"))) == 2
    assert [received.request["after"] for received in stub.received] == [0, 5, 9]


def test_a_page_that_leads_back_is_refused(stub: StubMoodle, bridge: RestBridge) -> None:
    stub.will_answer({"objects": [OBJECT], "next": 5})
    with pytest.raises(MoodleError, match="the page after 5"):
        list(bridge.read("user"))


@pytest.mark.parametrize("asked", ["keys", "courses"])
def test_many_keys_or_courses_are_asked_for_in_portions(stub: StubMoodle, bridge: RestBridge, asked: str) -> None:
    stub.will_answer({"objects": [], "next": None})
    names = [f"k{n}" for n in range(1201)]
    list(bridge.read("group", **{asked: names}))
    portions = [received.request[asked] for received in stub.received]
    assert portions == [names[:500], names[500:1000], names[1000:]]
    assert [received.form["count"] for received in stub.received] == ["500", "500", "201"]


def test_nothing_is_asked_about_no_keys_courses_or_matches(stub: StubMoodle, bridge: RestBridge) -> None:
    assert list(bridge.read("user", keys=[])) == []
    assert list(bridge.read("group", courses=[])) == []
    assert bridge.find("user", []) == {}
    assert stub.received == []


def test_candidates_are_read_and_a_key_without_any_has_none(stub: StubMoodle, bridge: RestBridge) -> None:
    stub.will_answer({"candidates": {"u1": [CANDIDATE, {**CANDIDATE, "owner": "u9", "protected": True}]}})
    found = bridge.find("user", [MATCH, Match("u2", (("idnumber", "u2"),))])
    first = Candidate(5, "idnumber", {"lang": "kk"})
    assert found == {"u1": (first, Candidate(5, "idnumber", {"lang": "kk"}, "u9", protected=True)), "u2": ()}
    assert stub.received[0].request == {
        "kind": "user",
        "match": [
            {"key": "u1", "by": [["idnumber", "u1"], ["username", "u"]], "course": None},
            {"key": "u2", "by": [["idnumber", "u2"]], "course": None},
        ],
    }


def test_digests_are_shaped_like_our_own(stub: StubMoodle, bridge: RestBridge) -> None:
    stub.will_answer(DIGESTS, {"digests": {}}, {"digests": {"c1": [1, 2, 3], "c2": [0, 0, 0]}})
    assert bridge.digests("user", ["email"]) == {"": Digest(3, 10, 20)}
    assert bridge.digests("user", ["email"]) == {"": Digest()}
    assert bridge.digests("enrolment", ["roles"]) == {"c1": Digest(1, 2, 3)}
    assert stub.received[0].request == {"kind": "user", "fields": ["email"]}


def test_digests_are_asked_for_since_their_marks(stub: StubMoodle, bridge: RestBridge) -> None:
    stub.will_answer(
        {"digests": {"c2": [1, 2, 3]}, "marks": {"c1": "a", "c2": "c"}}, {"digests": {}, "marks": {"c1": 1}}
    )
    since = bridge.digests_since("enrolment", ["roles"], {"c1": "a", "c2": "b"})
    assert (since.digests, since.marks) == ({"c2": Digest(1, 2, 3)}, {"c1": "a", "c2": "c"})
    assert stub.received[0].request == {"kind": "enrolment", "fields": ["roles"], "marks": {"c1": "a", "c2": "b"}}
    with pytest.raises(MoodleError, match="c1"):
        bridge.digests_since("enrolment", ["roles"], {})


@pytest.mark.parametrize(
    ("action", "sent"),
    [
        (Action.CREATE, {"op": "create", "fields": {"email": "new"}, "expect": None}),
        (Action.RECREATE, {"op": "create", "fields": {"email": "new"}, "expect": None}),
        (Action.ADOPT, {"op": "adopt", "fields": {"email": "new"}, "expect": {"email": "old"}}),
        (Action.UPDATE, {"op": "update", "fields": {"email": "new"}, "expect": {"email": "old"}}),
        (Action.REMOVE, {"op": "update", "fields": {"email": "new"}, "expect": {"email": "old"}}),
        (Action.RESTORE, {"op": "update", "fields": {"email": "new"}, "expect": {"email": "old"}}),
        (Action.DELETE, {"op": "delete", "fields": {}, "expect": {"email": "old"}}),
    ],
)
def test_an_operation_travels_as_it_stands_in_the_plan(
    stub: StubMoodle, bridge: RestBridge, action: Action, sent: dict[str, object]
) -> None:
    stub.will_answer(ANSWERS)
    bridge.apply(Batch("b-1", "user", (operation(action, after={"email": "new"}, before={"email": "old"}),)))
    assert stub.received[0].request == {
        "batch": "b-1",
        "kind": "user",
        "recall": False,
        "operations": [{"key": "u1", "moodleid": 5, **sent}],
    }


def test_outcomes_are_read(stub: StubMoodle, bridge: RestBridge) -> None:
    refused = {**ANSWER, "status": "failed", "moodleid": None, "fields": None, "errorcode": "taken", "message": "No"}
    stub.will_answer({"answers": [ANSWER, {**ANSWER, "status": "moved"}, refused]})
    outcomes = bridge.apply(Batch("b-1", "user", (UPDATE, UPDATE, UPDATE)))
    assert outcomes == (
        Outcome("user", "u1", Status.DONE, 5, {"email": "c@d.example"}, duration_ms=3),
        Outcome("user", "u1", Status.MOVED, 5, {"email": "c@d.example"}, duration_ms=3),
        Outcome("user", "u1", Status.FAILED, None, None, "taken", "No", 3),
    )


def test_a_recall_tells_what_was_never_done(stub: StubMoodle, bridge: RestBridge) -> None:
    missing = {"key": "u1", "status": "missing", "moodleid": None, "fields": None}
    stub.will_answer({"answers": [ANSWER, missing]})
    done, never = bridge.recall(Batch("b-1", "user", (UPDATE, UPDATE)))
    assert done is not None
    assert never is None
    assert stub.received[0].request["recall"] is True


def test_a_recall_sends_the_same_operations(stub: StubMoodle, bridge: RestBridge) -> None:
    stub.will_answer(ANSWERS)
    bridge.apply(BATCH)
    bridge.recall(BATCH)
    sent, recalled = (received.request for received in stub.received)
    assert {**recalled, "recall": False} == sent


def test_events_are_read(stub: StubMoodle, bridge: RestBridge) -> None:
    stub.will_answer({"events": [EVENT], "next": 3}, {"events": [], "next": None})
    assert list(bridge.events(2)) == [SiteEvent(3, "deleted", 17, "user", "u1", "Admin")]
    assert [received.request["after"] for received in stub.received] == [2, 3]


def test_what_pages_show_is_pushed(stub: StubMoodle, bridge: RestBridge) -> None:
    stub.will_answer({"unknown": ["o2"]}, {}, [])
    report = RunReport("Үш адам", (Section("summary", "Қорытынды", ("a", "b")),))
    run = RunStatus(7, "apply", 1, 2, "ok", "ab", {"user.create": 3}, "Үш 🩺", "look", {"kk": report})
    video = VideoStatus("o1|p1", "Жүрек", "kk", "https://media.example/1.mp4", "stale", 600)
    topic = TopicStatus("t1", 1, "lecture", "Жүрек", 3, True, "", "stale", "age", 17, (video,))
    asked = RequestStatus("dlt:request:1", "shooting", "o1", "t1", asked_by="A. Demo", stage="accepted", time=17)
    assert bridge.push_status(PageStatus((run,), {"o1": (topic,), "o2": ()}, (asked,))) == {"o2"}
    assert bridge.push_status(PageStatus()) == bridge.push_status(PageStatus()) == frozenset()
    assert stub.received[0].form["count"] == "4"
    assert stub.received[0].request == {
        "runs": [
            {
                "run": 7,
                "mode": "apply",
                "started": 1,
                "ended": 2,
                "verdict": "ok",
                "planhash": "ab",
                "counts": {"user.create": 3},
                "summary": "Үш 🩺",
                "needs": "look",
                "report": {
                    "kk": {
                        "subject": "Үш адам",
                        "sections": [{"code": "summary", "title": "Қорытынды", "lines": ["a", "b"]}],
                    }
                },
            }
        ],
        "courses": {
            "o1": [
                {
                    "topic": "t1",
                    "number": 1,
                    "kind": "lecture",
                    "title": "Жүрек",
                    "week": 3,
                    "owed": True,
                    "reason": "",
                    "state": "stale",
                    "why": "age",
                    "checked": 17,
                    "videos": [
                        {
                            "key": "o1|p1",
                            "title": "Жүрек",
                            "language": "kk",
                            "url": "https://media.example/1.mp4",
                            "state": "stale",
                            "duration": 600,
                        }
                    ],
                }
            ],
            "o2": [],
        },
        "requests": [
            {
                "key": "dlt:request:1",
                "type": "shooting",
                "course": "o1",
                "topic": "t1",
                **dict.fromkeys(("video", "title", "url", "language", "notes", "place", "wished"), ""),
                "askedby": "A. Demo",
                "asker": "",
                "stage": "accepted",
                **dict.fromkeys(("reason", "specialist", "planned", "by"), ""),
                "time": 17,
            }
        ],
    }


# -- trusting nothing ----------------------------------------------------------------------------------

CALLS: list[tuple[dict[str, object], Callable[[RestBridge], object]]] = [
    (INFO, lambda bridge: bridge.info()),
    (OBJECTS, lambda bridge: list(bridge.read("user"))),
    (CANDIDATES, lambda bridge: bridge.find("user", [MATCH])),
    (DIGESTS, lambda bridge: bridge.digests("user", [])),
    (ANSWERS, lambda bridge: bridge.apply(BATCH)),
    (EVENTS, lambda bridge: list(bridge.events(0))),
]
#: What may stand in a field of an object, and names that may stand in a map.
FREE = {"fields", "facts", "data", "capabilities", "digests", "candidates"}


def places(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Where in an answer something stands whose shape is fixed."""
    found: list[tuple[object, ...]] = [path] if path else []
    if isinstance(value, dict):
        for name, inner in value.items():
            found += places(inner, (*path, name)) if name not in FREE else [(*path, name)]
    elif isinstance(value, list) and value:
        found += places(value[0], (*path, 0))
    return found


def broken(answer: dict[str, object], path: tuple[object, ...], by: object) -> dict[str, object]:
    """The answer with another value, or none (`...`), in one place."""
    copied = copy.deepcopy(answer)
    inner: object = copied
    for step in path[:-1]:
        inner = inner[step]  # type: ignore[index]
    if by is ...:
        del inner[path[-1]]  # type: ignore[attr-defined]
    else:
        inner[path[-1]] = by  # type: ignore[index]
    return copied


@pytest.mark.parametrize("wrong", [..., 1.5, [[1]], {"a": {"b": {}}}, "wrong"])
@pytest.mark.parametrize(("answer", "call"), CALLS, ids=["info", "read", "find", "digests", "apply", "events"])
def test_an_answer_of_the_wrong_shape_is_a_moodle_error_that_names_the_place(
    stub: StubMoodle,
    bridge: RestBridge,
    answer: dict[str, object],
    call: Callable[[RestBridge], object],
    wrong: object,
) -> None:
    for path in places(answer):
        in_list = isinstance(path[-1], int)
        if (wrong is ... and in_list) or (wrong == "wrong" and isinstance(at(answer, path), str)):
            continue
        stub.replies.clear()
        stub.will_answer(broken(answer, path, wrong))
        with pytest.raises(MoodleError, match=r"makes no sense|speaks protocol") as caught:
            call(bridge)
        assert caught.value.remedy, path


def at(answer: object, path: tuple[object, ...]) -> object:
    """What stands in a place."""
    for step in path:
        answer = answer[step]  # type: ignore[index]
    return answer


@pytest.mark.parametrize(
    "answers",
    [
        [],
        [ANSWER, ANSWER],
        [{**ANSWER, "key": "u2"}],
        [{**ANSWER, "status": "skipped"}],
        [{**ANSWER, "status": "missing"}],
    ],
)
def test_answers_that_do_not_fit_the_operations_are_refused(
    stub: StubMoodle, bridge: RestBridge, answers: list[object]
) -> None:
    stub.will_answer({"answers": answers})
    with pytest.raises(MoodleError, match="makes no sense"):
        bridge.apply(BATCH)


@pytest.mark.parametrize("digest", [[1, 2], [1, 2, "3"], [1, 2, 3, 4], [1.0, 2, 3]])
def test_a_digest_of_other_than_three_whole_numbers_is_refused(
    stub: StubMoodle, bridge: RestBridge, digest: list[object]
) -> None:
    stub.will_answer({"digests": {"": digest}})
    with pytest.raises(MoodleError, match="no digest"):
        bridge.digests("user", [])


def test_candidates_nobody_asked_for_are_refused(stub: StubMoodle, bridge: RestBridge) -> None:
    stub.will_answer({"candidates": {"u7": []}})
    with pytest.raises(MoodleError, match="nobody asked for u7"):
        bridge.find("user", [MATCH])


@pytest.mark.parametrize("text", [b'{"response": 5}', b'{"response": null}', b'{"response": "5"}', b"{}", b"5"])
def test_an_answer_without_an_object_in_it_is_refused(stub: StubMoodle, bridge: RestBridge, text: bytes) -> None:
    stub.replies.append(Reply(text))
    with pytest.raises(MoodleError):
        list(bridge.events(0))
