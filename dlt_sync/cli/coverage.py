"""`dlt-sync video coverage` and `dlt-sync report`: what there is of what is owed, as a table, a file, a page."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import RenderableType
from rich.text import Text

from dlt_sync.cli.app import App, because_option, json_option, pass_app
from dlt_sync.cli.output import table
from dlt_sync.records.schema import LANGUAGES, LEVELS

if TYPE_CHECKING:
    from dlt_sync.report.document import Document
    from dlt_sync.report.videos import Material

REPORTS = ("RP-1", "RP-2", "RP-3", "RP-5", "RP-6")
#: Filters that mean something to what happened to courses and people.
OF_RECONCILIATION = frozenset({"faculty", "kafedra", "programme"})
#: The days that RP-6 is about when none are named.
USUAL_DAYS = 30
FORMATS = ("table", "csv", "xlsx", "html")
SUFFIXES = {f".{name}": name for name in FORMATS[1:]}
STATES = ("ok", "other_language", "stale", "broken", "missing", "not_owed")


def filters(function: Callable[..., Any]) -> Callable[..., Any]:
    """The filters that every report has, and the form it comes in."""
    for option in reversed(
        (
            click.option("--year", default="", metavar="YEAR", help="Only this academic year, such as 2026-2027."),
            click.option(
                "--term", default="", type=click.Choice(["", "1", "2"]), metavar="1|2", help="Only this term."
            ),
            click.option("--faculty", default="", help="Only this faculty: its key or a part of its name."),
            click.option("--kafedra", default="", help="Only this kafedra: its key or a part of its name."),
            click.option("--programme", default="", help="Only this programme: its key, code or a part of its name."),
            click.option(
                "--language",
                default="",
                type=click.Choice(["", *LANGUAGES]),
                metavar="kk|ru|en",
                help="Only what is taught in this language.",
            ),
            click.option(
                "--level",
                default="",
                type=click.Choice(["", *LEVELS]),
                metavar="LEVEL",
                help=f"Only this level: {', '.join(LEVELS)}.",
            ),
            click.option(
                "--in",
                "--lang",
                "words",
                type=click.Choice(LANGUAGES),
                help="The language of the report itself. By default that of the site's categories.",
            ),
            click.option("--format", "form", type=click.Choice(FORMATS), help="By default as FILE ends, else a table."),
            click.option(
                "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write to this file."
            ),
            because_option,
            json_option,
        )
    ):
        function = option(function)
    return function


@click.command("coverage")
@click.option(
    "--by", type=click.Choice(["programme", "kafedra", "offering"]), default="programme", show_default=True,
    help="What a row stands for.",
)  # fmt: skip
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(STATES),
    help="List the topics of this state. May be repeated.",
)
@filters
@pass_app
def coverage(app: App, /, by: str, states: tuple[str, ...], **asked: Any) -> None:
    """Count the topics that owe a video: with a working one, in another language only, stale, broken, missing.

    What makes a video stale stands in the settings under [video].

    Example: dlt-sync video coverage --by kafedra --year 2026-2027

    Example: dlt-sync video coverage --kafedra Гигиена --state broken --state missing
    """
    from dlt_sync.report import videos

    by_what = {
        "programme": videos.coverage_by_programme,
        "kafedra": videos.coverage_by_kafedra,
        "offering": videos.coverage_by_offering,
    }

    def make(material: Material) -> Document:
        return videos.topics_in_state(material, states) if states else by_what[by](material)

    _report(app, lambda language, asked: make(_material(app, language, asked)), **asked)


@click.command("report")
@click.argument("name", type=click.Choice(REPORTS, case_sensitive=False))
@click.option(
    "--period", type=click.Choice(["month", "week"]), default="month", show_default=True, help="Of RP-3: a period."
)
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Of RP-6: the first day.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Of RP-6: the last day.")
@click.option("--run", type=int, metavar="N", help="Of RP-6: this run alone.")
@filters
@pass_app
def command(
    app: App,
    /,
    name: str,
    period: str,
    since: datetime | None,
    until: datetime | None,
    run: int | None,
    **asked: Any,
) -> None:
    """Make one of the department's reports, on the screen or as a file to send, sign and keep.

    \b
    RP-1  video coverage by programme, study year and language
    RP-2  videos by kafedra: planned, shot, edited, published, broken
    RP-3  the shooting plan: plan and fact
    RP-5  link health: what fails, where, since when, whose it is
    RP-6  reconciliation: courses created, renamed, archived; people added, moved, suspended; rows set aside and why

    Example: dlt-sync report RP-1 --year 2026-2027 --in kk --out coverage.html

    Example: dlt-sync report RP-5 --kafedra Гигиена --format csv > links.csv

    Example: dlt-sync report RP-6 --from 2026-09-01 --until 2026-09-30 --lang ru --out september.xlsx
    """
    from dlt_sync.report import videos

    days = (since, until, run)
    if name == "RP-6":
        _report(app, lambda language, asked: _reconciliation(app, language, asked, *days), **asked)
        return
    if any(day is not None for day in days):
        raise click.UsageError("--from, --until and --run go with RP-6.")
    made: dict[str, Callable[[Material], Document]] = {
        "RP-1": videos.coverage_by_programme,
        "RP-2": videos.videos_by_kafedra,
        "RP-3": lambda material: videos.plan_and_fact(material, period),
        "RP-5": videos.link_health,
    }
    _report(app, lambda language, asked: made[name](_material(app, language, asked)), **asked)


def _report(
    app: App,
    make: Callable[[str, dict[str, str]], Document],
    words: str | None,
    form: str | None,
    out: Path | None,
    **asked: str,
) -> None:
    from dlt_sync.report.writers import WRITERS

    form = form or (SUFFIXES.get(out.suffix.lower(), "") if out else "table")
    if out and form not in WRITERS:
        raise click.UsageError(f"--out writes a file: name it *{', *'.join(SUFFIXES)}, or say which with --format.")
    if app.out.as_json and form in WRITERS and not out:
        raise click.UsageError("--json and a file's format cannot both go to stdout. Name the file with --out.")
    document = make(words or app.settings.rules.site_language, asked)
    app.looked_at(document.people, f"{document.code}: {len(document.rows)} rows")
    if form not in WRITERS:
        _show(app, document)
    elif out:
        _write(out, WRITERS[form](document))
        app.out.say(f"{document.heading}: {len(document.rows)} rows are in {out}.")
        if app.out.as_json:
            app.out.result(document.as_data())
    else:
        if form == "xlsx" and sys.stdout.isatty():
            raise click.UsageError("A workbook is nothing for a terminal. Name a file with --out.")
        sys.stdout.buffer.write(WRITERS[form](document))


def _material(app: App, words: str, asked: dict[str, str]) -> Material:
    """What reports are made of, as the records and the link check have it now."""
    from zoneinfo import ZoneInfo

    from dlt_sync.kinds.kind import Source
    from dlt_sync.records.links import links, shootings
    from dlt_sync.records.questions import load_academy
    from dlt_sync.report.filters import Asked, find_filter
    from dlt_sync.report.videos import Material
    from dlt_sync.report.words import Words

    rules, now = app.settings.rules, app.now()
    with app.database.session() as session:
        source = Source(load_academy(session), rules, now.astimezone(ZoneInfo(rules.timezone)).date())
        return Material(
            source=source,
            links=links(session, now, rules.timezone),
            up_to_date=app.settings.video,
            filter=find_filter(source, Asked(**asked)),
            words=Words(words),
            shootings=shootings(session),
        )


def _reconciliation(
    app: App,
    language: str,
    asked: dict[str, str],
    since: datetime | None,
    until: datetime | None,
    run: int | None,
) -> Document:
    """RP-6 of a run or of some days, which are those of the academy's clock."""
    from zoneinfo import ZoneInfo

    from dlt_sync.kinds.kind import Source
    from dlt_sync.records.questions import load_academy
    from dlt_sync.report.filters import Asked, find_filter
    from dlt_sync.report.reconciled import Span, changes
    from dlt_sync.report.reconciliation import Reconciled, names_of, reconciliation
    from dlt_sync.report.run_facts import unit_names
    from dlt_sync.report.words import Words

    if others := [f"--{name}" for name, value in asked.items() if value and name not in OF_RECONCILIATION]:
        raise click.UsageError(f"RP-6 cannot be asked for by {', '.join(others)}.")
    if run is not None and (since or until):
        raise click.UsageError("--run is one run: leave out --from and --until.")
    words, zone = Words(language), ZoneInfo(app.settings.rules.timezone)
    today = app.now().astimezone(zone).date()
    last = until.date() if until else today
    first = since.date() if since else last - timedelta(days=USUAL_DAYS - 1)
    if first > last:
        raise click.UsageError("--from is after --until.")
    of_run = ((words["run"], str(run)),)
    of_days = ((words["period"], f"{words.day(first)} – {words.day(last)}"),)
    begin, end = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    with app.database.session() as session:
        source = Source(load_academy(session), app.settings.rules, today)
        wanted = find_filter(source, Asked(**asked))
        return reconciliation(
            Reconciled(
                changes=changes(session, Span(begin, end) if run is None else Span(run=run)),
                words=words,
                zone=zone,
                as_of=today,
                units=unit_names(session),
                only=names_of(source, wanted),
                filters=(*(of_days if run is None else of_run), *wanted.in_words(source, words)),
            )
        )


def _show(app: App, document: Document) -> None:
    about = f"{document.words['filters']}: {document.selection}. {document.words['as_of']}: "
    about += document.words.day(document.as_of)
    parts: list[RenderableType] = [Text(document.heading, "bold"), about]
    if document.overview:
        parts += [Text(document.overview.title, "bold"), _table(document.overview), ""]
    if document.rows or not document.overview:
        parts.append(_table(document))
    app.out.result(document.as_data(), *parts)


def _table(document: Document) -> RenderableType:
    words = document.words
    headers = [f"#{column.title}" if column.type.is_number else column.title for column in document.columns]
    rows: list[list[object]] = [
        [document.text(*pair) for pair in zip(document.columns, row, strict=True)] for row in document.rows
    ]
    if document.totals:
        of_all = (document.text(*pair) for pair in zip(document.columns, document.totals, strict=True))
        rows.append([Text(text, "bold") for text in of_all])
    return table(*headers, rows=rows) if rows else words["no_rows"]


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises RecordsError."""
    from dlt_sync.errors import RecordsError

    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RecordsError(
            f"{path} could not be written: {error.strerror}.", remedy="Name another file, or make the folder first."
        ) from error
