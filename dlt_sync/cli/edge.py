"""The edge of the program: whatever stops a command becomes a sentence, a remedy and an exit code here."""

from __future__ import annotations

import logging
import traceback
from typing import Any

import click

from dlt_sync import log
from dlt_sync.cli.app import App
from dlt_sync.errors import DltSyncError

logger = logging.getLogger(__name__)


class EdgeGroup(click.Group):
    """The root of all commands. No traceback leaves it unless --debug was given."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which they are used."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; its errors end here."""
        try:
            return super().invoke(ctx)
        except DltSyncError as error:
            app = ctx.ensure_object(App)
            logger.info("stopped: %s %s", error.message, " ".join(error.problems))
            if app.debug:
                logger.debug("where it happened", exc_info=error)
            app.out.error(_scrubbed(app, error))
            ctx.exit(error.exit_code)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:  # the one broad except: nobody shall have to read a traceback
            _report_defect(ctx.ensure_object(App), error)
            ctx.exit(1)


def _scrubbed(app: App, error: DltSyncError) -> DltSyncError:
    """The error without what must stay secret: it may repeat a cell of a file, or what somebody else said."""
    secrets = app.secrets
    problems = [log.scrub(problem, secrets) for problem in error.problems]
    return DltSyncError(log.scrub(error.message, secrets), remedy=error.remedy, problems=problems)


def _report_defect(app: App, error: Exception) -> None:
    """Say that something unforeseen happened; the traceback goes to the log, scrubbed."""
    logger.info("unexpected error", exc_info=error)
    app.out.error(DltSyncError(f"Something unforeseen went wrong ({type(error).__name__}).", remedy=_remedy(app)))
    if app.debug:
        app.out.say(log.scrub("".join(traceback.format_exception(error)), app.secrets))


def _remedy(app: App) -> str:
    if app.log_file:
        return f"Send the end of {app.log_file} to whoever looks after dlt-sync. It holds no secrets."
    return "Run the same command with --debug before its name, and send the text to whoever looks after dlt-sync."
