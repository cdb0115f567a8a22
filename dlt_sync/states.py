"""The three states of every kind, gathered: desired (records), observed (Moodle), applied (our journal).

Input: the records' snapshot, the bridge, our database. Output: what `plan.build_plan` and `guard.check` decide on.
Reads only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from dlt_sync import __version__
from dlt_sync.decide import KindState
from dlt_sync.guard import Numbers
from dlt_sync.journal import runs
from dlt_sync.journal.entries import applied_courses, applied_labels, applied_objects
from dlt_sync.journal.marks import Marked, keep_marked, marked_digests
from dlt_sync.journal.settled import WHOLE, Settled, settled_scopes
from dlt_sync.journal.settled import settle as note_settled
from dlt_sync.kinds import KINDS
from dlt_sync.kinds.academy import Academy
from dlt_sync.kinds.kind import Kind, Source
from dlt_sync.kinds.rules import Rules
from dlt_sync.model import Desired, Digest, Observed, Progress, canonical_json, text_hash
from dlt_sync.moodle.contract import Bridge, DigestsSince
from dlt_sync.moodle.digests import scope_of
from dlt_sync.observe import find_candidates, observe
from dlt_sync.plan import Plan

#: So many kinds are asked after at the same time; Moodle's other workers are left to people.
DIGESTS_AT_ONCE = 3

LEFT_ALONE = "stays as it is, since a row about it was set aside"


class Records:
    """What the records want, worked out as far as it is asked for.

    `stamp` is a text that stays the same as long as the records say the same; only if it changed are they loaded.
    """

    def __init__(self, rules: Rules, stamp: str, load: Callable[[], Source]) -> None:
        self.rules = rules
        self.stamp = text_hash(canonical_json([__version__, asdict(rules), stamp]))
        self._load = load
        self._desired: dict[str, dict[str, Desired]] = {}
        self._known: dict[str, set[str]] = {}

    @cached_property
    def source(self) -> Source:
        """The records themselves."""
        return self._load()

    @property
    def loaded(self) -> Source | None:
        """The records if they were needed."""
        return self.__dict__.get("source")

    def stamps(self, kind: Kind) -> dict[str, str]:
        """For each scope a text that stays the same as long as the same is wanted in it."""
        if not kind.by_course:
            return {WHOLE: self.stamp}
        basis = canonical_json([__version__, asdict(self.rules)])
        return {course: text_hash(basis + stamp) for course, stamp in kind.stamps(self.source).items()}

    def desired(self, kind: Kind, scopes: Collection[str]) -> dict[str, Desired]:
        """The objects of a kind that are wanted in some scopes, by key."""
        known = self._known.setdefault(kind.name, set())
        found = self._desired.setdefault(kind.name, {})
        if missing := set(scopes) - known:
            found.update((one.key, one) for one in kind.desired_in(self.source, missing))
            known |= missing
        return {key: one for key, one in found.items() if scope_of(kind.name, key) in scopes}


@dataclass(frozen=True)
class Scopes:
    """Of a kind, the scopes that were looked into and those that were passed over. See `journal.settled`.

    `stamps` and `live` are what the records and Moodle say of those looked into; in `differing` ones Moodle does not
    hold what we applied.
    """

    opened: frozenset[str]
    stamps: Mapping[str, str]
    live: Mapping[str, Digest]
    passed: Mapping[str, Settled]
    differing: frozenset[str] = frozenset()


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
    session: Session, bridge: Bridge, records: Records, now: datetime, progress: Progress | None = None
) -> States:
    """Gather the states of all kinds, telling `progress` (what, done, of all) before each. Raises MoodleError."""
    overridden = runs.overridden(session, now)
    states: list[KindState] = []
    looked_into: dict[str, Scopes] = {}
    there: Mapping[str, Observed] | None = None
    for done, (kind, live) in enumerate(zip(KINDS, _digests(session, bridge, records.rules, now), strict=True)):
        if progress is not None:
            progress(f"looking at {kind.words[1]}", done, len(KINDS))
        scopes = _scopes(session, records, kind, live)
        state, scopes = _gather_kind(session, bridge, records, kind, scopes, overridden.get(kind.name, {}), there)
        states.append(state)
        looked_into[kind.name] = scopes
        if kind.name == "course" and scopes.opened:
            there = state.observed
    return States(records, tuple(states), looked_into)


def settle(session: Session, states: States, plan: Plan) -> None:
    """Note the scopes that a plan found in order, so that the next one may pass them over."""
    for state in states.kinds:
        kind, scopes = state.kind, states.scopes[state.kind.name]
        present = Counter(scope_of(kind.name, key) for key in _present(state))
        wanted = Counter(scope_of(kind.name, key) for key in state.desired)
        good = scopes.opened - scopes.differing - _not_in_order(states, state, plan)
        in_order = {
            scope: Settled(
                scopes.stamps.get(scope, ""), scopes.live.get(scope, Digest()), present[scope], wanted[scope]
            )
            for scope in good
        }
        if kind.by_course and good == scopes.opened:
            in_order[WHOLE] = Settled(states.records.stamp, Digest(), 0, 0)
        note_settled(session, kind.name, {*scopes.opened, WHOLE} if kind.by_course else scopes.opened, in_order)


def _not_in_order(states: States, state: KindState, plan: Plan) -> set[str]:
    """The scopes with something to do or to say, with something missing, or with something that only waits."""
    kind = state.kind
    found = {o.key for o in plan.operations if o.kind == kind.name}
    found |= {finding.key for finding in plan.findings if finding.kind == kind.name}
    found |= {key for key in state.desired if not _is_there(state, key)}
    waits = kind.removed is None or (kind.by_course and states.records.rules.unenrol_after_days is not None)
    if waits:
        found |= state.observed.keys() - state.desired.keys()
    return {scope_of(kind.name, key) for key in found}


def numbers(session: Session, states: States, since: datetime) -> Numbers:
    """What the guard measures a plan against; removals are counted from `since` on."""
    managed = {state.kind.name: sum(1 for _ in _present(state)) for state in states.kinds}
    desired = {state.kind.name: len(state.desired) for state in states.kinds}
    for name, scopes in states.scopes.items():
        managed[name] += sum(settled.present for settled in scopes.passed.values())
        desired[name] += sum(settled.wanted for settled in scopes.passed.values())
    enrolments = states.of("enrolment")
    enrolled = Counter(enrolments.kind.course_key(key) for key in _present(enrolments))
    enrolled.update({course: settled.present for course, settled in states.scopes["enrolment"].passed.items()})
    before, source = runs.source_counts(session), states.records.loaded
    now = count_sources(source.academy) if source else {}
    return Numbers(
        managed=managed,
        desired=desired,
        enrolled=enrolled,
        removed_this_week=runs.removed_since(session, since),
        sources={entity: (before.get(entity, 0), count) for entity, count in now.items()},
        courses=_course_labels(session, states),
    )


def _course_labels(session: Session, states: States) -> dict[str, str]:
    """What to call the courses that a plan may be about."""
    if states.scopes["course"].opened:
        return {key: wanted.label for key, wanted in states.of("course").desired.items()}
    return {} if not states.scopes["enrolment"].opened else applied_labels(session, "course")


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
    target = {**observed.fields, **(wanted.fields if wanted else state.kind.removed or {})}
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
    """One kind's states; `there` are the courses in Moodle, None where all that are wanted are there."""
    if not scopes.opened:
        return KindState(kind, {}, {}, {}), scopes
    desired = records.desired(kind, scopes.opened)
    applied = applied_objects(session, kind.name, scopes.opened if kind.by_course else None)
    observation = observe(bridge, kind, records.rules, applied, desired, scopes.live)
    observed = observation.objects
    deleted = [key for key, seen in observed.items() if seen.fields is None]
    state = KindState(
        kind=kind,
        desired=desired,
        observed=observed,
        applied=applied,
        candidates=find_candidates(bridge, kind, desired, observed, there),
        left_alone=_left_alone(records.source, kind, desired, observed),
        overridden=overridden,
        deleted_by=runs.deletions(session, kind.name, deleted),
        removals_blocked=_removals_blocked(records.source, kind),
    )
    return state, replace(scopes, differing=observation.differing)


