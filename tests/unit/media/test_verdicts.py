"""What a look at a link means, and when a video counts as broken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from dlt_sync.media.verdicts import (
    FAILED,
    UNKNOWN,
    VERDICTS,
    WORKING,
    Expected,
    Seen,
    Streak,
    Tolerance,
    address_of,
    is_broken,
    judge,
    next_streak,
    title_fit,
)

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


PLACE = "https://media.example/lecture/7"
RECORDS = Expected("Су гигиенасы", 2700)


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        (Seen(PLACE, PLACE, 200), "ok"),
        (Seen(PLACE, PLACE, 206), "ok"),
        (Seen(PLACE, PLACE, 304), "ok"),
        (Seen(PLACE, PLACE, 200, names=("Гигиена воды", "Су гигиенасы")), "ok"),
        (Seen(PLACE, PLACE, 200, names=("Другое",), duration_s=2690), "ok"),  # the duration vouches for it
        (Seen(PLACE, PLACE, 200, names=("Другое",)), "wrong_target"),
        (Seen(PLACE, PLACE, 200, duration_s=2960), "ok"),
        (Seen(PLACE, PLACE, 200, duration_s=3000), "wrong_target"),
        (Seen(PLACE, PLACE, 200, names=("Су гигиенасы",), duration_s=60), "wrong_target"),
        (Seen(PLACE, PLACE, 200, elapsed_s=5.1), "slow"),
        (Seen(PLACE, "https://b.example/7", 200, for_good=True), "moved"),
        (Seen(PLACE, "https://b.example/7", 200, for_good=True, elapsed_s=9), "moved"),
        (Seen(PLACE, "https://b.example/7", 200), "ok"),
        (Seen(PLACE, "https://b.example/7", 404, for_good=True), "gone"),
        (Seen(PLACE, "https://b.example/7", 200, for_good=True, duration_s=5), "wrong_target"),
        (Seen(PLACE, "https://media.example/", 200, for_good=True), "gone"),
        (Seen(PLACE, "https://media.example/?v=7", 200), "ok"),
        (Seen("https://media.example/", "https://media.example/", 200), "ok"),
        (Seen(PLACE, "", 200), "ok"),  # it leads to an address too long to be kept
        (Seen(PLACE, PLACE, 200, no_frame="DENY"), "embed_blocked"),
        (Seen(PLACE, PLACE, 404, no_frame="DENY"), "gone"),
        (Seen(PLACE, PLACE, 410), "gone"),
        (Seen(PLACE, PLACE, 401), "auth_required"),
        (Seen(PLACE, PLACE, 407), "auth_required"),
        (Seen(PLACE, PLACE, 403), "private"),
        (Seen(PLACE, PLACE, 451), "private"),
        (Seen(PLACE, PLACE, 500), "unreachable"),
        (Seen(PLACE, PLACE, 429), "unknown"),
        (Seen(PLACE, PLACE, 416), "unknown"),
        (Seen(PLACE, host_down="no connection"), "unreachable"),
        (Seen(PLACE, PLACE, 200, verdict="private"), "private"),
    ],
)
def test_the_first_rule_that_applies_decides(seen: Seen, verdict: str) -> None:
    found = judge(seen, RECORDS, Tolerance())
    assert found.verdict == verdict
    assert bool(found.moved_to) == (verdict == "moved")
    assert found.detail or verdict == "ok" or seen.verdict


def test_a_title_that_was_there_before_still_fits() -> None:
    seen = Seen(PLACE, PLACE, 200, names=("lecture-7-final",))
    assert judge(seen, Expected("Су гигиенасы"), Tolerance()).verdict == "wrong_target"
    assert judge(seen, Expected("Су гигиенасы", title_before="lecture-7-final"), Tolerance()).verdict == "ok"
    assert judge(seen, Expected("Су гигиенасы"), Tolerance(title_percent=0)).verdict == "ok"
    assert judge(seen, Expected(), Tolerance()).verdict == "ok"


@pytest.mark.parametrize(
    ("expected", "seen", "share"),
    [
        ("Жұқпалы аурулар", "Дәріс 3. Жұқпалы ауруларға кіріспе", 1.0),
        ("Гигиена воды", "Гигиену почвы изучаем", 0.5),
        ("Дәріс 3", "Дәріс 4", 0.5),
        ("Anatomy", "", 0.0),
        ("—", "anything", 1.0),
    ],
)
def test_endings_of_words_do_not_matter(expected: str, seen: str, share: float) -> None:
    assert title_fit(expected, seen) == share


def test_a_streak_grows_with_failures_waits_while_nothing_is_known_and_ends_when_it_works() -> None:
    hours = [NOW + timedelta(hours=hour) for hour in range(5)]
    first = next_streak(None, "gone", hours[0])
    assert first == Streak("gone", hours[0], 1, hours[0], None)
    second = next_streak(first, "private", hours[1])
    assert second == Streak("private", hours[1], 2, hours[0], None)
    third = next_streak(second, "unknown", hours[2])
    assert third == Streak("unknown", hours[2], 2, hours[0], None)
    assert next_streak(third, "slow", hours[3]) == Streak("slow", hours[3], 0, None, hours[3])
    assert next_streak(None, "unknown", hours[4]) == Streak("unknown", hours[4])
    assert next_streak(first, "gone", hours[4]).verdict_since == hours[0]
