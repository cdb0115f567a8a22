"""`dlt-sync video`: the videos' links, their coverage and the requests for new ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click
from rich.console import RenderableType

from dlt_sync.cli.app import App, json_option, pass_app, run_by
from dlt_sync.cli.output import table
from dlt_sync.cli.runs import local
from dlt_sync.errors import ConfigError, RunActive

if TYPE_CHECKING:
    from dlt_sync.media.linkcheck import Line, LinkReport

#: More links than this are for --json.
LINES_SHOWN = 100
INTERRUPTED = 1
SOME_FAILED = 5


@click.group("video")
def command() -> None:
    """Check the videos' links and see what is there, what is owed and what is asked for.

    Example: dlt-sync video check --limit 100
    """


@command.command("check")
@click.option("--host", default="", help="Only links to this host.")
@click.option("--kafedra", default="", help="Only videos of this kafedra: its key, or words of its name.")
@click.option(
    "--older-than",
    "older_than",
    type=click.FloatRange(min=0),
    metavar="DAYS",
    help="Only links that were not checked for so many days. Else [video] recheck_hours.",
)
@click.option("--limit", type=click.IntRange(min=1), help="So many links, those first that wait longest.")
@click.option("--all", "everything", is_flag=True, help="Also what was checked just now.")
@json_option
@pass_app
@click.pass_context
def check(
    ctx: click.Context,
    app: App,
    host: str,
    kafedra: str,
    older_than: float | None,
    limit: int | None,
    everything: bool,
) -> None:
    """Look whether the videos' links still lead to them.

    Each host is asked at most twice a second. Stopped with Ctrl-C it keeps what it found, and goes on with the rest
    the next time. A video is broken after three failed checks over at least 24 hours.

    Example: dlt-sync video check --host media.example --older-than 1
    """
    from dlt_sync.media.linkcheck import check_links
    from dlt_sync.media.links import Which

    which = Which(host=host, kafedra=kafedra, older_than_days=older_than, everything=everything, limit=limit)
    with app.out.progress() as progress:
        report = check_links(
            app.database, app.settings.video, now=app.now, which=which, progress=progress, run_by=run_by()
        )
    _show_topics(app)
    app.out.result(_data(report), *_view(app, report))
    if report.passed_over:
        app.out.say(f"{report.passed_over} links were checked recently and passed over; --all checks them too.")
    if report.interrupted:
        app.out.say("Stopped. What was found is kept; the same command goes on with the rest.")
        ctx.exit(INTERRUPTED)


@command.command("feed")
@click.argument("sources", nargs=-1, metavar="[ADDRESS|FILE]...")
@click.option("--dry-run", is_flag=True, help="Show what would be suggested; write nothing.")
@json_option
@pass_app
@click.pass_context
def feed(ctx: click.Context, app: App, sources: tuple[str, ...], dry_run: bool) -> None:
    """Suggest the videos of feeds and sitemaps that the records do not have.

    RSS, Atom, YouTube's channel feeds and video sitemaps. Without a source, those of [video] feed are read. Each new
    video becomes a request that somebody accepts or declines; nothing is placed by itself.

    Example: dlt-sync video feed https://media.example/sitemap-video.xml
    """
    from dlt_sync.media.suggesting import name_of, read_feeds

    named = {name_of(source): source for source in sources} or dict(app.settings.video.feed)
    if not named:
        raise ConfigError(
            "There is no feed to read.",
            remedy="Name its address or file, or write feed.NAME = ADDRESS under [video] in the settings.",
        )
    report = read_feeds(
        app.database,
        app.settings.video,
        named,
        now=app.now(),
        timezone=app.settings.rules.timezone,
        run_by=run_by(),
        dry_run=dry_run,
    )
    rows = [(new.key, new.language, new.title, new.url, new.source) for new in report.suggested]
    app.out.result(report, *([table("request", "language", "title", "address", "from", rows=rows)] if rows else []))
    app.out.say(
        f"{len(rows)} new, {report.known} in the records, {report.asked} suggested before, "
        f"{report.no_videos} no videos."
    )
    for problem in report.problems:
        app.out.say(f"Not read: {problem}", "bold red")
    if rows and not dry_run:
        app.out.say("Place one with: dlt-sync video accept KEY --topic TOPIC --language LANGUAGE --as NAME")
    if report.problems:
        ctx.exit(SOME_FAILED)


def _show_topics(app: App) -> None:
    """Show in Moodle what the check found, where one is set. A run that is under way does that at its end."""
    from dlt_sync.run import show_topics

    if app.settings.moodle.url and app.settings.moodle.token:
        with suppress(RunActive):
            show_topics(app.context())


def _view(app: App, report: LinkReport) -> Iterator[RenderableType]:
    if not report.lines:
        yield "No link was due."
        return
    yield f"{len(report.lines)} links checked."
    yield table("verdict", "#links", rows=report.counts.items())
    failing = [line for line in _worst_first(report) if line.failures or line.verdict == "unknown"]
    of_hosts = {incident.host for incident in report.incidents}
    shown = [line for line in failing if line.broken or not _is_of(line, of_hosts)]
    for heading, lines in (
        ("Broken: failed three times over at least 24 hours", [line for line in shown if line.broken]),
        ("Failed, not yet often enough to count as broken", [line for line in shown if not line.broken]),
    ):
        if lines:
            yield f"\n{heading}:"
            rows = [_row(app, line) for line in lines[:LINES_SHOWN]]
            yield table("kafedra", "video", "address", "verdict", "why", "#failed", "since", rows=rows)
        if len(lines) > LINES_SHOWN:
            yield f"… and {len(lines) - LINES_SHOWN} more; --json shows all."
    if report.incidents:
        rows = [(incident.host, incident.links, incident.reason) for incident in report.incidents]
        yield "\nHosts that do not answer:"
        yield table("host", "#links", "why", rows=rows)
    if report.moves:
        rows = [(move.title, move.before, move.after) for move in report.moves]
        yield f"\nMoved for good (batch {report.batch}); dlt-sync plan shows what follows:"
        yield table("video", "from", "to", rows=rows)


def _worst_first(report: LinkReport) -> list[Line]:
    return sorted(report.lines, key=lambda line: (not line.broken, line.kafedra, line.title, line.url))


def _is_of(line: Line, hosts: set[str]) -> bool:
    from urllib.parse import urlsplit

    return line.verdict == "unreachable" and urlsplit(line.url).hostname in hosts


def _row(app: App, line: Line) -> tuple[object, ...]:
    return (line.kafedra, line.title, line.url, line.verdict, line.detail, line.failures, local(app, line.since))


def _data(report: LinkReport) -> dict[str, Any]:
    return {
        "checked": len(report.lines),
        "passed_over": report.passed_over,
        "interrupted": report.interrupted,
        "counts": report.counts,
        "broken": len(report.broken),
        "incidents": report.incidents,
        "batch": report.batch,
        "moves": report.moves,
        "links": _worst_first(report),
    }
