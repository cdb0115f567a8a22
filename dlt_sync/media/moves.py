"""Links that moved for good become the videos' addresses, in a numbered batch, so that the next plan follows.

The department's list keeps its own `url`; `moved_to` stands beside it until the list brings another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dlt_sync.db import Database
from dlt_sync.media.verdicts import MOVED, OK
from dlt_sync.records.batches import begin_batch, stand_alone
from dlt_sync.records.tables import LinkCheck, VideoAsset


@dataclass(frozen=True, slots=True)
class Move:
    """A video whose address is another one from now on."""

    video: str
    title: str
    before: str
    after: str


def follow_moves(database: Database, *, now: datetime, run_by: str = "") -> tuple[int | None, tuple[Move, ...]]:
    """Take over every move that checks found and that no video follows yet; the batch's number, if there was any."""
    with database.session(alone=True) as session:
        stand_alone(session, database)
        found = _found(session)
        if not found:
            return None, ()
        counts = {"video_asset": {"changed": len(found)}}
        batch = begin_batch(session, "check", now=now, run_by=run_by, counts=counts)
        moves = tuple(_follow(session, video, check, batch, now) for video, check in found)
    return batch, moves


def _found(session: Session) -> list[tuple[VideoAsset, LinkCheck]]:
    """Videos whose address moved to one that is no other video's: the same video would be there twice."""
    address = func.coalesce(func.nullif(VideoAsset.moved_to, ""), VideoAsset.url)
    rows = session.execute(
        select(VideoAsset, LinkCheck)
        .join(LinkCheck, LinkCheck.url == address)
        .where(VideoAsset.status == "active", LinkCheck.verdict == MOVED, LinkCheck.moved_to != "")
        .order_by(VideoAsset.sourced_id)
    ).all()
    if not rows:
        return []
    taken = {url for pair in session.execute(select(VideoAsset.url, VideoAsset.moved_to)) for url in pair}
    found = []
    for video, check in rows:
        if check.moved_to == video.url or check.moved_to not in taken:
            found.append((video, check))
            taken.add(check.moved_to)
    return found


def _follow(session: Session, video: VideoAsset, check: LinkCheck, batch: int, now: datetime) -> Move:
    before = check.url
    # Where it leads back to the list's own address, that is followed again.
    video.moved_to = "" if check.moved_to == video.url else check.moved_to
    video.batch_id = video.changed_in = batch
    video.date_last_modified = now
    _keep_target(session, check)
    return Move(video.sourced_id, video.title, before, check.moved_to)


def _keep_target(session: Session, check: LinkCheck) -> None:
    """The address it leads to was seen to work, so it counts as checked."""
    target = session.get(LinkCheck, check.moved_to)
    if target is None:
        target = LinkCheck(url=check.moved_to, moved_to="", etag="", last_modified="")
        session.add(target)
    target.host, target.provider = (urlsplit(check.moved_to).hostname or "")[:255], check.provider
    target.checked_at = target.verdict_since = check.checked_at
    target.verdict, target.detail, target.last_ok_at = OK, "", check.checked_at
    target.fail_streak, target.first_failed_at, target.http_status = 0, None, check.http_status
    target.title_seen, target.duration_seen_s = check.title_seen, check.duration_seen_s
