"""What is kept of a link: one row per address, written over by every check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dlt_sync.media.links import Link
from dlt_sync.media.pages import storable
from dlt_sync.media.verdicts import WORKING, Judgement, Seen, Streak, next_streak
from dlt_sync.records.tables import LinkCheck


def rows_of(session: Session, urls: Sequence[str]) -> dict[str, LinkCheck]:
    """What is kept of these addresses, of each that was checked before."""
    return {row.url: row for row in session.scalars(select(LinkCheck).where(LinkCheck.url.in_(urls)))}


def keep(
    session: Session, row: LinkCheck | None, link: Link, seen: Seen, judgement: Judgement, now: datetime
) -> LinkCheck:
    """Put what was found into the link's row, a new one where there is None, in the caller's transaction.

    What was seen of a video that works stays while it does not: a person then knows what was there.
    """
    streak = next_streak(_streak(row), judgement.verdict, now)
    if row is None:
        row = LinkCheck(url=link.url, title_seen="")
        session.add(row)
    row.host, row.provider, row.checked_at = link.host[:255], link.provider, now
    row.verdict, row.verdict_since, row.last_ok_at = streak.verdict, streak.verdict_since, streak.last_ok_at
    row.fail_streak, row.first_failed_at = streak.fail_streak, streak.first_failed_at
    row.http_status, row.detail, row.moved_to = seen.status, storable(judgement.detail)[:2000], judgement.moved_to
    row.etag, row.last_modified = storable(seen.etag), storable(seen.last_modified)
    if judgement.verdict in WORKING or seen.title:
        row.title_seen = storable(seen.title)[:255]
    if judgement.verdict in WORKING or seen.duration_s:
        row.duration_seen_s = seen.duration_s
    return row


def _streak(row: LinkCheck | None) -> Streak | None:
    if row is None:
        return None
    return Streak(row.verdict, row.verdict_since, row.fail_streak, row.first_failed_at, row.last_ok_at)
