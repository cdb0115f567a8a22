"""What the plugin's pages in Moodle are to show and people are to be told, in portions that the site takes.

Input: a PageStatus of any size, the runs in the journal, or the requests in the records. Told is told: each portion is
noted once Moodle has it, so that what comes after a fault need not be told from the start.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from dlt_sync.db import Database, portions
from dlt_sync.errors import MoodleError
from dlt_sync.journal.runs import parked_plan
from dlt_sync.journal.tables import Run
from dlt_sync.model import canonical_json, text_hash
from dlt_sync.moodle.contract import Bridge, Info, PageStatus, RequestStatus, RunStatus
from dlt_sync.moodle.wire import fitted, reports_from_json, status_portions
from dlt_sync.records.requests import IMPORT
from dlt_sync.records.tables import VideoRequest, VideoRequestStage

logger = logging.getLogger(__name__)

#: Items that one request holds at most: Moodle writes, and tells askers of, so many at once.
MOST = 500


def tell(bridge: Bridge, status: PageStatus, info: Info | None = None) -> Iterator[PageStatus]:
    """Push what pages are to show; yields what Moodle has taken, portion by portion. Raises MoodleError.

    Topics of a course that is not in Moodle yet are not taken. Without `info`, Moodle is asked how much it takes.
    """
    if not status.count:
        return
    info = info or bridge.info()
    for portion in status_portions(status, MOST, info.max_batch_bytes):
        unknown = bridge.push_status(portion)
        taken = {course: topics for course, topics in portion.courses.items() if course not in unknown}
        yield replace(portion, courses=taken)


def tell_runs(database: Database, bridge: Bridge, now: Callable[[], datetime], info: Info | None = None) -> int:
    """Tell Moodle of the runs that it was not told of, the oldest first; returns how many. Raises MoodleError.

    Each is told once: Moodle knows a run by its number, should what was told not have been noted here.
    """
    with database.session() as session:
        untold = untold_runs(session)
    if not untold:
        return 0
    info = info or bridge.info()
    told = [PageStatus(runs=(fitted(run, info.max_batch_bytes),)) for run in untold]
    return _tell_all(bridge, told, info, lambda portion: _note_runs_told(database, portion, now()))


def tell_requests(database: Database, bridge: Bridge, info: Info | None = None) -> int:
    """Tell Moodle of the requests that it does not know as they are; returns how many. Raises MoodleError."""
    with database.session() as session:
        untold = [PageStatus(requests=(request,)) for request in untold_requests(session)]
    return _tell_all(bridge, untold, info, lambda portion: _note_told(database, portion))


def _tell_all(
    bridge: Bridge, items: Sequence[PageStatus], info: Info | None, note: Callable[[PageStatus], None]
) -> int:
    """Tell single items, each noted once Moodle has it. One that Moodle cannot read keeps no other from being told."""
    told = 0
    runs = tuple(run for item in items for run in item.runs)
    requests = tuple(request for item in items for request in item.requests)
    try:
        for portion in tell(bridge, PageStatus(runs=runs, requests=requests), info):
            note(portion)
            told += portion.count
    except MoodleError as error:
        if error.errorcode != "badrequest" or len(items) - told < 2:
            raise
        return told + sum(_tell_alone(bridge, item, note) for item in items[told:])
    return told


def untold_runs(session: Session) -> list[RunStatus]:
    """The runs that have something to tell and were not told, the oldest first."""
    rows = session.scalars(select(Run).where(Run.report.is_not(None), Run.told_at.is_(None)).order_by(Run.id)).all()
    parked = parked_plan(session)
    since = parked.run_id if parked else None
    return [_run_status(row, waits=since is not None and since <= row.id) for row in rows]


def untold_requests(session: Session) -> list[RequestStatus]:
    """The requests that are others than Moodle was told last.

    One that left its list before Moodle knew of it is not told.
    """
    known = or_(VideoRequest.status == "active", VideoRequest.shown != "")
    rows = session.scalars(select(VideoRequest).where(known).order_by(VideoRequest.sourced_id)).all()
    movers = _last_movers(session, [row.sourced_id for row in rows])
    statuses = ((row, _status(row, movers.get(row.sourced_id, ""))) for row in rows)
    return [status for row, status in statuses if _hash(status) != row.shown]


def _tell_alone(bridge: Bridge, item: PageStatus, note: Callable[[PageStatus], None]) -> bool:
    try:
        bridge.push_status(item)
    except MoodleError as error:
        if error.errorcode != "badrequest":
            raise
        names = [f"run {run.run}" for run in item.runs] + [f"the request {request.key}" for request in item.requests]
        logger.warning("Moodle does not take %s: %s", ", ".join(names), error.message)
        return False
    note(item)
    return True


def _note_runs_told(database: Database, status: PageStatus, now: datetime) -> None:
    """Moodle knows these runs."""
    with database.session() as session:
        session.execute(update(Run).where(Run.id.in_([run.run for run in status.runs])).values(told_at=now))


def _run_status(row: Run, *, waits: bool) -> RunStatus:
    """A run as Moodle is told of it. What it needs is as things stand now: a plan may have been released meanwhile."""
    went_wrong = row.verdict in ("partial", "stopped", "failed")
    return RunStatus(
        row.id,
        row.mode,
        int(row.started_at.timestamp()),
        int(row.ended_at.timestamp()) if row.ended_at else 0,
        row.verdict,
        row.plan_hash,
        {name: count for name, count in row.counts.items() if not name.startswith("source.")},
        row.summary,
        "release" if waits else "look" if went_wrong else "",
        reports_from_json(row.report or {}),
    )


def _note_told(database: Database, status: PageStatus) -> None:
    """Moodle knows these requests as they are here."""
    with database.session() as session:
        for request in status.requests:
            known = update(VideoRequest).where(VideoRequest.sourced_id == request.key)
            session.execute(known.values(shown=_hash(request)))


def _last_movers(session: Session, keys: Sequence[str]) -> dict[str, str]:
    """Who brought each request to its stage. Of a list only the account is known that imported it: nobody's name."""
    found: dict[str, str] = {}
    for some in portions(keys):
        steps = select(VideoRequestStage.request_id, VideoRequestStage.by, VideoRequestStage.source)
        of_these = steps.where(VideoRequestStage.request_id.in_(some))
        in_order = of_these.order_by(VideoRequestStage.reached_at, VideoRequestStage.id)
        found |= {row.request_id: "" if row.source == IMPORT else row.by for row in session.execute(in_order)}
    return found


def _status(row: VideoRequest, moved_by: str) -> RequestStatus:
    return RequestStatus(
        key=row.sourced_id,
        type=row.type,
        course=row.offering_id or "",
        topic=row.topic_id or "",
        video=row.video_id or "",
        title=row.title,
        url=row.url,
        language=row.language,
        notes=row.notes,
        place=row.place,
        wished=row.wished,
        asked_by=row.asked_by,
        asker=row.asked_by_id or "",
        stage=row.stage,
        reason=row.reason,
        specialist=row.specialist,
        planned=row.planned_on.isoformat() if row.planned_on else "",
        by=moved_by,
        time=int(row.stage_changed_at.timestamp()) if row.stage_changed_at else 0,
    )


def _hash(status: RequestStatus) -> str:
    return text_hash(canonical_json(asdict(status)))
