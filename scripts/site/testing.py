"""`scripts/test`: check, unit, live, PHPUnit and browser, and one line about each at the end. Read top down.

`--faults` runs the fault suite whole, of which a sample belongs to the live tests; the last line says what came of it.

Sites are made in the background while the quick parts run. Of the parts on Moodle, each of which keeps about one
processor busy, live goes beside PHPUnit and browser, whose output follows when they are done. A part that could not
run is counted as skipped, with the reason; DLT_SYNC_REQUIRE_LIVE=1 makes that a failure.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

from scripts.site import phpunit
from scripts.site.layers import installed
from scripts.site.servers import FAMILIES
from scripts.site.tree import PLUGINS, NoMoodle, find_moodle
from scripts.site.workspace import Workspace, say

#: What must be covered to the last branch.
_COVERED = "dlt_sync/model.py,dlt_sync/kinds/*,dlt_sync/plan.py,dlt_sync/decide.py,dlt_sync/guard.py"
_PARTS = ("check", "unit", "live", "phpunit", "browser")
_ON_MOODLE = frozenset({"live", "phpunit", "browser", "faults"})
#: How many faults the whole fault suite has.
_FAULTS = 500
_BESIDE_LIVE = ("phpunit", "browser")
_SHELL = ("scripts/bench", "scripts/demo", "scripts/test", "scripts/check", "scripts/site/bootstrap.sh", ".ci/run")
_ON_SITES = ("--ignore=tests/live", "--ignore=tests/browser")
_PYTHON = ("dlt_sync", "tests", "scripts", "examples", "migrations")


@dataclass
class Part:
    """What came of one part of the tests. `out` is where its programs write, None for the terminal."""

    name: str
    out: IO[str] | None = None
    failed: bool = False
    passed: int = 0
    failures: int = 0
    skipped: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def line(self) -> str:
        """The part in one line."""
        verdict = "FAILED" if self.failed else "skipped" if self.skipped and not self.passed else "ok"
        counts = f"{self.passed} passed, {self.failures} failed, {len(self.skipped)} skipped"
        return f"{self.name:<16} {verdict:<8} {counts:<36} {self.seconds:5.0f} s"


def main(workspace: Workspace, arguments: list[str]) -> int:
    """Run the chosen parts; 0 when nothing failed."""
    options = _options(arguments)
    chosen = [part for part in _PARTS if getattr(options, part)] or list(_PARTS)
    if options.fast:
        chosen = ["check", "unit"]
    if options.faults:
        chosen = [part for part in _PARTS if getattr(options, part)] + ["faults"]
    reports = workspace.own / "reports"
    reports.mkdir(exist_ok=True)
    with ThreadPoolExecutor(2) as background:
        tests = _Tests(workspace, options, reports, background, chosen)
        code = _sum_up(tests.run_all(chosen))
    if options.faults:
        print(_line_of_faults(workspace), flush=True)
    return code


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/test", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only format, lint and types")
    parser.add_argument("--unit", action="store_true", help="only the tests that need no Moodle")
    parser.add_argument("--live", action="store_true", help="only the tests on a real Moodle")
    parser.add_argument("--phpunit", action="store_true", help="only the plugins' own tests")
    parser.add_argument("--browser", action="store_true", help="only the tests with Chromium, on the first database")
    parser.add_argument("--fast", action="store_true", help="--check and --unit")
    parser.add_argument(
        "--faults", nargs="?", type=int, const=_FAULTS, help=f"the fault suite whole, or so many faults ({_FAULTS})"
    )
    parser.add_argument("--faults-seed", type=int, default=1, help="which faults: the same seed makes the same ones")
    parser.add_argument("--moodle-db", default=",".join(FAMILIES), help="databases for live tests (default: both)")
    parser.add_argument("--phpunit-db", default="pgsql", help="databases for PHPUnit tests (default: pgsql)")
    parser.add_argument("pytest", nargs="*", help="after --: arguments for pytest, or PHPUnit with --phpunit")
    return parser.parse_args(arguments)


class _Tests:
    """The parts, and the sites that are made for them meanwhile."""

    def __init__(
        self,
        workspace: Workspace,
        options: argparse.Namespace,
        reports: Path,
        background: ThreadPoolExecutor,
        chosen: list[str],
    ) -> None:
        self._workspace, self._options, self._reports = workspace, options, reports
        self._live_families = options.moodle_db.split(",")
        self._phpunit_families = options.phpunit_db.split(",")
        self._no_moodle = ""
        self._sites: list[Future[Path]] = []
        self._moodle = self._find_moodle() if _ON_MOODLE & set(chosen) else None
        if self._moodle:
            self._begin_sites(background, chosen, self._moodle)

    def _find_moodle(self) -> Path | None:
        try:
            moodle = find_moodle(may_clone=True)
        except NoMoodle as error:
            self._no_moodle = str(error)
            return None
        os.environ["MOODLE_DIR"] = str(moodle)  # for pytest, which does not fetch it
        return moodle

    def _begin_sites(self, background: ThreadPoolExecutor, chosen: list[str], moodle: Path) -> None:
        makers: list[tuple[Callable[[Workspace, Path, str], Path], str]] = []
        if "live" in chosen or "faults" in chosen:
            makers += [(installed, family) for family in self._live_families]
        elif "browser" in chosen:
            makers += [(installed, self._live_families[0])]
        if "phpunit" in chosen:
            makers += [(phpunit.prepare, family) for family in self._phpunit_families]
        self._sites = [background.submit(make, self._workspace, moodle, family) for make, family in makers]

    def run_all(self, chosen: list[str]) -> list[Part]:
        """Run parts in order; those that need not wait for live go beside it."""
        beside = [name for name in chosen if "live" in chosen and name in _BESIDE_LIVE]
        with ThreadPoolExecutor(1) as lane, tempfile.TemporaryFile("w+") as out:
            parts: list[Part] = []
            later: Future[list[Part]] | None = None
            for name in [name for name in chosen if name not in beside]:
                if name == "live" and beside:
                    later = lane.submit(lambda: [part for other in beside for part in self.run(other, out)])
                parts += self.run(name)
            if later is not None:
                parts += later.result()
                out.seek(0)
                print(out.read(), flush=True)
        return parts

    def run(self, name: str, out: IO[str] | None = None) -> list[Part]:
        """Run one part; PHPUnit gives one result per database."""
        if name in _ON_MOODLE and not self._moodle:
            required = bool(os.environ.get("DLT_SYNC_REQUIRE_LIVE"))
            return [Part(name, failed=required, skipped=[self._no_moodle])]
        if name == "phpunit":
            return [self._timed(f"phpunit {f}", partial(self._phpunit, family=f), out) for f in self._phpunit_families]
        jobs = {
            "check": self._check,
            "unit": self._unit,
            "live": self._live,
            "browser": self._browser,
            "faults": self._faults,
        }
        return [self._timed(name, jobs[name], out)]

    def _timed(self, name: str, job: Callable[[Part], None], out: IO[str] | None) -> Part:
        say(f"--- {name}{' (its output follows)' if out else ''}")
        part, began = Part(name, out), time.monotonic()
        job(part)
        part.seconds = time.monotonic() - began
        return part

    def _check(self, part: Part) -> None:
        python = [name for name in _PYTHON if (self._workspace.root / name).exists()]
        for command in (
            ["ruff", "check", "-q", *python],
            ["ruff", "format", "-q", "--check", *python],
            ["mypy", "--no-error-summary", "dlt_sync", "tests", "scripts"],
            ["shellcheck", "-x", *_SHELL],
            ["sh", "-c", _PHP_SYNTAX, *(str(self._workspace.plugins / plugin) for plugin in PLUGINS)],
        ):
            good = self._call(command) == 0
            part.passed += good
            part.failures += not good
            if not good:
                say(f"failed: {' '.join(command[:3])}")
        part.failed = part.failures > 0

    def _unit(self, part: Part) -> None:
        if self._options.pytest:
            self._count(part, self._call([*_module("pytest"), *self._report(part), *self._options.pytest]))
            return
        self._call([*_module("coverage"), "erase"])
        pytest = [*_module("coverage"), "run", "-m", "pytest", "--numprocesses=logical", "--dist=worksteal"]
        self._count(part, self._call([*pytest, "tests", *_ON_SITES, *self._report(part)]))
        if self._call([*_module("coverage"), "combine", "-q"]) == 0:
            report = [*_module("coverage"), "report", "--show-missing", f"--include={_COVERED}", "--fail-under=100"]
            if self._call(report) != 0:
                say(f"not covered to the last branch: {_COVERED}")
                part.failed = True

    def _live(self, part: Part) -> None:
        self._wait_for_sites()
        where = self._options.pytest or ["tests/live"]
        command = [*_module("pytest"), f"--moodle-db={self._options.moodle_db}", *self._report(part), *where]
        self._count(part, self._call(command))

    def _faults(self, part: Part) -> None:
        """The databases side by side: most of the time is spent waiting for one process at a time."""
        self._wait_for_sites()
        shutil.rmtree(_result_of_faults(self._workspace).parent, ignore_errors=True)
        with ThreadPoolExecutor(len(self._live_families)) as side_by_side:
            ran = list(side_by_side.map(self._faults_on, self._live_families))
        for one in ran:
            part.failed |= one.failed
            part.passed += one.passed
            part.failures += one.failures
        part.failed |= self._call([*_module("tests.live.faults.results"), "--merge"]) != 0

    def _faults_on(self, family: str) -> Part:
        part = Part(f"faults {family}")
        share = -(-self._options.faults // len(self._live_families))
        asked = [f"--faults={share}", f"--faults-seed={self._options.faults_seed}", "-s"]
        command = [*_module("pytest"), f"--moodle-db={family}", *asked, *self._report(part), "tests/live/faults"]
        self._count(part, self._call(command))
        return part

    def _browser(self, part: Part) -> None:
        self._wait_for_sites()
        where = (self._options.pytest if self._options.browser else None) or ["tests/browser"]
        command = [*_module("pytest"), f"--moodle-db={self._live_families[0]}", *self._report(part), *where]
        self._count(part, self._call(command, part.out))

    def _phpunit(self, part: Part, family: str) -> None:
        self._wait_for_sites()
        assert self._moodle
        report = self._report_file(part)
        extra = self._options.pytest if self._options.phpunit else []
        self._count(part, phpunit.run_tests(self._workspace, self._moodle, family, report, extra, part.out))

    def _wait_for_sites(self) -> None:
        for site in self._sites:
            site.result()

    def _report_file(self, part: Part) -> Path:
        path = self._reports / f"{part.name.replace(' ', '-')}.xml"
        path.unlink(missing_ok=True)
        return path

    def _report(self, part: Part) -> list[str]:
        return ["-q", "-p", "no:cacheprovider", f"--junitxml={self._report_file(part)}"]

    def _count(self, part: Part, exit_code: int) -> None:
        part.failed = exit_code != 0
        path = self._reports / f"{part.name.replace(' ', '-')}.xml"
        if not path.exists():
            return
        for case in ET.parse(path).iter("testcase"):  # noqa: S314 - our own file
            skip = case.find("skipped")
            if skip is not None:
                part.skipped.append(skip.get("message") or "marked as skipped")
            elif case.find("failure") is not None or case.find("error") is not None:
                part.failures += 1
            else:
                part.passed += 1

    def _call(self, command: list[str], out: IO[str] | None = None) -> int:
        path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"
        env = {**os.environ, "PATH": path}
        try:
            run = subprocess.run(command, cwd=self._workspace.root, env=env, check=False, stdout=out, stderr=out)  # noqa: S603
            return run.returncode
        except FileNotFoundError:
            say(f"{command[0]} is not installed")
            return 127


#: Let PHP read every file of the plugins; without PHP there is nothing to read them with.
_PHP_SYNTAX = (
    'command -v php >/dev/null || exit 0; find "$0" "$@" -name "*.php" -print0 | xargs -0 -n1 -P2 php -l >/dev/null'
)


def _result_of_faults(workspace: Workspace) -> Path:
    return workspace.root / "build" / "faults" / "result.json"


def _line_of_faults(workspace: Workspace) -> str:
    """What came of the fault suite, in one line."""
    try:
        return str(json.loads(_result_of_faults(workspace).read_text(encoding="utf-8"))["line"])
    except FileNotFoundError:
        return "faults: the suite did not come to its end"


def _module(name: str) -> list[str]:
    return [sys.executable, "-m", name]


def _sum_up(parts: list[Part]) -> int:
    print("\n" + "\n".join(part.line() for part in parts))
    for part in parts:
        for reason in dict.fromkeys(part.skipped):
            print(f"{part.name}: {part.skipped.count(reason)} skipped because: {reason}")
    failed = [part.name for part in parts if part.failed]
    print(f"FAILED: {', '.join(failed)}" if failed else "All that ran passed.", flush=True)
    return 1 if failed else 0
