"""One run, from the records to a Moodle that looks as they want: read this first.

records → desired ─┐
                   ├─► plan ─► guard ─► apply ─► journal ─► report
Moodle → observed ─┘

Each public function is a command's work: it takes the lock, calls the stages in turn, and says how it went.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dlt_sync import approval, guard, log, proof, states
from dlt_sync.apply import Applier, Tally, recall
from dlt_sync.changed import Records, live_digests
from dlt_sync.course_pages import tell_topics
from dlt_sync.db import Database
from dlt_sync.errors import DltSyncError, MoodleError, PlanError
from dlt_sync.guard import Limits, Violation
from dlt_sync.journal import runs
from dlt_sync.journal.entries import Journal, unanswered
from dlt_sync.kinds import KINDS
from dlt_sync.kinds.kind import Source
from dlt_sync.kinds.rules import Rules
from dlt_sync.lock import one_run_at_a_time
from dlt_sync.media.coverage import UpToDate
from dlt_sync.model import Operation, Outcome, Progress
from dlt_sync.moodle.contract import Bridge, PageStatus, RunStatus
from dlt_sync.plan import Plan, build_plan
from dlt_sync.records import from_pages
from dlt_sync.records.placing import publish_placed
from dlt_sync.records.questions import latest_batch, load_academy
from dlt_sync.records.stamp import records_stamp
from dlt_sync.report.sentences import run_summary
from dlt_sync.scope import Scope
from dlt_sync.tell import tell_requests
from dlt_sync.undo import inverse

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Context:
    """What every run needs. `site` is Moodle's address, `now` gives aware UTC times.

    `run_by` is the account on this machine; with `second_person` a parked plan is released by another one than that
    whose run parked it (DOMAIN a.3). `requests_in_flight` is None for as many as Moodle has PHP workers, less one
    that is left to people.
    """

    database: Database
    bridge: Bridge
    rules: Rules
    limits: Limits
    site: str
    now: Callable[[], datetime]
    host: str = ""
    run_by: str = ""
    second_person: bool = False
    batch_size: int = 200
    requests_in_flight: int | None = 1
    up_to_date: UpToDate = field(default_factory=UpToDate)


@dataclass(frozen=True)
class PlanResult:
    """A plan, what the guard says of it, and whether it is parked until somebody releases it."""

    run_id: int
    plan: Plan
    violations: tuple[Violation, ...]
    parked: bool

    @property
    def exit_code(self) -> int:
        """4 when the guard objects, 3 when changes are pending, else 0."""
        return 4 if self.violations else 3 if self.plan.operations else 0


@dataclass(frozen=True)
class ApplyResult:
    """What an apply did.

    `remaining` are the operations of the plan made right after it, which is to be empty; `waiting` is that plan
    when it holds operations that wait for approval, and is parked. `recalled` operations had been done by an
    earlier run whose answer was lost.
    """

    run_id: int
    plan: Plan
    counts: Counter[str]
    failed: tuple[tuple[Operation, Outcome], ...]
    skipped: tuple[tuple[Operation, str], ...]
    held: tuple[Operation, ...]
    remaining: tuple[Operation, ...] = ()
    waiting: Plan | None = None
    recalled: int = 0

    @property
    def exit_code(self) -> int:
        """5 when something failed or is left over, 4 when only operations that wait for approval are, else 0."""
        if self.failed or self.skipped or self.remaining:
            return 5
        return 4 if self.held else 0


def plan_run(context: Context, *, scope: Scope | None = None, progress: Progress | None = None) -> PlanResult:
    """Make a plan and have it judged. Writes nothing to Moodle; parks the plan if the guard objects."""
    with one_run_at_a_time(context.database.engine), _recorded(context, "plan") as run:
        found = _gathered(context, progress)
        plan = _planned(context, run, found, scope)
        violations = _judged(context, plan, found)
        waits = bool(violations) or any(operation.hold for operation in plan.operations)
        if waits:
            _park(context, run.id, plan, violations)
        run.end("refused" if violations else "ok", plan, Counter(_planned_counts(plan)))
    return PlanResult(run.id, plan, violations, waits)


def apply_run(
    context: Context, *, plan: Plan | None = None, scope: Scope | None = None, progress: Progress | None = None
) -> ApplyResult:
    """Make a plan (or take the one given), have it judged, and apply it.

    Raises GuardStopped, with nothing written, when the guard objects: the plan is parked.
    """
    with one_run_at_a_time(context.database.engine), _recorded(context, "apply") as run:
        recalled = _recall_lost_batches(context)
        found = _gathered(context, progress)
        wanted = _planned(context, run, found, scope) if plan is None else _for_this_site(context, plan)
        _stop_if_guarded(context, run, wanted, _judged(context, wanted, found))
        return _applied(context, run, wanted, found, scope, progress, recalled=recalled)


def approve_run(
    context: Context, plan_hash: str, *, approved_by: str, because: str, progress: Progress | None = None
) -> ApplyResult:
    """Apply the parked plan of that hash, with what waits in it, in the name of somebody.

    Raises PlanError when there is no such plan to release, or it is for somebody else to release it, and
    GuardStopped when the guard objects to more now than it did when the plan was parked.
    """
    if not approved_by.strip() or not because.strip():
        raise PlanError(
            "An approval needs a name and a reason.",
            remedy='Say them: --as "Family name, position" --because "why this is right".',
        )
    with one_run_at_a_time(context.database.engine):
        with context.database.session() as session:
            parked = runs.parked(session, plan_hash)
            if context.second_person:
                approval.refuse_own(runs.parked_by(session, parked), context.run_by, approved_by)
            plan = _for_this_site(context, Plan.from_json(parked.content))
            known = {str(violation["code"]) for violation in parked.violations}
        with _recorded(context, "apply", approved_by=approved_by, because=because) as run:
            recalled = _recall_lost_batches(context)
            found = _gathered(context, progress)
            violations = _judged(context, plan, found)
            if news := [violation for violation in violations if violation.code not in known]:
                run.end("refused", plan, Counter())
                raise approval.wanted(plan, news, "The guard objects to more than was approved", context.second_person)
            return _applied(context, run, plan, found, None, progress, recalled=recalled, released=True)


def undo_run(context: Context, undone: int, *, progress: Progress | None = None) -> ApplyResult:
    """Put back what a run changed, through the same guard. The records still want what they wanted."""
    with one_run_at_a_time(context.database.engine):
        with context.database.session() as session:
            runs.run(session, undone)  # there must be such a run
        with _recorded(context, "undo", undoes_run_id=undone) as run:
            recalled = _recall_lost_batches(context)
            found = _gathered(context, progress)
            with context.database.session() as session:
                plan = inverse(runs.entries(session, undone), undone, context.site)
            _stop_if_guarded(context, run, plan, _judged(context, plan, found))
            return _applied(context, run, plan, found, None, progress, recalled=recalled)


def show_topics(context: Context) -> None:
    """Show in Moodle how the topics of each course stand now; for what changes that besides a run, as a link check."""
    with one_run_at_a_time(context.database.engine):
        _show_topics(context)


class _Recorded:
    """A run in our database while it lasts."""

    def __init__(self, context: Context, run_id: int, mode: str, started: datetime) -> None:
        self.id = run_id
        self.ended = False
        self._context, self._mode, self._started = context, mode, started

    def end(self, verdict: str, plan: Plan | None, counts: Counter[str], summary: str = "") -> None:
        """Close the run, then show it on the department page. If that cannot be told, it is a warning in the log."""
        self.ended = True
        now = self._context.now()
        plan_hash = plan.hash if plan else ""
        with self._context.database.session() as session:
            summary = summary or run_summary(self._mode, verdict, counts)
            runs.end_run(session, self.id, now, verdict, plan_hash=plan_hash, counts=dict(counts), summary=summary)
        shown = {name: count for name, count in counts.items() if not name.startswith("source.")}
        status = RunStatus(
            self.id,
            self._mode,
            int(self._started.timestamp()),
            int(now.timestamp()),
            verdict,
            plan_hash,
            shown,
            summary,
        )
        if self._mode != "plan":
            self._show(status)

    def _show(self, status: RunStatus) -> None:
        """Tell Moodle's pages of the run and of what is new on requests. What was done is done and journalled, whether
        or not they say so; requests that they are not told of now they are told of by the next run."""
        try:
            self._context.bridge.push_status(PageStatus(runs=(status,)))
            tell_requests(self._context.database, self._context.bridge)
        except MoodleError as error:
            logger.warning(
                "Moodle's pages were not told of all that is new since run %d: %s What was done is not affected. %s",
                status.run,
                error.message,
                error.remedy,
            )


@contextmanager
def _recorded(context: Context, mode: str, **more: object) -> Iterator[_Recorded]:
    started = context.now()
    with context.database.session() as session:
        run_id = runs.start_run(session, mode, started, host=context.host, run_by=context.run_by, **more)
    run = _Recorded(context, run_id, mode, started)
    try:
        with log.in_run(run_id):
            context.bridge.info()  # refuses a plugin of another protocol, before anything is asked of it or written
            yield run
    except BaseException as error:
        if not run.ended:
            said = error.message if isinstance(error, DltSyncError) else type(error).__name__
            with context.database.session() as session:
                runs.end_run(session, run_id, context.now(), "failed", summary=said)
        raise


def _gathered(
    context: Context, progress: Progress | None = None, *, earlier: states.States | None = None
) -> states.States:
    """records → desired, Moodle → observed. What the records want is taken over from `earlier` in the same run."""
    # What is decided while a run is under way waits for the next: this one is to end as it was planned.
    _pull_events(context, take=earlier is None)
    now = context.now()
    today = _today(context, now)
    if progress is not None:
        progress("looking at what changed", 0, len(KINDS))
    live = live_digests(context.database.session, context.bridge, context.rules, now)
    with context.database.session() as session:
        records = _records(context, session, today)
        if earlier and earlier.records.stamp == records.stamp:
            records = earlier.records
        return states.gather(session, context.bridge, records, live, now, progress)


def _records(context: Context, session: Session, today: date) -> Records:
    return Records(
        context.rules,
        records_stamp(session, today),
        lambda: Source(load_academy(session), context.rules, today),
        batch=latest_batch(session),
    )


def _show_topics(context: Context, earlier: Records | None = None) -> None:
    """Tell the courses' pages of their topics. What they are not told of now they are told of by the next run."""
    now = context.now()
    try:
        with context.database.session() as session:
            loaded = earlier if earlier and earlier.loaded else None
            records = loaded or _records(context, session, _today(context, now))
            tell_topics(context.database, context.bridge, records, context.up_to_date, now)
    except MoodleError as error:
        logger.warning("Moodle's pages were not told how all topics stand: %s %s", error.message, error.remedy)


