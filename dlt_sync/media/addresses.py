"""One address per video: the many spellings of a link become one canonical form.

Input: an address as people write it, and the addresses of the department's own media site. Output: an
`Address`, or a `BadAddress` that says why not. Reads and asks nothing; touches nothing.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

YOUTUBE = "youtube"
VIMEO = "vimeo"
MEDIA_SITE = "media_site"
HTML5_FILE = "html5_file"
GENERIC_PAGE = "generic_page"

#: Endings of files that a browser plays by itself.
VIDEO_ENDINGS = (".mp4", ".m4v", ".webm", ".ogv", ".mov")
#: Parameters that tell where a click came from, not what it shows.
TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid|yclid|si)$")
DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_LENGTH = 2000

_YOUTUBE_HOSTS = {"youtube.com", "youtube-nocookie.com", "music.youtube.com", "youtu.be"}
_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_PLAYLIST_ID = re.compile(r"[A-Za-z0-9_-]{12,64}")
_VIMEO_PATH = re.compile(r"/(?:video/|channels/[^/]+/|groups/[^/]+/videos/)?(\d+)(?:/([0-9a-f]+))?/?")
_UNRESERVED = "/:@!$&'()*+,;=~-._"


class BadAddress(ValueError):
    """The text is no address of a video; the message says why and what to write instead."""


@dataclass(frozen=True, slots=True)
class Address:
    """A video's address. `external_id` is the provider's own name of it, empty where it has none."""

    provider: str
    external_id: str
    canonical_url: str


@dataclass(frozen=True, slots=True)
class _Parts:
    scheme: str
    host: str
    port: int | None
    path: str
    query: tuple[tuple[str, str], ...]

    def value(self, name: str) -> str:
        return next((value for key, value in self.query if key == name), "")

    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port is None else f":{self.port}"
        query = f"?{urlencode(self.query)}" if self.query else ""
        return f"{self.scheme}://{host}{port}{self.path}{query}"


def canonical(url: str, media_site: Sequence[re.Pattern[str]] = ()) -> Address:
    """The canonical form of `url`; applied to its own result it changes nothing.

    `media_site` holds patterns of the department's own site, matched against the tidied address; the first
    group, if any, is the video's id. Raises BadAddress for anything but http and https with a real host.
    """
    parts = _split(url.strip())
    found = _youtube(parts) or _vimeo(parts)
    if found:
        return found
    tidy = parts.url()
    for pattern in media_site:
        match = pattern.fullmatch(tidy)
        if match:
            return Address(MEDIA_SITE, (match.groups() or (tidy,))[0] or tidy, tidy)
    is_file = posixpath.splitext(parts.path)[1].lower() in VIDEO_ENDINGS
    return Address(HTML5_FILE if is_file else GENERIC_PAGE, "", tidy)


def _split(url: str) -> _Parts:
    if not url or len(url) > MAX_LENGTH or re.search(r"[\s\x00-\x1f\x7f\\]", url):
        raise BadAddress(f"An address is one word of at most {MAX_LENGTH} characters. Copy it from the browser.")
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError as error:
        raise BadAddress(f"“{url}” is no web address: {error}. Copy it from the browser.") from error
    if split.scheme not in DEFAULT_PORTS:
        raise BadAddress("An address starts with https:// or http://.")
    if "@" in split.netloc:
        raise BadAddress("The address holds a user name or password. Write it without.")
    port = None if port == DEFAULT_PORTS[split.scheme] else port
    return _Parts(split.scheme, _host(split.hostname or ""), port, _path(split.path), _query(split.query))


def _host(host: str) -> str:
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    try:
        name = host.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise BadAddress(f"“{host}” is no host name. Copy the address from the browser.") from error
    if not re.fullmatch(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?", name):
        raise BadAddress(f"“{host}” is no host name. Copy the address from the browser.")
    return name


def _path(path: str) -> str:
    """Percent signs written one way, dots resolved, no slash at the end."""
    segments: list[str] = []
    for raw in path.split("/"):
        segment = "%2F".join(quote(unquote(part), safe=_UNRESERVED[1:]) for part in re.split("%2[fF]", raw))
        if segment == "..":
            segments = segments[:-1]
        elif segment not in ("", "."):
            segments.append(segment)
    return "/" + "/".join(segments)


def _query(query: str) -> tuple[tuple[str, str], ...]:
    pairs: Iterable[tuple[str, str]] = parse_qsl(query, keep_blank_values=True)
    return tuple((key, value) for key, value in pairs if not TRACKING.match(key))


def _youtube(parts: _Parts) -> Address | None:
    host = re.sub(r"^(www|m)\.", "", parts.host)
    if host not in _YOUTUBE_HOSTS or parts.port is not None:
        return None
    words = parts.path.strip("/").split("/")
    video = words[0] if host == "youtu.be" else parts.value("v") if words == ["watch"] else ""
    if host != "youtu.be" and len(words) == 2 and words[0] in ("embed", "shorts", "live", "v"):
        video = words[1]
    if _YOUTUBE_ID.fullmatch(video):
        return Address(YOUTUBE, video, f"https://www.youtube.com/watch?v={video}")
    playlist = parts.value("list")
    if _PLAYLIST_ID.fullmatch(playlist):
        return Address(YOUTUBE, f"list:{playlist}", f"https://www.youtube.com/playlist?list={playlist}")
    return None


def _vimeo(parts: _Parts) -> Address | None:
    if parts.host not in ("vimeo.com", "www.vimeo.com", "player.vimeo.com") or parts.port is not None:
        return None
    match = _VIMEO_PATH.fullmatch(parts.path)
    if not match:
        return None
    secret = match[2] or parts.value("h")
    name = f"{match[1]}/{secret}" if re.fullmatch(r"[0-9a-f]+", secret) else match[1]
    return Address(VIMEO, name, f"https://vimeo.com/{name}")


def spellings(url: str) -> tuple[str, ...]:
    """The usual ways in which people write a canonical address, itself first: what a teacher may have pasted."""
    address = canonical(url)
    scheme, _, rest = url.partition("://")
    other = "http" if scheme == "https" else "https"
    if address.provider == YOUTUBE and not address.external_id.startswith("list:"):
        heads = ("youtu.be/", "www.youtube.com/embed/", "youtube.com/watch?v=", "m.youtube.com/watch?v=")
        more = [f"https://{head}{address.external_id}" for head in heads]
        more += [f"http://{rest}", f"http://youtu.be/{address.external_id}"]
    elif address.provider == VIMEO:
        more = [f"https://www.{rest}", f"https://player.vimeo.com/video/{address.external_id}"]
    elif "?" in rest or address.provider == HTML5_FILE:
        more = [f"{other}://{rest}"]
    else:
        bare = rest.rstrip("/")
        more = [f"{one}://{bare}{slash}" for one in (scheme, other) for slash in ("", "/")]
    return tuple(dict.fromkeys([url, *more]))
