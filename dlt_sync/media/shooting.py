"""A request for a shooting with the day of each stage, and how late it is against its plan (DOMAIN a.4). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dlt_sync.records.schema import STAGES
from dlt_sync.records.stages import REFUSED


@dataclass(frozen=True, slots=True)
class Shooting:
    """A request for a shooting. `reached` holds the day of each stage that was reached, None where nobody knows it."""

    key: str
    stage: str
    language: str
    title: str = ""
    discipline: str | None = None
    offering: str | None = None
    topic: str | None = None
    planned_on: date | None = None
    reached: tuple[tuple[str, date | None], ...] = ()

    @property
    def is_to_be_shot(self) -> bool:
        """Whether it waits for its shooting: nothing was shot, or what was is to be shot again."""
        return STAGES.index(self.stage) < STAGES.index("shot")

    def has_reached(self, stage: str) -> bool:
        """Whether it came so far, whatever became of it then."""
        so_far = {self.stage, *(name for name, _ in self.reached)}.difference(REFUSED)
        return any(STAGES.index(name) >= STAGES.index(stage) for name in so_far)

    def day_of(self, stage: str) -> date | None:
        """The first day on which it had come so far; None where that is not known."""
        further = set(dict(self.reached)).difference(REFUSED)
        days = [dict(self.reached)[name] for name in further if STAGES.index(name) >= STAGES.index(stage)]
        known = [day for day in days if day is not None]
        return min(known, default=None) if len(known) == len(days) else None


def delay(one: Shooting, today: date) -> int | None:
    """Days by which a shooting was later than planned, or is so far; None where nothing was planned, or is any more.

    The one count of lateness: what went back to be shot again is late by the day that is planned now.
    """
    if one.planned_on is None or one.stage in REFUSED:
        return None
    done = today if one.is_to_be_shot else one.day_of("shot")
    return None if done is None else max(0, (done - one.planned_on).days)


def overdue(one: Shooting, today: date) -> int | None:
    """Days by which a shooting that is still to be is late; None where it is not."""
    return (delay(one, today) or None) if one.is_to_be_shot else None
