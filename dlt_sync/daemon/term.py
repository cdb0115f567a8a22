"""A leader's term: each job is done when it is due, and what it raises ends with it.

APScheduler says when; two workers of one thread each do it, so that nothing runs beside what it would disturb. What is
noted of each job (`board`) is what the next leader goes on from.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from dlt_sync import log
from dlt_sync.daemon.board import Board
from dlt_sync.daemon.jobs import LINKS, WORK, Job
from dlt_sync.daemon.nightly import try_again
from dlt_sync.daemon.opened import Ended, Home, opened
from dlt_sync.daemon.schedule import next_due
from dlt_sync.errors import DltSyncError, RunActive, RunStopped
from dlt_sync.settings import Settings

logger = logging.getLogger(__name__)

#: How soon a job is tried again that could not even be noted, for our database did not answer.
UNNOTED_PAUSE = timedelta(minutes=1)
#: A scheduler that was asked every second and has not gone through its jobs for so long is stuck.
STUCK_S = 60.0
_LEVELS = {"failed": logging.ERROR, "partial": logging.WARNING, "parked": logging.WARNING, "busy": logging.WARNING}


@dataclass
class _Tries:
    """Since when a job is being tried in vain, and how often it was."""

    first: datetime
    count: int = 0


class _Scheduler(BackgroundScheduler):  # type: ignore[misc]
    """Notes when it went through its jobs last: a thread that is there and does nothing is not alive."""

    worked_at = 0.0

    def _process_jobs(self) -> float | None:
        wait: float | None = super()._process_jobs()
        self.worked_at = time.monotonic()
        return wait


class Term:
    """The time for which this daemon leads. `may_go_on` says whether it still does, and is to."""

    def __init__(
        self,
        home: Home,
        settings: Settings,
        board: Board,
        jobs: Sequence[Job],
        may_go_on: Callable[[], bool] = lambda: True,
    ) -> None:
        self._home, self._settings, self._board = home, settings, board
        self._jobs = {job.name: job for job in jobs}
        self._may_go_on = may_go_on
        self._lock = threading.Lock()
        self._over = False
        self._began = time.monotonic()
        self._running: set[str] = set()
        self._asked: set[str] = set()
        self._tries: dict[str, _Tries] = {}
        executors = {name: ThreadPoolExecutor(1, {"thread_name_prefix": name}) for name in (WORK, LINKS)}
        self._scheduler = _Scheduler(timezone=UTC, executors=executors)

    @property
    def running(self) -> list[str]:
        """The jobs that are under way."""
        with self._lock:
            return sorted(self._running)

    @property
    def is_alive(self) -> bool:
        """Whether the scheduler does its work: it has gone through its jobs lately, as each `look` asks of it."""
        if self._over:
            return True
        stuck = time.monotonic() - max(self._scheduler.worked_at, self._began) > STUCK_S
        return bool(self._scheduler._thread.is_alive()) and not stuck

    @contextmanager
    def lasting(self, tend: Callable[[], None] = lambda: None, pause_s: float = 0.1) -> Iterator[Term]:
        """Do the jobs while it lasts. At its end nothing is under way any more; until then `tend` is called."""
        for job, due in self._dues():
            self._scheduler.add_job(
                self.do,
                job.schedule,
                args=(job,),
                id=job.name,
                executor=job.worker,
                next_run_time=due,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        self._began = time.monotonic()
        self._scheduler.start()
        try:
            yield self
        finally:
            with self._lock:
                self._over = True
            self._scheduler.shutdown(wait=False)
            while self.running:  # each ends after the batch in hand
                tend()
                time.sleep(pause_s)

    def look(self) -> None:
        """Let the jobs begin that somebody wants, and see that a clock that was set keeps none from beginning.

        Raises DatabaseError.
        """
        self._scheduler.wakeup()
        now = self._home.now()
        for name in self._board.wanted():
            if name not in self._jobs:
                self._board.started(name, now)
                self._board.ended(name, now, Ended("failed", _UNKNOWN), None)
            elif name not in self._asked and name not in self.running:
                self._begin(name)
        for job in self._jobs.values():
            latest = job.schedule.after(now)
            if self._scheduler.get_job(job.name).next_run_time > latest:
                self._move(job.name, latest)
        self._scheduler.wakeup()

    def do(self, job: Job) -> None:
        """Do one job, whatever comes of it."""
        with self._lock:
            if not self._may_work():
                return  # it stays due
            self._running.add(job.name)
            self._asked.discard(job.name)
        try:
            with log.in_job(job.name):
                self._do(job)
        except Exception as error:  # the edge of the daemon: a job never ends it
            logger.exception("The job %s could not be noted (%s)", job.name, type(error).__name__)
            self._move(job.name, self._home.now() + UNNOTED_PAUSE)
        finally:
            with self._lock:
                self._running.discard(job.name)

    def _may_work(self) -> bool:
        return not self._over and self._may_go_on()

    def _do(self, job: Job) -> None:
        began = self._home.now()
        self._board.started(job.name, began)
        ended, again = self._attempt(job, began)
        now = self._home.now()
        due = next_due(again, job.schedule, now, made_up=True)
        if ended.verdict == "stopped":
            due = began  # not done: whoever leads next goes on with it
        elif again:
            self._move(job.name, due)
        self._board.ended(job.name, now, ended, due)
        level = _LEVELS.get(ended.verdict, logging.INFO) if ended.news else logging.DEBUG
        logger.log(level, "%s: %s. %s", job.name, ended.verdict, ended.message)
        if ended.then in self._jobs:
            self._begin(ended.then)

    def _attempt(self, job: Job, began: datetime) -> tuple[Ended, datetime | None]:
        """How a job ended, and when it is tried again, if it is."""
        tries = self._tries.setdefault(job.name, _Tries(began))
        tries.count += 1
        try:
            ended, again = self._ending(job, tries)
        except Exception as error:  # a defect: of this job, not of the others
            logger.exception("The job %s came upon something unforeseen", job.name)
            why = f"Something unforeseen went wrong ({type(error).__name__}). The log of the daemon says more."
            ended, again = Ended("failed", why), None
        if again is None:
            self._tries.pop(job.name)
        return ended, again

    def _ending(self, job: Job, tries: _Tries) -> tuple[Ended, datetime | None]:
        try:
            with opened(self._home, lambda: not self._may_work()) as tools:
                return job.do(tools), None
        except RunStopped as stopped:
            return Ended("stopped", stopped.message), None
        except DltSyncError as error:
            said = " ".join(filter(None, (error.message, *error.problems, error.remedy)))
            now = self._home.now()
            again = try_again(error, tries.first, tries.count, now, self._settings) if job.patient else None
            if again:
                return Ended("waiting", f"{said} It is tried again."), again
            return Ended("busy" if isinstance(error, RunActive) else "failed", said), None

    def _dues(self) -> list[tuple[Job, datetime]]:
        """When each job is due, as it is noted: what was missed or cut off is made up, once."""
        now = self._home.now()
        for name in self._board.cut_off(now):
            logger.warning("%s was cut off when whoever led before ended.", name)
        noted = {name: row.due_at for name, row in self._board.jobs().items()}
        dues = [(job, _due(noted, job, now)) for job in self._jobs.values()]
        self._board.due({job.name: due for job, due in dues})
        return dues

    def _begin(self, name: str) -> None:
        with self._lock:
            self._asked.add(name)
        self._move(name, datetime.now(UTC))

    def _move(self, name: str, due: datetime) -> None:
        """Let a job be due at another time than its schedule says."""
        if not self._over:
            self._scheduler.modify_job(name, next_run_time=due)


_UNKNOWN = "The daemon that leads does not know this job. Start it anew after the settings were changed."


def _due(noted: Mapping[str, datetime | None], job: Job, now: datetime) -> datetime:
    return next_due(noted.get(job.name), job.schedule, now, made_up=job.made_up)
