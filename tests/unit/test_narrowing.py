"""Where Moodle holds what we wrote, only what changed in the records is looked at, as well as if all were.

The records come through real imports into a real database; Moodle is in memory.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path
from random import Random

import pytest
from sqlalchemy.orm import Session

from dlt_sync import run, states
from dlt_sync.db import Database
from dlt_sync.guard import Numbers
from dlt_sync.journal import overrides
from dlt_sync.journal.entries import applied_named, applied_objects
from dlt_sync.journal.tables import SettledScope
from dlt_sync.kinds import BY_NAME
from dlt_sync.kinds.kind import Source
from dlt_sync.kinds.rules import Rules
from dlt_sync.model import Applied
from dlt_sync.records.questions import load_academy
from dlt_sync.records.tables import ENTITIES
from dlt_sync.run import Context
from tests.memory import MemoryBridge
from tests.unit.records.files import NOW, Exports, load
from tests.worlds import UNGUARDED, migrated

HEADER = "sourced_id,offering_id,person_id,role,cohort_id,begin,end,state,order_no,status"
OFFERINGS = ("plt:offering:17", "plt:offering:18")
STUDENTS = tuple(f"plt:student:91000{number}" for number in (1, 2, 4, 5))
FIRST = "plt:offering:17|plt:student:910001"


@dataclass
class Row:
    """One enrolment row of the registrar's."""

    offering: str
    person: str
    role: str = "student"
    cohort: str = ""
    state: str = "active"
    end: str = ""

    def line(self, number: int) -> str:
        values = (self.offering, self.person, self.role, self.cohort, "", self.end, self.state, "", "active")
        return ",".join([f"plt:enrolment:{number}", *values])


