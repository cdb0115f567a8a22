"""A delivered file → its rows as texts, one at a time, each with the row number a person sees in a spreadsheet.

CSV in whatever encoding and with whatever delimiter it came; XLSX through openpyxl. Raises Refused when the
file is not what it says, is damaged, or was cut off.
"""

from __future__ import annotations

import codecs
import csv
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from dlt_sync.records.delivery import Refused, SourceFile
from dlt_sync.records.headers import read_heading

#: A longer CSV field means a quote that was never closed.
_LONGEST_FIELD = 1_000_000
_CHUNK = 1 << 20
_DELIMITERS = ",;\t"
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, OSError, ParseError, InvalidFileException,
    TypeError, IndexError, AttributeError, NotImplementedError, RuntimeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: `cells` by our column name. `formulas` are columns whose cell is a formula of a workbook."""

    number: int
    cells: Mapping[str, str]
    width: int
    extra: str = ""
    formulas: frozenset[str] = frozenset()


@dataclass(slots=True)
class Sheet:
    """A file that is being read: its columns, known at once, and its rows."""

    columns: tuple[str, ...]
    width: int
    rows: Iterator[RawRow] = field(repr=False)


def read(source: SourceFile, own_headers: Mapping[str, str]) -> Sheet:
    """The file's columns and rows. Rows are read as they are asked for; Refused may come then, too."""
    lines = _workbook_lines(source) if source.is_workbook else _csv_lines(source.path)
    found = next(((number, cells) for number, cells in lines if any(cell.text.strip() for cell in cells)), None)
    if found is None:
        raise Refused(f"{source.name}: there is not even a header. Export it again.")
    titles = [cell.text for cell in found[1]]
    while titles and not titles[-1].strip():
        titles.pop()
    heading = read_heading(source.entity, titles, own_headers)
    if heading.problems:
        raise Refused(" ".join(f"{source.name}: {problem}" for problem in heading.problems))
    columns = tuple(name for name in heading.columns if name)
    rows = _rows(source, lines, heading.columns)
    return Sheet(columns, len(titles), rows)


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    formula: bool = False


_Lines = Iterator[tuple[int, Sequence[_Cell]]]


def _rows(source: SourceFile, lines: _Lines, columns: Sequence[str | None]) -> Iterator[RawRow]:
    last: RawRow | None = None
    for number, cells in lines:
        if not any(cell.text.strip() for cell in cells):
            continue
        named = [(name, cell) for name, cell in zip(columns, cells, strict=False) if name]
        extra = next((cell.text for cell in cells[len(columns) :] if cell.text.strip()), "")
        formulas = frozenset(name for name, cell in named if cell.formula)
        last = RawRow(number, {name: cell.text for name, cell in named}, len(cells), extra, formulas)
        yield last
    if last and not source.is_workbook and last.width < len(columns) and not _ends_with_newline(source.path):
        raise Refused(
            f"{source.name}: the file breaks off in row {last.number} ({last.width} of {len(columns)} cells, no end "
            "of line). Export it again."
        )


# CSV


def _csv_lines(path: Path) -> _Lines:
    encoding = find_encoding(path)
    with path.open(encoding=encoding, newline="") as stream:
        csv.field_size_limit(_LONGEST_FIELD)
        number = 0
        try:
            delimiter = _find_delimiter(stream.readline())
            stream.seek(0)
            reader = csv.reader(stream, delimiter=delimiter, strict=True)
            for number, cells in enumerate(reader, start=1):
                yield number, [_Cell(text) for text in cells]
        except csv.Error as error:
            raise Refused(
                f"{path.name}: after row {number} the cells cannot be told apart ({error}). A quote is not closed, or "
                "the file is cut off. Export it again."
            ) from None
        except UnicodeError:
            raise Refused(f"{path.name}: after row {number} the text is damaged. Export it again.") from None


