"""What a look at a link means, and when a video counts as broken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from dlt_sync.media.verdicts import FAILED, UNKNOWN, VERDICTS, WORKING, address_of, is_broken

NOW = datetime(2026, 11, 26, 21, 0, tzinfo=UTC)


@dataclass
class Kept:
    """What is kept of a link."""

    verdict: str = "gone"
    checked_at: datetime = NOW
    first_failed_at: datetime | None = NOW - timedelta(days=2)
    fail_streak: int = 3


@dataclass
class Film:
    url: str
    moved_to: str = ""


def test_three_failures_over_a_day_break_a_video() -> None:
    assert is_broken(Kept(), NOW)
    assert is_broken(Kept(first_failed_at=NOW - timedelta(hours=24)), NOW)


@pytest.mark.parametrize(
    "check",
    [
        None,
        Kept(fail_streak=2),
        Kept(first_failed_at=NOW - timedelta(hours=23, minutes=59)),
        Kept(first_failed_at=None, fail_streak=0),
        # Three failures within an hour two days ago, and nobody looked since.
        Kept(checked_at=NOW - timedelta(hours=47)),
        # The clock ran ahead at the last check.
        Kept(first_failed_at=NOW - timedelta(hours=1), checked_at=NOW + timedelta(days=3)),
        Kept(verdict="ok"),
    ],
)
def test_anything_less_does_not(check: Kept | None) -> None:
    assert not is_broken(check, NOW)


def test_the_host_that_was_down_and_now_cannot_be_judged_stays_broken() -> None:
    assert is_broken(Kept(verdict=UNKNOWN), NOW)


def test_every_verdict_works_fails_or_is_unknown() -> None:
    assert WORKING | FAILED | {UNKNOWN} == set(VERDICTS)
    assert not WORKING & FAILED


def test_a_video_that_moved_is_looked_for_where_it_went() -> None:
    assert address_of(Film("https://a.example/1")) == "https://a.example/1"
    assert address_of(Film("https://a.example/1", "https://b.example/1")) == "https://b.example/1"
