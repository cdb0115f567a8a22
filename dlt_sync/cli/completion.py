"""`dlt-sync completion`: click's own completion script for a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from dlt_sync.cli.app import App, json_option, pass_app

VARIABLE = "_DLT_SYNC_COMPLETE"


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@json_option
@pass_app
@click.pass_context
def command(ctx: click.Context, app: App, shell: str) -> None:
    """Print the completion script for a shell.

    Example: dlt-sync completion bash > ~/.local/share/bash-completion/completions/dlt-sync
    """
    made = get_completion_class(shell)
    assert made is not None, "click knows the shells of the choice"
    script = made(ctx.find_root().command, {}, "dlt-sync", VARIABLE).source()
    app.out.result({"shell": shell, "script": script}, script)
