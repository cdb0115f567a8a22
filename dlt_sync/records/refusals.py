"""Files that are refused whole: missing, older than the last one, or much smaller; then nothing is loaded.

Input: the staged files and the batches in the database. Output: one sentence per refused file, with its remedy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dlt_sync.records.rows import Staged
from dlt_sync.records.schema import OPTIONAL_ENTITIES, SCHEMAS
from dlt_sync.records.tables import ImportBatch, ImportFile

#: A file may be older than the last one by this much: copying and unpacking shuffle times a little.
OLDER_BY = timedelta(hours=1)

_IN_FULL_BATCH = ImportFile.batch_id.in_(select(ImportBatch.number).where(ImportBatch.mode == "full"))


def find_refusals(
    session: Session,
    staged: Mapping[str, Staged],
    *,
    full: bool,
    shrink_limit_percent: float,
    accept_smaller: Set[str],
    accept_older: Set[str],
    refused: Set[str] = frozenset(),
) -> list[str]:
    """Why files of this delivery cannot be loaded, judged against earlier batches.

    `refused` are entities whose files were refused already: they are not missing as well.
    """
    found = list(_missing(session, set(staged) | refused)) if full else []
    for entity, part in staged.items():
        if entity not in accept_older and (sentence := _older(session, part)):
            found.append(sentence)
        if full and entity not in accept_smaller and (sentence := _smaller(session, part, shrink_limit_percent)):
            found.append(sentence)
    return found


def _missing(session: Session, there: Set[str]) -> Iterator[str]:
    delivered = set(session.scalars(select(ImportFile.entity).where(_IN_FULL_BATCH).distinct()))
    for entity in SCHEMAS:
        if entity in there:
            continue
        if entity in delivered:
            yield f"{entity}: its file is missing, and it was there before. Deliver it, even if nothing changed."
        elif entity not in OPTIONAL_ENTITIES:
            yield (
                f"{entity}: its file is missing. A full import needs {entity}.csv or {entity}.xlsx; if yours has "
                f"another name, set file.{entity} in [records]."
            )


def _older(session: Session, part: Staged) -> str:
    source = part.source
    files = select(ImportFile).where(ImportFile.entity == source.entity).order_by(ImportFile.batch_id.desc())
    last = session.scalars(files.limit(1)).first()
    if last is None or last.sha256 == source.sha256:
        return ""
    earlier = session.scalars(files.where(ImportFile.sha256 == source.sha256).limit(1)).first()
    if earlier:
        return (
            f"{source.name}: it is the file of batch {earlier.batch_id} again, and batch {last.batch_id} brought a "
            f"newer one. Deliver today's export, or accept it: --accept-older {source.entity}"
        )
    if source.modified_at < last.modified_at - OLDER_BY:
        return (
            f"{source.name}: it was saved {source.modified_at:%Y-%m-%d %H:%M} UTC, the last one "
            f"{last.modified_at:%Y-%m-%d %H:%M} UTC. Deliver today's export, or accept it: "
            f"--accept-older {source.entity}"
        )
    return ""


def _smaller(session: Session, part: Staged, limit_percent: float) -> str:
    source, rows = part.source, len(part.rows)
    query = select(ImportFile, ImportBatch).join(ImportBatch, ImportBatch.number == ImportFile.batch_id)
    query = query.where(ImportFile.entity == source.entity, ImportBatch.mode == "full")
    found = session.execute(query.order_by(ImportFile.batch_id.desc()).limit(1)).first()
    # Rows that were set aside then and are gone now were corrected: that is no shrinking.
    last = found[0].rows - found[1].counts[source.entity]["set_aside"] if found else 0
    if not last or rows >= last or rows > last * (1 - limit_percent / 100):
        return ""
    lost = (last - rows) / last * 100
    what = "has a header and no rows" if not rows else f"has {rows:,} rows"
    return (
        f"{source.name}: it {what}, the last one had {last:,} good ones: {lost:.0f} % fewer (limit "
        f"{limit_percent:g} %). Deliver the whole export; if so many really left: --accept-smaller {source.entity}"
    )
