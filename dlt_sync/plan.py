"""The plan: what must change in Moodle so that it looks as the records want, as a value that can be kept.

Pure: desired, observed and applied objects in; operations and findings out. `decide` is the whole algorithm
for one object; `build_plan` does it for all, in the order in which they can be applied.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property

from dlt_sync.errors import PlanError
from dlt_sync.kinds.kind import Kind
from dlt_sync.kinds.rules import Rules
from dlt_sync.model import (
    Action,
    Applied,
    Candidate,
    Desired,
    Fields,
    Finding,
    Observed,
    Operation,
    Value,
    canonical_json,
    operation_from_json,
)

FORMAT = 1


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
        found = hashlib.sha256(canonical_json(self._head()).encode())
        for operation in self.operations:
            found.update(b"\n" + canonical_json(operation.to_json()).encode())
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
            raw = json.loads(text)
            if raw["format"] != FORMAT:
                raise PlanError(
                    f"This plan is of format {raw['format']}; this version reads {FORMAT}.",
                    remedy="Make it again with `dlt-sync plan --out FILE`.",
                )
            operations = tuple(operation_from_json(item) for item in raw["operations"])
            findings = tuple(Finding(**item) for item in raw["findings"])
            plan = cls(str(raw["site"]), int(raw["batch"]), operations, findings, int(raw["undoes"]))
            expected = raw["hash"]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise PlanError(
                "This file is not a plan that dlt-sync made.",
                remedy="Make one with `dlt-sync plan --out FILE`.",
            ) from error
        if plan.hash != expected:
            raise PlanError(
                "This plan was altered after it was made: its content does not fit its hash.",
                remedy="Make it again with `dlt-sync plan --out FILE`; a plan is never edited by hand.",
            )
        return plan


@dataclass(frozen=True)
class KindState:
    """The three states of one kind, and what bears on the decision.

    `candidates` are Moodle objects that a desired one might be. `left_alone` gives a reason for keys that
    must stay as they are (a quarantined row). `overridden` holds the fields somebody decided to leave alone, by
    key; "*" for all. `deleted_by` says who deleted an object by hand, where Moodle told. `removals_blocked` is a
    reason why nothing of the kind may be removed in this run.
    """

    kind: Kind
    desired: Mapping[str, Desired]
    observed: Mapping[str, Observed]
    applied: Mapping[str, Applied]
    candidates: Mapping[str, tuple[Candidate, ...]] = field(default_factory=dict)
    left_alone: Mapping[str, str] = field(default_factory=dict)
    overridden: Mapping[str, frozenset[str]] = field(default_factory=dict)
    deleted_by: Mapping[str, str] = field(default_factory=dict)
    removals_blocked: str = ""


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
            operation = replace(operation, hold=f"waits for {blocker.label}")
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


def decide(
    state: KindState, key: str, desired: Desired | None, rules: Rules, today: date
) -> Iterator[Operation | Finding]:
    """What to do about one object: at most one operation, and findings for people."""
    observed = state.observed.get(key)
    if reason := state.left_alone.get(key):
        # Its record was set aside: unknown is not absent, so it stays exactly as it is.
        unit = desired.unit if desired else ""
        yield Finding(state.kind.name, key, "left_alone", f"{_label(state, key, desired)}: {reason}", unit)
    elif desired is not None and observed is not None and observed.fields is not None:
        yield from _bring_in_line(state, desired, observed, observed.fields, rules)
    elif desired is not None:
        # Not in Moodle as ours: never made, deleted by hand, or there under another owner.
        yield from _obtain(state, desired, observed, rules)
    elif observed is not None and observed.fields is not None:
        yield from _take_away(state, observed, observed.fields, rules, today)
    # Neither desired nor there any more: nothing to do.


def _bring_in_line(
    state: KindState, desired: Desired, observed: Observed, fields: Fields, rules: Rules
) -> Iterator[Operation | Finding]:
    """It is there and wanted: enforced fields get the records' values, the others stay the teacher's."""
    kind = state.kind
    overridden = state.overridden.get(desired.key, frozenset())
    coming_back = kind.looks_removed(fields) and not kind.looks_removed({**fields, **desired.fields})
    names = {f for f in kind.enforced(rules) if f in desired.fields}
    if coming_back and kind.removed is not None:
        names |= kind.removed.keys() & desired.fields.keys()
    kept = names & overridden if "*" not in overridden else set(names)
    changed = tuple(sorted(f for f in names - kept if fields.get(f) != desired.fields[f]))
    for name in sorted(f for f in kept if fields.get(f) != desired.fields[f]):
        yield _finding(desired, "override", f"{name} differs from the records and is left alone by an override")
    if changed:
        hand = _changed_by_hand(state.applied.get(desired.key), fields, changed)
        before = {name: fields.get(name) for name in changed}
        after = {name: desired.fields[name] for name in changed}
        action = Action.RESTORE if coming_back else Action.UPDATE
        if kind.looks_removed({**fields, **after}) and not kind.looks_removed(fields):
            action = Action.REMOVE  # a leave: still in the records, but without access
        yield replace(_operation_for(desired, action, before, after), moodle_id=observed.moodle_id, hand_changed=hand)


def _changed_by_hand(applied: Applied | None, fields: Fields, names: Iterable[str]) -> tuple[str, ...]:
    """The fields that no longer hold what we wrote last."""
    if applied is None:
        return ()
    return tuple(n for n in names if n in applied.fields and applied.fields[n] != fields.get(n))


def _obtain(
    state: KindState, desired: Desired, observed: Observed | None, rules: Rules
) -> Iterator[Operation | Finding]:
    """It is wanted and not there as ours: adopt the one that is meant, or make it."""
    candidates = state.candidates.get(desired.key, ())
    deleted = observed is not None  # the ownership stands, the object is gone
    if not candidates:
        yield _creation(state, desired, deleted)
        return
    if len(candidates) > 1:
        found = f"{len(candidates)} objects in Moodle have the same {candidates[0].matched_by}"
        yield _finding(desired, "ambiguous", f"{found}; which one is meant is not guessed")
        return
    candidate = candidates[0]
    if candidate.owner is not None and _gives_up(state, candidate.owner, candidate.matched_by, candidate.fields):
        yield _creation(state, desired, deleted)  # another of ours still has the name, and loses it in this plan
    elif candidate.protected:
        reason = f"the {candidate.matched_by} belongs to a protected account, which is never touched"
        yield _finding(desired, "protected", reason)
    elif candidate.owner is not None:
        reason = f"the object with this {candidate.matched_by} is already {candidate.owner}"
        leaving = candidate.owner not in state.desired and not state.kind.looks_removed(candidate.fields)
        yield _finding(desired, "rekeyed" if leaving else "taken", reason)
    else:
        yield _adoption(state, desired, candidate, rules, deleted)


def _gives_up(state: KindState, owner: str, name: str, fields: Fields) -> bool:
    """Whether one of ours is about to lose the value that it has in a field."""
    wanted = state.desired.get(owner)
    return wanted is not None and wanted.fields.get(name) not in (None, fields.get(name))


def _creation(state: KindState, desired: Desired, deleted: bool) -> Operation:
    """Make it. What was deleted by hand is made again only after approval, where the kind asks for that."""
    operation = _operation_for(
        desired,
        Action.RECREATE if deleted else Action.CREATE,
        None,
        {**desired.fields, **desired.create_only},
    )
    if deleted and state.kind.recreate_needs_approval:
        who = state.deleted_by.get(desired.key)
        how = f"was deleted by hand in Moodle ({who})" if who else "was deleted by hand in Moodle"
        return replace(operation, hold=f"{desired.label} {how}; it is made again only after approval")
    return operation


def _adoption(state: KindState, desired: Desired, candidate: Candidate, rules: Rules, deleted: bool) -> Operation:
    """Take over an object that exists: enforced fields get the records' values, the rest is left."""
    names = [
        name
        for name in state.kind.enforced(rules)
        if name in desired.fields and candidate.fields.get(name) != desired.fields[name]
    ]
    before = {name: candidate.fields.get(name) for name in names}
    operation = _operation_for(desired, Action.ADOPT, before, {name: desired.fields[name] for name in names})
    hold = ""
    if deleted:
        hold = f"{desired.label} was deleted or merged by hand in Moodle; the object with the same "
        hold += f"{candidate.matched_by} is taken over only after approval"
    return replace(operation, moodle_id=candidate.moodle_id, hold=hold)


