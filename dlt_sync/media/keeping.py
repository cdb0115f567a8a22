"""What is kept of a link: one row per address, written over by every check."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from dlt_sync.media.links import Link
from dlt_sync.media.verdicts import WORKING, Judgement, Seen, Streak, next_streak
from dlt_sync.records.tables import LinkCheck


def keep(session: Session, link: Link, seen: Seen, judgement: Judgement, now: datetime) -> LinkCheck:
    """Write what was found in the caller's transaction; returns the row. Nothing else of it is to be changed.

    What was seen of a video that works stays while it does not: a person then knows what was there.
    """
    row = session.get(LinkCheck, link.url)
    streak = next_streak(_streak(row), judgement.verdict, now)
    if row is None:
        row = LinkCheck(url=link.url)
        session.add(row)
    row.host, row.provider, row.checked_at = link.host[:255], link.provider, now
    row.verdict, row.verdict_since, row.last_ok_at = streak.verdict, streak.verdict_since, streak.last_ok_at
    row.fail_streak, row.first_failed_at = streak.fail_streak, streak.first_failed_at
    row.http_status, row.detail, row.moved_to = seen.status, judgement.detail[:2000], judgement.moved_to
    row.etag, row.last_modified = seen.etag, seen.last_modified
    if judgement.verdict in WORKING or seen.title or row.title_seen is None:
        row.title_seen = seen.title[:255]
    if judgement.verdict in WORKING or seen.duration_s:
        row.duration_seen_s = seen.duration_s
    session.flush()
    return row


def _streak(row: LinkCheck | None) -> Streak | None:
    if row is None:
        return None
    return Streak(row.verdict, row.verdict_since, row.fail_streak, row.first_failed_at, row.last_ok_at)
