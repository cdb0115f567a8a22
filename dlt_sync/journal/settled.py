"""Notes of where everything of a kind was found in order, so that it can be passed over.

A scope is a course for kinds that are decided by course, else `WHOLE`. For the former, the row of `WHOLE` tells under
which stamp of the records all of the kind was in order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.orm import Session

from dlt_sync.db import plain_table, portions
from dlt_sync.journal.scopes import Note, forget, replace_notes
from dlt_sync.journal.tables import SettledScope
from dlt_sync.kinds import BY_NAME
from dlt_sync.model import Digest, Fields
from dlt_sync.moodle.digests import digest_of, scope_of

Names = tuple[str, ...]

WHOLE = ""
_SEPARATOR = ","
#: In place of a stamp where something was written since; no stamp is like it, nor that of a course not in the records.
_WRITTEN = "written"
_TABLE = plain_table(SettledScope)


@dataclass(frozen=True, slots=True)
class Settled:
    """What stood in a scope when everything in it was in order; see the table."""

    stamp: str
    digest: Digest
    present: int
    wanted: int
    basis: str = ""
    fields: tuple[str, ...] = ()
    batch: int = 0
    run: int = 0


def settled_scopes(session: Session, kind: str) -> dict[str, Settled]:
    """Where all of a kind was in order, by scope."""
    rows = session.scalars(select(SettledScope).where(SettledScope.kind == kind))
    return {
        row.scope: Settled(
            row.stamp,
            row.digest,
            row.present,
            row.wanted,
            row.basis,
            _names(row.fields),
            row.batch_id,
            row.run_id,
        )
        for row in rows
    }


def whole_stamps(session: Session) -> dict[str, str]:
    """The stamp of the records under which all of a kind was in order, by kind."""
    rows = session.execute(select(_TABLE.c.kind, _TABLE.c.stamp).where(_TABLE.c.scope == WHOLE))
    return {row.kind: row.stamp for row in rows}


def settle(session: Session, kind: str, opened: Collection[str], in_order: Mapping[str, Settled]) -> None:
    """Note which of these scopes are in order; of the others it is forgotten that they were."""
    notes: dict[str, Note] = {
        scope: (
            settled.digest,
            {
                "stamp": settled.stamp,
                "basis": settled.basis,
                "fields": _SEPARATOR.join(settled.fields),
                "batch_id": settled.batch,
                "run_id": settled.run,
                "present": settled.present,
                "wanted": settled.wanted,
            },
        )
        for scope, settled in in_order.items()
    }
    replace_notes(session, SettledScope, kind, opened, notes)


def shift(session: Session, kind: str, changes: Mapping[str, tuple[Fields | None, Fields]], run: int) -> None:
    """Let the digests follow objects (by key: fields before, None for none, and after) that a run is writing.

    What is written is not what was in order, so no scope of theirs can be passed over before it was looked at again;
    but what Moodle should hold now is still known. A digest is a sum: nothing else need be read for it.
    """
    by_scope: dict[str, dict[str, tuple[Fields | None, Fields]]] = {}
    for key, change in changes.items():
        by_scope.setdefault(scope_of(kind, key), {})[key] = change
    forget(session, SettledScope, kind, {WHOLE})
    shifts: list[dict[str, object]] = []
    for scopes in portions(sorted(by_scope.keys() - {WHOLE})):
        known = session.execute(
            select(_TABLE.c.scope, _TABLE.c.fields).where(_TABLE.c.kind == kind, _TABLE.c.scope.in_(scopes))
        )
        shifts += [_shift(kind, scope, by_scope[scope], _names(fields), run) for scope, fields in known]
    if shifts:
        session.connection().execute(_SHIFT, shifts)


#: The database adds, since several batches may be answered at once.
_SHIFT = (
    update(_TABLE)
    .where(_TABLE.c.kind == bindparam("of_kind"), _TABLE.c.scope == bindparam("of_scope"))
    .values(
        stamp=_WRITTEN,
        digest_count=_TABLE.c.digest_count + bindparam("more_count"),
        digest_low=_TABLE.c.digest_low + bindparam("more_low"),
        digest_high=_TABLE.c.digest_high + bindparam("more_high"),
        present=_TABLE.c.present + bindparam("more_present"),
        run_id=case((_TABLE.c.run_id > bindparam("by_run"), bindparam("by_run")), else_=_TABLE.c.run_id),
    )
)


def _shift(
    kind: str, scope: str, changes: Mapping[str, tuple[Fields | None, Fields]], names: Names, run: int
) -> dict[str, object]:
    before = [(key, fields) for key, (fields, _) in changes.items() if fields is not None]
    after = [(key, fields) for key, (_, fields) in changes.items()]
    more = digest_of(kind, after, names).get(scope, Digest()) - digest_of(kind, before, names).get(scope, Digest())
    return {
        "of_kind": kind,
        "of_scope": scope,
        "more_count": more.count,
        "more_low": more.low,
        "more_high": more.high,
        "more_present": _present(kind, after) - _present(kind, before),
        "by_run": run,
    }


def _present(kind: str, objects: Sequence[tuple[str, Fields]]) -> int:
    return sum(not BY_NAME[kind].looks_removed(fields) for _, fields in objects)


def _names(fields: str) -> Names:
    return tuple(fields.split(_SEPARATOR)) if fields else ()


def unsettle(session: Session, kind: str, keys: Collection[str]) -> None:
    """Forget that all was in order where these objects are: they are written."""
    if keys:
        forget(session, SettledScope, kind, {WHOLE, *(scope_of(kind, key) for key in keys)})