def _digests(session: Session, bridge: Bridge, rules: Rules, now: datetime) -> list[Mapping[str, Digest]]:
    """The digests of all kinds, asked for at once: on an unchanged site there is nothing else to wait for.

    Moodle does not hash again where its mark is the one that a digest we know had.
    """
    known = [marked_digests(session, kind.name, now) for kind in KINDS]

    def ask(kind: Kind, known: Mapping[str, Marked]) -> DigestsSince:
        marks = {scope: mark for scope, (mark, _) in known.items()}
        return bridge.digests_since(kind.name, kind.watched(rules), marks)

    with ThreadPoolExecutor(DIGESTS_AT_ONCE) as pool:
        answers = list(pool.map(ask, KINDS, known))
    digests: list[Mapping[str, Digest]] = []
    for kind, before, answer in zip(KINDS, known, answers, strict=True):
        new = {s: (answer.marks[s], digest) for s, digest in answer.digests.items() if s in answer.marks}
        keep_marked(session, kind.name, new, now)
        same = {s: before[s][1] for s, mark in answer.marks.items() if s in before and before[s][0] == mark}
        digests.append({**same, **answer.digests})
    return digests


def _scopes(session: Session, records: Records, kind: Kind, live: Mapping[str, Digest]) -> Scopes:
    """Which scopes of a kind may be passed over: nothing changed there since all was in order."""
    settled = settled_scopes(session, kind.name)
    if kind.by_course:
        all_settled = settled.pop(WHOLE, None)
        if all_settled and all_settled.stamp == records.stamp:
            # The records say what they said when all courses were in order: only Moodle may differ.
            passed = {course: s for course, s in settled.items() if s.digest == live.get(course, Digest())}
            opened = (live.keys() | settled.keys()) - passed.keys()
            stamps = records.stamps(kind) if opened else {}
            return _only(opened, stamps, live, passed)
    stamps = records.stamps(kind)
    passed = {
        scope: s
        for scope, s in settled.items()
        if (s.stamp, s.digest) == (stamps.get(scope, ""), live.get(scope, Digest()))
    }
    known = applied_courses(session, kind.name) if kind.by_course else set()
    return _only((known | stamps.keys() | live.keys() | settled.keys()) - passed.keys(), stamps, live, passed)


def _only(
    opened: Set[str], stamps: Mapping[str, str], live: Mapping[str, Digest], passed: Mapping[str, Settled]
) -> Scopes:
    return Scopes(
        opened=frozenset(opened),
        stamps={scope: stamp for scope, stamp in stamps.items() if scope in opened},
        live={scope: digest for scope, digest in live.items() if scope in opened},
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
