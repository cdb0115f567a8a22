"""`dlt-sync retention`: clear what no run needs any more and the settings keep no longer."""

from __future__ import annotations

import click

from dlt_sync.cli.app import App, json_option, pass_app
from dlt_sync.cli.output import table


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="Only say what would be cleared.")
@json_option
@pass_app
def command(app: App, dry_run: bool) -> None:
    """Clear what is older than the settings under [retention] keep it. The daemon does so each day.

    So it does with deliveries that the inbox put away longer ago than [inbox] keep_days.

    What the next plan, the guard, an approval or the undo of a run that is kept rests on is never cleared. Of people
    who left, names, address and the IIN's code are blanked; the journal's rows go whole when their time is over.

    Example: dlt-sync retention --dry-run
    """
    from dlt_sync.cli.runs import local
    from dlt_sync.daemon.inbox import clear_deliveries
    from dlt_sync.retention import clear

    cleared = clear(app.database, app.settings.retention, app.now(), dry_run=dry_run)
    cleared += clear_deliveries(app.settings.inbox, app.now(), dry_run=dry_run)
    rows = [(one.what, one.rows, local(app, one.older_than)) for one in cleared]
    app.out.result(cleared, table("what", "#rows", "older than", rows=rows))
    total = sum(one.rows for one in cleared)
    app.out.say(f"{total} rows would be cleared; nothing was." if dry_run else f"{total} rows were cleared.")
