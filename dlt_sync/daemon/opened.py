"""What one job works with: settings, database and Moodle, opened for it alone and closed behind it; and what it says.

So a changed token, certificate or limit holds from the next job on, and nothing that a job opened or kept in mind is
there for longer than the job: a daemon runs for months.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from dlt_sync.db import Database
from dlt_sync.moodle.contract import Bridge, Info
from dlt_sync.run import Context
from dlt_sync.settings import Settings

#: Whose runs are that nobody started. It is nobody's account: any person may release what they park.
RUN_BY = "daemon"


@dataclass(frozen=True)
class Ended:
    """How a job ended: ok, partial, parked, stopped, skipped, waiting, busy, failed or cut off. `then` names a job that
    is to follow at once; what is no `news` is not logged."""

    verdict: str
    message: str = ""
    then: str = ""
    news: bool = True


@dataclass(frozen=True)
class Home:
    """Where a daemon lives: how its settings are read, how its Moodle is reached, and what the time is."""

    load: Callable[[], Settings]
    open_bridge: Callable[[Settings], Bridge]
    now: Callable[[], datetime]


@dataclass
class Opened:
    """What is open for a job. `stop` says when it has to come to an end."""

    settings: Settings
    database: Database
    now: Callable[[], datetime]
    stop: Callable[[], bool]
    open_bridge: Callable[[Settings], Bridge]
    stack: ExitStack = field(default_factory=ExitStack)

    @cached_property
    def bridge(self) -> Bridge:
        """The Moodle. Raises ConfigError when none is set."""
        bridge = self.open_bridge(self.settings)
        self.stack.callback(getattr(bridge, "close", lambda: None))
        return bridge

    @property
    def has_moodle(self) -> bool:
        """Whether the settings name a Moodle."""
        return bool(self.settings.moodle.url and self.settings.moodle.token)

    @cached_property
    def context(self) -> Context:
        """What a run needs. Raises ConfigError."""
        return Context.of(self.settings, self.database, self.bridge, now=self.now, run_by=RUN_BY, stop=self.stop)


@contextmanager
def opened(home: Home, stop: Callable[[], bool]) -> Iterator[Opened]:
    """Open what a job needs. Raises ConfigError or DatabaseError."""
    settings = home.load()
    database = Database(settings.database.url)
    with ExitStack() as stack:
        stack.callback(database.close)
        database.check()
        yield Opened(settings, database, home.now, stop, home.open_bridge, stack)


@dataclass(frozen=True)
class MoodleAnew:
    """A Moodle that is asked how it is with the settings of the moment, over a connection of its own."""

    home: Home

    def info(self) -> Info:
        """As `Bridge.info`. Raises ConfigError, too."""
        bridge = self.home.open_bridge(self.home.load())
        try:
            return bridge.info()
        finally:
            getattr(bridge, "close", lambda: None)()
