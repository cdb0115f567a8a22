"""The three states of every kind, gathered: desired (records), observed (Moodle), applied (our journal).

Input: the records' snapshot, the bridge, our database. Output: what `plan.build_plan` and `guard.check` decide on.
Reads only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from dlt_sync.guard import Numbers
from dlt_sync.journal import runs
from dlt_sync.journal.entries import applied_objects
from dlt_sync.kinds import KINDS
from dlt_sync.kinds.academy import Academy
from dlt_sync.kinds.kind import Kind, Source
from dlt_sync.kinds.rules import Rules
from dlt_sync.model import Desired, Observed
from dlt_sync.moodle.contract import Bridge
from dlt_sync.observe import find_candidates, observe
from dlt_sync.plan import KindState

LEFT_ALONE = "a row about it was set aside at the import; it stays as it is until the row is mended"


@dataclass(frozen=True)
class States:
    """All kinds in dependency order, and what they were gathered from."""

    source: Source
    kinds: tuple[KindState, ...]

    def of(self, kind: str) -> KindState:
        """The states of one kind."""
        return next(state for state in self.kinds if state.kind.name == kind)


def gather(session: Session, bridge: Bridge, source: Source, now: datetime) -> States:
    """Gather the states of all kinds. Raises MoodleError."""
    overridden = runs.overridden(session, now)
    states: list[KindState] = []
    courses: Mapping[str, Observed] = {}
    for kind in KINDS:
        state = _gather_kind(session, bridge, source, kind, overridden.get(kind.name, {}), courses)
        states.append(state)
        if kind.name == "course":
            courses = state.observed
    return States(source, tuple(states))


def numbers(session: Session, states: States, since: datetime) -> Numbers:
    """What the guard measures a plan against; removals are counted from `since` on."""
    present = {
        state.kind.name: [
            o.key for o in state.observed.values() if o.fields is not None and not state.kind.looks_removed(o.fields)
        ]
        for state in states.kinds
    }
    enrolment = states.of("enrolment").kind
    before, now = runs.source_counts(session), count_sources(states.source.academy)
    return Numbers(
        managed={kind: len(keys) for kind, keys in present.items()},
        desired={state.kind.name: len(state.desired) for state in states.kinds},
        enrolled=Counter(enrolment.course_key(key) for key in present["enrolment"]),
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
        "enrolment": sum(len(rows) for rows in academy.enrolments.values()),
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
    courses: Mapping[str, Observed],
) -> KindState:
    desired = {wanted.key: wanted for wanted in kind.desired(source)}
    applied = applied_objects(session, kind.name)
    observed = observe(bridge, kind, source.rules, applied, desired)
    deleted = [key for key, there in observed.items() if there.fields is None]
    return KindState(
        kind=kind,
        desired=desired,
        observed=observed,
        applied=applied,
        candidates=find_candidates(bridge, kind, desired, observed, courses),
        left_alone=_left_alone(source, kind, desired, observed),
        overridden=overridden,
        deleted_by=runs.deletions(session, kind.name, deleted),
        removals_blocked=_removals_blocked(source, kind),
    )


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
