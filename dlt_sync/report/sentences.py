"""Sentences about runs and plans that stand in more than one place: terminal, department page, errors."""

from __future__ import annotations

from collections.abc import Mapping

from dlt_sync.kinds import BY_NAME
from dlt_sync.plan import Plan

#: Characters of a plan's hash that people are shown and may type.
HASH_LENGTH = 12

PAST = {
    "create": "created",
    "adopt": "adopted",
    "update": "updated",
    "remove": "removed",
    "restore": "restored",
    "recreate": "made again",
    "delete": "deleted",
}


def approval_command(plan: Plan) -> str:
    """The very command that releases a plan."""
    return release_command(plan.hash)


def release_command(plan_hash: str) -> str:
    """The very command that releases the plan of a hash."""
    return f'dlt-sync apply --approve {plan_hash[:HASH_LENGTH]} --as "NAME" --because "REASON"'


def reading_command(plan_hash: str) -> str:
    """The command that shows the parked plan of a hash."""
    return f"dlt-sync plan --parked {plan_hash[:HASH_LENGTH]}"


def count_phrases(counts: Mapping[str, int]) -> list[str]:
    """`{"user.create": 3, "user.remove": 1}` as ["users: 3 created, 1 removed"], in the order of the kinds."""
    phrases = []
    for kind in BY_NAME.values():
        done = [f"{counts[f'{kind.name}.{a}']} {word}" for a, word in PAST.items() if counts.get(f"{kind.name}.{a}")]
        if done:
            phrases.append(f"{kind.words[1]}: {', '.join(done)}")
    return phrases


def run_summary(mode: str, verdict: str, counts: Mapping[str, int]) -> str:
    """One sentence on how a run went."""
    what = "; ".join(count_phrases(counts)) or "nothing"
    if verdict == "refused":
        return "The guard stopped the plan; nothing was changed."
    if mode == "plan":
        return f"Planned: {what}." if what != "nothing" else "Nothing to do: Moodle is as the records want it."
    trouble = [f"{counts[name]} {name}" for name in ("failed", "skipped", "held", "left") if counts.get(name)]
    done = f"Done: {what}." if what != "nothing" else "Nothing was changed."
    if verdict == "stopped":
        done = f"Stopped before it was done. {done}"
    return f"{done} Not done: {', '.join(trouble)}." if trouble else done
