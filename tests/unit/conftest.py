"""A database of each kind, and a tiny academy's files to import."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from dlt_sync.db import Database
from tests.unit.records.files import Exports

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
_NUMBERS = count(1)


def _unprivileged() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A private PostgreSQL server on a socket; its URL without a database. Skips where none is installed."""
    if not _BINARIES:
        pytest.skip("no PostgreSQL server is installed (apt install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="dlt-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")
    data, socket = folder / "data", folder

    def run(program: str, *arguments: str) -> None:
        command = [*_unprivileged(), str(_BINARIES[0] / program), "-D", str(data), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)

    options = f"-c listen_addresses='' -c unix_socket_directories='{socket}' -c fsync=off"
    run("initdb", "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
    try:
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        yield f"postgresql://postgres@/{{name}}?host={socket}"
        run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: str) -> str:
    """The server with a migrated database `model` to copy: copying is faster than migrating."""
    _create(postgresql, "CREATE DATABASE model")
    database = Database(postgresql.format(name="model"))
    database.upgrade()
    database.close()
    return postgresql


def _create(server: str, statement: str) -> None:
    with psycopg.connect(server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("model") / "records.sqlite3"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'records.sqlite3'}"
    else:
        server = request.getfixturevalue("postgresql")
        name = f"empty{next(_NUMBERS)}"
        _create(server, f"CREATE DATABASE {name}")
        url = server.format(name=name)
    database = Database(url)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated database, of each kind in turn."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "records.sqlite3")
        found = Database(f"sqlite:///{tmp_path / 'records.sqlite3'}")
    else:
        server = request.getfixturevalue("migrated_postgresql")
        name = f"records{next(_NUMBERS)}"
        _create(server, f"CREATE DATABASE {name} TEMPLATE model")
        found = Database(server.format(name=name))
    yield found
    found.close()


@pytest.fixture
def sqlite(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Database]:
    """A migrated SQLite database, where the kind makes no difference."""
    shutil.copy(migrated_sqlite, tmp_path / "sqlite.sqlite3")
    found = Database(f"sqlite:///{tmp_path / 'sqlite.sqlite3'}")
    yield found
    found.close()


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    """The tiny academy's exports in a folder of their own; every row is good."""
    folder = tmp_path / "exports"
    folder.mkdir()
    return Exports(folder)
