"""A plan cut down to a part: what is said beside it is cut down too."""

from __future__ import annotations

from dlt_sync.model import Finding
from dlt_sync.plan import Plan
from dlt_sync.scope import Scope

FINDINGS = (
    Finding("course", "plt:offering:17", "ambiguous", "two courses", "Hygiene"),
    Finding("user", "plt:student:910001", "protected", "an administrator", "Medicine"),
)


def test_a_part_says_nothing_of_the_others() -> None:
    plan = Plan("https://moodle.example", 1, (), FINDINGS)
    assert Scope.parse("kind:course").cut(plan).findings == FINDINGS[:1]
    assert Scope.parse("person:plt:student:910001").cut(plan).findings == FINDINGS[1:]
    assert Scope.parse("kafedra:hygiene").cut(plan).findings == FINDINGS[:1]
    assert Scope.parse("course:plt:offering:18").cut(plan).findings == ()
