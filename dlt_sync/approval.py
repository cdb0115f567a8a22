"""Releasing a parked plan: by what command, and never by who had it parked, alone (DOMAIN a.3). Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from dlt_sync.errors import GuardStopped, PlanError
from dlt_sync.guard import Violation
from dlt_sync.plan import Plan
from dlt_sync.report.sentences import approval_command, reading_command


def wanted(plan: Plan, violations: Sequence[Violation], message: str, second_person: bool) -> GuardStopped:
    """The error that stops a run whose plan needs an approval: what the guard objects to, and how it is released."""
    read = reading_command(plan.hash)
    who = ", let a second person run" if second_person else ""
    return GuardStopped(
        f"{message}.",
        problems=[violation.message for violation in violations],
        remedy=f"Read it with `{read}`. If it is right{who}: {approval_command(plan)}",
    )


def refuse_own(parked_by: str, account: str, name: str) -> None:
    """Raises PlanError when who releases a plan, by account or by the name given, is who had it parked.

    The program knows accounts, not people: where several share one, only the names tell them apart, and it refuses.
    """
    if not parked_by or _folded(parked_by) not in (_folded(account), _folded(name)):
        return
    raise PlanError(
        f"This plan was parked by a run of {parked_by}, who may not release it alone.",
        remedy="Let somebody else run this command from an account of their own. Where one person does all the work, "
        "write second_person = no under [approval] in the config.",
    )


def _folded(name: str) -> str:
    """A name without what people do not see as a difference: case, blanks, the way letters are composed."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
