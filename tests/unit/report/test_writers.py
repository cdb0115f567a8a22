"""The four forms of a report: opened again, read again, and safe whatever stands in the records."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any

import openpyxl
import pytest

from dlt_sync.report import videos
from dlt_sync.report.document import Column, Document, Type
from dlt_sync.report.html import CHART_BARS, html_page
from dlt_sync.report.words import LANGUAGES, Words
from dlt_sync.report.writers import WRITERS, as_csv, as_xlsx, harmless
from tests.academies import TODAY
from tests.unit.report.material import material

EVIL = '=HYPERLINK("https://evil.example";"x")'
REPORTS = {
    "RP-1": videos.coverage_by_programme,
    "RP-2": videos.videos_by_kafedra,
    "RP-3": videos.plan_and_fact,
    "RP-5": videos.link_health,
}


def document(language: str = "ru", **changes: Any) -> Document:
    made = Document(
        code="RP-0",
        title="Проба <b>",
        words=Words(language),
        as_of=TODAY,
        columns=(
            Column("text", "Текст"),
            Column("number", "Число", Type.NUMBER),
            Column("percent", "%", Type.PERCENT),
            Column("day", "День", Type.DATE),
            Column("flag", "Да?", Type.FLAG),
        ),
        rows=((EVIL, -3, 33.3, date(2026, 9, 1), True), ("Әліппе\x07 <i>", None, None, None, False)),
        totals=("Итого", -3, None, None, None),
    )
    return replace(made, **changes)


def rows_of(written: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_csv_is_what_excel_reads() -> None:
    written = as_csv(document())
    assert written.startswith(b"\xef\xbb\xbf")
    assert rows_of(written) == [
        ["Текст", "Число", "%", "День", "Да?"],
        [f"'{EVIL}", "-3", "33,3", "01.09.2026", "да"],
        ["Әліппе\x07 <i>", "", "", "", "нет"],
        ["Итого", "-3", "", "", ""],
    ]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", " =1"])
def test_no_text_is_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Су", "1-дәріс", "a=b"])
def test_other_texts_stay(text: str) -> None:
    assert harmless(text) == text


def test_a_workbook_opens_again_with_typed_cells() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(document()))).active
    assert sheet is not None
    values = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert values[0][0] == "RP-0. Проба <b>"
    assert values[4] == ["Текст", "Число", "%", "День", "Да?"]
    assert values[5] == [EVIL, -3, 33.3, datetime(2026, 9, 1), "да"]  # noqa: DTZ001 - a sheet has no zone
    assert values[6] == ["Әліппе <i>", None, None, None, "нет"]
    assert values[7][:2] == ["Итого", -3]
    assert sheet["A6"].data_type == "s"
    assert sheet["A6"].quotePrefix
    assert sheet["D6"].number_format == "DD.MM.YYYY"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A6", "A5:E7")
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$5:$5")
    assert sheet.column_dimensions["A"].width > 20


class Balance(HTMLParser):
    """Checks that every element is closed where it was opened, and collects what the page would ask for."""

    VOID = frozenset({"meta", "link", "img", "br", "hr", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.text: list[str] = []
        self.asks: list[str] = []
        self.referred: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        given = dict(attrs)
        self.asks += [str(given[name]) for name in ("src", "href", "srcset", "action") if name in given]
        self.ids += [str(given["id"])] if "id" in given else []
        self.referred += (given.get("aria-labelledby") or "").split()
        if tag in ("script", "link", "iframe", "img"):
            self.asks.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(page: str) -> Balance:
    parser = Balance()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    assert len(parser.ids) == len(set(parser.ids))
    assert set(parser.referred) <= set(parser.ids)
    return parser


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("report", REPORTS)
def test_a_page_is_well_formed_and_asks_for_nothing(report: str, language: str) -> None:
    page = html_page(REPORTS[report](material(language)))
    found = read(page)
    assert found.asks == []
    assert "url(" not in page
    assert "@import" not in page
    assert f'lang="{language}"' in page
    assert Words(language)["vice_rector"] in found.text
    assert found.referred == ["chart-title", "chart-text"]


def test_a_page_shows_texts_as_texts() -> None:
    page = html_page(document())
    found = read(page)
    assert "<b>" not in page
    assert "<i>" not in page
    assert "Әліппе <i>" in found.text
    assert EVIL in found.text


def test_a_page_of_nothing_says_so() -> None:
    assert "Нет данных." in read(html_page(document(rows=(), totals=None))).text


def test_the_chart_says_its_figures_in_words_and_stays_on_one_page() -> None:
    made = videos.coverage_by_programme(material("ru"))
    assert made.chart is not None
    many = replace(made.chart, bars=(replace(made.chart.bars[0], label="Ш" * 90),) * (CHART_BARS + 5))
    found = read(html_page(replace(made, chart=many)))
    (said,) = [text for text in found.text if text.startswith("Ш" * 90)]
    assert said.count("Отсутствует") == CHART_BARS
    assert f"{'Ш' * 45}…" in found.text


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("report", REPORTS)
def test_every_report_can_be_written_in_every_form(report: str, form: str) -> None:
    assert len(WRITERS[form](REPORTS[report](material("kk")))) > 100


def test_no_report_cites_an_order() -> None:
    for make in REPORTS.values():
        for language in LANGUAGES:
            assert "137" not in html_page(make(material(language)))
