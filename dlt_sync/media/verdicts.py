"""What a look at a link means: the verdict, its streak of failures, and when a video counts as broken. Pure.

Input: what the fetcher and a provider saw (`Seen`), what the records say of the video (`Expected`), and what the
last check found. Output: a `Judgement`, and from it what is kept of the link (`next_check`). DOMAIN d.2 and d.7.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

OK = "ok"
MOVED = "moved"
SLOW = "slow"
GONE = "gone"
PRIVATE = "private"
EMBED_BLOCKED = "embed_blocked"
AUTH_REQUIRED = "auth_required"
WRONG_TARGET = "wrong_target"
UNREACHABLE = "unreachable"
UNKNOWN = "unknown"

#: The video plays.
WORKING = frozenset({OK, MOVED, SLOW})
#: The video does not play where it is to play.
FAILED = frozenset({GONE, PRIVATE, EMBED_BLOCKED, AUTH_REQUIRED, WRONG_TARGET, UNREACHABLE})
#: All verdicts, the worst first. `unknown` is neither: it leaves the streak of failures as it is.
VERDICTS = (GONE, WRONG_TARGET, PRIVATE, AUTH_REQUIRED, EMBED_BLOCKED, UNREACHABLE, UNKNOWN, MOVED, SLOW, OK)

#: A video is broken after so many failed checks in a row …
BROKEN_AFTER_CHECKS = 3
#: … the last of them so long after the first: one bad night is not three (DOMAIN d.2).
BROKEN_AFTER = timedelta(hours=24)


class Checked(Protocol):
    """What is kept of a link, as far as `is_broken` needs it; `records.tables.LinkCheck` is one."""

    @property
    def verdict(self) -> str:
        """One of VERDICTS."""

    @property
    def checked_at(self) -> datetime:
        """When it was looked at last."""

    @property
    def first_failed_at(self) -> datetime | None:
        """When the failures in a row began."""

    @property
    def fail_streak(self) -> int:
        """How many failures there were in a row."""


class HasAddress(Protocol):
    """A video, as a record or as the kinds read it."""

    @property
    def url(self) -> str:
        """The address of the department's list."""

    @property
    def moved_to(self) -> str:
        """Where that was found to lead for good."""


def is_broken(check: Checked | None, now: datetime) -> bool:
    """Whether a video counts as broken: three failed checks in a row, over at least 24 hours.

    A link that was never checked is not broken. A check that a wrong clock put into the future counts as made now.
    """
    if check is None or check.first_failed_at is None or check.verdict in WORKING:
        return False
    lasted = min(check.checked_at, now) - check.first_failed_at
    return check.fail_streak >= BROKEN_AFTER_CHECKS and lasted >= BROKEN_AFTER


def address_of(video: HasAddress) -> str:
    """The address at which a video is shown, and by which its check is kept."""
    return video.moved_to or video.url


