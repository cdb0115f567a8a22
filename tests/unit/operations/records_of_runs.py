"""Runs, plans and batches as rows: what the nights leave behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dlt_sync.db import Database
from dlt_sync.journal import runs
from dlt_sync.journal.tables import Run
from dlt_sync.records.tables import ImportBatch, ImportFile

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)


def add_run(database: Database, verdict: str, *, hours_ago: float, mode: str = "apply", summary: str = "") -> int:
    """A run that took ten minutes and ended so long ago."""
    ended = NOW - timedelta(hours=hours_ago)
    with database.session() as session:
        row = Run(mode=mode, started_at=ended - timedelta(minutes=10), ended_at=ended, verdict=verdict, summary=summary)
        session.add(row)
        session.flush()
        return row.id


def park_plan(database: Database, run_id: int) -> str:
    """A plan of that run that waits to be released; its hash."""
    plan_hash = "ab12" * 16
    with database.session() as session:
        runs.park(session, plan_hash=plan_hash, content="{}", violations=[], run_id=run_id, now=NOW)
    return plan_hash


def add_batch(database: Database, number: int, at: datetime, *entities: str) -> None:
    """An import of these entities' files."""
    with database.session() as session:
        session.add(ImportBatch(number=number, mode="full", started_at=at, ended_at=at, verdict="ok"))
        session.flush()
        for entity in entities:
            session.add(
                ImportFile(
                    batch_id=number, entity=entity, name=f"{entity}.csv", sha256="", rows=1, bytes=1, modified_at=at
                )
            )
