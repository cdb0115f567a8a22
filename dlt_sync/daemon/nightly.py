"""The night: the run that brings Moodle in line, what its end is called, and when it is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dlt_sync.daemon.opened import Ended, Opened
from dlt_sync.daemon.ping import call_home
from dlt_sync.daemon.schedule import Daily
from dlt_sync.errors import DatabaseError, DltSyncError, GuardStopped, MoodleUnavailable, RunActive
from dlt_sync.report.sentences import approval_command, run_summary
from dlt_sync.run import ApplyResult, night_run
from dlt_sync.settings import Settings, WhenGuarded

#: How soon it is looked again whether another run has ended.
LOOK_AGAIN = timedelta(minutes=1)
#: The first pause before Moodle is asked again; each next one is twice as long, up to the last.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=2), timedelta(minutes=30)


def reconcile(opened: Opened) -> Ended:
    """Bring Moodle in line with the records, as far as the guard lets it. Raises what stops a run."""
    opened.bridge.info()  # a Moodle that is down is tried again, and no run came of it
    try:
        result = night_run(opened.context, rest=opened.settings.daemon.when_guarded is WhenGuarded.REST)
    except GuardStopped as stopped:
        return Ended("parked", " ".join((stopped.message, *(f"{p}." for p in stopped.problems), stopped.remedy)))
    ended = Ended(_verdict(result), _sentence(result))
    if ended.verdict == "ok":
        call_home(opened.settings.monitoring)
    return ended


def try_again(error: DltSyncError, first: datetime, tries: int, now: datetime, settings: Settings) -> datetime | None:
    """When a night is tried again that was tried first at `first` and `tries` times by now; None: not any more.

    Only what passes by itself is worth another try.
    """
    if isinstance(error, RunActive):
        due, last = now + LOOK_AGAIN, first + timedelta(minutes=settings.daemon.wait_for_run_minutes)
    elif isinstance(error, (MoodleUnavailable, DatabaseError)):
        due = now + min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)
        last = Daily(settings.daemon.retry_until, ZoneInfo(settings.rules.timezone)).after(first)
    else:
        return None
    return due if due <= last else None


def _verdict(result: ApplyResult) -> str:
    if result.stopped:
        return "stopped"
    return {0: "ok", 4: "parked"}.get(result.exit_code, "partial")


def _sentence(result: ApplyResult) -> str:
    counts = {
        **result.counts,
        "failed": len(result.failed),
        "skipped": len(result.skipped),
        "held": len(result.held),
        "left": result.left,
    }
    said = [f"Run {result.run_id}: {run_summary('apply', 'stopped' if result.stopped else 'ok', counts)}"]
    said += [f"{violation.message}." for violation in result.violations]
    if result.waiting:
        said.append(f"To release what waits, if it is right: {approval_command(result.waiting)}")
    return " ".join(said)