def _planned(context: Context, run: _Recorded, found: states.States, scope: Scope | None) -> Plan:
    """desired and observed → plan; what is in order is noted."""
    today = _today(context, context.now())
    plan = build_plan(found.kinds, rules=context.rules, today=today, site=context.site, batch=found.records.batch)
    with context.database.session() as session:
        states.settle(session, found, plan, run.id)
    return scope.cut(plan) if scope else plan


def _stop_if_guarded(context: Context, run: _Recorded, plan: Plan, violations: Sequence[Violation]) -> None:
    """Park a plan that the guard objects to and stop the run; nothing was written."""
    if violations:
        _park(context, run.id, plan, violations)
        run.end("refused", plan, Counter())
        raise approval.wanted(
            plan, violations, "The guard stopped this plan; nothing was changed", context.second_person
        )


def _judged(context: Context, plan: Plan, found: states.States) -> tuple[Violation, ...]:
    with context.database.session() as session:
        numbers = states.numbers(session, found, context.now() - runs.WEEK)
    return guard.check(plan, numbers, context.limits)


def _applied(
    context: Context,
    run: _Recorded,
    plan: Plan,
    found: states.States,
    scope: Scope | None,
    progress: Progress | None,
    *,
    recalled: int,
    released: bool = False,
) -> ApplyResult:
    """Apply a plan that may go ahead, journal it, and prove that nothing is left to do."""
    journal = Journal(context.database, run.id, context.now)
    journal.settle(*states.unsettled(found))
    applier = Applier(
        context.bridge,
        journal,
        batch_size=context.batch_size,
        in_flight=_requests_in_flight(context, plan),
        progress=progress,
    )
    tally = applier.apply(plan.operations, released=released)
    if released:
        with context.database.session() as session:
            runs.mark_applied(session, plan.hash)
    after = None
    if tally.settled and not plan.undoes:
        with context.database.session() as session:
            proof.note_done(session, found, tally.done_of(plan.operations), run.id)
        after = _planned(context, run, _gathered(context, progress, earlier=found), scope)
    if released and after is not None and _follows(context, applier, after, found):
        after = _planned(context, run, _gathered(context, progress, earlier=found), scope)
    result = _result(run, plan, tally, after, recalled)
    if result.waiting is not None:
        _park(context, run.id, result.waiting, ())
    with context.database.session() as session:
        now = context.now()
        publish_placed(session, now=now, today=_today(context, now))
    verdict = "ok" if result.exit_code == 0 else "partial"
    source = found.records.loaded
    sources = {f"source.{name}": n for name, n in states.count_sources(source.academy).items()} if source else {}
    run.end(verdict, plan, Counter({**tally.done, **_troubles(tally), **sources}))
    _show_topics(context, found.records)
    return result


