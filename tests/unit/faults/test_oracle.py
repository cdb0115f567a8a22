"""The fault suite's judge: it must see what is wrong. Each test spoils one thing and wants it named."""

from __future__ import annotations

import copy
from collections import Counter

import pytest

from tests.live.faults.academy import Academy, Size
from tests.live.faults.oracle import (
    ARCHIVE,
    Entry,
    Objects,
    Seen,
    Wrong,
    compare,
    explained,
    told_of,
    told_wrongly,
    truth_after,
    untouched,
)


@pytest.fixture
def academy() -> Academy:
    return Academy(1, "t")


@pytest.fixture
def truth(academy: Academy) -> Objects:
    return truth_after({}, academy.tables)


def first(objects: Objects, kind: str) -> str:
    return sorted(objects[kind])[0]


def wrongs(truth: Objects, seen: Objects) -> list[Wrong]:
    return [finding.what for finding in compare(truth, Seen(seen))]


def test_what_is_as_it_must_be_is_not_wrong(truth: Objects) -> None:
    assert wrongs(truth, copy.deepcopy(truth)) == []
    assert {kind: bool(objects) for kind, objects in truth.items()} == dict.fromkeys(truth, True)


@pytest.mark.parametrize("kind", ["user", "course", "cohort", "enrolment", "group", "video"])
def test_what_is_missing_was_removed_wrongly(truth: Objects, kind: str) -> None:
    seen = copy.deepcopy(truth)
    del seen[kind][first(truth, kind)]
    assert wrongs(truth, seen) == [Wrong.REMOVED]


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("user", "suspended", True),
        ("enrolment", "suspended", True),
        ("enrolment", "roles", ()),
        ("enrolment", "groups", ()),
        ("cohort", "members", ()),
        ("course", "visible", False),
        ("course", "category", ARCHIVE),
        ("video", "visible", False),
    ],
)
def test_who_has_less_than_is_theirs_lost_it_wrongly(truth: Objects, kind: str, name: str, value: object) -> None:
    seen = copy.deepcopy(truth)
    key = next(key for key, fields in sorted(truth[kind].items()) if fields[name] != value)
    seen[kind][key][name] = value
    assert wrongs(truth, seen) == [Wrong.REMOVED]


def test_another_value_and_what_nobody_asks_for_are_differences(truth: Objects) -> None:
    seen = copy.deepcopy(truth)
    seen["user"][first(truth, "user")]["lastname"] = "Another"
    seen["group"]["t:offering:1|t:cohort:99"] = {"course": "t:offering:1", "name": "x", "idnumber": "t:cohort:99"}
    assert wrongs(truth, seen) == [Wrong.DIFFERENT, Wrong.DIFFERENT]


def test_what_is_there_twice_is_a_duplicate(truth: Objects) -> None:
    assert [f.what for f in compare(truth, Seen(truth, doubles=("user with the number t:1",)))] == [Wrong.DUPLICATE]


def test_who_leaves_the_records_is_kept_without_effect(academy: Academy, truth: Objects) -> None:
    before = academy.snapshot()
    for _ in range(6):
        academy.change()
    after = truth_after(truth, academy.tables)
    gone = sorted(before["person"].keys() - academy.tables["person"].keys())
    assert gone
    assert all(after["user"][key]["suspended"] for key in gone)
    left = [key for key in truth["enrolment"] if key.split("|")[1] in gone]
    assert all(after["enrolment"][key] == {**truth["enrolment"][key], "suspended": True} for key in left)


@pytest.mark.parametrize("size", [None, Size(students=7, teachers=1, spare=3, offerings=2, seats=3)])
def test_the_same_seed_makes_the_same_academy_and_no_file_shrinks_much(size: Size | None) -> None:
    one, other = Academy(7, "t", size), Academy(7, "t", size)
    for _ in range(40):
        before = {entity: len(rows) for entity, rows in one.tables.items()}
        one.change()
        other.change()
        assert one.tables == other.tables
        assert all(len(rows) > 0.9 * before[entity] for entity, rows in one.tables.items())
    assert Academy(8, "t").tables != Academy(7, "t").tables


