"""`dlt-sync plan`, `apply` and `undo`: what is to change, changing it, and taking it back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import RenderableType

from dlt_sync.cli.app import App, because_option, json_option, pass_app
from dlt_sync.cli.output import table
from dlt_sync.cli.stopping import stopping
from dlt_sync.errors import PlanError

if TYPE_CHECKING:
    from dlt_sync.plan import Plan
    from dlt_sync.run import ApplyResult, PlanResult
    from dlt_sync.scope import Scope

TROUBLES_SHOWN = 20
FINISHING = "what is on its way to Moodle is finished."
SCOPE_HELP = "Only a part: kind:user, kafedra:NAME, course:SOURCED_ID or person:SOURCED_ID."


@click.command("plan")
@click.option("--scope", help=SCOPE_HELP)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Keep the plan in a file for `apply`.")
@click.option("--parked", metavar="HASH", help="Show the plan that waits for approval under this hash; make none.")
@click.option("--full", is_flag=True, help="Show every change, not only the first few of each sort.")
@because_option
@json_option
@pass_app
@click.pass_context
def plan(ctx: click.Context, app: App, scope: str | None, out: Path | None, parked: str | None, full: bool) -> None:
    """Show what would change in Moodle. Changes nothing there.

    Ends with 0 when nothing is to be done, with 3 when changes are pending, with 4 when the guard objects.

    Example: dlt-sync plan --out tonight.plan

    Example: dlt-sync plan --parked 3f9a1c22b0de --full
    """
    from dlt_sync.access import people_in
    from dlt_sync.report.plan_view import plan_view
    from dlt_sync.run import plan_run

    if parked and (scope or out):
        raise click.UsageError("--parked shows a plan as it is: leave out --scope and --out.")
    with app.out.progress() as progress:
        result = _parked(app, parked) if parked else plan_run(app.context(), scope=_scope(scope), progress=progress)
    people = people_in((operation.kind, operation.key) for operation in result.plan.operations)
    app.looked_at(len(people), f"plan {result.plan.hash[:12]}" + (f", {scope}" if scope else ""))
    if out:
        _keep(result.plan, out)
        app.out.say(f"The plan is kept in {out}. Apply it with: dlt-sync apply {out}")
    app.out.result(_plan_data(result), plan_view(result.plan, result.violations, full=full))
    ctx.exit(result.exit_code)


@click.command("apply")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--scope", help=SCOPE_HELP)
@click.option("--approve", metavar="HASH", help="Release the plan of this hash, which the guard parked.")
@click.option("--as", "approved_by", metavar="NAME", help="Who approves: your name and position.")
@click.option("--because", metavar="TEXT", help="Why it is right; this is kept in the journal.")
@json_option
@pass_app
@click.pass_context
def apply(
    ctx: click.Context,
    app: App,
    file: Path | None,
    scope: str | None,
    approve: str | None,
    approved_by: str | None,
    because: str | None,
) -> None:
    """Change Moodle so that it is as the records want it.

    Without FILE, a plan is made and applied at once. With FILE, exactly the plan that `plan --out` kept is
    applied. Either way the guard looks first, and the next plan is made to prove that nothing is left.
    Ends with 4 when something waits for approval, with 5 when some changes failed. Ctrl-C finishes what is in hand and
    leaves the rest for the next time; pressed twice, it ends at once, which loses nothing either.

    Example: dlt-sync apply tonight.plan

    Example: dlt-sync apply --approve 3f9a1c22b0de --as "A. Demo, head" --because "the term has ended"
    """
    from dlt_sync.run import apply_run, approve_run

    _check_usage(file, scope, approve, approved_by, because)
    with app.out.progress() as progress, stopping(app.out.say, what=FINISHING) as asked:
        context = app.context(asked.is_set)
        if approve:
            result = approve_run(
                context, approve, approved_by=approved_by or "", because=because or "", progress=progress
            )
        else:
            kept = _read(file) if file else None
            result = apply_run(context, plan=kept, scope=_scope(scope), progress=progress)
    if result.exit_code == 0 and not scope:
        from dlt_sync.daemon.ping import call_home

        call_home(app.settings.monitoring)
    _note_named(app, result)
    app.out.result(_apply_data(result), *_apply_view(result))
    ctx.exit(result.exit_code)


@click.command("undo")
@click.argument("run", type=int)
@json_option
@pass_app
@click.pass_context
def undo(ctx: click.Context, app: App, run: int) -> None:
    """Put back what RUN changed in Moodle, through the same guard.

    The records still want what they wanted: correct them too, or the next plan does it again.

    Example: dlt-sync undo 12
    """
    from dlt_sync.run import undo_run

    with app.out.progress() as progress, stopping(app.out.say, what=FINISHING) as asked:
        result = undo_run(app.context(asked.is_set), run, progress=progress)
    _note_named(app, result)
    app.out.result(_apply_data(result), *_apply_view(result))
    app.out.say("The records are as they were. Correct them before the next apply, or it is done again.")
    ctx.exit(result.exit_code)


def _parked(app: App, plan_hash: str) -> PlanResult:
    """The plan that waits under a hash, with what the guard said of it."""
    from dlt_sync.guard import Violation
    from dlt_sync.journal import runs
    from dlt_sync.plan import Plan
    from dlt_sync.run import PlanResult

    with app.database.session() as session:
        row = runs.parked(session, plan_hash)
        said = [{name: value for name, value in stored.items() if name != "code"} for stored in row.violations]
        violations = tuple(Violation(**violation) for violation in said)
        return PlanResult(row.run_id or 0, Plan.from_json(row.content), violations, parked=True)


def _scope(text: str | None) -> Scope | None:
    from dlt_sync.scope import Scope

    return Scope.parse(text) if text else None


def _check_usage(
    file: Path | None, scope: str | None, approve: str | None, approved_by: str | None, because: str | None
) -> None:
    if approve and (file or scope):
        raise click.UsageError("--approve releases a parked plan as it is: leave out FILE and --scope.")
    if approve and not (approved_by and because):
        raise click.UsageError('--approve needs a name and a reason: --as "NAME" --because "TEXT".')
    if not approve and (approved_by or because):
        raise click.UsageError("--as and --because go with --approve HASH.")
    if file and scope:
        raise click.UsageError("A kept plan is applied as it is: leave out --scope.")


def _keep(plan: Plan, out: Path) -> None:
    try:
        out.write_text(plan.to_json(), encoding="utf-8")
    except OSError as error:
        raise PlanError(
            f"The plan cannot be kept in {out} ({error.strerror}).", remedy="Name a file that you may write."
        ) from error


def _read(file: Path) -> Plan:
    from dlt_sync.plan import Plan

    try:
        return Plan.from_json(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(
            f"{file} cannot be read as a plan.", remedy="Make one with `dlt-sync plan --out FILE`."
        ) from error


def _plan_data(result: PlanResult) -> dict[str, Any]:
    return {
        "run": result.run_id,
        "parked": result.parked,
        "violations": [{**violation.to_json(), "code": violation.code} for violation in result.violations],
        "plan": json.loads(result.plan.to_json()),
    }


def _note_named(app: App, result: ApplyResult) -> None:
    """Note whom the answer names: those with whom something is the matter. What was done is only counted there."""
    from dlt_sync.access import people_in

    shown = [*(o for o, _ in result.failed), *(o for o, _ in result.skipped), *result.held, *result.remaining]
    app.looked_at(len(people_in((o.kind, o.key) for o in shown)), f"run {result.run_id}: what was not done")


def _apply_data(result: ApplyResult) -> dict[str, Any]:
    return {
        "run": result.run_id,
        "plan": result.plan.hash,
        "done": dict(result.counts),
        "failed": [
            {"operation": operation, "errorcode": outcome.errorcode, "message": outcome.message}
            for operation, outcome in result.failed
        ],
        "skipped": [{"operation": operation, "because": because} for operation, because in result.skipped],
        "held": result.held,
        "waiting": result.waiting.hash if result.waiting else None,
        "recalled": result.recalled,
        "stopped": result.stopped,
        "left": result.left,
        "remaining": result.remaining,
        "left_in_place": [finding.message for finding in result.plan.findings] if result.plan.undoes else [],
    }


def _apply_view(result: ApplyResult) -> Iterator[RenderableType]:
    from dlt_sync.report.sentences import approval_command, count_phrases

    phrases = count_phrases(result.counts)
    yield f"Run {result.run_id}: {'; '.join(phrases) if phrases else 'nothing was changed'}."
    if result.recalled:
        yield f"{result.recalled} changes of an earlier run had been done although their answer was lost."
    if result.stopped:
        yield f"Stopped: {result.left} changes were not come to. The next run does them; `dlt-sync plan` shows them."
    yield from _troubles("failed", [(o.kind, o.label, x.message or x.errorcode) for o, x in result.failed])
    yield from _troubles("were skipped", [(o.kind, o.label, why) for o, why in result.skipped])
    if result.plan.undoes:
        yield from (finding.message for finding in result.plan.findings)
    yield from _troubles("wait for approval", [(o.kind, o.label, o.hold) for o in result.held])
    if result.waiting:
        yield f"To release what waits, if it is right:\n  {approval_command(result.waiting)}"
    if result.remaining:
        yield from _troubles("are still to do", [(o.kind, o.label, o.action.value) for o in result.remaining])
        yield "This should not be. Run apply again; if they stay, `dlt-sync plan` shows what changes them back."
    elif not (result.failed or result.skipped or result.held or result.stopped) and not result.plan.undoes:
        yield "Proven: the next plan is empty."


def _troubles(what: str, rows: list[tuple[str, str, str]]) -> Iterator[RenderableType]:
    if rows:
        yield table("kind", "what", "why", rows=rows[:TROUBLES_SHOWN], title=f"{len(rows)} {what}")
    if len(rows) > TROUBLES_SHOWN:
        yield f"… and {len(rows) - TROUBLES_SHOWN} more; `dlt-sync runs show` lists them all."
