"""What an HTML page says of the video on it: its names, how long it is, and whether it is there at all. Pure."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

#: A page that says more than this is about something; a phrase in its text is no message about the page itself.
SHORT_TEXT = 2_000  # characters
_LOGIN = re.compile(r"\b(log ?in|sign ?in|вход|войти|авторизация|кіру|жүйеге кіру)\b", re.IGNORECASE)
_LOGIN_PATH = re.compile(r"/(login|log-in|signin|sign-in|servicelogin|auth|sso|cas|oauth2?)(?=[/.]|$)", re.IGNORECASE)
_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_KAZAKH = re.compile(rb"""<html[^>]+lang\s*=\s*["']?kk""", re.IGNORECASE)
_ISO_DURATION = re.compile(r"P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HEADINGS = ("title", "h1", "h2")
_SILENT = ("script", "style", "noscript", "template")


@dataclass(frozen=True, slots=True)
class Page:
    """A page's names, best first, its duration in seconds, its text, and whether it asks for a password."""

    names: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    duration_s: int | None = None
    text: str = ""
    asks_password: bool = False

    @property
    def title(self) -> str:
        """The name that fits best."""
        return self.names[0] if self.names else ""

    def says(self, phrases: Sequence[str]) -> str:
        """The first of the (folded) phrases that the page says of itself: in a heading, or in a short text."""
        spoken = [" ".join(heading.split()).casefold() for heading in self.headings]
        if len(self.text) < SHORT_TEXT:
            spoken.append(self.text.casefold())
        return next((phrase for phrase in phrases if any(phrase in text for text in spoken)), "")

    def is_login(self, path: str, *, sent_there: bool) -> bool:
        """Whether it is a page at which people log in. Many pages have a box for it, but are not about it."""
        at_login = bool(_LOGIN_PATH.search(path))
        named = any(_LOGIN.search(heading) for heading in self.headings)
        return (at_login and sent_there) or (self.asks_password and (named or at_login))


def read_page(body: bytes, content_type: str = "") -> Page:
    """What stands on a page, however broken it is."""
    reader = _Reader()
    reader.feed(decode(body, content_type))
    reader.close()
    return reader.page()


def decode(body: bytes, content_type: str = "") -> str:
    """The page's text. What says it is windows-1251 and is in Kazakh is KZ-1048: the same with Kazakh letters."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if body.startswith(mark):
            return body.decode(name, "replace")
    named = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    found = _CHARSET.search(body[:4096])
    name = named[1] if named else found[1].decode("ascii", "replace") if found else ""
    try:
        name = codecs.lookup(name).name if name else ""
    except LookupError:
        name = ""
    if not name or name in ("utf-8", "ascii"):
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError as error:
            # Cut in the middle of a letter, or not what it says it is.
            name = "utf-8" if name or error.start > len(body) - 4 else "cp1251"
    if name == "cp1251" and _KAZAKH.search(body[:4096]):
        name = "kz1048"
    try:
        return body.decode(name, "replace")
    except (LookupError, ValueError):  # a codec that is none of text, such as hex
        return body.decode("utf-8", "replace")


def storable(text: str) -> str:
    """A text of somebody else's as every database keeps it: no control characters, no halves of letters."""
    return _UNSTORABLE.sub(" ", text).encode("utf-8", "replace").decode("utf-8")


def seconds(text: str) -> int | None:
    """A duration as pages write it: 754, 754.3, PT12M34S, 12:34, 1:02:03."""
    text = text.strip()
    if re.fullmatch(r"\d{1,7}(\.\d+)?", text):
        found = int(float(text))
    elif re.fullmatch(r"\d{1,3}(:\d\d){1,2}", text):
        found = 0
        for part in text.split(":"):
            found = found * 60 + int(part)
    else:
        match = _ISO_DURATION.fullmatch(text[:50])
        days, hours, minutes, rest = (int(part or 0) for part in match.groups()) if match else (0, 0, 0, 0)
        found = ((days * 24 + hours) * 60 + minutes) * 60 + rest
    return found or None


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._meta: dict[str, str] = {}
        self._headings: dict[str, list[str]] = {name: [] for name in _HEADINGS}
        self._text: list[str] = []
        self._length = 0
        self._open = ""
        self._silent = ""
        self._asks_password = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "meta":
            name = named.get("property") or named.get("name") or named.get("itemprop") or ""
            self._meta.setdefault(name.lower(), named.get("content", "").strip())
        elif tag == "input" and named.get("type", "").lower() == "password":
            self._asks_password = True
        elif tag in _HEADINGS:
            self._open = tag
            self._headings[tag].append("")
        elif tag in _SILENT:
            self._silent = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = ""
        if tag == self._silent:
            self._silent = ""

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._open:
            self._headings[self._open][-1] += data
        if self._open != "title" and self._length <= SHORT_TEXT and (words := " ".join(data.split())):
            self._text.append(words)
            self._length += len(words) + 1

    def page(self) -> Page:
        tidy = {name: [t for text in texts if (t := " ".join(text.split()))] for name, texts in self._headings.items()}
        names = [self._meta.get(name, "") for name in ("og:title", "twitter:title")]
        names += [*tidy["title"][:1], *tidy["h1"][:3]]
        return Page(
            names=tuple(dict.fromkeys(" ".join(name.split())[:255] for name in names if name)),
            headings=tuple(heading for name in _HEADINGS for heading in tidy[name][:5]),
            duration_s=_first_duration(self._meta),
            text=" ".join(self._text),
            asks_password=self._asks_password,
        )


def _first_duration(meta: Mapping[str, str]) -> int | None:
    for name in ("og:video:duration", "video:duration", "duration"):
        if found := seconds(meta.get(name, "")):
            return found
    return None
