"""What the suite's tests stand on: a person in Moodle (`World`) and a set of objects of one's own (`Scene`)."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass
from typing import Protocol

import pytest

from dlt_sync.model import Action, Fields, Observed, Operation, Outcome, Status, Value, join_key
from dlt_sync.moodle.contract import Batch, Bridge

#: Every managed field of each kind.
FIELDS = {
    "category": ("name", "parent", "idnumber", "visible"),
    "user": (
        "username", "firstname", "lastname", "middlename", "email", "auth", "lang", "idnumber", "suspended",
    ),
    "cohort": ("name", "idnumber", "members"),
    "course": (
        "fullname", "shortname", "category", "idnumber", "lang", "startdate", "enddate", "visible", "format",
        "cf_code", "cf_programme", "cf_study_year", "cf_ects", "cf_delivery_mode", "cf_kafedra",
    ),
    "group": ("course", "name", "idnumber"),
    "enrolment": ("course", "user", "suspended", "timestart", "timeend", "roles", "groups"),
    "video": ("course", "section", "name", "url", "display", "visible", "idnumber", "order"),
}  # fmt: skip
KINDS = tuple(FIELDS)

AUTUMN, WINTER = 1_788_220_800, 1_800_057_600

_numbers = itertools.count(1)


class World(Protocol):
    """Somebody at work in the same Moodle. Objects are named by our key, or as `moodle:<id>`."""

    def hand_add(self, kind: str, **fields: Value) -> int:
        """Make an object (no enrolment); returns its Moodle id. A video is a link in a course."""

    def hand_change(self, kind: str, key: str, name: str, value: Value) -> None:
        """Edit one field."""

    def hand_delete(self, kind: str, key: str) -> None:
        """Delete an object and what hangs on it; what is in a category moves to the default one."""

    def hand_enrol(self, course: str, user: str, role: str = "student") -> int:
        """Enrol somebody by the manual method."""

    def hand_join(self, kind: str, key: str, user: str) -> None:
        """Put somebody into a group or a cohort."""

    def strangers(self) -> dict[tuple[str, int], object]:
        """All that is not ours."""


@dataclass
class Scene:
    """One test's own corner of a site. Its keys, names and numbers begin with `prefix`."""

    bridge: Bridge
    world: World
    prefix: str

    def key(self, name: str) -> str:
        """A key of this test's own."""
        return f"{self.prefix}:{name}"

    def apply(self, *operations: Operation) -> tuple[Outcome, ...]:
        """Do operations of one kind in a new batch."""
        return self.bridge.apply(Batch(str(uuid.uuid4()), operations[0].kind, operations))

    def do(self, action: Action, kind: str, key: str, after: Fields, **rest: object) -> Outcome:
        """Do one operation."""
        return self.apply(operation(action, kind, key, after, **rest))[0]

    def make(self, kind: str, key: str, **fields: Value) -> str:
        """Create an object with sensible fields; it must succeed. Returns its key."""
        outcome = self.do(Action.CREATE, kind, key, self.fields(kind, key, **fields))
        assert outcome.status is Status.DONE, outcome
        return key

    def fields(self, kind: str, key: str, **fields: Value) -> Fields:
        """All fields of an object that can be created, with the given ones over them."""
        slug = key.replace(":", ".").replace("|", ".").lower()
        defaults: dict[str, Fields] = {
            "category": {"name": key, "parent": "", "idnumber": key, "visible": True},
            "user": {
                "username": slug, "firstname": "Айгүл", "lastname": "Әбілқайырова", "middlename": "",
                "email": f"{slug}@academy.example", "auth": "manual", "lang": "en", "idnumber": key,
                "suspended": False,
            },
            "cohort": {"name": key, "idnumber": key, "members": ()},
            "course": {
                "fullname": f"Course {key}", "shortname": key, "category": "", "idnumber": key, "lang": "",
                "startdate": AUTUMN, "enddate": WINTER, "visible": True, "format": "topics", "cf_code": "",
                "cf_programme": "", "cf_study_year": "", "cf_ects": "", "cf_delivery_mode": "", "cf_kafedra": "",
            },
            "group": {"course": key.split("|")[0], "name": key, "idnumber": ""},
            "enrolment": {
                "course": key.split("|")[0], "user": key.split("|")[-1], "suspended": False,
                "timestart": AUTUMN, "timeend": 0, "roles": ("student",), "groups": (),
            },
            "video": {
                "course": key.split("|")[0], "section": 1, "name": key, "url": f"https://media.example/{slug}",
                "display": 0, "visible": True, "idnumber": key.split("|")[-1], "order": 10,
            },
        }  # fmt: skip
        return {**defaults[kind], **fields}

    def see(self, kind: str, key: str) -> Observed:
        """One of our objects as it is read."""
        (found,) = self.bridge.read(kind, keys=[key])
        assert found.key == key
        return found

    def field(self, kind: str, key: str, name: str) -> Value:
        """One field of an existing object as it is read."""
        fields = self.see(kind, key).fields
        assert fields is not None
        return fields[name]

    def category(self) -> str:
        """A category of this test's own."""
        key = self.key("category")
        return key if list(self.bridge.read("category", keys=[key])) else self.make("category", key)

    def course(self, name: str = "course") -> str:
        """A course in it."""
        return self.make("course", self.key(name), category=self.category())

    def user(self, name: str = "user") -> str:
        """A user."""
        return self.make("user", self.key(name))

    def group(self, course: str, name: str = "group") -> str:
        """A group of a course."""
        return self.make("group", join_key(course, self.key(name)))

    def video(self, course: str, name: str = "video", **fields: Value) -> str:
        """A link to a video in a course."""
        return self.make("video", join_key(course, self.key(name)), **fields)

    def enrol(self, course: str, user: str, **fields: Value) -> str:
        """An enrolment."""
        return self.make("enrolment", join_key(course, user), **fields)

    def whole(self, kind: str) -> str:
        """One object of a kind with everything it refers to; every text is awkward."""
        key = self.key(f"{kind}-Ұлпан")
        if kind == "category":
            return self.make(kind, key, name="Терапия & «Ішкі аурулар» 🩺", parent=self.category())
        if kind == "user":
            return self.make(kind, key, username=f"{self.prefix}.ulpan", email=f"{self.prefix}@x.example",
                             firstname="Ұлпан-Гүлжіһан", middlename="Қуанышқызы", lastname="О’Нил 🩺")  # fmt: skip
        if kind == "cohort":
            return self.make(kind, key, name="ЖМ-301 «ә»", members=tuple(sorted((self.user("b"), self.user("a")))))
        if kind == "course":
            return self.make(kind, key, fullname="Гигиена & ҚО 🩺", category=self.category(), lang="kk",
                             cf_code="ГиЭ 3201", cf_study_year="3", cf_kafedra="Гигиена 🩺", visible=False)  # fmt: skip
        course = self.course()
        if kind == "group":
            return self.make(kind, join_key(course, key), name="ЖМ-301 «ә» 🩺", idnumber=key)
        if kind == "video":
            return self.make(kind, join_key(course, key), name="Дәріс 3. Су & «ауа» 🩺", section=3, display=1,
                             url="https://www.youtube.com/watch?v=dQw4w9WgXcQ&x=ұ", order=30)  # fmt: skip
        groups = tuple(sorted((self.group(course, "g2"), self.group(course, "g1"))))
        return self.enrol(course, self.user(), groups=groups, roles=("editingteacher", "student"), timeend=WINTER)


def operation(action: Action, kind: str, key: str, after: Fields, **rest: object) -> Operation:
    """An operation with its labels left empty."""
    before, moodle_id = rest.get("before"), rest.get("moodle_id")
    assert before is None or isinstance(before, dict)
    assert moodle_id is None or isinstance(moodle_id, int)
    return Operation(kind, key, action, before, after, label="", unit="", reason="", moodle_id=moodle_id)


@pytest.fixture
def scene(bridge: Bridge, world: World) -> Scene:
    """A corner of the site that no other test uses."""
    return Scene(bridge, world, f"t{next(_numbers)}")
