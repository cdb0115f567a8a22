"""Private servers of one site: PostgreSQL or MariaDB with a data folder of its own, PHP's web server, and the demo's
media site.

They listen on the loopback address only and need no service manager. When we are root, database servers run as an
account without rights; else as ourselves.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from scripts.site import media
from scripts.site.process import Account, CommandFailed, Server, port_answers, run, server_account
from scripts.site.workspace import SiteError, write_private

NAME = "moodle"  # database and database user


class Database(Protocol):
    """A database server over one data folder."""

    family: str
    packages: str

    @staticmethod
    def version() -> str:
        """What the installed server calls itself: data folders belong to a version."""

    def create(self, data: Path, password: str) -> None:
        """Make the data folder with an empty database and its one user."""

    def start(self, data: Path, port: int, *, durable: bool) -> None:
        """Start over the data folder and return when it answers. `durable` off: fast, may lose data."""

    def stop(self, *, at_once: bool = False) -> bool:
        """Stop cleanly; `at_once` when the data are about to be thrown away."""

    def running(self) -> bool:
        """Whether our server runs."""


class PostgreSQL:
    """A private PostgreSQL server."""

    family = "pgsql"
    packages = "postgresql"
    _fast = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")

    def __init__(self, run_folder: Path) -> None:
        self._server = Server(run_folder / "db.json", run_folder / "db.log")
        self._account = server_account("postgres")
        self._bin = _postgres_programs()

    @staticmethod
    def version() -> str:
        return _postgres_programs().parent.name

    def create(self, data: Path, password: str) -> None:
        _new_folder(data, self._account)
        secret = data.parent / "password"
        write_private(secret, password)
        if self._account:
            os.chown(secret, self._account.uid, self._account.gid)
        try:
            run([self._bin / "initdb", "-D", data, "-U", NAME, "-E", "UTF8", "--locale=C.UTF-8",
                 "--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync"], account=self._account)  # fmt: skip
        finally:
            secret.unlink()

    def start(self, data: Path, port: int, *, durable: bool) -> None:
        settings = [f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=60"]
        settings += [] if durable else self._fast
        options = [part for setting in settings for part in ("-c", setting)]
        self._server.start([self._bin / "postgres", "-D", data, *options], account=self._account)
        ready: list[str | Path] = [self._bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        _wait_until(lambda: _succeeds(ready), self._server, "PostgreSQL")

    def ensure_database(self, port: int, password: str) -> None:
        """Make the database if it is not there yet."""
        server = ["-h", "127.0.0.1", "-p", str(port), "-U", NAME]
        env = {"PGPASSWORD": password}
        known = run([self._bin / "psql", *server, "-d", "postgres", "-tAc", "SELECT datname FROM pg_database"], env=env)
        if NAME not in known.split():
            run([self._bin / "createdb", *server, NAME], env=env)

    def stop(self, *, at_once: bool = False) -> bool:
        return self._server.stop(signal.SIGKILL if at_once else signal.SIGINT)

    def running(self) -> bool:
        return self._server.running()


class MariaDB:
    """A private MariaDB server."""

    family = "mariadb"
    packages = "mariadb-server"
    _fast = ("--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--sync-binlog=0",
             "--innodb-flush-method=nosync", "--innodb-log-file-size=32M", "--performance-schema=off")  # fmt: skip

    def __init__(self, run_folder: Path) -> None:
        self._server = Server(run_folder / "db.json", run_folder / "db.log")
        self._account = server_account("mysql")

    @staticmethod
    def version() -> str:
        return run([_mariadbd(), "--version"]).strip()

    def create(self, data: Path, password: str) -> None:
        _new_folder(data, self._account)
        options = [f"--user={self._account.name}"] if self._account else []
        run([_program("mariadb-install-db", self.packages), "--no-defaults", f"--datadir={data}", "--skip-test-db",
             "--auth-root-authentication-method=normal", *options])  # fmt: skip
        statements = (
            "FLUSH PRIVILEGES;\n"
            f"CREATE DATABASE {NAME} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\n"
            f"CREATE USER '{NAME}'@'127.0.0.1' IDENTIFIED BY '{password}';\n"
            f"GRANT ALL ON *.* TO '{NAME}'@'127.0.0.1';\n"
            f"DELETE FROM mysql.global_priv WHERE User <> '{NAME}' AND User <> 'mariadb.sys';\n"
        )
        run([_mariadbd(), "--no-defaults", f"--datadir={data}", "--bootstrap", *options], text=statements)

    def start(self, data: Path, port: int, *, durable: bool) -> None:
        options = [f"--user={self._account.name}"] if self._account else []
        options += [] if durable else self._fast
        self._server.start(
            [_mariadbd(), "--no-defaults", f"--datadir={data}", f"--port={port}", "--bind-address=127.0.0.1",
             "--socket=mariadb.sock", "--pid-file=mariadb.pid", "--skip-name-resolve",
             "--character-set-server=utf8mb4", "--collation-server=utf8mb4_unicode_ci", *options]
        )  # fmt: skip
        _wait_until(lambda: port_answers(port), self._server, "MariaDB")

    def ensure_database(self, port: int, password: str) -> None:
        """Nothing to do: `create` made it."""

    def stop(self, *, at_once: bool = False) -> bool:
        return self._server.stop(signal.SIGKILL if at_once else signal.SIGTERM)

    def running(self) -> bool:
        return self._server.running()


FAMILIES: dict[str, type[PostgreSQL] | type[MariaDB]] = {"pgsql": PostgreSQL, "mariadb": MariaDB}


class WebServer:
    """PHP's own web server with four workers."""

    def __init__(self, run_folder: Path) -> None:
        self._server = Server(run_folder / "web.json", run_folder / "web.log")

    def start(self, code: Path, port: int, php_settings: Path) -> None:
        """Serve the Moodle code and return when the port answers."""
        env = {"PHP_CLI_SERVER_WORKERS": "4", "PHP_INI_SCAN_DIR": f":{php_settings}"}
        self._server.start([_program("php", "php8.2-cli"), "-S", f"127.0.0.1:{port}", "-t", code], env=env)
        _wait_until(lambda: port_answers(port), self._server, "the web server")

    def stop(self) -> bool:
        """Stop the server with its workers (killing the first process alone would leave them on the port)."""
        return self._server.stop(signal.SIGTERM)

    def running(self) -> bool:
        """Whether our server runs."""
        return self._server.running()


