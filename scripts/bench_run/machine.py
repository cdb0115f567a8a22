"""What a benchmark ran on."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

from scripts.bench_run.program import RUNNERS
from scripts.site.moodle import Site
from scripts.site.workspace import ROOT

#: As the site tooling starts PHP's own web server.
WEB_WORKERS = 4

_SERVER_VERSION = "return $DB->get_server_info()['version'];"
_NAMES = {"pgsql": "PostgreSQL", "mariadb": "MariaDB"}


def describe(site: Site) -> dict[str, str | int]:
    """Processor, memory, system and versions, each in a few words."""
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "os": _os(),
        "python": platform.python_version(),
        "php": str(site.php("return PHP_VERSION;")),
        "web_server": f"PHP's own, {WEB_WORKERS} workers",
        "cron_runners": RUNNERS,
        "database": f"{_NAMES[site.family]} {site.php(_SERVER_VERSION)}",
        "database_settings": "defaults",
        "program_database": "SQLite",
        "moodle": str(site.php("return $CFG->release;")),
        "commit": _commit(),
    }


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _os() -> str:
    return platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())


def _commit() -> str:
    git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    return subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
