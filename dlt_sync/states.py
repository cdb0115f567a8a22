"""The three states of every kind, gathered: desired (records), observed (Moodle), applied (our journal).

Input: the records' snapshot, the bridge, our database. Output: what `plan.build_plan` and `guard.check` decide on.
Reads only.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from dlt_sync import __version__
from dlt_sync.guard import Numbers
from dlt_sync.journal import runs
from dlt_sync.journal.entries import applied_courses, applied_objects
from dlt_sync.journal.settled import Settled, settle_courses, settled_courses
from dlt_sync.kinds import KINDS
from dlt_sync.kinds.academy import Academy
from dlt_sync.kinds.kind import Kind, Source
from dlt_sync.kinds.rules import Rules
from dlt_sync.model import Desired, Digest, Observed, canonical_json
from dlt_sync.moodle.contract import Bridge
from dlt_sync.observe import find_candidates, observe
from dlt_sync.plan import KindState, Plan

LEFT_ALONE = "stays as it is, since a row about it was set aside"


@dataclass(frozen=True)
class Courses:
    """A kind that is decided course by course: which courses were looked into, and which were passed over.

    `stamps` and `live` are what the records and Moodle say of the courses looked into; in those of `agreeing` Moodle
    holds what we applied.
    """

    stamps: Mapping[str, str]
    live: Mapping[str, Digest]
    passed: Mapping[str, Settled]
    agreeing: frozenset[str] = frozenset()


@dataclass(frozen=True)
class States:
    """All kinds in dependency order, and what they were gathered from; `courses` by kind, see `Courses`."""

    source: Source
    kinds: tuple[KindState, ...]
    courses: Mapping[str, Courses]

    def of(self, kind: str) -> KindState:
        """The states of one kind."""
        return next(state for state in self.kinds if state.kind.name == kind)


def gather(session: Session, bridge: Bridge, source: Source, now: datetime) -> States:
    """Gather the states of all kinds. Raises MoodleError."""
    overridden = runs.overridden(session, now)
    states: list[KindState] = []
    by_course: dict[str, Courses] = {}
    there: Mapping[str, Observed] = {}
    for kind in KINDS:
        state, courses = _gather_kind(session, bridge, source, kind, overridden.get(kind.name, {}), there)
        states.append(state)
        if courses is not None:
            by_course[kind.name] = courses
        if kind.name == "course":
            there = state.observed
    return States(source, tuple(states), by_course)


def settle(session: Session, states: States, plan: Plan) -> None:
    """Note the courses that a plan found in order, so that the next one may pass them over.

    In order means: nothing to do, nothing to say, all that is wanted there, and Moodle holding what we applied.
    """
    for name, courses in states.courses.items():
        state = states.of(name)
        course_of = state.kind.course_key
        about = {course_of(o.key) for o in plan.operations if o.kind == name}
        about |= {course_of(finding.key) for finding in plan.findings if finding.kind == name}
        missing = {course_of(key) for key in state.desired if not _is_there(state, key)}
        leftover = {course_of(key) for key in state.observed if key not in state.desired}
        waiting = leftover if states.source.rules.unenrol_after_days is not None else set()
        present = Counter(course_of(key) for key in _present(state))
        wanted = Counter(map(course_of, state.desired))
        in_order = courses.agreeing - about - missing - waiting
        found = {
            course: Settled(courses.stamps.get(course, ""), courses.live[course], present[course], wanted[course])
            for course in in_order
            if course in courses.live
        }
        settle_courses(session, name, found)


def numbers(session: Session, states: States, since: datetime) -> Numbers:
    """What the guard measures a plan against; removals are counted from `since` on."""
    managed = {state.kind.name: sum(1 for _ in _present(state)) for state in states.kinds}
    desired = {state.kind.name: len(state.desired) for state in states.kinds}
    enrolments = states.of("enrolment")
    enrolled = Counter(enrolments.kind.course_key(key) for key in _present(enrolments))
    for name, courses in states.courses.items():
        managed[name] += sum(settled.present for settled in courses.passed.values())
        desired[name] += sum(settled.wanted for settled in courses.passed.values())
        if name == "enrolment":
            enrolled.update({course: settled.present for course, settled in courses.passed.items()})
    before, now = runs.source_counts(session), count_sources(states.source.academy)
    return Numbers(
        managed=managed,
        desired=desired,
        enrolled=enrolled,
        removed_this_week=runs.removed_since(session, since),
        sources={entity: (before.get(entity, 0), count) for entity, count in now.items()},
        courses={key: wanted.label for key, wanted in states.of("course").desired.items()},
    )


def count_sources(academy: Academy) -> dict[str, int]:
    """Rows in force by record entity."""
    return {
        "org": len(academy.orgs),
        "person": len(academy.people),
        "study_cohort": len(academy.cohorts),
        "cohort_member": len(academy.members),
        "offering": len(academy.offerings),
        "enrolment": academy.enrolments.count(),
    }


def unsettled(states: States) -> tuple[list[tuple[Observed, str, str]], list[tuple[str, str]]]:
    """Where the applied state lags behind what is in Moodle although nothing is to be done.

    Objects (with label and unit) that hold what we want without our having noted it, and (kind, key) pairs that
    are neither wanted nor there any more.
    """
    seen: list[tuple[Observed, str, str]] = []
    gone: list[tuple[str, str]] = []
    for state in states.kinds:
        for key, observed in state.observed.items():
            if _lags(state, key, observed, states.source.rules):
                wanted = state.desired.get(key)
                known = state.applied.get(key)
                label = wanted.label if wanted else known.label if known else key
                seen.append((observed, label, wanted.unit if wanted else known.unit if known else ""))
        there = {key for key, observed in state.observed.items() if observed.fields is not None}
        gone += [(state.kind.name, key) for key in state.applied.keys() - there - state.desired.keys()]
    return seen, gone


def _lags(state: KindState, key: str, observed: Observed, rules: Rules) -> bool:
    """Whether we know less than there is: an object unknown to us, or fields that differ and are to stay so."""
    if observed.fields is None:
        return False
    applied = state.applied.get(key)
    if applied is None:
        return True
    differing = [n for n in state.kind.watched(rules) if applied.fields.get(n) != observed.fields.get(n)]
    enforced = state.kind.enforced(rules)
    wanted = state.desired.get(key)
    target = {**observed.fields, **(wanted.fields if wanted else state.kind.removed or {})}
    return bool(differing) and all(n not in enforced or observed.fields.get(n) == target.get(n) for n in differing)


def _gather_kind(
    session: Session,
    bridge: Bridge,
    source: Source,
    kind: Kind,
    overridden: Mapping[str, frozenset[str]],
    there: Mapping[str, Observed],
) -> tuple[KindState, Courses | None]:
    """One kind's states; `there` are the courses in Moodle."""
    live: Mapping[str, Digest] = bridge.digests(kind.name, kind.watched(source.rules))
    courses = _courses(session, source, kind, live)
    if courses is None:
        desired = {wanted.key: wanted for wanted in kind.desired(source)}
        applied = applied_objects(session, kind.name)
    else:
        live = courses.live
        opened = (applied_courses(session, kind.name) | courses.stamps.keys() | live.keys()) - courses.passed.keys()
        desired = {wanted.key: wanted for wanted in kind.desired_in(source, opened)}
        applied = applied_objects(session, kind.name, opened)
    observation = observe(bridge, kind, source.rules, applied, desired, live)
    observed = observation.objects
    deleted = [key for key, there in observed.items() if there.fields is None]
    state = KindState(
        kind=kind,
        desired=desired,
        observed=observed,
        applied=applied,
        candidates=find_candidates(bridge, kind, desired, observed, there),
        left_alone=_left_alone(source, kind, desired, observed),
        overridden=overridden,
        deleted_by=runs.deletions(session, kind.name, deleted),
        removals_blocked=_removals_blocked(source, kind),
    )
    return state, courses and replace(courses, agreeing=observation.agreeing)


