"""The command `dlt-sync`. One module per group of commands; none of them decides anything."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path

import click

from dlt_sync import __version__, log
from dlt_sync.cli import (
    access,
    backup,
    completion,
    coverage,
    daemon,
    db,
    doctor,
    init,
    override,
    reconcile,
    records,
    requests,
    retention,
    runs,
    video,
    why,
)
from dlt_sync.cli.app import App
from dlt_sync.cli.edge import EdgeGroup

HELP_OPTIONS = ["-h", "--help"]


@click.group(cls=EdgeGroup, context_settings={"help_option_names": HELP_OPTIONS, "max_content_width": 100})
@click.option(
    "--config", type=click.Path(path_type=Path), help="The config file. Else $DLT_SYNC_CONFIG, ./dlt-sync.ini."
)
@click.option("--debug", is_flag=True, help="Show what happens, and the traceback of an unforeseen error.")
@click.version_option(__version__, prog_name="dlt-sync")
@click.pass_context
def cli(ctx: click.Context, config: Path | None, debug: bool) -> None:
    """Keep a Moodle site aligned with the records of a department.

    \b
    First:      init, doctor, db upgrade
    Each time:  records import, plan, apply
    Looking:    runs, why, records show

    Example: dlt-sync --config /etc/dlt-sync.ini plan
    """
    app = ctx.ensure_object(App)
    app.config, app.debug = config, debug
    log.log_to_stderr(debug=debug)
    ctx.call_on_close(log.close)
    ctx.call_on_close(app.opened.close)


COMMANDS = (
    init.command,
    doctor.command,
    db.command,
    records.command,
    reconcile.plan,
    reconcile.apply,
    reconcile.undo,
    runs.command,
    why.command,
    coverage.command,
    video.command,
    override.command,
    backup.backup,
    backup.restore,
    retention.command,
    access.command,
    daemon.command,
    completion.command,
)
for command in COMMANDS:
    cli.add_command(command)
for command in (coverage.coverage, *requests.COMMANDS):
    video.command.add_command(command)


def main() -> None:
    """The entry point. What is written (database, plans, log) is people's data: only its owner may read it.

    Letters that a terminal cannot show are escaped there instead of stopping the command.
    """
    os.umask(0o077)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(ValueError):
                stream.reconfigure(errors="backslashreplace")
    cli()
