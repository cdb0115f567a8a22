"""How each kind of host is asked about a video. Input: an address and a fetcher. Output: what was seen there.

A provider judges nothing but what only it can tell (an oEmbed status, a wording on a page); `verdicts.judge` does
the rest. Raises NoAnswer where the host gave none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from dlt_sync.media import addresses, durations, verdicts
from dlt_sync.media.addresses import Address, BadAddress, canonical
from dlt_sync.media.fetching import Answer, Fetcher, NoAnswer
from dlt_sync.media.pages import read_page, seconds
from dlt_sync.media.rules import VideoRules, phrases
from dlt_sync.media.verdicts import Seen

JSON_BYTES = 200_000
HEAD_BYTES = 65_536  # of a video file: where its header stands, mostly
TAIL_BYTES = 1_048_576  # of one whose header stands behind the pictures


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the providers' own services are; tests put theirs in."""

    youtube_oembed: str = "https://www.youtube.com/oembed"
    youtube_data: str = "https://www.googleapis.com/youtube/v3/videos"
    vimeo_oembed: str = "https://vimeo.com/api/oembed.json"


@dataclass(frozen=True, slots=True)
class Known:
    """What the last check kept, for a conditional request; empty where the link did not work then."""

    etag: str = ""
    last_modified: str = ""
    title: str = ""
    duration_s: int | None = None

    def headers(self) -> dict[str, str]:
        """The request's headers."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True)
class Asking:
    """Asks about one address after the other with one fetcher."""

    fetcher: Fetcher
    rules: VideoRules
    endpoints: Endpoints

    def look(self, url: str, known: Known) -> Seen:
        """What is at the canonical address `url`. Raises NoAnswer."""
        address = canonical(url, self.rules.media_site_patterns)
        look: Callable[[Address, Known], Seen] = {
            addresses.YOUTUBE: self._youtube,
            addresses.VIMEO: self._vimeo,
            addresses.HTML5_FILE: self._file,
            addresses.MEDIA_SITE: self._media_site,
        }.get(address.provider, self._page)
        return look(address, known)

    def _youtube(self, address: Address, _: Known) -> Seen:
        """A dead video's own page answers 200 as a living one's does (finding 7): the services tell."""
        is_video = not address.external_id.startswith("list:")
        if is_video and self.rules.youtube_key and (seen := self._youtube_data(address)):
            return seen
        query = {"url": address.canonical_url, "format": "json"}
        answer = self.fetcher.get(f"{self.endpoints.youtube_oembed}?{urlencode(query)}", JSON_BYTES)
        says = {
            400: (verdicts.GONE, "YouTube does not know it (400)"),
            401: (verdicts.EMBED_BLOCKED, "its owner does not let other sites show it (401)"),
            403: (verdicts.PRIVATE, "it is private (403)"),
            404: (verdicts.GONE, "YouTube does not know it (404)"),
        }
        return _of_oembed(address, answer, says)

    def _youtube_data(self, address: Address) -> Seen | None:
        """What the Data API says; None where oEmbed has to be asked: no quota left, or not to be seen by everybody."""
        assert self.rules.youtube_key
        query = {"part": "snippet,status,contentDetails", "id": address.external_id}
        headers = {"X-Goog-Api-Key": self.rules.youtube_key.reveal()}  # never in the address, which is logged
        answer = self.fetcher.get(f"{self.endpoints.youtube_data}?{urlencode(query)}", JSON_BYTES, headers)
        items = _json(answer).get("items")
        if answer.status != 200 or not isinstance(items, list) or not items or not isinstance(items[0], dict):
            return None
        parts = {name: part for name, part in items[0].items() if isinstance(part, dict)}
        status = parts.get("status", {})
        verdict, detail = "", ""
        if status.get("uploadStatus") in ("deleted", "failed", "rejected"):
            verdict, detail = verdicts.GONE, f"YouTube says: {status['uploadStatus']}"
        elif status.get("privacyStatus") == "private":
            verdict, detail = verdicts.PRIVATE, "it is private"
        elif status.get("embeddable") is False:
            verdict, detail = verdicts.EMBED_BLOCKED, "its owner does not let other sites show it"
        return Seen(
            asked=address.canonical_url,
            status=200,
            verdict=verdict,
            detail=detail,
            names=_names(parts.get("snippet", {}).get("title")),
            duration_s=seconds(str(parts.get("contentDetails", {}).get("duration", ""))),
            elapsed_s=answer.elapsed_s,
        )

    def _vimeo(self, address: Address, _: Known) -> Seen:
        answer = self.fetcher.get(
            f"{self.endpoints.vimeo_oembed}?{urlencode({'url': address.canonical_url})}", JSON_BYTES
        )
        says = {
            401: (verdicts.AUTH_REQUIRED, "Vimeo asks for a login (401)"),
            403: (verdicts.EMBED_BLOCKED, "its owner does not let other sites show it (403)"),
            404: (verdicts.GONE, "Vimeo does not show it to anybody (404)"),
        }
        return _of_oembed(address, answer, says)

    def _file(self, address: Address, known: Known) -> Seen:
        headers = {"Range": f"bytes=0-{HEAD_BYTES - 1}"} | known.headers()
        answer = self.fetcher.get(address.canonical_url, HEAD_BYTES, headers)
        seen = _seen(address, answer, known)
        if answer.status not in (200, 206):
            return seen
        kind = _content_type(answer)
        if not answer.body:
            return replace(seen, verdict=verdicts.GONE, detail="the file is empty")
        if not durations.is_video(answer.body) and not kind.startswith("video/"):
            return self._no_file(seen, answer, kind)
        if answer.headers.get("cross-origin-resource-policy", "").strip().lower() == "same-origin":
            return replace(seen, no_frame="the host lets no other site show it (Cross-Origin-Resource-Policy)")
        no_ranges = answer.status == 200 and len(answer.body) == HEAD_BYTES
        detail = "the host cannot jump within the file: it knows no ranges" if no_ranges else ""
        return replace(seen, detail=detail, duration_s=self._duration(address, answer))

    def _no_file(self, seen: Seen, answer: Answer, kind: str) -> Seen:
        if "html" in kind:
            page = self._read(seen, answer)
            if page.verdict:
                return page
            return replace(page, verdict=verdicts.WRONG_TARGET, detail="a page is there, not a video file")
        return replace(seen, verdict=verdicts.WRONG_TARGET, detail=f"there is {kind or 'something'}, not a video file")

    def _duration(self, address: Address, answer: Answer) -> int | None:
        found = durations.duration_s(answer.body)
        behind = durations.moov_at(answer.body)
        if found is None and behind and answer.status == 206 and behind < _size(answer):
            headers = {"Range": f"bytes={behind}-{behind + TAIL_BYTES - 1}"}
            try:
                tail = self.fetcher.get(address.canonical_url, TAIL_BYTES, headers)
            except NoAnswer:
                return None
            found = durations.duration_s(tail.body) if tail.status == 206 else None
        return round(found) if found else None

    def _page(self, address: Address, known: Known) -> Seen:
        answer = self.fetcher.get(address.canonical_url, self.rules.page_kb * 1024, known.headers())
        return self._read(_seen(address, answer, known), answer)

    def _media_site(self, address: Address, known: Known) -> Seen:
        """A page of the department's own site: one video's address that leads to another's is a wrong one."""
        seen = self._page(address, known)
        if seen.verdict or seen.status is None or not seen.url or seen.status >= 300:
            return seen
        came = canonical(seen.url, self.rules.media_site_patterns)
        if came.provider == addresses.MEDIA_SITE and _id(came) != _id(address):
            return replace(seen, verdict=verdicts.WRONG_TARGET, detail=f"it leads to another video, {seen.url}")
        return seen

    def _read(self, seen: Seen, answer: Answer) -> Seen:
        if answer.status != 200:
            return seen
        kind = _content_type(answer)
        if "html" not in kind and kind:
            return replace(seen, duration_s=_rounded(durations.duration_s(answer.body)))
        page = read_page(answer.body, answer.headers.get("content-type", ""))
        seen = replace(seen, names=page.names, duration_s=page.duration_s)
        if said := page.says(phrases(self.rules.not_found)):
            return replace(seen, verdict=verdicts.GONE, detail=f"the page says “{said}”")
        if said := page.says(phrases(self.rules.private)):
            return replace(seen, verdict=verdicts.PRIVATE, detail=f"the page says “{said}”")
        if page.is_login(urlsplit(answer.url).path, sent_there=bool(answer.hops)):
            return replace(seen, verdict=verdicts.AUTH_REQUIRED, detail="the page asks for a login")
        return replace(seen, no_frame=frame_ban(answer.headers) if self.rules.embed_pages else "")


