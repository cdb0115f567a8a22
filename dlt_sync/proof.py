"""Proof: the digests that Moodle must have where an apply left nothing to do. Where it has them, nothing is read again.

Input: the states that were gathered before, and the operations that were done since. Output: notes (`journal.settled`)
of the scopes in which nothing would be left to do if Moodle held just what was written. Only Moodle's own digest tells
whether it does: the next look passes over a scope whose digest is the one noted, and looks into all others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from dlt_sync.decide import KindState, decide
from dlt_sync.journal.settled import Settled
from dlt_sync.journal.settled import settle as note_settled
from dlt_sync.kinds.kind import Kind
from dlt_sync.model import Action, Digest, Fields, Observed, Operation
from dlt_sync.moodle.digests import digest_of, scope_of
from dlt_sync.states import States, counted, settled_as, waiting

_MADE = (Action.CREATE, Action.RECREATE)


def note_done(session: Session, states: States, done: Iterable[Operation], run: int) -> None:
    """Note where nothing is left to do after these operations of that run, as they were answered.

    Kinds that are not decided course by course are few enough to be looked at again.
    """
    by_kind: defaultdict[str, list[Operation]] = defaultdict(list)
    for operation in done:
        by_kind[operation.kind].append(operation)
    for state in states.kinds:
        if state.kind.by_course and by_kind[state.kind.name]:
            notes = expected(states, state, by_kind[state.kind.name], run)
            note_settled(session, state.kind.name, notes.keys(), notes)


def expected(states: States, state: KindState, done: Iterable[Operation], run: int) -> dict[str, Settled]:
    """The notes by scope. Scopes that were not as we had applied them, or of which more is to be said, have none."""
    kind, scopes = state.kind, states.scopes[state.kind.name]
    present, wanted = counted(state, scopes)
    looked_at = _by_scope(kind, state.desired.keys() | state.observed.keys())
    notes: dict[str, Settled] = {}
    for scope, operations in _operations_by_scope(done).items():
        changes = [_Change(state, operation) for operation in operations]
        if scope not in scopes.opened - scopes.differing or not all(change.is_known for change in changes):
            continue
        if _is_in_order(states, state, looked_at.get(scope, ()), changes):
            digest = scopes.live.get(scope, Digest()) + _shift(kind.name, changes, kind.watched(states.records.rules))
            more = sum(change.is_present - change.was_present for change in changes)
            notes[scope] = settled_as(states, kind, scope, digest, present[scope] + more, wanted[scope], run)
    return notes


class _Change:
    """What one operation made of an object."""

    def __init__(self, state: KindState, operation: Operation) -> None:
        self.key = operation.key
        observed = state.observed.get(operation.key)
        self.before = observed.fields if observed else None
        made = operation.action in _MADE
        #: Whether the object as it was is known; one that was not looked at is not.
        self.is_known = made or self.before is not None
        self.after: Fields | None = None
        if operation.action is not Action.DELETE:
            self.after = operation.after if made else {**(self.before or {}), **operation.after}
        self.observed = Observed(operation.kind, operation.key, observed.moodle_id if observed else 0, self.after)
        self.was_present, self.is_present = (
            fields is not None and not state.kind.looks_removed(fields) for fields in (self.before, self.after)
        )


def _is_in_order(states: States, state: KindState, keys: Iterable[str], changes: Sequence[_Change]) -> bool:
    """Whether nothing would be left to do, to say or to wait for in a scope if Moodle held what was written."""
    observed = {key: state.observed[key] for key in keys if key in state.observed}
    observed |= {change.key: change.observed for change in changes}
    then = replace(state, observed={key: seen for key, seen in observed.items() if seen.fields is not None})
    if waiting(states, then):
        return False
    rules, today = states.records.rules, states.records.source.today
    decisions = (decide(then, key, state.desired.get(key), rules, today) for key in {*keys, *then.observed})
    return all(next(found, None) is None for found in decisions)


def _shift(kind: str, changes: Sequence[_Change], names: Sequence[str]) -> Digest:
    """By how much the changes move the digest of the scope they are in."""
    before, after = (
        digest_of(kind, ((key, fields) for key, fields in objects if fields is not None), names)
        for objects in ([(c.key, c.before) for c in changes], [(c.key, c.after) for c in changes])
    )
    return sum(after.values(), Digest()) - sum(before.values(), Digest())


def _operations_by_scope(operations: Iterable[Operation]) -> Mapping[str, list[Operation]]:
    found: defaultdict[str, list[Operation]] = defaultdict(list)
    for operation in operations:
        found[scope_of(operation.kind, operation.key)].append(operation)
    return found


def _by_scope(kind: Kind, keys: Iterable[str]) -> Mapping[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key in keys:
        found[scope_of(kind.name, key)].append(key)
    return found
