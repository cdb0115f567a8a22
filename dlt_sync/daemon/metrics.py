"""Metrics for Prometheus, read from our database whenever they are asked for: a restart loses none of them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dlt_sync import feeds
from dlt_sync.daemon.tables import Job
from dlt_sync.db import Database
from dlt_sync.errors import DltSyncError
from dlt_sync.journal import runs
from dlt_sync.journal.tables import JournalEntry, Run
from dlt_sync.media.verdicts import BROKEN_AFTER_CHECKS, WORKING, is_broken
from dlt_sync.records.tables import LinkCheck, Quarantine, VideoAsset
from dlt_sync.settings import Settings


class Metrics:
    """A collector for a registry of prometheus_client. `leads` says whether this daemon is the one that does the work.

    Threads may share it. Nothing in it says anything of a person.
    """

    def __init__(
        self, database: Database, settings: Settings, now: Callable[[], datetime], leads: Callable[[], bool]
    ) -> None:
        self._database, self._settings, self._now, self._leads = database, settings, now, leads
        self._counting = threading.Lock()
        self._counted: Counter[tuple[str, str, str]] = Counter()
        self._counted_to = 0

    def collect(self) -> Iterable[Metric]:
        """All metrics as they are now; of a database that cannot be read, that it cannot."""
        found: list[Metric] = [
            _gauge("dlt_sync_leader", "Whether this daemon is the one that does the work.", int(self._leads()))
        ]
        try:
            with self._database.session() as session:
                found += self._read(session)
            readable = 1
        except DltSyncError:
            readable = 0
        return [*found, _gauge("dlt_sync_database_up", "Whether the database can be read.", readable)]

    def _read(self, session: Session) -> Iterator[Metric]:
        yield from _runs(session)
        yield self._operations(session)
        waiting = int(runs.parked_plan(session) is not None)
        yield _gauge("dlt_sync_parked_plans", "Plans that wait for somebody to release them.", waiting)
        yield _gauge("dlt_sync_quarantined_rows", "Rows that are set aside.", _quarantined(session))
        yield _gauge(
            "dlt_sync_broken_links", "Links of published videos that are broken.", _broken(session, self._now())
        )
        late = feeds.overdue(session, self._settings.feeds, self._now(), self._settings.rules.timezone)
        yield _gauge("dlt_sync_feeds_overdue", "Sources of records that missed their day.", len(late))
        yield from _jobs(session)

    def _operations(self, session: Session) -> Metric:
        """The journal counted. It only grows, and may be long: what was counted once is not counted again."""
        family = CounterMetricFamily(
            "dlt_sync_operations", "Operations in the journal.", labels=("kind", "action", "result")
        )
        with self._counting:
            newest = session.scalar(select(func.max(JournalEntry.id))) or 0
            by = (JournalEntry.kind, JournalEntry.action, JournalEntry.result)
            added = select(*by, func.count()).where(JournalEntry.id > self._counted_to, JournalEntry.id <= newest)
            for kind, action, result, number in session.execute(added.group_by(*by)):
                self._counted[kind, action, result] += number
            self._counted_to = max(newest, self._counted_to)
            for labels, number in sorted(self._counted.items()):
                family.add_metric(labels, number)
        return family


def _runs(session: Session) -> Iterator[Metric]:
    last = GaugeMetricFamily(
        "dlt_sync_last_run_timestamp_seconds", "When a run ended last, by verdict.", labels=("verdict",)
    )
    ended = select(Run.verdict, func.max(Run.id)).where(Run.mode == "apply", Run.ended_at.is_not(None))
    for verdict, number in session.execute(ended.group_by(Run.verdict).order_by(Run.verdict)):
        last.add_metric((verdict,), _seconds(session.get_one(Run, number).ended_at))
    yield last
    if good := runs.last_good(session):
        name = "dlt_sync_last_good_run_timestamp_seconds"
        yield _gauge(name, "When Moodle was as the records want it last.", _seconds(good.ended_at))
    newest = runs.last_applied(session)
    if newest and newest.ended_at:
        lasted = (newest.ended_at - newest.started_at).total_seconds()
        yield _gauge("dlt_sync_run_duration_seconds", "How long the last run took.", lasted)


def _quarantined(session: Session) -> int:
    open_rows = select(Quarantine.entity, Quarantine.file, Quarantine.row).distinct()
    open_rows = open_rows.where(Quarantine.state == "open", Quarantine.severity == "error")
    return session.scalar(select(func.count()).select_from(open_rows.subquery())) or 0


def _broken(session: Session, now: datetime) -> int:
    address = func.coalesce(func.nullif(VideoAsset.moved_to, ""), VideoAsset.url)
    shown = select(address).where(VideoAsset.status == "active", VideoAsset.state == "published")
    failing = select(LinkCheck).where(
        LinkCheck.fail_streak >= BROKEN_AFTER_CHECKS, LinkCheck.verdict.not_in(WORKING), LinkCheck.url.in_(shown)
    )
    return sum(is_broken(check, now) for check in session.scalars(failing))


def _jobs(session: Session) -> Iterator[Metric]:
    name = "dlt_sync_job_last_success_timestamp_seconds"
    family = GaugeMetricFamily(name, "When a job of the daemon went well last.", labels=("job",))
    for job in session.scalars(select(Job).where(Job.succeeded_at.is_not(None)).order_by(Job.name)):
        family.add_metric((job.name,), _seconds(job.succeeded_at))
    yield family


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, about, value=value)


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0
