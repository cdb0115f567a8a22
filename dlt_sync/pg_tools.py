"""PostgreSQL's own tools, found by version: pg_dump writes a dump of our tables, psql loads one in one transaction.

Passwords reach them through files in a folder that only we can read, never through arguments. Nothing else starts a
program of PostgreSQL.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from dlt_sync.errors import BackupError
from dlt_sync.log import scrub

#: Where distributions keep the tools of each version.
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
TOOLS = ("pg_dump", "pg_restore", "psql")
#: How long a statement of a restore waits for somebody who uses a table.
LOCK_TIMEOUT_S = 30
#: Lines of a dump's list of contents that would make the schema: it is there.
_OF_SCHEMA = re.compile(r"^\d+; \d+ \d+ (SCHEMA|COMMENT - SCHEMA|ACL - SCHEMA) ")
_SERVICE = "dlt-sync"
#: What is handed on of how the server is reached: what the tools of every version know.
PARAMETERS = frozenset(
    {
        *("host", "hostaddr", "port", "user", "dbname", "options", "target_session_attrs", "connect_timeout"),
        *("sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "gssencmode", "krbsrvname", "channel_binding"),
        *("keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout"),
    }
)


@dataclass(frozen=True, slots=True)
class Tools:
    """The folder of one version's tools."""

    folder: Path
    version: int

    def run(self, tool: str, arguments: Sequence[str], environ: Mapping[str, str]) -> str:
        """What a tool says on stdout. Raises BackupError with the last thing it complained of."""
        command = [str(self.folder / tool), *arguments]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if line.strip()] or ["it does not say why"]
            raise BackupError(
                f"{tool} of PostgreSQL failed: {scrub(said[-1].strip())}",
                remedy="See that the disk is not full and that the user in [database] url owns the tables.",
            )
        return done.stdout


def find_tools(at_least: int, environ: Mapping[str, str] = os.environ) -> Tools:
    """The oldest tools that are not older than that version of the server. Raises BackupError when there are none."""
    found = sorted(_installed(environ), key=lambda tools: tools.version)
    for tools in found:
        if tools.version >= at_least:
            return tools
    if not found:
        raise BackupError(
            "PostgreSQL's programs pg_dump, pg_restore and psql are not installed on this machine.",
            remedy=f"Install them in the server's version: apt install postgresql-client-{at_least}",
        )
    raise BackupError(
        f"pg_dump is of version {found[-1].version}, the server of version {at_least}: it may be newer, not older.",
        remedy=f"Install the server's version: apt install postgresql-client-{at_least}",
    )


def _installed(environ: Mapping[str, str]) -> Iterator[Tools]:
    folders = [folder for pattern in PLACES for folder in Path("/").glob(pattern.removeprefix("/"))]
    if on_path := shutil.which("pg_dump", path=environ.get("PATH")):
        folders.append(Path(on_path).parent)
    for folder in dict.fromkeys(folders):
        if all(os.access(folder / tool, os.X_OK) for tool in TOOLS):
            version = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True, check=False)  # noqa: S603
            if number := re.search(r"\) (\d+)", version.stdout):
                yield Tools(folder, int(number[1]))


def server_version(connection: Connection) -> int:
    """The server's major version, such as 15."""
    return int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000


def schema_of(connection: Connection) -> str:
    """The schema in which our tables are, or will be."""
    return str(connection.scalar(text("SELECT current_schema()")))


def dump(connection: Connection, tools: Tools, tables: Sequence[str], file: Path) -> None:
    """Write our tables and what belongs to them, as that transaction (REPEATABLE READ) sees them."""
    snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
    schema = schema_of(connection)
    named = text(
        "SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace "
        "WHERE nspname = :schema AND relkind IN ('r', 'p', 'v', 'm', 'f')"
    )
    others = sorted(set(connection.scalars(named, {"schema": schema})) - set(tables))
    arguments = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={file}"]
    arguments += [f"--schema={_quoted(schema)}"]
    arguments += [f"--exclude-table={_quoted(schema)}.{_quoted(name)}" for name in others]
    with _environment(connection) as environ:
        tools.run("pg_dump", arguments, environ)


