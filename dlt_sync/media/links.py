"""Which links are due for a check. Reads the records and what earlier checks kept; writes nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dlt_sync.media.addresses import BadAddress, canonical
from dlt_sync.media.rules import VideoRules
from dlt_sync.media.verdicts import address_of
from dlt_sync.records.tables import Discipline, LinkCheck, Org, VideoAsset

#: States of videos that nobody is to see any more.
LEFT = ("withdrawn", "replaced")
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Which:
    """A person's choice of links. `kafedra` is a unit's key or words of its name; `older_than_days` and `everything`
    stand in for the settings' `recheck_hours`."""

    host: str = ""
    kafedra: str = ""
    older_than_days: float | None = None
    everything: bool = False
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An address to be checked, what the records say of its video, and what the last check kept."""

    url: str
    host: str
    provider: str
    video: str
    title: str
    duration_s: int | None
    kafedra: str
    before: LinkCheck | None = None


def find_links(session: Session, rules: VideoRules, which: Which, now: datetime) -> tuple[list[Link], int]:
    """The links that are due, those first that were never checked or longest ago, and how many are not due."""
    before = {check.url: check for check in session.scalars(select(LinkCheck))}
    patterns = rules.media_site_patterns
    links = []
    for video, kafedra, names in _videos(session):
        url = address_of(video)
        host = urlsplit(url).hostname or ""
        if _is_chosen(which, host, kafedra, names):
            provider = _provider(url, patterns)
            links.append(
                Link(url, host, provider, video.sourced_id, video.title, video.duration_s, names[0], before.get(url))
            )
    hours = rules.recheck_hours if which.older_than_days is None else which.older_than_days * 24
    oldest = now - timedelta(hours=hours)
    due = [link for link in links if which.everything or link.before is None or link.before.checked_at <= oldest]
    due.sort(key=lambda link: (link.before.checked_at if link.before else _NEVER, link.url))
    return due[: which.limit], len(links) - len(due)


def _videos(session: Session) -> list[tuple[VideoAsset, str, tuple[str, ...]]]:
    """Each video that may be shown, its kafedra's key, and its kafedra's names."""
    kafedra_id = func.coalesce(VideoAsset.kafedra_id, Discipline.kafedra_id)
    rows = session.execute(
        select(VideoAsset, Org)
        .join(Discipline, Discipline.sourced_id == VideoAsset.discipline_id)
        .join(Org, Org.sourced_id == kafedra_id)
        .where(VideoAsset.status == "active", VideoAsset.state.not_in(LEFT))
        .order_by(VideoAsset.sourced_id)
    )
    return [(video, org.sourced_id, _names(org)) for video, org in rows]


def _names(org: Org) -> tuple[str, ...]:
    names = tuple(filter(None, (org.name_ru, org.name_kk, org.name_en)))
    return names or (org.sourced_id,)


def _is_chosen(which: Which, host: str, kafedra: str, names: tuple[str, ...]) -> bool:
    if which.host and which.host.lower() != host:
        return False
    if not which.kafedra or which.kafedra == kafedra:
        return True
    text = " ".join(names).casefold()
    return all(word in text for word in which.kafedra.casefold().split())


def _provider(url: str, patterns: tuple[re.Pattern[str], ...]) -> str:
    try:
        return canonical(url, patterns).provider
    except BadAddress:
        return "unknown"
