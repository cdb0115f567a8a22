"""Writes tables to files, the same bytes every time."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from making.tables import COLUMNS, Row, Tables

_CORE_DATES = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_csv(folder: Path, tables: Tables) -> None:
    """One UTF-8 file per entity: commas, ISO dates, the canonical columns."""
    folder.mkdir(parents=True, exist_ok=True)
    for entity, columns in COLUMNS.items():
        text = csv_text(columns, [[r[c] for c in columns] for r in tables[entity]], ",")
        (folder / f"{entity}.csv").write_bytes(text.encode("utf-8"))


def csv_text(header: tuple[str, ...], rows: list[list[str]], delimiter: str) -> str:
    """The text of a CSV file; lines end in LF."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def write_registrar_csv(path: Path, headings: dict[str, str], rows: list[Row]) -> None:
    """A file as an old registry program writes it: Windows-1251, semicolons, дд.мм.гггг, CRLF, Russian names.

    `headings` maps our columns to the names printed in the file. UnicodeEncodeError if a letter is not in
    Windows-1251, as the Kazakh ones are not.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    table = [[_with_dots(r[column]) for column in headings] for r in rows]
    text = csv_text(tuple(headings.values()), table, ";").replace("\n", "\r\n")
    path.write_bytes(text.encode("cp1251"))


def _with_dots(value: str) -> str:
    day = _as_date(value)
    return day.strftime("%d.%m.%Y") if day else value


def _as_date(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if value.count("-") == 2 else None
    except ValueError:
        return None


def write_workbook(path: Path, sheets: dict[str, tuple[dict[str, str], list[Row]]]) -> None:
    """A workbook with a sheet per entity, typed as people type in Excel: dates as dates, IINs as numbers."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, (headings, rows) in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(list(headings.values()))
        for row in rows:
            sheet.append([_cell(column, row[column]) for column in headings])
    packed = io.BytesIO()
    book.save(packed)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_without_clock(packed.getvalue()))


def _cell(column: str, value: str) -> str | int | date | None:
    if column == "iin" and value:
        return int(value)
    return _as_date(value) or value or None


def _without_clock(workbook: bytes) -> bytes:
    """The same archive with fixed dates and no compression, which differs between versions of zlib."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for entry in old.namelist():
            content = old.read(entry)
            if entry == "docProps/core.xml":
                content = _CORE_DATES.sub(b"2026-11-23T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(entry, _EPOCH), content)
    return out.getvalue()
