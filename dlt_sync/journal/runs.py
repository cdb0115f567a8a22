"""Questions and notes about runs, parked plans, overrides, and what people did in Moodle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from dlt_sync.errors import PlanError
from dlt_sync.guard import REMOVALS
from dlt_sync.journal.tables import JournalEntry, MoodleEvent, Override, Run, StoredPlan
from dlt_sync.model import Status
from dlt_sync.moodle.contract import SiteEvent

#: Shortest prefix of a plan's hash that may stand for it.
SHORTEST_PREFIX = 8
WEEK = timedelta(days=7)
#: For how long before the newest event of Moodle's events are pulled again: longer than any transaction is open.
REREAD = timedelta(days=1)


def start_run(session: Session, mode: str, now: datetime, *, host: str, run_by: str, **more: Any) -> int:
    """Open a run and return its number."""
    run = Run(mode=mode, started_at=now, host=host, run_by=run_by, counts={}, **more)
    session.add(run)
    session.flush()
    return run.id


def end_run(session: Session, run_id: int, now: datetime, verdict: str, **more: Any) -> Run:
    """Close a run with its verdict (ok, partial, refused, stopped, failed) and whatever else is known of it."""
    row = session.get_one(Run, run_id)
    row.ended_at, row.verdict = now, verdict
    for name, value in more.items():
        setattr(row, name, value)
    return row


def end_cut_off(session: Session, now: datetime) -> list[int]:
    """Close the runs that never came to their end; returns those that people are to be told of. To be asked only where
    none can be under way."""
    cut_off = session.scalars(select(Run).where(Run.ended_at.is_(None)).order_by(Run.id)).all()
    for row in cut_off:
        row.ended_at, row.verdict, row.summary = now, "failed", "It was cut off. What it did is in the journal."
    return [row.id for row in cut_off if row.mode != "plan"]


def keep_report(session: Session, run_id: int, report: Mapping[str, object]) -> None:
    """Note what people are to be told of a run, by language."""
    session.get_one(Run, run_id).report = dict(report)


def runs(session: Session, limit: int = 20) -> list[Run]:
    """The newest runs first."""
    return list(session.scalars(select(Run).order_by(Run.id.desc()).limit(limit)))


def run(session: Session, run_id: int) -> Run:
    """One run. Raises PlanError when there is none of that number."""
    row = session.get(Run, run_id)
    if row is None:
        raise PlanError(f"There is no run {run_id}.", remedy="`dlt-sync runs` lists them.")
    return row


def last_applied(session: Session) -> Run | None:
    """The newest `apply` that has ended, whatever came of it."""
    done = select(Run).where(Run.mode == "apply", Run.ended_at.is_not(None))
    return session.scalars(done.order_by(Run.id.desc()).limit(1)).first()


def last_good(session: Session) -> Run | None:
    """The newest `apply` after which Moodle was as the records want it."""
    good = select(Run).where(Run.mode == "apply", Run.verdict == "ok")
    return session.scalars(good.order_by(Run.id.desc()).limit(1)).first()


def parked_plan(session: Session) -> StoredPlan | None:
    """The plan that waits for somebody to release it. There is one at most: a newer one supersedes it, as does a run of
    the whole after which nothing was left to do."""
    return session.scalars(select(StoredPlan).where(StoredPlan.state == "parked").limit(1)).first()


def entries(session: Session, run_id: int) -> list[JournalEntry]:
    """The journal of one run, in the order it was written."""
    return list(session.scalars(select(JournalEntry).where(JournalEntry.run_id == run_id).order_by(JournalEntry.id)))


def is_cleared(session: Session, run: Run) -> bool:
    """Whether a run did something and its journal is no longer kept."""
    did = any("." in name and not name.startswith("source.") for name in run.counts) and run.mode != "plan"
    return did and not session.scalar(select(JournalEntry.id).where(JournalEntry.run_id == run.id).limit(1))


def history(session: Session, kind: str, key: str) -> list[JournalEntry]:
    """Everything the journal knows of one object, oldest first."""
    found = select(JournalEntry).where(JournalEntry.kind == kind, JournalEntry.key == key)
    return list(session.scalars(found.order_by(JournalEntry.id)))


def removed_since(session: Session, since: datetime) -> dict[str, int]:
    """Removals done since a moment, by kind: what counts against the weekly budget."""
    counted = (
        select(JournalEntry.kind, func.count())
        .where(JournalEntry.written_at >= since, JournalEntry.result == Status.DONE.value)
        .where(JournalEntry.action.in_([action.value for action in REMOVALS]))
        .group_by(JournalEntry.kind)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def source_counts(session: Session) -> dict[str, int]:
    """Rows in force by record entity at the last applied run that had to look at them; empty before the first."""
    done = select(Run.counts).where(Run.mode == "apply", Run.verdict.in_(["ok", "partial"])).order_by(Run.id.desc())
    for counts in session.scalars(done):
        if found := {name.removeprefix("source."): n for name, n in counts.items() if name.startswith("source.")}:
            return found
    return {}


def park(
    session: Session, *, plan_hash: str, content: str, violations: list[dict[str, Any]], run_id: int, now: datetime
) -> None:
    """Keep a plan until somebody releases it; a newer parked plan supersedes the older ones."""
    supersede(session)
    row = session.get(StoredPlan, plan_hash) or StoredPlan(hash=plan_hash, content=content, created_at=now)
    row.state, row.violations, row.run_id = "parked", violations, run_id
    session.add(row)


def supersede(session: Session) -> None:
    """What is parked is no longer what there is to do."""
    session.execute(update(StoredPlan).where(StoredPlan.state == "parked").values(state="superseded"))


def parked(session: Session, prefix: str) -> StoredPlan:
    """The parked plan whose hash starts so. Raises PlanError, saying why, when it cannot be released."""
    if len(prefix) < SHORTEST_PREFIX:
        raise PlanError(
            f"A plan's hash needs at least {SHORTEST_PREFIX} characters.",
            remedy="Copy it from the command that `dlt-sync plan` prints at its end.",
        )
    found = list(session.scalars(select(StoredPlan).where(StoredPlan.hash.startswith(prefix.lower(), autoescape=True))))
    if len(found) != 1:
        raise PlanError(f"No parked plan has a hash that starts with {prefix}.", remedy="Run `dlt-sync plan`.")
    row = found[0]
    if row.state == "applied":
        raise PlanError(f"Plan {prefix} was applied already.", remedy="Run `dlt-sync plan` to see what is left.")
    if row.state == "superseded":
        raise PlanError(
            f"Plan {prefix} is no longer the newest: the records or Moodle have changed since.",
            remedy="Run `dlt-sync plan`, read the new plan, and release that one.",
        )
    return row


def parked_by(session: Session, plan: StoredPlan) -> str:
    """The account whose run parked a plan; "" where it is not known."""
    row = session.get(Run, plan.run_id) if plan.run_id else None
    return row.run_by if row else ""


def mark_applied(session: Session, plan_hash: str) -> None:
    """A released plan was applied: it cannot be released again."""
    session.execute(update(StoredPlan).where(StoredPlan.hash == plan_hash).values(state="applied"))


def overridden(session: Session, now: datetime) -> dict[str, dict[str, frozenset[str]]]:
    """Fields that overrides leave alone now: kind → key → fields."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for row in session.scalars(select(Override).where(Override.until > now)):
        fields = found.setdefault(row.kind, {})
        fields[row.key] = fields.get(row.key, frozenset()) | {row.field}
    return found


