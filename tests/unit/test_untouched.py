"""What of a guarded plan may go ahead: nothing that the guard objects to, and nothing that hangs on that."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from dlt_sync.guard import Limits, Numbers, check
from dlt_sync.model import Action, Finding, Operation
from dlt_sync.plan import Plan
from dlt_sync.untouched import untouched

LIMITS = Limits()


def one(kind: str, key: str, action: Action = Action.REMOVE, after: Any = None, **more: Any) -> Operation:
    """One operation."""
    return Operation(kind, key, action, more.pop("before", {}), after or {}, key, "", "", **more)


def people(count: int, action: Action = Action.REMOVE) -> list[Operation]:
    """Changes of so many accounts."""
    return [one("user", f"p{n}", action) for n in range(count)]


def rest_of(*operations: Operation, findings: tuple[Finding, ...] = (), **numbers: Any) -> list[tuple[str, str]]:
    """What goes ahead of these operations; the guard itself finds nothing in it."""
    plan = Plan("https://moodle.example", 1, operations, findings)
    known = Numbers(**{"managed": {"user": 100, "enrolment": 1000, "course": 100}, **numbers})
    violations = check(plan, known, LIMITS)
    assert violations
    rest = untouched(plan, violations, known, LIMITS)
    assert check(rest, known, LIMITS) == ()
    return [operation.ref for operation in rest.operations]


def test_other_kinds_go_ahead() -> None:
    assert rest_of(*people(6), one("course", "o1", Action.UPDATE), desired={"user": 94}) == [("course", "o1")]


def test_nothing_of_the_kind_that_the_guard_objects_to_goes_ahead() -> None:
    assert rest_of(*people(6), one("user", "new", Action.CREATE), desired={"user": 94}) == []


def test_what_needs_what_is_held_waits_however_far() -> None:
    enrolment = one("enrolment", "o1|x", Action.CREATE, needs=(("group", "o1|c"),))
    group = one("group", "o1|c", Action.CREATE, needs=(("user", "p1"),))
    assert rest_of(*people(6), group, enrolment, desired={"user": 94}) == []


def test_what_is_about_a_held_person_waits_though_its_kind_is_in_order() -> None:
    own, other = one("enrolment", "o1|p1"), one("enrolment", "o1|x")
    assert rest_of(*people(6), own, other, desired={"user": 94, "enrolment": 998}) == [other.ref]


def test_a_list_that_gains_or_loses_a_held_person_waits() -> None:
    gains = one("cohort", "c1", Action.UPDATE, {"members": ("p1", "x")}, before={"members": ("x",)})
    loses = one("cohort", "c2", Action.UPDATE, {"members": ("x",)}, before={"members": ("p2", "x")})
    new = one("cohort", "c3", Action.CREATE, {"members": ("p3",)}, before=None)
    keeps = one("cohort", "c4", Action.UPDATE, {"name": "C", "members": ("p4", "x")}, before={"members": ("p4",)})
    assert rest_of(*people(6), gains, loses, new, keeps, desired={"user": 94}) == [keeps.ref]


def test_other_courses_go_ahead() -> None:
    leaving = [one("enrolment", f"o1|p{n}") for n in range(4)]
    there: dict[str, Any] = {"in_courses": {"enrolment": {"o1": 10, "o2": 10}}, "desired": {"enrolment": 995}}
    same = [
        one("group", "o1|c", Action.UPDATE),
        one("course", "o1", Action.UPDATE),
        one("video", "o1|v", Action.CREATE),
    ]
    other = [one("enrolment", "o2|x"), one("course", "o2", Action.UPDATE)]
    assert rest_of(*leaving, *same, *other, **there) == [o.ref for o in other]


def test_a_group_is_not_deleted_before_those_are_gone_whose_leave_is_held() -> None:
    group, other = one("group", "o1|c", Action.DELETE), one("group", "o2|c", Action.DELETE)
    assert rest_of(*people(6), one("enrolment", "o1|p1"), group, other, desired={"user": 94, "enrolment": 9}) == [
        other.ref
    ]


def test_a_source_that_lost_rows_takes_nothing_away_and_is_not_believed() -> None:
    lost: dict[str, Any] = {"sources": {"enrolment": (1000, 800)}, "desired": {"user": 99, "enrolment": 9, "course": 9}}
    operations = (
        one("user", "p1"),
        one("enrolment", "o1|x"),
        one("enrolment", "o1|y", Action.CREATE),
        one("course", "o1", Action.UPDATE),
    )
    assert rest_of(*operations, **lost) == [("course", "o1")]


def test_a_source_of_which_nobody_knows_what_comes_from_it_holds_everything() -> None:
    lost: dict[str, Any] = {"sources": {"cohort_member": (100, 50)}, "desired": {"user": 99}}
    assert rest_of(one("user", "p1"), one("course", "o1", Action.UPDATE), **lost) == []


def test_people_under_new_keys_wait_with_all_that_is_theirs() -> None:
    finding = Finding("user", "new", "rekeyed", "old became new")
    operations = (one("enrolment", "o1|old"), one("user", "old"), one("course", "o1", Action.UPDATE))
    rest = rest_of(*operations, findings=(finding,), desired={"user": 1, "enrolment": 1})
    assert rest == [("course", "o1")]


def test_what_waits_for_its_own_reason_still_does() -> None:
    held = one("course", "o9", Action.RECREATE, hold="deleted by hand")
    plan = Plan("https://moodle.example", 1, (*people(6), held))
    numbers = Numbers(managed={"user": 100}, desired={"user": 94})
    assert untouched(plan, check(plan, numbers, LIMITS), numbers, LIMITS).operations == (held,)


def test_what_the_guard_finds_only_in_the_rest_is_held_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever rules it will have: it has the last word, and an objection that no part can be told of holds all."""
    plan = Plan("https://moodle.example", 1, (*people(6), one("course", "o1", Action.UPDATE)))
    numbers = Numbers(managed={"user": 100}, desired={"user": 94})
    violations = check(plan, numbers, LIMITS)
    monkeypatch.setattr("dlt_sync.untouched.guard.check", lambda *_: violations)
    assert untouched(plan, violations, numbers, LIMITS).operations == ()


@pytest.mark.parametrize("seed", range(50))
def test_whatever_the_plan_the_guard_finds_nothing_in_the_rest(seed: int) -> None:
    random = Random(seed)
    courses, who = [f"o{n}" for n in range(5)], [f"p{n}" for n in range(40)]
    keys = {"user": who, "course": courses, "enrolment": [f"{c}|{p}" for c in courses for p in who]}
    actions = (Action.CREATE, Action.UPDATE, Action.REMOVE, Action.DELETE)
    operations = tuple(
        one(kind, key, random.choice(actions))
        for kind in keys
        for key in random.sample(keys[kind], random.randint(0, len(keys[kind]) // 2))
    )
    numbers = Numbers(
        managed={kind: random.randint(0, 300) for kind in keys},
        desired={kind: random.choice((0, 100)) for kind in keys},
        in_courses={"enrolment": {course: random.randint(0, 60) for course in courses}},
        removed_this_week={kind: random.randint(0, 10) for kind in keys},
        sources={entity: (100, random.randint(70, 100)) for entity in ("person", "enrolment", "topic")},
    )
    plan = Plan("https://moodle.example", 1, operations)
    rest = untouched(plan, check(plan, numbers, LIMITS), numbers, LIMITS)
    assert check(rest, numbers, LIMITS) == ()
    held = {o.ref for o in operations} - {o.ref for o in rest.operations}
    assert not any(part in {key for _, key in held} for o in rest.operations for part in o.key.split("|"))
