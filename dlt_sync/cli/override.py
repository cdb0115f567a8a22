"""`dlt-sync override`: leave a field alone in Moodle until a date, in somebody's name."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from dlt_sync.cli.app import App, json_option, pass_app
from dlt_sync.cli.output import table
from dlt_sync.cli.runs import local

if TYPE_CHECKING:
    from dlt_sync.journal.tables import Override

HEADERS = ("#no", "kind", "key", "field", "until", "owner", "reason")


@click.group("override")
def command() -> None:
    """Leave fields alone in Moodle until a date.

    Example: dlt-sync override list
    """


@command.command("add")
@click.argument("kind")
@click.argument("key")
@click.argument("field")
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day, as 2027-01-31.")
@click.option("--as", "owner", required=True, metavar="NAME", help="Who decides it: your name and position.")
@click.option("--because", required=True, metavar="TEXT", help="Why.")
@json_option
@pass_app
def add(app: App, kind: str, key: str, field: str, until: datetime, owner: str, because: str) -> None:
    """Leave FIELD of the object KIND KEY as it is in Moodle. `*` stands for all its fields.

    Example: dlt-sync override add course plt:offering:17 fullname --until 2027-01-31 --as "A. Demo, methodist"
    --because "guest lectures this term"
    """
    from dlt_sync.journal import overrides

    zone = ZoneInfo(app.settings.rules.timezone)
    moment = until.replace(tzinfo=zone) + timedelta(days=1)
    with app.database.session() as session:
        row = overrides.add(
            session, kind=kind, key=key, field=field, owner=owner, reason=because, until=moment, now=app.now()
        )
        app.out.result(_data(row), f"Override {row.id}: {kind} {key}, {field}, until {_last_moment(app, row)}.")


@command.command("list")
@click.option("--all", "expired", is_flag=True, help="Those that ended, too.")
@json_option
@pass_app
def list_(app: App, expired: bool) -> None:
    """List the overrides in force.

    Example: dlt-sync override list --all
    """
    from dlt_sync.journal import overrides

    with app.database.session() as session:
        rows = overrides.overrides(session, app.now(), expired=expired)
        shown = [(r.id, r.kind, r.key, r.field, _last_moment(app, r), r.owner, r.reason) for r in rows]
        app.out.result([_data(row) for row in rows], table(*HEADERS, rows=shown))
    if not rows:
        app.out.say("There are none.")


@command.command("remove")
@click.argument("number", type=int)
@json_option
@pass_app
def remove(app: App, number: int) -> None:
    """End an override; from the next apply on the records own the field again.

    Example: dlt-sync override remove 3
    """
    from dlt_sync.journal import overrides

    with app.database.session() as session:
        row = overrides.remove(session, number)
        app.out.result(_data(row), f"Override {number} has ended: {row.kind} {row.key}, {row.field}.")


def _last_moment(app: App, row: Override) -> str:
    """The last minute on which the field is left alone: midnight would look like a day more."""
    return local(app, row.until - timedelta(minutes=1))


def _data(row: Override) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}
