"""The check of the videos' links. The function to read first is `check_links`: choose, ask, keep, follow, report.

Input: the videos in the records and what the last check kept. Output: `link_check` rows, written in portions, and a
`LinkReport`. A link that moved for good becomes the video's address in a batch of its own (`moves`). Asks hosts
through `fetching` alone; writes to our database alone.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from dlt_sync import log
from dlt_sync.db import Database
from dlt_sync.media import addresses, verdicts
from dlt_sync.media.fetching import FORBIDDEN, HOST_DOWN, Fetcher, NoAnswer, Pace, Resolve, resolve
from dlt_sync.media.keeping import keep, rows_of
from dlt_sync.media.links import Link, Which, find_links
from dlt_sync.media.moves import Move, follow_moves
from dlt_sync.media.providers import Asking, Endpoints, Known
from dlt_sync.media.rules import VideoRules
from dlt_sync.media.verdicts import Expected, Judgement, Seen, Tolerance, is_broken, judge

logger = logging.getLogger(__name__)

#: Told what is done, how much of it, and of how much.
Progress = Callable[[str, int, int], None]

PORTION = 50  # results that are written together
_REST_S = 2.0  # what there is is written after so many seconds without anything new


@dataclass(frozen=True, slots=True)
class Looked:
    """One link that was looked at, or that was left because its host is down (`tried` is false)."""

    link: Link
    seen: Seen
    judgement: Judgement
    at: datetime
    tried: bool = True


@dataclass(frozen=True, slots=True)
class Incident:
    """A host that did not answer: one line, however many links lead there."""

    host: str
    reason: str
    links: int


@dataclass(frozen=True, slots=True)
class Line:
    """One link in the report. `broken`: failed often enough and for long enough."""

    url: str
    video: str
    title: str
    kafedra: str
    verdict: str
    detail: str
    broken: bool
    failures: int
    since: datetime


@dataclass
class LinkReport:
    """What a check found. `passed_over` counts links that were checked recently; `batch` is that of the moves."""

    passed_over: int = 0
    lines: list[Line] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    moves: tuple[Move, ...] = ()
    batch: int | None = None
    interrupted: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """How many links have each verdict, the worst first."""
        counted = Counter(line.verdict for line in self.lines)
        return {verdict: counted[verdict] for verdict in verdicts.VERDICTS if counted[verdict]}

    @property
    def broken(self) -> list[Line]:
        """The broken ones."""
        return [line for line in self.lines if line.broken]


@dataclass(frozen=True)
class Tools:
    """How hosts are found and asked; tests put their own in."""

    endpoints: Endpoints = field(default_factory=Endpoints)
    resolve: Resolve = resolve


def check_links(
    database: Database,
    rules: VideoRules,
    *,
    now: Callable[[], datetime],
    which: Which | None = None,
    progress: Progress | None = None,
    run_by: str = "",
    tools: Tools | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> LinkReport:
    """Look at every link that is due, at most `requests_per_second` at each host.

    What was found is kept in portions, so that nothing of it is lost when the check is stopped; the next one goes on
    with what is left. On Ctrl-C, or when `stop` says so, which is asked every second or two, the report says
    `interrupted`. Raises DatabaseError.
    """
    with database.session() as session:
        links, passed_over = find_links(session, rules, which or Which(), now())
    report = LinkReport(passed_over=passed_over)
    work = _Work(links, rules, now, tools or Tools())
    waiting: list[Looked] = []
    try:
        results = _until(stop, work.results())
        for portion in _portions(results, waiting, partial(_tell, progress, len(links))):
            report.lines += _keep(database, portion, now())
    except (KeyboardInterrupt, _StoppedError):
        report.interrupted = True
        report.lines += _keep(database, [*waiting, *work.stop()], now())
    finally:
        work.stop()
    report.incidents = sorted(work.incidents, key=lambda incident: -incident.links)
    if rules.follow_moves:
        report.batch, report.moves = follow_moves(database, now=now(), run_by=run_by)
    return report


def _tell(progress: Progress | None, total: int, done: int) -> None:
    if progress:
        progress("links", done, total)


class _StoppedError(Exception):
    """The check was asked to stop."""


def _until(stop: Callable[[], bool], results: Iterator[Looked | None]) -> Iterator[Looked | None]:
    for looked in results:
        yield looked
        if stop():
            raise _StoppedError


def _portions(
    results: Iterator[Looked | None], waiting: list[Looked], tell: Callable[[int], None]
) -> Iterator[Sequence[Looked]]:
    """The results in portions; None among them says that some time went by. Those not handed over are in `waiting`."""
    done = 0
    for looked in results:
        if looked:
            waiting.append(looked)
            done += 1
        if len(waiting) >= PORTION or (waiting and looked is None):
            portion, waiting[:] = list(waiting), []
            yield portion
        if looked:
            tell(done)
    if waiting:
        portion, waiting[:] = list(waiting), []
        yield portion


def _keep(database: Database, portion: Sequence[Looked], now: datetime) -> list[Line]:
    with database.session(alone=True) as session:
        rows = rows_of(session, [looked.link.url for looked in portion])
        kept = [
            keep(session, rows.get(looked.link.url), looked.link, looked.seen, looked.judgement, looked.at)
            for looked in portion
        ]
    return [_line(looked.link, row, now) for looked, row in zip(portion, kept, strict=True)]


class _Work:
    """The asking: one host after the other in each of a few threads, one link after the other at each host."""

    def __init__(self, links: Sequence[Link], rules: VideoRules, now: Callable[[], datetime], tools: Tools) -> None:
        self._rules, self._now, self._tools = rules, now, tools
        self._stop = threading.Event()
        self._pace = Pace(rules.requests_per_second, self._stop)
        self._results: queue.SimpleQueue[Looked | Exception | None] = queue.SimpleQueue()
        self._fetchers: list[Fetcher] = []
        self._hosts = _by_host(links)
        self._threads = ThreadPoolExecutor(rules.workers, "links", log.belong_as_here())
        self.incidents: list[Incident] = []

    def results(self) -> Iterator[Looked | None]:
        """Each link as it was looked at; None now and then, when none was for a while."""
        for links in self._hosts:
            self._threads.submit(self._host, links)
        open_hosts = len(self._hosts)
        while open_hosts:
            try:
                found = self._results.get(timeout=_REST_S)
            except queue.Empty:
                yield None
                continue
            if isinstance(found, Exception):
                self.stop()
                raise found
            if found is None:
                open_hosts -= 1
            else:
                yield found
        self._threads.shutdown()

    def stop(self) -> list[Looked]:
        """End all asking at once; returns what was found and not yet handed over."""
        self._stop.set()
        for fetcher in tuple(self._fetchers):
            fetcher.cut()
        self._threads.shutdown(cancel_futures=True)
        left: list[Looked] = []
        while not self._results.empty():
            found = self._results.get()
            if isinstance(found, Looked):
                left.append(found)
        return left

    def _host(self, links: Sequence[Link]) -> None:
        """All links of one host; it has a row of failures of its own."""
        with Fetcher(self._rules, self._pace, self._tools.resolve) as fetcher:
            self._fetchers.append(fetcher)
            try:
                self._ask(Asking(fetcher, self._rules, self._tools.endpoints), links)
            except Exception as error:  # whatever it is, whoever waits for the results has to know
                self._results.put(error)
            else:
                self._results.put(None)
            finally:
                self._fetchers.remove(fetcher)

    def _ask(self, asking: Asking, links: Sequence[Link]) -> None:
        failures = 0
        for place, link in enumerate(links):
            seen = _look(asking, link)
            if self._stop.is_set():
                return
            self._results.put(self._looked(link, seen))
            failures = failures + 1 if seen.host_down else 0
            if failures >= self._rules.host_failures:
                self._give_up(links[place + 1 :], links[place], failures, seen.detail)
                return

    def _give_up(self, others: Sequence[Link], link: Link, failures: int, reason: str) -> None:
        self.incidents.append(Incident(link.host, reason, failures + len(others)))
        logger.warning("%s does not answer: %s; %d links there wait", link.host, reason, len(others))
        for other in others:
            seen = Seen(other.url, detail=f"not tried: {link.host} does not answer ({reason})", host_down=reason)
            self._results.put(self._looked(other, seen, tried=False))

    def _looked(self, link: Link, seen: Seen, *, tried: bool = True) -> Looked:
        before = link.before
        worked = before is not None and before.verdict in verdicts.WORKING
        expected = Expected(link.title, link.duration_s, before.title_seen if before and worked else "")
        rules = self._rules
        tolerance = Tolerance(rules.title_fit_percent, rules.duration_tolerance_percent, rules.slow_s)
        return Looked(link, seen, judge(seen, expected, tolerance), self._now(), tried)


def _look(asking: Asking, link: Link) -> Seen:
    before = link.before
    known = Known()
    if before and before.verdict in verdicts.WORKING:
        known = Known(before.etag, before.last_modified, before.title_seen, before.duration_seen_s)
    try:
        return asking.look(link.url, known)
    except NoAnswer as missing:
        service = link.provider in (addresses.YOUTUBE, addresses.VIMEO)
        down = missing.reason in HOST_DOWN and (service or missing.host == link.host)
        verdict = verdicts.UNKNOWN if missing.reason == FORBIDDEN else verdicts.UNREACHABLE
        return Seen(link.url, verdict=verdict, detail=missing.detail, host_down=missing.detail if down else "")
    except addresses.BadAddress as error:
        return Seen(link.url, verdict=verdicts.UNKNOWN, detail=str(error))


def _by_host(links: Sequence[Link]) -> list[list[Link]]:
    """The links of each host, the longest list first: it takes the longest."""
    hosts: dict[str, list[Link]] = {}
    for link in links:
        hosts.setdefault(link.host, []).append(link)
    return sorted(hosts.values(), key=len, reverse=True)


def _line(link: Link, row: verdicts.Checked, now: datetime) -> Line:
    return Line(
        url=link.url,
        video=link.video,
        title=link.title,
        kafedra=link.kafedra,
        verdict=row.verdict,
        detail=getattr(row, "detail", ""),
        broken=is_broken(row, now),
        failures=row.fail_streak,
        since=row.first_failed_at or row.checked_at,
    )
