"""The guard: judges a whole plan by its numbers before the first write, and lists everything it objects to.

Pure: a plan, the numbers around it and the limits in; violations out. It runs in `plan` too. A guarded plan is
parked; a named person releases exactly that plan with exactly those violations (DESIGN section 5).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from dlt_sync.kinds import BY_NAME
from dlt_sync.kinds.kind import Kind
from dlt_sync.model import Action, Finding, Operation
from dlt_sync.plan import Plan

REMOVALS = frozenset({Action.REMOVE, Action.DELETE})
CREATES = frozenset({Action.CREATE, Action.ADOPT, Action.RECREATE})
UPDATES = frozenset({Action.UPDATE, Action.RESTORE})


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one run may change without asking. Percentages are of the managed objects of a kind."""

    #: Removals, of what is managed of a kind.
    removals_percent: float = 5
    #: Updates, of what is managed of a kind.
    updates_percent: float = 20
    #: New objects, of what is managed of a kind, once the site is loaded.
    creates_percent: float = 20
    #: Fewer operations than this never violate a percentage of a whole kind
    at_least: int = 3
    #: People, or videos, that leave one course, of those in it.
    course_removals_percent: float = 30
    #: Fewer than this never violate the percentage of a course.
    course_removals_at_least: int = 3
    #: Records of one entity that went out of force since the last applied run.
    source_shrink_percent: float = 10
    #: Removals of a kind over seven days, this run included.
    weekly_removals_percent: float = 10
    #: "kind.limit" -> number, over the general ones ("category.updates_percent" = 50)
    per_kind: Mapping[str, float] = field(default_factory=dict)

    def of(self, kind: str, name: str) -> float:
        """One limit as it holds for a kind."""
        general: float = getattr(self, name)
        return self.per_kind.get(f"{kind}.{name}", general)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the plan is measured against.

    `managed`: objects that are ours and not removed, by kind. `desired`: objects the records want, by kind.
    `in_courses`: those managed by kind and course key, of kinds whose losses are judged course by course.
    `removed_this_week`: by kind, over the last seven days. `sources`: rows in force by record entity, (at the last
    applied run, now). `courses`: what to call each course.
    """

    managed: Mapping[str, int] = field(default_factory=dict)
    desired: Mapping[str, int] = field(default_factory=dict)
    in_courses: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    removed_this_week: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    courses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing the guard objects to. `count` of `of` is what was found, `limit` what is allowed."""

    rule: str
    kind: str
    message: str
    count: int
    of: int
    limit: float
    course: str = ""

    @property
    def code(self) -> str:
        """What an approval names: the rule and what it is about."""
        return ":".join(part for part in (self.rule, self.kind, self.course) if part)

    def to_json(self) -> dict[str, object]:
        """As stored with a parked plan."""
        return asdict(self)


def check(plan: Plan, numbers: Numbers, limits: Limits) -> tuple[Violation, ...]:
    """Everything the guard objects to in a plan. Operations held for their own reasons are not counted."""
    going = [operation for operation in plan.operations if not operation.hold]
    return tuple(
        violation
        for kind in BY_NAME.values()
        for violation in _check_kind(kind, [o for o in going if o.kind == kind.name], plan.findings, numbers, limits)
    ) + tuple(_shrunken_sources(going, numbers, limits))


def _check_kind(
    kind: Kind, operations: Sequence[Operation], findings: Sequence[Finding], numbers: Numbers, limits: Limits
) -> Iterator[Violation]:
    yield from _shares(kind, operations, numbers, limits)
    yield from _emptied(kind, operations, numbers)
    yield from _rekeyed(kind, operations, findings)
    yield from _weekly(kind, operations, numbers, limits)
    yield from _losses_of_courses(kind, operations, numbers, limits)


def _shares(kind: Kind, operations: Sequence[Operation], numbers: Numbers, limits: Limits) -> Iterator[Violation]:
    """More removals, updates or creates than their share of what is managed."""
    managed = numbers.managed.get(kind.name, 0)
    for word, actions in (("removals", REMOVALS), ("updates", UPDATES), ("creates", CREATES)):
        count = sum(operation.action in actions for operation in operations)
        limit = limits.of(kind.name, f"{word}_percent")
        # Nothing managed yet: this is the first load, where everything is created.
        if managed and count >= limits.of(kind.name, "at_least") and count * 100 > managed * limit:
            message = f"{count} {word} of {managed} {kind.words[1]} ({_percent(count, managed)}; limit {limit:g} %)"
            yield Violation(word, kind.name, message, count, managed, limit)


