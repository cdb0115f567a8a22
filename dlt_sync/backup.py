"""Backups of our own database: one file that tells what it holds, made while runs go on, checked before it counts.

A backup is a zip of `manifest.json` and the database: a SQLite file, or a dump by pg_dump. It holds people's data and
no secret: the IIN's key, tokens, passwords and the config lie elsewhere and need copies of their own.

Restoring puts a backup in the place of the database, whole or not at all, and brings older tables to this version. What
happened since is found out by the next run: Moodle is read, and lost answers are recalled.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import socket
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, func, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from dlt_sync import __version__, pg_tools
from dlt_sync.daemon.leader import standing
from dlt_sync.db import HEAD, Base, Database, revisions_known
from dlt_sync.errors import BackupError, DatabaseError, RunActive
from dlt_sync.journal.tables import Run
from dlt_sync.lock import one_run_at_a_time
from dlt_sync.records.tables import ENTITIES, ImportBatch
from dlt_sync.settings import Settings

FORMAT = 1
MANIFEST = "manifest.json"
_CONTENT = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
#: What a backup is called: the moment it was made, in UTC.
_NAME = re.compile(r"dlt-sync-(\d{8}T\d{6}Z)(-before-restore)?\.zip")
_TABLE = re.compile(r"[a-z][a-z0-9_]*")
_STAMP = "%Y%m%dT%H%M%SZ"
#: A daemon whose last sign of life is younger is running.
DAEMON_IS_ALIVE_S = 120
#: By so much the numbers of runs go on where nobody knows how many there were since the backup: Moodle's pages know
#: runs by their numbers, and take none twice.
RUNS_UNKNOWN = 1000
#: Tables that make a database one that is in use.
_IN_USE = ("run", "import_batch", *ENTITIES)
NOT_IN_IT = (
    "the key of the IINs ([records] iin_key_file)",
    "Moodle's token and all passwords",
    "the config file",
)
_AGAIN = "Take another backup, or make this one anew."


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `counts` is rows by table, `sha256` and `bytes` are of the database in it."""

    format: int
    program: str
    schema: str
    database: str  # sqlite | postgresql
    made_at: str
    made_on: str
    site: str
    counts: dict[str, int]
    sha256: str
    bytes: int
    tool: int = 0  # major version of pg_dump
    not_in_it: tuple[str, ...] = NOT_IN_IT

    @property
    def people(self) -> int:
        """How many people's data it holds."""
        return self.counts.get("person", 0)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, where what had been there is kept (None: nothing was), and the number that runs go on from."""

    manifest: Manifest
    kept: Path | None
    upgraded: bool
    run_id: int


def make(database: Database, settings: Settings, target: Path | None, now: datetime, *, mark: str = "") -> Path:
    """Back up the database into `target`: a folder, or a new file; None for the settings' folder.

    Runs may go on: what was committed when it began is in it, and nothing of later. The file appears whole, for its
    owner alone, after it was read again; in the settings' folder the oldest ones then make room. Raises BackupError or
    DatabaseError, with nothing left behind.
    """
    file = _file(settings, target, now, mark)
    try:
        with tempfile.TemporaryDirectory(prefix=".dlt-sync-", dir=file.parent) as name:
            folder = Path(name)
            content = folder / _CONTENT[_backend(database)]
            manifest = _dumped(database, settings, content, now)
            _write(folder / "backup", manifest, content)
            read(folder / "backup")
            os.replace(folder / "backup", file)
            _sync(file.parent)
    except OSError as error:
        raise BackupError(
            f"The backup {file} cannot be written: {error.strerror or error}.",
            remedy="See that this user may write in the folder and that the disk is not full.",
        ) from error
    if settings.backup.folder and file.parent == settings.backup.folder:
        _make_room(settings.backup.folder, settings.backup.keep)
    return file


def last(settings: Settings) -> datetime | None:
    """When the newest backup in the settings' folder was made; None where there is none, or no folder is set."""
    made = [moment for _, moment, mark in _backups(settings.backup.folder) if not mark]
    return max(made, default=None)


def read(file: Path) -> Manifest:
    """The manifest of a backup whose content was read whole and is what it says. Raises BackupError."""
    with _opened(file) as (archive, manifest):
        with archive.open(_CONTENT[manifest.database]) as content:
            digest, length = hashlib.sha256(), 0
            while piece := content.read(1 << 20):
                digest.update(piece)
                length += len(piece)
        if (digest.hexdigest(), length) != (manifest.sha256, manifest.bytes):
            raise BackupError(f"{file} is damaged: it does not hold what its manifest says.", remedy=_AGAIN)
    return manifest


