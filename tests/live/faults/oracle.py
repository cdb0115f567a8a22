"""What Moodle must hold, worked out from the rows of the registrar's files alone, and what is wrong where it does not.

Nothing of the program decides here: the rules of DOMAIN.md that the small academy needs are written down a second time,
as shortly as possible. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from tests.live.faults.academy import Tables

#: kind -> key -> field -> value
Objects = dict[str, dict[str, dict[str, Any]]]

ARCHIVE = "dlt-sync:archive"
ROLES = {"student": "student", "teacher": "editingteacher"}
LECTURE = {"kk": "Дәріс", "ru": "Лекция"}


class Wrong(StrEnum):
    """What can be wrong."""

    DUPLICATE = "duplicate"
    REMOVED = "wrong removal"
    DIFFERENT = "difference"
    UNEXPLAINED = "not in the journal"
    EVENT = "event"
    LEFT = "left to do"
    STOPPED = "stopped"


class Finding(NamedTuple):
    """Something that is wrong."""

    what: Wrong
    text: str


@dataclass(frozen=True)
class Seen:
    """Moodle at one moment. `strangers` is all that is not ours, `ids` are Moodle's ids by kind and key, `doubles`
    names what is there more than once, and `told` is what listeners were told of: (what, user id, course id)."""

    objects: Objects
    ids: Mapping[tuple[str, str], int] = field(default_factory=dict)
    strangers: Mapping[tuple[str, int], Any] = field(default_factory=dict)
    doubles: tuple[str, ...] = ()
    told: Counter[tuple[str, int, int]] = field(default_factory=Counter)


@dataclass(frozen=True)
class Entry:
    """One operation that the journal says was done."""

    kind: str
    key: str
    action: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]


# -- what must be there ----------------------------------------------------------------------------------


def truth_after(before: Objects, tables: Tables) -> Objects:
    """What is there once Moodle has followed the records; `before` is what was there, all of it as it should be."""
    truth: Objects = {
        "user": _users(tables),
        "course": _courses(tables),
        "cohort": _cohorts(tables),
        "enrolment": _enrolments(tables),
        "video": _videos(tables),
    }
    _keep_what_left(before, truth, tables)
    truth["group"] = _groups(before, truth, tables)
    return truth


def _keep_what_left(before: Objects, truth: Objects, tables: Tables) -> None:
    """What leaves the records is never deleted: it loses its effect and keeps all else."""
    without_effect: dict[str, dict[str, Any]] = {
        "user": {"suspended": True},
        "course": {"visible": False, "category": ARCHIVE},
        "enrolment": {"suspended": True},
        "video": {"visible": False},
    }
    for kind, values in without_effect.items():
        for key, fields in before.get(kind, {}).items():
            if key in truth[kind]:
                continue
            archived = kind == "video" and key.split("|")[0] not in tables["offering"]
            truth[kind][key] = fields if archived else {**fields, **values}


def _users(tables: Tables) -> dict[str, dict[str, Any]]:
    return {
        key: {
            "username": row["username"],
            "lastname": row["family_name"],
            "firstname": row["given_name"],
            "idnumber": key,
            "suspended": False,
        }
        for key, row in tables["person"].items()
    }


def _courses(tables: Tables) -> dict[str, dict[str, Any]]:
    return {
        key: {
            "idnumber": key,
            "visible": True,
            "lang": row["language"],
            "category": f"{row['kafedra_id']}|2026-2027",
            "cf_code": tables["discipline"][row["discipline_id"]]["code"],
        }
        for key, row in tables["offering"].items()
    }


def _cohorts(tables: Tables) -> dict[str, dict[str, Any]]:
    members: dict[str, list[str]] = {key: [] for key in tables["study_cohort"]}
    for row in tables["cohort_member"].values():
        members[row["cohort_id"]].append(row["person_id"])
    return {
        key: {"name": row["name"], "idnumber": key, "members": tuple(sorted(members[key]))}
        for key, row in tables["study_cohort"].items()
    }


def _enrolments(tables: Tables) -> dict[str, dict[str, Any]]:
    on_leave = {row["person_id"] for row in tables["cohort_member"].values() if row["leave_from"]}
    found: dict[str, dict[str, Any]] = {}
    for row in tables["enrolment"].values():
        offering, person = row["offering_id"], row["person_id"]
        away = row["role"] == "student" and person in on_leave
        found[f"{offering}|{person}"] = {
            "course": offering,
            "user": person,
            "suspended": row["state"] == "suspended" or away,
            "roles": (ROLES[row["role"]],),
            "groups": (f"{offering}|{row['cohort_id']}",) if row["cohort_id"] else (),
        }
    return found


def _groups(before: Objects, truth: Objects, tables: Tables) -> dict[str, dict[str, Any]]:
    """A group for each study cohort that somebody is enrolled with, and those that somebody is still in."""
    names = {key: row["name"] for key, row in tables["study_cohort"].items()}
    wanted = {
        f"{row['offering_id']}|{row['cohort_id']}": {
            "course": row["offering_id"],
            "name": names[row["cohort_id"]],
            "idnumber": row["cohort_id"],
        }
        for row in tables["enrolment"].values()
        if row["cohort_id"]
    }
    in_use = {group for enrolment in truth["enrolment"].values() for group in enrolment["groups"]}
    kept = {key: fields for key, fields in before.get("group", {}).items() if key in in_use}
    return {**kept, **wanted}


def _videos(tables: Tables) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for course, offering in tables["offering"].items():
        language = offering["language"]
        for key, placement in tables["video_placement"].items():
            topic, video = tables["topic"][placement["topic_id"]], tables["video_asset"][placement["video_id"]]
            is_for = (topic["discipline_id"], video["language"]) == (offering["discipline_id"], language)
            if is_for and video["state"] == "published":
                found[f"{course}|{key}"] = {
                    "course": course,
                    "idnumber": key,
                    "url": video["url"],
                    "section": int(topic["number"]),
                    "name": f"{LECTURE[language]} {topic['number']}. {topic['title_ru']}",
                    "visible": True,
                }
    return found


# -- what is wrong ---------------------------------------------------------------------------------------


def compare(truth: Objects, seen: Seen) -> Iterator[Finding]:
    """Where Moodle is not as it must be."""
    yield from (Finding(Wrong.DUPLICATE, text) for text in seen.doubles)
    for kind, wanted in truth.items():
        there = seen.objects.get(kind, {})
        for key in sorted(wanted.keys() | there.keys()):
            yield from _compare_object(kind, key, wanted.get(key), there.get(key))


def _compare_object(
    kind: str, key: str, wanted: Mapping[str, Any] | None, there: Mapping[str, Any] | None
) -> Iterator[Finding]:
    if wanted is None:
        yield Finding(Wrong.DIFFERENT, f"{kind} {key} is there, and nothing asks for it")
    elif there is None:
        yield Finding(Wrong.REMOVED, f"{kind} {key} is not there")
    else:
        for name, value in wanted.items():
            if there.get(name) != value:
                what = Wrong.REMOVED if _takes_away(name, value, there.get(name)) else Wrong.DIFFERENT
                yield Finding(what, f"{kind} {key}: {name} is {there.get(name)!r}, not {value!r}")


def _takes_away(name: str, wanted: object, there: object) -> bool:
    """Whether somebody has less than is theirs."""
    if name == "suspended":
        return there is True
    if name == "visible":
        return there is False
    if isinstance(wanted, tuple) and isinstance(there, tuple):
        return bool(set(wanted) - set(there))
    return name == "category" and there == ARCHIVE


def untouched(before: Mapping[tuple[str, int], Any], after: Mapping[tuple[str, int], Any]) -> Iterator[Finding]:
    """What is not ours is as it was: what came without a hand is ours, made once too often and owned by nobody."""
    for ref in sorted(before.keys() | after.keys()):
        if ref not in after:
            yield Finding(Wrong.REMOVED, f"{ref[0]} {ref[1]}, which is not ours, is gone: {before[ref]}")
        elif ref not in before:
            yield Finding(Wrong.DUPLICATE, f"{ref[0]} {ref[1]} came, and is not ours: {after[ref]}")
        elif before[ref] != after[ref]:
            yield Finding(Wrong.REMOVED, f"{ref[0]} {ref[1]}, which is not ours, changed: {before[ref]} → {after[ref]}")


def explained(before: Objects, after: Objects, journal: Iterable[Entry]) -> Iterator[Finding]:
    """Each difference between two moments is an entry of the journal; each entry found what the ones before left."""
    told = {kind: {key: dict(fields) for key, fields in objects.items()} for kind, objects in before.items()}
    made: dict[tuple[str, str], set[str]] = {}
    for entry in journal:
        objects = told.setdefault(entry.kind, {})
        yield from _follow(objects, entry)
        if entry.action in ("create", "recreate", "adopt"):
            made[entry.kind, entry.key] = set(entry.after)
    for kind in sorted(told.keys() | after.keys()):
        there, known = after.get(kind, {}), told.get(kind, {})
        for key in sorted(there.keys() | known.keys()):
            yield from _explain_object(kind, key, known.get(key), there.get(key), made.get((kind, key)))


def _follow(objects: dict[str, dict[str, Any]], entry: Entry) -> Iterator[Finding]:
    here = objects.get(entry.key)
    told = f"the journal says that {entry.kind} {entry.key} was"
    if entry.action in ("create", "recreate"):
        if here is not None:
            yield Finding(Wrong.UNEXPLAINED, f"{told} made, and it was there")
        objects[entry.key] = dict(entry.after)
    elif entry.action == "delete":
        objects.pop(entry.key, None)
        if here is None:
            yield Finding(Wrong.UNEXPLAINED, f"{told} deleted, and it was not there")
    elif entry.action == "adopt":
        objects[entry.key] = {**(here or {}), **entry.after}
    elif here is None:
        yield Finding(Wrong.UNEXPLAINED, f"{told} changed, and it was not there")
    else:
        for name, value in (entry.before or {}).items():
            if name in here and here[name] != value:
                yield Finding(Wrong.UNEXPLAINED, f"{told} changed from {name} {value!r}, and it was {here[name]!r}")
        here.update(entry.after)


def _explain_object(
    kind: str,
    key: str,
    known: Mapping[str, Any] | None,
    there: Mapping[str, Any] | None,
    made_with: set[str] | None,
) -> Iterator[Finding]:
    if known is None or there is None:
        if known is not there:
            how = "came" if known is None else "is gone"
            yield Finding(Wrong.UNEXPLAINED, f"{kind} {key} {how}, and the journal does not know of it")
        return
    for name, value in there.items():
        if made_with is not None and name not in known:
            continue  # what was made has more fields than were sent
        if known.get(name) != value:
            yield Finding(
                Wrong.UNEXPLAINED, f"{kind} {key}: {name} is {value!r}, and the journal knows {known.get(name)!r}"
            )


_EVENT = "\\core\\event\\"


def told_of(before: Objects, journal: Iterable[Entry], ids: Mapping[tuple[str, str], int]) -> Counter[Any]:
    """What Moodle's listeners must have been told of, each once: (what, user id, course id).

    Of a group that was deleted before they could be told nothing is told (docs/bridge.md).
    """
    states = {key: dict(fields) for key, fields in before.get("enrolment", {}).items()}
    told: Counter[Any] = Counter()
    entries = list(journal)
    for number, entry in enumerate(entries):
        if entry.kind == "enrolment" and entry.action != "delete":
            course, user = entry.key.split("|")
            then, now = states.get(entry.key), {**(states.get(entry.key) or {}), **entry.after}
            states[entry.key] = now
            where = ids.get(("user", user), 0), ids.get(("course", course), 0)
            gone = {one.key for one in entries[number:] if (one.kind, one.action) == ("group", "delete")}
            told.update((what, *where) for what in _said(then, now, gone))
    return told


def _said(then: Mapping[str, Any] | None, now: Mapping[str, Any], gone: set[str]) -> Iterator[str]:
    if then is None:
        yield from (f"{_EVENT}user_enrolment_created", "core_enrol\\hook\\after_user_enrolled")
    elif any(then.get(name) != now.get(name) for name in ("suspended", "timestart", "timeend")):
        yield from (f"{_EVENT}user_enrolment_updated", "core_enrol\\hook\\before_user_enrolment_updated")
    for name, came, went in _LISTS:
        had, has = set((then or {}).get(name, ())), set(now.get(name, ()))
        for told, items in ((came, has - had), (went, had - has)):
            for _ in items - gone:
                yield from told


#: Fields that hold lists: what is told of what comes, and of what goes.
_LISTS = (
    (
        "roles",
        (f"{_EVENT}role_assigned", "core\\hook\\access\\after_role_assigned"),
        (f"{_EVENT}role_unassigned", "core\\hook\\access\\after_role_unassigned"),
    ),
    (
        "groups",
        (f"{_EVENT}group_member_added", "core_group\\hook\\after_group_membership_added"),
        (f"{_EVENT}group_member_removed", "core_group\\hook\\after_group_membership_removed"),
    ),
)


def told_wrongly(wanted: Counter[Any], told: Counter[Any]) -> Iterator[Finding]:
    """What listeners were told of too often, or never."""
    for what in sorted(wanted.keys() | told.keys()):
        if told[what] > wanted[what]:
            yield Finding(Wrong.DUPLICATE, f"{what} was told {told[what]} times, not {wanted[what]}")
        elif told[what] < wanted[what]:
            yield Finding(Wrong.EVENT, f"{what} was told {told[what]} times, not {wanted[what]}")