class Registrar:
    """The registrar's rows, our program, and its Moodle."""

    def __init__(self, folder: Path) -> None:
        self.exports = Exports(folder)
        self.rows = {n: Row(OFFERINGS[n % 2], STUDENTS[(n - 1) // 2]) for n in range(1, 9)}
        self.clock = NOW
        self.database = Database(f"sqlite:///{migrated(folder)}")
        self.bridge = MemoryBridge()
        self.context = Context(
            database=self.database,
            bridge=self.bridge,
            rules=Rules(),
            limits=UNGUARDED,
            site="https://moodle.example",
            now=self.now,
            batch_size=3,
            requests_in_flight=2,
        )

    def now(self) -> datetime:
        self.clock += timedelta(seconds=1)
        return self.clock

    def deliver(self) -> None:
        lines = [HEADER, *(row.line(number) for number, row in sorted(self.rows.items()))]
        self.exports.write("enrolment", "\n".join(lines) + "\n")
        load(self.database, self.exports, accept_older=frozenset(ENTITIES))

    def apply(self) -> run.ApplyResult:
        return run.apply_run(self.context)

    def enrolled(self) -> dict[str, object]:
        """What is in Moodle by key: suspended, roles, groups, end."""
        found: dict[str, object] = {}
        for seen in self.bridge.read("enrolment"):
            assert seen.fields is not None
            found[seen.key] = [seen.fields[name] for name in ("suspended", "roles", "groups", "timeend")]
        return found

    def wanted(self) -> dict[str, object]:
        """What the records want, worked out from all of them."""
        with self.database.session() as session:
            source = Source(load_academy(session), self.context.rules, self.clock.date())
            everything = list(BY_NAME["enrolment"].desired(source))
        return {o.key: [o.fields[n] for n in ("suspended", "roles", "groups", "timeend")] for o in everything}

    def check(self) -> None:
        """Moodle holds what the records want; everybody else is suspended."""
        enrolled, wanted = self.enrolled(), self.wanted()
        assert {key: enrolled.get(key) for key in wanted} == wanted
        others = [fields for key, fields in enrolled.items() if key not in wanted]
        assert all(isinstance(fields, list) and fields[0] is True for fields in others)


@pytest.fixture
def registrar(tmp_path: Path) -> Registrar:
    """Two courses, both in order."""
    registrar = Registrar(tmp_path)
    registrar.deliver()
    assert registrar.apply().exit_code == 0
    registrar.check()
    return registrar


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The courses of which the whole applied state of enrolments was loaded."""
    courses_loaded: set[str] = set()

    def load_applied(
        session: Session, kind: str, zone: tzinfo, courses: Collection[str] | None = None
    ) -> dict[str, Applied]:
        if kind == "enrolment":
            courses_loaded.update(courses or ())
        return applied_objects(session, kind, zone, courses)

    monkeypatch.setattr(states, "applied_objects", load_applied)
    return courses_loaded


def test_a_changed_row_is_looked_at_alone(registrar: Registrar, loaded: set[str]) -> None:
    registrar.rows[2].state = "suspended"
    registrar.rows[9] = Row(OFFERINGS[1], "plt:tutor:820001", role="teacher")
    registrar.deliver()
    result = registrar.apply()
    assert (result.exit_code, len(result.plan.operations)) == (0, 2)
    assert loaded == set()
    registrar.check()


def test_what_was_written_before_all_was_in_order_is_not_looked_at_again(
    registrar: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[set[str]] = []
    named = applied_named

    def load_named(session: Session, kind: str, zone: tzinfo, keys: Collection[str]) -> dict[str, Applied]:
        looked.append(set(keys))
        return named(session, kind, zone, keys)

    monkeypatch.setattr(states, "applied_named", load_named)
    registrar.rows[2].state = "suspended"
    registrar.deliver()
    assert registrar.apply().exit_code == 0  # the run before wrote all
    assert looked == [{FIRST}]  # afterwards the digest tells


def test_a_plan_alone_forgets_nothing(registrar: Registrar, loaded: set[str]) -> None:
    registrar.rows[2].state = "suspended"
    registrar.deliver()
    first, second = run.plan_run(registrar.context), run.plan_run(registrar.context)
    assert first.plan.hash == second.plan.hash
    assert [operation.key for operation in second.plan.operations] == [FIRST]
    del registrar.rows[8]
    registrar.deliver()
    assert len(run.plan_run(registrar.context).plan.operations) == 2
    assert loaded == set()


def test_a_row_that_is_now_about_somebody_else_takes_the_first_one_out(registrar: Registrar) -> None:
    registrar.rows[2] = Row(OFFERINGS[1], STUDENTS[2])
    registrar.deliver()
    assert registrar.apply().exit_code == 0
    registrar.check()
    assert registrar.enrolled()[FIRST] == [True, ("student",), (), 0]


def test_what_an_undo_put_back_is_still_wanted_otherwise(registrar: Registrar, loaded: set[str]) -> None:
    registrar.rows[2].state = "suspended"
    registrar.deliver()
    done = registrar.apply()
    run.undo_run(registrar.context, done.run_id)
    assert [operation.key for operation in run.plan_run(registrar.context).plan.operations] == [FIRST]
    assert loaded == set()


def test_an_override_that_begins_or_ends_is_seen(registrar: Registrar) -> None:
    with registrar.database.session() as session:
        later = registrar.now() + timedelta(days=30)
        add = partial(overrides.add, session, kind="enrolment", key=FIRST, field="suspended")
        add(owner="Head", reason="appeal", until=later, now=registrar.now())
    registrar.rows[2].state = "suspended"
    registrar.deliver()
    assert not registrar.apply().plan.operations
    registrar.clock += timedelta(days=31)
    assert [operation.key for operation in registrar.apply().plan.operations] == [FIRST]
    registrar.check()


def test_a_hand_change_opens_its_course_whole(registrar: Registrar, loaded: set[str]) -> None:
    registrar.rows[3].state = "suspended"
    registrar.deliver()
    registrar.bridge.hand_change("enrolment", FIRST, "suspended", True)
    assert registrar.apply().exit_code == 0
    assert loaded == {OFFERINGS[0]}
    registrar.check()


def test_the_guard_counts_what_was_not_looked_at(registrar: Registrar) -> None:
    registrar.rows[9] = Row(OFFERINGS[0], "plt:tutor:820001", role="teacher")
    del registrar.rows[4]
    registrar.deliver()
    narrow = _numbers(registrar)
    with registrar.database.session() as session:
        session.query(SettledScope).delete()
    whole = _numbers(registrar)
    assert (narrow.managed, narrow.desired, narrow.in_courses) == (whole.managed, whole.desired, whole.in_courses)


def test_of_what_is_in_order_nothing_is_held(registrar: Registrar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "COURSES_AT_ONCE", 1)
    registrar.rows[2].state = "suspended"
    registrar.deliver()
    with registrar.database.session() as session:
        session.query(SettledScope).delete()
    found = run._gathered(registrar.context)
    held = found.of("enrolment")
    assert found.scopes["enrolment"].whole == set(OFFERINGS)
    assert held.desired.keys() == held.observed.keys() == held.applied.keys() == {FIRST}
    assert registrar.apply().exit_code == 0
    registrar.check()


def _numbers(registrar: Registrar) -> Numbers:
    found = run._gathered(registrar.context)
    with registrar.database.session() as session:
        return states.numbers(session, found, registrar.clock)


@pytest.mark.parametrize("seed", range(15))
def test_whatever_happens_the_outcome_is_that_of_looking_at_all(registrar: Registrar, seed: int) -> None:
    random = Random(seed)
    registrar.context = replace(registrar.context, rules=replace(Rules(), unenrol_after_days=random.choice((None, 3))))
    for _ in range(6):
        for _ in range(random.randint(0, 3)):
            _change_something(registrar, random)
        registrar.deliver()
        registrar.clock += timedelta(days=random.choice((0, 1, 5)))
        result = registrar.apply()
        assert result.exit_code == 0, result
        registrar.check()
        assert not run.plan_run(registrar.context).plan.operations


def _change_something(registrar: Registrar, random: Random) -> None:
    number = random.choice(sorted(registrar.rows))
    row = registrar.rows[number]
    what = random.randrange(9)
    if what == 0 and len(registrar.rows) > 2:
        del registrar.rows[number]
    elif what in (1, 2):
        role = random.choice(("student", "observer", "tutor"))
        registrar.rows[random.randint(1, 30)] = Row(random.choice(OFFERINGS), random.choice(STUDENTS), role)
    elif what == 3:
        row.state = random.choice(("active", "suspended"))
    elif what == 4:
        row.cohort = random.choice(("", "plt:group:501", "plt:group:502"))
    elif what == 5:
        row.offering, row.person = random.choice(OFFERINGS), random.choice(STUDENTS)
    elif what == 6:
        row.end = random.choice(("", "2027-01-16"))
    elif what == 7:
        key = random.choice(sorted(registrar.enrolled()))
        registrar.bridge.hand_change("enrolment", key, "suspended", random.choice((True, False)))
    else:
        away = random.choice(("2026-09-01,,,,", "2026-09-01,,2026-10-05,2027-10-04,"))
        registrar.exports.drop("cohort_member", "plt:member:5")
        registrar.exports.add("cohort_member", f"plt:member:5,plt:group:502,plt:student:910005,{away},active")