def _requests_in_flight(context: Context, plan: Plan) -> int:
    if plan.is_empty:
        return 1
    return context.requests_in_flight or max(1, context.bridge.info().workers - 1)


def _follows(context: Context, applier: Applier, after: Plan, found: states.States) -> bool:
    """Do what could be planned only once the released operations were done, such as a cohort's missing member."""
    ready = [operation for operation in after.operations if not operation.hold]
    if not ready or applier.tally.failed or _judged(context, after, found):
        return False
    applier.apply(ready)
    return True


def _result(run: _Recorded, plan: Plan, tally: Tally, after: Plan | None, recalled: int) -> ApplyResult:
    """Sum up; what the plan made right afterwards still wants although nothing went wrong is to be nothing."""
    trouble = {operation.ref for operation, _ in (*tally.failed, *tally.skipped)}
    left = after.operations if after else ()
    return ApplyResult(
        run.id,
        plan,
        tally.done,
        tuple(tally.failed),
        tuple(tally.skipped),
        tuple(tally.held),
        remaining=tuple(o for o in left if not o.hold and o.ref not in trouble),
        waiting=after if any(operation.hold for operation in left) else None,
        recalled=recalled,
    )


def _recall_lost_batches(context: Context) -> int:
    """Learn what became of batches whose answer was lost when an earlier run was cut off."""
    with context.database.session() as session:
        lost = unanswered(session)
    return sum(recall(context.bridge, Journal(context.database, run_id, context.now), batch) for run_id, batch in lost)


