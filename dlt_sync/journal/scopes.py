"""Tables of digests by scope: notes that are replaced as a whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from dlt_sync.db import plain_table, portions
from dlt_sync.journal.tables import ScopeDigest
from dlt_sync.model import Digest

#: A digest, and what else the table holds of its scope, by column.
Note = tuple[Digest, Mapping[str, object]]


def replace_notes(
    session: Session, table: type[ScopeDigest], kind: str, scopes: Collection[str], notes: Mapping[str, Note]
) -> None:
    """Forget what stands of some scopes of a kind, and note these."""
    forget(session, table, kind, scopes)
    rows = [
        {
            "kind": kind,
            "scope": scope,
            "digest_count": digest.count,
            "digest_low": digest.low,
            "digest_high": digest.high,
            **more,
        }
        for scope, (digest, more) in notes.items()
    ]
    if rows:
        session.execute(insert(plain_table(table)), rows)


def forget(session: Session, table: type[ScopeDigest], kind: str, scopes: Collection[str]) -> None:
    """Forget what stands of some scopes of a kind."""
    for some in portions(sorted(scopes)):
        session.execute(delete(plain_table(table)).where(table.kind == kind, table.scope.in_(some)))
