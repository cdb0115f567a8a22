"""The plot: time and memory of a run with nothing to change, by the number of enrolments, both axes logarithmic."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scripts.bench_run.results import Step


def draw(steps: Sequence[Step], file: Path) -> bool:
    """Draw the steps that show growth. False, and no plot there, when there are fewer than two."""
    shown = sorted((one for one in steps if one.part == "growth" and "nothing" in one.name), key=lambda one: one.size)
    if len(shown) < 2:
        file.unlink(missing_ok=True)
        return False
    # Imported here: it is large, and nothing else needs it.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.5), layout="constrained")
    time_axis = figure.subplots()
    memory_axis = time_axis.twinx()
    sizes = [one.size for one in shown]
    time_axis.loglog(sizes, [one.seconds for one in shown], "o-", color="tab:blue", label="time")
    time_axis.loglog(sizes, [one.cpu_seconds for one in shown], "s--", color="tab:cyan", label="processor time")
    memory_axis.loglog(sizes, [one.peak_mb for one in shown], "^:", color="tab:orange", label="memory of the program")
    time_axis.set_ylim(0.1, max(100, *(2 * one.cpu_seconds for one in shown)))
    memory_axis.set_ylim(10, max(1000, *(2 * one.peak_mb for one in shown)))  # so that small differences look small
    time_axis.set_xlabel("enrolments, nothing changed")
    time_axis.set_ylabel("seconds")
    memory_axis.set_ylabel("MB")
    time_axis.grid(visible=True, which="both", alpha=0.3)
    handles = [*time_axis.get_lines(), *memory_axis.get_lines()]
    figure.legend(handles, [str(line.get_label()) for line in handles], loc="outside upper center", ncols=3)
    figure.savefig(file, dpi=120)
    return True