@dataclass(frozen=True, slots=True)
class Expected:
    """What the records say of the video at an address, and the title that was seen there while it worked."""

    title: str = ""
    duration_s: int | None = None
    title_before: str = ""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a video may be from what the records say, and how long a host may take to answer."""

    title_percent: float = 25
    duration_percent: float = 10
    slow_s: float = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen at an address.

    `status` is None where nobody answered. `url` is the canonical address of where it led in the end. `verdict` is
    what the provider itself says (an oEmbed service, a wording on the page), with `detail` as the reason; empty where
    the status and what follows decide. `names` are all the names a page gives itself, the best one first.
    """

    asked: str
    url: str = ""
    status: int | None = None
    for_good: bool = False
    verdict: str = ""
    detail: str = ""
    names: tuple[str, ...] = ()
    duration_s: int | None = None
    no_frame: str = ""
    elapsed_s: float = 0.0
    etag: str = ""
    last_modified: str = ""
    #: The host does not answer: a matter of the host, not of this link.
    host_down: str = ""

    @property
    def title(self) -> str:
        """The best of the names."""
        return self.names[0] if self.names else ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and what a person should know about it. `moved_to` is set for `moved` only."""

    verdict: str
    detail: str = ""
    moved_to: str = ""


def judge(seen: Seen, expected: Expected, tolerance: Tolerance) -> Judgement:
    """The verdict on what was seen: the first rule that applies decides."""
    for rule in (_of_provider, _of_status, _of_front_page, _of_frame):
        if found := rule(seen):
            return found
    if wrong := wrong_target(seen, expected, tolerance):
        return Judgement(WRONG_TARGET, wrong)
    if seen.url and seen.url != seen.asked and seen.for_good:
        return Judgement(MOVED, f"it moved for good to {seen.url}", seen.url)
    if seen.elapsed_s > tolerance.slow_s:
        return Judgement(SLOW, f"the answer took {seen.elapsed_s:.1f} s to begin")
    leads_on = bool(seen.url) and seen.url != seen.asked
    return Judgement(OK, seen.detail or (f"it leads on to {seen.url} for the time being" if leads_on else ""))


def _of_provider(seen: Seen) -> Judgement | None:
    return Judgement(seen.verdict, seen.detail) if seen.verdict else None


def _of_status(seen: Seen) -> Judgement | None:
    status = seen.status
    if status is None:
        return Judgement(UNREACHABLE, seen.detail or seen.host_down)
    if 200 <= status < 300 or status == 304:
        return None
    if status in (404, 410):
        return Judgement(GONE, f"the host says that it is not there ({status})")
    if status in (401, 407):
        return Judgement(AUTH_REQUIRED, f"the host asks for a login ({status})")
    if status in (403, 451):
        return Judgement(PRIVATE, f"the host does not show it to everybody ({status})")
    if status >= 500:
        return Judgement(UNREACHABLE, f"the host has a fault of its own ({status})")
    if status == 429:
        return Judgement(UNKNOWN, "the host wants to be asked less often (429)")
    return Judgement(UNKNOWN, f"the host answers with status {status}")


def _of_front_page(seen: Seen) -> Judgement | None:
    """Many sites send whoever asks for a page that is gone to their first page."""
    asked, came = urlsplit(seen.asked), urlsplit(seen.url)
    if seen.url and came.path in ("", "/") and not came.query and (asked.path not in ("", "/") or asked.query):
        return Judgement(GONE, f"it leads to the first page of {came.hostname}")
    return None


def _of_frame(seen: Seen) -> Judgement | None:
    return Judgement(EMBED_BLOCKED, seen.no_frame) if seen.no_frame else None


def wrong_target(seen: Seen, expected: Expected, tolerance: Tolerance) -> str:
    """Why what is there is not the video that the records speak of; empty when it may be.

    A duration that fits vouches for a title that is written another way; so does a title that was there before.
    """
    if seen.duration_s and expected.duration_s:
        apart = abs(seen.duration_s - expected.duration_s)
        if apart > max(30, expected.duration_s * tolerance.duration_percent / 100):
            return f"it lasts {_clock(seen.duration_s)}, in the records {_clock(expected.duration_s)}"
        return ""
    if not (tolerance.title_percent and seen.names and expected.title):
        return ""
    if seen.title == expected.title_before:
        return ""
    if title_fit(expected.title, " ".join(seen.names)) * 100 < tolerance.title_percent:
        return f"its title is “{seen.title}”, in the records “{expected.title}”"
    return ""


def title_fit(expected: str, seen: str) -> float:
    """The share of the words of `expected` that are in `seen`, from 0 to 1. Endings of words do not matter."""
    wanted, there = _stems(expected), _stems(seen)
    return len(wanted & there) / len(wanted) if wanted else 1.0


def _stems(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"[^\W_]+", text.casefold()) if len(word) > 1 or word.isdigit()}


def _clock(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


@dataclass(frozen=True, slots=True)
class Streak:
    """How a link has fared: since when its verdict, its failures in a row, and when it last worked."""

    verdict: str
    verdict_since: datetime
    fail_streak: int = 0
    first_failed_at: datetime | None = None
    last_ok_at: datetime | None = None


def next_streak(before: Streak | None, verdict: str, now: datetime) -> Streak:
    """How a link fares after one more check. `unknown` neither adds to a row of failures nor ends it."""
    since = before.verdict_since if before and before.verdict == verdict else now
    streak = replace(before, verdict=verdict, verdict_since=since) if before else Streak(verdict, now)
    if verdict in WORKING:
        return replace(streak, fail_streak=0, first_failed_at=None, last_ok_at=now)
    if verdict in FAILED:
        began = streak.first_failed_at or now
        return replace(streak, fail_streak=streak.fail_streak + 1, first_failed_at=began)
    return streak
