"""`scripts/bench`: how fast dlt-sync is, on a real Moodle, beside Moodle's own enrol_database. Read top down.

Database settings are at their defaults. What was measured is written after each step.
"""

from __future__ import annotations

import argparse
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.bench_run.parts import FULL, PARTS, SMALL, run_part
from scripts.bench_run.plot import draw
from scripts.bench_run.results import Results, put_into, report
from scripts.site.layers import installed
from scripts.site.moodle import Site
from scripts.site.servers import FAMILIES
from scripts.site.tree import find_moodle
from scripts.site.workspace import SiteError, Workspace, locked, say

#: What each choice of --size measures.
_CHOICES = {
    "small": (SMALL, ("compare", "growth", "videos")),
    "full": (FULL, tuple(PARTS)),
    "compare": (FULL, ("compare",)),
    "growth": (FULL, ("growth",)),
    "academy": (FULL, ("academy",)),
    "videos": (FULL, ("videos",)),
}


def main(workspace: Workspace, arguments: list[str]) -> int:
    """Measure what was asked for; 0 unless something went wrong. No figure is judged."""
    options = _options(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that servers are stopped
    folder = options.results or workspace.root / "build" / "bench"
    if not options.report:
        _measure(workspace, options, folder)
    results = _kept(folder)
    if draw(results.steps, folder / "growth.png"):
        say(f"drew {folder / 'growth.png'}")
    if options.readme or options.report:
        _show_in_readme(workspace.root, results)
    print(report(results), flush=True)
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--size", choices=_CHOICES, default="small",
                        help="small: compare, growth and videos in miniature, a few minutes (default); full: "
                        "everything, an hour or more; compare, growth, academy, videos: one part of full")  # fmt: skip
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part of it; may be repeated")
    parser.add_argument("--moodle-db", choices=FAMILIES, default="pgsql", help="Moodle's database (default: pgsql)")
    parser.add_argument("--results", type=Path, help="folder for the results (default: build/bench)")
    parser.add_argument("--add", action="store_true", help="keep the other steps of the last results")
    parser.add_argument("--readme", action="store_true", help="then show the results in README.md")
    parser.add_argument("--report", action="store_true", help="measure nothing; show the last results in README.md")
    return parser.parse_args(arguments)


def _measure(workspace: Workspace, options: argparse.Namespace, folder: Path) -> None:
    sizes, parts = _CHOICES[options.size]
    parts = tuple(options.part or parts)
    results = _kept(folder) if options.add else Results(folder, options.size)
    results.steps = [one for one in results.steps if one.part not in parts]
    moodle = find_moodle(may_clone=True)
    layer = installed(workspace, moodle, options.moodle_db)
    for part in parts:
        say(f"--- {part}")
        with _new_site(workspace, moodle, layer, options.moodle_db) as site:
            run_part(part, site, results, sizes)


@contextmanager
def _new_site(workspace: Workspace, moodle: Path, layer: Path, family: str) -> Iterator[Site]:
    """A site as new, with the settings that a database server comes with; stopped at the end."""
    site = Site(workspace, "bench", family, durable=True)
    with locked(site.folder / "lock", "another benchmark"):
        try:
            site.stop()
            shutil.rmtree(site.folder / "bench", ignore_errors=True)
            site.lay_out(moodle)
            site.load(layer)
            site.start()
            site.warm_up()
            yield site
        finally:
            site.stop()


def _kept(folder: Path) -> Results:
    try:
        return Results.read(folder)
    except FileNotFoundError as error:
        raise SiteError(f"there are no results in {folder} yet: measure first") from error


def _show_in_readme(root: Path, results: Results) -> None:
    readme = root / "README.md"
    plot = ""
    if (results.folder / "growth.png").exists():
        plot = "docs/growth.png"
        shutil.copyfile(results.folder / "growth.png", root / plot)
    readme.write_text(put_into(readme.read_text(encoding="utf-8"), results, plot), encoding="utf-8")
    say("the results are in README.md")
