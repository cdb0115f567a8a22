"""How a batch travels: operations in, the request of docs/bridge.md out, and how many bytes it has. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dlt_sync.model import Operation, canonical_json
from dlt_sync.moodle.contract import WIRE, Batch


def encode(operation: Operation) -> dict[str, object]:
    """One operation as it travels."""
    op = WIRE[operation.action]
    return {
        "op": op,
        "key": operation.key,
        "moodleid": operation.moodle_id,
        "fields": {} if op == "delete" else dict(operation.after),
        "expect": None if op == "create" else dict(operation.before or {}),
    }


def batch_request(batch: Batch, *, recall: bool) -> dict[str, object]:
    """A batch as it travels."""
    return {
        "batch": batch.id,
        "kind": batch.kind,
        "recall": recall,
        "operations": [encode(operation) for operation in batch.operations],
    }


def bytes_of(batch: Batch) -> int:
    """Length of the request that applies a batch: what `Info.max_batch_bytes` limits. To recall it takes no more."""
    return _length(batch_request(batch, recall=False))


def portions(operations: Sequence[Operation], batch: Batch, most: int, most_bytes: int) -> Iterator[list[Operation]]:
    """Operations in as few portions, in order, as each may have `most` of them and `most_bytes` as a request.

    `batch` is an empty one of the kind. One operation that is too long alone is a portion of its own.
    """
    empty = bytes_of(batch) - 1  # the first one has no comma
    portion: list[Operation] = []
    length = empty
    for operation in operations:
        more = _length(encode(operation)) + 1
        if portion and (len(portion) == most or length + more > most_bytes):
            yield portion
            portion, length = [], empty
        portion.append(operation)
        length += more
    if portion:
        yield portion


def _length(value: object) -> int:
    return len(canonical_json(value).encode())
