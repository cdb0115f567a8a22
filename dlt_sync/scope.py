"""Scopes: a plan cut down to one kind, kafedra, course or person, with what that needs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dlt_sync.errors import PlanError
from dlt_sync.kinds import BY_NAME
from dlt_sync.model import KEY_SEPARATOR, Operation
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
        """The plan's operations in this scope, with those they need, in the plan's order."""
        by_ref = {operation.ref: operation for operation in plan.operations}
        wanted = [operation.ref for operation in plan.operations if self._covers(operation)]
        kept: set[tuple[str, str]] = set()
        while wanted:
            ref = wanted.pop()
            if ref not in kept and ref in by_ref:
                kept.add(ref)
                wanted.extend(by_ref[ref].needs)
        return replace(plan, operations=tuple(o for o in plan.operations if o.ref in kept))

    def _covers(self, operation: Operation) -> bool:
        if self.what == "kind":
            return operation.kind == self.value
        if self.what == "kafedra":
            return operation.unit.casefold() == self.value.casefold()
        return self.value in operation.key.split(KEY_SEPARATOR)
