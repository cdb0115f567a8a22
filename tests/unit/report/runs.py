"""Facts of runs, as a report is made of them: a rich one, and pieces for others. The people are fictional."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from dlt_sync.kinds.academy import Names
from dlt_sync.report.run_facts import Aside, Failed, Held, Parked, RunFacts, Stopped, Violated

HASH = "3f9a1c22b0de" + "0" * 52
STARTED = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)  # 02:30 of the next day in Almaty
HYGIENE, MEDICINE = "Гигиена кафедрасы", "Медицина"


@dataclass(frozen=True)
class Line:
    """A health line."""

    code: str
    ok: bool = True
    facts: dict[str, str | int] = field(default_factory=dict)


HEALTH = (
    Line("moodle", facts={"release": "4.5.6"}),
    Line("database", facts={"kind": "postgresql"}),
    Line("disk", facts={"place": "data", "free_mb": 51200}),
    Line("disk", False, {"place": "moodle", "free_mb": 120}),
    Line("backup", False, {"last": "", "age_hours": 0}),
    Line("feed", False, {"overdue": 2}),
    Line("feed", False, {"name": "person", "owner": "Тіркеуші бөлімі", "due": "2026-11-20", "received": "2026-11-01"}),
    Line("feed", False, {"name": "schedule", "owner": "", "due": "2026-09-01", "received": ""}),
    Line("media_host", False, {"silent": 1}),
    Line("media_host", False, {"host": "media.academy.example", "links": 21, "hours": 26}),
    Line("last_run", facts={"good": "2026-11-22T21:31Z", "age_hours": 24}),
    Line("event_queue", False, {"waiting": 1200, "waiting_minutes": 95}),
)
PARKED = Parked(
    HASH,
    1004,
    (
        Violated("removals", "user", 52, 1000, 5),
        Violated("updates", "course", 21, 100, 20),
        Violated("creates", "group", 5, 20, 20),
        Violated("emptied", "cohort", 12, 12, 0),
        Violated("rekeyed", "user", 2, 9, 0, example=("plt:student:1", "plt:student:2")),
        Violated("weekly", "enrolment", 11, 100, 7.5),
        Violated("course_removals", "enrolment", 4, 5, 30, course="GiE 3201 kk"),
        Violated("shrunk", "enrolment", 300, 1500, 10),
    ),
    (Held("recreate", 7, ("ЖМ-301", "ЖМ-302")), Held("adopt", 1, ("AnF 1202",)), Held("other", 1, ("plt:x:1 — AnF",))),
)
ASIDE = (
    Aside("persons.csv", 3, "email", "email", "email is ***@x, which is no e-mail address."),
    Aside("persons.csv", 3, "family_name", "required", "family_name is empty."),
    Aside("offerings.xlsx#1", 17, "", "depends", "Its discipline was set aside: row 4 of disciplines.csv."),
)
FAILED = (
    Failed("course", "update", "GiE 3201 kk", "Short name is already used for another course"),
    Failed("user", "remove", "plt:student:910001", moved=True),
)
CHANGES = (
    (HYGIENE, {("course", "create"): 2, ("enrolment", "create"): 1240, ("enrolment", "remove"): 21}),
    (MEDICINE, {("user", "create"): 11, ("user", "remove"): 1, ("cohort", "update"): 3}),
    ("", {("category", "remove"): 1, ("course", "remove"): 5, ("group", "delete"): 1, ("video", "remove"): 22}),
)
UNITS = {
    HYGIENE: Names(HYGIENE, "Кафедра гигиены", "Kafedra of hygiene"),
    MEDICINE: Names("Медицина", "Медицина", "Medicine"),
}


def quiet(**changes: Any) -> RunFacts:
    """A run that found nothing to do."""
    ended = STARTED.replace(minute=31)
    return replace(RunFacts(12, "apply", "ok", STARTED, ended), **changes)


def rich() -> RunFacts:
    """A run of which there is everything to tell."""
    return quiet(
        verdict="partial",
        approved_by="A. Demo, head",
        because="the term has ended",
        changes=CHANGES,
        parked=PARKED,
        second_person=True,
        failed=FAILED,
        counts={"failed": 12, "skipped": 3, "held": 9},
        set_aside=42,
        newly_set_aside=2,
        aside=ASIDE,
        health=HEALTH,
        units=UNITS,
    )


def failed(kind: str = "unavailable", **more: Any) -> RunFacts:
    """A run that an error ended."""
    return quiet(verdict="failed", stopped=Stopped(kind, "Moodle does not answer.", "Try again later."), **more)