def frame_ban(headers: Mapping[str, str]) -> str:
    """Why a page must not be shown within another site; empty where it may. CSP counts before X-Frame-Options."""
    for policy in re.split(r"[;,]", headers.get("content-security-policy", "")):
        name, *sources = policy.split()[:20] or [""]
        if name.lower() == "frame-ancestors":
            anybody = any(source in ("*", "https:", "http:") for source in sources)
            return "" if anybody else f"the host lets only some sites show it ({policy.strip()[:100]})"
    options = headers.get("x-frame-options", "").strip().upper()
    banned = options.startswith(("DENY", "SAMEORIGIN"))
    return f"the host lets no other site show it (X-Frame-Options: {options[:20]})" if banned else ""


def _of_oembed(address: Address, answer: Answer, says: Mapping[int, tuple[str, str]]) -> Seen:
    seen = Seen(address.canonical_url, status=answer.status, elapsed_s=answer.elapsed_s)
    if answer.status in says:
        verdict, detail = says[answer.status]
        return replace(seen, verdict=verdict, detail=detail)
    if answer.status != 200:
        return seen
    data = _json(answer)
    if not data:
        return replace(seen, verdict=verdicts.UNKNOWN, detail="the answer of the host's service cannot be read")
    if data.get("domain_status_code") == 403:
        return replace(seen, verdict=verdicts.EMBED_BLOCKED, detail="its owner lets only some sites show it")
    duration = data.get("duration")
    return replace(seen, names=_names(data.get("title")), duration_s=duration if isinstance(duration, int) else None)


