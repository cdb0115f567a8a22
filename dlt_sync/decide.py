"""What to do about one object: the three states in, at most one operation and what people should know out. Pure.

`decide` is the whole algorithm; read it first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

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
)


@dataclass(frozen=True)
class KindState:
    """The three states of one kind, and what bears on the decision.

    `candidates` are Moodle objects that a desired one might be. `left_alone` gives a reason for keys that
    must stay as they are (a quarantined row). `overridden` holds the fields somebody decided to leave alone, by
    key; "*" for all. `deleted_by` says who deleted an object by hand, where Moodle told. `abandoned` are keys of
    what is no longer desired and stays as it is without a word. `removals_blocked` is a reason why nothing of the
    kind may be removed in this run.
    """

    kind: Kind
    desired: Mapping[str, Desired]
    observed: Mapping[str, Observed]
    applied: Mapping[str, Applied]
    candidates: Mapping[str, tuple[Candidate, ...]] = field(default_factory=dict)
    left_alone: Mapping[str, str] = field(default_factory=dict)
    overridden: Mapping[str, frozenset[str]] = field(default_factory=dict)
    deleted_by: Mapping[str, str] = field(default_factory=dict)
    abandoned: frozenset[str] = frozenset()
    removals_blocked: str = ""


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
    elif observed is not None and observed.fields is not None and key not in state.abandoned:
        yield from _take_away(state, observed, observed.fields, rules, today)
    # Neither desired nor there any more, or in a course that was archived as it is: nothing to do.


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
    if _keeps_away(state, desired.key):
        yield _finding(desired, "override", "it is not in Moodle and is not made, as an override asks")
    elif not candidates:
        yield _creation(state, desired, deleted)
    elif len(candidates) > 1:
        yield from _one_of_many(state, desired, candidates, deleted)
    else:
        yield from _take_over(state, desired, candidates[0], rules, deleted)


def _one_of_many(
    state: KindState, desired: Desired, candidates: Sequence[Candidate], deleted: bool
) -> Iterator[Operation | Finding]:
    """Several objects could be meant: which one is not guessed.

    Copies of what is nobody's own, such as links to one video, stay, and ours is made beside them.
    """
    name = candidates[0].matched_by
    found = f"{len(candidates)} objects in Moodle have the same {name}"
    if name in state.kind.shared:
        yield _finding(desired, "ambiguous", f"{found}; none is taken over, another one is made")
        yield _creation(state, desired, deleted)
    else:
        yield _finding(desired, "ambiguous", f"{found}; which one is meant is not guessed")


def _take_over(
    state: KindState, desired: Desired, candidate: Candidate, rules: Rules, deleted: bool
) -> Iterator[Operation | Finding]:
    """One object is meant: adopt it, unless it is somebody else's or must not be touched."""
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


def _keeps_away(state: KindState, key: str) -> bool:
    """Whether an override holds all that tells whether the object is removed: somebody did away with it for good."""
    overridden = state.overridden.get(key, frozenset())
    return "*" in overridden or bool(state.kind.removed and state.kind.removed.keys() <= overridden)


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
    days = kind.delete_after_days(rules)
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
