"""Scopes: a plan cut down to one kind, kafedra, course or person, with what that needs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dlt_sync.errors import PlanError
from dlt_sync.kinds import BY_NAME
from dlt_sync.model import KEY_SEPARATOR, Finding, Operation
from dlt_sync.plan import Plan

WHAT = ("kind", "kafedra", "course", "person")


@dataclass(frozen=True)
class Scope:
    """`what` is one of WHAT; `value` a kind's name, a kafedra's name, or a sourced_id."""

    what: str
    value: str

    @classmethod
    def parse(cls, text: str) -> Scope:
        """Read `kind:user`, `kafedra:Pharmacology`, `course:plt:offering:17`, `person:plt:student:910001`."""
        what, _, value = text.partition(":")
        if what not in WHAT or not value or (what == "kind" and value not in BY_NAME):
            raise PlanError(
                f"{text!r} is no scope.",
                remedy=f"Say one of: kind:<{'|'.join(BY_NAME)}>, kafedra:<name>, course:<sourced_id>, "
                "person:<sourced_id>.",
            )
        return cls(what, value)

    def cut(self, plan: Plan) -> Plan:
        """The plan's operations in this scope, with those they need, in the plan's order, and what is said of it."""
        by_ref = {operation.ref: operation for operation in plan.operations}
        wanted = [operation.ref for operation in plan.operations if self._covers(operation)]
        kept: set[tuple[str, str]] = set()
        while wanted:
            ref = wanted.pop()
            if ref not in kept and ref in by_ref:
                kept.add(ref)
                wanted.extend(by_ref[ref].needs)
        return replace(
            plan,
            operations=tuple(operation for operation in plan.operations if operation.ref in kept),
            findings=tuple(finding for finding in plan.findings if self._covers(finding)),
        )

    def _covers(self, item: Operation | Finding) -> bool:
        if self.what == "kind":
            return item.kind == self.value
        if self.what == "kafedra":
            return item.unit.casefold() == self.value.casefold()
        return self.value in item.key.split(KEY_SEPARATOR)
