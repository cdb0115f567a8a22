"""Runs dlt-sync on a site as a person would: the real command, in a process of its own, settings at their defaults."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

from scripts.bench_run.meter import Meter, Spent
from scripts.bench_run.sql import scratch_folder
from scripts.site.moodle import Site
from scripts.site.workspace import SiteError

#: Cron runners that work the queue off at the same time.
RUNNERS = 2
_PATIENCE = 200  # rounds of the runners


class Program:
    """dlt-sync with a configuration and a database (SQLite, the default) of its own for one site."""

    def __init__(self, site: Site, meter: Meter) -> None:
        self._site = site
        self._meter = meter
        self.home = scratch_folder(site) / "program"
        self.database = self.home / "dlt-sync.sqlite3"

    def set_up(self) -> None:
        """A configuration and an empty database."""
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir()
        self._run("init", "--url", self._site.url, "--token-file", str(self._site.token_file))
        self._run("db", "upgrade")

    def deliver(self, folder: Path) -> Spent:
        """Import the registrar's files."""
        return self._run("records", "import", str(folder))

    def apply(self) -> Spent:
        """Make Moodle as the records want it. Every operation must succeed."""
        return self._run("apply")

    def expect_nothing_to_do(self) -> None:
        """Make sure that a plan is empty. Raises SiteError."""
        self._run("plan")

    def _run(self, *args: str) -> Spent:
        command: list[str | Path] = [
            Path(sys.executable).parent / "dlt-sync",
            "--config",
            self.home / "dlt-sync.ini",
            *args,
        ]
        env = {name: value for name, value in os.environ.items() if not name.startswith("DLT_SYNC_")}
        env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program does not compile its modules at each start
        return self._meter.run(command, env=env)


class Queue:
    """Moodle's queue of ad-hoc tasks, which cron works off: what was put off there is not done before it is empty."""

    def __init__(self, site: Site, meter: Meter) -> None:
        self._site = site
        self._meter = meter

    def work_off(self) -> Spent:
        """Run the tasks that are due until there are none. Raises SiteError when they do not get fewer."""
        spent = Spent(0, {}, 0, 0)
        for _ in range(_PATIENCE):
            due, put_off = self._waiting()
            if not due and not put_off:
                return spent
            spent += self._run_cron() if due else _wait(1)
        raise SiteError("Moodle's ad-hoc tasks do not get fewer: look at its task log")

    def _run_cron(self) -> Spent:
        command: list[str | Path] = ["php", self._site.code / "admin/cli/adhoc_task.php", "--execute"]
        return self._meter.run(*[command] * RUNNERS, env=self._site.environment(), cwd=self._site.code)

    def _waiting(self) -> tuple[int, int]:
        """Number of tasks that are due, and of dlt-sync's that were put off for a while."""
        due, put_off = self._site.php(_WAITING)
        return int(due), int(put_off)


def _wait(seconds: float) -> Spent:
    time.sleep(seconds)
    return Spent(seconds, {}, 0, 0)


_WAITING = """
$own = $DB->sql_like('component', '?') . ' AND nextruntime > ?';
return [
    $DB->count_records_select('task_adhoc', 'nextruntime <= ?', [time()]),
    $DB->count_records_select('task_adhoc', $own, ['%dltsync', time()]),
];
"""
