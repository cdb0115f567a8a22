"""A report as a table for the terminal, as CSV, as a workbook; `report.html` makes the page to print.

Input: a `Document`; output: text or bytes. Nothing is decided here.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from dlt_sync.report.document import UNPRINTABLE, Column, Document, Type, Value
from dlt_sync.report.html import html_page

#: Excel in Kazakh and Russian Windows separates by semicolons, and reads a comma as the decimal sign.
SEPARATOR = ";"
#: A cell that begins with one of these is a formula to Excel. An apostrophe in front makes it a text.
FORMULA = re.compile(r"^\s*[=+\-@\t\r]")
SHEET_NAME = 31  # characters that a sheet's name may have
WIDEST, NARROWEST = 60, 8  # characters of a column
FORMATS = {Type.DATE: "DD.MM.YYYY", Type.PERCENT: "0.0", Type.NUMBER: "#,##0"}


def as_csv(document: Document) -> bytes:
    """Header, rows and totals, in UTF-8 with the mark that Excel wants."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=SEPARATOR, lineterminator="\r\n")
    writer.writerow([harmless(column.title) for column in document.columns])
    for row in _rows(document):
        writer.writerow([_csv_cell(document, *pair) for pair in zip(document.columns, row, strict=True)])
    return out.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def as_xlsx(document: Document) -> bytes:
    """A sheet: heading, filters, then the table with typed cells; ready to filter and to print. An overview stands on a
    sheet of its own before it."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    if document.overview:
        sheet.title = document.overview.title[:SHEET_NAME]
        _fill(sheet, document.overview, _heading(document))
        sheet = book.create_sheet()
    sheet.title = document.code or "report"
    _fill(sheet, document, _heading(document))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Worksheet, document: Document, heading: tuple[str, ...]) -> None:
    for line, text in enumerate(heading, start=1):
        _write(sheet.cell(line, 1), text).font = Font(bold=line == 1, size=14 if line == 1 else 11)
    top = len(heading) + 2
    _write_table(sheet, document, top)
    _set_up(sheet, document, top)


def as_html(document: Document) -> bytes:
    """One page that needs nothing else, to be printed on A4."""
    return html_page(document).encode()


#: The formats that are files.
WRITERS: Mapping[str, Callable[[Document], bytes]] = {"csv": as_csv, "xlsx": as_xlsx, "html": as_html}


def _heading(document: Document) -> tuple[str, ...]:
    words = document.words
    return (
        document.heading,
        f"{words['filters']}: {document.selection}",
        f"{words['as_of']}: {words.day(document.as_of)}",
    )


def _rows(document: Document) -> Iterator[tuple[Value, ...]]:
    yield from document.rows
    if document.totals:
        yield document.totals


def _csv_cell(document: Document, column: Column, value: Value) -> str:
    text = document.text(column, value)
    return text if column.type.is_number and not isinstance(value, str) else harmless(text)


def _write_table(sheet: Worksheet, document: Document, top: int) -> None:
    for index, column in enumerate(document.columns, start=1):
        cell = _write(sheet.cell(top, index), column.title)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E2E8F0")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for line, row in enumerate(_rows(document), start=top + 1):
        for index, (column, value) in enumerate(zip(document.columns, row, strict=True), start=1):
            cell = _write(sheet.cell(line, index), _cell_value(document, column, value))
            cell.number_format = FORMATS.get(column.type, "General")
            cell.alignment = Alignment(wrap_text=column.type is Type.TEXT, vertical="top")
            cell.font = Font(bold=row is document.totals)


def _cell_value(document: Document, column: Column, value: Value) -> Value:
    return document.text(column, value) if column.type is Type.FLAG else value


def _write(cell: Cell | MergedCell, value: Value) -> Cell:
    """Fill a cell; a text stays a text, whatever it begins with."""
    assert isinstance(cell, Cell)  # nothing is merged here
    if isinstance(value, str):
        cell.value = UNPRINTABLE.sub("", value)
        cell.data_type = "s"
        cell.quotePrefix = bool(FORMULA.match(value))  # and stays one when somebody edits the cell
    else:
        cell.value = value
    return cell


def _set_up(sheet: Worksheet, document: Document, top: int) -> None:
    """Widths, the frozen header, the filter, and how it prints: A4 on its side, as wide as the paper."""
    for index, column in enumerate(document.columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = _width(document, column, index - 1)
    last = get_column_letter(len(document.columns))
    sheet.freeze_panes = f"A{top + 1}"
    sheet.auto_filter.ref = f"A{top}:{last}{top + len(document.rows)}"
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.oddFooter = HeaderFooterItem(right=_HeaderFooterPart(text="&P / &N"))


def _width(document: Document, column: Column, index: int) -> float:
    longest = max((len(document.text(column, row[index])) for row in _rows(document)), default=0)
    words = max(map(len, column.title.split()), default=0)
    return float(min(WIDEST, max(NARROWEST, longest, words) + 2))