def _courses(session: Session, source: Source, kind: Kind, live: Mapping[str, Digest]) -> Courses | None:
    """Which courses of a kind may be passed over: nothing changed there since all was in order."""
    stamps = kind.stamps(source)
    if stamps is None:
        return None
    basis = canonical_json([__version__, asdict(source.rules)])
    stamped = {course: hashlib.sha256(f"{basis}{stamp}".encode()).hexdigest() for course, stamp in stamps.items()}
    passed = {
        course: settled
        for course, settled in settled_courses(session, kind.name).items()
        if (settled.stamp, settled.digest) == (stamped.get(course, ""), live.get(course, Digest()))
    }
    return Courses(
        stamps={course: stamp for course, stamp in stamped.items() if course not in passed},
        live={course: digest for course, digest in live.items() if course not in passed},
        passed=passed,
    )


def _present(state: KindState) -> Iterator[str]:
    """Keys of what is in Moodle and not removed."""
    return (o.key for o in state.observed.values() if o.fields is not None and not state.kind.looks_removed(o.fields))


def _is_there(state: KindState, key: str) -> bool:
    observed = state.observed.get(key)
    return observed is not None and observed.fields is not None


def _left_alone(
    source: Source, kind: Kind, desired: Mapping[str, Desired], observed: Mapping[str, Observed]
) -> dict[str, str]:
    if not source.unknown:
        return {}
    return {
        key: LEFT_ALONE
        for key in desired.keys() | observed.keys()
        if any(subject in source.unknown for subject in kind.subjects(key))
    }


def _removals_blocked(source: Source, kind: Kind) -> str:
    if kind.entity not in source.academy.unreadable:
        return ""
    return f"a row of {kind.entity} could not even be identified, so no {kind.words[0]} is removed until it is mended"