def event_cursor(session: Session) -> int:
    """The number after which events are to be pulled from Moodle, 0 for all.

    It is the last one of more than `REREAD` before the newest: numbers are given when a row is written, but a row
    is seen only when its transaction ends, so that a lower number may appear after a higher one was pulled.
    """
    newest = session.scalar(select(func.max(MoodleEvent.happened_at)))
    if newest is None:
        return 0
    return session.scalar(select(func.max(MoodleEvent.id)).where(MoodleEvent.happened_at < newest - REREAD)) or 0


def keep_events(session: Session, events: Iterable[SiteEvent]) -> None:
    """Store what people did in Moodle; of events that are stored already nothing changes."""
    pulled = list(events)
    first = min((event.id for event in pulled), default=0)
    known = set(session.scalars(select(MoodleEvent.id).where(MoodleEvent.id >= first)))
    session.add_all(
        MoodleEvent(
            id=event.id,
            name=event.name,
            happened_at=datetime.fromtimestamp(event.time, UTC),
            kind=event.kind,
            key=event.key,
            by=event.by,
            data=dict(event.data),
        )
        for event in pulled
        if event.id not in known
    )


def deletions(session: Session, kind: str, keys: Sequence[str]) -> Mapping[str, str]:
    """Who deleted these objects by hand and when, for those that Moodle told of."""
    found = select(MoodleEvent).where(MoodleEvent.kind == kind, MoodleEvent.name == "deleted").order_by(MoodleEvent.id)
    wanted = set(keys)
    return {
        row.key: f"{row.by}, {row.happened_at:%Y-%m-%d %H:%M} UTC"
        if row.by
        else f"{row.happened_at:%Y-%m-%d %H:%M} UTC"
        for row in (session.scalars(found) if wanted else ())
        if row.key in wanted
    }
