"""`dlt-sync db`: the program's own database."""

from __future__ import annotations

import click

from dlt_sync.cli.app import App, json_option, pass_app


@click.group("db")
def command() -> None:
    """Look after the program's own database.

    Example: dlt-sync db upgrade
    """


@command.command("upgrade")
@json_option
@pass_app
def upgrade(app: App) -> None:
    """Make the tables, or bring them to this version. Safe to run again.

    Example: dlt-sync db upgrade
    """
    database = app.open_database()
    database.upgrade()
    app.out.result({"database": database.url_masked}, f"The database {database.url_masked} is up to date.")
