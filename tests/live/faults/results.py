"""What came of the suite: counts by kind of fault, the line at the end, the file it is kept in, the README's table.

`python -m tests.live.faults.results` prints the table of the last full run; with `--readme` it puts it into README.md.
`scripts/test --faults` has the databases side by side, each with a file of its own, and `--merge` makes one of them.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.live.faults.oracle import Finding, Wrong

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "build" / "faults"
FILE = FOLDER / "result.json"
MARKS = ("<!-- made by scripts/test --faults: begin -->", "<!-- made by scripts/test --faults: end -->")

#: What faults are called for people, in the order of the table.
TITLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "network": (
        "the network delays, cuts, repeats, reorders or truncates a call",
        (
            "delayed", "cut_before", "cut_in_request", "cut_in_answer", "lost_answer", "repeated", "repeated_at_once",
            "overtaken", "comes_again_later", "truncated", "truncated_short", "slow",
        ),
    ),
    "answers": (
        "a server answers 500, 502, 503, a web page, a redirect, nothing or nonsense",
        ("http_500", "http_502", "http_503", "web_page", "redirect", "empty", "garbage"),
    ),
    "killed": (
        "the program is killed (before, between Moodle's write and its journal, after, at any moment)",
        ("killed_before", "killed_between", "killed_after", "killed_any_time", "killed_importing"),
    ),
    "servers": (
        "a PHP worker is killed; the web server or the database is restarted or crashes in mid-run",
        ("php_killed", "web_restarted", "database_restarted", "database_crashed"),
    ),
    "disk": ("the disk is full", ("disk_full", "disk_full_importing")),
    "clock": ("the clock jumps", ("clock_forward", "clock_back", "clock_dst")),
    "files": (
        "input files are half-written, swapped or yesterday's",
        ("file_half_written", "file_swapped", "file_of_another", "file_of_yesterday"),
    ),
    "two": (
        "a second command runs at the same time",
        ("two_applies", "plan_meanwhile", "undo_meanwhile", "import_meanwhile"),
    ),
}  # fmt: skip


@dataclass
class Tally:
    """Counts over a run of the suite. `steps` names each step that something was wrong after, with what was wrong."""

    injected: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    duplicates: int = 0
    wrong_removals: int = 0
    steps: list[str] = field(default_factory=list)

    def add(self, name: str, faults: Iterable[str], findings: Iterable[Finding]) -> None:
        """Count one step: the faults that struck in it, and what was wrong once it had settled."""
        struck, found = Counter(faults), list(findings)
        self.injected += struck
        if found:
            self.lost += struck
            self.steps.append("\n".join([f"{name}: {', '.join(sorted(struck)) or 'no fault'}", *_lines(found)]))
        self.duplicates += sum(finding.what is Wrong.DUPLICATE for finding in found)
        self.wrong_removals += sum(finding.what is Wrong.REMOVED for finding in found)

    def __iadd__(self, other: Tally) -> Tally:
        self.injected += other.injected
        self.lost += other.lost
        self.duplicates += other.duplicates
        self.wrong_removals += other.wrong_removals
        self.steps += other.steps
        return self

    @property
    def good(self) -> bool:
        """Whether everything was survived; a step without a fault at its end counts too."""
        return not self.steps

    @property
    def line(self) -> str:
        """The one line that says how it went."""
        total = self.injected.total()
        return (
            f"faults: {total} injected, {total - self.lost.total()} survived, {self.duplicates} duplicates, "
            f"{self.wrong_removals} wrong removals"
        )

    def table(self) -> str:
        """The counts by group of faults, in Markdown."""
        rows = ["| what goes wrong | injected | survived |", "|---|---:|---:|"]
        for title, names in TITLES.values():
            injected, lost = (sum(counts[name] for name in names) for counts in (self.injected, self.lost))
            rows.append(f"| {title} | {injected} | {injected - lost} |")
        total = self.injected.total()
        rows.append(f"| **all** | **{total}** | **{total - self.lost.total()}** |")
        return "\n".join([*rows, "", f"`{self.line}`"])


def _lines(findings: Iterable[Finding], most: int = 12) -> Iterable[str]:
    found = list(findings)
    yield from (f"  {finding.what}: {finding.text}" for finding in found[:most])
    if len(found) > most:
        yield f"  and {len(found) - most} more"


def save(tally: Tally, seed: int, seconds: float, path: Path = FILE) -> None:
    """Keep a tally as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "line": tally.line,
        "seed": seed,
        "seconds": round(seconds),
        "injected": dict(sorted(tally.injected.items())),
        "lost": dict(sorted(tally.lost.items())),
        "duplicates": tally.duplicates,
        "wrong_removals": tally.wrong_removals,
        "steps": tally.steps,
    }
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(path: Path = FILE) -> Tally:
    """The tally that was kept."""
    told = json.loads(path.read_text(encoding="utf-8"))
    return Tally(
        Counter(told["injected"]), Counter(told["lost"]), told["duplicates"], told["wrong_removals"], told["steps"]
    )


def merge(folder: Path = FOLDER) -> Tally:
    """The tallies of all databases as one, which is kept."""
    tally, seed, seconds = Tally(), 0, 0
    for path in sorted(folder.glob("result-*.json")):
        tally += load(path)
        told = json.loads(path.read_text(encoding="utf-8"))
        seed, seconds = told["seed"], max(seconds, told["seconds"])
    save(tally, seed, seconds, folder / FILE.name)
    return tally


def put_into(text: str, table: str) -> str:
    """A text with the table between the marks. Raises ValueError when they are not there."""
    before, begin, rest = text.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if not begin or not end:
        raise ValueError(f"the text has no lines {MARKS[0]} and {MARKS[1]} to put the table between")
    return f"{before}{begin}\n\n{table}\n\n{end}{after}"


def main() -> None:
    """Print the table, and put it into the README if asked to."""
    parser = argparse.ArgumentParser(prog="python -m tests.live.faults.results", description=__doc__)
    parser.add_argument("--readme", action="store_true", help="put the table into README.md")
    parser.add_argument("--merge", action="store_true", help="first make one result of those of the databases")
    options = parser.parse_args()
    table = (merge() if options.merge else load()).table()
    if options.readme:
        readme = ROOT / "README.md"
        readme.write_text(put_into(readme.read_text(encoding="utf-8"), table), encoding="utf-8")
    print(table)


if __name__ == "__main__":
    main()
