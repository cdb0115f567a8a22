"""Health: is everything there that a night needs, and did the last nights go well? (regulation, clause 3.6)

Input: our database, the settings, a Moodle to ask. Output: lines that a report puts into words, /healthz and a
monitoring system judge. No line holds personal data or a secret. Writes nothing.

code         facts
moodle       release; or why
database     kind; or why
disk         place (data | moodle), free_mb
backup       last (a time, "" for never), age_hours; only where the settings name a folder for them
feed         overdue (how many); of each overdue one: name, owner, due (a day), received (a day, "" for never)
media_host   silent (how many); of each silent one: host, links (that got no answer), hours (for how long)
last_run     run, verdict, ended (a time), good (a time, "" for never), age_hours (of the good one)
event_queue  waiting, waiting_minutes

Times are ISO 8601 in UTC. What could not be looked at has a line that is not ok, with `why` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dlt_sync import feeds, log
from dlt_sync.db import Database
from dlt_sync.doctor import DISK_FAIL_MB, MAX_EVENTS_WAIT_S, free_mb
from dlt_sync.errors import DltSyncError
from dlt_sync.journal import runs
from dlt_sync.journal.tables import UtcDateTime
from dlt_sync.media.verdicts import UNREACHABLE, WORKING
from dlt_sync.moodle.contract import Bridge
from dlt_sync.records.tables import LinkCheck
from dlt_sync.settings import Settings

#: A media host is silent when it gave no answer to so many links, and to none that was asked since.
SILENT_LINKS = 3
#: Hosts that are named, at most.
HOSTS_NAMED = 10
#: Older findings about a host say nothing of how it is now.
HOST_SEEN = timedelta(days=3)
#: One is made each day; two may go wrong.
BACKUP_AGE = timedelta(hours=50)
#: What other people have to see to; the program and its machine are well all the same.
FOR_PEOPLE = frozenset({"feed", "media_host"})

Fact = str | int


@dataclass(frozen=True, slots=True)
class HealthLine:
    """One thing that was looked at. The module says which facts belong to which code."""

    code: str
    ok: bool
    facts: Mapping[str, Fact] = field(default_factory=dict)


def look(database: Database, settings: Settings, bridge: Bridge | None, now: datetime) -> tuple[HealthLine, ...]:
    """All lines, in the order of the table above. Without a bridge, Moodle is not asked."""
    asked = tuple(_moodle(bridge)) if bridge else ()
    of_moodle = [line for line in asked if line.code == "moodle"]
    return (
        *of_moodle,
        *_own(database, settings, now),
        *(line for line in asked if line.code != "moodle"),
    )


def is_well(lines: Sequence[HealthLine]) -> bool:
    """Whether the program can do its work; what waits for people does not count."""
    return all(line.ok or line.code in FOR_PEOPLE for line in lines)


def sentence(line: HealthLine) -> str:
    """What is wrong, in English, for monitoring systems and logs. A report has words of its own."""
    facts = line.facts
    if "why" in facts:
        return f"{line.code}: {facts['why']}"
    if line.code in ("feed", "media_host") and "name" not in facts and "host" not in facts:
        number = facts.get("overdue", facts.get("silent", 0))
        return f"{line.code}: {number} {'overdue' if line.code == 'feed' else 'silent'}"
    if line.code == "last_run" and not facts["good"]:
        return "last_run: there was no good run yet"
    if line.code == "backup" and not facts["last"]:
        return "backup: there is none"
    return f"{line.code}: {_SENTENCES[line.code].format(**facts)}"


_SENTENCES: Mapping[str, str] = {
    "disk": "only {free_mb} MB are free ({place})",
    "backup": "the last one was made {last}",
    "feed": "{name} was due {due} (owner: {owner}; received last: {received})",
    "media_host": "{host} has given no answer to {links} links for {hours} hours",
    "last_run": "the last good run ended {good}",
    "event_queue": "{waiting} events wait, the oldest for {waiting_minutes} minutes",
}


def _moodle(bridge: Bridge) -> Iterator[HealthLine]:
    try:
        info = bridge.info()
    except DltSyncError as error:
        yield _unseen("moodle", error)
        return
    yield HealthLine("moodle", True, {"release": info.moodle_release})
    yield _disk("moodle", info.free_disk_mb)
    minutes = info.events_waiting_s // 60
    in_time = info.events_waiting_s <= MAX_EVENTS_WAIT_S
    yield HealthLine("event_queue", in_time, {"waiting": info.events_waiting, "waiting_minutes": minutes})


def _own(database: Database, settings: Settings, now: datetime) -> Iterator[HealthLine]:
    """What this machine and our database can say."""
    database_line = _database(database)
    yield database_line
    yield _own_disk(settings.data_folder)
    if settings.backup.folder:
        yield _backup(settings, now)
    if not database_line.ok:
        return
    looks: Sequence[tuple[str, Callable[[Session], Iterator[HealthLine]]]] = (
        ("feed", lambda session: _feeds(session, settings, now)),
        ("media_host", lambda session: _hosts(session, now)),
        ("last_run", lambda session: _last_run(session, settings, now)),
    )
    for code, ask in looks:
        try:
            with database.session() as session:
                yield from tuple(ask(session))
        except DltSyncError as error:
            yield _unseen(code, error)


def _database(database: Database) -> HealthLine:
    try:
        database.check()
    except DltSyncError as error:
        return _unseen("database", error)
    return HealthLine("database", True, {"kind": "sqlite" if database.is_sqlite else "postgresql"})


def _own_disk(folder: Path) -> HealthLine:
    try:
        return _disk("data", free_mb(folder))
    except OSError as error:
        return HealthLine("disk", False, {"place": "data", "why": error.strerror or type(error).__name__})


def _disk(place: str, free: int) -> HealthLine:
    return HealthLine("disk", free >= DISK_FAIL_MB, {"place": place, "free_mb": free})


def _backup(settings: Settings, now: datetime) -> HealthLine:
    from dlt_sync import backup  # wakes much that a run without backups can do without

    try:
        last = backup.last(settings)
    except OSError as error:
        return HealthLine("backup", False, {"why": error.strerror or type(error).__name__})
    if last is None:
        return HealthLine("backup", False, {"last": "", "age_hours": 0})
    return HealthLine("backup", now - last <= BACKUP_AGE, {"last": _iso(last), "age_hours": _hours(now - last)})


def _feeds(session: Session, settings: Settings, now: datetime) -> Iterator[HealthLine]:
    zone = settings.rules.timezone
    late = feeds.overdue(session, settings.feeds, now, zone)
    yield HealthLine("feed", not late, {"overdue": len(late)})
    for feed in late:
        due, received = str(feed.due or ""), f"{feed.received:%Y-%m-%d}" if feed.received else ""
        yield HealthLine("feed", False, {"name": feed.name, "owner": feed.owner, "due": due, "received": received})


def _hosts(session: Session, now: datetime) -> Iterator[HealthLine]:
    """Hosts that answered none of our last questions, although several were asked."""
    recent = select(
        LinkCheck.host,
        func.count().filter(LinkCheck.verdict == UNREACHABLE),
        func.count().filter(LinkCheck.verdict.in_(WORKING)),
        func.min(LinkCheck.first_failed_at, type_=UtcDateTime),
    )
    recent = recent.where(LinkCheck.checked_at >= now - HOST_SEEN).group_by(LinkCheck.host).order_by(LinkCheck.host)
    silent = [row for row in session.execute(recent) if row[1] >= SILENT_LINKS and not row[2]]
    yield HealthLine("media_host", not silent, {"silent": len(silent)})
    for host, links, _, since in silent[:HOSTS_NAMED]:
        hours = _hours(now - since) if since else 0
        yield HealthLine("media_host", False, {"host": host, "links": links, "hours": hours})


def _last_run(session: Session, settings: Settings, now: datetime) -> Iterator[HealthLine]:
    last, good = runs.last_applied(session), runs.last_good(session)
    oldest = now - timedelta(hours=settings.monitoring.max_age_hours)
    facts: dict[str, Fact] = {"good": "", "age_hours": 0}
    if last and last.ended_at:
        facts |= {"run": last.id, "verdict": last.verdict, "ended": _iso(last.ended_at)}
    if good and good.ended_at:
        facts |= {"good": _iso(good.ended_at), "age_hours": _hours(now - good.ended_at)}
    yield HealthLine("last_run", bool(good and good.ended_at and good.ended_at >= oldest), facts)


def _unseen(code: str, error: DltSyncError) -> HealthLine:
    return HealthLine(code, False, {"why": log.scrub(error.message)})


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%MZ}"


def _hours(lasted: timedelta) -> int:
    return max(0, round(lasted.total_seconds() / 3600))
