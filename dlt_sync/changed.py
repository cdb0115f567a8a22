"""What may be out of order: the rest is passed over, neither loaded from the records nor read from Moodle.

Input: stamps of the records, digests of Moodle, and what stood where all was in order (`journal.settled`). Output: for
each kind the scopes to look into, some whole, some only at a few objects. Reads only, but for the digests it notes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from dlt_sync import __version__, log
from dlt_sync.journal.entries import applied_courses, applied_keys
from dlt_sync.journal.marks import Marked, keep_marked, marked_digests
from dlt_sync.journal.settled import WHOLE, Settled, settled_scopes, whole_stamps
from dlt_sync.kinds import KINDS
from dlt_sync.kinds.kind import Kind, Source, Stamps
from dlt_sync.kinds.rules import Rules
from dlt_sync.model import Desired, Digest, canonical_json, text_hash
from dlt_sync.moodle.contract import Bridge, DigestsSince
from dlt_sync.moodle.digests import scope_of
from dlt_sync.records.stamp import RecordsStamp

#: So many kinds are asked after at the same time; Moodle's other workers are left to people.
DIGESTS_AT_ONCE = 3
#: Those of which there is most are asked after first: nothing is waited for longer than for them.
ASKED_FIRST = ("enrolment", "user", "course")


class Records:
    """What the records want, worked out as far as it is asked for.

    Only if `stamp` changed are they loaded, or only its calm part for kinds that depend on no more. `batch` is the
    latest import.
    """

    def __init__(self, rules: Rules, stamp: RecordsStamp, load: Callable[[], Source], *, batch: int = 0) -> None:
        self.rules = rules
        self.batch = batch
        self.stamp, self._calm_stamp = self._stamp(stamp.whole), self._stamp(stamp.calm)
        self._load = load
        self._desired: dict[str, dict[str, Desired]] = {}
        self._stamps: dict[str, Mapping[str, Stamps]] = {}

    @cached_property
    def source(self) -> Source:
        """The records themselves."""
        return self._load()

    @property
    def loaded(self) -> Source | None:
        """The records if they were needed."""
        return self.__dict__.get("source")

    def load_if_new(self, session: Session) -> None:
        """Load them now if they say something else than when all was in order: they will be needed."""
        stamps = whole_stamps(session)
        known = {kind.name: self.stamp if kind.by_course else self.stamps(kind)[WHOLE].wanted for kind in KINDS}
        if any(stamps.get(name) != stamp for name, stamp in known.items()):
            _ = self.source

    def stamps(self, kind: Kind) -> Mapping[str, Stamps]:
        """For each scope what tells whether something else is wanted in it."""
        if not kind.by_course:
            return {WHOLE: Stamps(self.stamp if kind.from_enrolments else self._calm_stamp)}
        if kind.name not in self._stamps:
            stamps = kind.stamps(self.source).items()
            self._stamps[kind.name] = {
                course: Stamps(self._stamp(wanted), basis and self._stamp(basis)) for course, (wanted, basis) in stamps
            }
        return self._stamps[kind.name]

    def _stamp(self, stamp: str) -> str:
        return text_hash(f"{self._basis} {stamp}")

    @cached_property
    def _basis(self) -> str:
        return text_hash(canonical_json([__version__, asdict(self.rules)]))

    def desired(self, kind: Kind, scopes: Collection[str]) -> dict[str, Desired]:
        """The objects of a kind that are wanted in some scopes, by key."""
        if kind.by_course:  # too many to keep
            return {one.key: one for one in kind.desired_in(self.source, scopes)}
        if kind.name not in self._desired:
            self._desired[kind.name] = {one.key: one for one in kind.desired(self.source)}
        return self._desired[kind.name]


@dataclass(frozen=True)
class Scopes:
    """Of a kind, the scopes that were looked into and those that were passed over. See `journal.settled`.

    `stamps` and `live` are what the records and Moodle say of those looked into; in `differing` ones Moodle
    does not hold what we applied. In `narrowed` ones it does, and only the objects named there can be out of order:
    nothing else of them is looked at. `known` is what was settled in those. `quiet` counts the objects that were looked
    at, found in order and let go, by scope, and `quiet_present` those of them that are not removed.
    """

    opened: frozenset[str]
    stamps: Mapping[str, Stamps]
    live: Mapping[str, Digest]
    passed: Mapping[str, Settled]
    differing: frozenset[str] = frozenset()
    narrowed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    known: Mapping[str, Settled] = field(default_factory=dict)
    quiet: Mapping[str, int] = field(default_factory=dict)
    quiet_present: Mapping[str, int] = field(default_factory=dict)

    @property
    def whole(self) -> frozenset[str]:
        """The scopes that were looked into whole."""
        return self.opened - self.narrowed.keys()


@contextmanager
def live_digests(
    sessions: Callable[[], AbstractContextManager[Session]], bridge: Bridge, rules: Rules, now: datetime
) -> Iterator[Callable[[], list[Mapping[str, Digest]]]]:
    """Ask for the digests of all kinds at once; what the block is given waits for them and returns them, kind by kind.

    What does not depend on them can be done meanwhile. Moodle does not hash again where its mark is the one that a
    digest we know had. What it hashed is noted in a session of its own, so that nobody who writes has to wait for it.
    """
    with sessions() as session:
        known = [marked_digests(session, kind.name, now) for kind in KINDS]

    def ask(kind: Kind, known: Mapping[str, Marked]) -> DigestsSince:
        marks = {scope: mark for scope, (mark, _) in known.items()}
        return bridge.digests_since(kind.name, kind.watched(rules), marks)

    def answers() -> list[Mapping[str, Digest]]:
        since = [asked[kind.name].result() for kind in KINDS]
        with sessions() as session:
            for kind, answer in zip(KINDS, since, strict=True):
                new = {s: (answer.marks[s], digest) for s, digest in answer.digests.items() if s in answer.marks}
                keep_marked(session, kind.name, new, now)
        return list(map(_live, known, since))

    pool = ThreadPoolExecutor(DIGESTS_AT_ONCE, initializer=log.belong_as_here())
    try:
        in_turn = sorted(zip(KINDS, known, strict=True), key=lambda pair: pair[0].name not in ASKED_FIRST)
        asked = {kind.name: pool.submit(ask, kind, marked) for kind, marked in in_turn}
        yield answers
    finally:
        pool.shutdown(cancel_futures=True)


def _live(known: Mapping[str, Marked], answer: DigestsSince) -> Mapping[str, Digest]:
    same = {scope: known[scope][1] for scope, mark in answer.marks.items() if known.get(scope, ("",))[0] == mark}
    return {**same, **answer.digests}


def scopes_to_look_into(
    session: Session,
    records: Records,
    kind: Kind,
    live: Mapping[str, Digest],
    overridden: Mapping[str, frozenset[str]],
) -> Scopes:
    """The scopes of a kind in which something may be out of order; `overridden` are fields by key that people keep."""
    settled = settled_scopes(session, kind.name)
    return _narrowed(session, records, kind, settled, _scopes(session, records, kind, settled, live), overridden)


def _scopes(
    session: Session, records: Records, kind: Kind, noted: Mapping[str, Settled], live: Mapping[str, Digest]
) -> Scopes:
    """Which scopes of a kind may be passed over: nothing changed there since all was in order."""
    settled = dict(noted)
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
        if (s.stamp, s.digest) == (stamps.get(scope, Stamps()).wanted, live.get(scope, Digest()))
    }
    known = applied_courses(session, kind.name) if kind.by_course else set()
    return _only((known | stamps.keys() | live.keys() | settled.keys()) - passed.keys(), stamps, live, passed)


def _narrowed(
    session: Session,
    records: Records,
    kind: Kind,
    settled: Mapping[str, Settled],
    scopes: Scopes,
    overridden: Mapping[str, frozenset[str]],
) -> Scopes:
    """Scopes where Moodle holds just what we applied: only what was wanted, written or overridden since can matter."""
    fields = kind.watched(records.rules)
    known = {
        scope: s
        for scope, s in settled.items()
        if scope in scopes.opened
        and (s.fields, s.digest) == (fields, scopes.live.get(scope, Digest()))
        and s.basis
        and s.basis == scopes.stamps.get(scope, Stamps()).basis
    }
    if not known:
        return scopes
    wanted = kind.changed_keys(records.source, {scope: s.batch for scope, s in known.items()})
    written = applied_keys(session, kind.name, {scope: s.run for scope, s in known.items()})
    left_alone: dict[str, set[str]] = {}
    for key in overridden:
        left_alone.setdefault(scope_of(kind.name, key), set()).add(key)
    narrowed = {
        scope: frozenset((*wanted.get(scope, ()), *written[scope], *left_alone.get(scope, ()))) for scope in known
    }
    return replace(scopes, narrowed=narrowed, known=known)


def _only(
    opened: Set[str], stamps: Mapping[str, Stamps], live: Mapping[str, Digest], passed: Mapping[str, Settled]
) -> Scopes:
    return Scopes(
        opened=frozenset(opened),
        stamps={scope: stamp for scope, stamp in stamps.items() if scope in opened},
        live={scope: digest for scope, digest in live.items() if scope in opened},
        passed=passed,
    )
