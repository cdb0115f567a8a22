"""`dlt-sync access`: who looked at personal data."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from dlt_sync.cli.app import App, json_option, pass_app
from dlt_sync.cli.output import table
from dlt_sync.cli.runs import local

if TYPE_CHECKING:
    from dlt_sync.journal.tables import PiiAccess

HEADERS = ("when", "who", "on", "command", "what", "#people", "why")


@click.command("access")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only from this day on, as 2027-01-31.")
@click.option("--by", "who", default="", metavar="ACCOUNT", help="Only what this account looked at.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(min=1), help="How many, newest first.")
@json_option
@pass_app
def command(app: App, since: datetime | None, who: str, limit: int) -> None:
    """List who looked at personal data or exported it: when, from where, whose and why. Newest first.

    Each command that shows people's data notes it, with the reason that --because gave. The list holds keys, no
    names. How long it is kept is a setting: [retention] access_days.

    Example: dlt-sync access --since 2026-11-01
    """
    from dlt_sync.access import accesses

    zone = ZoneInfo(app.settings.rules.timezone)
    with app.database.session() as session:
        found = accesses(session, since=since.replace(tzinfo=zone) if since else None, who=who, limit=limit)
    rows = [(local(app, one.at), one.who, one.host, one.command, one.scope, one.people, one.why) for one in found]
    app.out.result([_data(one) for one in found], table(*HEADERS, rows=rows))
    if not found:
        app.out.say("Nobody has looked at personal data.")


def _data(row: PiiAccess) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}
