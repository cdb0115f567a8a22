"""The results: steps, the file they are kept in, and the tables made of it. Pure but for the two files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from statistics import median_low
from typing import Any

from scripts.bench_run.meter import Spent

#: What each part is called in a report.
TITLES = {
    "compare": "On the same site, users and rows as enrol_database",
    "growth": "As it grows",
    "academy": "A night at the academy's size",
    "videos": "Links to videos, on the same site as Moodle's own add_moduleinfo",
}
#: Whom dlt-sync is measured beside, where it is not enrol_database.
PEERS = {"videos": "add_moduleinfo"}
MARKS = ("<!-- made by scripts/bench: begin -->", "<!-- made by scripts/bench: end -->")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was measured. `ratio` is dlt-sync's time to the peer's; None where the peer has no part.

    Memory in MB: `peak_mb` of the program, `php_peak_mb` of the largest of Moodle's web workers meanwhile,
    `peer_peak_mb` of the peer's process. Processor seconds are of everybody who worked for it. `goal` is the most
    that `goal_of` (ratio, cpu_ratio, peak_mb, or growth: the seconds to those of the size before) should be.
    """

    part: str
    name: str
    size: int
    seconds: float
    cpu_seconds: float
    peak_mb: float
    php_peak_mb: float = 0.0
    peer_seconds: float | None = None
    peer_cpu_seconds: float | None = None
    peer_peak_mb: float | None = None
    ratio: float | None = None
    cpu_ratio: float | None = None
    growth: float | None = None
    cpu: Mapping[str, float] = field(default_factory=dict)
    goals: Mapping[str, float] = field(default_factory=dict)
    preparing: bool = False  # it only led to what was to be measured: left out where there is little room


def step(
    part: str,
    name: str,
    size: int,
    own: Spent,
    peer: Spent | None = None,
    *,
    goals: Mapping[str, float] | None = None,
    growth: float | None = None,
    preparing: bool = False,
) -> Step:
    """A step out of what both sides spent."""
    compared: dict[str, Any] = {}
    if peer is not None:
        compared = {
            "peer_seconds": round(peer.seconds, 3),
            "peer_cpu_seconds": round(peer.cpu, 2),
            "peer_peak_mb": round(peer.peak_mb, 1),
            "ratio": _ratio(own.seconds, peer.seconds),
            "cpu_ratio": _ratio(own.cpu, peer.cpu),
        }
    return Step(
        part=part,
        name=name,
        size=size,
        seconds=round(own.seconds, 3),
        cpu_seconds=round(own.cpu, 2),
        peak_mb=round(own.peak_mb, 1),
        php_peak_mb=round(own.web_peak_mb, 1),
        growth=growth,
        cpu={name: round(seconds, 2) for name, seconds in own.cpu_seconds.items()},
        goals=goals or {},
        preparing=preparing,
        **compared,
    )


def typical(runs: Sequence[Spent]) -> Spent:
    """The run in the middle by time, with the highest peaks of all."""
    middle = median_low([run.seconds for run in runs])
    chosen = next(run for run in runs if run.seconds == middle)
    peaks = max(run.peak_mb for run in runs), max(run.web_peak_mb for run in runs)
    return Spent(chosen.seconds, chosen.cpu_seconds, *peaks)


class Results:
    """All steps of a run, written after each one: a run that is cut off still shows what it measured."""

    def __init__(self, folder: Path, size: str) -> None:
        self.folder = folder
        self.size = size
        self.machine: Mapping[str, Any] = {}
        self.steps: list[Step] = []
        folder.mkdir(parents=True, exist_ok=True)

    @classmethod
    def read(cls, folder: Path) -> Results:
        """What was kept there. Raises FileNotFoundError when nothing was."""
        kept = json.loads((folder / "result.json").read_text(encoding="utf-8"))
        results = cls(folder, kept["size"])
        results.machine = kept["machine"]
        known = {entry.name for entry in fields(Step)}
        results.steps = [Step(**{n: v for n, v in one.items() if n in known}) for one in kept["steps"]]
        return results

    def add(self, one: Step) -> None:
        """Keep a step, in place of an earlier one of the same name."""
        self.steps = [old for old in self.steps if (old.part, old.name) != (one.part, one.name)] + [one]
        self.write()

    def write(self) -> None:
        """Write both files anew."""
        kept = {"size": self.size, "machine": self.machine, "steps": [asdict(one) for one in self.steps]}
        text = json.dumps(kept, ensure_ascii=False, indent=2)
        (self.folder / "result.json").write_text(f"{text}\n", encoding="utf-8")
        (self.folder / "report.md").write_text(report(self), encoding="utf-8")


