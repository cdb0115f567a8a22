"""Undo gives back what an adopted course was, all but a place that is not ours, and says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlt_sync import run
from dlt_sync.journal.tables import JournalEntry
from dlt_sync.model import Action, Status
from dlt_sync.run import ApplyResult
from dlt_sync.undo import inverse
from tests.academies import OFFERING
from tests.worlds import World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A Moodle with a course that somebody made for our offering, in a category of their own."""
    world = World(tmp_path, monkeypatch)
    category = world.bridge.hand_add("category", name="Мұрағат")
    world.bridge.hand_add(
        "course", fullname="Old name", shortname="OLD 1", idnumber=OFFERING, category=f"moodle:{category}"
    )
    return world


def adopted(world: World) -> ApplyResult:
    """The first load, which takes the course over."""
    result = run.apply_run(world.context)
    assert (result.exit_code, result.counts["course.adopt"]) == (0, 1)
    return result


def test_an_adopted_course_gets_its_former_values_back_and_stays_where_it_is(world: World) -> None:
    loaded = adopted(world)
    course = world.bridge.row_of("course", OFFERING)
    assert course is not None
    place = course.raw["category"]
    undone = run.undo_run(world.context, loaded.run_id)
    assert "course" not in {operation.kind for operation, _ in undone.failed}
    assert (course.raw["fullname"], course.raw["shortname"]) == ("Old name", "OLD 1")
    assert course.raw["category"] == place


def test_the_person_is_told_which_course_stays_and_where_it_was(world: World) -> None:
    loaded = adopted(world)
    before = next(o.before for o in loaded.plan.operations if o.action is Action.ADOPT and o.kind == "course")
    assert before is not None
    undone = run.undo_run(world.context, loaded.run_id)
    (finding,) = undone.plan.findings
    assert (finding.key, finding.rule) == (OFFERING, "left_in_place")
    assert f"category {str(before['category']).removeprefix('moodle:')} in Moodle" in finding.message


def test_a_course_that_was_only_moved_is_left_to_its_owner(world: World) -> None:
    adopted(world)
    elsewhere = world.bridge.hand_add("category", name="Elsewhere")
    world.bridge.hand_change("course", OFFERING, "category", f"moodle:{elsewhere}")
    moved_back = run.apply_run(world.context)
    assert moved_back.counts["course.update"] == 1
    undone = run.undo_run(world.context, moved_back.run_id)
    assert (undone.exit_code, undone.plan.operations) == (0, ())
    assert [finding.key for finding in undone.plan.findings] == [OFFERING]


def test_a_course_moved_between_categories_of_ours_goes_back(world: World) -> None:
    adopted(world)
    course = world.bridge.row_of("course", OFFERING)
    assert course is not None
    others = [key for kind, key in world.bridge.owned if kind == "category"]
    elsewhere = next(key for key in others if world.bridge.owned["category", key] != course.raw["category"])
    world.bridge.hand_change("course", OFFERING, "category", elsewhere)
    moved_back = run.apply_run(world.context)
    undone = run.undo_run(world.context, moved_back.run_id)
    assert undone.plan.findings == ()
    assert undone.failed == ()
    assert world.bridge.fields_of(course)["category"] == elsewhere


def test_an_adopted_category_keeps_its_parent_and_gets_its_name_back() -> None:
    entry = JournalEntry(
        kind="category",
        key="plt:cafedra:59",
        action=Action.ADOPT.value,
        label="Гигиена",
        unit="",
        before={"name": "Old", "parent": "moodle:5"},
        after={"name": "Гигиена", "parent": "plt:faculty:1"},
        moodle_id=7,
        result=Status.DONE.value,
    )
    plan = inverse([entry], 3, "https://moodle.example")
    (operation,) = plan.operations
    assert (operation.before, operation.after) == ({"name": "Гигиена"}, {"name": "Old"})
    assert "before run 3" in plan.findings[0].message
