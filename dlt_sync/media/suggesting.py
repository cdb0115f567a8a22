"""Feeds suggest, the department's list decides: what no video has becomes a request of the type `suggestion`.

The function to read first is `read_feeds`: fetch, parse, compare, ask. Input: addresses or files. Output: requests in
a batch of the mode `feed`, and a `FeedReport`. Never makes a video by itself; asks hosts through `fetching` alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from dlt_sync.db import Database
from dlt_sync.media.addresses import BadAddress, canonical
from dlt_sync.media.feeds import BadFeed, Entry, Feed, parse
from dlt_sync.media.fetching import Fetcher, NoAnswer, Pace, Resolve, resolve
from dlt_sync.media.rules import VideoRules
from dlt_sync.records import requests
from dlt_sync.records.batches import begin_batch, stand_alone
from dlt_sync.records.tables import VideoAsset, VideoRequest

#: What keys of requests begin with that a feed made.
FEED = "feed:request:"
FEED_BYTES = 20_000_000
SITEMAPS = 100  # that one index may name


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A video that was suggested, or would be."""

    key: str
    title: str
    url: str
    language: str
    source: str


@dataclass
class FeedReport:
    """What came of the feeds. `known` are videos of the records, `asked` were suggested before, `no_videos` are
    entries of another sort; `problems` names each source that could not be read, and why."""

    suggested: list[Suggestion] = field(default_factory=list)
    known: int = 0
    asked: int = 0
    no_videos: int = 0
    problems: list[str] = field(default_factory=list)
    batch: int | None = None


def read_feeds(
    database: Database,
    rules: VideoRules,
    sources: Mapping[str, str],
    *,
    now: datetime,
    timezone: str,
    run_by: str = "",
    dry_run: bool = False,
    resolve: Resolve = resolve,
) -> FeedReport:
    """Suggest what the sources (name → address or file) have and no video has. One that fails stops no other.

    A video that was suggested once is not suggested again, whatever became of it. Raises DatabaseError; then, and
    with `dry_run`, nothing is written.
    """
    report = FeedReport()
    today = now.astimezone(ZoneInfo(timezone)).date()
    found: list[tuple[str, Entry]] = []
    with Fetcher(rules, Pace(rules.requests_per_second), resolve) as fetcher:
        for name, source in sources.items():
            for feed in _read(source, fetcher, rules, today, report):
                report.no_videos += feed.no_videos
                found += [(feed.title or name, entry) for entry in feed.entries]
    with database.session(alone=not dry_run) as session:
        if not dry_run:
            stand_alone(session, database)
        new = _new(session, found, report)
        report.suggested = [suggestion for suggestion, _ in new]
        if new and not dry_run:
            counts = {"video_request": {"created": len(new)}}
            report.batch = begin_batch(session, "feed", now=now, run_by=run_by, counts=counts)
            for suggestion, entry in new:
                _ask(session, suggestion, entry, batch=report.batch, now=now, today=today)
    return report


def _read(source: str, fetcher: Fetcher, rules: VideoRules, today: date, report: FeedReport) -> Iterator[Feed]:
    """The feed, or all sitemaps that an index names."""
    try:
        feed = parse(_bytes(source, fetcher), rules.media_site_patterns, today)
    except (BadFeed, BadAddress, NoAnswer, OSError) as error:
        report.problems.append(f"{source}: {_why(error)}.")
        return
    yield feed
    if len(feed.sitemaps) > SITEMAPS:
        report.problems.append(f"{source}: it names {len(feed.sitemaps)} sitemaps; the first {SITEMAPS} were read.")
    for address in feed.sitemaps[:SITEMAPS]:
        try:
            inner = parse(_bytes(address, fetcher, only_web=True), rules.media_site_patterns, today)
        except (BadFeed, BadAddress, NoAnswer) as error:
            report.problems.append(f"{address}: {_why(error)}.")
        else:
            yield inner


def _bytes(source: str, fetcher: Fetcher, *, only_web: bool = False) -> bytes:
    """What stands at an address or in a file. Raises BadFeed, BadAddress, NoAnswer or OSError."""
    if not only_web and "://" not in source:
        with Path(source).expanduser().open("rb") as file:
            body = file.read(FEED_BYTES + 1)
    else:
        canonical(source)  # only to judge its form: a feed's address is taken as it is
        answer = fetcher.get(source, FEED_BYTES + 1)
        if answer.status != 200:
            raise BadFeed(f"the host answers with status {answer.status}")
        body = answer.body
    if len(body) > FEED_BYTES:
        raise BadFeed(f"it is larger than {FEED_BYTES // 1_000_000} MB")
    return body


def _why(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).rstrip(".")


def _new(session: Session, found: Sequence[tuple[str, Entry]], report: FeedReport) -> list[tuple[Suggestion, Entry]]:
    """The entries that nobody has and nobody suggested yet, each once."""
    rows = session.execute(select(VideoAsset.url, VideoAsset.moved_to).where(VideoAsset.status == "active"))
    there = {url for row in rows for url in row if url}
    asked = session.execute(select(VideoRequest.sourced_id, VideoRequest.url).where(VideoRequest.type == "suggestion"))
    asked_for = {text for row in asked for text in row if text}
    new: dict[str, tuple[Suggestion, Entry]] = {}
    for source, entry in found:
        url = entry.address.canonical_url
        key = FEED + hashlib.sha256(url.encode()).hexdigest()
        if there.intersection((url, *entry.others)):
            report.known += 1
        elif asked_for.intersection((key, url, *entry.others)):
            report.asked += 1
        else:
            new.setdefault(key, (Suggestion(key, entry.title, url, entry.language, source), entry))
    return list(new.values())


def _ask(session: Session, suggestion: Suggestion, entry: Entry, *, batch: int, now: datetime, today: date) -> None:
    source = suggestion.source[:255]
    texts = {
        "type": "suggestion",
        "title": entry.title,
        "url": suggestion.url,
        "language": entry.language,
        "notes": _notes(entry),
        "asked_by": source,
    }
    requests.ask(session, suggestion.key, texts, by=source, source=requests.FEED, at=now, day=today, batch=batch)


def _notes(entry: Entry) -> str:
    facts = [entry.published.isoformat() if entry.published else ""]
    if entry.duration_s:
        facts.append(f"{entry.duration_s // 3600}:{entry.duration_s // 60 % 60:02}:{entry.duration_s % 60:02}")
    return "\n".join(filter(None, (" · ".join(filter(None, facts)), entry.description)))


def name_of(source: str) -> str:
    """What a source without a name of its own is called: its host, or its file."""
    return urlsplit(source).hostname or Path(source).name
