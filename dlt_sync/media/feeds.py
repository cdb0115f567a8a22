"""What a feed or a sitemap says of videos. Pure: bytes in, entries out.

Video sitemaps (the `video:` extension of sitemaps.org's protocol, indexes of them, gzipped or not), RSS and Atom with
or without Media RSS, YouTube's channel feeds. XML is never allowed to define entities.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import feedparser
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from dlt_sync.media.addresses import GENERIC_PAGE, HTML5_FILE, Address, BadAddress, canonical
from dlt_sync.media.pages import seconds, storable
from dlt_sync.records.schema import LANGUAGES

UNPACKED = 50_000_000  # bytes: what the sitemaps' protocol allows
_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_VIDEO = "{http://www.google.com/schemas/sitemap-video/1.1}"
_NOTES = 2_000  # characters


class BadFeed(ValueError):
    """This is no feed and no sitemap; the message says what it is instead."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A video that a feed names. `others` are further addresses of the same video, in their canonical form."""

    address: Address
    title: str = ""
    language: str = ""
    description: str = ""
    published: date | None = None
    duration_s: int | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """What was read: the entries that are videos, how many were not, and the addresses of further sitemaps."""

    title: str = ""
    entries: tuple[Entry, ...] = ()
    no_videos: int = 0
    sitemaps: tuple[str, ...] = ()


def parse(body: bytes, media_site: Sequence[re.Pattern[str]], today: date) -> Feed:
    """The videos of a feed or sitemap. What has expired by `today` is left out. Raises BadFeed."""
    body = unpack(body)
    try:
        root: Element | None = fromstring(body)
    except DefusedXmlException as error:
        raise BadFeed("it defines entities of its own, which no feed needs") from error
    except (ParseError, ValueError, LookupError):
        root = None  # feeds are often not well-formed; their own parser knows what to do
    if root is not None and root.tag == f"{_SITEMAP}sitemapindex":
        return Feed(sitemaps=tuple(_text(one, f"{_SITEMAP}loc") for one in root.iter(f"{_SITEMAP}sitemap")))
    if root is not None and root.tag == f"{_SITEMAP}urlset":
        return _sitemap(root, media_site, today)
    return _feed(body, media_site)


def unpack(body: bytes) -> bytes:
    """The bytes, unzipped where they are a gzip file. Raises BadFeed."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    unzip = zlib.decompressobj(wbits=31)
    try:
        unpacked = unzip.decompress(body, UNPACKED)
    except zlib.error as error:
        raise BadFeed("it is a gzip file that is broken") from error
    if unzip.unconsumed_tail:
        raise BadFeed(f"it is more than {UNPACKED // 1_000_000} MB when unpacked")
    return unpacked


def _sitemap(root: Element, media_site: Sequence[re.Pattern[str]], today: date) -> Feed:
    entries: list[Entry] = []
    no_videos = 0
    for place in root.iter(f"{_SITEMAP}url"):
        videos = place.findall(f"{_VIDEO}video")
        # A page with several videos is the address of none of them.
        page = [_text(place, f"{_SITEMAP}loc")] if len(videos) == 1 else []
        found = [_video(video, page, media_site) for video in videos if not _has_expired(video, today)]
        entries += filter(None, found)
        no_videos += not videos
    return Feed(entries=tuple(entries), no_videos=no_videos)


def _video(video: Element, page: list[str], media_site: Sequence[re.Pattern[str]]) -> Entry | None:
    addresses = [*page, _text(video, f"{_VIDEO}player_loc"), _text(video, f"{_VIDEO}content_loc")]
    return _entry(
        addresses,
        media_site,
        title=_text(video, f"{_VIDEO}title"),
        description=_text(video, f"{_VIDEO}description"),
        published=_day(_text(video, f"{_VIDEO}publication_date")),
        duration=_text(video, f"{_VIDEO}duration"),
    )


def _has_expired(video: Element, today: date) -> bool:
    day = _day(_text(video, f"{_VIDEO}expiration_date"))
    return day is not None and day < today


def _feed(body: bytes, media_site: Sequence[re.Pattern[str]]) -> Feed:
    found = feedparser.parse(io.BytesIO(body))
    if not found.get("version") and not found.entries:
        raise BadFeed("it is neither a sitemap nor an RSS or Atom feed")
    language = _language(found.feed.get("language", ""))
    entries = [_item(item, language, media_site) for item in found.entries]
    videos = tuple(entry for entry in entries if entry)
    return Feed(_plain(found.feed.get("title", "")), videos, len(entries) - len(videos))


def _item(item: Mapping[str, Any], language: str, media_site: Sequence[re.Pattern[str]]) -> Entry | None:
    files = [one for one in _dicts(item, "media_content") if _is_video(one)]
    enclosed = [one for one in _dicts(item, "enclosures") if _is_video(one)]
    player = item.get("media_player")
    named = [str(one.get("url") or one.get("href") or "") for one in (*files, *enclosed)]
    named.append(str(player.get("url") or "") if isinstance(player, Mapping) else "")
    link = str(item.get("link") or "")
    durations = [str(one["duration"]) for one in files if one.get("duration")]
    languages = [str(one["lang"]) for one in files if one.get("lang")]
    return _entry(
        [link, *named],
        media_site,
        is_video=bool(any(named)),
        title=str(item.get("title") or ""),
        description=str(item.get("summary") or ""),
        published=_of_struct(item.get("published_parsed") or item.get("updated_parsed")),
        duration=durations[0] if durations else str(item.get("itunes_duration") or ""),
        language=_language(languages[0] if languages else "") or language,
    )


def _entry(
    addresses: Iterable[str],
    media_site: Sequence[re.Pattern[str]],
    *,
    is_video: bool = True,
    title: str,
    description: str,
    published: date | None,
    duration: str,
    language: str = "",
) -> Entry | None:
    """The entry of a video under its best address: a provider's own, then a file, then a page. None: no video."""
    known = list(_canonical(addresses, media_site))
    known.sort(key=lambda address: (address.provider == GENERIC_PAGE, address.provider == HTML5_FILE))
    if not known or (known[0].provider == GENERIC_PAGE and not is_video):
        return None
    return Entry(
        address=known[0],
        title=_plain(title)[:255],
        language=language,
        description=_plain(description)[:_NOTES],
        published=published,
        duration_s=seconds(duration),
        others=tuple(address.canonical_url for address in known[1:]),
    )


def _canonical(urls: Iterable[str], media_site: Sequence[re.Pattern[str]]) -> Iterator[Address]:
    for url in dict.fromkeys(urls):
        try:
            address = canonical(url, media_site)
        except BadAddress:
            continue
        if len(address.canonical_url) <= 1000:
            yield address


def _is_video(media: Mapping[str, Any]) -> bool:
    kind = str(media.get("type") or "").lower()
    # YouTube's feeds name a Flash player as the type of what is in fact a video.
    return media.get("medium") == "video" or kind.startswith("video/") or kind == "application/x-shockwave-flash"


def _dicts(item: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = item.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _text(element: Element, tag: str) -> str:
    return " ".join((element.findtext(tag) or "").split())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _of_struct(moment: Any) -> date | None:
    try:
        return date(*moment[:3]) if moment else None
    except (TypeError, ValueError):
        return None


def _language(code: str) -> str:
    short = code.strip().lower()[:2]
    return short if short in LANGUAGES else ""


def _plain(text: str) -> str:
    """A text without markup, on one line."""
    reader = _Words()
    reader.feed(text)
    reader.close()
    return " ".join(storable(" ".join(reader.words)).split())


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)
