"""`dlt-sync records`: the registrar's files, and what they were made into."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from rich.console import RenderableType
from rich.text import Text

from dlt_sync.cli.app import App, because_option, json_option, pass_app, run_by
from dlt_sync.cli.output import Report, table
from dlt_sync.cli.runs import local
from dlt_sync.errors import RecordsError
from dlt_sync.settings import ENTITIES

if TYPE_CHECKING:
    from dlt_sync.feeds import FeedStanding
    from dlt_sync.records.importing import ImportOptions, ImportResult
    from dlt_sync.records.messages import Problem
    from dlt_sync.records.tables import Quarantine

PROBLEMS_SHOWN = 50
#: What no screen needs: the code that stands for an IIN.
HIDDEN = frozenset({"iin_digest"})
COUNTS = ("created", "changed", "unchanged", "removed", "set_aside")


@click.group("records")
def command() -> None:
    """Load the registrar's files and look at the records.

    Example: dlt-sync records import /srv/exports
    """


def delivery_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """What import and check have in common."""
    entity = click.Choice(ENTITIES)
    for option in (
        click.argument("path", type=click.Path(path_type=Path)),
        click.option(
            "--mode",
            type=click.Choice(["full", "delta"]),
            default="full",
            show_default=True,
            help="full: the files hold everything, what is absent has left. delta: only changes.",
        ),
        click.option(
            "--accept-smaller",
            multiple=True,
            type=entity,
            metavar="ENTITY",
            help="Take this entity's file although it is much smaller than the last one. May be repeated.",
        ),
        click.option(
            "--accept-older",
            multiple=True,
            type=entity,
            metavar="ENTITY",
            help="Take this entity's file although it is older than the last one. May be repeated.",
        ),
        json_option,
    ):
        function = option(function)
    return function


@command.command("import")
@click.option("--dry-run", is_flag=True, help="Do everything but write.")
@delivery_options
@pass_app
def import_(
    app: App,
    path: Path,
    mode: Literal["full", "delta"],
    dry_run: bool,
    accept_smaller: tuple[str, ...],
    accept_older: tuple[str, ...],
) -> None:
    """Load the files at PATH: a folder, a workbook, or the file of one entity.

    Rows that fail a check are set aside and named; what they are about stays in Moodle as it is.
    A file that cannot be trusted is refused, and then nothing is loaded.

    Example: dlt-sync records import /srv/exports

    Example: dlt-sync records import --mode delta /srv/exports/enrolment.csv
    """
    from dlt_sync.records.importing import import_records

    options = _options(app, accept_smaller, accept_older)
    with app.out.progress() as report:
        result = import_records(
            app.database,
            path,
            options=options,
            mode=mode,
            dry_run=dry_run,
            run_by=run_by(),
            now=app.now(),
            progress=_counting(report),
        )
    _show(app, result)


@command.command("check")
@delivery_options
@pass_app
def check(
    app: App,
    path: Path,
    mode: Literal["full", "delta"],
    accept_smaller: tuple[str, ...],
    accept_older: tuple[str, ...],
) -> None:
    """Check the files at PATH as `import` would, and write nothing.

    Example: dlt-sync records check /srv/exports
    """
    from dlt_sync.records.importing import check_records

    options = _options(app, accept_smaller, accept_older)
    with app.out.progress() as report:
        result = check_records(
            app.database, path, options=options, mode=mode, now=app.now(), progress=_counting(report)
        )
    _show(app, result)


def _options(app: App, accept_smaller: tuple[str, ...], accept_older: tuple[str, ...]) -> ImportOptions:
    from dlt_sync.records.importing import import_options

    return import_options(
        app.settings.records,
        app.settings.rules.timezone,
        accept_smaller=frozenset(accept_smaller),
        accept_older=frozenset(accept_older),
    )


def _counting(report: Report) -> Callable[[str, int], None]:
    return lambda entity, rows: report(entity, rows, 0)


def _show(app: App, result: ImportResult) -> None:
    app.out.result(_data(result), *_view(result))
    if result.set_aside:
        app.out.say(
            f"{result.set_aside} rows were set aside. What they are about stays in Moodle as it is. "
            "Correct them in the source and import again."
        )
    if result.batch is not None:
        app.out.say("Next: dlt-sync plan")


def _data(result: ImportResult) -> dict[str, Any]:
    return {
        "batch": result.batch,
        "mode": result.mode,
        "verdict": result.verdict,
        "files": [{"entity": f.entity, "name": f.name, "sha256": f.sha256, "bytes": f.size} for f in result.files],
        "counts": result.counts,
        "problems": result.problems,
    }


def _view(result: ImportResult) -> Iterator[RenderableType]:
    name = "Checked; nothing was written" if result.batch is None else f"Import {result.batch} is loaded"
    yield f"{name} ({result.mode})."
    rows = [(entity, *(counts[count] for count in COUNTS)) for entity, counts in result.counts.items()]
    yield table("entity", *(f"#{count.replace('_', ' ')}" for count in COUNTS), rows=rows)
    yield from _problems_view(result.problems[:PROBLEMS_SHOWN])
    if len(result.problems) > PROBLEMS_SHOWN:
        more = len(result.problems) - PROBLEMS_SHOWN
        yield f"… and {more} more. `dlt-sync records quarantine` lists those of the last import; --json all."


@command.command("show")
@click.argument("kind", type=click.Choice(ENTITIES))
@click.argument("key")
@because_option
@json_option
@pass_app
def show(app: App, kind: str, key: str) -> None:
    """Show one record: what it holds, which import and row it comes from, what is wrong with it.

    Example: dlt-sync records show person plt:student:910001
    """
    from dlt_sync.access import PERSONAL
    from dlt_sync.records import questions

    with app.database.session() as session:
        found = questions.show(session, kind, key)
        if found is None:
            raise RecordsError(
                f"There is no {kind} {key} in the records.",
                remedy="Check the key. `dlt-sync records quarantine` shows rows that were set aside.",
            )
        app.looked_at(int(kind in PERSONAL), f"{kind} {key}")
        fields = {name: value for name, value in found.fields.items() if name not in HIDDEN}
        problems = [_problem_data(problem) for problem in found.open_problems]
        source = {"batch": found.batch, "file": found.file, "row": found.row}
        came_from = f"import {found.batch}, {found.file} row {found.row}" if found.row else f"import {found.batch}"
        app.out.result(
            {"kind": kind, "key": key, "fields": fields, "source": source, "problems": problems},
            table("", "", rows=[*fields.items(), ("comes from", came_from)], title=f"{kind} {key}"),
            *_problems_view(found.open_problems),
        )


@command.command("quarantine")
@click.option("--kind", type=click.Choice(ENTITIES), help="Only rows of this entity.")
@click.option("--batch", type=int, help="Only what this import set aside.")
@click.option("--all", "resolved", is_flag=True, help="What has been put right since, too.")
@because_option
@json_option
@pass_app
def quarantine(app: App, kind: str | None, batch: int | None, resolved: bool) -> None:
    """List the rows that were set aside, why, and what to do.

    Example: dlt-sync records quarantine --kind person
    """
    from dlt_sync.access import PERSONAL
    from dlt_sync.records import questions

    with app.database.session() as session:
        found = questions.quarantine(session, entity=kind, batch=batch, include_resolved=resolved)
        people = {(one.file, one.row) for one in found if one.entity in PERSONAL}
        app.looked_at(len(people), f"quarantine of {kind or 'all kinds'}" + (f", import {batch}" if batch else ""))
        app.out.result([_problem_data(problem) for problem in found], *_problems_view(found, below=False))
    if not found:
        app.out.say("Nothing is set aside.")


@command.command("feeds")
@json_option
@pass_app
def feeds_of(app: App) -> None:
    """Show each source of records: who owes it, when it is due, when it came last.

    Owners and due days stand in the settings, section [feeds]. An overdue source is named in the run report, too.

    Example: dlt-sync records feeds
    """
    from dlt_sync import feeds

    with app.database.session() as session:
        found = feeds.standing(session, app.settings.feeds, app.now(), app.settings.rules.timezone)
    app.out.result(
        found,
        table("source", "brings", "owner", "due", "received", "", rows=[_feed_row(app, feed) for feed in found]),
    )
    late = [f"{feed.name} ({feed.owner})" if feed.owner else feed.name for feed in found if feed.overdue]
    if late:
        app.out.say(f"Overdue: {', '.join(late)}.")


def _feed_row(app: App, feed: FeedStanding) -> tuple[object, ...]:
    brings = "" if feed.entities == (feed.name,) else feed.entities
    state = Text("overdue", "bold red") if feed.overdue else ""
    return feed.name, brings, feed.owner, feed.due, local(app, feed.received) or "never", state


def _problem_data(problem: Quarantine) -> dict[str, Any]:
    return {column.key: getattr(problem, column.key) for column in problem.__table__.columns}


def _problems_view(problems: Sequence[Problem | Quarantine], *, below: bool = True) -> Iterator[RenderableType]:
    rows = [(p.file, p.row, p.field, p.message, p.remedy) for p in problems]
    if rows:
        if below:
            yield ""
        yield table("file", "#row", "field", "what is wrong", "what to do", rows=rows)
