"""`dlt-sync doctor`: is everything there that a run needs?"""

from __future__ import annotations

import click
from rich.text import Text

from dlt_sync.cli.app import App, json_option, pass_app
from dlt_sync.cli.output import table
from dlt_sync.doctor import Check, Level, Probes, examine, free_mb

STYLES = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "bold red", Level.NOT_CHECKED: "dim"}


@click.command("doctor")
@json_option
@pass_app
@click.pass_context
def command(ctx: click.Context, app: App) -> None:
    """Check everything a run needs, with a fix beside each failure. Changes nothing.

    Ends with 1 when something failed, with 0 when there are only warnings.

    Example: dlt-sync doctor
    """
    checks = examine(
        Probes(
            settings=lambda: app.settings,
            database=app.open_database,
            bridge=lambda: app.bridge,
            now=app.now,
            free_mb=free_mb,
        )
    )
    rows = [(Text(check.level, STYLES[check.level]), check.name, _seen(check)) for check in checks]
    app.out.result(checks, table("", "what", "seen", rows=rows))
    failed = sum(check.level is Level.FAIL for check in checks)
    warned = sum(check.level is Level.WARN for check in checks)
    app.out.say(f"{len(checks)} checks: {failed} failed, {warned} to look at.")
    ctx.exit(1 if failed else 0)


def _seen(check: Check) -> Text:
    return Text(check.seen + (f"\nFix: {check.fix}" if check.fix else ""))
