"""The guard: what stops a plan, with its numbers, and what does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from dlt_sync.guard import Limits, Numbers, Violation, check
from dlt_sync.model import Action, Finding, Operation
from dlt_sync.plan import Plan


def operations(kind: str, action: Action, count: int, key: str = "k{}", **more: Any) -> list[Operation]:
    """So many operations of a kind."""
    return [Operation(kind, key.format(n), action, None, {}, f"label {n}", "", "", **more) for n in range(count)]


def judged(what: Sequence[Operation], limits: Limits | None = None, **numbers: Any) -> tuple[Violation, ...]:
    """The guard's objections to these operations."""
    return check(Plan("https://moodle.example", 1, tuple(what)), Numbers(**numbers), limits or Limits())


def rules(violations: Sequence[Violation]) -> list[str]:
    """Their rules."""
    return [violation.rule for violation in violations]


def some(kind: str, managed: int) -> dict[str, Any]:
    """Numbers of a site with so many objects of a kind."""
    return {"managed": {kind: managed}, "desired": {kind: managed}}


@pytest.mark.parametrize(("count", "stopped"), [(50, False), (51, True)])
def test_removals_over_five_percent_stop_the_plan(count: int, stopped: bool) -> None:
    found = judged(operations("user", Action.REMOVE, count), **some("user", 1000))
    assert rules(found) == (["removals"] if stopped else [])
    if stopped:
        assert found[0].message == "51 removals of 1000 users (5.1 %; limit 5 %)"
        assert (found[0].count, found[0].of, found[0].limit) == (51, 1000, 5)
        assert found[0].code == "removals:user"


def test_deletions_count_as_removals() -> None:
    assert rules(judged(operations("user", Action.DELETE, 10), **some("user", 100))) == ["removals"]


@pytest.mark.parametrize(("count", "stopped"), [(2, False), (3, True)])
def test_a_percentage_of_very_little_is_not_judged(count: int, stopped: bool) -> None:
    assert bool(judged(operations("category", Action.REMOVE, count), **some("category", 11))) is stopped


@pytest.mark.parametrize("action", [Action.UPDATE, Action.RESTORE])
def test_updates_over_twenty_percent_stop_the_plan(action: Action) -> None:
    assert judged(operations("course", action, 20), **some("course", 100)) == ()
    assert rules(judged(operations("course", action, 21), **some("course", 100))) == ["updates"]


@pytest.mark.parametrize("action", [Action.CREATE, Action.ADOPT, Action.RECREATE])
def test_creates_over_twenty_percent_stop_a_loaded_site_only(action: Action) -> None:
    assert judged(operations("user", action, 500)) == ()
    assert rules(judged(operations("user", action, 21), **some("user", 100))) == ["creates"]


def test_a_kind_that_became_empty_stops_the_plan_however_small() -> None:
    found = judged(operations("user", Action.REMOVE, 1), managed={"user": 1})
    assert rules(found) == ["emptied"]
    assert "no users at all" in found[0].message


def test_rekeyed_people_stop_the_plan() -> None:
    leaving = operations("user", Action.REMOVE, 1, "old:{}", content={"username": "ydyrysov.g"})
    coming = [Operation("user", "new:1", Action.CREATE, None, {"username": "ydyrysov.g"}, "", "", "")]
    found = judged([*leaving, *coming], **some("user", 1000))
    assert rules(found) == ["rekeyed"]
    assert "old:0 became new:1" in found[0].message


def test_two_rekeyed_courses_are_counted() -> None:
    what = []
    for n in range(2):
        what += operations("course", Action.REMOVE, 1, f"old:{n}", content={"shortname": f"c{n}"})
        what.append(Operation("course", f"new:{n}", Action.CREATE, None, {"shortname": f"c{n}"}, "", "", ""))
    found = judged(what, **some("course", 1000))
    assert found[0].message.startswith("2 courses")


def test_a_name_taken_by_one_that_leaves_is_a_rekeying() -> None:
    leaving = operations("user", Action.REMOVE, 1, "old:{}")
    finding = Finding("user", "new:1", "rekeyed", "the object with this username is already old:0")
    plan = Plan("https://moodle.example", 1, tuple(leaving), (finding,))
    found = check(plan, Numbers(**some("user", 1000)), Limits())
    assert rules(found) == ["rekeyed"]
    assert "already old:0" in found[0].message


