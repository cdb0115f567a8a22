"""Why somebody is, or is not, in a course: the whole way from the records to Moodle, with dates.

Reads only: the records with what was set aside, the decision of the enrolment kind, the journal, and Moodle itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from dlt_sync.errors import PlanError
from dlt_sync.journal import runs
from dlt_sync.journal.tables import AppliedObject, Override
from dlt_sync.kinds import BY_NAME
from dlt_sync.kinds.kind import Source
from dlt_sync.model import KEY_SEPARATOR, Desired, Fields, Observed, join_key
from dlt_sync.moodle.contract import Bridge
from dlt_sync.records.questions import find_offering, find_person, load_academy, quarantine
from dlt_sync.records.tables import CohortMember, Employment, Enrolment, Offering, Person
from dlt_sync.report.sentences import PAST
from dlt_sync.run import Context

T = TypeVar("T", Person, Offering)
#: How many records an unclear question names.
SHOWN = 10


@dataclass(frozen=True)
class Explanation:
    """The answer, and the facts it rests on, in the order in which data flows.

    `about` names what it is about by its keys; `people` is how many people's data it holds.
    """

    lines: tuple[str, ...]
    about: str = ""
    people: int = 0


def why(context: Context, person_text: str, course_text: str) -> Explanation:
    """Explain one person in one course. Raises PlanError when the question is not about exactly one of each."""
    now = context.now()
    with context.database.session() as session:
        person = only(find_person(session, person_text), person_text, "person")
        offering = only(find_offering(session, course_text), course_text, "offering")
        source = Source(load_academy(session), context.rules, now.astimezone(ZoneInfo(context.rules.timezone)).date())
        key = join_key(offering.sourced_id, person.sourced_id)
        wanted = BY_NAME["enrolment"].desired_in(source, [offering.sourced_id])
        desired = next((one for one in wanted if one.key == key), None)
        seen = seen_in_moodle(context.bridge, "enrolment", key)
        lines = [
            *_verdict(desired, seen, person, offering),
            "Records:",
            *_records(session, source, person, offering),
            "Decision:",
            *_decision(session, desired, source, key, now),
            "Journal:",
            *journalled(session, "enrolment", key),
            "Moodle:",
            *_moodle(context.bridge, seen, person.sourced_id, offering.sourced_id),
        ]
    return Explanation(tuple(lines), f"person {person.sourced_id} in {offering.sourced_id}", people=1)


def only(found: Sequence[T], text: str, what: str) -> T:
    """The one record that is meant. Raises PlanError when there is none, or more than one."""
    if not found:
        raise PlanError(
            f"The records know no {what} {text!r}.",
            remedy="Give the sourced_id as it stands in the registrar's export, or another part of the name.",
        )
    if len(found) > 1:
        keys = ", ".join(item.sourced_id for item in found[:SHOWN])
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise PlanError(f"{text!r} may be any of {keys}{more}.", remedy="Give the sourced_id of the one you mean.")
    return found[0]


def _verdict(desired: Desired | None, seen: Observed | None, person: Person, offering: Offering) -> Iterator[str]:
    who = " ".join(part for part in (person.family_name, person.given_name, person.patronymic) if part)
    there = seen is not None and seen.fields is not None and not seen.fields.get("suspended")
    wanted = desired is not None and not desired.fields["suspended"]
    state = "has access to" if there else "has no access to"
    match = "as the records want it" if there == wanted else "which is not what the records want: run `dlt-sync plan`"
    yield f"{who} ({person.sourced_id}) {state} {offering.sourced_id}, {match}."


def _records(session: Session, source: Source, person: Person, offering: Offering) -> Iterator[str]:
    yield f"  person {person.sourced_id}: {in_force(person.status)}, last seen in import {person.batch_id}"
    yield f"  offering {offering.sourced_id}: {in_force(offering.status)}, last seen in import {offering.batch_id}"
    of_both = select(Enrolment).where(
        Enrolment.person_id == person.sourced_id, Enrolment.offering_id == offering.sourced_id
    )
    rows = list(session.scalars(of_both))
    for row in rows:
        group = f", group {row.cohort_id}" if row.cohort_id else ""
        dates = _period(row.begin, row.end)
        order = f", order {row.order_no}" if row.order_no else ""
        yield (
            f"  enrolment {row.sourced_id}: {row.role}, {row.state}{group}{dates}{order}, {in_force(row.status)}, "
            f"last seen in import {row.batch_id}"
        )
    if not rows:
        yield "  no enrolment row of this person for this offering was ever imported"
    for member in session.scalars(select(CohortMember).where(CohortMember.person_id == person.sourced_id)):
        leave = f", on leave{_period(member.leave_from, member.leave_to)}" if member.leave_from else ""
        yield f"  study cohort {member.cohort_id}{_period(member.begin, member.end)}{leave}, {in_force(member.status)}"
    for job in session.scalars(select(Employment).where(Employment.person_id == person.sourced_id)):
        yield f"  employed at {job.org_id}{_period(job.begin, job.end)}, {in_force(job.status)}"
    for set_aside in quarantine(session):
        if set_aside.sourced_id in {person.sourced_id, offering.sourced_id, *(row.sourced_id for row in rows)}:
            yield f"  set aside: {set_aside.file} row {set_aside.row}: {set_aside.message} {set_aside.remedy}"


def _decision(session: Session, desired: Desired | None, source: Source, key: str, now: datetime) -> Iterator[str]:
    kind = BY_NAME["enrolment"]
    person = key.split(KEY_SEPARATOR)[1]
    if any(subject in source.unknown for subject in kind.subjects(key)):
        yield "  left exactly as it is in Moodle: a row about it was set aside at the import"
    elif desired is None and person in source.academy.people and not source.has_access(person):
        yield "  not to be enrolled: every employment of this person has ended"
    elif desired is None:
        yield "  not to be enrolled: no row in force asks for it"
    else:
        roles = ", ".join(desired.fields["roles"]) if isinstance(desired.fields["roles"], tuple) else ""
        state = "enrolled but suspended" if desired.fields["suspended"] else "enrolled"
        yield f"  to be {state} as {roles}{_times(desired.fields)}: {desired.reason}"
    yield from overridden(session, "enrolment", key, now)


def overridden(session: Session, kind: str, key: str, now: datetime) -> Iterator[str]:
    """The overrides in force on one object."""
    of_this = select(Override).where(Override.kind == kind, Override.key == key, Override.until > now)
    for override in session.scalars(of_this):
        yield (
            f"  override until {override.until:%Y-%m-%d}: {override.field} is left alone, says {override.owner}: "
            f"{override.reason}"
        )


def journalled(session: Session, kind: str, key: str) -> Iterator[str]:
    """What the journal knows of one object, oldest first."""
    story = runs.history(session, kind, key)
    for entry in story:
        result = PAST[entry.action] if entry.result == "done" else f"{entry.action} {entry.result}: {entry.message}"
        yield f"  {entry.written_at:%Y-%m-%d %H:%M} UTC, run {entry.run_id}: {result} ({entry.reason})"
    if not story and (applied := session.get(AppliedObject, (kind, key))):
        yield f"  written last on {applied.written_at:%Y-%m-%d}, run {applied.run_id}; the journal of then was cleared"
    elif not story:
        yield f"  dlt-sync never wrote this {kind}"


def _moodle(bridge: Bridge, seen: Observed | None, person: str, offering: str) -> Iterator[str]:
    for kind, key in (("user", person), ("course", offering)):
        found = seen_in_moodle(bridge, kind, key)
        if found is None:
            yield f"  the {kind} is not there as ours"
        elif found.fields is None:
            yield f"  the {kind} (id {found.moodle_id}) was deleted by hand"
        else:
            off = {"user": ("suspended", True), "course": ("visible", False)}[kind]
            note = {"user": ", suspended", "course": ", hidden"}[kind] if found.fields.get(off[0]) == off[1] else ""
            yield f"  the {kind} is there (id {found.moodle_id}){note}"
    if seen is None or seen.fields is None:
        yield "  not enrolled by dlt-sync (an enrolment by another method may exist; it is never touched)"
    else:
        state = "suspended" if seen.fields.get("suspended") else "active"
        roles = seen.fields.get("roles")
        named = ", ".join(roles) if isinstance(roles, tuple) else ""
        yield f"  the enrolment is {state}, as {named}{_times(seen.fields)}"


def seen_in_moodle(bridge: Bridge, kind: str, key: str) -> Observed | None:
    """One of our objects as it is in Moodle now; None where it is not there as ours."""
    course = BY_NAME[kind].course_key(key)
    found = bridge.read(kind, courses=[course]) if course else bridge.read(kind, keys=[key])
    return next((observed for observed in found if observed.key == key), None)


def in_force(status: str) -> str:
    """Whether a record counts, in words."""
    return "in force" if status == "active" else "no longer in the records"


def _period(begin: date | None, end: date | None) -> str:
    since = f" from {begin:%Y-%m-%d}" if begin else ""
    until = f" until {end:%Y-%m-%d}" if end else ""
    return since + until


def _times(fields: Fields) -> str:
    words = ""
    for name, word in (("timestart", "from"), ("timeend", "until")):
        value = fields.get(name)
        if isinstance(value, int) and value:
            words += f" {word} {datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M} UTC"
    return words
