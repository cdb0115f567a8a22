"""What of a guarded plan may go ahead while the rest of it waits for somebody: what no violation touches.

Pure: a plan, what the guard said of it and the numbers around it in; a smaller plan out, which the guard has judged
in its turn. This is no way around it: of what it objects to, and of all that hangs on that, nothing is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from dlt_sync import guard
from dlt_sync.guard import REMOVALS, Limits, Numbers, Violation
from dlt_sync.kinds import BY_NAME
from dlt_sync.model import KEY_SEPARATOR, Action, Operation
from dlt_sync.plan import Plan


def untouched(plan: Plan, violations: Sequence[Violation], numbers: Numbers, limits: Limits) -> Plan:
    """The part of a plan that the guard does not object to: other kinds, other courses, nothing that hangs together
    with what it does object to. Without operations where there is no such part."""
    rest = plan
    while violations:
        smaller = _without(rest, violations)
        if len(smaller.operations) == len(rest.operations) and len(smaller.findings) == len(rest.findings):
            return replace(plan, operations=(), findings=())  # it objects to something that no part can be told of
        rest = smaller
        violations = guard.check(rest, numbers, limits)
    return rest


def _without(plan: Plan, violations: Sequence[Violation]) -> Plan:
    """The plan without what the violations are about, and without all that hangs on it."""
    held = _Held()
    going = held.take(plan.operations, lambda operation: any(_is_about(v, operation) for v in violations))
    while len(rest := held.take(going, held.holds_up)) < len(going):
        going = rest
    kinds = {violation.kind for violation in violations}
    findings = tuple(finding for finding in plan.findings if finding.kind not in kinds)
    return replace(plan, operations=tuple(going), findings=findings)


def _is_about(violation: Violation, operation: Operation) -> bool:
    """Whether an operation is of the kind, of the course, or from the source that the guard objects to."""
    if violation.course:
        return violation.course == _course(operation)
    if violation.rule != "shrunk":
        return violation.kind == operation.kind
    # A source that lost rows is a reason to take nothing away, and to believe nothing that comes from it.
    fed = [kind.name for kind in BY_NAME.values() if violation.kind in (kind.entity, *kind.also_from)]
    return not fed or operation.kind in fed or operation.action in REMOVALS


def _course(operation: Operation) -> str:
    return operation.key if operation.kind == "course" else BY_NAME[operation.kind].course_key(operation.key)


@dataclass
class _Held:
    """What waits, and what waits with it."""

    refs: set[tuple[str, str]] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    courses: set[str] = field(default_factory=set)

    def take(self, operations: Sequence[Operation], waits: Callable[[Operation], bool]) -> list[Operation]:
        """Hold those of the operations that are to wait; returns the others."""
        taken = [operation for operation in operations if waits(operation)]
        self.refs.update(operation.ref for operation in taken)
        self.keys.update(operation.key for operation in taken)
        self.courses.update(filter(None, map(_course, taken)))
        return [operation for operation in operations if operation.ref not in self.refs]

    def holds_up(self, operation: Operation) -> bool:
        """Whether an operation needs what is held, is about the same person or course, or lists it."""
        if self.refs.intersection(operation.needs) or self.keys.intersection(operation.key.split(KEY_SEPARATOR)):
            return True
        if operation.action is Action.DELETE and _course(operation) in self.courses:
            return True  # a group is deleted once it is empty, which it may be only after what is held
        return not self.keys.isdisjoint(_listed(operation))


def _listed(operation: Operation) -> Iterable[str]:
    """What comes into a list of the object or leaves it: a cohort's members, an enrolment's groups."""
    for name, items in operation.after.items():
        if isinstance(items, tuple):
            before = (operation.before or {}).get(name)
            yield from set(items).symmetric_difference(before if isinstance(before, tuple) else ())
