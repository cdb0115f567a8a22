"""`dlt-sync daemon`: what goes on by itself, how it stands, and doing one of its jobs now."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import click
from rich.console import RenderableType

from dlt_sync import log
from dlt_sync.cli.app import App, json_option, pass_app, run_by
from dlt_sync.cli.output import table
from dlt_sync.cli.runs import local
from dlt_sync.cli.stopping import stopping
from dlt_sync.errors import ConfigError, DltSyncError
from dlt_sync.settings import Settings, find_config, load

if TYPE_CHECKING:
    from dlt_sync.daemon.jobs import Job
    from dlt_sync.daemon.leader import Standing
    from dlt_sync.daemon.tables import Job as Noted
    from dlt_sync.moodle.contract import Bridge

logger = logging.getLogger(__name__)

JOBS = ("reconcile", "pull", "inbox", "links", "feeds", "backup", "expire")
#: Which setting a job lacks that is not in the catalogue.
LACKS = {
    "inbox": "[inbox] folder",
    "links": "[daemon] links_from",
    "feeds": "[video] feed, and [daemon] feeds",
    "backup": "[backup] folder, and [daemon] backup",
    "expire": "[daemon] expire",
}
#: Verdict → what people read, and the exit code of `daemon run --wait`.
VERDICTS: Mapping[str, tuple[str, int]] = {
    "": ("not yet", 0),
    "running": ("under way", 0),
    "ok": ("done", 0),
    "skipped": ("not needed", 0),
    "partial": ("done in part", 5),
    "parked": ("waits for approval", 4),
    "waiting": ("is tried again", 1),
    "busy": ("another run was active", 6),
    "stopped": ("stopped", 5),
    "cut off": ("cut off", 1),
    "failed": ("failed", 1),
}
WAIT_S = 0.5


@click.group("daemon", invoke_without_command=True)
@json_option
@pass_app
@click.pass_context
def command(ctx: click.Context, app: App) -> None:
    """Do by itself what is to be done each night and every few minutes, until it is stopped.

    Stays in the foreground, as a service manager wants it; docs/operations.md shows the systemd unit. Of several
    daemons on one database one does the work, the others stand by. SIGTERM and Ctrl-C finish what is in hand.

    Example: dlt-sync --config /etc/dlt-sync/dlt-sync.ini daemon
    """
    if not ctx.invoked_subcommand:
        _serve(app)


@command.command("status")
@json_option
@pass_app
@click.pass_context
def status(ctx: click.Context, app: App) -> None:
    """Show which daemon does the work, how its jobs went and when they are due.

    Ends with 1 when no daemon is at work.

    Example: dlt-sync daemon status
    """
    from dlt_sync.daemon.board import Board
    from dlt_sync.daemon.jobs import catalogue
    from dlt_sync.daemon.leader import standing

    leader = standing(app.database)
    works = _is_at_work(app, leader)
    noted = Board(app.database).jobs()
    jobs = catalogue(app.settings)
    rows = [_row(app, job, noted.get(job.name), works) for job in jobs]
    said = [f"{job.name}: {noted[job.name].message}" for job in jobs if job.name in noted and noted[job.name].message]
    app.out.result(
        _status_data(app, leader, works, jobs, noted),
        _leader_line(app, leader, works),
        table("job", "what it does", "when", "last", "how it went", "next", rows=rows),
        *(["", *said] if said else []),
    )
    if not works:
        app.out.say(NOT_AT_WORK)
    ctx.exit(0 if works else 1)


@command.command("run")
@click.argument("job", type=click.Choice(JOBS))
@click.option("--wait", is_flag=True, help="Wait until it is done, and say how it went.")
@json_option
@pass_app
@click.pass_context
def run(ctx: click.Context, app: App, job: str, wait: bool) -> None:
    """Let the daemon do one of its JOBs now, besides doing it when it is due.

    With --wait, ends as the job did: 0 done, 4 something waits for approval, 5 done in part, 6 another run was active.

    Example: dlt-sync daemon run reconcile --wait
    """
    from dlt_sync.daemon.board import Board
    from dlt_sync.daemon.jobs import catalogue

    if job not in {known.name for known in catalogue(app.settings)}:
        raise ConfigError(f"The job {job} is not asked for.", remedy=f"Set {LACKS[job]} and start the daemon anew.")
    _refuse_without_daemon(app)
    board = Board(app.database)
    before = board.jobs().get(job)
    board.want(job, app.now(), run_by())
    if not wait:
        app.out.result({"job": job, "wanted": True})
        app.out.say("The daemon does it within seconds. How it went: dlt-sync daemon status")
        return
    ended = _wait(app, board.jobs, job, before.started_at if before else None)
    words, code = VERDICTS.get(ended.verdict, (ended.verdict, 1))
    app.out.result(_noted_data(ended), f"{job}: {words}. {ended.message}".rstrip())
    ctx.exit(code)


NOT_AT_WORK = (
    "No daemon is at work on this database: nothing happens by itself. Start it with `systemctl start dlt-sync`, "
    "or with `dlt-sync daemon` in a terminal."
)


def _serve(app: App) -> None:
    """Be the daemon."""
    from dlt_sync.daemon.endpoint import open_endpoint
    from dlt_sync.daemon.opened import Home, MoodleAnew
    from dlt_sync.daemon.service import Service
    from dlt_sync.daemon.tending import Tending
    from dlt_sync.daemon.watchdog import Notifier, Watchdog

    path = find_config(app.config, app.environ)
    settings = load(path, app.environ)
    app.secrets = settings.secrets
    _log(settings, debug=app.debug)
    home = Home(lambda: load(path, app.environ), app.open_bridge, app.now)
    database = app.open_database_of(settings)
    database.check()
    notifier = Notifier(app.environ)
    with ExitStack() as stack, stopping(logger.info, what="what is in hand is finished.") as stop:
        service = Service(home, settings, database, stop)
        service.tend = Tending(notifier, Watchdog(notifier, service.trouble, app.environ), stop)
        moodle = cast("Bridge", MoodleAnew(home)) if settings.moodle.url and settings.moodle.token else None
        endpoint = open_endpoint(
            settings, database, moodle, app.now, leads=service.leader.leads, trouble=service.trouble
        )
        if endpoint:
            stack.callback(endpoint.close)
        logger.info("The daemon has started, with %s.", path)
        notifier.ready("Started.")
        service.run()
        logger.info("The daemon has stopped.")


def _log(settings: Settings, *, debug: bool) -> None:
    """To stderr, for whoever keeps it; the log file is that of the commands."""
    from dlt_sync.daemon.json_log import log_as_json

    if settings.monitoring.json_log:
        log_as_json(settings.secrets, debug=debug)
    else:
        handler = logging.StreamHandler()
        handler.setLevel(logging.DEBUG if debug else logging.INFO)
        handler.setFormatter(log.Scrubber("%(levelname)s %(name)s: %(message)s", settings.secrets))
        log.replace_stderr(handler)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # that one job waits for another is in order


def _is_at_work(app: App, leader: Standing | None) -> bool:
    return leader is not None and leader.works(app.settings.daemon.lease_s)


def _refuse_without_daemon(app: App) -> None:
    from dlt_sync.daemon.leader import standing

    if not _is_at_work(app, standing(app.database)):
        raise DltSyncError(
            "No daemon is at work on this database.",
            remedy="Start it with `systemctl start dlt-sync`, or with `dlt-sync daemon` in a terminal. Without it, "
            "`dlt-sync apply` brings Moodle in line.",
        )


def _wait(app: App, look: Callable[[], Mapping[str, Noted]], name: str, before: datetime | None) -> Noted:
    """How the job ended that began after the one before. Raises DltSyncError when the daemon ends meanwhile."""
    while True:
        job = look().get(name)
        began = job.started_at if job else None
        if job and began and began != before and job.ended_at and job.ended_at >= began:
            return job
        _refuse_without_daemon(app)
        time.sleep(WAIT_S)


def _leader_line(app: App, leader: Standing | None, works: bool) -> RenderableType:
    if leader is None:
        return "No daemon is at work on this database.\n"
    if works:
        return f"At work: {leader.name}, since {local(app, leader.since)}.\n"
    return f"Not at work. The last one was {leader.name}, {_ago(leader.age_s)} ago.\n"


def _ago(age_s: float) -> str:
    for unit, length in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if age_s >= 2 * length:
            return f"{age_s / length:.0f} {unit}"
    return f"{age_s:.0f} seconds"


def _row(app: App, job: Job, noted: Noted | None, works: bool) -> tuple[object, ...]:
    words, _ = VERDICTS.get(noted.verdict, (noted.verdict, 1)) if noted else VERDICTS[""]
    due = noted.due_at if noted else None
    wanted = "as soon as can be" if noted and noted.wanted_at else ""
    return (
        job.name,
        job.about,
        str(job.schedule),
        local(app, noted.started_at) if noted else "",
        words,
        (wanted or local(app, due)) if works else "",
    )


def _status_data(
    app: App, leader: Standing | None, works: bool, jobs: tuple[Job, ...], noted: Mapping[str, Noted]
) -> dict[str, Any]:
    return {
        "running": works,
        "leader": {"holder": leader.name, "since": leader.since, "age_s": round(leader.age_s, 1)} if leader else None,
        "jobs": [
            {"job": job.name, "about": job.about, "schedule": str(job.schedule), **_data_of(noted, job)} for job in jobs
        ],
    }


def _data_of(noted: Mapping[str, Noted], job: Job) -> dict[str, Any]:
    return _noted_data(noted[job.name]) if job.name in noted else {"verdict": "", "due_at": None}


def _noted_data(job: Noted) -> dict[str, Any]:
    data = {column.key: getattr(job, column.key) for column in job.__table__.columns}
    return {("job" if name == "name" else name): value for name, value in data.items()}
