"""One run, from the records to a Moodle that looks as they want: read this first.

records → desired ─┐
                   ├─► plan ─► guard ─► apply ─► journal ─► report
Moodle → observed ─┘

Each public function is a command's work: it takes the lock, calls the stages in turn, and says how it went.
"""

from __future__ import annotations

import logging
import socket
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dlt_sync import approval, guard, log, proof, states
from dlt_sync.apply import Applier, Tally, recall
from dlt_sync.changed import Records, live_digests
from dlt_sync.course_pages import tell_topics
from dlt_sync.db import Database
from dlt_sync.errors import DltSyncError, MoodleError, MoodleUnavailable, PlanError, RunStopped
from dlt_sync.guard import Limits, Violation
from dlt_sync.health import look
from dlt_sync.journal import runs
from dlt_sync.journal.entries import Journal, unanswered
from dlt_sync.kinds import KINDS
from dlt_sync.kinds.kind import Source
from dlt_sync.kinds.rules import Rules
from dlt_sync.lock import one_run_at_a_time
from dlt_sync.media.coverage import UpToDate
from dlt_sync.model import Operation, Outcome, Progress
from dlt_sync.moodle.contract import Bridge, Info
from dlt_sync.moodle.wire import reports_to_json
from dlt_sync.plan import Plan, build_plan
from dlt_sync.records import from_pages
from dlt_sync.records.placing import publish_placed
from dlt_sync.records.questions import latest_batch, load_academy
from dlt_sync.records.stamp import records_stamp
from dlt_sync.report.run_facts import HealthLine
from dlt_sync.report.run_report import report_of
from dlt_sync.report.sentences import run_summary
from dlt_sync.scope import Scope
from dlt_sync.tell import tell_requests, tell_runs
from dlt_sync.undo import inverse
from dlt_sync.untouched import untouched

if TYPE_CHECKING:
    from dlt_sync.settings import Settings

logger = logging.getLogger(__name__)

#: Why what a night leaves waits.
OBJECTED = "the guard objects to it, or to what it hangs on"


@dataclass(frozen=True)
class Context:
    """What every run needs. `site` is Moodle's address, `now` gives aware UTC times.

    `run_by` is the account on this machine; with `second_person` a parked plan is released by another one than that
    whose run parked it (DOMAIN a.3). `requests_in_flight` is None for as many as Moodle has PHP workers, less one
    that is left to people. `health` looks at what a night needs, with a Moodle to ask or none (clause 3.6). `stop` is
    asked again and again while a run lasts: once it says yes, the run sends nothing more, takes in what is on its way
    and ends.
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
    health: Callable[[Bridge | None], Sequence[HealthLine]] = lambda bridge: ()
    stop: Callable[[], bool] = lambda: False

    @classmethod
    def of(
        cls,
        settings: Settings,
        database: Database,
        bridge: Bridge,
        *,
        now: Callable[[], datetime],
        run_by: str,
        stop: Callable[[], bool],
    ) -> Context:
        """As the settings want it, on this machine."""
        return cls(
            database=database,
            bridge=bridge,
            rules=settings.rules,
            limits=settings.limits,
            site=settings.moodle.url,
            now=now,
            host=socket.gethostname(),
            run_by=run_by,
            second_person=settings.approval.second_person,
            batch_size=settings.moodle.batch_size,
            requests_in_flight=settings.moodle.requests_in_flight,
            up_to_date=settings.video,
            health=lambda asked: look(database, settings, asked, now()),
            stop=stop,
        )


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
    when it holds operations that wait for approval, and is parked, with the `violations` for which some of them do.
    `recalled` operations had been done by an earlier run whose answer was lost. A run that was `stopped` left so many
    operations as it found them, and proved nothing.
    """

    run_id: int
    plan: Plan
    counts: Counter[str]
    failed: tuple[tuple[Operation, Outcome], ...]
    skipped: tuple[tuple[Operation, str], ...]
    held: tuple[Operation, ...]
    remaining: tuple[Operation, ...] = ()
    waiting: Plan | None = None
    violations: tuple[Violation, ...] = ()
    recalled: int = 0
    stopped: bool = False
    left: int = 0

    @property
    def exit_code(self) -> int:
        """5 when something failed or is left over, 4 when only operations that wait for approval are, else 0."""
        if self.failed or self.skipped or self.remaining or self.stopped:
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