def _pull_events(context: Context, *, take: bool) -> None:
    """Moodle → our database. With `take`, what people asked for and decided on its pages becomes records."""
    with context.database.session() as session:
        pulled = list(context.bridge.events(runs.event_cursor(session)))
        runs.keep_events(session, pulled)
    if take:
        asked = {event.key for event in pulled if event.kind == from_pages.REQUEST}
        from_pages.take(context.database, asked, now=context.now(), timezone=context.rules.timezone)


def _park(context: Context, run_id: int, plan: Plan, violations: Sequence[Violation]) -> None:
    stored = [{**violation.to_json(), "code": violation.code} for violation in violations]
    with context.database.session() as session:
        runs.park(
            session,
            plan_hash=plan.hash,
            content=plan.to_json(),
            violations=stored,
            run_id=run_id,
            now=context.now(),
        )


def _for_this_site(context: Context, plan: Plan) -> Plan:
    if plan.site != context.site:
        raise PlanError(
            f"This plan was made for {plan.site}, not for {context.site}.",
            remedy="Make one for this site with `dlt-sync plan`.",
        )
    return plan


def _planned_counts(plan: Plan) -> dict[str, int]:
    return Counter(f"{operation.kind}.{operation.action}" for operation in plan.operations)


def _troubles(tally: Tally) -> dict[str, int]:
    counts = {"failed": len(tally.failed), "skipped": len(tally.skipped), "held": len(tally.held)}
    return {name: count for name, count in counts.items() if count}


def _today(context: Context, now: datetime) -> date:
    return now.astimezone(ZoneInfo(context.rules.timezone)).date()
