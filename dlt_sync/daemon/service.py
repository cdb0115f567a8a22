"""The daemon: stands by until it leads, then sees to it that each job is done when it is due. Read `Service.run` first.

    stand by ──lease──► a term: scheduler ─► worker "work":  reconcile, pull, inbox, … one after the other
        ▲                  │                 worker "links": a part of the links at a time
        └───lease lost─────┘  every second: what is wanted, whether the clock was set, the watchdog

What a leader may no longer do it stops doing at once: it starts nothing more, and what is under way ends after the
batch in hand.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from dlt_sync.daemon.board import Board
from dlt_sync.daemon.jobs import Job, catalogue
from dlt_sync.daemon.leader import Leader, standing
from dlt_sync.daemon.opened import Home
from dlt_sync.daemon.term import Term
from dlt_sync.db import Database
from dlt_sync.errors import DltSyncError
from dlt_sync.settings import Settings

logger = logging.getLogger(__name__)

#: How often it is looked what somebody wants, and whether all is well.
LOOK_S = 1.0


@dataclass
class Service:
    """One daemon, from its start until `stop` is set; then what is in hand is finished first.

    `settings` and `database` are those of its start. `tend` is called every second or so, whatever goes on, with what
    the daemon is doing: it tells systemd that it is alive. `jobs` are for tests.
    """

    home: Home
    settings: Settings
    database: Database
    stop: threading.Event
    tend: Callable[[str], None] = lambda _: None
    jobs: tuple[Job, ...] = ()
    _term: Term | None = None
    _heart: threading.Thread | None = None

    def __post_init__(self) -> None:
        self.jobs = self.jobs or catalogue(self.settings)
        self.board = Board(self.database)
        daemon = self.settings.daemon
        self.leader = Leader(self.database, beat_s=daemon.heartbeat_s, lease_s=daemon.lease_s)
        self._look_s = min(LOOK_S, daemon.heartbeat_s)

    def run(self) -> None:
        """Lead, or stand by, until asked to stop."""
        told = ""
        while not self.stop.is_set():
            why_not = self._lead_if_free()
            if why_not and why_not != told:
                logger.info("%s", why_not)
            told = why_not
            for _ in range(round(self.leader.beat_s / self._look_s)):
                self.tend(why_not)
                if self.stop.wait(self._look_s):
                    break

    def trouble(self) -> str:
        """What is wrong with the daemon itself; "" for nothing."""
        if self._term and not self._term.is_alive:
            return "The scheduler does not work any more."
        if self._heart and self.leader.leads() and not self._heart.is_alive():
            return "The lease is no longer renewed."
        return ""

    def _lead_if_free(self) -> str:
        """Take the lease and lead for as long as that lasts. Returns why not, when it did not come to that."""
        try:
            if self.leader.take():
                self._lead()
                return ""
            now = standing(self.database)
        except DltSyncError as error:
            return f"Standing by, since our database does not answer. {error.message}"
        except Exception as error:  # the edge of the daemon: whatever it is, it goes on
            logger.exception("Leading came upon something unforeseen")
            return f"Standing by after something unforeseen went wrong ({type(error).__name__})."
        leads = now.name if now else "another daemon"
        return f"Standing by: {leads} leads. This one takes over when that ends."

    def _lead(self) -> None:
        logger.info("This daemon leads. Jobs: %s.", "; ".join(f"{job.name} {job.schedule}" for job in self.jobs))
        try:
            self._term = Term(self.home, self.settings, self.board, self.jobs, self._may_go_on)
            with self.leader.beating() as self._heart, self._term.lasting(self._tend_leading):
                while self._may_go_on():
                    self._look()
                    self._tend_leading()
                    self.stop.wait(self._look_s)
                if not self.stop.is_set():
                    logger.warning("This daemon no longer leads; what is under way is brought to an end.")
        finally:
            self._term = self._heart = None
            self.leader.release()

    def _look(self) -> None:
        try:
            if self._term:
                self._term.look()
        except DltSyncError as error:
            logger.debug("Nobody could be asked what is wanted: %s", error)  # the lease tells of it, once

    def _may_go_on(self) -> bool:
        return not self.stop.is_set() and self.leader.leads()

    def _tend_leading(self) -> None:
        running = self._term.running if self._term else []
        under_way = f" Under way: {', '.join(running)}." if running else ""
        self.tend(f"{'Stopping.' if self.stop.is_set() else 'Leading.'}{under_way}")
