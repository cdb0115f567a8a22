"""Numbered batches: whatever changes the records does so in one, so that a plan can name why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from dlt_sync.db import Database
from dlt_sync.records.tables import ImportBatch


def stand_alone(session: Session, database: Database) -> None:
    """Let nobody else begin a batch before this transaction ends: each compares with what the other changes."""
    if not database.is_sqlite:  # where SQLite's own writer lock already sees to it
        session.execute(text("LOCK TABLE import_batch IN SHARE ROW EXCLUSIVE MODE"))


def begin_batch(
    session: Session,
    mode: str,
    *,
    now: datetime,
    run_by: str = "",
    verdict: str = "ok",
    counts: Mapping[str, Mapping[str, int]] | None = None,
) -> int:
    """Add a batch; returns its number, which goes into `batch_id` and `changed_in` of what it changes.

    The session must be alone: `database.session(alone=True)` and `stand_alone` before anything is read.
    """
    number = (session.scalar(select(func.max(ImportBatch.number))) or 0) + 1
    session.add(
        ImportBatch(
            number=number,
            mode=mode,
            started_at=now,
            ended_at=now,
            run_by=run_by,
            verdict=verdict,
            counts={entity: dict(counted) for entity, counted in (counts or {}).items()},
        )
    )
    session.flush()
    return number
