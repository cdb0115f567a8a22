"""Courses in which nothing changed are passed over; whatever may matter to one opens it again, and only it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from dlt_sync import changed, run, states
from dlt_sync.journal.tables import SettledScope
from dlt_sync.kinds.academy import Academy, CohortMember, Employment, Enrolment, HeldEnrolments
from dlt_sync.kinds.rules import Rules
from dlt_sync.model import join_key
from dlt_sync.moodle.contract import DigestsSince, Info
from tests.academies import COHORT, KAFEDRA, OFFERING, STUDENT, TEACHER, TODAY, enrolment, person
from tests.worlds import World, rows_of

OTHER = "plt:offering:18"
FRIEND = "plt:student:910077"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two courses, both in order; in the other one only a friend is enrolled."""
    world = World(tmp_path, monkeypatch)
    academy = world.academy
    row = replace(enrolment(77, FRIEND), offering=OTHER)
    world.academy = replace(
        academy,
        people={**academy.people, FRIEND: person(FRIEND, "s910077")},
        offerings={**academy.offerings, OTHER: replace(academy.offerings[OFFERING], key=OTHER, study_year=4)},
        enrolments=HeldEnrolments({OFFERING: rows_of(world), OTHER: (row,)}),
    )
    assert run.apply_run(world.context).exit_code == 0
    return world


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The offerings whose rows were asked for."""
    asked: set[str] = set()
    read = HeldEnrolments.of

    def of(self: HeldEnrolments, offerings: Iterable[str]) -> Iterator[tuple[str, tuple[Enrolment, ...]]]:
        offerings = list(offerings)
        asked.update(offerings)
        return read(self, offerings)

    monkeypatch.setattr(HeldEnrolments, "of", of)
    return asked


def test_a_course_in_order_is_passed_over(world: World, opened: set[str]) -> None:
    assert run.plan_run(world.context).exit_code == 0
    assert opened == set()


def test_moodle_hashes_only_what_changed_and_all_of_it_once_a_week(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[set[str]] = []
    ask = world.bridge.digests_since

    def digests_since(kind: str, fields: Sequence[str], marks: Mapping[str, str]) -> DigestsSince:
        answer = ask(kind, fields, marks)
        if kind == "enrolment":
            hashed.append(set(answer.digests))
        return answer

    monkeypatch.setattr(world.bridge, "digests_since", digests_since)
    run.plan_run(world.context)
    changed_by_hand(world)
    run.plan_run(world.context)
    run.plan_run(world.context)
    world.clock += timedelta(days=7)
    assert run.plan_run(world.context).plan.operations  # the hand change is still seen
    assert hashed == [set(), {OFFERING}, set(), {OFFERING, OTHER}]


def test_the_guard_counts_what_was_passed_over(world: World) -> None:
    live = world.live_digests()
    with world.database.session() as session:
        records, now = world.records(), world.now()
        passing = states.numbers(session, states.gather(session, world.bridge, records, live, now), now)
        session.query(SettledScope).delete()
        whole = states.numbers(session, states.gather(session, world.bridge, records, live, now), now)
    # Where all was passed over there is nothing to judge sources by and no course to name.
    assert replace(passing, sources=whole.sources, courses=whole.courses) == whole
    assert whole.in_courses["enrolment"] == {OFFERING: 3, OTHER: 1}


def test_records_that_say_something_new_are_loaded_while_moodle_works(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded, original = threading.Event(), world.bridge.digests_since
    was_loaded: list[bool] = []

    def load_academy(session: Session) -> Academy:
        loaded.set()
        return world.academy

    def digests_since(kind: str, fields: Sequence[str], marks: Mapping[str, str]) -> DigestsSince:
        was_loaded.append(loaded.wait(wait_s))
        return original(kind, fields, marks)

    monkeypatch.setattr(run, "load_academy", load_academy)
    monkeypatch.setattr(world.bridge, "digests_since", digests_since)
    wait_s = 0.0
    run.plan_run(world.context)
    assert not any(was_loaded)  # nothing new: they are not even loaded
    assert not loaded.is_set()
    wait_s = 30.0
    rows_changed(world)
    was_loaded.clear()
    run.plan_run(world.context)
    assert was_loaded
    assert all(was_loaded)


def test_moodle_is_asked_once_what_it_is_and_first_for_what_there_is_most_of(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    digests_since, info = world.bridge.digests_since, world.bridge.info

    def watched(kind: str, fields: Sequence[str], marks: Mapping[str, str]) -> DigestsSince:
        asked.append(kind)
        return digests_since(kind, fields, marks)

    def counted() -> Info:
        asked.append("info")
        return info()

    monkeypatch.setattr(changed, "DIGESTS_AT_ONCE", 1)
    monkeypatch.setattr(world.bridge, "digests_since", watched)
    monkeypatch.setattr(world.bridge, "info", counted)
    rows_changed(world)
    assert run.apply_run(world.context).exit_code == 0
    each_time = ["user", "course", "enrolment", "category", "cohort", "group", "video"]
    assert asked == ["info", *each_time, *each_time]


def rows_changed(world: World) -> None:
    rows = (*rows_of(world), enrolment(9, STUDENT, role="tutor"))
    world.academy = replace(world.academy, enrolments=HeldEnrolments({OFFERING: rows, OTHER: rows_of(world, OTHER)}))


def leave_begins(world: World) -> None:
    world.academy = replace(world.academy, members=(CohortMember(COHORT, STUDENT, leave_from=date(2026, 1, 1)),))


def employment_ends(world: World) -> None:
    ended = Employment(TEACHER, KAFEDRA, True, None, TODAY - timedelta(days=1))
    world.academy = replace(world.academy, employments=(ended,))


def cohort_leaves(world: World) -> None:
    world.academy = replace(
        world.academy, cohorts={key: cohort for key, cohort in world.academy.cohorts.items() if key != COHORT}
    )


def row_set_aside(world: World) -> None:
    world.academy = replace(world.academy, unknown=frozenset({("enrolment", join_key(OFFERING, STUDENT))}))


def person_set_aside(world: World) -> None:
    world.academy = replace(world.academy, unknown=frozenset({("person", STUDENT)}))


def employment_set_aside(world: World) -> None:
    world.academy = replace(world.academy, unknown=frozenset({("employment", TEACHER)}))


def offering_leaves(world: World) -> None:
    world.academy = replace(world.academy, offerings={OTHER: world.academy.offerings[OTHER]})


def changed_by_hand(world: World) -> None:
    world.bridge.hand_change("enrolment", join_key(OFFERING, STUDENT), "suspended", True)


@pytest.mark.parametrize(
    "change",
    [
        rows_changed,
        leave_begins,
        employment_ends,
        cohort_leaves,
        row_set_aside,
        person_set_aside,
        employment_set_aside,
        changed_by_hand,
    ],
)
def test_a_change_opens_its_course_and_no_other(
    world: World, opened: set[str], change: Callable[[World], None]
) -> None:
    change(world)
    run.plan_run(world.context)
    assert opened == {OFFERING}


def test_a_course_whose_offering_left_is_looked_into_until_all_is_done(world: World) -> None:
    offering_leaves(world)
    removed = run.apply_run(world.context).counts["enrolment.remove"]
    assert removed == 3
    live = world.live_digests()
    with world.database.session() as session:
        gathered = states.gather(session, world.bridge, world.records(), live, world.now())
    assert gathered.of("enrolment").observed == {}


def test_another_rule_opens_all(world: World, opened: set[str]) -> None:
    world.context = replace(world.context, rules=Rules(timezone="UTC"))
    run.plan_run(world.context)
    assert opened == {OFFERING, OTHER}


def test_a_course_with_something_left_to_say_is_not_passed_over(world: World, opened: set[str]) -> None:
    person_set_aside(world)
    run.plan_run(world.context)
    opened.clear()
    run.plan_run(world.context)
    assert opened == {OFFERING}


def test_suspended_people_who_wait_for_their_unenrolment_are_not_forgotten(world: World) -> None:
    world.context = replace(world.context, rules=Rules(unenrol_after_days=10))
    rows = tuple(row for row in rows_of(world) if row.person != STUDENT)
    world.academy = replace(world.academy, enrolments=HeldEnrolments({OFFERING: rows, OTHER: rows_of(world, OTHER)}))
    assert run.apply_run(world.context).counts["enrolment.remove"] == 1
    assert run.plan_run(world.context).exit_code == 0
    world.clock += timedelta(days=11)
    assert run.apply_run(world.context).counts["enrolment.delete"] == 1


def test_what_an_undo_put_back_into_a_course_that_left_is_seen(world: World) -> None:
    offering_leaves(world)
    removed = run.apply_run(world.context)
    run.plan_run(world.context)  # all is in order there, and noted so
    run.undo_run(world.context, removed.run_id)
    again = run.plan_run(world.context).plan.operations
    assert sum(operation.kind == "enrolment" for operation in again) == 3
