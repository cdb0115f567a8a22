"""What a department decides about its videos' links: pace, limits, wordings, feeds. Filled from the settings.

Pure data with the defaults that stand in the example config.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dlt_sync.ini import Secret
from dlt_sync.media.coverage import UpToDate

#: What pages say that are not there any more, by language; phrases with semicolons between them.
NOT_FOUND = {
    "kk": "бет табылмады; бейне табылмады; видео табылмады; бейнежазба табылмады; мұндай бет жоқ; бейне жойылған; "
    "қате 404",
    "ru": "страница не найдена; страницы не существует; такой страницы нет; видео не найдено; видео удалено; "
    "видео недоступно; запись не найдена; ошибка 404",
    "en": "page not found; video not found; file not found; not found on this server; 404 not found; "
    "video unavailable; no longer available; this video has been removed; error 404",
}
#: What pages say that not everybody may see.
PRIVATE = {
    "kk": "бейне жабық; қолжетімділік шектелген",
    "ru": "это видео закрыто; закрытое видео; видео с ограниченным доступом; доступ ограничен",
    "en": "this video is private; private video; access restricted",
}


@dataclass(frozen=True, slots=True)
class VideoRules(UpToDate):
    """Which videos are up to date, how their links are checked, and which feeds suggest new ones."""

    #: Addresses of your own media site: regular expressions, matched against the whole address; the first group is
    #: the video's id. For example: media_site.video = https://media\.example/video/(\d+)
    media_site: Mapping[str, str] = field(default_factory=dict)
    #: Requests that one host is sent in a second, at most.
    requests_per_second: float = field(default=2.0, metadata={"at_least": 0.01, "at_most": 100_000})
    #: Hosts that are asked at the same time, at most.
    workers: int = field(default=8, metadata={"at_least": 1, "at_most": 64})
    #: Seconds to wait for a connection, and for each piece of an answer.
    timeout_s: float = field(default=15.0, metadata={"at_least": 0.1, "at_most": 600})
    #: Seconds that one request may take, however steadily it drips.
    total_timeout_s: float = field(default=60.0, metadata={"at_least": 0.1, "at_most": 3600})
    #: An answer that takes longer to begin is `slow`. Seconds.
    slow_s: float = field(default=5.0, metadata={"at_least": 0.01, "at_most": 600})
    #: So much of a page is read, in kilobytes.
    page_kb: int = field(default=512, metadata={"at_least": 16, "at_most": 10_240})
    #: Redirects that are followed from one address, at most.
    redirects: int = field(default=5, metadata={"at_most": 20})
    #: After so many links in a row to which a host did not answer, its other links are left for the next check.
    host_failures: int = field(default=3, metadata={"at_least": 1, "at_most": 100})
    #: A link that was checked less than so many hours ago is passed over.
    recheck_hours: float = field(default=20.0, metadata={"at_most": 8760})
    #: Hosts in your own network that may be asked, by the names in the links. All other private addresses are not.
    allowed_private_hosts: tuple[str, ...] = ()
    #: File with the certificate of your own authority, when your media site's is signed by one.
    ca_file: Path | None = None
    #: Where a host's owner can reach you: an address or an e-mail. It is told to every host that is asked.
    contact: str = ""
    #: A title fits if at least so many per cent of the words in the records are in it; 0: titles are not compared.
    title_fit_percent: float = field(default=25.0, metadata={"at_most": 100})
    #: So many per cent a video may be longer or shorter than the records say; less than 30 seconds never matter.
    duration_tolerance_percent: float = field(default=10.0, metadata={"at_most": 1000})
    #: Whether your Moodle shows pages (other than YouTube, Vimeo and files) inside of its own. Then one that forbids
    #: it is `embed_blocked`.
    embed_pages: bool = False
    #: Whether a link that moved for good is replaced in Moodle by where it leads.
    follow_moves: bool = True
    #: Key of YouTube's Data API; empty: only what everybody may ask (title, gone, private, not to be embedded).
    youtube_key: Secret | None = None
    #: What a page says that is not there, by language; semicolons between the phrases.
    not_found: Mapping[str, str] = field(default_factory=lambda: dict(NOT_FOUND))
    #: What a page says that not everybody may see, by language; semicolons between the phrases.
    private: Mapping[str, str] = field(default_factory=lambda: dict(PRIVATE))
    #: Sources that suggest videos: a sitemap, RSS, Atom or YouTube channel feed. For example:
    #: feed.channel = https://www.youtube.com/feeds/videos.xml?channel_id=…
    feed: Mapping[str, str] = field(default_factory=dict)

    @property
    def media_site_patterns(self) -> tuple[re.Pattern[str], ...]:
        """The patterns of `media_site`, as `addresses.canonical` takes them."""
        return tuple(re.compile(pattern) for pattern in self.media_site.values() if pattern)


def phrases(by_language: Mapping[str, str]) -> tuple[str, ...]:
    """The phrases of all languages, folded."""
    texts = (phrase.strip().casefold() for text in by_language.values() for phrase in text.split(";"))
    return tuple(dict.fromkeys(filter(None, texts)))