def _emptied(kind: Kind, operations: Sequence[Operation], numbers: Numbers) -> Iterator[Violation]:
    """Everything of a kind is gone from the records: an export that failed, not a department that closed."""
    managed = numbers.managed.get(kind.name, 0)
    removals = sum(operation.action in REMOVALS for operation in operations)
    if managed and removals and not numbers.desired.get(kind.name, 0):
        message = f"the records want no {kind.words[1]} at all; {managed} are managed"
        yield Violation("emptied", kind.name, message, removals, managed, 0)


def _rekeyed(kind: Kind, operations: Sequence[Operation], findings: Sequence[Finding]) -> Iterator[Violation]:
    """The same course or person leaves under one key and comes under another: the source renumbered.

    Where Moodle would not have two of them (a user name, a short name), the plan has found the newcomer's name taken by
    the one that leaves; else the two are told to be the same by their content.
    """
    leaving = {_content(kind, o): o for o in operations if o.action in REMOVALS and any(_content(kind, o))}
    pairs = [
        f"{leaving[_content(kind, o)].key} became {o.key}"
        for o in operations
        if o.action in CREATES and _content(kind, o) in leaving
    ]
    pairs += [finding.message for finding in findings if finding.rule == "rekeyed" and finding.kind == kind.name]
    if pairs:
        message = f"{len(pairs)} {kind.words[len(pairs) > 1]} came under a new key, such as: {pairs[0]}"
        yield Violation("rekeyed", kind.name, message, len(pairs), len(operations), 0)


def _content(kind: Kind, operation: Operation) -> tuple[object, ...]:
    fields = operation.content or operation.after
    return tuple(fields.get(name) for name in kind.content)


def _weekly(kind: Kind, operations: Sequence[Operation], numbers: Numbers, limits: Limits) -> Iterator[Violation]:
    """Many small removals, night after night, that no single run would stop at."""
    managed = numbers.managed.get(kind.name, 0)
    earlier = numbers.removed_this_week.get(kind.name, 0)
    now = sum(operation.action in REMOVALS for operation in operations)
    limit = limits.of(kind.name, "weekly_removals_percent")
    whole = managed + earlier
    enough = now + earlier >= limits.of(kind.name, "at_least")
    if now and earlier and managed and enough and (now + earlier) * 100 > whole * limit:
        message = (
            f"{now} removals of {kind.words[1]} after {earlier} in the last seven days, "
            f"{_percent(now + earlier, whole)} of {whole} (limit {limit:g} %)"
        )
        yield Violation("weekly", kind.name, message, now + earlier, whole, limit)


def _losses_of_courses(
    kind: Kind, operations: Sequence[Operation], numbers: Numbers, limits: Limits
) -> Iterator[Violation]:
    """One course that loses many of its people or videos, however small it is beside the whole site."""
    if not kind.lost_by_course:
        return
    losses = Counter(kind.course_key(o.key) for o in operations if o.action in REMOVALS)
    there = numbers.in_courses.get(kind.name, {})
    limit = limits.of(kind.name, "course_removals_percent")
    for course, count in sorted(losses.items()):
        whole = there.get(course, 0)
        if count >= limits.of(kind.name, "course_removals_at_least") and count * 100 > whole * limit:
            what, called = kind.lost_by_course, numbers.courses.get(course, course)
            message = f"{count} of {whole} {what} leave {called} ({_percent(count, whole)}; limit {limit:g} %)"
            yield Violation("course_removals", kind.name, message, count, whole, limit, course)


def _shrunken_sources(operations: Sequence[Operation], numbers: Numbers, limits: Limits) -> Iterator[Violation]:
    """An export that lost rows since the plan that was applied last; only where something is removed."""
    if not any(operation.action in REMOVALS for operation in operations):
        return
    for entity, (before, now) in sorted(numbers.sources.items()):
        lost = before - now
        if lost >= limits.at_least and lost * 100 > before * limits.source_shrink_percent:
            message = (
                f"the records hold {now} rows of {entity}, {lost} fewer than at the last applied run "
                f"({_percent(lost, before)}; limit {limits.source_shrink_percent:g} %)"
            )
            yield Violation("shrunk", entity, message, lost, before, limits.source_shrink_percent)


def _percent(count: int, of: int) -> str:
    return f"{count * 100 / of:.1f} %" if of else "all"
