"""The values that flow through a run: desired, observed and applied objects, operations and their outcomes.

Pure: no I/O, no clock. An object is a kind, a key (our `sourced_id`, or several joined by `|`) and fields.
The fields of a kind are the same on all three sides, so that they can be compared one by one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import orjson

#: What a field may hold. Lists (members, roles, groups) are sorted tuples of keys.
Value = str | int | bool | None | tuple[str, ...]
Fields = Mapping[str, Value]

#: How a stage tells what it is doing, and how much of it is done, of all.
Progress = Callable[[str, int, int], None]

#: Joins the parts of a key that is made of several sourced ids; no sourced id may contain it.
KEY_SEPARATOR = "|"


class Action(StrEnum):
    """What an operation means to a person. `WIRE` in moodle.contract says what it is to the bridge."""

    CREATE = "create"
    ADOPT = "adopt"  # it existed in Moodle already; from now on it is ours
    UPDATE = "update"
    REMOVE = "remove"  # the kind's own way: suspended, hidden, archived; nothing is deleted
    RESTORE = "restore"  # what was removed is wanted again
    RECREATE = "recreate"  # deleted by hand in Moodle; made again only after approval
    DELETE = "delete"  # only what the kind's removal rules allow (an empty group, an expired enrolment)


class Policy(StrEnum):
    """Who owns a field: the records for ever, or the teacher once it has been set."""

    ENFORCE = "enforce"
    INITIAL = "initial"


class Status(StrEnum):
    """How one operation ended."""

    DONE = "done"
    MOVED = "moved"  # the live object no longer looks as it did in the plan; nothing was written
    FAILED = "failed"
    SKIPPED = "skipped"  # something it depends on failed, or it waits for approval


@dataclass(frozen=True, slots=True)
class Desired:
    """One object as the records want it.

    `label` is what a methodist would call it and `unit` the kafedra it is listed under. `reason` names the
    record and the import batch. `match` are (field, value) pairs by which an existing Moodle object may be
    adopted, best first. `needs` are the (kind, key) pairs that must exist in Moodle before this one.
    `create_only` are fields sent on creation and never compared (a template course). `optional` names list
    fields whose items may be left out when they are not to be had, with the kind of the items: a cohort does
    not wait for one of its members.
    """

    kind: str
    key: str
    fields: Fields
    label: str
    unit: str
    reason: str
    match: tuple[tuple[str, str], ...] = ()
    needs: tuple[tuple[str, str], ...] = ()
    create_only: Fields = field(default_factory=dict)
    optional: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Observed:
    """One object that is ours, as it is in Moodle now; `fields` is None when it was deleted there by hand.

    `facts` are things read but not managed (a group's `size`).
    """

    kind: str
    key: str
    moodle_id: int
    fields: Fields | None
    facts: Fields = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Applied:
    """One object as we wrote it last, from our own database. `removed_on` is the day it was removed, if it is."""

    kind: str
    key: str
    moodle_id: int
    fields: Fields
    label: str = ""
    unit: str = ""
    removed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A Moodle object that might be the one a desired object means.

    `owner` is the key of the object that already owns it, if any; `protected` is set for accounts that are
    never touched (site administrators, guest, deleted).
    """

    moodle_id: int
    matched_by: str
    fields: Fields
    owner: str | None = None
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One change to one object, complete enough to be judged, shown, applied, journalled and undone.

    `before` holds the values in Moodle of the fields that change (the precondition), `after` the values they
    get. `before` is None when the object does not exist. `hand_changed` names the fields somebody changed in
    Moodle since we last wrote them. `hold` is a reason why it waits for approval although the rest may go.
    `content` are the fields by which the guard recognises the same thing under another key. `needs` and
    `optional` are as in Desired.
    """

    kind: str
    key: str
    action: Action
    before: Fields | None
    after: Fields
    label: str
    unit: str
    reason: str
    moodle_id: int | None = None
    hand_changed: tuple[str, ...] = ()
    needs: tuple[tuple[str, str], ...] = ()
    optional: Mapping[str, str] = field(default_factory=dict)
    content: Fields = field(default_factory=dict)
    hold: str = ""

    @property
    def ref(self) -> tuple[str, str]:
        """Kind and key: what identifies the object."""
        return self.kind, self.key

    def to_json(self) -> dict[str, object]:
        """All its fields, for JSON; `operation_from_json` gives the same operation back."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one operation. `fields` is the object in Moodle afterwards, where it is known."""

    kind: str
    key: str
    status: Status
    moodle_id: int | None = None
    fields: Fields | None = None
    errorcode: str = ""
    message: str = ""
    duration_ms: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """Something people should know that is not an operation: held objects, hand changes, ambiguities."""

    kind: str
    key: str
    rule: str
    message: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """Count and order-independent hash of a set of rows; equal digests mean equal rows.

    Each row is the text of its parts joined by U+001F. Its MD5 gives two 32-bit numbers (hex digits 1–8 and
    9–16); the digest adds them up over all rows. MariaDB, PostgreSQL and Python compute the same.
    """

    count: int = 0
    low: int = 0
    high: int = 0

    @classmethod
    def of(cls, rows: Iterable[tuple[str, ...]]) -> Digest:
        """Digest of `rows`, each a tuple of texts."""
        count = low = high = 0
        for row in rows:
            md5 = hashlib.md5("\x1f".join(row).encode(), usedforsecurity=False).digest()
            count += 1
            low += int.from_bytes(md5[:4])
            high += int.from_bytes(md5[4:8])
        return cls(count, low, high)

    def __add__(self, other: Digest) -> Digest:
        return Digest(self.count + other.count, self.low + other.low, self.high + other.high)

    def __sub__(self, other: Digest) -> Digest:
        return Digest(self.count - other.count, self.low - other.low, self.high - other.high)


def text_of(value: Value) -> str:
    """A field's value as it stands in a digest row: booleans as 1 and 0, nothing as the empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def join_key(*parts: str) -> str:
    """One key of several sourced ids."""
    return KEY_SEPARATOR.join(parts)


def canonical_json(value: object) -> str:
    """The one JSON text of a value: keys sorted, no blanks, letters unescaped. What hashes are taken over."""
    return canonical_bytes(value).decode()


def canonical_bytes(value: object) -> bytes:
    """The same, in UTF-8: what is sent, measured and hashed."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def text_hash(text: str) -> str:
    """SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def fields_from_json(raw: Mapping[str, object]) -> dict[str, Value]:
    """Fields as they came out of JSON, lists turned into sorted tuples.

    Raises TypeError when a value is of no kind that a field may hold.
    """
    fields: dict[str, Value] = {}
    for name, value in raw.items():
        if value is None or isinstance(value, (str, int)):
            fields[name] = value
        elif isinstance(value, list):
            fields[name] = tuple(sorted(map(str, value)))
        else:
            raise TypeError(f"field {name} cannot hold a {type(value).__name__}")
    return fields


def operation_from_json(raw: Mapping[str, Any]) -> Operation:
    """An operation as its `to_json` wrote it. Raises KeyError, TypeError or ValueError when it is none."""
    before = raw["before"]
    return Operation(
        **{
            **raw,
            "action": Action(raw["action"]),
            "before": None if before is None else fields_from_json(before),
            "after": fields_from_json(raw["after"]),
            "content": fields_from_json(raw["content"]),
            "hand_changed": tuple(raw["hand_changed"]),
            "needs": tuple((kind, key) for kind, key in raw["needs"]),
        }
    )
