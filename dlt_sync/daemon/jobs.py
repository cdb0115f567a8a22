"""The jobs of the daemon: what each is called, when it is due, and the one call that it makes.

`catalogue` is the list to read. A job gets what it works with (`Opened`) and returns how it ended; what it raises is
for the service to deal with.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from dlt_sync import backup, retention
from dlt_sync.daemon.inbox import Inbox, clear_deliveries
from dlt_sync.daemon.nightly import reconcile
from dlt_sync.daemon.opened import RUN_BY, Ended, Opened
from dlt_sync.daemon.schedule import Daily, Every, Nightly, Schedule
from dlt_sync.errors import RunActive
from dlt_sync.media.linkcheck import check_links
from dlt_sync.media.links import Which, find_links
from dlt_sync.media.suggesting import read_feeds
from dlt_sync.run import pull_run, show_topics
from dlt_sync.settings import Settings

#: The two workers: what may change Moodle or the records is done one after the other; links are looked at beside it.
WORK, LINKS = "work", "links"
#: So many links are looked at in one part at least, lest a few stay for the last one.
LEAST_LINKS = 25


@dataclass(frozen=True)
class Job:
    """One job. `made_up`: whether it is done later when it was missed. `patient`: whether it is tried again when what
    stood in its way passes by itself."""

    name: str
    about: str
    schedule: Schedule
    do: Callable[[Opened], Ended]
    worker: str = WORK
    made_up: bool = True
    patient: bool = False


def catalogue(settings: Settings) -> tuple[Job, ...]:
    """All jobs that the settings ask for, the most important first."""
    return tuple(_catalogue(settings))


def _catalogue(settings: Settings) -> Iterator[Job]:
    daemon, zone = settings.daemon, ZoneInfo(settings.rules.timezone)

    def daily(at: clock_time) -> Daily:
        return Daily(at, zone)

    yield Job("reconcile", "brings Moodle in line with the records", daily(daemon.nightly), reconcile, patient=True)
    yield Job("pull", "takes over what people did in Moodle, tells it what is new", Every(daemon.pull_minutes), pull)
    if settings.inbox.folder:
        yield Job("inbox", "imports what is delivered", Every(1), InboxJob())
    if daemon.links_from:
        nightly = Nightly(daemon.links_minutes, daemon.links_from, daemon.links_until, zone)
        # By day it would be in people's way, and the next night does it anyway.
        yield Job("links", "checks the links to videos", nightly, LinksJob(nightly), worker=LINKS, made_up=False)
    if daemon.feeds and settings.video.feed:
        yield Job("feeds", "asks the feeds for new videos", daily(daemon.feeds), feeds)
    if daemon.backup and settings.backup.folder:
        yield Job("backup", "backs up the program's own database", daily(daemon.backup), back_up)
    if daemon.expire:
        yield Job("expire", "clears what is kept long enough", daily(daemon.expire), expire, patient=True)


def pull(opened: Opened) -> Ended:
    """Take over what people did on Moodle's pages. A run that is under way does that itself."""
    try:
        told = pull_run(opened.context)
    except RunActive:
        return Ended("skipped", "A run is under way; it does that itself.", news=False)
    return Ended("ok", f"Moodle was told of {told} runs and requests." if told else "Nothing new.", news=bool(told))


class LinksJob:
    """Checks the links that are due, so many that the night is enough for all, and no longer than its part lasts."""

    def __init__(self, schedule: Nightly, clock: Callable[[], float] = time.monotonic) -> None:
        self._schedule, self._clock = schedule, clock

    def __call__(self, opened: Opened) -> Ended:
        """Check one part."""
        rules, now = opened.settings.video, opened.now()
        with opened.database.session() as session:
            due = len(find_links(session, rules, Which(), now)[0])
        if not due:
            return Ended("ok", "No link was due.", news=False)
        share = max(LEAST_LINKS, -(-due // self._schedule.left(now)))
        until = self._clock() + self._schedule.minutes * 60
        report = check_links(
            opened.database,
            rules,
            now=opened.now,
            which=Which(limit=share),
            run_by=RUN_BY,
            stop=lambda: opened.stop() or self._clock() >= until,
        )
        _show_topics(opened)
        said = f"{len(report.lines)} links were checked, {len(report.broken)} of them are broken"
        left = due - len(report.lines)
        message = f"{said}; {left} are still due." if left > 0 else f"{said}."
        return Ended("stopped" if opened.stop() and report.interrupted else "ok", message)


def _show_topics(opened: Opened) -> None:
    """Show in Moodle what the check found. A run that is under way does that at its end."""
    if opened.has_moodle:
        with suppress(RunActive):
            show_topics(opened.context)


def feeds(opened: Opened) -> Ended:
    """Suggest what the feeds have and the records do not."""
    settings = opened.settings
    report = read_feeds(
        opened.database,
        settings.video,
        settings.video.feed,
        now=opened.now(),
        timezone=settings.rules.timezone,
        run_by=RUN_BY,
    )
    said = f"{len(report.suggested)} new videos were suggested."
    if report.problems:
        return Ended("partial", f"{said} Not read: {' '.join(report.problems)}")
    return Ended("ok", said)


class InboxJob:
    """Imports what lies complete in the inbox. What lay there at the last look it keeps in mind: nothing else."""

    def __init__(self) -> None:
        self._inbox: Inbox | None = None

    def __call__(self, opened: Opened) -> Ended:
        """Look once."""
        if self._inbox is None:
            self._inbox = Inbox(opened.database, opened.settings)
        self._inbox.database, self._inbox.settings = opened.database, opened.settings
        taken = self._inbox.take(opened.now())
        imported = [delivery for delivery in taken if delivery.batch is not None]
        refused = [f"{d.name} was refused: {' '.join(d.why)}" for d in taken if d.batch is None]
        said = [f"{d.name} is import {d.batch}." for d in imported] + refused
        then = "reconcile" if imported and opened.settings.inbox.apply else ""
        return Ended("partial" if refused else "ok", " ".join(said) or "Nothing new.", then, news=bool(said))


def back_up(opened: Opened) -> Ended:
    """Back up our database into the settings' folder."""
    file = backup.make(opened.database, opened.settings, None, opened.now())
    return Ended("ok", f"{file.name} was written.")


def expire(opened: Opened) -> Ended:
    """Clear what is kept long enough. Raises RunActive when a run is under way."""
    cleared = retention.clear(opened.database, opened.settings.retention, opened.now())
    cleared += clear_deliveries(opened.settings.inbox, opened.now())
    said = ", ".join(f"{one.rows} × {one.what}" for one in cleared if one.rows)
    return Ended("ok", f"Cleared: {said or 'nothing'}.")
