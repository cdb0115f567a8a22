"""Digests that Moodle computed, each with the mark it had then: as long as the mark is the same, so is the digest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dlt_sync.journal.scopes import Note, replace_notes
from dlt_sync.journal.tables import MarkedDigest
from dlt_sync.model import Digest

#: So old a digest is computed again although its mark is the same: marks are sums, which might agree by chance.
HASHED_AGAIN_AFTER = timedelta(days=7)

Marked = tuple[str, Digest]


def marked_digests(session: Session, kind: str, now: datetime) -> dict[str, Marked]:
    """Mark and digest by scope, of those that are young enough."""
    rows = session.scalars(
        select(MarkedDigest).where(MarkedDigest.kind == kind, MarkedDigest.hashed_at > now - HASHED_AGAIN_AFTER)
    )
    return {row.scope: (row.mark, row.digest) for row in rows}


def keep_marked(session: Session, kind: str, marked: Mapping[str, Marked], now: datetime) -> None:
    """Note digests that were computed just now."""
    notes: dict[str, Note] = {
        scope: (digest, {"mark": mark, "hashed_at": now}) for scope, (mark, digest) in marked.items()
    }
    replace_notes(session, MarkedDigest, kind, marked, notes)
