"""What the plugin's pages in Moodle are to show, brought there in portions that the site takes.

Input: a PageStatus of any size, or the requests in the records. Told is told: each portion is noted once Moodle has it,
so that what comes after a fault need not be told from the start.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from dlt_sync.db import Database, portions
from dlt_sync.errors import MoodleError
from dlt_sync.model import canonical_json
from dlt_sync.moodle.contract import Bridge, PageStatus, RequestStatus
from dlt_sync.moodle.wire import status_portions
from dlt_sync.records.requests import IMPORT
from dlt_sync.records.tables import VideoRequest, VideoRequestStage

logger = logging.getLogger(__name__)

#: Items that one request holds at most: Moodle writes, and tells askers of, so many at once.
MOST = 500


def tell(bridge: Bridge, status: PageStatus) -> Iterator[PageStatus]:
    """Push what pages are to show; yields what Moodle has taken, portion by portion. Raises MoodleError.

    Topics of a course that is not in Moodle yet are not taken.
    """
    if not status.count:
        return
    for portion in status_portions(status, MOST, bridge.info().max_batch_bytes):
        unknown = bridge.push_status(portion)
        taken = {course: topics for course, topics in portion.courses.items() if course not in unknown}
        yield replace(portion, courses=taken)


def tell_requests(database: Database, bridge: Bridge) -> int:
    """Tell Moodle of the requests that it does not know as they are; returns how many. Raises MoodleError."""
    with database.session() as session:
        untold = untold_requests(session)
    told = 0
    try:
        for portion in tell(bridge, PageStatus(requests=tuple(untold))):
            _note_told(database, portion)
            told += portion.count
    except MoodleError as error:
        if error.errorcode != "badrequest" or len(untold) - told < 2:
            raise
        return told + sum(_tell_alone(database, bridge, request) for request in untold[told:])
    return told


def untold_requests(session: Session) -> list[RequestStatus]:
    """The requests that are others than Moodle was told last.

    One that left its list before Moodle knew of it is not told.
    """
    known = or_(VideoRequest.status == "active", VideoRequest.shown != "")
    rows = session.scalars(select(VideoRequest).where(known).order_by(VideoRequest.sourced_id)).all()
    movers = _last_movers(session, [row.sourced_id for row in rows])
    statuses = ((row, _status(row, movers.get(row.sourced_id, ""))) for row in rows)
    return [status for row, status in statuses if _hash(status) != row.shown]


def _tell_alone(database: Database, bridge: Bridge, request: RequestStatus) -> bool:
    """Tell of one request: one that Moodle cannot read keeps no other from being told."""
    try:
        bridge.push_status(PageStatus(requests=(request,)))
    except MoodleError as error:
        if error.errorcode != "badrequest":
            raise
        logger.warning("Moodle does not take the request %s: %s", request.key, error.message)
        return False
    _note_told(database, PageStatus(requests=(request,)))
    return True


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
    return hashlib.sha256(canonical_json(asdict(status)).encode()).hexdigest()
