"""How each source of records stands: who owes it, when it is due, when it came last (regulation, clause 6.1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dlt_sync.due import FeedRules, due_days, judge
from dlt_sync.records.schema import SCHEMAS
from dlt_sync.records.tables import AcademicSession, ImportBatch, ImportFile

_TERM_STARTS = select(AcademicSession.begin).where(AcademicSession.status == "active", AcademicSession.type == "term")


@dataclass(frozen=True, slots=True)
class FeedStanding:
    """One source of records.

    `owner` is a unit, "" where none is named. `due` is the day that was missed where it is `overdue`, else the next
    one; None where no due days are set. `received` is when all its entities were there last, None for never.
    """

    name: str
    entities: tuple[str, ...]
    owner: str
    due: date | None
    received: datetime | None
    overdue: bool
    format: str = ""


def standing(session: Session, rules: FeedRules, now: datetime, timezone: str) -> tuple[FeedStanding, ...]:
    """All sources: those of the settings, then each entity that none of them brings. Days are those of `timezone`."""
    zone = ZoneInfo(timezone)
    came = _received(session)
    starts = frozenset(session.scalars(_TERM_STARTS))
    named = rules.sources
    covered = {entity for source in named for entity in rules.entities_of(source)}
    others = [entity for entity in SCHEMAS if entity not in covered]
    return tuple(_standing(source, rules, came, starts, now, zone) for source in (*named, *others))


def overdue(session: Session, rules: FeedRules, now: datetime, timezone: str) -> tuple[FeedStanding, ...]:
    """The sources that missed their day."""
    return tuple(feed for feed in standing(session, rules, now, timezone) if feed.overdue)


def _standing(
    source: str,
    rules: FeedRules,
    came: Mapping[str, datetime],
    starts: frozenset[date],
    now: datetime,
    zone: ZoneInfo,
) -> FeedStanding:
    entities = rules.entities_of(source)
    # What comes together is there only once all of it is.
    received = min((came[entity] for entity in entities), default=None) if came.keys() >= set(entities) else None
    today = now.astimezone(zone).date()
    days = due_days(rules.due.get(source, ""), today, starts)
    due, is_overdue = judge(days, received.astimezone(zone).date() if received else None, today)
    return FeedStanding(
        source, entities, rules.owner.get(source, ""), due, received, is_overdue, rules.format.get(source, "")
    )


def _received(session: Session) -> dict[str, datetime]:
    """When each entity's file was imported last."""
    newest = (
        select(ImportFile.entity, func.max(ImportBatch.started_at))
        .join(ImportBatch, ImportBatch.number == ImportFile.batch_id)
        .group_by(ImportFile.entity)
    )
    return {row[0]: row[1] for row in session.execute(newest)}
