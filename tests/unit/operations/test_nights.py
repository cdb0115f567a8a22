"""One line on how the nights go: what a monitoring system is told."""

from __future__ import annotations

from dlt_sync.db import Database
from dlt_sync.journal import runs
from dlt_sync.nights import Judgement, State, judge
from dlt_sync.report.sentences import reading_command
from tests.unit.operations.records_of_runs import NOW, add_run, park_plan


def judged(database: Database, max_age: float = 26) -> Judgement:
    with database.session() as session:
        return judge(session, NOW, max_age, "Asia/Almaty")


def test_before_the_first_run_it_is_critical(sqlite: Database) -> None:
    add_run(sqlite, "ok", hours_ago=1, mode="plan")
    found = judged(sqlite)
    assert (found.state, found.sentence, found.exit_code) == (State.CRITICAL, "there was no good run yet", 1)


def test_a_good_run_within_the_time_is_ok(database: Database) -> None:
    add_run(database, "failed", hours_ago=30)
    add_run(database, "ok", hours_ago=5)
    found = judged(database)
    assert (found.state, found.exit_code, found.age_hours) == (State.OK, 0, 5)
    assert found.sentence == "the last good run ended 2026-11-26 03:00"


def test_a_good_run_that_is_too_old_is_critical(sqlite: Database) -> None:
    add_run(sqlite, "ok", hours_ago=5)
    assert judged(sqlite, max_age=4.9).state is State.CRITICAL
    assert judged(sqlite, max_age=5.1).state is State.OK


def test_a_failed_run_is_a_warning_while_the_last_good_one_is_fresh(sqlite: Database) -> None:
    add_run(sqlite, "ok", hours_ago=24)
    number = add_run(sqlite, "failed", hours_ago=1, summary="Moodle could not be\nreached | at all.")
    found = judged(sqlite)
    assert (found.state, found.exit_code) == (State.WARNING, 1)
    assert found.sentence == f"run {number} ended as failed: Moodle could not be reached / at all"


def test_a_failed_run_and_no_good_one_for_long_is_critical_and_says_both(sqlite: Database) -> None:
    add_run(sqlite, "ok", hours_ago=50)
    add_run(sqlite, "partial", hours_ago=1, summary="Done: nothing. Not done: 3 failed.")
    found = judged(sqlite)
    assert found.state is State.CRITICAL
    assert "the last good run ended 2026-11-24" in found.sentence
    assert "ended as partial" in found.sentence


def test_a_parked_plan_is_a_warning_with_its_hash(sqlite: Database) -> None:
    add_run(sqlite, "ok", hours_ago=24)
    plan_hash = park_plan(sqlite, add_run(sqlite, "refused", hours_ago=1))
    found = judged(sqlite)
    assert (found.state, found.parked) == (State.WARNING, plan_hash)
    assert found.sentence == f"a plan waits to be released: {reading_command(plan_hash)}"


def test_a_good_run_of_a_part_does_not_hide_the_plan_that_waits(sqlite: Database) -> None:
    plan_hash = park_plan(sqlite, add_run(sqlite, "refused", hours_ago=24))
    add_run(sqlite, "ok", hours_ago=1)
    assert (judged(sqlite).state, judged(sqlite).parked) == (State.WARNING, plan_hash)
    with sqlite.session() as session:
        runs.supersede(session)  # as a run of the whole does that leaves nothing to do
    assert judged(sqlite).state is State.OK


def test_a_released_plan_waits_no_more(sqlite: Database) -> None:
    plan_hash = park_plan(sqlite, add_run(sqlite, "refused", hours_ago=2))
    with sqlite.session() as session:
        runs.mark_applied(session, plan_hash)
    add_run(sqlite, "ok", hours_ago=1)
    assert judged(sqlite).state is State.OK
