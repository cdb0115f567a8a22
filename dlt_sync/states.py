"""The three states of every kind, gathered: desired (records), observed (Moodle), applied (our journal).

Input: the records' snapshot, the bridge, our database. Output: what `plan.build_plan` and `guard.check` decide on.
Reads only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dlt_sync.changed import Records, Scopes, scopes_to_look_into
from dlt_sync.decide import KindState, decide
from dlt_sync.guard import Numbers
from dlt_sync.journal import runs
from dlt_sync.journal.entries import applied_labels, applied_named, applied_objects
from dlt_sync.journal.settled import WHOLE, Settled
from dlt_sync.journal.settled import settle as note_settled
from dlt_sync.kinds import KINDS
from dlt_sync.kinds.academy import Academy
from dlt_sync.kinds.kind import Kind, Source, Stamps
from dlt_sync.kinds.rules import Rules
from dlt_sync.model import Applied, Candidate, Desired, Digest, Observed, Progress
from dlt_sync.moodle.contract import Bridge
from dlt_sync.moodle.digests import scope_of
from dlt_sync.observe import find_candidates, observe
from dlt_sync.plan import Plan

#: Of kinds that are decided course by course, so many courses are held at a time.
COURSES_AT_ONCE = 50

T = TypeVar("T")

LEFT_ALONE = "stays as it is, since a row about it was set aside"


@dataclass(frozen=True)
class States:
    """All kinds in dependency order, what they were gathered from, and which scopes of each were looked into."""

    records: Records
    kinds: tuple[KindState, ...]
    scopes: Mapping[str, Scopes]

    def of(self, kind: str) -> KindState:
        """The states of one kind."""
        return next(state for state in self.kinds if state.kind.name == kind)


def gather(
    session: Session,
    bridge: Bridge,
    records: Records,
    live: Sequence[Mapping[str, Digest]],
    now: datetime,
    progress: Progress | None = None,
) -> States:
    """Gather the states of all kinds, telling `progress` (what, done, of all) before each. Raises MoodleError.

    `live` are Moodle's digests, kind by kind (`changed.live_digests`).
    """
    overridden = runs.overridden(session, now)
    states: list[KindState] = []
    looked_into: dict[str, Scopes] = {}
    there: Mapping[str, Observed] | None = None
    for done, (kind, digests) in enumerate(zip(KINDS, live, strict=True)):
        if progress is not None:
            progress(f"looking at {kind.words[1]}", done, len(KINDS))
        own = overridden.get(kind.name, {})
        scopes = scopes_to_look_into(session, records, kind, digests, own)
        state, scopes = _gather_kind(session, bridge, records, kind, scopes, own, there)
        states.append(state)
        looked_into[kind.name] = scopes
        if kind.name == "course" and scopes.opened:
            there = state.observed
    return States(records, tuple(states), looked_into)


def settle(session: Session, states: States, plan: Plan, run: int) -> None:
    """Note the scopes that a plan of that run found in order, so that the next one may pass them over.

    Of a narrowed scope that is not in order it stays known what is to be looked at.
    """
    for state in states.kinds:
        kind, scopes = state.kind, states.scopes[state.kind.name]
        present, wanted = counted(state, scopes)
        good = scopes.opened - scopes.differing - _not_in_order(states, state, plan)
        in_order = {
            scope: settled_as(states, kind, scope, scopes.live.get(scope, Digest()), present[scope], wanted[scope], run)
            for scope in good
        }
        noted = good | scopes.whole
        if kind.by_course:
            noted |= {WHOLE}
            if good == scopes.opened:
                in_order[WHOLE] = Settled(states.records.stamp, Digest(), 0, 0)
        note_settled(session, kind.name, noted, in_order)


def settled_as(states: States, kind: Kind, scope: str, digest: Digest, present: int, wanted: int, run: int) -> Settled:
    """The note that all is in order in a scope that was looked into in that run."""
    stamps = states.scopes[kind.name].stamps.get(scope, Stamps())
    return Settled(
        stamps.wanted,
        digest,
        present,
        wanted,
        stamps.basis,
        kind.watched(states.records.rules),
        states.records.batch,
        run + 1,  # what this run writes from now on takes it back: `journal.settled.shift`
    )


def counted(state: KindState, scopes: Scopes) -> tuple[Counter[str], Counter[str]]:
    """By scope that was looked into, the objects that are present and those that are wanted.

    Of a narrowed scope: as it was known, but for what was looked at. There, what is wanted now and was there before
    counts as wanted before.
    """
    kind = state.kind
    present = Counter(scope_of(kind.name, key) for key in _present(state))
    wanted = Counter(scope_of(kind.name, key) for key in state.desired)
    present.update(scopes.quiet_present)
    wanted.update(scopes.quiet)
    for scope, keys in scopes.narrowed.items():
        there = [key for key in keys if key in state.applied]
        before = sum(key in state.desired or not kind.looks_removed(state.applied[key].fields) for key in there)
        present[scope] = scopes.known[scope].present
        wanted[scope] += scopes.known[scope].wanted - before
    return present, wanted


def _not_in_order(states: States, state: KindState, plan: Plan) -> set[str]:
    """The scopes with something to do or to say, with something missing, or with something that only waits."""
    kind = state.kind
    found = {o.key for o in plan.operations if o.kind == kind.name}
    found |= {finding.key for finding in plan.findings if finding.kind == kind.name}
    found |= {key for key in state.desired if not _is_there(state, key)}
    found |= waiting(states, state)
    return {scope_of(kind.name, key) for key in found}


def waiting(states: States, state: KindState) -> Set[str]:
    """What is no longer wanted and may have a step of its removal before it although there is nothing to do now."""
    if state.kind.removed is None or state.kind.delete_after_days(states.records.rules) is not None:
        return state.observed.keys() - state.desired.keys() - state.abandoned
    return frozenset()


def numbers(session: Session, states: States, since: datetime) -> Numbers:
    """What the guard measures a plan against; removals are counted from `since` on."""
    managed: dict[str, int] = {}
    desired: dict[str, int] = {}
    in_courses: dict[str, Mapping[str, int]] = {}
    for state in states.kinds:
        scopes = states.scopes[state.kind.name]
        present, wanted = counted(state, scopes)
        present.update({scope: settled.present for scope, settled in scopes.passed.items()})
        wanted.update({scope: settled.wanted for scope, settled in scopes.passed.items()})
        managed[state.kind.name], desired[state.kind.name] = present.total(), wanted.total()
        if state.kind.lost_by_course:
            in_courses[state.kind.name] = present
    before, source = runs.source_counts(session), states.records.loaded
    now = count_sources(source.academy) if source else {}
    return Numbers(
        managed=managed,
        desired=desired,
        in_courses=in_courses,
        removed_this_week=runs.removed_since(session, since),
        sources={entity: (before.get(entity, 0), count) for entity, count in now.items()},
        courses=_course_labels(session, states),
    )


def _course_labels(session: Session, states: States) -> dict[str, str]:
    """What to call the courses that a plan may be about."""
    if states.scopes["course"].opened:
        return {key: wanted.label for key, wanted in states.of("course").desired.items()}
    opened = any(states.scopes[kind.name].opened for kind in KINDS if kind.by_course)
    return applied_labels(session, "course") if opened else {}


def count_sources(academy: Academy) -> dict[str, int]:
    """Rows in force by record entity."""
    return {
        "org": len(academy.orgs),
        "person": len(academy.people),
        "study_cohort": len(academy.cohorts),
        "cohort_member": len(academy.members),
        "offering": len(academy.offerings),
        "enrolment": academy.enrolments.count(),
        "topic": len(academy.library.topics),
        "video_asset": len(academy.library.videos),
        "video_placement": len(academy.library.placements),
    }


def unsettled(states: States) -> tuple[list[tuple[Observed, str, str]], list[tuple[str, str]]]:
    """Where the applied state lags behind what is in Moodle although nothing is to be done.

    Objects (with label and unit) that hold what we want without our having noted it, and (kind, key) pairs that
    are neither wanted nor there any more. Only where Moodle does not hold what we applied can there be any.
    """
    seen: list[tuple[Observed, str, str]] = []
    gone: list[tuple[str, str]] = []
    for state in states.kinds:
        differing = states.scopes[state.kind.name].differing
        if not differing:
            continue
        for key, observed in state.observed.items():
            if scope_of(state.kind.name, key) in differing and _lags(state, key, observed, states.records.rules):
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
    removed = {} if key in state.abandoned else state.kind.removed or {}
    target = {**observed.fields, **(wanted.fields if wanted else removed)}
    return bool(differing) and all(n not in enforced or observed.fields.get(n) == target.get(n) for n in differing)


def _gather_kind(
    session: Session,
    bridge: Bridge,
    records: Records,
    kind: Kind,
    scopes: Scopes,
    overridden: Mapping[str, frozenset[str]],
    there: Mapping[str, Observed] | None,
) -> tuple[KindState, Scopes]:
    """One kind's states; `there` are the courses in Moodle, None where all that are wanted are there.

    What is decided course by course is looked at some courses at a time, and of it is kept only what is out of order:
    a site is never held in memory.
    """
    blank = KindState(kind, {}, {}, {}, overridden=overridden)
    if not scopes.opened:
        return blank, scopes
    blank = replace(blank, removals_blocked=_removals_blocked(records.source, kind))
    parts: list[KindState] = []
    differing: set[str] = set()
    quiet: Counter[str] = Counter()
    quiet_present: Counter[str] = Counter()
    zone = ZoneInfo(records.rules.timezone)
    for some in _portions(kind, scopes.whole):
        applied = applied_objects(session, kind.name, zone, some if kind.by_course else None)
        desired = records.desired(kind, some)
        live = {scope: digest for scope, digest in scopes.live.items() if scope in some}
        observation = observe(bridge, kind, records.rules, applied, desired, live)
        state = _completed(session, bridge, records, blank, desired, observation.objects, applied, there)
        differing |= observation.differing
        if kind.by_course:
            in_order = set(_in_order(state, records, observation.differing))
            quiet.update(scope_of(kind.name, key) for key in in_order)
            quiet_present.update(scope_of(kind.name, key) for key in _present(state) if key in in_order)
            state = _without(state, in_order)
        parts.append(state)
    if scopes.narrowed:
        names = {key for keys in scopes.narrowed.values() for key in keys}
        applied = applied_named(session, kind.name, zone, names)
        desired = {wanted.key: wanted for wanted in kind.desired_of(records.source, scopes.narrowed)}
        observed = {key: Observed(one.kind, key, one.moodle_id, one.fields) for key, one in applied.items()}
        parts.append(_completed(session, bridge, records, blank, desired, observed, applied, there))
    looked = replace(scopes, differing=frozenset(differing), quiet=quiet, quiet_present=quiet_present)
    return _together(blank, parts), looked


def _portions(kind: Kind, scopes: Collection[str]) -> Iterator[frozenset[str]]:
    keys = sorted(scopes)
    size = COURSES_AT_ONCE if kind.by_course else 1
    return (frozenset(keys[start : start + size]) for start in range(0, len(keys), size))


def _completed(
    session: Session,
    bridge: Bridge,
    records: Records,
    blank: KindState,
    desired: Mapping[str, Desired],
    observed: Mapping[str, Observed],
    applied: Mapping[str, Applied],
    there: Mapping[str, Observed] | None,
) -> KindState:
    """The three states with all that bears on them."""
    kind = blank.kind
    deleted = [key for key, seen in observed.items() if seen.fields is None]
    return replace(
        blank,
        desired=desired,
        observed=observed,
        applied=applied,
        candidates=find_candidates(bridge, kind, desired, observed, there),
        left_alone=_left_alone(records.source, kind, desired, observed),
        deleted_by=runs.deletions(session, kind.name, deleted),
        abandoned=frozenset(key for key in observed.keys() - desired.keys() if kind.abandoned(records.source, key)),
    )


def _in_order(state: KindState, records: Records, differing: Set[str]) -> Iterator[str]:
    """The objects that are wanted and there, with nothing to do, to say or to note."""
    today = records.source.today
    for key, desired in state.desired.items():
        seen = state.observed.get(key)
        if seen is None or seen.fields is None:
            continue
        if scope_of(state.kind.name, key) in differing and _lags(state, key, seen, records.rules):
            continue
        if next(decide(state, key, desired, records.rules, today), None) is None:
            yield key


def _without(state: KindState, keys: Collection[str]) -> KindState:
    def rest(mapping: Mapping[str, T]) -> dict[str, T]:
        return {key: value for key, value in mapping.items() if key not in keys}

    return replace(state, desired=rest(state.desired), observed=rest(state.observed), applied=rest(state.applied))


def _together(blank: KindState, parts: Iterable[KindState]) -> KindState:
    desired: dict[str, Desired] = {}
    observed: dict[str, Observed] = {}
    applied: dict[str, Applied] = {}
    candidates: dict[str, tuple[Candidate, ...]] = {}
    left_alone: dict[str, str] = {}
    deleted_by: dict[str, str] = {}
    abandoned: frozenset[str] = frozenset()
    for part in parts:
        desired |= part.desired
        observed |= part.observed
        applied |= part.applied
        candidates |= part.candidates
        left_alone |= part.left_alone
        deleted_by |= part.deleted_by
        abandoned |= part.abandoned
    return replace(
        blank,
        desired=desired,
        observed=observed,
        applied=applied,
        candidates=candidates,
        left_alone=left_alone,
        deleted_by=deleted_by,
        abandoned=abandoned,
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
    unreadable = [entity for entity in (kind.entity, *kind.also_from) if entity in source.academy.unreadable]
    if not unreadable:
        return ""
    return f"a row of {unreadable[0]} could not even be identified, so no {kind.words[0]} is removed until it is mended"