def night_run(context: Context, *, rest: bool = False, progress: Progress | None = None) -> ApplyResult:
    """As `apply_run`, where nobody is there to be asked.

    Raises GuardStopped, with nothing written, when the guard objects: the plan is parked. With `rest`, what none of
    its violations touches is applied then, after the guard has judged that alone; what is left is planned anew and
    parked. GuardStopped is raised only where there is nothing that could go ahead.
    """
    with one_run_at_a_time(context.database.engine), _recorded(context, "apply") as run:
        recalled = _recall_lost_batches(context)
        found = _gathered(context, progress)
        plan = _planned(context, run, found, None)
        violations = _judged(context, plan, found)
        going = _untouched(context, plan, violations, found) if rest else plan
        if not rest or all(operation.hold for operation in going.operations):
            _stop_if_guarded(context, run, plan, violations)
        withheld = _withheld(plan, going)
        return _applied(context, run, going, found, None, progress, recalled=recalled, withheld=withheld)


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
            if runs.is_cleared(session, runs.run(session, undone)):
                raise PlanError(
                    f"The journal of run {undone} was cleared: it cannot be undone any more.",
                    remedy="How long it is kept is the setting [retention] journal_days.",
                )
        with _recorded(context, "undo", undoes_run_id=undone) as run:
            recalled = _recall_lost_batches(context)
            found = _gathered(context, progress)
            with context.database.session() as session:
                plan = inverse(runs.entries(session, undone), undone, context.site)
            _stop_if_guarded(context, run, plan, _judged(context, plan, found))
            return _applied(context, run, plan, found, None, progress, recalled=recalled)


def pull_run(context: Context) -> int:
    """Take over what people asked for and decided on Moodle's pages, and tell these what became of it, and of runs that
    they were not told of.

    Returns how many runs and requests Moodle was told of. What follows from it in courses is for the next run. Raises
    RunActive when one is under way: it pulls for itself.
    """
    with one_run_at_a_time(context.database.engine):
        info = context.bridge.info()  # refuses a plugin of another protocol
        _pull_events(context, take=True)
        runs_told = tell_runs(context.database, context.bridge, context.now, info)
        return runs_told + tell_requests(context.database, context.bridge, info)


def show_topics(context: Context) -> None:
    """Show in Moodle how the topics of each course stand now; for what changes that besides a run, as a link check."""
    with one_run_at_a_time(context.database.engine):
        _show_topics(context)


class _Recorded:
    """A run in our database while it lasts."""

    def __init__(self, context: Context, run_id: int, mode: str) -> None:
        self.id = run_id
        self.ended = False
        self._context, self._mode = context, mode

    @cached_property
    def info(self) -> Info:
        """What Moodle said of itself when the run began. Raises MoodleError, for a plugin of another protocol, too."""
        return self._context.bridge.info()

    def end(
        self,
        verdict: str,
        plan: Plan | None,
        counts: Counter[str],
        summary: str = "",
        error: BaseException | None = None,
    ) -> None:
        """Close the run, then tell of it on the department page and to those who want to know. If that cannot be told,
        it is a warning in the log. `error` is what ended the run, if something did."""
        self.ended = True
        with self._context.database.session(alone=True) as session:
            summary = summary or run_summary(self._mode, verdict, counts)
            plan_hash = plan.hash if plan else ""
            now = self._context.now()
            runs.end_run(session, self.id, now, verdict, plan_hash=plan_hash, counts=dict(counts), summary=summary)
        if self._mode != "plan":
            self._report(error)
            if self._can_be_told(error):
                self._tell()

    def _report(self, error: BaseException | None) -> None:
        """Write down what people are to be told, whether or not Moodle can be told of it now."""
        context = self._context
        health = context.health(context.bridge if self._can_be_told(error) else None)
        with context.database.session(alone=True) as session:
            more = {"error": error, "health": health, "second_person": context.second_person}
            report = report_of(session, self.id, context.rules.timezone, **more)
            runs.keep_report(session, self.id, reports_to_json(report))

    @staticmethod
    def _can_be_told(error: BaseException | None) -> bool:
        """Whether Moodle is there to be told: it has not just failed to answer, and nobody wants to be gone at once."""
        return error is None or (isinstance(error, Exception) and not isinstance(error, MoodleUnavailable))

    def _tell(self) -> None:
        """Tell Moodle of the run, of earlier ones that it was not told of, and of what is new on requests. What was
        done is done and journalled, whether or not they say so; what they are not told of now they are told of by the
        next run."""
        context = self._context
        try:
            tell_runs(context.database, context.bridge, context.now, self.info)
            tell_requests(context.database, context.bridge, self.info)
        except MoodleError as error:
            logger.warning(
                "Moodle's pages were not told of all that is new since run %d: %s What was done is not affected. %s",
                self.id,
                error.message,
                error.remedy,
            )


