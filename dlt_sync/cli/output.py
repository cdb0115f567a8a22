"""What people and machines get to see: results on stdout as a table or JSON, everything else on stderr.

Colour and progress only on a terminal; `NO_COLOR` is honoured. Into a pipe, lines are as long as they need to be.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from enum import Enum
from pathlib import Path
from typing import IO, Any

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from dlt_sync.errors import DltSyncError

#: Told a stage's name, how much is done, and of how much (0: not known).
Report = Callable[[str, int, int], None]

PIPE_WIDTH = 10_000  # columns: nothing is cut or wrapped on its way into another program


class Output:
    """Where a command writes. `as_json` is set by --json."""

    def __init__(self) -> None:
        self.as_json = False

    def result(self, data: object, *renderables: RenderableType) -> None:
        """The command's result on stdout: `data` as JSON, or the renderables for people.

        A plain text is shown as it is: brackets in it are no markup.
        """
        if self.as_json:
            print(json.dumps(data, ensure_ascii=False, indent=2, default=plain))
            return
        console = console_for(sys.stdout)
        for part in renderables:
            renderable = Text(part) if isinstance(part, str) else part
            if console.is_terminal:
                console.print(renderable)
            else:
                _print_unpadded(console, renderable)

    def say(self, text: str, style: str = "") -> None:
        """A message for people, on stderr."""
        console_for(sys.stderr).print(Text(text, style))

    def error(self, error: DltSyncError) -> None:
        """What stopped the command and what to do; as JSON on stdout too, when that was asked for."""
        if self.as_json:
            self.result({"error": error.message, "problems": error.problems, "remedy": error.remedy})
        self.say(f"Error: {error.message}", "bold red")
        for problem in error.problems:
            self.say(f"  - {problem}")
        if error.remedy:
            self.say(f"What to do: {error.remedy}")

    @contextmanager
    def progress(self) -> Iterator[Report]:
        """A progress bar on stderr while it lasts; nothing where stderr is no terminal."""
        console = console_for(sys.stderr)
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        task = bar.add_task("starting", total=None)

        def report(stage: str, done: int, total: int) -> None:
            bar.update(task, description=stage, completed=done, total=total or None)

        with bar:
            yield report


def console_for(stream: IO[str]) -> Console:
    """A rich console on a stream."""
    width = None if stream.isatty() else PIPE_WIDTH
    return Console(file=stream, width=width, emoji=False, highlight=False)


def _print_unpadded(console: Console, renderable: RenderableType) -> None:
    """Print without the blanks that pad a table to its width: they would only stand in a pipe's way."""
    with console.capture() as captured:
        console.print(renderable)
    for line in captured.get().splitlines():
        print(line.rstrip(), file=console.file)


def table(*headers: str, rows: Iterable[Iterable[object]] = (), title: str = "") -> Table:
    """A plain table. A header that starts with `#` is a column of numbers. Long cells fold, nothing is cut."""
    made = Table(
        title=Text(title) if title else None,
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        header_style="bold",
        show_header=any(headers),
    )
    for header in headers:
        justify = "right" if header.startswith("#") else "left"
        made.add_column(header.removeprefix("#"), justify=justify, overflow="fold")  # type: ignore[arg-type]
    for row in rows:
        made.add_row(*(cell(value) for value in row))
    return made


def cell(value: object) -> Text:
    """A value as it stands in a table."""
    if isinstance(value, Text):
        return value
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if value is None:
        return Text("")
    if isinstance(value, (list, tuple)):
        return Text(", ".join(str(item) for item in value))
    return Text(str(value))


def plain(value: Any) -> Any:
    """What JSON has no word for, as something that it has."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {spec.name: getattr(value, spec.name) for spec in dataclasses.fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"a {type(value).__name__} cannot be shown as JSON")
