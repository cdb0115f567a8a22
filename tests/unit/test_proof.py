"""After an apply, Moodle's digests prove that nothing is left to do; where they do not, courses are looked into."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from dlt_sync import run, states
from dlt_sync.changed import Records, Scopes, scopes_to_look_into
from dlt_sync.journal.settled import settled_scopes
from dlt_sync.journal.tables import SettledScope
from dlt_sync.kinds.kind import Kind
from dlt_sync.kinds.rules import Rules
from dlt_sync.model import Outcome
from dlt_sync.moodle.contract import Batch
from dlt_sync.scope import Scope
from tests.unit.test_narrowing import FIRST, OFFERINGS, STUDENTS, Registrar, Row


@pytest.fixture
def registrar(tmp_path: Path) -> Registrar:
    """Rows of two courses, none of which is in Moodle yet."""
    registrar = Registrar(tmp_path)
    registrar.deliver()
    return registrar


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The courses that each look at the enrolments looked into."""
    looks: list[set[str]] = []

    def look_into(session: Session, records: Records, kind: Kind, *rest: Any) -> Scopes:
        scopes = scopes_to_look_into(session, records, kind, *rest)
        if kind.name == "enrolment":
            looks.append(set(scopes.opened))
        return scopes

    monkeypatch.setattr(states, "scopes_to_look_into", look_into)
    return looks


def noted(registrar: Registrar) -> dict[str, object]:
    """What stands of the courses in order: digest, objects present and wanted."""
    with registrar.database.session() as session:
        found = settled_scopes(session, "enrolment")
    return {scope: (s.stamp, s.digest, s.present, s.wanted, s.basis) for scope, s in found.items()}


def noted_by_looking(registrar: Registrar) -> dict[str, object]:
    """The same, worked out by looking at everything."""
    with registrar.database.session() as session:
        session.query(SettledScope).delete()
    assert not run.plan_run(registrar.context).plan.operations
    return noted(registrar)


def interfere(registrar: Registrar, monkeypatch: pytest.MonkeyPatch, work: Collection[str]) -> None:
    """Somebody suspends these enrolments just after they were written."""
    apply = registrar.bridge.apply

    def meddled(batch: Batch) -> tuple[Outcome, ...]:
        outcomes = apply(batch)
        for outcome in outcomes:
            if outcome.key in work:
                registrar.bridge.hand_change("enrolment", outcome.key, "suspended", True)
        return outcomes

    monkeypatch.setattr(registrar.bridge, "apply", meddled)


def test_a_first_load_is_proven_without_reading_it_back(registrar: Registrar, opened: list[set[str]]) -> None:
    assert registrar.apply().exit_code == 0
    assert opened == [set(OFFERINGS), set()]
    registrar.check()


def test_what_is_noted_is_what_a_look_at_everything_finds(registrar: Registrar) -> None:
    registrar.apply()
    del registrar.rows[2]
    registrar.rows[3].state = "suspended"
    registrar.rows[9] = Row(OFFERINGS[0], STUDENTS[3], "observer")
    registrar.deliver()
    registrar.apply()
    assert noted(registrar) == noted_by_looking(registrar)


def test_what_is_not_as_it_was_written_is_found(
    registrar: Registrar, opened: list[set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    interfere(registrar, monkeypatch, {FIRST})
    result = registrar.apply()
    assert (result.exit_code, [operation.key for operation in result.remaining]) == (5, [FIRST])
    assert opened == [set(OFFERINGS), {OFFERINGS[0]}]


def test_a_course_in_which_something_failed_is_read_again(registrar: Registrar, opened: list[set[str]]) -> None:
    registrar.context = replace(registrar.context, requests_in_flight=1)
    registrar.apply()
    registrar.rows[2].state = registrar.rows[1].state = "suspended"
    registrar.deliver()
    registrar.bridge.fail_at(1)
    failed = registrar.apply()
    (course,) = {operation.key.partition("|")[0] for operation, _ in failed.failed}
    assert failed.exit_code == 5
    assert opened[-1] == {course}
    assert registrar.apply().exit_code == 0
    registrar.check()


def test_a_plan_cut_to_a_part_does_not_settle_the_rest(registrar: Registrar) -> None:
    registrar.apply()
    for row in registrar.rows.values():
        row.state = "suspended"
    registrar.deliver()
    assert run.apply_run(registrar.context, scope=Scope("person", STUDENTS[0])).exit_code == 0
    assert len(registrar.apply().plan.operations) == 4  # the other people of the same courses
    registrar.check()


def test_an_older_plan_is_no_proof_of_what_the_records_want_now(registrar: Registrar) -> None:
    older = run.plan_run(registrar.context).plan
    registrar.rows[2].state = "suspended"
    registrar.deliver()
    result = run.apply_run(registrar.context, plan=older)
    assert [operation.key for operation in result.remaining] == [FIRST]
    assert registrar.apply().exit_code == 0
    registrar.check()


def test_who_waits_to_be_unenrolled_keeps_a_course_open(registrar: Registrar) -> None:
    registrar.context = replace(registrar.context, rules=replace(Rules(), unenrol_after_days=3))
    registrar.apply()
    del registrar.rows[2]
    registrar.deliver()
    assert registrar.apply().exit_code == 0
    assert noted(registrar)[OFFERINGS[1]] == noted_by_looking(registrar)[OFFERINGS[1]]
    assert OFFERINGS[0] not in noted(registrar)
