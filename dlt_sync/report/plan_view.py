"""A plan as a methodist reads it: totals first, then kafedra by kafedra, each change with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from dlt_sync.guard import Violation
from dlt_sync.kinds import BY_NAME
from dlt_sync.model import KEY_SEPARATOR, Action, Operation, Value
from dlt_sync.plan import Plan
from dlt_sync.report.sentences import HASH_LENGTH, approval_command

#: Operations shown of one kind and action in one unit, before "and N more".
SHOWN = 5
COLOURS = {
    Action.CREATE: "green",
    Action.ADOPT: "cyan",
    Action.UPDATE: "yellow",
    Action.RESTORE: "green",
    Action.RECREATE: "magenta",
    Action.REMOVE: "red",
    Action.DELETE: "red",
}
#: What the ways to show a link are called.
DISPLAYS = {0: "automatic", 1: "embedded"}
TIMES = frozenset({"startdate", "enddate", "timestart", "timeend"})


def plan_view(plan: Plan, violations: Sequence[Violation] = (), *, full: bool = False) -> RenderableType:
    """Everything somebody needs to judge a plan; `full` shows every operation instead of the first few."""
    parts: list[RenderableType] = [_heading(plan)]
    if plan.operations:
        parts.append(_totals(plan))
        parts.extend(_units(plan, full))
    if plan.findings:
        parts.extend(_findings(plan, full))
    if violations:
        parts.append("\n[bold red]The guard objects:[/]")
        parts.extend(f"  [red]✗[/] {escape(violation.message)}" for violation in violations)
    held = [operation for operation in plan.operations if operation.hold]
    if held:
        parts.append(f"\n[bold magenta]{len(held)} of these wait for approval:[/]")
        parts.extend(f"  • {escape(reason)}{_times(count)}" for reason, count in _reasons(held))
    if violations or held:
        what = "the whole plan" if violations else "what waits"
        parts.append(f"\nTo release {what}, if it is right:\n  [bold]{escape(approval_command(plan))}[/]")
    return Group(*parts)


def _heading(plan: Plan) -> str:
    source = f"undoing run {plan.undoes}" if plan.undoes else f"from import {plan.batch}"
    if plan.is_empty:
        return f"[bold green]Nothing to do:[/] {escape(plan.site)} is as the records want it ({source})."
    name, count = plan.hash[:HASH_LENGTH], len(plan.operations)
    return f"[bold]Plan {name}[/] for {escape(plan.site)}, {source}: {_changes(count)}"


def _changes(count: int) -> str:
    return f"{count} change{'s' if count != 1 else ''}"


def _totals(plan: Plan) -> Table:
    counts = Counter((operation.kind, operation.action) for operation in plan.operations)
    actions = [action for action in Action if any(a is action for _, a in counts)]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("")
    for action in actions:
        table.add_column(action.value, justify="right", style=COLOURS[action])
    for kind in BY_NAME.values():
        row = [counts.get((kind.name, action), 0) for action in actions]
        if any(row):
            table.add_row(kind.words[1], *(str(count) if count else "·" for count in row))
    return table


def _units(plan: Plan, full: bool) -> Iterator[RenderableType]:
    units: dict[str, list[Operation]] = {}
    for operation in plan.operations:
        units.setdefault(operation.unit, []).append(operation)
    for unit in sorted(units, key=lambda name: (not name, name.casefold())):
        yield f"\n[bold]{escape(unit or 'No kafedra')}[/] — {_changes(len(units[unit]))}"
        groups: dict[tuple[str, Action], list[Operation]] = {}
        for operation in units[unit]:
            groups.setdefault((operation.kind, operation.action), []).append(operation)
        for (kind, action), operations in groups.items():
            yield Padding.indent(_lines(kind, action, operations, full), 2)


def _lines(kind: str, action: Action, operations: Sequence[Operation], full: bool) -> RenderableType:
    shown = operations if full else operations[:SHOWN]
    word = BY_NAME[kind].words[len(operations) > 1]
    lines = [f"[{COLOURS[action]}]{action.value}[/] {len(operations)} {word}"]
    lines += [f"  • {escape(operation.label)}{_change(operation)}" for operation in shown]
    if len(operations) > len(shown):
        lines.append(f"  … and {len(operations) - len(shown)} more (all of them: dlt-sync plan --full)")
    return "\n".join(lines)


def _change(operation: Operation) -> str:
    """What changes, and why."""
    notes = []
    if operation.action in (Action.UPDATE, Action.RESTORE, Action.REMOVE, Action.ADOPT):
        before = operation.before or {}
        notes += [_field(name, before.get(name), value) for name, value in operation.after.items()]
    if operation.hand_changed:
        notes.append(f"changed by hand in Moodle: {', '.join(operation.hand_changed)}")
    notes.append(operation.reason)
    return f"[dim]: {escape('; '.join(notes))}[/]"


def _field(name: str, before: Value, after: Value) -> str:
    if isinstance(after, tuple):
        old = set(before) if isinstance(before, tuple) else set()
        gone = [f"−{_last(item)}" for item in sorted(old - set(after))]
        new = [f"+{_last(item)}" for item in sorted(set(after) - old)]
        changes = gone + new
        more = f" … {len(changes) - SHOWN} more" if len(changes) > SHOWN else ""
        return f"{name} {' '.join(changes[:SHOWN])}{more}"
    return f"{name} {_shown(name, before)} → {_shown(name, after)}"


def _last(key: str) -> str:
    """Of a group's key the study cohort: the course stands before it anyway."""
    return key.rpartition(KEY_SEPARATOR)[2]


def _shown(name: str, value: Value) -> str:
    if name in TIMES and isinstance(value, int):
        return f"{datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M} UTC" if value else "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return DISPLAYS.get(value, str(value)) if name == "display" else str(value)
    return f"“{value}”" if value not in (None, "") else "nothing"


def _findings(plan: Plan, full: bool) -> Iterator[RenderableType]:
    things = "thing" if len(plan.findings) == 1 else "things"
    yield f"\n[bold]{len(plan.findings)} {things} to know[/]"
    for message, count in _counted([finding.message for finding in plan.findings], full):
        yield f"  • {escape(message)}{_times(count)}"


def _reasons(held: Sequence[Operation]) -> list[tuple[str, int]]:
    return list(Counter(operation.hold for operation in held).items())


def _counted(messages: Sequence[str], full: bool) -> list[tuple[str, int]]:
    counted = list(Counter(messages).items())
    if full or len(counted) <= 4 * SHOWN:
        return counted
    rest = len(counted) - 4 * SHOWN
    return [*counted[: 4 * SHOWN], (f"… and {rest} more (all of them: dlt-sync plan --full)", 1)]


def _times(count: int) -> str:
    return f" ({count} times)" if count > 1 else ""
