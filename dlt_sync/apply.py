"""Apply: do what a plan says, in dependency order, in batches, several at a time.

Each operation stands alone: one failure never stops the rest, and what depended on it is skipped with that
reason. Every batch is written down before it is sent and journalled when its answer is there; batches whose
answer was lost are recalled before anything else is done.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from itertools import groupby
from math import ceil

from dlt_sync import log
from dlt_sync.errors import MoodleError
from dlt_sync.journal.entries import Journal
from dlt_sync.kinds import BY_NAME
from dlt_sync.kinds.kind import Kind
from dlt_sync.model import Action, Operation, Outcome, Progress, Status
from dlt_sync.moodle.contract import Batch, Bridge
from dlt_sync.moodle.wire import bytes_of, portions
from dlt_sync.pace import Pace

#: A batch of more operations is spread over all requests that may be on their way.
SPREAD_FROM = 500

Ref = tuple[str, str]
#: The outcomes of a batch, and the seconds until they were there.
_Answer = tuple[tuple[Outcome, ...], float]


@dataclass
class Tally:
    """What became of a plan: outcomes by "kind.action" and status, and those that went wrong or wait."""

    done: Counter[str] = field(default_factory=Counter)
    failed: list[tuple[Operation, Outcome]] = field(default_factory=list)
    skipped: list[tuple[Operation, str]] = field(default_factory=list)
    held: list[Operation] = field(default_factory=list)
    left: int = 0  # operations that were not come to, since the run was asked to stop

    @property
    def settled(self) -> int:
        """Number of operations that are dealt with, one way or the other."""
        return sum(self.done.values()) + len(self.failed) + len(self.skipped) + len(self.held)

    def done_of(self, operations: Iterable[Operation]) -> Iterator[Operation]:
        """Those of the operations of the plan that were done."""
        others = {operation.ref for operation, _ in (*self.failed, *self.skipped)} | {o.ref for o in self.held}
        return (operation for operation in operations if operation.ref not in others)


class Applier:
    """Applies one plan to one Moodle. `batch_size` operations travel together, fewer where each takes longer (`weight`
    and `at_once` of the kind) or they would be more than the `most_bytes` that Moodle takes; `in_flight` batches at
    once, fewer while Moodle is slow. `stop` is asked before each batch: once it says yes, no more is sent."""

    def __init__(
        self,
        bridge: Bridge,
        journal: Journal,
        *,
        most_bytes: int,
        batch_size: int = 200,
        in_flight: int = 1,
        progress: Progress | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._bridge = bridge
        self._journal = journal
        self._most_bytes = most_bytes
        self._batch_size = batch_size
        self._in_flight = in_flight
        self._progress = progress
        self._stop = stop
        self._missing: dict[Ref, str] = {}
        self._total = 0
        self.tally = Tally()

    def apply(self, operations: Sequence[Operation], *, released: bool = False) -> Tally:
        """Do all operations; those on hold only if they were `released`. Asked to stop, it takes in the answers of
        what is on its way, and leaves the rest.

        Raises MoodleError when Moodle can no longer be talked to. What was answered until then is journalled,
        what was not is recalled by the next run.
        """
        self._total = len(operations)
        before = self.tally.settled
        for kind, phase in _phases(operations):
            self._report(kind)
            pending = list(phase)
            while pending and not self._stop():
                now, pending = _split_by_needs(pending)
                self._wave(kind, self._ready(now, released))
        self.tally.left = len(operations) - (self.tally.settled - before)
        return self.tally

    def _ready(self, operations: Sequence[Operation], released: bool) -> list[Operation]:
        """Those of the operations that are to be sent, trimmed; of the others it is journalled why not."""
        ready: list[Operation] = []
        put_off: list[tuple[Operation, str]] = []
        for operation in map(self._trimmed, operations):
            if reason := self._put_off(operation, released):
                put_off.append((operation, reason))
            else:
                ready.append(operation)
        self._journal.skipped(put_off)
        return ready

    def _refuse_too_long(self, batch: Batch) -> bool:
        """Whether a batch is a single operation that is more than Moodle takes; it then counts as failed."""
        if len(batch.operations) > 1 or (length := bytes_of(batch)) <= self._most_bytes:
            return False
        message = (
            f"The change alone has {length:,} bytes, and Moodle takes at most {self._most_bytes:,} at once. "
            "Shorten the record, or raise post_max_size in the Moodle server's php.ini."
        )
        operation = batch.operations[0]
        known = [(operation, Outcome(batch.kind, operation.key, Status.FAILED, errorcode="toolong", message=message))]
        self._journal.unsent(known)
        self._count(known)
        return True

    def _put_off(self, operation: Operation, released: bool) -> str:
        """Why an operation is not to be sent, "" when it is."""
        reason = ""
        if operation.hold and not released:
            reason = operation.hold
            self.tally.held.append(operation)
        elif blocker := next((self._missing[n] for n in operation.needs if n in self._missing), None):
            reason = f"skipped: {blocker} could not be done"
            self.tally.skipped.append((operation, reason))
        if reason:
            self._missing[operation.ref] = operation.label
        return reason

    def _trimmed(self, operation: Operation) -> Operation:
        """Without optional list items that turned out not to be had: a cohort does not wait for one member."""
        after = dict(operation.after)
        for name, kind in operation.optional.items():
            items = after.get(name)
            if isinstance(items, tuple):
                after[name] = tuple(item for item in items if (kind, item) not in self._missing)
        return replace(operation, after=after) if operation.optional else operation

    def _wave(self, kind: str, operations: Sequence[Operation]) -> None:
        """Send operations that do not depend on one another."""
        pending: dict[Future[_Answer], Batch] = {}
        trouble: MoodleError | None = None
        pace = Pace(self._in_flight)
        with ThreadPoolExecutor(self._in_flight, initializer=log.belong_as_here()) as pool:
            for batch in self._batches(kind, operations):
                if self._refuse_too_long(batch):
                    continue
                while len(pending) >= pace.now:
                    trouble = self._collect(pending, pace) or trouble
                if trouble is not None or self._stop():
                    break
                self._journal.sent(batch)
                pending[pool.submit(self._ask, batch)] = batch
            while pending:
                trouble = self._collect(pending, pace) or trouble
        if trouble is not None:
            raise trouble

    def _ask(self, batch: Batch) -> _Answer:
        began = time.monotonic()
        outcomes = self._bridge.apply(batch)
        return outcomes, time.monotonic() - began

    def _batches(self, kind: str, operations: Sequence[Operation]) -> Iterator[Batch]:
        """A batch is cut to its size before it is written down: it is recalled as it was sent."""
        size = most_together(BY_NAME[kind], operations, self._batch_size, self._in_flight)
        for portion in portions(operations, _batch(kind, []), size, self._most_bytes):
            yield _batch(kind, portion)

    def _collect(self, pending: dict[Future[_Answer], Batch], pace: Pace) -> MoodleError | None:
        """Take in the batches that are answered; the error of one whose answer was lost."""
        trouble: MoodleError | None = None
        for future in wait(pending, return_when=FIRST_COMPLETED).done:
            batch = pending.pop(future)
            try:
                outcomes, seconds = future.result()
            except MoodleError as error:
                trouble = error
                continue
            pace.answered(len(batch.operations), seconds)
            self._journal.answered(batch, outcomes)
            self._count(list(zip(batch.operations, outcomes, strict=True)))
            self._report(batch.kind)
        return trouble

    def _count(self, known: Sequence[tuple[Operation, Outcome]]) -> None:
        for operation, outcome in known:
            if outcome.status is Status.DONE:
                self.tally.done[f"{operation.kind}.{operation.action}"] += 1
            else:
                self._missing[operation.ref] = operation.label
                self.tally.failed.append((operation, outcome))

    def _report(self, kind: str) -> None:
        if self._progress is not None:
            self._progress(kind, self.tally.settled, self._total)


def most_together(kind: Kind, operations: Sequence[Operation], batch_size: int, in_flight: int) -> int:
    """How many of some operations travel together, at most: no request stands idle while another has many.

    What is deleted is deleted one by one, whatever else the kind can do in bulk.
    """
    deletes = any(operation.action is Action.DELETE for operation in operations)
    share = max(SPREAD_FROM, 0 if deletes else ceil(len(operations) / in_flight))
    return max(1, min(batch_size, kind.at_once, share) // kind.weight)


def recall(bridge: Bridge, journal: Journal, batch: Batch) -> int:
    """Ask what became of a batch whose answer was lost, and journal it. Number of operations that were done."""
    outcomes = bridge.recall(batch)
    journal.answered(batch, outcomes)
    return sum(outcome is not None and outcome.status is Status.DONE for outcome in outcomes)


def _phases(operations: Sequence[Operation]) -> Iterator[tuple[str, Iterator[Operation]]]:
    """Consecutive operations of one kind, deletions apart."""
    for (kind, _), phase in groupby(operations, key=lambda o: (o.kind, o.action is Action.DELETE)):
        yield kind, phase


def _split_by_needs(operations: Sequence[Operation]) -> tuple[list[Operation], list[Operation]]:
    """Those that need none of the others, and the rest. A ring (which no kind makes) goes as it is."""
    refs = {operation.ref for operation in operations}
    now = [o for o in operations if not any(need in refs for need in o.needs if need != o.ref)]
    if not now:
        return list(operations), []
    ready = {operation.ref for operation in now}
    return now, [o for o in operations if o.ref not in ready]


def _batch(kind: str, operations: Sequence[Operation]) -> Batch:
    return Batch(str(uuid.uuid4()), kind, tuple(operations))
