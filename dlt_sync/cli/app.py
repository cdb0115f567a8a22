"""What all commands share: the settings, what is opened with them, and where the output goes."""

from __future__ import annotations

import getpass
import logging
import os
import socket
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dlt_sync import __version__, log
from dlt_sync.cli.output import Output
from dlt_sync.errors import ConfigError
from dlt_sync.settings import Settings, find_config, load

if TYPE_CHECKING:
    from dlt_sync.db import Database
    from dlt_sync.moodle.contract import Bridge
    from dlt_sync.run import Context

logger = logging.getLogger(__name__)


def rest_bridge(settings: Settings) -> Bridge:
    """The bridge plugin of the Moodle in the settings. Raises ConfigError when they do not name one."""
    from dlt_sync.moodle.rest import RestBridge

    moodle = settings.moodle
    missing = [key for key in ("url", "token") if not getattr(moodle, key)]
    if missing or moodle.token is None:
        raise ConfigError(
            "The settings do not say which Moodle to talk to.",
            remedy="docs/settings.md shows the keys. `dlt-sync doctor` checks them.",
            problems=[f"{settings.path.name} [moodle]: {key} is missing." for key in missing],
        )
    return RestBridge(
        moodle.url,
        moodle.token.reveal(),
        timeout_s=moodle.timeout_s,
        ca_file=moodle.ca_file,
        retries=moodle.retries,
    )


def utc_now() -> datetime:
    """The time it is."""
    return datetime.now(UTC)


@dataclass
class App:
    """One invocation. Tests put their own bridge, clock and environment in."""

    open_bridge: Callable[[Settings], Bridge] = rest_bridge
    now: Callable[[], datetime] = utc_now
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    config: Path | None = None
    debug: bool = False
    out: Output = field(default_factory=Output)
    log_file: Path | None = None
    because: str = ""
    secrets: tuple[str, ...] = ()
    opened: ExitStack = field(default_factory=ExitStack)

    @cached_property
    def settings(self) -> Settings:
        """The settings; the log file is open from here on. Raises ConfigError."""
        settings = load(find_config(self.config, self.environ), self.environ)
        self.secrets = settings.secrets
        log.keep_secret(settings.secrets)
        if log.log_to_file(settings.log_file, settings.secrets):
            self.log_file = settings.log_file
        logger.info("dlt-sync %s with %s, for %s", __version__, settings.path, run_by())
        return settings

    def open_database(self) -> Database:
        """Our own database, whatever state it is in. Raises DatabaseError when its address cannot be used."""
        return self.open_database_of(self.settings)

    def open_database_of(self, settings: Settings) -> Database:
        """The same, of settings that are no command's."""
        from dlt_sync.db import Database

        database = Database(settings.database.url)
        self.opened.callback(database.close)
        return database

    @cached_property
    def database(self) -> Database:
        """Our own database, ready for use. Raises DatabaseError when it is not."""
        database = self.open_database()
        database.check()
        return database

    @cached_property
    def bridge(self) -> Bridge:
        """The Moodle. Raises ConfigError when none is set."""
        bridge = self.open_bridge(self.settings)
        self.opened.callback(getattr(bridge, "close", lambda: None))
        return bridge

    def looked_at(self, people: int, scope: str) -> None:
        """Note that the caller is shown so many people's data (clause 7.4), before it is shown; nobody's is no access.

        `scope` names what is looked at by its keys. Raises DatabaseError when it cannot be noted.
        """
        from dlt_sync import access

        if people:
            words = click.get_current_context().command_path.split()[1:]
            host, command = socket.gethostname(), " ".join(words)
            access.note(self.database, run_by(), host, command, scope, people, self.because, now=self.now())

    def context(self, stop: Callable[[], bool] = lambda: False) -> Context:
        """What a run needs. Raises ConfigError or DatabaseError."""
        from dlt_sync.run import Context

        return Context.of(self.settings, self.database, self.bridge, now=self.now, run_by=run_by(), stop=stop)


def run_by() -> str:
    """Who runs the program, as the machine knows them: behind `sudo -u dlt-sync`, whoever called it."""
    if caller := os.environ.get("SUDO_USER"):
        return caller
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user need not have a name
        return str(os.getuid())


pass_app = click.make_pass_decorator(App)


def because_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --because to a command that shows people's data: the access log notes it."""

    def remember(ctx: click.Context, _: click.Parameter, value: str) -> None:
        ctx.ensure_object(App).because = value

    return click.option(
        "--because",
        default="",
        metavar="TEXT",
        expose_value=False,
        callback=remember,
        help="Why you look at people's data; noted in the access log.",
    )(command)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --json to a command; the output object learns of it before the command starts."""

    def remember(ctx: click.Context, _: click.Parameter, value: bool) -> None:
        ctx.ensure_object(App).out.as_json |= value

    return click.option(
        "--json",
        is_flag=True,
        expose_value=False,
        callback=remember,
        is_eager=True,
        help="Write the result as JSON on stdout.",
    )(command)
