"""The Moodle inside MemoryBridge: its rows with Moodle's own ids, and what people do to them by hand.

References between rows are Moodle ids, as in Moodle, so that an object that is not ours can stand where
ours stood. `tests/memory.py` puts the bridge's protocol on top.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dlt_sync.model import KEY_SEPARATOR, Fields, Value
from dlt_sync.moodle.contract import SiteEvent

#: kind -> field -> value when nothing was given. A string ">kind" marks a reference, a set a list of them.
SCHEMA: Mapping[str, Mapping[str, Any]] = {
    "category": {"name": "", "parent": ">category", "idnumber": "", "visible": True},
    "user": {
        "username": "",
        "firstname": "",
        "lastname": "",
        "middlename": "",
        "email": "",
        "auth": "manual",
        "lang": "en",
        "idnumber": "",
        "suspended": False,
    },
    "cohort": {"name": "", "idnumber": "", "members": frozenset()},
    "course": {
        "fullname": "",
        "shortname": "",
        "category": ">category",
        "idnumber": "",
        "lang": "",
        "startdate": 0,
        "enddate": 0,
        "visible": True,
        "format": "topics",
        **{f"cf_{name}": "" for name in ("code", "programme", "study_year", "ects", "delivery_mode", "kafedra")},
    },
    "group": {"course": ">course", "name": "", "idnumber": ""},
    "enrolment": {
        "course": ">course",
        "user": ">user",
        "suspended": False,
        "timestart": 0,
        "timeend": 0,
        "roles": frozenset(),
        "groups": frozenset(),
    },
    "video": {
        "course": ">course",
        "section": 0,
        "name": "",
        "url": "",
        "display": 0,
        "visible": True,
        "idnumber": "",
        "order": 0,
    },
}

#: (kind, field) -> Moodle's error code when another object has that value already.
UNIQUE = {
    ("user", "username"): "usernameexists",
    ("user", "email"): "emailexists",
    ("cohort", "idnumber"): "taken",
    ("group", "idnumber"): "idnumbertaken",
    ("course", "shortname"): "shortnametaken",
    ("course", "idnumber"): "courseidnumbertaken",
    ("category", "idnumber"): "categoryidnumbertaken",
}

ROLES = ("student", "teacher", "editingteacher")
OURS = "dltsync"
#: Lists of references: field -> kind of what it names.
LISTS = {"members": "user", "groups": "group"}


class RefusedError(Exception):
    """What one operation is answered with when it cannot be done: an error code of docs/bridge.md."""

    def __init__(self, errorcode: str, *, moved: bool = False) -> None:
        super().__init__(errorcode)
        self.errorcode = errorcode
        self.moved = moved


@dataclass
class Row:
    """One row of Moodle. `method` is the enrolment method; `joined` a group's members, each with who put them
    there."""

    kind: str
    id: int
    raw: dict[str, Any]
    method: str = ""
    joined: dict[int, str] = field(default_factory=dict)


class MemorySite:
    """A Moodle's tables, the bridge's ownership table, and the hands of people."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[int, Row]] = {kind: {} for kind in SCHEMA}
        self.owned: dict[tuple[str, str], int] = {}
        self.owner: dict[tuple[str, int], str] = {}
        self.enrolled: dict[tuple[int, int], int] = {}
        self.recorded: list[SiteEvent] = []
        self.protected: set[int] = set()
        self._last_id = 0
        self.default_category = self.hand_add("category", name="Category 1")
        self.protected.add(self.hand_add_user(username="admin", firstname="Admin", lastname="User"))

    # -- rows ------------------------------------------------------------------------------------------

    def add_row(self, kind: str, raw: dict[str, Any], method: str = "") -> Row:
        """A new row with the next id."""
        self._check_unique(kind, raw, None)
        self._check_groups(raw)
        self._last_id += 1
        row = Row(kind, self._last_id, raw, method)
        self.rows[kind][row.id] = row
        if kind == "enrolment" and method == OURS:
            self.enrolled[raw["course"], raw["user"]] = row.id
            self._join_groups(row, frozenset())
        return row

    def change_row(self, row: Row, raw: Mapping[str, Any]) -> None:
        """Write fields of a row."""
        self._check_unique(row.kind, {**row.raw, **raw}, row.id)
        self._check_groups({**row.raw, **raw})
        groups_before = row.raw.get("groups", frozenset())
        foreign = frozenset(self._foreign_members(row)) if "members" in raw else frozenset()
        row.raw.update(raw)
        if "members" in raw:  # members who are not ours stay
            row.raw["members"] |= foreign
        if row.kind == "enrolment":
            self._join_groups(row, groups_before)

    def drop_row(self, row: Row) -> None:
        """Delete a row and what hangs on it."""
        del self.rows[row.kind][row.id]
        if row.kind == "enrolment":
            self._leave_course(row)
        for kind in ("enrolment", "group", "video"):
            name = row.kind
            for other in [r for r in self.rows[kind].values() if r.raw.get(name) == row.id]:
                self._vanish(other)
        for other in self._holders(row.kind):
            self._forget_reference(other, row)

    def forget(self, kind: str, key: str) -> None:
        """Remove an ownership row."""
        moodle_id = self.owned.pop((kind, key), None)
        if moodle_id is not None:
            self.owner.pop((kind, moodle_id), None)

    def own(self, kind: str, key: str, moodle_id: int) -> None:
        """Write an ownership row over a stale one."""
        self.forget(kind, key)
        stale = self.owner.get((kind, moodle_id))
        if stale is not None:
            self.forget(kind, stale)
        self.owned[kind, key] = moodle_id
        self.owner[kind, moodle_id] = key

    def row_of(self, kind: str, key: str) -> Row | None:
        """The existing row of one of our objects."""
        if kind == "enrolment":
            course, _, user = key.partition(KEY_SEPARATOR)
            pair = self.owned.get(("course", course), 0), self.owned.get(("user", user), 0)
            return self.rows[kind].get(self.enrolled.get(pair, 0))
        return self.rows[kind].get(self.owned.get((kind, key), 0))

    def key_of(self, row: Row) -> str | None:
        """Our key of a row, None when it is not ours."""
        if row.kind != "enrolment":
            return self.owner.get((row.kind, row.id))
        course = self.owner.get(("course", row.raw["course"]))
        user = self.owner.get(("user", row.raw["user"]))
        if row.method != OURS or course is None or user is None:
            return None
        return course + KEY_SEPARATOR + user

    # -- values ----------------------------------------------------------------------------------------

    def named(self, kind: str, moodle_id: int) -> str:
        """A reference as it is read: our key, else moodle:<id>."""
        return self.owner.get((kind, moodle_id)) or f"moodle:{moodle_id}" if moodle_id else ""

    def resolve(self, kind: str, value: object, *, hand: bool = False) -> int:
        """A reference as it is written. Only people may name what is not ours."""
        text = str(value)
        if not text and kind == "category":
            return 0
        if hand and text.startswith("moodle:"):
            return int(text.removeprefix("moodle:"))
        row = self.row_of(kind, text)
        if row is None:
            raise RefusedError("unknownkey")
        return row.id

    def to_raw(self, kind: str, fields: Fields, *, hand: bool = False) -> dict[str, Any]:
        """Fields as rows hold them. Raises RefusedError for unknown fields, references and roles."""
        return {name: self._raw_value(kind, name, value, hand) for name, value in fields.items()}

    def fields_of(self, row: Row) -> dict[str, Value]:
        """Fields of a row as the bridge reads them."""
        return {name: self._read_value(row, name, default) for name, default in SCHEMA[row.kind].items()}

    def _raw_value(self, kind: str, name: str, value: Value, hand: bool) -> Any:
        if name not in SCHEMA[kind]:
            raise RefusedError("badfield")
        default = SCHEMA[kind][name]
        if isinstance(default, str) and default.startswith(">"):
            return self.resolve(default[1:], value, hand=hand)
        if not isinstance(default, frozenset):
            if type(value) is not type(default):
                raise RefusedError("badfield")
            return value
        if not isinstance(value, tuple):
            raise RefusedError("badfield")
        if name == "roles":
            if not set(value) <= set(ROLES):
                raise RefusedError("unknownrole")
            return frozenset(value)
        return frozenset(self.resolve(LISTS[name], item, hand=hand) for item in value)

    def _read_value(self, row: Row, name: str, default: object) -> Value:
        if name == "groups":
            return tuple(sorted(self._groups_through(row))) if row.method == OURS else ()
        value = row.raw[name]
        if isinstance(default, str) and default.startswith(">"):
            return self.named(default[1:], value)
        if name == "members":
            ours = (self.owner.get(("user", user)) for user in value)
            return tuple(sorted(key for key in ours if key is not None))
        if isinstance(value, frozenset):
            return tuple(sorted(value))
        plain: Value = value
        return plain

    def _groups_through(self, row: Row) -> Iterator[str]:
        """Our groups that an enrolment of ours put its user into."""
        for group in self.rows["group"].values():
            in_course = group.raw["course"] == row.raw["course"]
            key = self.owner.get(("group", group.id))
            if key is not None and in_course and group.joined.get(row.raw["user"]) == OURS:
                yield key

    # -- what hangs together ---------------------------------------------------------------------------

    def _check_unique(self, kind: str, raw: Mapping[str, Any], own_id: int | None) -> None:
        for (of_kind, name), errorcode in UNIQUE.items():
            if of_kind != kind or not raw.get(name):
                continue
            others = (r.raw for r in self.rows[kind].values() if r.id != own_id)
            if any(_clash(kind, name, raw, other) for other in others):
                raise RefusedError(errorcode)

    def _check_groups(self, raw: Mapping[str, Any]) -> None:
        for group in raw.get("groups", ()):
            if self.rows["group"][group].raw["course"] != raw["course"]:
                raise RefusedError("unknownkey")

    def _join_groups(self, row: Row, before: frozenset[int]) -> None:
        user, wanted = row.raw["user"], row.raw["groups"]
        for group in before - wanted:
            self.rows["group"][group].joined.pop(user, None)
        for group in wanted:
            self.rows["group"][group].joined[user] = OURS

    def _leave_course(self, row: Row) -> None:
        """An enrolment is gone: as Moodle does, the last one takes every group membership with it."""
        course, user = row.raw["course"], row.raw["user"]
        if row.method == OURS:
            self.enrolled.pop((course, user), None)
        others = (r.raw for r in self.rows["enrolment"].values())
        last = not any(raw["course"] == course and raw["user"] == user for raw in others)
        for group in self.rows["group"].values():
            if group.raw["course"] == course and (last or group.joined.get(user) == row.method):
                group.joined.pop(user, None)

    def _holders(self, kind: str) -> list[Row]:
        names = {"category": ("category", "course"), "user": ("cohort", "group"), "group": ("enrolment",)}
        return [row for holder in names.get(kind, ()) for row in self.rows[holder].values()]

    def _forget_reference(self, holder: Row, gone: Row) -> None:
        holder.joined.pop(gone.id, None)
        for name, value in holder.raw.items():
            if isinstance(value, frozenset):
                holder.raw[name] = value - {gone.id}
        place = "parent" if holder.kind == "category" else "category"
        if gone.kind == "category" and holder.raw[place] == gone.id:
            holder.raw[place] = self.default_category

    def _vanish(self, row: Row) -> None:
        self._record_deletion(row)
        self.drop_row(row)

    def _record_deletion(self, row: Row) -> None:
        key = self.key_of(row)
        if key is None or row.kind == "enrolment":
            return
        event_id = len(self.recorded) + 1
        when = 1_760_000_000 + event_id
        self.recorded.append(SiteEvent(event_id, "deleted", when, row.kind, key, by="Admin User"))

    # -- people at work in Moodle ----------------------------------------------------------------------

    def hand_add(self, kind: str, **fields: Value) -> int:
        """Somebody makes an object; references may be our keys or moodle:<id>. Returns its Moodle id."""
        blank = {n: 0 if isinstance(d, str) and d.startswith(">") else d for n, d in SCHEMA[kind].items()}
        return self.add_row(kind, {**blank, **self.to_raw(kind, fields, hand=True)}).id

    def hand_add_user(self, **fields: Value) -> int:
        """Somebody makes an account. Returns its Moodle id."""
        return self.hand_add("user", **fields)

    def hand_change(self, kind: str, key: str, name: str, value: Value) -> None:
        """Somebody edits one field of an object, named by our key or as moodle:<id>."""
        self.change_row(self._hand_row(kind, key), self.to_raw(kind, {name: value}, hand=True))

    def hand_delete(self, kind: str, key: str) -> None:
        """Somebody deletes an object, named by our key or as moodle:<id>, with all that hangs on it.

        What was in a deleted category moves to the site's default category.
        """
        self._vanish(self._hand_row(kind, key))

    def hand_enrol(self, course: str, user: str, role: str = "student") -> int:
        """Somebody enrols a user by hand. Returns the enrolment's id."""
        raw = self.to_raw("enrolment", {"course": course, "user": user, "roles": (role,)}, hand=True)
        blank = {"suspended": False, "timestart": 0, "timeend": 0, "groups": frozenset()}
        return self.add_row("enrolment", {**blank, **raw}, method="manual").id

    def hand_join(self, kind: str, key: str, user: str) -> None:
        """Somebody puts a user into a group or a cohort."""
        row, user_id = self._hand_row(kind, key), self.resolve("user", user, hand=True)
        if kind == "group":
            row.joined.setdefault(user_id, "manual")
        else:
            row.raw["members"] |= {user_id}

    def strangers(self) -> dict[tuple[str, int], object]:
        """All that is not ours, by kind and Moodle id: what must never change by itself.

        Of groups and cohorts that are ours: the members somebody else put there.
        """
        left: dict[tuple[str, int], object] = {}
        for kind, rows in self.rows.items():
            for row in rows.values():
                if self.key_of(row) is None:
                    left[kind, row.id] = self.fields_of(row)
                elif kind in ("group", "cohort"):
                    left[kind, row.id] = sorted(self._foreign_members(row))
        return left

    def _foreign_members(self, row: Row) -> Iterator[int]:
        if row.kind == "group":
            yield from (user for user, method in row.joined.items() if method != OURS)
        else:
            yield from (user for user in row.raw["members"] if ("user", user) not in self.owner)

    def _hand_row(self, kind: str, key: str) -> Row:
        if key.startswith("moodle:"):
            return self.rows[kind][int(key.removeprefix("moodle:"))]
        row = self.row_of(kind, key)
        if row is None:
            raise LookupError(f"{kind} {key} is not in Moodle")
        return row


def _clash(kind: str, name: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two rows cannot both have their value: mail addresses in any case, groups within a course."""
    if kind == "group" and one["course"] != other["course"]:
        return False
    same: bool = one[name].casefold() == other[name].casefold() if name == "email" else one[name] == other[name]
    return same
