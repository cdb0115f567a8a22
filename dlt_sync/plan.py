"""The plan: what must change in Moodle so that it looks as the records want, as a value that can be kept.

Pure: desired, observed and applied objects in; operations and findings out. `decide.decide` is the whole algorithm
for one object; `build_plan` does it for all, in the order in which they can be applied.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cached_property

import orjson

from dlt_sync.decide import KindState, decide
from dlt_sync.errors import PlanError
from dlt_sync.kinds.rules import Rules
from dlt_sync.model import (
    Action,
    Desired,
    Finding,
    Operation,
    canonical_bytes,
    operation_from_json,
)

FORMAT = 1
#: What the reason of an operation begins with that waits only since another one does.
WAITS_FOR = "waits for "


@dataclass(frozen=True)
class Plan:
    """Ordered operations for one site, with what people should know beside them (`findings`).

    `site` is the address it was made for and `batch` the import it was made from; `undoes` is the run that it
    puts back, 0 for none. The hash covers all but the findings: two plans with the same hash do the same.
    """

    site: str
    batch: int
    operations: tuple[Operation, ...]
    findings: tuple[Finding, ...] = ()
    undoes: int = 0

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the content's lines of canonical JSON, in hex: first all but the operations, then each."""
        found = hashlib.sha256(canonical_bytes(self._head()))
        for operation in self.operations:
            found.update(b"\n" + canonical_bytes(operation.to_json()))
        return found.hexdigest()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be done. Operations that wait for approval count as something."""
        return not self.operations

    def _head(self) -> dict[str, object]:
        return {"format": FORMAT, "site": self.site, "batch": self.batch, "undoes": self.undoes}

    def to_json(self) -> str:
        """The plan as text, with its hash; `from_json` gives the same plan back."""
        content = {
            **self._head(),
            "operations": [operation.to_json() for operation in self.operations],
            "findings": [asdict(finding) for finding in self.findings],
            "hash": self.hash,
        }
        return json.dumps(content, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Read a plan. Raises PlanError when it is none, is of another format or was altered."""
        try:
            raw = orjson.loads(text)  # refuses what the hash could not be taken over
            if raw["format"] != FORMAT:
                raise PlanError(
                    f"This plan is of format {raw['format']}; this version reads {FORMAT}.",
                    remedy="Make it again with `dlt-sync plan --out FILE`.",
                )
            operations = tuple(operation_from_json(item) for item in raw["operations"])
            findings = tuple(Finding(**item) for item in raw["findings"])
            plan = cls(str(raw["site"]), int(raw["batch"]), operations, findings, int(raw["undoes"]))
            altered = plan.hash != raw["hash"]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise PlanError(
                "This file is not a plan that dlt-sync made.",
                remedy="Make one with `dlt-sync plan --out FILE`.",
            ) from error
        if altered:
            raise PlanError(
                "This plan was altered after it was made: its content does not fit its hash.",
                remedy="Make it again with `dlt-sync plan --out FILE`; a plan is never edited by hand.",
            )
        return plan


def build_plan(states: Sequence[KindState], *, rules: Rules, today: date, site: str, batch: int) -> Plan:
    """The plan for all kinds: what is made and changed in dependency order, then what is deleted, in reverse."""
    draft = _Draft()
    for state in states:
        for key, desired in state.desired.items():
            draft.add(state, desired, decide(state, key, draft.obtainable(desired), rules, today))
    for state in states:
        # What left the records comes after all the rest is known: a group may be empty only then.
        outlook = state.kind.outlook(draft.operations)
        for key in sorted(state.observed.keys() - state.desired.keys()):
            stale = replace(state, observed={key: outlook(state.observed[key])})
            draft.add(state, None, decide(stale, key, None, rules, today))
    draft.wait_for_names(states)
    deletions = [o for o in draft.operations if o.action is Action.DELETE]
    order = {state.kind.name: n for n, state in enumerate(states)}
    others = sorted((o for o in draft.operations if o.action is not Action.DELETE), key=lambda o: order[o.kind])
    return Plan(site, batch, (*others, *deletions[::-1]), (*draft.findings, *draft.waiting()))


class _Draft:
    """A plan in the making: holds back what waits for approval, leaves out what cannot be had."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self.findings: list[Finding] = []
        self._held: dict[tuple[str, str], Operation] = {}
        self._unobtainable: dict[tuple[str, str], tuple[str, str]] = {}
        self._waiting: Counter[tuple[tuple[str, str], str]] = Counter()
        self._labels: dict[tuple[str, str], str] = {}

    def obtainable(self, desired: Desired) -> Desired:
        """The desired object without optional list items that are not to be had now."""
        fields = dict(desired.fields)
        for name, kind in desired.optional.items():
            items = fields[name]
            if isinstance(items, tuple):
                fields[name] = tuple(item for item in items if self._within_reach((kind, item)))
        return replace(desired, fields=fields) if desired.optional else desired

    def _within_reach(self, ref: tuple[str, str]) -> bool:
        return ref not in self._held and ref not in self._unobtainable

    def add(self, state: KindState, desired: Desired | None, decisions: Iterable[Operation | Finding]) -> None:
        """Take what was decided about one object."""
        operation: Operation | None = None
        for decision in decisions:
            if isinstance(decision, Finding):
                self.findings.append(decision)
            else:
                operation = decision
        if desired is not None and self._must_wait(state, desired, operation):
            return
        if operation is not None:
            self.operations.append(self._held_with_its_needs(operation))

    def _must_wait(self, state: KindState, desired: Desired, operation: Operation | None) -> bool:
        """Whether an object cannot be had now: nobody may make it, or something it needs cannot be had."""
        ref = (desired.kind, desired.key)
        observed = state.observed.get(desired.key)
        missing = observed is None or observed.fields is None
        cause = next((self._unobtainable[n] for n in desired.needs if n in self._unobtainable), None)
        if cause is None and operation is None and missing:
            cause = ref
            self._labels[ref] = desired.label
        elif cause is not None:
            self._waiting[cause, desired.kind] += 1
        if cause is not None and missing:
            self._unobtainable[ref] = cause
        return cause is not None

    def _held_with_its_needs(self, operation: Operation) -> Operation:
        blocker = next((self._held[need] for need in operation.needs if need in self._held), None)
        if blocker is not None and not operation.hold:
            operation = replace(operation, hold=f"{WAITS_FOR}{blocker.label}")
        if operation.hold:
            self._held[operation.ref] = operation
        return operation

    def wait_for_names(self, states: Sequence[KindState]) -> None:
        """Who gets a name that another of ours gives up needs that one to be done first."""
        holders = {
            (state.kind.name, name, observed.fields.get(name)): key
            for state in states
            for name in state.kind.content
            for key, observed in state.observed.items()
            if observed.fields is not None
        }
        for number, operation in enumerate(self.operations):
            named = [(operation.kind, name, value) for name, value in operation.after.items()]
            needs = tuple((operation.kind, holders[n]) for n in named if holders.get(n, operation.key) != operation.key)
            if needs:
                self.operations[number] = replace(operation, needs=(*operation.needs, *needs))

    def waiting(self) -> Iterator[Finding]:
        """One finding per object that cannot be had and that others wait for."""
        for (cause, kind), count in self._waiting.items():
            message = f"{count} of kind {kind} wait for {self._labels[cause]}"
            yield Finding(cause[0], cause[1], "waits", message)
