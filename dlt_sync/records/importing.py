"""The registrar's files → our database: read, check every row, load in one transaction.

The function to read first is `import_records`. A row that fails a check is set aside and never stops the
others; a file that cannot be trusted is refused, and then nothing at all is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dlt_sync.db import Database
from dlt_sync.errors import RecordsError
from dlt_sync.records.batches import begin_batch, stand_alone
from dlt_sync.records.checks import check_together
from dlt_sync.records.delivery import Delivery, Limits, Refused, SourceFile, find_files, refuse_changed
from dlt_sync.records.loading import Changes, read_existing, work_out, write, write_file, write_quarantine
from dlt_sync.records.messages import Problem
from dlt_sync.records.placing import give_way
from dlt_sync.records.readers import read
from dlt_sync.records.refusals import find_refusals
from dlt_sync.records.rows import Staged, build_row
from dlt_sync.records.schema import SCHEMAS, UNLISTED

if TYPE_CHECKING:
    from dlt_sync.settings import RecordsSettings

Mode = Literal["full", "delta"]
#: Called with the entity and how many of its rows have been read, every thousand rows and at its end.
Progress = Callable[[str, int], None]

_REPORT_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """A department's choices for an import, from its settings and the command line.

    `files` is entity → file name (or workbook.xlsx#Sheet), `columns` entity → header → column. Without
    `iin_key`, IINs are checked and not kept. `accept_smaller` and `accept_older` name entities whose file may be
    much smaller or older than the last one this time. Days are those of `timezone`.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    iin_key: bytes | None = field(default=None, repr=False)
    shrink_limit_percent: float = 10
    max_file_mb: int = 100
    accept_smaller: frozenset[str] = frozenset()
    accept_older: frozenset[str] = frozenset()
    timezone: str = "Asia/Almaty"


def import_options(records: RecordsSettings, timezone: str, **accepted: frozenset[str]) -> ImportOptions:
    """The options that the settings name; `accepted` are `accept_smaller` and `accept_older`."""
    return ImportOptions(
        files=records.file,
        columns=records.columns,
        iin_key=records.iin_key.reveal().encode() if records.iin_key else None,
        shrink_limit_percent=records.shrink_limit_percent,
        max_file_mb=records.max_file_mb,
        timezone=timezone,
        **accepted,
    )


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, or would do. `batch` is its number, None where nothing was written.

    `counts` is entity → created, changed, unchanged, removed, set_aside. `problems` holds errors (the row was set
    aside) and warnings (a field was left out).
    """

    batch: int | None
    mode: Mode
    verdict: str  # ok | partial: some rows were set aside
    files: tuple[SourceFile, ...]
    counts: Mapping[str, Mapping[str, int]]
    problems: tuple[Problem, ...]

    @property
    def set_aside(self) -> int:
        """How many rows were set aside."""
        return sum(counts["set_aside"] for counts in self.counts.values())


def import_records(
    database: Database,
    path: Path | str,
    *,
    options: ImportOptions | None = None,
    mode: Mode = "full",
    dry_run: bool = False,
    run_by: str = "",
    now: datetime,
    progress: Progress | None = None,
) -> ImportResult:
    """Load what lies at `path` (a folder, a workbook, one entity's file) as a new batch.

    In `full` mode the delivery is a snapshot: records absent from it are no longer in force. `now` is aware UTC.
    Raises RecordsError, with every refused file in `problems`, or DatabaseError; then nothing is written. With
    `dry_run` nothing ever is.
    """
    options = options or ImportOptions()
    staged, refusals, refused = _stage(Path(path), options, progress)
    full = mode == "full"
    today = now.astimezone(ZoneInfo(options.timezone)).date()
    with database.session(alone=not dry_run) as session:
        if not dry_run:
            stand_alone(session, database)
        refusals += find_refusals(
            session,
            staged,
            full=full,
            shrink_limit_percent=options.shrink_limit_percent,
            accept_smaller=options.accept_smaller,
            accept_older=options.accept_older,
            refused=refused,
        )
        _raise_refusals(path, refusals, staged)
        existing = read_existing(session)
        check_together(staged, existing, full=full)
        changes = {
            entity: work_out(part, existing[entity], full=full, now=now, today=today) for entity, part in staged.items()
        }
        batch = None if dry_run else _load(session, staged, changes, mode=mode, run_by=run_by, now=now, today=today)
    return _result(batch, mode, staged, changes)


def check_records(
    database: Database,
    path: Path | str,
    *,
    options: ImportOptions | None = None,
    mode: Mode = "full",
    now: datetime,
    progress: Progress | None = None,
) -> ImportResult:
    """What `import_records` would do and set aside. Writes nothing; raises the same errors."""
    return import_records(database, path, options=options, mode=mode, dry_run=True, now=now, progress=progress)


def _stage(
    path: Path, options: ImportOptions, progress: Progress | None
) -> tuple[dict[str, Staged], list[str], frozenset[str]]:
    """All files read; the refusals so far, and the entities they are about."""
    delivery: Delivery = find_files(path, options.files, Limits(options.max_file_mb))
    staged: dict[str, Staged] = {}
    refusals = list(delivery.refusals)
    for entity, source in delivery.files.items():
        try:
            staged[entity] = _stage_file(source, options, progress)
        except Refused as refused:
            refusals.append(str(refused))
        except OSError as error:
            refusals.append(f"{source.name}: it cannot be read: {error.strerror}. Correct its permissions.")
    refusals += refuse_changed(part.source for part in staged.values())
    return staged, list(dict.fromkeys(refusals)), delivery.refused | set(delivery.files)


def _stage_file(source: SourceFile, options: ImportOptions, progress: Progress | None) -> Staged:
    sheet = read(source, options.columns.get(source.entity, {}))
    part = Staged(source, sheet.columns)
    for raw in sheet.rows:
        part.rows.append(build_row(source.entity, raw, sheet, options.iin_key))
        if progress and len(part.rows) % _REPORT_EVERY == 0:
            progress(source.entity, len(part.rows))
    if progress:
        progress(source.entity, len(part.rows))
    return part


def _raise_refusals(path: Path | str, refusals: list[str], staged: Mapping[str, Staged]) -> None:
    if refusals:
        raise RecordsError(
            f"The import of {path} is refused; nothing was loaded.",
            remedy="Correct what is listed and import again; Moodle stays as it is until then.",
            problems=refusals,
        )
    if not staged:
        raise RecordsError(
            f"There is no file of ours in {path}.",
            remedy="Name the files like org.csv, person.csv, enrolment.csv, or set their names in [records].",
        )


def _load(
    session: Session,
    staged: Mapping[str, Staged],
    changes: Mapping[str, Changes],
    *,
    mode: Mode,
    run_by: str,
    now: datetime,
    today: date,
) -> int:
    counts = {entity: change.counts() for entity, change in changes.items()}
    number = begin_batch(session, mode, run_by=run_by, now=now, verdict=_verdict(changes), counts=counts)
    for entity in (entity for entity in SCHEMAS if entity in staged):
        part = staged[entity]
        write_file(session, part, number)
        write(session, entity, changes[entity], batch=number, run_by=run_by, now=now, today=today)
        write_quarantine(session, part, part.problems(), full=mode == "full", batch=number, now=now)
    if staged.keys() & UNLISTED.keys():
        give_way(session, number, now)
    return number


def _verdict(changes: Mapping[str, Changes]) -> str:
    return "partial" if any(change.set_aside for change in changes.values()) else "ok"


def _result(
    batch: int | None, mode: Mode, staged: Mapping[str, Staged], changes: Mapping[str, Changes]
) -> ImportResult:
    return ImportResult(
        batch=batch,
        mode=mode,
        verdict=_verdict(changes),
        files=tuple(part.source for part in staged.values()),
        counts={entity: change.counts() for entity, change in changes.items()},
        problems=tuple(problem for part in staged.values() for problem in part.problems()),
    )
