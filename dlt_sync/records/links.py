"""What the link check found and who asked for a shooting, as coverage and reports read it. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from dlt_sync.media.coverage import Link
from dlt_sync.media.shooting import Shooting
from dlt_sync.media.verdicts import WORKING, is_broken
from dlt_sync.records import tables


def links(session: Session, now: datetime, timezone: str) -> dict[str, Link]:
    """What is known of each address that was ever checked. Days are those of the academy's time zone."""
    row = tables.LinkCheck
    zone = ZoneInfo(timezone)
    query = select(row.url, row.verdict, row.checked_at, row.first_failed_at, row.fail_streak)
    return {found.url: _link(found, now, zone) for found in session.execute(query)}


def _link(row: Any, now: datetime, zone: ZoneInfo) -> Link:
    fails = row.first_failed_at is not None and row.verdict not in WORKING
    since = row.first_failed_at.astimezone(zone).date() if fails else None
    return Link(row.verdict, is_broken(row, now), int(row.checked_at.timestamp()), since)


def shootings(session: Session) -> tuple[Shooting, ...]:
    """The requests for a shooting that are in force."""
    row = tables.VideoRequest
    query = select(row).where(row.status == "active", row.type == "shooting").order_by(row.sourced_id)
    return tuple(map(shooting_of, session.scalars(query)))


def shooting_of(request: tables.VideoRequest) -> Shooting:
    """A request with the day of each stage."""
    return Shooting(
        key=request.sourced_id,
        stage=request.stage,
        language=request.language,
        title=request.title,
        discipline=request.discipline_id,
        offering=request.offering_id,
        topic=request.topic_id,
        planned_on=request.planned_on,
        reached=tuple(_days(request.dates)),
    )


def _days(dates: dict[str, str]) -> Iterator[tuple[str, date | None]]:
    for stage, day in dates.items():
        yield stage, date.fromisoformat(day[:10]) if day else None
