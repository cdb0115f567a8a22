"""`dlt-sync video`: the videos' links, their coverage and the requests for new ones."""

from __future__ import annotations

import click


@click.group("video")
def command() -> None:
    """Check the videos' links and see what is there, what is owed and what is asked for.

    Example: dlt-sync video check --limit 100
    """
