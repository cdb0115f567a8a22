"""Enrolments: who is in which course, with which roles, in which groups, from when to when.

A person may stand in the records several times for one offering (student and tutor, two streams). Moodle has
one enrolment per person and method, so these rows become one object with several roles and groups.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

from dlt_sync.kinds.academy import Enrolment as Row
from dlt_sync.kinds.academy import Offering
from dlt_sync.kinds.course import short_name
from dlt_sync.kinds.kind import Kind, Source, Stamps, grouped
from dlt_sync.kinds.rules import Rules
from dlt_sync.kinds.user import full_name
from dlt_sync.model import KEY_SEPARATOR, Desired, Fields, Policy, join_key, text_hash


class Enrolment(Kind):
    """An enrolment. Removed by suspending; unenrolled later only where the settings say so."""

    name = "enrolment"
    words = ("enrolment", "enrolments")
    policies: ClassVar[Mapping[str, Policy]] = {
        "suspended": Policy.ENFORCE,
        "timestart": Policy.ENFORCE,
        "timeend": Policy.ENFORCE,
        "roles": Policy.ENFORCE,
        "groups": Policy.ENFORCE,
    }
    identity = ("course", "user")
    removed: ClassVar[Fields | None] = {"suspended": True}
    entity = "enrolment"
    recreate_needs_approval = False
    from_enrolments = True
    at_once = 2000  # the plugin writes them in bulk
    by_course = True
    lost_by_course = "people"

    def desired(self, source: Source) -> Iterator[Desired]:
        """One object per offering and person, offering by offering."""
        return self.desired_in(source, source.offerings.keys())

    def desired_in(self, source: Source, courses: Collection[str]) -> Iterator[Desired]:
        """Those of some offerings; only their rows are read."""
        rows = source.academy.enrolments.of(course for course in courses if course in source.offerings)
        return _enrolments(source, rows)

    def desired_of(self, source: Source, keys: Mapping[str, Collection[str]]) -> Iterator[Desired]:
        """Those of some people in each of some offerings; only their rows are read."""
        people = {course: {_person(key) for key in own} for course, own in keys.items() if course in source.offerings}
        return _enrolments(source, source.academy.enrolments.of_people(people))

    def stamps(self, source: Source) -> Mapping[str, Stamps]:
        """Of each offering's rows and all that an enrolment in it depends on besides; as basis, of the latter alone."""
        circumstances = _circumstances(source)
        bases = source.academy.enrolments.circumstances()
        return {
            offering: Stamps(
                text_hash(stamp + circumstances[offering]),
                text_hash(bases[offering] + circumstances[offering]) if offering in bases else "",
            )
            for offering, stamp in source.academy.enrolments.stamps().items()
            if offering in source.offerings
        }

    def changed_keys(self, source: Source, since: Mapping[str, int]) -> Mapping[str, frozenset[str]]:
        """Of the people of whom a row came, changed or left."""
        changed = source.academy.enrolments.changed(since)
        return {
            offering: frozenset(join_key(offering, person) for person in people) for offering, people in changed.items()
        }

    def subjects(self, key: str) -> Iterable[tuple[str, str]]:
        """The pair itself (a quarantined enrolment row is known by it), the offering and the person."""
        offering, person = key.split(KEY_SEPARATOR)
        return (("enrolment", key), ("offering", offering), ("person", person), ("employment", person))

    def delete_after_days(self, rules: Rules) -> int | None:
        """As the settings say."""
        return rules.unenrol_after_days

    def course_key(self, key: str) -> str:
        """The offering's."""
        return key.split(KEY_SEPARATOR)[0]


def _enrolments(source: Source, rows: Iterable[tuple[str, Sequence[Row]]]) -> Iterator[Desired]:
    for key, of_offering in rows:
        offering = source.offerings[key]
        shortname = short_name(source, offering)
        for person, own in grouped(of_offering, "person").items():
            if source.has_access(person):
                yield _enrolment(source, offering, shortname, person, own)


def _enrolment(source: Source, offering: Offering, shortname: str, person: str, rows: Sequence[Row]) -> Desired:
    fields = _fields(source, offering, rows)
    groups = fields["groups"]
    assert isinstance(groups, tuple)
    batch = max(row.batch for row in rows)
    leave = ", on academic leave" if person in source.on_leave and fields["suspended"] else ""
    return Desired(
        kind="enrolment",
        key=join_key(offering.key, person),
        fields=fields,
        label=f"{full_name(source.academy.people[person])} — {shortname}",
        unit=source.unit(offering.kafedra),
        reason=f"enrolment {', '.join(row.key for row in rows)}, import {batch}{leave}",
        needs=(("course", offering.key), ("user", person), *(("group", group) for group in groups)),
    )


def _fields(source: Source, offering: Offering, rows: Sequence[Row]) -> Fields:
    """Roles and groups of the rows that are active; when none is, of all, and the enrolment is suspended.

    Somebody on leave keeps roles, groups and grades but has no access (trap 7).
    """
    active = [row for row in rows if row.state == "active" and not _away(source, row)]
    counted = active or rows
    cohorts = {row.cohort for row in counted if row.cohort in source.academy.cohorts}
    begins = [row.begin for row in counted]
    ends = [row.end for row in counted]
    return {
        "course": offering.key,
        "user": rows[0].person,
        "suspended": not active,
        "timestart": 0 if None in begins else min(source.start_of(begin) for begin in begins),
        "timeend": 0 if None in ends else max(source.end_of(end) for end in ends),
        "roles": tuple(sorted({source.rules.roles[row.role] for row in counted})),
        "groups": tuple(sorted(join_key(offering.key, cohort) for cohort in cohorts if cohort)),
    }


def _person(key: str) -> str:
    return key.split(KEY_SEPARATOR)[1]


def _circumstances(source: Source) -> defaultdict[str, str]:
    """By offering: people who are not wanted as their rows alone say, study cohorts not in force, what is unknown."""
    marks: defaultdict[str, set[str]] = defaultdict(set)
    for offering, people in source.academy.enrolments.enrolled(_out_of_the_ordinary(source)).items():
        marks[offering].update(_mark(source, person) for person in people)
    for offering, cohorts in source.academy.enrolments.cohorts().items():
        marks[offering].update(cohorts - source.academy.cohorts.keys())
    for entity, subject in source.unknown:
        marks[subject.partition(KEY_SEPARATOR)[0]].add(f"{entity} {subject} is unknown")
    return defaultdict(str, {offering: " ".join(["", *sorted(own)]) for offering, own in marks.items()})


def _out_of_the_ordinary(source: Source) -> set[str]:
    """The people whose enrolments do not follow from their rows alone, as those of most do."""
    unknown = {key for entity, key in source.unknown if entity in ("person", "employment")}
    return unknown | source.on_leave | {p for p in source.academy.people if not source.has_access(p)}


def _mark(source: Source, person: str) -> str:
    unknown = any((entity, person) in source.unknown for entity in ("person", "employment"))
    return f"{person} {source.has_access(person):d}{person in source.on_leave:d}{unknown:d}"


def _away(source: Source, row: Row) -> bool:
    return row.role == "student" and row.person in source.on_leave
