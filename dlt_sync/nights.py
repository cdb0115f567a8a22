"""How the nights went, in one word and one sentence: what a monitoring system asks for (`dlt-sync runs --check`).

Input: the runs in our database. Output: a `Judgement`. Writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dlt_sync.journal import runs
from dlt_sync.journal.tables import Run
from dlt_sync.report.sentences import reading_command


class State(StrEnum):
    """How it stands, in the words of monitoring systems."""

    OK = "OK"
    WARNING = "WARNING"
    CRITICAL = "CRITICAL"


@dataclass(frozen=True, slots=True)
class Judgement:
    """`age_hours` is how long ago the last good run ended, None where there was none. `parked` is the hash of the plan
    that waits, "" for none; `last` the verdict of the last run."""

    state: State
    sentence: str
    age_hours: float | None
    max_age_hours: float
    parked: str = ""
    last: str = ""

    @property
    def exit_code(self) -> int:
        """0 when all is well, else 1."""
        return 0 if self.state is State.OK else 1


def judge(session: Session, now: datetime, max_age_hours: float, timezone: str) -> Judgement:
    """CRITICAL: no good run for too long. WARNING: the last run was not good, or a plan waits for somebody."""
    good, last, plan = runs.last_good(session), runs.last_applied(session), runs.parked_plan(session)
    age = (now - good.ended_at) / timedelta(hours=1) if good and good.ended_at else None
    waits = plan.hash if plan else ""
    verdict = last.verdict if last else ""
    good_run = _said(good, timezone) if good else "there was no good run yet"
    if age is None or age > max_age_hours:
        state, said = State.CRITICAL, [good_run]
    elif waits or verdict != "ok":
        state, said = State.WARNING, []
    else:
        state, said = State.OK, [good_run]
    if last and verdict not in ("ok", "refused"):
        said.append(f"run {last.id} ended as {verdict}: {last.summary}".rstrip(". "))
    if waits:
        said.append(f"a plan waits to be released: {reading_command(waits)}")
    return Judgement(state, _one_line("; ".join(said)), age, max_age_hours, waits, verdict)


def _said(run: Run, timezone: str) -> str:
    assert run.ended_at is not None
    return f"the last good run ended {run.ended_at.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"


def _one_line(text: str) -> str:
    # What follows a bar is numbers to monitoring systems.
    return " ".join(text.replace("|", "/").split())