@contextmanager
def _recorded(context: Context, mode: str, **more: object) -> Iterator[_Recorded]:
    started = context.now()
    with context.database.session(alone=True) as session:
        for cut_off in runs.end_cut_off(session, started):  # we hold the lock: whatever has no end was killed
            report = report_of(session, cut_off, context.rules.timezone)
            runs.keep_report(session, cut_off, reports_to_json(report))
        run_id = runs.start_run(session, mode, started, host=context.host, run_by=context.run_by, **more)
    run = _Recorded(context, run_id, mode)
    try:
        with log.in_run(run_id):
            _ = run.info  # refuses a plugin of another protocol, before anything is asked of it or written
            yield run
    except BaseException as error:
        if not run.ended:
            said = log.scrub(error.message) if isinstance(error, DltSyncError) else type(error).__name__
            verdict = "stopped" if isinstance(error, RunStopped) else "failed"
            run.end(verdict, None, Counter(), said, error)
        raise


def _gathered(
    context: Context,
    progress: Progress | None = None,
    *,
    earlier: states.States | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> states.States:
    """records → desired, Moodle → observed. What the records want is taken over from `earlier` in the same run.

    `meanwhile` is done while Moodle is asked, and before the records and the notes of what is in order are read. Raises
    RunStopped when the run is asked to stop.
    """
    # What is decided while a run is under way waits for the next: this one is to end as it was planned.
    _pull_events(context, take=earlier is None)
    now = context.now()
    today = _today(context, now)
    looking = _unless_stopped(context, progress)
    looking("looking at what changed", 0, len(KINDS))
    with live_digests(context.database.session, context.bridge, context.rules, now) as live:
        meanwhile()
        with context.database.session() as session:
            records = _records(context, session, today)
            if earlier and earlier.records.stamp == records.stamp:
                records = earlier.records
            records.load_if_new(session)
            return states.gather(session, context.bridge, records, live(), now, looking)


def _unless_stopped(context: Context, progress: Progress | None) -> Progress:
    """Where a stage tells how far it is, it is told when to stop."""

    def tell(stage: str, done: int, total: int) -> None:
        if context.stop():
            raise RunStopped("The run was stopped before it changed anything.", remedy="Run it again.")
        if progress is not None:
            progress(stage, done, total)

    return tell


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
    with context.database.session(alone=True) as session:
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
    return guard.check(plan, _numbers(context, found), context.limits)


def _untouched(context: Context, plan: Plan, violations: Sequence[Violation], found: states.States) -> Plan:
    """What of a plan may go ahead; all of it where there are no violations."""
    return untouched(plan, violations, _numbers(context, found), context.limits) if violations else plan


def _withheld(plan: Plan, going: Plan) -> tuple[Operation, ...]:
    """What of a plan waits, as what goes ahead leaves it."""
    refs = {operation.ref for operation in going.operations}
    waits = (operation for operation in plan.operations if operation.ref not in refs)
    return tuple(operation if operation.hold else replace(operation, hold=OBJECTED) for operation in waits)


def _numbers(context: Context, found: states.States) -> guard.Numbers:
    with context.database.session() as session:
        return states.numbers(session, found, context.now() - runs.WEEK)


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
    withheld: tuple[Operation, ...] = (),
) -> ApplyResult:
    """Apply a plan that may go ahead, journal it, and prove that nothing is left to do but what is withheld."""
    journal = Journal(context.database, run.id, context.now)
    journal.settle(*states.unsettled(found))
    applier = Applier(
        context.bridge,
        journal,
        most_bytes=run.info.max_batch_bytes,
        batch_size=context.batch_size,
        in_flight=context.requests_in_flight or max(1, run.info.workers - 1),
        progress=progress,
        stop=context.stop,
    )
    tally = applier.apply(plan.operations, released=released)
    if released:
        with context.database.session() as session:
            runs.mark_applied(session, plan.hash)
    after: _After | None = None
    stopped = tally.left > 0
    if tally.settled and not plan.undoes and not stopped:
        try:
            judged = released or bool(withheld)
            done = tuple(tally.done_of(plan.operations))
            after = _after(context, run, found, scope, progress, done=done, judged=judged)
            if released and _follows(applier, after):
                after = _after(context, run, found, scope, progress, judged=judged)
        except RunStopped:
            stopped = True
    result = _result(run, plan, tally, after, recalled, withheld, stopped)
    if result.waiting is not None:
        _park(context, run.id, result.waiting, result.violations)
    with context.database.session(alone=True) as session:
        if result.waiting is None and scope is None and (after is not None or _is_all(plan, found)):
            runs.supersede(session)
        now = context.now()
        publish_placed(session, now=now, today=_today(context, now))
    verdict = "stopped" if stopped else "ok" if result.exit_code == 0 else "partial"
    # Against what was there when all of the records had been applied the guard tells that a source lost rows.
    source = found.records.loaded if scope is None and not withheld else None
    sources = {f"source.{name}": n for name, n in states.count_sources(source.academy).items()} if source else {}
    run.end(verdict, plan, Counter({**tally.done, **_troubles(result), **sources}))
    if not stopped:
        _show_topics(context, found.records)
    return result