def find_encoding(path: Path) -> str:
    """The encoding of a CSV: UTF-8, UTF-16 or Windows-1251. Raises Refused where it is none of them."""
    with path.open("rb") as stream:
        head = stream.read(65536)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if guessed := _utf16_without_bom(head):
        return guessed
    if _is_binary(head):
        raise Refused(f"{path.name}: this is no text. Export it as CSV.")
    return _utf8_or_1251(path, head)


def _utf16_without_bom(head: bytes) -> str:
    # Latin letters, digits and delimiters have a zero byte each, always on the same side.
    half = max(len(head) // 2, 1)
    left, right = head[0::2].count(0), head[1::2].count(0)
    if right > half * 0.3 and left < half * 0.05:
        return "utf-16-le"
    if left > half * 0.3 and right < half * 0.05:
        return "utf-16-be"
    return ""


def _is_binary(head: bytes) -> bool:
    control = sum(head.count(bytes([code])) for code in range(32) if code not in (9, 10, 13))
    return control > max(10, len(head) * 0.02)


def _utf8_or_1251(path: Path, head: bytes) -> str:
    broken_at = _first_broken_utf8(path)
    if broken_at is None:
        return "utf-8-sig"
    position, letters_before = broken_at
    if letters_before or head.startswith(codecs.BOM_UTF8):
        # It was UTF-8 so far: half a letter at the end, or damage. As Windows-1251 it would become gibberish.
        raise Refused(
            f"{path.name}: the text is damaged or cut off at byte {position:,} of {path.stat().st_size:,}. "
            "Export it again."
        )
    return "cp1251"


def _first_broken_utf8(path: Path) -> tuple[int, bool] | None:
    """Where the file stops being UTF-8, and whether letters beyond ASCII came before; None: nowhere."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    letters, done = False, 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            try:
                letters = not decoder.decode(chunk).isascii() or letters
            except UnicodeDecodeError as error:
                before = error.object[: error.start].decode("utf-8", "ignore")
                return done + error.start, letters or not before.lstrip("\ufeff").isascii()
            done += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return done, letters
    return None


def _find_delimiter(first_line: str) -> str:
    return max(_DELIMITERS, key=first_line.count)


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as stream:
        stream.seek(max(path.stat().st_size - 4, 0))
        return stream.read().rstrip(b"\0")[-1:] in (b"\n", b"\r") or path.stat().st_size == 0


# XLSX


def _workbook_lines(source: SourceFile) -> _Lines:
    try:
        with warnings.catch_warnings():
            # openpyxl warns of decorations it does not keep; we only read.
            warnings.simplefilter("ignore")
            yield from _sheet_lines(source)
    except Refused:
        raise
    except _DAMAGED as error:
        raise Refused(
            f"{source.name}: the workbook is damaged or cut off ({type(error).__name__}). Export it again."
        ) from None


def _sheet_lines(source: SourceFile) -> _Lines:
    workbook = load_workbook(source.path, read_only=True)
    try:
        if source.sheet and source.sheet not in workbook.sheetnames:
            raise Refused(
                f"{source.name}: there is no such sheet; there are: {', '.join(workbook.sheetnames)}. Correct the "
                "setting, or rename the sheet."
            )
        sheet: Any = workbook[source.sheet] if source.sheet else workbook.worksheets[0]
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            yield number, [_workbook_cell(cell) for cell in cells]
    finally:
        workbook.close()


def _workbook_cell(cell: Any) -> _Cell:
    return _Cell(_as_text(cell.value, cell.number_format), formula=cell.data_type == "f")


def _as_text(value: Any, number_format: str | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (int, float)):
        return _number_as_text(value, number_format or "")
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)


def _number_as_text(value: int | float, number_format: str) -> str:
    if isinstance(value, float) and not value.is_integer():
        return repr(value)
    text = str(int(value))
    # A format of zeros only is how people make Excel show 12 digits: they see the zeros, so we read them.
    return text.zfill(len(number_format)) if set(number_format) == {"0"} else text
