"""MemoryBridge: a Moodle without Moodle, for tests of what stands on the bridge.

It keeps the promises of docs/bridge.md and passes the same conformance suite as a real site. Faults can be
ordered: operations that fail, and answers that are lost before or after the work was done.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dlt_sync.errors import MoodleError, MoodleUnavailable
from dlt_sync.model import (
    KEY_SEPARATOR,
    Candidate,
    Digest,
    Fields,
    Observed,
    Operation,
    Outcome,
    Status,
    canonical_json,
    text_hash,
)
from dlt_sync.moodle.contract import PROTOCOL, WIRE, Batch, DigestsSince, Info, Match, PageStatus, SiteEvent
from dlt_sync.moodle.digests import BY_COURSE, digest_of
from dlt_sync.moodle.wire import bytes_of, status_request
from tests.memory_pages import MemoryPages
from tests.memory_site import OURS, ROLES, SCHEMA, MemorySite, RefusedError, Row

COURSE_FIELDS = tuple(f"dltsync_{name[3:]}" for name in sorted(SCHEMA["course"]) if name.startswith("cf_"))
CAPABILITIES = ("local/dltsync:read", "local/dltsync:apply", "local/dltsync:pushstatus")


@dataclass
class StoredBatch:
    """What the bridge remembers of a batch: its content and the answers given so far, by position."""

    content: str
    answers: dict[int, Outcome] = field(default_factory=dict)
    closed: bool = False


class MemoryBridge(MemoryPages, MemorySite):
    """A `Bridge` over a `MemorySite`. Safe to call from several threads.

    `writes` counts operations that changed Moodle; `done_operations` all that were answered. A longer batch than
    `max_batch_bytes` is refused.
    """

    def __init__(self) -> None:
        super().__init__()
        self.writes = 0
        self.done_operations = 0
        self.max_batch_bytes = 5_000_000
        self.pushes: list[PageStatus] = []
        self.batches: dict[str, StoredBatch] = {}
        self._faults: dict[int, str] = {}
        self._lock = threading.RLock()

    # -- faults ----------------------------------------------------------------------------------------

    def fail_at(self, n: int) -> None:
        """The n-th operation from now (1 is the next) is answered `failed` and changes nothing."""
        self._faults[self.done_operations + n] = "fail"

    def die_before(self, n: int) -> None:
        """MoodleUnavailable before the n-th operation from now is done; what came before it stays done."""
        self._faults[self.done_operations + n] = "die before"

    def die_after(self, n: int) -> None:
        """MoodleUnavailable after the n-th operation from now was done: its answer is lost."""
        self._faults[self.done_operations + n] = "die after"

    def heal(self) -> None:
        """Forget the faults that did not strike yet."""
        self._faults.clear()

    # -- Bridge ----------------------------------------------------------------------------------------

    def info(self) -> Info:
        """A site that has everything."""
        return Info(
            protocol=PROTOCOL,
            plugin_version=2026112300,
            plugin_release="0.1.0",
            moodle_version="2024100706",
            moodle_release="4.5.6",
            site_time=1_760_000_000,
            db_family="memory",
            max_input_vars=5000,
            max_batch_bytes=self.max_batch_bytes,
            workers=4,
            enrol_enabled=True,
            capabilities=dict.fromkeys(CAPABILITIES, True),
            roles=ROLES,
            languages=("en", "kk", "ru"),
            free_disk_mb=10_000,
            auths=("manual", "nologin"),
            course_fields=COURSE_FIELDS,
        )

    def digests(self, kind: str, fields: Sequence[str]) -> Mapping[str, Digest]:
        """Digests over what `read` gives."""
        _known(kind)
        there = ((o.key, o.fields) for o in self.read(kind))
        return digest_of(kind, [(key, found) for key, found in there if found is not None], fields)

    def digests_since(self, kind: str, fields: Sequence[str], marks: Mapping[str, str]) -> DigestsSince:
        """The digests themselves are the marks; what is known is not computed again."""
        digests = self.digests(kind, fields)
        if kind not in BY_COURSE:
            return DigestsSince(digests, {})
        now = {scope: text_hash(f"{sorted(fields)} {digest}") for scope, digest in digests.items()}
        changed = {scope: digest for scope, digest in digests.items() if marks.get(scope) != now[scope]}
        return DigestsSince(changed, now)

    def read(
        self, kind: str, *, keys: Sequence[str] | None = None, courses: Sequence[str] | None = None
    ) -> Iterator[Observed]:
        """Owned objects by Moodle id, with fields None where the object is gone."""
        _known(kind)
        with self._lock:
            found = list(self._observed(kind))
        for seen in found:
            if keys is not None and seen.key not in keys:
                continue
            if courses is None or seen.key.partition(KEY_SEPARATOR)[0] in courses:
                yield seen

    def find(self, kind: str, matches: Sequence[Match]) -> Mapping[str, tuple[Candidate, ...]]:
        """Candidates of the first pair that finds any, in the order of their Moodle ids."""
        _known(kind)
        with self._lock:
            return {match.key: self._candidates(kind, match) for match in matches}

    def apply(self, batch: Batch) -> tuple[Outcome, ...]:
        """Do what of the batch is not done yet."""
        _known(batch.kind)
        if bytes_of(batch) > self.max_batch_bytes:
            raise MoodleError("the web server refuses a request of this size")
        with self._lock:
            stored = self._stored(batch)
            if stored.closed:
                raise MoodleError("the batch was closed by a recall", errorcode="batchclosed")
            for position, operation in enumerate(batch.operations):
                if position not in stored.answers:
                    self._answer(stored, position, operation)
            return tuple(stored.answers[position] for position in range(len(batch.operations)))

    def recall(self, batch: Batch) -> tuple[Outcome | None, ...]:
        """The stored answers; the batch is closed."""
        with self._lock:
            stored = self._stored(batch)
            stored.closed = True
            return tuple(stored.answers.get(position) for position in range(len(batch.operations)))

    def events(self, after: int) -> Iterator[SiteEvent]:
        """What people did since the cursor."""
        return iter([event for event in self.recorded if event.id > after])

    def push_status(self, status: PageStatus) -> frozenset[str]:
        """Kept in `statuses`, `topics` and `requests`, and each push in `pushes`."""
        if len(canonical_json(status_request(status)).encode()) > self.max_batch_bytes:
            raise MoodleError("the web server refuses a request of this size")
        self.pushes.append(status)
        unknown = frozenset(key for key in status.courses if self.row_of("course", key) is None)
        known = {key: topics for key, topics in status.courses.items() if key not in unknown}
        self.show(replace(status, courses=known))
        return unknown

    # -- reading ---------------------------------------------------------------------------------------

    def _observed(self, kind: str) -> Iterator[Observed]:
        if kind == "enrolment":
            for row in self.rows[kind].values():
                key = self.key_of(row)
                if key is not None:
                    yield Observed(kind, key, row.id, self.fields_of(row))
            return
        owned = sorted((row_id, key) for (of, key), row_id in self.owned.items() if of == kind)
        for row_id, key in owned:
            here = self.rows[kind].get(row_id)
            facts = {"size": len(here.joined)} if here and kind == "group" else {}
            yield Observed(kind, key, row_id, self.fields_of(here) if here else None, facts)

    def _candidates(self, kind: str, match: Match) -> tuple[Candidate, ...]:
        for name, value in match.by:
            found = [row for row in self.rows[kind].values() if self._matches(row, name, value, match.course)]
            if found:
                return tuple(self._candidate(row, name) for row in found)
        return ()

    def _matches(self, row: Row, name: str, value: str, course: str | None) -> bool:
        if course is not None and self.owner.get(("course", row.raw["course"])) != course:
            return False
        there = str(row.raw[name])
        return there.casefold() == value.casefold() if name == "email" else there == value

    def _candidate(self, row: Row, name: str) -> Candidate:
        protected = row.kind == "user" and row.id in self.protected
        return Candidate(row.id, name, self.fields_of(row), self.key_of(row), protected)

    # -- writing ---------------------------------------------------------------------------------------

    def _stored(self, batch: Batch) -> StoredBatch:
        content = canonical_json([batch.kind, [(o.key, WIRE[o.action], o.after) for o in batch.operations]])
        stored = self.batches.setdefault(batch.id, StoredBatch(content))
        if stored.content != content:
            raise MoodleError("the batch id was used for other operations", errorcode="badrequest")
        return stored

    def _answer(self, stored: StoredBatch, position: int, operation: Operation) -> None:
        """Do one operation and remember its answer; both or neither."""
        fault = self._faults.pop(self.done_operations + 1, "")
        if fault == "die before":
            raise MoodleUnavailable("the connection broke")
        self.done_operations += 1
        stored.answers[position] = self._outcome(operation, broken=fault == "fail")
        if fault == "die after":
            raise MoodleUnavailable("the connection broke")

    def _outcome(self, operation: Operation, *, broken: bool) -> Outcome:
        kind, key = operation.ref
        try:
            if broken:
                raise RefusedError("dmlwriteexception")
            self._do(operation)
        except RefusedError as refused:
            status = Status.MOVED if refused.moved else Status.FAILED
            there = self.row_of(kind, key) or self.rows[kind].get(operation.moodle_id or 0)
            row = there if refused.moved else None
            fields = self.fields_of(row) if row else None
            row_id = row.id if row else None
            return Outcome(kind, key, status, row_id, fields, refused.errorcode, refused.errorcode)
        self.writes += 1
        row = self.row_of(kind, key)
        if row is None:
            return Outcome(kind, key, Status.DONE)
        return Outcome(kind, key, Status.DONE, row.id, self.fields_of(row))

    def _do(self, operation: Operation) -> None:
        wire = WIRE[operation.action]
        if wire == "create":
            self._create(operation)
        elif wire == "adopt":
            self._adopt(operation)
        elif wire == "update":
            row = self._expected(operation)
            self.change_row(row, self.to_raw(row.kind, operation.after))
        else:
            self._delete(operation)

    def _create(self, operation: Operation) -> None:
        kind, key = operation.ref
        if self.row_of(kind, key) is not None:
            raise RefusedError("exists")
        fields = dict(operation.after)
        if kind == "course":
            self._check_template(str(fields.pop("template", "")))
        raw = self.to_raw(kind, fields)
        for name, default in SCHEMA[kind].items():
            if isinstance(default, str) and default.startswith(">"):
                raw.setdefault(name, 0)
            raw.setdefault(name, default)
        if kind == "course" and not raw["category"]:
            raise RefusedError("unknownkey")
        if kind == "enrolment":
            self.add_row(kind, raw, method=OURS)
        else:
            self.own(kind, key, self.add_row(kind, raw).id)

    def _check_template(self, name: str) -> None:
        """A course of that idnumber or short name must exist; content is nothing that could be compared."""
        courses = (row.raw for row in self.rows["course"].values())
        if name and not any(name in (raw["idnumber"], raw["shortname"]) for raw in courses):
            raise RefusedError("badfield")

    def _adopt(self, operation: Operation) -> None:
        kind, key = operation.ref
        row = self.rows[kind].get(operation.moodle_id or 0)
        if row is None:
            raise RefusedError("gone", moved=True)
        if self.key_of(row) not in (None, key):
            raise RefusedError("taken")
        if self.row_of(kind, key) not in (None, row):
            raise RefusedError("exists")
        if kind == "user" and row.id in self.protected:
            raise RefusedError("protected")
        self._check_expected(row, operation.before)
        raw = self.to_raw(kind, operation.after)
        self.change_row(row, raw)
        self.own(kind, key, row.id)

    def _delete(self, operation: Operation) -> None:
        if operation.kind not in ("group", "enrolment", "video"):
            raise RefusedError("notallowed")
        row = self._expected(operation)
        if row.joined:
            raise RefusedError("notempty")
        self.drop_row(row)
        self.forget(*operation.ref)

    def _expected(self, operation: Operation) -> Row:
        row = self.row_of(*operation.ref)
        if row is None:
            raise RefusedError("gone", moved=True)
        self._check_expected(row, operation.before)
        return row

    def _check_expected(self, row: Row, before: Fields | None) -> None:
        there = self.fields_of(row)
        if any(there.get(name) != value for name, value in (before or {}).items()):
            raise RefusedError("moved", moved=True)


def _known(kind: str) -> None:
    if kind not in SCHEMA:
        raise MoodleError(f"there is no kind {kind}", errorcode="badrequest")
