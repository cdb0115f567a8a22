"""What a look at a link means: the verdict, its streak of failures, and when a video counts as broken. Pure.

Input: what the fetcher and a provider saw (`Seen`), what the records say of the video (`Expected`), and what the
last check found. Output: a `Judgement`, and from it what is kept of the link (`next_check`). DOMAIN d.2 and d.7.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

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
