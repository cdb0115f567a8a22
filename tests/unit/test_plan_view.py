"""A plan as a methodist reads it."""

from __future__ import annotations

import io

from rich.console import Console

from dlt_sync.model import Action, Finding, Operation
from dlt_sync.plan import Plan
from dlt_sync.report.plan_view import plan_view


def shown(plan: Plan) -> str:
    """The text of a plan in a wide terminal."""
    console = Console(file=io.StringIO(), width=200)
    console.print(plan_view(plan))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_change_of_group_names_the_groups_without_the_course_again() -> None:
    before, after = {"groups": ("plt:offering:25|plt:group:509",)}, {"groups": ("plt:offering:25|plt:group:510",)}
    move = Operation("enrolment", "o|p", Action.UPDATE, before, after, "Ыдырысов — GiE 3201", "Гигиена", "import 2")
    text = shown(Plan("https://moodle.example", 2, (move,)))
    assert "groups −plt:group:509 +plt:group:510; import 2" in text
    assert "plt:offering:25" not in text


def test_one_thing_to_know_is_counted_as_one() -> None:
    finding = Finding("user", "k", "left_alone", "Ыдырысов: a row about it was set aside")
    assert "1 thing to know\n  • Ыдырысов: a row" in shown(Plan("https://moodle.example", 2, (), (finding,)))
