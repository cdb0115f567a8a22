"""Notes of where everything of a kind was found in order, so that it can be passed over.

A scope is a course for kinds that are decided by course, else `WHOLE`. For the former, the row of `WHOLE` tells under
which stamp of the records all of the kind was in order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from dlt_sync.db import Base, portions
from dlt_sync.journal.tables import SettledScope
from dlt_sync.model import Digest
from dlt_sync.moodle.digests import scope_of

WHOLE = ""
_TABLE = Base.metadata.tables[SettledScope.__tablename__]


@dataclass(frozen=True, slots=True)
class Settled:
    """What stood in a scope when everything in it was in order; see the table."""

    stamp: str
    digest: Digest
    present: int
    wanted: int


def settled_scopes(session: Session, kind: str) -> dict[str, Settled]:
    """Where all of a kind was in order, by scope."""
    rows = session.scalars(select(SettledScope).where(SettledScope.kind == kind))
    return {
        row.scope: Settled(
            row.stamp, Digest(row.digest_count, row.digest_low, row.digest_high), row.present, row.wanted
        )
        for row in rows
    }


def settle(session: Session, kind: str, opened: Collection[str], in_order: Mapping[str, Settled]) -> None:
    """Note which of the scopes that were looked into are in order; of the others it is forgotten that they were."""
    _forget(session, kind, opened)
    rows = [
        {
            "kind": kind,
            "scope": scope,
            "stamp": settled.stamp,
            "digest_count": settled.digest.count,
            "digest_low": settled.digest.low,
            "digest_high": settled.digest.high,
            "present": settled.present,
            "wanted": settled.wanted,
        }
        for scope, settled in in_order.items()
    ]
    if rows:
        session.execute(insert(_TABLE), rows)


def unsettle(session: Session, kind: str, keys: Collection[str]) -> None:
    """Forget that all was in order where these objects are: they are written."""
    if keys:
        _forget(session, kind, {WHOLE, *(scope_of(kind, key) for key in keys)})


def _forget(session: Session, kind: str, scopes: Collection[str]) -> None:
    for some in portions(sorted(scopes)):
        session.execute(delete(_TABLE).where(_TABLE.c.kind == kind, _TABLE.c.scope.in_(some)))
