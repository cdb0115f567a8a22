"""A report as one HTML page that asks for nothing else: table, a chart with its figures in words, signatures.

Built as a tree, so that every text is escaped whatever stands in it.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from dlt_sync.report.document import UNPRINTABLE, Chart, Column, Document, Value

STYLE = """
@page { size: A4 landscape; margin: 11mm }
:root { color-scheme: light }
body { font: 11pt/1.35 "Noto Sans", "DejaVu Sans", Arial, sans-serif; color: #111; background: #fff;
  margin: 0 auto; padding: 1rem; max-width: 270mm }
header p { margin: .1rem 0; color: #333 }
h1 { font-size: 15pt; margin: .2rem 0 .5rem }
h2 { font-size: 11pt; margin: .6rem 0 -.4rem }
table { border-collapse: collapse; width: 100%; margin: .8rem 0; font-size: 9.5pt }
th, td { border: 1px solid #94a3b8; padding: .2rem .4rem; text-align: left; vertical-align: top;
  overflow-wrap: break-word }
thead th { background: #e2e8f0 }
thead { display: table-header-group }
tr { break-inside: avoid }
.w { overflow-wrap: anywhere; min-width: 12rem }
td.n { white-space: nowrap }
.n { text-align: right; font-variant-numeric: tabular-nums }
tfoot { display: table-row-group; font-weight: bold }
figure { margin: .8rem 0; break-inside: avoid }
figcaption { font-weight: bold; margin-bottom: .3rem }
svg { width: 100%; height: auto; font: 11px "Noto Sans", "DejaVu Sans", Arial, sans-serif }
.signatures { break-inside: avoid; margin-top: 1.6rem }
.signatures div { display: grid; grid-template-columns: 1fr 12rem 14rem 8rem; gap: 1rem; margin-top: 1.2rem;
  align-items: end }
.line { border-top: 1px solid #111; font-size: 8pt; text-align: center; color: #333 }
@media print { body { font-size: 9.5pt; line-height: 1.25 } table { font-size: 8.5pt; margin: .3rem 0 }
  svg { max-height: 48mm } th, td { padding: .1rem .3rem } figure { margin: .3rem 0 }
  .signatures { margin-top: .8rem } .signatures div { margin-top: .6rem }
  body { padding: 0; max-width: none } * { print-color-adjust: exact; -webkit-print-color-adjust: exact } }
@media (max-width: 45rem) { .scroll { overflow-x: auto } .signatures div { grid-template-columns: 1fr } }
"""
#: What the chart is drawn in, in units of its own.
CHART_WIDTH, LABEL_WIDTH, BAR_HEIGHT, BAR_STEP, LEGEND_HEIGHT = 1000, 320, 16, 24, 28
LABEL_LENGTH = 46  # characters
LONG_WORD = 30  # characters
CHART_BARS = 15  # with more, nobody can read it on one page


def html_page(document: Document) -> str:
    """The page, complete."""
    page = Element("html", lang=document.words.language)
    head = SubElement(page, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    _text(head, "title", document.heading)
    SubElement(head, "style").text = STYLE
    body = SubElement(page, "body")
    _header(body, document)
    main = SubElement(body, "main")
    if document.chart and document.chart.bars and document.chart.longest:
        _figure(main, document, document.chart)
    if document.overview:
        _text(main, "h2", document.overview.title)
        _table(main, document.overview)
    if document.rows or not document.overview:
        _table(main, document)
    _signatures(body, document)
    return f"<!DOCTYPE html>\n{tostring(page, encoding='unicode', method='html')}\n"


def _text(parent: Element, tag: str, text: str, **attributes: str) -> Element:
    made = SubElement(parent, tag, attributes)
    made.text = UNPRINTABLE.sub("", text)
    return made


def _header(body: Element, document: Document) -> None:
    words = document.words
    header = SubElement(body, "header")
    _text(header, "p", words["department"])
    _text(header, "h1", document.heading)
    _text(header, "p", f"{words['filters']}: {document.selection}")
    _text(header, "p", f"{words['as_of']}: {words.day(document.as_of)}")


def _table(main: Element, document: Document) -> None:
    if not document.rows:
        _text(main, "p", document.words["no_rows"])
        return
    table = SubElement(SubElement(main, "div", {"class": "scroll"}), "table")
    line = SubElement(SubElement(table, "thead"), "tr")
    for column in document.columns:
        _text(line, "th", column.title, scope="col", **_class(column))
    body = SubElement(table, "tbody")
    for row in document.rows:
        _row(body, document, row)
    if document.totals:
        _row(SubElement(table, "tfoot"), document, document.totals)


def _row(parent: Element, document: Document, row: tuple[Value, ...]) -> None:
    line = SubElement(parent, "tr")
    for column, value in zip(document.columns, row, strict=True):
        text = document.text(column, value)
        _text(line, "td", text, **(_class(column) or _breaking(text)))


def _class(column: Column) -> dict[str, str]:
    return {"class": "n"} if column.type.is_number else {}


def _breaking(text: str) -> dict[str, str]:
    """What an address needs, which has no blank to be broken at."""
    return {"class": "w"} if any(len(word) > LONG_WORD for word in text.split()) else {}


def _figure(main: Element, document: Document, chart: Chart) -> None:
    """Bars with a legend above; the same figures stand in the table below, and in the picture's own text."""
    bars = chart.bars[:CHART_BARS]
    figure = SubElement(main, "figure")
    _text(figure, "figcaption", chart.title)
    height = LEGEND_HEIGHT + BAR_STEP * len(bars)
    svg = SubElement(figure, "svg", viewBox=f"0 0 {CHART_WIDTH} {height}", role="img")
    svg.set("aria-labelledby", "chart-title chart-text")
    _text(svg, "title", f"{document.words['chart']}: {chart.title}", id="chart-title")
    _text(svg, "desc", " ".join(_in_words(chart, bar.label, bar.parts) for bar in bars), id="chart-text")
    _legend(svg, chart)
    for index, bar in enumerate(bars):
        _bar(svg, chart, bar.label, bar.parts, LEGEND_HEIGHT + BAR_STEP * index)


def _in_words(chart: Chart, label: str, parts: tuple[int, ...]) -> str:
    said = ", ".join(f"{name} {part}" for (name, _), part in zip(chart.parts, parts, strict=True) if part)
    return f"{label}: {said or 0}."


def _legend(svg: Element, chart: Chart) -> None:
    step = CHART_WIDTH / max(1, len(chart.parts))
    for index, (name, colour) in enumerate(chart.parts):
        at = round(index * step)
        SubElement(svg, "rect", x=str(at), y="2", width="12", height="12", fill=colour)
        _text(svg, "text", name, x=str(at + 18), y="12")


def _bar(svg: Element, chart: Chart, label: str, parts: tuple[int, ...], top: int) -> None:
    short = label if len(label) <= LABEL_LENGTH else f"{label[: LABEL_LENGTH - 1]}…"
    _text(svg, "text", short, x=str(LABEL_WIDTH - 8), y=str(top + 12), **{"text-anchor": "end"})
    left = float(LABEL_WIDTH)
    for (_, colour), part in zip(chart.parts, parts, strict=True):
        width = (CHART_WIDTH - LABEL_WIDTH - 50) * part / chart.longest
        if part:
            SubElement(
                svg, "rect", x=f"{left:.1f}", y=str(top), width=f"{width:.1f}", height=str(BAR_HEIGHT), fill=colour
            )
        left += width
    _text(svg, "text", str(sum(parts)), x=f"{left + 6:.1f}", y=str(top + 12))


def _signatures(body: Element, document: Document) -> None:
    if not document.signatories:
        return
    block = SubElement(body, "section", {"class": "signatures"})
    for post in document.signatories:
        line = SubElement(block, "div")
        _text(line, "span", post)
        for what in ("signature", "name", "date"):
            _text(line, "span", document.words[what], **{"class": "line"})
