"""`dlt-sync runs`: what was done, when and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dlt_sync.cli.app import App, because_option, json_option, pass_app
from dlt_sync.cli.output import table
from dlt_sync.errors import DltSyncError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from dlt_sync.journal.tables import JournalEntry, Run

#: Sections of a run's report that say more than the journal does.
TOLD = ("parked", "failed", "quarantined", "feeds", "health")


@click.group("runs", invoke_without_command=True)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(min=1), help="How many, newest first.")
@click.option("--check", is_flag=True, help="Say in one line whether the nights go well, for a monitoring system.")
@click.option(
    "--max-age",
    type=click.FloatRange(min=0.1),
    metavar="HOURS",
    help="With --check: how old the last good run may be. Else [monitoring] max_age_hours.",
)
@json_option
@pass_app
@click.pass_context
def command(ctx: click.Context, app: App, limit: int, check: bool, max_age: float | None) -> None:
    """List the runs, newest first.

    With --check, nothing is listed. One line on stdout begins with OK, WARNING (the last run was not good, or a plan
    waits to be released) or CRITICAL (no good run for too long, or that cannot be told). It ends with 0 for OK, else
    with 1.

    Example: dlt-sync runs --limit 5

    Example: dlt-sync runs --check --max-age 26
    """
    if ctx.invoked_subcommand:
        return
    if check:
        ctx.exit(_check(app, max_age))
    from dlt_sync.journal import runs

    with app.database.session() as session:
        found = runs.runs(session, limit)
        rows = [(run.id, run.mode, local(app, run.started_at), run.verdict, run.run_by, run.summary) for run in found]
        app.out.result(
            [{name: value for name, value in _run_data(run).items() if name != "report"} for run in found],
            table("#run", "what", "started", "verdict", "by", "summary", rows=rows),
        )
    if not found:
        app.out.say("There were no runs yet. Start with: dlt-sync plan")


@command.command("show")
@click.argument("number", type=int)
@because_option
@json_option
@pass_app
def show(app: App, number: int) -> None:
    """Show one run and everything it changed, from the journal.

    Example: dlt-sync runs show 12
    """
    from dlt_sync.access import people_in
    from dlt_sync.journal import runs

    with app.database.session() as session:
        run, entries = runs.run(session, number), runs.entries(session, number)
        cleared = runs.is_cleared(session, run)
        app.looked_at(len(people_in((entry.kind, entry.key) for entry in entries)), f"run {number}")
        heading = [(name, value) for name, value in _heading(app, run) if value]
        rows = [(e.kind, e.action, e.label, e.unit, e.result, e.message or e.reason) for e in entries]
        app.out.result(
            {**_run_data(run), "entries": [_entry_data(entry) for entry in entries]},
            table("", "", rows=heading),
            *_told(run),
            table("kind", "action", "what", "kafedra", "result", "why", rows=rows, title=f"{len(rows)} changes"),
        )
    if cleared:
        app.out.say("What it changed is no longer kept: [retention] journal_days.")


def _told(run: Run) -> Iterator[RenderableType]:
    """What people were told of the run besides what stands here anyway."""
    for section in ((run.report or {}).get("en") or {}).get("sections", ()):
        if section["code"] in TOLD:
            yield table("", rows=[(line,) for line in section["lines"]], title=section["title"])


def _check(app: App, max_age: float | None) -> int:
    """Print the line; returns the exit code. What stops it is a line, too: a monitoring system reads no other."""
    from dlt_sync import nights

    try:
        settings = app.settings
        oldest = max_age or settings.monitoring.max_age_hours
        with app.database.session() as session:
            found = nights.judge(session, app.now(), oldest, settings.rules.timezone)
    except DltSyncError as error:
        app.out.result(
            {"state": nights.State.CRITICAL, "sentence": error.message, "remedy": error.remedy},
            f"CRITICAL: {error.message} {error.remedy}".rstrip(),
        )
        return 1
    numbers = "" if found.age_hours is None else f" | age_hours={found.age_hours:.1f};{found.max_age_hours:g}"
    app.out.result(found, f"{found.state}: {found.sentence}{numbers}")
    return found.exit_code


def local(app: App, moment: Any) -> str:
    """A moment as the academy's clock shows it; nothing for None."""
    from zoneinfo import ZoneInfo

    return f"{moment.astimezone(ZoneInfo(app.settings.rules.timezone)):%Y-%m-%d %H:%M}" if moment else ""


def _heading(app: App, run: Run) -> list[tuple[str, object]]:
    return [
        ("run", f"{run.id} ({run.mode})"),
        ("started", local(app, run.started_at)),
        ("ended", local(app, run.ended_at)),
        ("verdict", run.verdict),
        ("by", f"{run.run_by} on {run.host}" if run.host else run.run_by),
        ("summary", run.summary),
        ("plan", run.plan_hash),
        ("approved by", run.approved_by),
        ("because", run.because),
        ("undoes run", run.undoes_run_id),
    ]


def _run_data(run: Run) -> dict[str, Any]:
    return {column.key: getattr(run, column.key) for column in run.__table__.columns}


def _entry_data(entry: JournalEntry) -> dict[str, Any]:
    return {column.key: getattr(entry, column.key) for column in entry.__table__.columns}
