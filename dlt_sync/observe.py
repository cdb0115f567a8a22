"""Observed: what is in Moodle of ours, read as little as possible.

One digest call per kind tells whether anything differs from what we applied last; only a kind (for enrolments, a
course) whose digest differs is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dlt_sync.kinds.kind import Kind
from dlt_sync.kinds.rules import Rules
from dlt_sync.model import Applied, Candidate, Desired, Digest, Observed
from dlt_sync.moodle.contract import Bridge, Match
from dlt_sync.moodle.digests import digest_of, scope_of


@dataclass(frozen=True)
class Observation:
    """Every object of a kind that is ours, by key, and the scopes in which some are not as we applied them."""

    objects: dict[str, Observed]
    differing: frozenset[str]


def observe(
    bridge: Bridge,
    kind: Kind,
    rules: Rules,
    applied: Mapping[str, Applied],
    desired: Mapping[str, Desired],
    live: Mapping[str, Digest],
) -> Observation:
    """What is in Moodle of the scopes that `applied` and the digests `live` are about.

    Where the digests agree the applied state stands for the observed one; other fields that the teacher owns are
    then as we knew them, which no decision depends on.
    """
    known = digest_of(kind.name, ((a.key, a.fields) for a in applied.values()), kind.watched(rules))
    differing = {scope for scope in known.keys() | live.keys() if known.get(scope) != live.get(scope)}
    observed = {
        a.key: Observed(a.kind, a.key, a.moodle_id, a.fields)
        for a in applied.values()
        if scope_of(kind.name, a.key) not in differing
    }
    observed.update((o.key, o) for o in _read(bridge, kind, differing))
    stale = [key for key in observed if key not in desired] if kind.removed is None else []
    if stale:
        # Whether they may be deleted depends on facts that only a read tells.
        observed.update((o.key, o) for o in bridge.read(kind.name, keys=stale))
    return Observation(observed, frozenset(differing))


def find_candidates(
    bridge: Bridge,
    kind: Kind,
    desired: Mapping[str, Desired],
    observed: Mapping[str, Observed],
    courses: Mapping[str, Observed] | None,
) -> Mapping[str, tuple[Candidate, ...]]:
    """Existing Moodle objects that a desired one may be, for those that are not there as ours.

    `courses` are those in Moodle, None where all that are wanted are there.
    """
    matches = [
        Match(key, wanted.match, kind.course_key(key) or None)
        for key, wanted in desired.items()
        if wanted.match and not _is_there(observed, key) and _in_a_course_that_is(kind, key, courses)
    ]
    found = bridge.find(kind.name, matches) if matches else {}
    return _each_for_one(kind, desired, found) if kind.shared else found


def _each_for_one(
    kind: Kind, desired: Mapping[str, Desired], found: Mapping[str, tuple[Candidate, ...]]
) -> Mapping[str, tuple[Candidate, ...]]:
    """Of what matches by a field that several may share: what is nobody's yet, each for one object only."""
    own = {key: some for key, some in found.items() if not any(one.matched_by in kind.shared for one in some)}
    taken = {one.moodle_id for some in own.values() for one in some}
    chosen = dict(own)
    for key in sorted(found.keys() - own.keys()):
        free = [one for one in found[key] if one.owner is None and one.moodle_id not in taken]
        chosen[key] = tuple(kind.choose(desired[key], free))
        if len(chosen[key]) == 1:
            taken.add(chosen[key][0].moodle_id)
    return chosen


def _read(bridge: Bridge, kind: Kind, differing: set[str]) -> Iterator[Observed]:
    if not differing:
        return
    if differing == {""}:
        yield from bridge.read(kind.name)
    else:
        yield from bridge.read(kind.name, courses=sorted(differing))


def _is_there(observed: Mapping[str, Observed], key: str) -> bool:
    there = observed.get(key)
    return there is not None and there.fields is not None


def _in_a_course_that_is(kind: Kind, key: str, courses: Mapping[str, Observed] | None) -> bool:
    course = kind.course_key(key)
    return not course or courses is None or _is_there(courses, course)
