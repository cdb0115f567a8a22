"""Undo: the inverse of what a run did, as a plan like any other.

Pure: journal entries in, plan out. What was made is removed the kind's own way (nothing but an empty group is
deleted), what was changed gets its former values back. Each operation's precondition is that the object still
looks as the run left it.

What was adopted stays owned, with its former values; only a place that is nobody's of ours (`moodle:5`) is not given
back. The bridge writes no references to what is not ours, so the object stays where it is, and a finding says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from dlt_sync.kinds import BY_NAME, KINDS
from dlt_sync.model import Action, Fields, Finding, Operation, Status, Value, fields_from_json
from dlt_sync.plan import Plan

MADE = frozenset({Action.CREATE, Action.RECREATE})
#: kind -> the field that says in which category an object is.
PLACES = {"category": "parent", "course": "category"}
#: How what is not ours is named.
FOREIGN = "moodle:"


class Entry(Protocol):
    """What is needed of a journal entry."""

    @property
    def kind(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def before(self) -> Mapping[str, Any] | None: ...
    @property
    def after(self) -> Mapping[str, Any]: ...
    @property
    def moodle_id(self) -> int | None: ...
    @property
    def result(self) -> str: ...


def inverse(entries: Sequence[Entry], run: int, site: str) -> Plan:
    """The plan that puts back what the entries of one run did, last first, where that is possible."""
    done = [entry for entry in reversed(entries) if entry.result == Status.DONE.value]
    operations = [operation for entry in done for operation in _inverse(entry, run)]
    findings = tuple(_left_in_place(entry, run) for entry in done if _foreign_place(entry))
    order = {kind.name: number for number, kind in enumerate(KINDS)}
    coming = sorted((o for o in operations if o.action is Action.CREATE), key=lambda o: order[o.kind])
    going = [o for o in operations if o.action is Action.DELETE]
    changing = sorted(
        (o for o in operations if o.action not in (Action.CREATE, Action.DELETE)), key=lambda o: order[o.kind]
    )
    return Plan(site, 0, (*coming, *changing, *going), findings, undoes=run)


def _inverse(entry: Entry, run: int) -> Iterator[Operation]:
    kind = BY_NAME[entry.kind]
    action = Action(entry.action)
    after = fields_from_json(entry.after)
    before = None if entry.before is None else fields_from_json(entry.before)
    if _foreign_place(entry):
        after, before = (_without(PLACES[entry.kind], fields) for fields in (after, before or {}))
    managed = {name: value for name, value in after.items() if name in kind.policies}
    if action in MADE and kind.removed is None:
        yield _operation(entry, run, Action.DELETE, managed, {})
    elif action in MADE:
        assert kind.removed is not None
        changing = {n: v for n, v in kind.removed.items() if managed.get(n) != v}
        if changing:
            yield _operation(entry, run, Action.REMOVE, {n: managed.get(n) for n in changing}, changing)
    elif action is Action.DELETE:
        yield _operation(entry, run, Action.CREATE, None, before or {})
    elif before:
        yield _operation(entry, run, _direction(entry.kind, action, managed, before), managed, before)


def _foreign_place(entry: Entry) -> str:
    """Where the object stood before, if that is not ours: "moodle:5", else ""."""
    place = str((entry.before or {}).get(PLACES.get(entry.kind, ""), ""))
    return place if place.startswith(FOREIGN) else ""


def _left_in_place(entry: Entry, run: int) -> Finding:
    number = _foreign_place(entry).removeprefix(FOREIGN)
    message = f"{entry.label} stays in the category it is in: before run {run} it was in one that is not dlt-sync's "
    message += f"(category {number} in Moodle). If it is to go back there, move it in Moodle."
    return Finding(entry.kind, entry.key, "left_in_place", message, entry.unit)


def _without(name: str, fields: Fields) -> dict[str, Value]:
    return {other: value for other, value in fields.items() if other != name}


def _direction(kind: str, action: Action, after: Fields, before: Fields) -> Action:
    """What going back means: away from a removal is a restoration, into one is a removal."""
    if action is Action.REMOVE:
        return Action.RESTORE
    removed = BY_NAME[kind].removed
    into = removed is not None and all(before.get(n) == v and after.get(n) != v for n, v in removed.items())
    return Action.REMOVE if into else Action.UPDATE


def _operation(entry: Entry, run: int, action: Action, before: Fields | None, after: Fields) -> Operation:
    return Operation(
        kind=entry.kind,
        key=entry.key,
        action=action,
        before=before,
        after=after,
        label=entry.label,
        unit=entry.unit,
        reason=f"undo of run {run}",
        moodle_id=entry.moodle_id,
    )