def restore(database: Database, settings: Settings, file: Path, now: datetime, *, replace: bool = False) -> Restored:
    """Put the backup in the place of the database, whole or not at all, and bring it to this version.

    With `replace`, a database that is in use is backed up first. Raises BackupError, DatabaseError, or RunActive while
    a run or a daemon is active; then the database is as it was.
    """
    manifest = read(file)
    _refuse_unfit(database, file, manifest)
    with one_run_at_a_time(database.engine):
        _refuse_daemon(database)
        kept, runs = None, None
        if _in_use(database):
            if not replace:
                raise BackupError(
                    f"The database {database.url_masked} is in use; nothing was restored.",
                    remedy="To put the backup in its place, add --replace: what is there is backed up first.",
                )
            runs = _last_run(database)
            kept = _keep(database, settings, now)
        with _extracted(file, manifest, _beside(database)) as content:
            if database.is_sqlite:
                _load_sqlite(database, content, manifest)
            else:
                _load_postgresql(database, content, manifest)
        database.upgrade()
        number = _go_on(database, file, manifest, runs, now)
    return Restored(manifest, kept, manifest.schema != HEAD, number)


# -- making ------------------------------------------------------------------------------------------------


def _file(settings: Settings, target: Path | None, now: datetime, mark: str) -> Path:
    place = (target or settings.backup.folder or Path()).absolute()
    if target is None and settings.backup.folder is None:
        raise BackupError(
            "There is no folder for backups in the settings.",
            remedy="Say where: dlt-sync backup FILE, or set [backup] folder.",
        )
    if target is None and not place.exists():
        with suppress(OSError):  # what is wrong is said when the file is written
            place.mkdir(mode=0o700, parents=True)
    file = place / f"dlt-sync-{now.astimezone(UTC):{_STAMP}}{mark}.zip" if place.is_dir() else place
    if file.exists():
        raise BackupError(f"{file} is there already; nothing was written.", remedy="Name another file.")
    return file


def _backend(database: Database) -> str:
    return "sqlite" if database.is_sqlite else "postgresql"


def _dumped(database: Database, settings: Settings, content: Path, now: datetime) -> Manifest:
    """Write the database into a file; what it is, counted in the very state that was written."""
    if database.is_sqlite:
        schema, counts, tool = _dump_sqlite(database, content)
    else:
        schema, counts, tool = _dump_postgresql(database, content)
    with content.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Manifest(
        format=FORMAT,
        program=__version__,
        schema=schema,
        database=_backend(database),
        made_at=now.astimezone(UTC).isoformat(timespec="seconds"),
        made_on=socket.gethostname(),
        site=settings.moodle.url,
        counts=counts,
        sha256=digest,
        bytes=content.stat().st_size,
        tool=tool,
    )


def _dump_sqlite(database: Database, content: Path) -> tuple[str, dict[str, int], int]:
    """A copy without free pages, made in one reading transaction: nobody waits for it, and it waits for nobody."""
    if not Path(database.engine.url.database or "").is_file():
        raise DatabaseError(f"There is no database {database.url_masked}.", remedy="Run: dlt-sync db upgrade")
    try:
        with database.engine.connect() as connection:
            _driver(connection).execute("VACUUM INTO ?", (str(content),))
        return (*_look_into(content), 0)
    except sqlite3.Error as error:
        raise database.error(error) from error
    except SQLAlchemyError as error:
        raise database.error(error) from error