def test_what_is_not_ours_may_neither_go_nor_change_nor_come() -> None:
    guest, link = ("user", 7), ("video", 9)
    before = {guest: {"name": "Guest"}, link: {"name": "My own"}}
    assert list(untouched(before, dict(before))) == []
    assert [f.what for f in untouched(before, {guest: before[guest]})] == [Wrong.REMOVED]
    assert [f.what for f in untouched(before, {**before, guest: {"name": "x"}})] == [Wrong.REMOVED]
    assert [f.what for f in untouched(before, {**before, ("group", 3): {}})] == [Wrong.DUPLICATE]


BEFORE: Objects = {"user": {"u": {"lastname": "A", "suspended": False}}}
UPDATE = Entry("user", "u", "update", {"lastname": "A"}, {"lastname": "B"})
CREATE = Entry("user", "v", "create", None, {"lastname": "C"})


def test_the_journal_explains_what_it_holds() -> None:
    after: Objects = {"user": {"u": {"lastname": "B", "suspended": False}, "v": {"lastname": "C", "suspended": False}}}
    assert list(explained(BEFORE, after, [UPDATE, CREATE])) == []


@pytest.mark.parametrize(
    ("after", "journal"),
    [
        ({"u": {"lastname": "B", "suspended": False}}, []),  # changed without an entry
        ({"u": {"lastname": "A", "suspended": False}}, [UPDATE]),  # an entry of what did not happen
        ({"u": {"lastname": "B", "suspended": False}}, [UPDATE, UPDATE]),  # journalled twice
        ({"u": {"lastname": "A", "suspended": False}, "v": {"lastname": "C"}}, []),  # came
        ({}, []),  # went
        ({"u": {"lastname": "A", "suspended": False}, "v": {"lastname": "C"}}, [CREATE, CREATE]),
        ({"u": {"lastname": "A", "suspended": False}}, [Entry("user", "w", "delete", {}, {})]),
        ({"u": {"lastname": "A", "suspended": False}}, [Entry("user", "w", "update", {}, {"lastname": "x"})]),
    ],
)
def test_what_the_journal_does_not_explain_is_named(after: dict[str, dict[str, object]], journal: list[Entry]) -> None:
    assert Wrong.UNEXPLAINED in {finding.what for finding in explained(BEFORE, {"user": after}, journal)}


ENROLLED = Entry(
    "enrolment", "c|u", "create", None, {"suspended": False, "timestart": 0, "roles": ("student",), "groups": ("c|g",)}
)
IDS = {("user", "u"): 5, ("course", "c"): 6}


def test_listeners_are_to_be_told_of_each_change_once() -> None:
    moved = Entry("enrolment", "c|u", "update", {"groups": ("c|g",)}, {"groups": ("c|h",), "suspended": True})
    told = told_of({}, [ENROLLED, moved], IDS)
    assert set(told.values()) == {1, 2}
    names = Counter({what.rpartition("\\")[2]: count for (what, _, _), count in told.items()})
    assert names == {
        "user_enrolment_created": 1,
        "after_user_enrolled": 1,
        "role_assigned": 1,
        "after_role_assigned": 1,
        "group_member_added": 2,
        "after_group_membership_added": 2,
        "group_member_removed": 1,
        "after_group_membership_removed": 1,
        "user_enrolment_updated": 1,
        "before_user_enrolment_updated": 1,
    }
    assert {where[1:] for where in told} == {(5, 6)}


def test_of_a_group_that_is_deleted_nothing_needs_to_be_told() -> None:
    left = Entry("enrolment", "c|u", "update", {"groups": ("c|g",)}, {"groups": ()})
    deleted = Entry("group", "c|g", "delete", {}, {})
    assert not any("group" in what for what, _, _ in told_of({}, [ENROLLED, left, deleted], IDS))
    assert any("group" in what for what, _, _ in told_of({}, [deleted, ENROLLED], IDS))


def test_what_is_told_twice_or_never_is_wrong() -> None:
    wanted = told_of({}, [ENROLLED], IDS)
    assert list(told_wrongly(wanted, Counter(wanted))) == []
    assert {f.what for f in told_wrongly(wanted, wanted + wanted)} == {Wrong.DUPLICATE}
    assert {f.what for f in told_wrongly(wanted, Counter())} == {Wrong.EVENT}
