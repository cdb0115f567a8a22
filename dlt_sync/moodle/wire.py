"""How batches and what pages show travel: the requests of docs/bridge.md, and how many bytes they have. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dlt_sync.model import Operation, canonical_bytes
from dlt_sync.moodle.contract import (
    WIRE,
    Batch,
    PageStatus,
    RequestStatus,
    RunReport,
    RunStatus,
    Section,
    TopicStatus,
    VideoStatus,
)

#: Bytes of what pages show when it is nothing. An item adds less than it has alone.
_EMPTY_STATUS = 2


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


def status_request(status: PageStatus) -> dict[str, object]:
    """What pages show, as it travels. A list with nothing in it does not."""
    lists: dict[str, object] = {
        "runs": [_run(run) for run in status.runs],
        "courses": {course: [_topic(topic) for topic in topics] for course, topics in status.courses.items()},
        "requests": [_asked(request) for request in status.requests],
    }
    return {name: items for name, items in lists.items() if items}


def status_portions(status: PageStatus, most: int, most_bytes: int) -> Iterator[PageStatus]:
    """What pages show in as few portions, in order, as each may have `most` items and `most_bytes` as a request.

    One item that is too long alone is a portion of its own.
    """
    portion, length = PageStatus(), _EMPTY_STATUS
    for item in _items(status):
        more = _length(status_request(item))
        if portion.count and (portion.count == most or length + more > most_bytes):
            yield portion
            portion, length = PageStatus(), _EMPTY_STATUS
        portion = PageStatus(
            portion.runs + item.runs, {**portion.courses, **item.courses}, portion.requests + item.requests
        )
        length += more
    if portion.count:
        yield portion


def fitted(run: RunStatus, most_bytes: int) -> RunStatus:
    """A run with as much of its report as a request takes: its last sections give way."""
    while _length(status_request(PageStatus(runs=(run,)))) > most_bytes and any(
        report.sections for report in run.report.values()
    ):
        shorter = {language: replace(report, sections=report.sections[:-1]) for language, report in run.report.items()}
        run = replace(run, report=shorter)
    return run


def _items(status: PageStatus) -> Iterator[PageStatus]:
    yield from (PageStatus(runs=(run,)) for run in status.runs)
    yield from (PageStatus(courses={course: topics}) for course, topics in status.courses.items())
    yield from (PageStatus(requests=(request,)) for request in status.requests)


def _run(run: RunStatus) -> dict[str, object]:
    return {
        "run": run.run,
        "mode": run.mode,
        "started": run.started,
        "ended": run.ended,
        "verdict": run.verdict,
        "planhash": run.plan_hash,
        "counts": dict(run.counts),
        "summary": run.summary,
        "needs": run.needs,
        "report": reports_to_json(run.report),
    }


def reports_to_json(reports: Mapping[str, RunReport]) -> dict[str, object]:
    """What people are told of a run, by language, as it travels and is stored."""
    return {
        language: {
            "subject": report.subject,
            "sections": [
                {"code": section.code, "title": section.title, "lines": list(section.lines)}
                for section in report.sections
            ],
        }
        for language, report in reports.items()
    }


def reports_from_json(raw: Mapping[str, Any]) -> dict[str, RunReport]:
    """The reports that `reports_to_json` wrote."""
    return {
        language: RunReport(
            report["subject"],
            tuple(Section(part["code"], part["title"], tuple(part["lines"])) for part in report["sections"]),
        )
        for language, report in raw.items()
    }


def _topic(topic: TopicStatus) -> dict[str, object]:
    return {
        "topic": topic.key,
        "number": topic.number,
        "kind": topic.kind,
        "title": topic.title,
        "week": topic.week,
        "owed": topic.owed,
        "reason": topic.reason,
        "state": topic.state,
        "why": topic.why,
        "checked": topic.checked,
        "videos": [_video(video) for video in topic.videos],
    }


def _video(video: VideoStatus) -> dict[str, object]:
    return {
        "key": video.key,
        "title": video.title,
        "language": video.language,
        "url": video.url,
        "state": video.state,
        "duration": video.duration_s,
    }


def _asked(request: RequestStatus) -> dict[str, object]:
    return {
        "key": request.key,
        "type": request.type,
        "course": request.course,
        "topic": request.topic,
        "video": request.video,
        "title": request.title,
        "url": request.url,
        "language": request.language,
        "notes": request.notes,
        "place": request.place,
        "wished": request.wished,
        "askedby": request.asked_by,
        "asker": request.asker,
        "stage": request.stage,
        "reason": request.reason,
        "specialist": request.specialist,
        "planned": request.planned,
        "by": request.by,
        "time": request.time,
    }


def _length(value: object) -> int:
    return len(canonical_bytes(value))