def _take_away(
    state: KindState, observed: Observed, fields: Fields, rules: Rules, today: date
) -> Iterator[Operation | Finding]:
    """It is ours and the records want it no more: remove it the kind's own way; nothing if it already is."""
    applied = state.applied.get(observed.key)
    label = _label(state, observed.key)
    unit = applied.unit if applied else ""
    overridden = state.overridden.get(observed.key, frozenset())
    kind = state.kind
    action, after = _removal(state, observed, fields, rules, today)
    if action is None:
        return
    if "*" in overridden or overridden & after.keys():
        yield Finding(kind.name, observed.key, "override", f"{label} left the records; an override keeps it", unit)
    elif state.removals_blocked:
        yield Finding(kind.name, observed.key, "left_alone", f"{label}: {state.removals_blocked}", unit)
    else:
        before = dict(fields) if action is Action.DELETE else {name: fields.get(name) for name in after}
        yield Operation(
            kind=kind.name,
            key=observed.key,
            action=action,
            before=before,
            after=after,
            label=label,
            unit=unit,
            reason="no longer in the records",
            moodle_id=observed.moodle_id,
            hand_changed=_changed_by_hand(applied, fields, after),
            content={name: fields.get(name) for name in kind.content},
        )


def _removal(
    state: KindState, observed: Observed, fields: Fields, rules: Rules, today: date
) -> tuple[Action | None, dict[str, Value]]:
    """The next step of taking an object away: None when there is nothing (more) to do."""
    kind = state.kind
    if kind.removed is None:
        return (Action.DELETE if kind.may_delete(observed) else None), {}
    if not kind.looks_removed(fields):
        return Action.REMOVE, {n: v for n, v in kind.removed.items() if fields.get(n) != v}
    applied = state.applied.get(observed.key)
    days = rules.unenrol_after_days if kind.name == "enrolment" else None
    if days is not None and applied and applied.removed_on and (today - applied.removed_on).days >= days:
        return Action.DELETE, {}
    return None, {}


def _operation_for(desired: Desired, action: Action, before: Fields | None, after: Fields) -> Operation:
    return Operation(
        kind=desired.kind,
        key=desired.key,
        action=action,
        before=before,
        after=after,
        label=desired.label,
        unit=desired.unit,
        reason=desired.reason,
        needs=desired.needs,
        optional=desired.optional,
    )


def _label(state: KindState, key: str, desired: Desired | None = None) -> str:
    known = desired or state.applied.get(key)
    return (known.label if known else "") or key


def _finding(desired: Desired, rule: str, message: str) -> Finding:
    return Finding(desired.kind, desired.key, rule, f"{desired.label}: {message}", desired.unit)
