"""What an import adds to the rows of a list: the day on which something became another thing. Pure.

Input: a row's values and what the database has. Output: the values that are written. A list says how things stand,
not when they changed; and while it keeps silent on a request, what was decided of it elsewhere stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from dlt_sync.records.stages import REQUESTED

Values = dict[str, Any]

#: What both a list and a decision elsewhere may say of a request.
_DECIDED = ("stage", "specialist", "planned_on", "reason")
_TITLES = ("title_kk", "title_ru", "title_en")


def complete(entity: str, values: Values, old: Mapping[str, Any] | None, now: datetime, today: date) -> Values:
    """The values of a row with what the import adds to them; `old` is the record in force, None for a new one."""
    if entity == "topic":
        return _topic(values, old, today)
    if entity == "video_request":
        return _request(values, old, now, today)
    return values


def _topic(values: Values, old: Mapping[str, Any] | None, today: date) -> Values:
    """A topic that had a title and has another one changed today, unless its list says when itself.

    A title that was missing in a language does not change the topic.
    """
    if values.get("changed_on"):
        return values
    kept = {name: value for name, value in values.items() if name != "changed_on"}
    if old and any(old[name] and values.get(name) and old[name] != values[name] for name in _TITLES):
        kept["changed_on"] = today
    return kept


def _request(values: Values, old: Mapping[str, Any] | None, now: datetime, today: date) -> Values:
    """A request's stage, with its day, and the rest of what is decided of it, where the list says something new."""
    said = {name: _plain(values[name]) for name in _DECIDED if name in values}
    before = old["listed"] if old else {}
    kept = {name: value for name, value in values.items() if name not in said or said[name] != before.get(name)}
    kept["listed"] = {**before, **said}
    if old is None or any(old[name] != kept[name] for name in said.keys() & kept.keys()):
        # Another day or specialist is told to the asker as another stage is.
        stage = kept.setdefault("stage", old["stage"] if old else REQUESTED)
        dates = old["dates"] if old else {}
        # What a list brings further along was so far already, nobody knows since when.
        day = today.isoformat() if old or stage == REQUESTED else ""
        reached = {} if old and old["stage"] == stage else {stage: day}
        kept |= {"dates": {**dates, **reached}, "stage_changed_at": now.replace(microsecond=0)}
    return kept


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")