def test_other_people_coming_and_going_are_no_rekeying() -> None:
    leaving = operations("user", Action.REMOVE, 1, "old:{}", content={"username": "a"})
    coming = [Operation("user", "new:1", Action.CREATE, None, {"username": "b"}, "", "", "")]
    nameless = [Operation("user", "new:2", Action.CREATE, None, {}, "", "", "")]
    assert judged([*leaving, *coming, *nameless], **some("user", 1000)) == ()


def test_many_small_removals_in_a_week_stop_the_plan() -> None:
    what = operations("enrolment", Action.REMOVE, 4, "c{}|p")
    earlier: dict[str, Any] = {"removed_this_week": {"enrolment": 8}}
    assert judged(what, **some("enrolment", 200), **earlier) == ()
    found = judged(what, **some("enrolment", 92), removed_this_week={"enrolment": 7})
    assert rules(found) == ["weekly"]
    assert "4 removals of enrolments after 7 in the last seven days" in found[0].message


@pytest.mark.parametrize(("leaving", "enrolled", "stopped"), [(2, 4, False), (3, 10, False), (3, 9, True)])
def test_a_course_that_loses_many_people_stops_the_plan(leaving: int, enrolled: int, stopped: bool) -> None:
    found = judged(
        operations("enrolment", Action.REMOVE, leaving, "plt:offering:17|p{}"),
        **some("enrolment", 10_000),
        in_courses={"enrolment": {"plt:offering:17": enrolled}},
        courses={"plt:offering:17": "GiE 3201 kk"},
    )
    assert rules(found) == (["course_removals"] if stopped else [])
    if stopped:
        assert found[0].message == "3 of 9 people leave GiE 3201 kk (33.3 %; limit 30 %)"
        assert found[0].code == "course_removals:enrolment:plt:offering:17"


def test_a_course_that_loses_many_videos_stops_the_plan() -> None:
    leaving = operations("video", Action.REMOVE, 3, "plt:offering:17|v{}")
    found = judged(leaving, **some("video", 10_000), in_courses={"video": {"plt:offering:17": 9}})
    assert [violation.message for violation in found] == ["3 of 9 videos leave plt:offering:17 (33.3 %; limit 30 %)"]


def test_people_leaving_a_course_that_counts_none_is_no_division_by_zero() -> None:
    found = judged(operations("enrolment", Action.REMOVE, 3, "o|p{}"), **some("enrolment", 10_000))
    assert "(all; limit" in found[0].message


def test_deleted_groups_are_not_people_leaving() -> None:
    assert judged(operations("group", Action.DELETE, 4, "o|g{}"), **some("group", 1000)) == ()


def test_a_source_that_shrank_stops_removals() -> None:
    what = operations("user", Action.REMOVE, 1)
    found = judged(what, **some("user", 1000), sources={"person": (100, 89), "org": (10, 8)})
    assert rules(found) == ["shrunk"]
    assert "89 rows of person, 11 fewer" in found[0].message
    assert judged(operations("user", Action.UPDATE, 1), **some("user", 1000), sources={"person": (100, 89)}) == ()


def test_a_limit_can_be_set_for_one_kind() -> None:
    limits = Limits(per_kind={"category.updates_percent": 60})
    assert judged(operations("category", Action.UPDATE, 6), limits, **some("category", 11)) == ()
    assert rules(judged(operations("course", Action.UPDATE, 6), limits, **some("course", 11))) == ["updates"]


def test_what_waits_for_its_own_approval_is_not_counted() -> None:
    assert judged(operations("course", Action.RECREATE, 50, hold="deleted by hand"), **some("course", 100)) == ()


def test_all_objections_are_listed_at_once() -> None:
    what = operations("user", Action.REMOVE, 30) + operations("course", Action.UPDATE, 30)
    found = judged(what, managed={"user": 100, "course": 100}, desired={"user": 70, "course": 100})
    assert rules(found) == ["removals", "updates"]
    assert found[0].to_json()["count"] == 30
