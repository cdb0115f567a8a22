"""Digests that Moodle computed, each with the mark it had then: as long as the mark is the same, so is the digest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from dlt_sync.db import Base, portions
from dlt_sync.journal.tables import MarkedDigest
from dlt_sync.model import Digest

#: So old a digest is computed again although its mark is the same: marks are sums, which might agree by chance.
HASHED_AGAIN_AFTER = timedelta(days=7)

Marked = tuple[str, Digest]
_TABLE = Base.metadata.tables[MarkedDigest.__tablename__]


def marked_digests(session: Session, kind: str, now: datetime) -> dict[str, Marked]:
    """Mark and digest by scope, of those that are young enough."""
    rows = session.scalars(
        select(MarkedDigest).where(MarkedDigest.kind == kind, MarkedDigest.hashed_at > now - HASHED_AGAIN_AFTER)
    )
    return {row.scope: (row.mark, Digest(row.digest_count, row.digest_low, row.digest_high)) for row in rows}


def keep_marked(session: Session, kind: str, marked: Mapping[str, Marked], now: datetime) -> None:
    """Note digests that were computed just now."""
    for scopes in portions(sorted(marked)):
        session.execute(delete(_TABLE).where(_TABLE.c.kind == kind, _TABLE.c.scope.in_(scopes)))
    rows = [
        {
            "kind": kind,
            "scope": scope,
            "mark": mark,
            "digest_count": digest.count,
            "digest_low": digest.low,
            "digest_high": digest.high,
            "hashed_at": now,
        }
        for scope, (mark, digest) in marked.items()
    ]
    if rows:
        session.execute(insert(_TABLE), rows)
