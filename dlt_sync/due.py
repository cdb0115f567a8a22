"""When the sources' deliveries are due: their settings, and the small language of due days. Pure.

Input: what stands in [feeds], the days on which terms begin, and when something was received. Output: the day that
matters now, and whether it was missed (regulation, clause 6.1.1).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from dlt_sync.records.schema import SCHEMAS

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: Due days are looked for so far back and ahead: a yearly one always has a neighbour on each side.
HORIZON = timedelta(days=400)
#: A delivery that came earlier than this is not the one that a day asks for.
MOST_AHEAD_DAYS = 60

#: Whether a day is a due day, given the days on which terms begin.
Rule = Callable[[date, Collection[date]], bool]


@dataclass(frozen=True, slots=True)
class FeedRules:
    """Who owes which deliveries, and when (regulation, clause 6.1.1). A source is an entity, such as `person`, or a
    name of your own for several entities that come together. An overdue source is named in the run report."""

    #: Unit that owes a source: owner.person = Registrar's office
    owner: Mapping[str, str] = field(default_factory=dict)
    #: When it is due: due.person = daily. Also weekdays, weekly:monday, monthly:5, dates such as 2026-09-01, and
    #: term-14 (14 days before each term begins); several with commas. A delivery counts for the due day it is nearest
    #: to, and for none that is more than 60 days off.
    due: Mapping[str, str] = field(default_factory=dict)
    #: What a source brings whose name is no entity: entities.registrar = person, cohort_member, enrolment
    entities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: The format agreed with the owner, in words: format.person = CSV, UTF-8, exported from Platonus at 01:00
    format: Mapping[str, str] = field(default_factory=dict)

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of all sources that something is said of."""
        return tuple(dict.fromkeys((*self.entities, *self.owner, *self.due, *self.format)))

    def entities_of(self, source: str) -> tuple[str, ...]:
        """The entities that a source brings."""
        return self.entities.get(source) or (source,)


def rules_of(text: str) -> tuple[Rule, ...]:
    """What `due` says, as rules any of which makes a day a due day. Raises ValueError with a sentence."""
    return tuple(_rule(part) for part in (piece.strip().lower() for piece in text.split(",")) if part)


def _rule(part: str) -> Rule:
    word, _, rest = part.partition(":")
    if part == "daily":
        return lambda day, starts: True
    if part == "weekdays":
        return lambda day, starts: day.weekday() < WEEKDAYS.index("saturday")
    if word == "weekly" and rest in WEEKDAYS:
        return lambda day, starts: WEEKDAYS[day.weekday()] == rest
    if word == "monthly" and re.fullmatch(r"[1-9]|1\d|2[0-8]", rest):
        return lambda day, starts: day.day == int(rest)
    if found := re.fullmatch(r"term([+-]\d{1,3})?", part):
        apart = timedelta(days=int(found[1] or 0))
        return lambda day, starts: day - apart in starts
    try:
        named = date.fromisoformat(part)
    except ValueError:
        raise ValueError(
            f"“{part}” is no due day. Write daily, weekdays, weekly:monday, monthly:5 (up to 28), a date such as "
            "2026-09-01, or term-14; several with commas."
        ) from None
    return lambda day, starts: day == named


def due_days(text: str, today: date, starts: Collection[date]) -> list[date]:
    """All due days around `today`, in order. `starts` are the days on which terms begin."""
    rules = rules_of(text)
    around = (today - HORIZON + timedelta(days=n) for n in range(2 * HORIZON.days + 1))
    return [day for day in around if any(rule(day, starts) for rule in rules)]


def judge(days: Sequence[date], received: date | None, today: date) -> tuple[date | None, bool]:
    """The due day that was missed and True, or the next one (None: there is none) and False.

    A day is missed once it is over. Only the last one counts: what came since has made up for those before.
    """
    past = [day for day in days if day < today]
    if past and not _met(past, received):
        return past[-1], True
    return next((day for day in days if day >= today), None), False


def _met(past: Sequence[date], received: date | None) -> bool:
    """Whether what was received last is nearer to the last due day than to the one before."""
    if received is None:
        return False
    between = (past[-1] - past[-2]).days if len(past) > 1 else 2 * MOST_AHEAD_DAYS
    return (past[-1] - received).days * 2 < min(between, 2 * MOST_AHEAD_DAYS)


def problems(rules: FeedRules) -> list[tuple[str, str]]:
    """Key and problem of what in the settings makes no sense."""
    found = [
        (f"entities.{source}", f"“{entity}” is no entity. Known are: {', '.join(SCHEMAS)}.")
        for source, entities in rules.entities.items()
        for entity in entities
        if entity not in SCHEMAS
    ]
    for name in ("owner", "due", "format"):
        for source in getattr(rules, name):
            if source not in rules.entities and source not in SCHEMAS:
                what = f"“{source}” is no entity. Say what it brings: entities.{source} = person, enrolment"
                found.append((f"{name}.{source}", what))
    for source, text in rules.due.items():
        try:
            rules_of(text)
        except ValueError as error:
            found.append((f"due.{source}", str(error)))
    return found
