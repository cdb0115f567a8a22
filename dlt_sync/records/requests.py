"""Requests for videos in the database: asked for, brought from stage to stage, with their history.

Everything that brings a request further does it by `move`: a list, somebody in Moodle, somebody at the command line.
The later change counts, and all of them stay in the history. The caller's transaction holds what is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from dlt_sync.db import portions
from dlt_sync.errors import RecordsError
from dlt_sync.records.stages import CANCELLED, ENDED, REFUSED, REQUESTED
from dlt_sync.records.tables import VideoRequest, VideoRequestStage

#: Where a change of stage may come from.
MOODLE, COMMAND, IMPORT, FEED, RUN = "moodle", "command", "import", "feed", "run"
#: Why a request ends that its list brings no more.
NOT_LISTED_ANY_MORE = "No longer in the department's list."


def find(session: Session, key: str) -> VideoRequest:
    """The request of this key. Raises RecordsError when there is none."""
    request = session.get(VideoRequest, key)
    if request is None:
        raise RecordsError(f"There is no request {key}.", remedy="`dlt-sync video requests --all` lists them.")
    return request


def history(session: Session, key: str) -> list[VideoRequestStage]:
    """All that became of a request, oldest first."""
    found = select(VideoRequestStage).where(VideoRequestStage.request_id == key)
    return list(session.scalars(found.order_by(VideoRequestStage.reached_at, VideoRequestStage.id)))


def ask(
    session: Session,
    key: str,
    texts: Mapping[str, Any],
    *,
    by: str,
    source: str,
    at: datetime,
    day: date,
    batch: int,
    note: str = "",
) -> VideoRequest:
    """A new request, which begins as all do. `texts` are columns; `day` is the date of `at` where the academy is."""
    moment = at.replace(microsecond=0)
    request = VideoRequest(
        sourced_id=key,
        batch_id=batch,
        changed_in=batch,
        date_last_modified=moment,
        stage=REQUESTED,
        stage_changed_at=moment,
        dates={REQUESTED: day.isoformat()},
        listed={},
        **texts,
    )
    session.add(request)
    session.flush()
    _note(session, key, REQUESTED, moment, by, source, note)
    return request


def move(
    session: Session,
    request: VideoRequest,
    stage: str,
    *,
    by: str,
    source: str,
    at: datetime,
    day: date,
    note: str = "",
    **decided: Any,
) -> bool:
    """Bring a request to a stage, with what was decided of it: reason, specialist, planned_on.

    Returns whether it did: what is in the history already is not done again, and what is older than the request's
    stage is history only. Of two changes in the same second the one that comes last counts.
    """
    moment = at.replace(microsecond=0)
    if _is_known(session, request.sourced_id, stage, moment, by, source):
        return False
    _note(session, request.sourced_id, stage, moment, by, source, note or str(decided.get("reason") or ""))
    if request.stage_changed_at is not None and moment < request.stage_changed_at:
        return False
    request.stage, request.stage_changed_at, request.date_last_modified = stage, moment, moment
    request.dates = {**request.dates, stage: day.isoformat()}
    request.reason = ""
    for name, value in decided.items():
        setattr(request, name, value)
    return True


def next_moment(request: VideoRequest, now: datetime) -> datetime:
    """When a change happens that is made in the knowledge of the request's stage: later than that, whatever the
    clocks say."""
    if request.stage_changed_at is None:
        return now
    return max(now, request.stage_changed_at + timedelta(seconds=1))


def note_import(session: Session, rows: Iterable[Mapping[str, Any]], *, by: str, now: datetime) -> None:
    """Write into the history what a list said of stages: `rows` are those whose stage it changed, as written."""
    moment = now.replace(microsecond=0)
    noted = [
        {
            "request_id": row["sourced_id"],
            "stage": row["stage"],
            "reached_at": moment,
            "by": by,
            "source": IMPORT,
            "note": row.get("reason") or "",
        }
        for row in rows
        if "stage_changed_at" in row
    ]
    if noted:
        session.execute(insert(VideoRequestStage), noted)


def cancel_unlisted(session: Session, keys: Sequence[str], *, by: str, now: datetime, day: date) -> None:
    """End the requests that left the department's list before they came to an end."""
    for some in portions(keys):
        for request in session.scalars(select(VideoRequest).where(VideoRequest.sourced_id.in_(some))):
            if request.stage not in ENDED:
                at = next_moment(request, now)
                reason = NOT_LISTED_ANY_MORE
                move(session, request, CANCELLED, by=by, source=IMPORT, at=at, day=day, reason=reason)


def needs_reason(stage: str) -> bool:
    """Whether coming to this stage is to be explained."""
    return stage in REFUSED


def _is_known(session: Session, key: str, stage: str, at: datetime, by: str, source: str) -> bool:
    there = select(VideoRequestStage.id).where(
        VideoRequestStage.request_id == key,
        VideoRequestStage.stage == stage,
        VideoRequestStage.reached_at == at,
        VideoRequestStage.by == by,
        VideoRequestStage.source == source,
    )
    return session.scalars(there.limit(1)).first() is not None


def _note(session: Session, key: str, stage: str, at: datetime, by: str, source: str, note: str) -> None:
    session.add(VideoRequestStage(request_id=key, stage=stage, reached_at=at, by=by, source=source, note=note))
    session.flush()