def _seen(address: Address, answer: Answer, known: Known) -> Seen:
    """What every answer tells. A page that did not change is as it was."""
    unchanged = answer.status == 304
    return Seen(
        asked=address.canonical_url,
        url=_canonical(answer.url),
        status=answer.status,
        for_good=answer.moved_for_good,
        names=_names(known.title) if unchanged else (),
        duration_s=known.duration_s if unchanged else None,
        elapsed_s=answer.elapsed_s,
        etag=(answer.headers.get("etag") or (known.etag if unchanged else ""))[:255],
        last_modified=(answer.headers.get("last-modified") or (known.last_modified if unchanged else ""))[:100],
    )


def _canonical(url: str) -> str:
    """The canonical address; the address as it is where there is none, too long to be kept or not."""
    try:
        found = canonical(url).canonical_url
    except BadAddress:
        return ""
    return found if len(found) <= 1000 else ""


def _id(address: Address) -> str:
    return re.sub(r"^https?:", "", address.external_id)


def _json(answer: Answer) -> dict[str, object]:
    try:
        data = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _names(title: object) -> tuple[str, ...]:
    return (" ".join(title.split())[:255],) if isinstance(title, str) and title.strip() else ()


def _content_type(answer: Answer) -> str:
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower()


def _size(answer: Answer) -> int:
    total = answer.headers.get("content-range", "").rpartition("/")[2]
    return int(total) if total.isdecimal() else 0


def _rounded(value: float | None) -> int | None:
    return round(value) if value else None
