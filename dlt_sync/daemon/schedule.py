"""When a job is due: once a day, every few minutes, or every few minutes of a night. Pure; times are aware.

APScheduler's own cron trigger runs a job twice in the night in which the clock is set back, and then stands still.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Schedule(BaseTrigger):  # type: ignore[misc]  # APScheduler carries no types
    """A trigger whose next time is always in the future: however long nobody looked, what was missed counts once."""

    @abstractmethod
    def after(self, moment: datetime) -> datetime:
        """The first time after a moment, in UTC."""

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """As APScheduler asks: the next time after the previous one, and after now."""
        return self.after(max(previous, now) if previous else now)


@dataclass(frozen=True)
class Daily(Schedule):
    """Once a day by a place's clock. Where that is set forward over the time, it is due when the clock would have shown
    it; where it shows the time twice, the first time."""

    at: time
    zone: ZoneInfo

    def after(self, moment: datetime) -> datetime:
        """The first such time after a moment."""
        day = moment.astimezone(self.zone).date() - timedelta(days=1)
        while (due := datetime.combine(day, self.at, self.zone).astimezone(UTC)) <= moment:
            day += timedelta(days=1)
        return due

    def __str__(self) -> str:
        return f"every day at {self.at:%H:%M}"


@dataclass(frozen=True)
class Every(Schedule):
    """Every so many minutes."""

    minutes: float

    def after(self, moment: datetime) -> datetime:
        """The next multiple of the minutes since 1970: the same one on every machine."""
        step = timedelta(minutes=self.minutes)
        return _EPOCH + ((moment - _EPOCH) // step + 1) * step

    def __str__(self) -> str:
        return "every minute" if self.minutes == 1 else f"every {self.minutes:g} minutes"


@dataclass(frozen=True)
class Nightly(Schedule):
    """Every so many minutes of a part of the day that may go over midnight; of the whole day when both ends are the
    same."""

    minutes: float
    begin: time
    end: time
    zone: ZoneInfo

    def after(self, moment: datetime) -> datetime:
        """The next slot, counted from the beginning of its night."""
        step = timedelta(minutes=self.minutes)
        day = moment.astimezone(self.zone).date() - timedelta(days=1)
        while True:
            begin, end = self._night(day)
            if moment < begin:
                return begin
            due = begin + ((moment - begin) // step + 1) * step
            if due < end:
                return due
            day += timedelta(days=1)

    def left(self, moment: datetime) -> int:
        """How many slots of this night begin from a moment on, at least 1: this one."""
        today = moment.astimezone(self.zone).date()
        for day in (today - timedelta(days=1), today):
            begin, end = self._night(day)
            if begin <= moment < end:
                return max(1, round((end - moment) / timedelta(minutes=self.minutes)))
        return 1

    def _night(self, day: date) -> tuple[datetime, datetime]:
        last = day + timedelta(days=1) if self.end <= self.begin else day
        begin, end = datetime.combine(day, self.begin, self.zone), datetime.combine(last, self.end, self.zone)
        return begin.astimezone(UTC), end.astimezone(UTC)

    def __str__(self) -> str:
        return f"{Every(self.minutes)} from {self.begin:%H:%M} to {self.end:%H:%M}"


def next_due(stored: datetime | None, schedule: Schedule, now: datetime, *, made_up: bool) -> datetime:
    """When a job is due that was noted to be due at `stored`. What was missed is made up at once, if it is at all.

    Never later than its schedule says: settings change, and a clock may have been wrong.
    """
    ahead = schedule.after(now)
    if stored is None or (stored <= now and not made_up):
        return ahead
    return min(stored, ahead)
