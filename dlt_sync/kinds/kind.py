"""What the engine asks of a kind. One subclass per kind of Moodle object; adding one touches nothing else.

Pure: no I/O, no clock; today's date comes with the source.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from functools import cached_property
from typing import ClassVar, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from dlt_sync.kinds.academy import Academy, CohortMember, Employment, Offering, Placement, Session, Topic, Video
from dlt_sync.kinds.rules import Rules
from dlt_sync.model import Candidate, Desired, Fields, Observed, Operation, Policy

T = TypeVar("T")


@dataclass(frozen=True)
class Source:
    """What a kind is built from: the records in force, the department's rules, and the day it is."""

    academy: Academy
    rules: Rules
    today: date

    @cached_property
    def on_leave(self) -> frozenset[str]:
        """Keys of the people on academic leave today (DOMAIN d.6 trap 7)."""
        return frozenset(
            m.person
            for m in self.academy.members
            if m.leave_from and m.leave_from <= self.today and (m.leave_to is None or self.today <= m.leave_to)
        )

    @cached_property
    def offerings(self) -> Mapping[str, Offering]:
        """The offerings in force whose discipline, programme, session and kafedra all are."""
        return {key: o for key, o in self.academy.offerings.items() if self._is_whole(o)}

    @cached_property
    def unknown(self) -> frozenset[tuple[str, str]]:
        """What is left exactly as it is: the subjects of quarantined rows, and offerings that are not whole."""
        broken = {("offering", key) for key in self.academy.offerings if key not in self.offerings}
        return self.academy.unknown | broken

    def _is_whole(self, offering: Offering) -> bool:
        academy = self.academy
        return (
            offering.discipline in academy.disciplines
            and offering.programme in academy.programmes
            and offering.session in academy.sessions
            and offering.kafedra in academy.orgs
        )

    @cached_property
    def employments(self) -> Mapping[str, tuple[Employment, ...]]:
        """Employments by person, the main one first."""
        return grouped(sorted(self.academy.employments, key=lambda e: not e.is_main), "person")

    @cached_property
    def memberships(self) -> Mapping[str, tuple[CohortMember, ...]]:
        """Memberships in study cohorts by cohort, those in force today."""
        return grouped((m for m in self.academy.members if in_force(m.begin, m.end, self.today)), "cohort")

    @cached_property
    def cohort_of(self) -> Mapping[str, str]:
        """The study cohort of each person who is in one today."""
        return {m.person: cohort for cohort, members in self.memberships.items() for m in members}

    @cached_property
    def topics(self) -> Mapping[str, tuple[Topic, ...]]:
        """Topics by the offering or the discipline that they are of."""
        topics = self.academy.library.topics.values()
        own = grouped((topic for topic in topics if topic.offering), "offering")
        return own | grouped((topic for topic in topics if topic.discipline), "discipline")

    @cached_property
    def placements(self) -> Mapping[str, tuple[Placement, ...]]:
        """Placements by topic."""
        return grouped(self.academy.library.placements.values(), "topic")

    @cached_property
    def successors(self) -> Mapping[str, Video]:
        """The published video that replaces each one; of several the one with the last key."""
        videos = sorted(self.academy.library.videos.values(), key=lambda video: video.key)
        return {video.replaces: video for video in videos if video.replaces and video.state != "draft"}

    def works(self, person: str) -> bool:
        """Whether somebody employed still is: no employment is recorded at all, or one has not ended."""
        jobs = self.employments.get(person, ())
        return not jobs or any(job.end is None or job.end >= self.today for job in jobs)

    def has_access(self, person: str) -> bool:
        """Whether a person is to have an account that works today."""
        known = self.academy.people.get(person)
        return known is not None and (known.type == "student" or self.works(person))

    def academic_year(self, offering: Offering) -> str:
        """The name of the school year an offering belongs to, such as 2026-2027."""
        session: Session = self.academy.sessions[offering.session]
        if session.parent and session.parent in self.academy.sessions:
            return self.academy.sessions[session.parent].name
        return session.name.split("/")[0]

    def unit(self, org: str | None) -> str:
        """What people call a kafedra or another unit, in the site's language."""
        known = self.academy.orgs.get(org or "")
        return known.names.in_language(self.rules.site_language) if known else ""

    def start_of(self, day: date | None) -> int:
        """Epoch seconds of the first moment of a day at the academy; 0 for no date."""
        if day is None:
            return 0
        return int(datetime.combine(day, clock_time(), ZoneInfo(self.rules.timezone)).timestamp())

    def end_of(self, day: date | None) -> int:
        """Epoch seconds of the last moment of a day at the academy; 0 for no date."""
        return 0 if day is None else self.start_of(day + timedelta(days=1)) - 1


class Stamps(NamedTuple):
    """Two texts about a scope. While `wanted` is the same, the same is wanted in it.

    While `basis` is the same, only `Kind.changed_keys` can have come to be wanted otherwise; "" where that cannot be
    told, so that the scope is always looked at whole.
    """

    wanted: str = ""
    basis: str = ""


