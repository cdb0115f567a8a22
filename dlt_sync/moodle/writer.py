"""The one module that writes to Moodle: batches of operations, and what the plugin's pages show.

Input: a Batch or a PageStatus; output: an Outcome per operation. Nothing is decided here: an operation travels
as it stands in the plan.
"""

from __future__ import annotations

from dlt_sync.log import scrub
from dlt_sync.model import Operation, Outcome, Status
from dlt_sync.moodle.answers import Answer, malformed
from dlt_sync.moodle.client import MoodleClient
from dlt_sync.moodle.contract import Batch, PageStatus
from dlt_sync.moodle.wire import batch_request, status_request

APPLY = "local_dltsync_apply"
PUSH_STATUS = "local_dltsync_push_status"

#: What the bridge answers for an operation of a recalled batch that was never done.
MISSING = "missing"


def apply_batch(client: MoodleClient, batch: Batch) -> tuple[Outcome, ...]:
    """Do what of the batch is not done yet; one outcome per operation, in order."""
    outcomes = _exchange(client, batch, recall=False)
    done = tuple(outcome for outcome in outcomes if outcome is not None)
    if len(done) < len(outcomes):
        raise malformed(APPLY, "an operation of an applied batch has no answer")
    return done


def recall_batch(client: MoodleClient, batch: Batch) -> tuple[Outcome | None, ...]:
    """What became of the batch, None for what was never done; closes it."""
    return _exchange(client, batch, recall=True)


def push_page_status(client: MoodleClient, status: PageStatus) -> frozenset[str]:
    """Show this on the pages; the same again changes nothing. Returns the keys of courses that are not ours there."""
    answer = Answer(PUSH_STATUS, client.exchange(PUSH_STATUS, status_request(status), count=status.count))
    return frozenset(answer.texts("unknown")) if "unknown" in answer.names() else frozenset()


def _exchange(client: MoodleClient, batch: Batch, *, recall: bool) -> tuple[Outcome | None, ...]:
    answer = client.exchange(APPLY, batch_request(batch, recall=recall), count=len(batch.operations))
    answers = list(Answer(APPLY, answer).parts("answers"))
    if len(answers) != len(batch.operations):
        raise malformed(APPLY, f"{len(batch.operations)} operations, {len(answers)} answers")
    return tuple(_outcome(*pair) for pair in zip(batch.operations, answers, strict=True))


def _outcome(operation: Operation, answer: Answer) -> Outcome | None:
    status, key = answer.text("status"), answer.text("key")
    if key != operation.key:
        raise malformed(APPLY, f"it speaks of {key} where {operation.key} was sent")
    if status == MISSING:
        return None
    if status not in (Status.DONE, Status.MOVED, Status.FAILED):
        raise malformed(APPLY, f"an operation cannot be {status}")
    return Outcome(
        kind=operation.kind,
        key=key,
        status=Status(status),
        moodle_id=answer.number_or_none("moodleid"),
        fields=answer.fields_or_none("fields"),
        errorcode=answer.text("errorcode"),
        message=scrub(answer.text("message")),
        duration_ms=answer.number("ms"),
    )