def _is_all(plan: Plan, found: states.States) -> bool:
    """Whether nothing at all is to be done by the records as they are now."""
    return plan.is_empty and not plan.undoes and plan.batch == found.records.batch


@dataclass(frozen=True)
class _After:
    """The plan made right after an apply, what the guard says of it, and what of it should not be there at all."""

    plan: Plan
    violations: tuple[Violation, ...]
    free: tuple[Operation, ...]


def _after(
    context: Context,
    run: _Recorded,
    earlier: states.States,
    scope: Scope | None,
    progress: Progress | None,
    *,
    done: Sequence[Operation] = (),
    judged: bool,
) -> _After:
    """Plan anew after operations were `done`. Where Moodle cannot be asked, nothing is noted of them: the next look is
    wider, and no more than that."""

    def note_done() -> None:
        if done:
            with context.database.session(alone=True) as session:
                proof.note_done(session, earlier, done, run.id)

    found = _gathered(context, progress, earlier=earlier, meanwhile=note_done)
    plan = _planned(context, run, found, scope)
    violations = _judged(context, plan, found) if judged else ()
    free = _untouched(context, plan, violations, found)
    return _After(plan, violations, tuple(operation for operation in free.operations if not operation.hold))


def _follows(applier: Applier, after: _After) -> bool:
    """Do what could be planned only once the released operations were done, such as a cohort's missing member."""
    if not after.free or applier.tally.failed or after.violations:
        return False
    applier.apply(after.free)
    return True


def _result(
    run: _Recorded,
    plan: Plan,
    tally: Tally,
    after: _After | None,
    recalled: int,
    withheld: tuple[Operation, ...],
    stopped: bool,
) -> ApplyResult:
    """Sum up; what the plan made right afterwards still wants although nothing went wrong is to be nothing."""
    trouble = {operation.ref for operation, _ in (*tally.failed, *tally.skipped)}
    # Where nothing was withheld, all of what is planned now should have been done, whatever the guard says of it.
    left = after.plan.operations if after else ()
    free = after.free if after and withheld else tuple(o for o in left if not o.hold)
    return ApplyResult(
        run.id,
        plan,
        tally.done,
        tuple(tally.failed),
        tuple(tally.skipped),
        (*tally.held, *withheld),
        remaining=tuple(operation for operation in free if operation.ref not in trouble),
        waiting=after.plan if after and len(free) < len(left) else None,
        violations=after.violations if after and withheld else (),
        recalled=recalled,
        stopped=stopped,
        left=tally.left,
    )


def _recall_lost_batches(context: Context) -> int:
    """Learn what became of batches whose answer was lost when an earlier run was cut off."""
    with context.database.session() as session:
        lost = unanswered(session)
    return sum(recall(context.bridge, Journal(context.database, run_id, context.now), batch) for run_id, batch in lost)


def _pull_events(context: Context, *, take: bool) -> None:
    """Moodle → our database. With `take`, what people asked for and decided on its pages becomes records."""
    with context.database.session() as session:
        after = runs.event_cursor(session)
    pulled = list(context.bridge.events(after))
    with context.database.session(alone=True) as session:
        runs.keep_events(session, pulled)
    if take:
        asked = {event.key for event in pulled if event.kind == from_pages.REQUEST}
        from_pages.take(context.database, asked, now=context.now(), timezone=context.rules.timezone)


def _park(context: Context, run_id: int, plan: Plan, violations: Sequence[Violation]) -> None:
    stored = [{**violation.to_json(), "code": violation.code} for violation in violations]
    with context.database.session(alone=True) as session:
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


def _troubles(result: ApplyResult) -> dict[str, int]:
    counts = {"failed": len(result.failed), "skipped": len(result.skipped), "held": len(result.held)}
    counts["left"] = result.left
    return {name: count for name, count in counts.items() if count}


def _today(context: Context, now: datetime) -> date:
    return now.astimezone(ZoneInfo(context.rules.timezone)).date()