def plain_dump(connection: Connection, tools: Tools) -> str:
    """The whole database as SQL statements that any client can run."""
    with _environment(connection) as environ:
        return tools.run("pg_dump", ["--format=plain", "--inserts", "--no-owner", "--no-privileges"], environ)


def load(connection: Connection, tools: Tools, file: Path, counts: Mapping[str, int], ours: Sequence[str]) -> None:
    """Put the tables of a dump in the place of ours, in one transaction that ends only if each has its count of rows.

    Raises BackupError; then all is as it was.
    """
    schema = _quoted(schema_of(connection))
    with _environment(connection) as environ, tempfile.TemporaryDirectory(prefix="dlt-sync-") as name:
        folder = Path(name)
        listed = tools.run("pg_restore", ["--list", str(file)], environ).splitlines()
        (folder / "list").write_text("\n".join(line for line in listed if not _OF_SCHEMA.match(line)) + "\n")
        arguments = ["--no-owner", "--no-privileges", f"--use-list={folder / 'list'}", f"--file={folder / 'load.sql'}"]
        tools.run("pg_restore", [*arguments, str(file)], environ)
        (folder / "drop.sql").write_text(_drop(schema, ours))
        (folder / "count.sql").write_text("".join(_count(schema, table, rows) for table, rows in counts.items()))
        scripts = [f"--file={folder / script}" for script in ("drop.sql", "load.sql", "count.sql")]
        options = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", "--output=/dev/null"]
        tools.run("psql", [*options, *scripts], environ)


def _drop(schema: str, tables: Sequence[str]) -> str:
    """Our tables go at once, since they refer to each other; what others made of them makes that fail."""
    named = ", ".join(f"{schema}.{_quoted(table)}" for table in tables)
    functions = "".join(f"DROP FUNCTION IF EXISTS {schema}.{_quoted(name)}();\n" for name in TRIGGER_FUNCTIONS)
    return f"SET lock_timeout = '{LOCK_TIMEOUT_S}s';\nDROP TABLE IF EXISTS {named};\n{functions}"


#: Functions behind our triggers (migrations 0002 and 0009).
TRIGGER_FUNCTIONS = ("journal_entry_refuse", "pii_access_refuse")


def _count(schema: str, table: str, rows: int) -> str:
    found = f"(SELECT count(*) FROM {schema}.{_quoted(table)})"  # noqa: S608 - our own names
    wrong = f"RAISE EXCEPTION 'table {table} has not the {rows} rows that the backup counts';"
    return f"DO $$ BEGIN IF {found} <> {rows} THEN {wrong} END IF; END $$;\n"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def _environment(connection: Connection) -> Iterator[dict[str, str]]:
    """An environment in which the tools reach the server as this connection did, without a secret in it."""
    info = connection.connection.driver_connection.info  # type: ignore[union-attr]
    with tempfile.TemporaryDirectory(prefix="dlt-sync-") as name:  # for its owner alone
        folder = Path(name)
        known = info.get_parameters().items()
        parameters = "".join(f"{key}={value}\n" for key, value in known if key in PARAMETERS)
        _write(folder / "service", f"[{_SERVICE}]\n{parameters}")
        password = info.password.replace("\\", "\\\\").replace(":", "\\:")
        _write(folder / "password", f"*:*:*:*:{password}\n" if password else "")
        environ = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        files = {"PGSERVICEFILE": str(folder / "service"), "PGPASSFILE": str(folder / "password")}
        yield {**environ, **files, "PGSERVICE": _SERVICE, "LC_ALL": "C.UTF-8"}


def _write(path: Path, content: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(content)