class MediaServer:
    """The stand-in for the department's media site."""

    def __init__(self, run_folder: Path) -> None:
        self._server = Server(run_folder / "media.json", run_folder / "media.log")

    def start(self, port: int) -> None:
        """Serve the clip and return when the port answers."""
        self._server.start([sys.executable, media.__file__, str(port)])
        _wait_until(lambda: port_answers(port), self._server, "the media site")

    def stop(self) -> bool:
        """Stop the server. False when it did not run."""
        return self._server.stop(signal.SIGTERM)

    def running(self) -> bool:
        """Whether our server runs."""
        return self._server.running()


def _new_folder(data: Path, owner: Account | None) -> None:
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    if owner:
        os.chown(data, owner.uid, owner.gid)


def _succeeds(args: list[str | Path]) -> bool:
    try:
        run(args)
    except CommandFailed:
        return False
    return True


def _wait_until(ready: Callable[[], bool], server: Server, name: str, timeout_s: float = 120) -> None:
    deadline = time.monotonic() + timeout_s
    while not ready():
        if not server.running() or time.monotonic() > deadline:
            raise SiteError(f"{name} did not start. The end of its log:\n{server.log_end()}")
        time.sleep(0.05)


def _program(name: str, package: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if not found:
        raise SiteError(f"{name} is missing: apt-get install {package}")
    return found


def _mariadbd() -> str:
    return _program("mariadbd", MariaDB.packages)


def _postgres_programs() -> Path:
    """The folder of the newest installed PostgreSQL: Debian keeps its server programs off the PATH."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if installed:
        return installed[-1].parent
    return Path(_program("initdb", PostgreSQL.packages)).resolve().parent