class Kind(ABC):
    """One kind of object: its fields and their policies, how it is removed, how it comes from records."""

    name: ClassVar[str]
    #: what the kind is called in sentences: singular, plural
    words: ClassVar[tuple[str, str]]
    #: managed fields and who owns each by default
    policies: ClassVar[Mapping[str, Policy]]
    #: fields that say what the object is; set on creation, never compared
    identity: ClassVar[tuple[str, ...]] = ()
    #: what the fields hold once the object is removed; None where it can only be deleted
    removed: ClassVar[Fields | None]
    #: record entity whose quarantined rows are about this kind
    entity: ClassVar[str]
    #: record entities that its rows stand on, and without which they are not in force
    also_from: ClassVar[tuple[str, ...]] = ()
    #: fields by which the guard recognises the same content under another key
    content: ClassVar[tuple[str, ...]] = ()
    #: whether an object that was deleted by hand waits for approval before it is made again
    recreate_needs_approval: ClassVar[bool] = True
    #: whether the records of which there are most, the enrolments, have a say in it
    from_enrolments: ClassVar[bool] = False
    #: how many times longer than another object's the making of one takes: so many fewer travel together
    weight: ClassVar[int] = 1
    #: how many travel together at most, whatever the settings say: more gain nothing, and keep Moodle busy for long
    at_once: ClassVar[int] = 500
    #: whether it is decided course by course, for there are too many objects to hold
    by_course: ClassVar[bool] = False
    #: what a course loses with its objects, as the guard says it; "" where nobody counts that
    lost_by_course: ClassVar[str] = ""
    #: fields to adopt by that are nobody's own: several objects may rightly have the same value
    shared: ClassVar[frozenset[str]] = frozenset()

    @abstractmethod
    def desired(self, source: Source) -> Iterator[Desired]:
        """Every object of the kind that the records want, parents before children."""

    def desired_in(self, source: Source, courses: Collection[str]) -> Iterator[Desired]:
        """Those that the records want in some courses; of a kind that is not `by_course`, all."""
        return self.desired(source)

    def stamps(self, source: Source) -> Mapping[str, Stamps]:
        """For each course what tells whether `desired_in` it may be otherwise; of kinds `by_course`."""
        return {}

    def changed_keys(self, source: Source, since: Mapping[str, int]) -> Mapping[str, frozenset[str]]:
        """The keys, by course, that may be wanted otherwise than before the import batch named for the course."""
        return {}

    def desired_of(self, source: Source, keys: Mapping[str, Collection[str]]) -> Iterator[Desired]:
        """Those of `keys`, given by course, that the records want; for courses that have a basis."""
        return iter(())

    def subjects(self, key: str) -> Iterable[tuple[str, str]]:
        """The (entity, sourced_id) pairs a key is about: quarantined ones hold the object as it is."""
        return ((self.entity, key),)

    def may_delete(self, observed: Observed) -> bool:
        """Whether an object that is no longer desired may be deleted outright."""
        return False

    def delete_after_days(self, rules: Rules) -> int | None:
        """So many days after it was removed an object is deleted; None for never."""
        return None

    def abandoned(self, source: Source, key: str) -> bool:
        """Whether an object that is no longer desired stays as it is, since what it was in has been given up."""
        return False

    def choose(self, desired: Desired, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
        """Which of several objects that match by a `shared` field are meant."""
        return candidates

    def outlook(self, operations: Sequence[Operation]) -> Callable[[Observed], Observed]:
        """What an object that is no longer desired turns into once `operations` are done."""
        return lambda observed: observed

    def course_key(self, key: str) -> str:
        """The course an object belongs to, "" for none."""
        return ""

    def enforced(self, rules: Rules) -> tuple[str, ...]:
        """Fields the records own, under the department's rules, sorted."""
        if not rules.policies:
            return self._enforced_by_default  # asked for each object; few departments have policies of their own
        return tuple(sorted(f for f in self.policies if self.policy(f, rules) is Policy.ENFORCE))

    @cached_property
    def _enforced_by_default(self) -> tuple[str, ...]:
        return tuple(sorted(f for f, policy in self.policies.items() if policy is Policy.ENFORCE))

    def watched(self, rules: Rules) -> tuple[str, ...]:
        """Fields a decision may depend on, sorted: those the records own, and those that tell it was removed."""
        return tuple(sorted({*self.enforced(rules), *(self.removed or ())}))

    def policy(self, field: str, rules: Rules) -> Policy:
        """Who owns a field, under the department's rules."""
        return rules.policies.get(f"{self.name}.{field}", self.policies[field])

    def looks_removed(self, fields: Fields) -> bool:
        """Whether these fields are those of a removed object."""
        return self.removed is not None and self.removed.items() <= fields.items()


def in_force(begin: date | None, end: date | None, today: date) -> bool:
    """Whether a period, open at either side, covers today."""
    return (begin is None or begin <= today) and (end is None or today <= end)


def grouped(items: Iterable[T], attribute: str) -> dict[str, tuple[T, ...]]:
    """Items by the value of one attribute, in their order."""
    groups: dict[str, list[T]] = {}
    for item in items:
        groups.setdefault(getattr(item, attribute), []).append(item)
    return {key: tuple(group) for key, group in groups.items()}