def report(results: Results) -> str:
    """Everything, for people: what was measured where, and each step with the processor time and memory it took."""
    lines = ["# How fast it is", "", machine_words(results.machine), "", *tables(results.steps)]
    lines += ["Where the processor time of dlt-sync went, in seconds:", "", *_cpu_table(results.steps)]
    if any(one.part == "growth" for one in results.steps):
        lines += ["", *_picture("growth.png")]
    return "\n".join(lines) + "\n"


def machine_words(machine: Mapping[str, Any]) -> str:
    """The machine in a sentence; nothing when it is not known yet."""
    if not machine:
        return ""
    return (
        "{cpu}, {cores} cores, {memory_gb} GB; {os}; Moodle {moodle}; PHP {php}, web server: {web_server}; {database} "
        "with its settings at their defaults; Python {python}, the program's own database: {program_database}; "
        "commit {commit}."
    ).format_map(machine)


def tables(steps: Sequence[Step]) -> Iterator[str]:
    """A table for each part, under what it is about."""
    for part in dict.fromkeys(one.part for one in steps):
        own = [one for one in steps if one.part == part]
        yield from (f"{TITLES.get(part, part)}:", "", *table(own, PEERS.get(part, "enrol_database")), "")


def table(steps: Iterable[Step], peer: str = "enrol_database") -> Iterator[str]:
    """Rows of a Markdown table: the ratios with their goals."""
    yield f"| step | dlt-sync | {peer} | ratio | goal | processor time | ratio | goal | memory |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
    for one in steps:
        ratio = one.ratio if one.growth is None else one.growth
        goal = one.goals.get("ratio", one.goals.get("growth"))
        cells = (
            one.name,
            _seconds(one.seconds),
            _seconds(one.peer_seconds),
            _number(ratio) + ("×" if one.growth is not None else ""),
            _number(goal),
            f"{_seconds(one.cpu_seconds)}" + (f" : {_seconds(one.peer_cpu_seconds)}" if one.peer_cpu_seconds else ""),
            _number(one.cpu_ratio),
            _number(one.goals.get("cpu_ratio")),
            f"{one.peak_mb:.0f} MB" + (f" (goal {one.goals['peak_mb']:g})" if "peak_mb" in one.goals else ""),
        )
        yield f"| {' | '.join(cells)} |"


def put_into(text: str, results: Results, plot: str = "") -> str:
    """A document with the newest table, and the plot at that address, between its two marks.

    Raises ValueError when the marks are not there.
    """
    before, begin, rest = text.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if not begin or not end:
        raise ValueError(f"the document lacks the lines {MARKS[0]} and {MARKS[1]}")
    shown = [one for one in results.steps if not one.preparing]
    content = "\n".join([machine_words(results.machine), "", *tables(shown), *_picture(plot)]).rstrip()
    return f"{before}{begin}\n{content}\n{end}{after}"


def _picture(plot: str) -> list[str]:
    return [f"![time and memory by number of enrolments]({plot})"] if plot else []


def _cpu_table(steps: Iterable[Step]) -> Iterator[str]:
    yield "| step | program and cron | web server | database | all | the other side | PHP memory |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for one in steps:
        spent = [f"{one.cpu.get(who, 0):.1f}" for who in ("program", "web", "database")]
        peer = _number(one.peer_cpu_seconds)
        yield f"| {one.name} | {' | '.join(spent)} | {one.cpu_seconds:.1f} | {peer} | {one.php_peak_mb:.0f} MB |"


def _ratio(own: float, peer: float) -> float:
    return round(own / peer, 4) if peer > 0 else 0.0


def _seconds(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.1f} s" if value < 100 else f"{value:.0f} s"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"
