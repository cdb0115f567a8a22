"""A report as one value, whatever it is about and however it is written: title, filters, columns, rows, totals.

Pure. `report.writers` turn it into a table for the terminal, CSV, XLSX or a page to print.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from dlt_sync.report.words import Words

#: Letters that XML cannot hold, and so neither a page nor a workbook.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

#: Columns that name people, with commas between several.
NAMES = frozenset({"authors", "person", "people", "specialist"})

Value = str | int | float | bool | date | None


class Type(Enum):
    """What a column holds; `PERCENT` is 0 to 100."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"
    FLAG = "flag"

    @property
    def is_number(self) -> bool:
        """Whether the column is written to the right."""
        return self in (Type.NUMBER, Type.PERCENT)


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `name` is the same in every language; `title` is what people read."""

    name: str
    title: str
    type: Type = Type.TEXT


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the chart: parts one behind another, in the order of `Chart.parts`."""

    label: str
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of stacked bars; each part has a name and a colour."""

    title: str
    parts: tuple[tuple[str, str], ...]
    bars: tuple[Bar, ...]

    @property
    def longest(self) -> int:
        """The length of the longest bar."""
        return max((sum(bar.parts) for bar in self.bars), default=0)


@dataclass(frozen=True, slots=True)
class Document:
    """A report. Rows and totals have a value per column, totals None where a column has none.

    `filters` are pairs of what was chosen by and what was chosen. `signatories` are the posts that sign (clause 3.5).
    `overview` is a table of totals that stands before the rows. `named` is how many people it names in columns that are
    not for names alone.
    """

    code: str
    title: str
    words: Words
    as_of: date
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    totals: tuple[Value, ...] | None = None
    filters: tuple[tuple[str, str], ...] = ()
    chart: Chart | None = None
    signatories: tuple[str, ...] = ()
    overview: Document | None = None
    named: int = 0

    @property
    def heading(self) -> str:
        """Code and title, or the title alone where the report has no code."""
        return f"{self.code}. {self.title}" if self.code else self.title

    @property
    def selection(self) -> str:
        """The filters in words."""
        chosen = "; ".join(f"{name}: {value}" for name, value in self.filters)
        return chosen or self.words["no_filter"]

    @property
    def people(self) -> int:
        """How many people it names."""
        places = [place for place, column in enumerate(self.columns) if column.name in NAMES]
        cells = (str(row[place] or "") for row in self.rows for place in places)
        return self.named + len({name for cell in cells for name in cell.split(", ") if name})

    def text(self, column: Column, value: Value) -> str:
        """A value as people of the report's language read it."""
        if value is None:
            return ""
        if column.type is Type.FLAG:
            return self.words["yes" if value else "no"]
        if isinstance(value, date):
            return self.words.day(value)
        if column.type is Type.PERCENT and isinstance(value, (int, float)):
            return self.words.decimal(value)
        return str(value)

    def as_data(self) -> dict[str, object]:
        """The report for machines: rows by the columns' names."""
        names = [column.name for column in self.columns]
        return {
            "report": self.code,
            "title": self.title,
            "as_of": self.as_of,
            "filters": dict(self.filters),
            "rows": [dict(zip(names, row, strict=True)) for row in self.rows],
            "totals": dict(zip(names, self.totals, strict=True)) if self.totals else None,
            **({"overview": self.overview.as_data()["rows"]} if self.overview else {}),
        }


def sums(columns: Sequence[Column], rows: Sequence[Sequence[Value]], label: str) -> tuple[Value, ...]:
    """The totals of the columns of numbers, under a label in the first column."""
    totals: list[Value] = []
    for index, column in enumerate(columns):
        numbers = [value for row in rows if isinstance(value := row[index], int)]
        totals.append(sum(numbers) if column.type is Type.NUMBER else None)
    return (label, *totals[1:])


def share(part: int, whole: int) -> float | None:
    """Per cent with one place behind the comma; None of nothing."""
    return round(100 * part / whole, 1) if whole else None