def _look_into(content: Path) -> tuple[str, dict[str, int]]:
    """Schema and rows by table of a SQLite file that is whole. Raises sqlite3.Error."""
    with closing(sqlite3.connect(f"{content.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as copy:
        if (said := copy.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(str(said))
        tables = [row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        counts = {name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608
        if "alembic_version" not in counts:
            raise sqlite3.DatabaseError("it has no tables of dlt-sync")
        (schema,) = copy.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
    return str(schema), counts


def _dump_postgresql(database: Database, content: Path) -> tuple[str, dict[str, int], int]:
    """A dump of one snapshot, in which the rows are counted too."""
    with _connected(database, isolation_level="REPEATABLE READ") as connection:
        tools = pg_tools.find_tools(pg_tools.server_version(connection))
        tables = _tables(connection)
        if "alembic_version" not in tables:
            raise DatabaseError(
                f"The database {database.url_masked} has no tables of dlt-sync.", remedy="Run: dlt-sync db upgrade"
            )
        pg_tools.dump(connection, tools, tables, content)
        counts = {name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in tables}  # noqa: S608
        schema = connection.scalar(text("SELECT version_num FROM alembic_version")) or ""
    return schema, counts, tools.version


def _tables(connection: Connection) -> list[str]:
    """Our tables that are there."""
    return sorted({*Base.metadata.tables, "alembic_version"} & set(inspect(connection).get_table_names()))


def _write(file: Path, manifest: Manifest, content: Path) -> None:
    number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    method = zipfile.ZIP_DEFLATED if manifest.database == "sqlite" else zipfile.ZIP_STORED
    with os.fdopen(number, "wb") as stream:
        with zipfile.ZipFile(stream, "w", method) as archive:
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=2))
            archive.write(content, content.name)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    """Let the file's name last too, should the machine fail now."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _backups(folder: Path | None) -> list[tuple[Path, datetime, str]]:
    """The backups in a folder: file, moment, mark."""
    found = []
    for file in folder.iterdir() if folder and folder.is_dir() else ():
        if name := _NAME.fullmatch(file.name):
            found.append((file, datetime.strptime(name[1], _STAMP).replace(tzinfo=UTC), name[2] or ""))
    return found


def _make_room(folder: Path, keep: int) -> None:
    newest_first = sorted(_backups(folder), key=lambda backup: backup[1], reverse=True)
    for file, _, _ in newest_first[keep:]:
        file.unlink(missing_ok=True)


# -- reading -----------------------------------------------------------------------------------------------


@contextmanager
def _opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """A backup and its manifest. Whatever is wrong with it becomes a BackupError."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _manifest(archive.read(MANIFEST))
            if set(archive.namelist()) != {MANIFEST, _CONTENT[manifest.database]}:
                raise ValueError("other files")
            yield archive, manifest
    except OSError as error:
        raise BackupError(
            f"{file} cannot be read: {error.strerror or error}.", remedy="Check the path and who may read it."
        ) from error
    except (zipfile.BadZipFile, ValueError, KeyError, TypeError, EOFError, NotImplementedError, zlib.error) as e:
        raise BackupError(f"{file} is no backup of dlt-sync, or it is damaged or cut off.", remedy=_AGAIN) from e


def _manifest(content: bytes) -> Manifest:
    raw: dict[str, Any] = json.loads(content)
    if raw["format"] != FORMAT:
        raise BackupError(
            f"The backup has the form {raw['format']}, this version of dlt-sync reads {FORMAT}.",
            remedy=f"Install dlt-sync {raw.get('program', 'of that time')}.",
        )
    counts = {str(name): int(rows) for name, rows in raw["counts"].items()}
    if not all(map(_TABLE.fullmatch, counts)):
        raise ValueError("a table of no name that we give")
    return Manifest(**{**raw, "counts": counts, "not_in_it": tuple(raw["not_in_it"])})


@contextmanager
def _extracted(file: Path, manifest: Manifest, beside: Path | None) -> Iterator[Path]:
    """The database in a backup, as a file in a folder for us alone; beside the one it replaces, to be renamed."""
    try:
        with tempfile.TemporaryDirectory(prefix=".dlt-sync-", dir=beside) as name:
            content = Path(name) / _CONTENT[manifest.database]
            with _opened(file) as (archive, _), archive.open(content.name) as packed, _new(content) as plain:
                while piece := packed.read(1 << 20):
                    plain.write(piece)
                plain.flush()
                os.fsync(plain.fileno())
            yield content
    except OSError as error:
        raise BackupError(
            f"The backup cannot be unpacked: {error.strerror or error}.",
            remedy="See that this user may write in the folder and that the disk is not full.",
        ) from error


def _new(file: Path) -> IO[bytes]:
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


# -- restoring ---------------------------------------------------------------------------------------------


def _refuse_unfit(database: Database, file: Path, manifest: Manifest) -> None:
    if manifest.schema not in revisions_known():
        raise BackupError(
            f"{file} was made by dlt-sync {manifest.program}, whose tables ({manifest.schema}) are newer than those "
            f"of this version ({__version__}, {HEAD}).",
            remedy=f"Install dlt-sync {manifest.program} or newer, and restore with that.",
        )
    if manifest.database != _backend(database):
        words = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
        raise BackupError(
            f"{file} holds a database of {words[manifest.database]}, the settings name one of "
            f"{words[_backend(database)]}.",
            remedy=f"Name a database of {words[manifest.database]} in [database] url.",
        )


def _refuse_daemon(database: Database) -> None:
    with suppress(DatabaseError):
        leader = standing(database)
        if leader and abs(leader.age_s) < DAEMON_IS_ALIVE_S:
            raise RunActive(
                f"A daemon works on this database ({leader.name}); nothing was restored.",
                remedy="Stop it first: systemctl stop dlt-sync",
            )


def _in_use(database: Database) -> bool:
    """Whether there is something in the database; one that cannot be read counts as such."""
    if database.is_sqlite and not Path(database.engine.url.database or "").exists():
        return False
    try:
        with _connected(database) as connection:
            tables = [name for name in _tables(connection) if name in _IN_USE]
            return any(connection.scalar(text(f'SELECT 1 FROM "{name}" LIMIT 1')) for name in tables)  # noqa: S608
    except DatabaseError:
        if database.is_sqlite:
            return True
        raise


def _last_run(database: Database) -> int | None:
    with suppress(DatabaseError), database.session() as session:
        return session.scalar(select(func.max(Run.id))) or 0
    return None


def _keep(database: Database, settings: Settings, now: datetime) -> Path:
    """Back up what is there; a SQLite file that cannot be backed up any more is kept as it is."""
    folder = settings.backup.folder if settings.backup.folder and settings.backup.folder.is_dir() else None
    try:
        return make(database, settings, folder or settings.data_folder, now, mark="-before-restore")
    except DatabaseError:
        if not database.is_sqlite:
            raise
    file = Path(database.engine.url.database or "")
    kept = file.with_name(f"{file.name}.damaged-{now.astimezone(UTC):{_STAMP}}")
    database.close()
    for ending in ("", "-wal"):
        with suppress(FileNotFoundError):
            os.link(f"{file}{ending}", f"{kept}{ending}")
    return kept


def _beside(database: Database) -> Path | None:
    return Path(database.engine.url.database or "").parent if database.is_sqlite else None


def _load_sqlite(database: Database, content: Path, manifest: Manifest) -> None:
    """Look the copy over, bring it to this version, and only then rename it over the database."""
    try:
        if _look_into(content) != (manifest.schema, manifest.counts):
            raise sqlite3.DatabaseError("it does not hold what its manifest counts")
    except sqlite3.Error as error:
        raise BackupError(f"The database in the backup is damaged: {error}.", remedy=_AGAIN) from error
    copy = Database(f"sqlite:///{content}")
    try:
        copy.upgrade()
        with copy.engine.connect() as connection:
            _driver(connection).execute("PRAGMA journal_mode = DELETE")  # one file, no log beside it
    finally:
        copy.close()
    database.close()
    file = Path(database.engine.url.database or "")
    _end_wal(file)
    os.replace(content, file)
    _sync(file.parent)


def _end_wal(file: Path) -> None:
    """Let no write-ahead log of the old file lie beside the new one, which would be read into it.

    Raises DatabaseError while somebody has the old one open.
    """
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(file, timeout=10, isolation_level=None)) as old:
            old.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise DatabaseError(
                f"The database {file} is open in another program; nothing was restored.",
                remedy="Wait until other commands of dlt-sync are done, stop the daemon, and try again.",
            ) from error
    except sqlite3.DatabaseError:
        pass  # damaged: that is why it is replaced
    for ending in ("-wal", "-shm"):
        Path(f"{file}{ending}").unlink(missing_ok=True)


def _load_postgresql(database: Database, content: Path, manifest: Manifest) -> None:
    ours = sorted({*Base.metadata.tables, "alembic_version", *manifest.counts})
    with _connected(database, isolation_level="AUTOCOMMIT") as connection:
        tools = pg_tools.find_tools(max(pg_tools.server_version(connection), manifest.tool))
        pg_tools.load(connection, tools, content, manifest.counts, ours)


def _go_on(database: Database, file: Path, manifest: Manifest, runs: int | None, now: datetime) -> int:
    """Note the restoration as a run, under a number that no run had: Moodle's pages know those of later runs too."""
    with database.session() as session:
        here = session.scalar(select(func.max(Run.id))) or 0
        number = max(here, runs) + 1 if runs is not None else here + RUNS_UNKNOWN
        batch = session.scalar(select(func.max(ImportBatch.number))) or 0
        summary = f"restored from {file.name}, made at {manifest.made_at}; the last import in it is {batch}"
        session.add(
            Run(
                id=number, mode="restore", started_at=now, ended_at=now, verdict="ok", host=socket.gethostname(),
                counts={}, summary=summary,
            )
        )  # fmt: skip
        session.flush()
        if not database.is_sqlite:
            session.execute(text("SELECT setval(pg_get_serial_sequence('run', 'id'), :number)"), {"number": number})
    return number


@contextmanager
def _connected(database: Database, **options: Any) -> Iterator[Connection]:
    """A connection whose errors say what to do."""
    engine: Engine = database.engine.execution_options(**options) if options else database.engine
    try:
        with engine.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise database.error(error) from error


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
