"""When a job is due: each night once, whatever the clock does; missed ones are made up once."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dlt_sync.daemon.schedule import Daily, Every, Nightly, Schedule, next_due

ALMATY, BERLIN = ZoneInfo("Asia/Almaty"), ZoneInfo("Europe/Berlin")
NIGHT = Daily(time(2, 30), ALMATY)


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def some(schedule: Schedule, begin: datetime, count: int) -> list[str]:
    """The next times, one after the other, as UTC shows them."""
    found = []
    for _ in range(count):
        begin = schedule.after(begin)
        found.append(f"{begin:%d %H:%M}")
    return found


def test_a_night_is_one_of_the_academy_s_clock() -> None:
    assert some(NIGHT, at("2026-11-26T21:29"), 2) == ["26 21:30", "27 21:30"]
    assert some(NIGHT, at("2026-11-26T21:30"), 1) == ["27 21:30"]
    assert str(NIGHT) == "every day at 02:30"


def test_a_night_whose_hour_is_left_out_has_its_run_all_the_same() -> None:
    assert some(Daily(time(2, 30), BERLIN), at("2026-03-27T12:00"), 4) == [
        "28 01:30",
        "29 01:30",
        "30 00:30",
        "31 00:30",
    ]


def test_a_night_that_has_its_hour_twice_has_one_run() -> None:
    assert some(Daily(time(2, 30), BERLIN), at("2026-10-24T12:00"), 3) == ["25 00:30", "26 01:30", "27 01:30"]


def test_few_minutes_fall_on_the_same_moments_everywhere() -> None:
    assert some(Every(5), at("2026-11-26T12:03"), 3) == ["26 12:05", "26 12:10", "26 12:15"]
    assert [str(Every(minutes)) for minutes in (1, 5, 0.5)] == ["every minute", "every 5 minutes", "every 0.5 minutes"]


def test_parts_of_a_night_go_over_midnight_and_end_in_the_morning() -> None:
    links = Nightly(20, time(20), time(6), ALMATY)
    assert some(links, at("2026-11-26T12:00"), 3) == ["26 15:00", "26 15:20", "26 15:40"]
    assert some(links, at("2026-11-27T00:30"), 3) == ["27 00:40", "27 15:00", "27 15:20"]
    assert str(links) == "every 20 minutes from 20:00 to 06:00"
    assert [links.left(at(f"2026-11-26T{hour}")) for hour in ("15:00", "15:25", "00:50", "12:00")] == [30, 29, 1, 1]


def test_a_part_of_one_day_and_a_whole_day() -> None:
    assert some(Nightly(60, time(9), time(11), UTC_ZONE), at("2026-11-26T08:00"), 3) == [
        "26 09:00",
        "26 10:00",
        "27 09:00",
    ]
    assert len(set(some(Nightly(60, time(9), time(9), UTC_ZONE), at("2026-11-26T08:00"), 24))) == 24


UTC_ZONE = ZoneInfo("UTC")


@pytest.mark.parametrize(
    "schedule", [NIGHT, Daily(time(2, 30), BERLIN), Every(7), Nightly(25, time(20), time(6), BERLIN)]
)
def test_every_time_is_after_the_one_before_in_every_hour_of_a_year(schedule: Schedule) -> None:
    moment = at("2026-01-01T00:00")
    for _ in range(365 * 24):
        assert moment < schedule.after(moment) <= moment + timedelta(hours=25)
        moment += timedelta(hours=1)


def test_apscheduler_is_told_no_time_that_is_over_and_none_twice() -> None:
    now = at("2026-11-26T12:00")
    assert NIGHT.get_next_fire_time(None, now) == NIGHT.after(now)
    assert NIGHT.get_next_fire_time(now - timedelta(days=90), now) == NIGHT.after(now)
    done = at("2026-11-26T21:30")  # the clock was set back by an hour since
    assert NIGHT.get_next_fire_time(done, done - timedelta(hours=1)) == at("2026-11-27T21:30")


@pytest.mark.parametrize(
    ("stored", "made_up", "due"),
    [
        (None, True, "2026-11-26T21:30"),
        ("2026-11-20T21:30", True, "2026-11-20T21:30"),  # missed: at once
        ("2026-11-20T21:30", False, "2026-11-26T21:30"),
        ("2026-11-26T12:10", True, "2026-11-26T12:10"),  # being tried again
        ("2031-01-01T00:00", True, "2026-11-26T21:30"),  # noted while the clock was wrong
    ],
)
def test_what_was_noted_counts_as_far_as_it_makes_sense(stored: str | None, made_up: bool, due: str) -> None:
    noted = at(stored) if stored else None
    assert next_due(noted, NIGHT, at("2026-11-26T12:00"), made_up=made_up) == at(due)
