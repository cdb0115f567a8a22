"""SQL on a site's database server, through its own command-line client: statements, and files loaded in bulk."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from scripts.site.moodle import Site
from scripts.site.process import run
from scripts.site.servers import NAME
from scripts.site.workspace import SiteError

#: The second schema on the server (on MariaDB: the second database), where other programs' tables would be.
SCHEMA = "external"


class Sql:
    """Runs SQL on one site's server, as Moodle's database user."""

    def __init__(self, site: Site) -> None:
        self._family = site.family
        self._password = site.workspace.secret("database")
        self._scratch = site.run_folder / "rows.csv"
        self._port = str(site.php("return $CFG->dboptions['dbport'];"))

    @property
    def connection(self) -> dict[str, str]:
        """How somebody else connects: host with port, user, password, database."""
        return {"host": "127.0.0.1", "port": self._port, "user": NAME, "password": self._password, "database": NAME}

    def run(self, statements: str) -> str:
        """Run statements; what they printed. Raises CommandFailed."""
        if self._family == "pgsql":
            command = [*self._psql(), "-qAt", "-v", "ON_ERROR_STOP=1", "-f", "-"]
            return run(command, env={"PGPASSWORD": self._password}, text=statements)
        return run([*self._mariadb(), "--local-infile=1", "-N"], env={"MYSQL_PWD": self._password}, text=statements)

    def make_schema(self) -> None:
        """The second schema, empty."""
        if self._family == "pgsql":
            self.run(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA};")
        else:
            self.run(f"DROP DATABASE IF EXISTS {SCHEMA}; CREATE DATABASE {SCHEMA} "
                     "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;")  # fmt: skip

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Make the table's content these rows."""
        with self._scratch.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
        listed = ", ".join(columns)
        path = str(self._scratch).replace("'", "''")
        if self._family == "pgsql":
            load = f"\\copy {SCHEMA}.{table} ({listed}) FROM '{path}' WITH (FORMAT csv)\n"
        else:
            load = (f"LOAD DATA LOCAL INFILE '{path}' INTO TABLE {SCHEMA}.{table} CHARACTER SET utf8mb4 "
                    f"FIELDS TERMINATED BY ',' ENCLOSED BY '\"' LINES TERMINATED BY '\\n' ({listed});\n")  # fmt: skip
        self.run(f"DELETE FROM {SCHEMA}.{table};\n{load}")  # noqa: S608 - names of ours
        self._scratch.unlink()

    def analyze(self) -> None:
        """Let the database look at its tables, as it would by itself sooner or later."""
        if self._family == "pgsql":
            self.run("ANALYZE;")
            return
        names = self.run(_BASE_TABLES)
        self.run(f"ANALYZE TABLE {', '.join(names.split())};")

    def _psql(self) -> list[str]:
        return [_client("psql"), "-h", "127.0.0.1", "-p", self._port, "-U", NAME, "-d", NAME]

    def _mariadb(self) -> list[str]:
        return [_client("mariadb"), "--no-defaults", "--default-character-set=utf8mb4", "-h", "127.0.0.1",
                "-P", self._port, "-u", NAME, NAME]  # fmt: skip


_BASE_TABLES = f"""
SELECT CONCAT(table_schema, '.', table_name) FROM information_schema.tables
 WHERE table_schema IN ('{NAME}', '{SCHEMA}') AND table_type = 'BASE TABLE';
"""  # noqa: S608 - names of ours


def _client(name: str) -> str:
    found = shutil.which(name)
    if not found:
        raise SiteError(f"the database's client {name} is missing: install it (apt-get install {name}-client)")
    return found


def scratch_folder(site: Site) -> Path:
    """A folder of the site for what a benchmark writes."""
    folder = site.folder / "bench"
    folder.mkdir(exist_ok=True)
    return folder
