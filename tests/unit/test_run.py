"""Whole runs on a Moodle in memory: plan, guard, apply, journal, undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dlt_sync import run
from dlt_sync.errors import GuardStopped, MoodleError, MoodleUnavailable, PlanError, RunActive
from dlt_sync.guard import Limits
from dlt_sync.journal import runs
from dlt_sync.journal.entries import applied_objects, unanswered
from dlt_sync.journal.tables import Override, Run
from dlt_sync.kinds.academy import CohortMember, HeldEnrolments
from dlt_sync.lock import one_run_at_a_time
from dlt_sync.model import Action, Status, join_key
from dlt_sync.moodle.contract import PROTOCOL
from dlt_sync.moodle.observed import check_protocol
from dlt_sync.plan import Plan
from dlt_sync.scope import Scope
from tests.academies import COHORT, KAFEDRA, NAMESAKE, OFFERING, OTHER_COHORT, STUDENT, TEACHER, enrolment, person
from tests.worlds import World, rows_of


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """An empty Moodle and the small academy's records."""
    return World(tmp_path, monkeypatch)


@pytest.fixture
def loaded(world: World) -> World:
    """The same, loaded."""
    result = run.apply_run(world.context)
    assert result.exit_code == 0
    return world


def without(world: World, who: str) -> None:
    """Somebody leaves the records altogether."""
    people = {key: p for key, p in world.academy.people.items() if key != who}
    rows = tuple(e for e in rows_of(world) if e.person != who)
    members = tuple(m for m in world.academy.members if m.person != who)
    world.academy = replace(world.academy, people=people, members=members, enrolments=HeldEnrolments({OFFERING: rows}))


def test_a_first_load_brings_moodle_in_line_and_leaves_nothing_to_do(world: World) -> None:
    strangers = world.strangers()
    result = run.apply_run(world.context)
    assert result.remaining == ()
    assert result.counts["user.create"] == 3
    assert world.differences() == []
    assert world.strangers() == strangers
    assert run.plan_run(world.context).exit_code == 0


def test_a_plan_writes_nothing_to_moodle(world: World) -> None:
    result = run.plan_run(world.context)
    assert result.exit_code == 3
    assert world.bridge.writes == 0
    assert world.bridge.statuses == {}


def test_a_plugin_of_another_protocol_is_neither_asked_nor_written_to(
    loaded: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        check_protocol(PROTOCOL + 1, "9.9.9")

    def asked(*_: object, **__: object) -> None:
        raise AssertionError("asked although it speaks another protocol")

    without(loaded, STUDENT)
    monkeypatch.setattr(loaded.bridge, "info", refuse)
    for name in ("events", "digests", "read", "apply", "push_status"):
        monkeypatch.setattr(loaded.bridge, name, asked)
    for start in (run.plan_run, run.apply_run, lambda context: run.undo_run(context, 1)):
        with pytest.raises(MoodleError, match="speaks protocol"):
            start(loaded.context)


def test_an_unchanged_site_is_not_read_again(loaded: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def blow_up(*_: object, **__: object) -> None:
        raise AssertionError("read although the digests agree")

    monkeypatch.setattr(loaded.bridge, "_observed_calls", 0, raising=False)
    digests = {kind: loaded.bridge.digests(kind, names) for kind, names in _enforced(loaded).items()}
    monkeypatch.setattr(loaded.bridge, "digests", lambda kind, names: digests[kind])
    monkeypatch.setattr(loaded.bridge, "read", blow_up)
    monkeypatch.setattr(loaded.bridge, "find", blow_up)
    assert run.plan_run(loaded.context).exit_code == 0


def _enforced(world: World) -> dict[str, tuple[str, ...]]:
    from dlt_sync.kinds import KINDS

    return {kind.name: kind.watched(world.context.rules) for kind in KINDS}


def test_a_student_who_moves_keeps_the_enrolment_and_changes_group(loaded: World) -> None:
    before = loaded.bridge.enrolled.copy()
    rows = tuple(replace(e, cohort=OTHER_COHORT) if e.person == STUDENT else e for e in rows_of(loaded))
    loaded.academy = replace(
        loaded.academy,
        enrolments=HeldEnrolments({OFFERING: rows}),
        members=(CohortMember(OTHER_COHORT, STUDENT), CohortMember(OTHER_COHORT, NAMESAKE)),
    )
    result = run.apply_run(loaded.context)
    assert result.exit_code == 0
    assert loaded.bridge.enrolled == before
    assert loaded.differences() == []
    assert loaded.bridge.row_of("group", join_key(OFFERING, COHORT)) is None  # empty and ours


def test_a_leave_suspends_and_a_return_reactivates(loaded: World) -> None:
    at_home = loaded.academy.members
    away = CohortMember(COHORT, STUDENT, leave_from=loaded.clock.date())
    loaded.academy = replace(loaded.academy, members=(away, *at_home[1:]))
    assert run.apply_run(loaded.context).counts == {"enrolment.remove": 1}
    loaded.academy = replace(loaded.academy, members=at_home)
    assert run.apply_run(loaded.context).counts == {"enrolment.restore": 1}
    assert loaded.differences() == []


def test_who_is_expelled_is_suspended_and_restored_when_back(loaded: World) -> None:
    everybody = loaded.academy
    without(loaded, STUDENT)
    result = run.apply_run(loaded.context)
    assert result.counts["user.remove"] == result.counts["enrolment.remove"] == 1
    assert loaded.bridge.row_of("user", STUDENT) is not None
    loaded.academy = everybody
    result = run.apply_run(loaded.context)
    assert result.counts["user.restore"] == result.counts["enrolment.restore"] == 1
    assert loaded.differences() == []


def test_a_wait_is_counted_in_the_days_of_the_academy_not_of_utc(loaded: World) -> None:
    context = replace(loaded.context, rules=replace(loaded.context.rules, unenrol_after_days=1))
    without(loaded, STUDENT)
    loaded.clock = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)  # the 24th, half past two at night in Almaty
    assert run.apply_run(context).counts["enrolment.remove"] == 1
    loaded.clock = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)  # still the 24th there, half past eleven in the evening
    assert run.plan_run(context).plan.is_empty
    loaded.clock = datetime(2026, 11, 24, 19, 1, tzinfo=UTC)  # the 25th
    assert [o.action for o in run.plan_run(context).plan.operations] == [Action.DELETE]


def test_a_guest_lecturer_enrolled_by_hand_is_never_touched(loaded: World) -> None:
    guest = loaded.bridge.hand_add_user(username="guest.lecturer")
    loaded.bridge.hand_enrol(OFFERING, f"moodle:{guest}", "editingteacher")
    strangers = loaded.strangers()
    without(loaded, STUDENT)
    run.apply_run(loaded.context)
    assert loaded.strangers() == strangers


def test_a_course_deleted_by_hand_waits_for_approval_and_the_rest_goes_on(loaded: World) -> None:
    loaded.bridge.hand_delete("course", OFFERING)
    people = {**loaded.academy.people, "plt:student:7": person("plt:student:7", "newcomer")}
    loaded.academy = replace(loaded.academy, people=people)
    result = run.apply_run(loaded.context)
    assert result.exit_code == 4
    assert result.counts == {"user.create": 1}
    assert loaded.bridge.row_of("course", OFFERING) is None
    assert any("Admin User" in operation.hold for operation in result.held)
    assert result.waiting is not None
    released = run.approve_run(loaded.context, result.waiting.hash[:12], approved_by="Head", because="deleted in error")
    assert released.exit_code == 0
    assert loaded.differences() == []


def test_a_course_the_teacher_hid_is_archived_when_it_leaves_and_shown_when_it_is_back(loaded: World) -> None:
    everything = loaded.academy
    loaded.bridge.hand_change("course", OFFERING, "visible", False)
    loaded.academy = replace(everything, offerings={}, enrolments=HeldEnrolments())
    with pytest.raises(GuardStopped) as stopped:  # no courses at all
        run.apply_run(loaded.context)
    prefix = stopped.value.remedy.split("--approve ")[1].split()[0]
    result = run.approve_run(loaded.context, prefix, approved_by="Head", because="the term has ended")
    assert (result.failed, result.remaining) == ((), ())
    loaded.bridge.hand_change("course", OFFERING, "visible", True)
    loaded.academy = everything
    assert run.apply_run(loaded.context).exit_code == 0
    assert loaded.differences() == []


def test_an_existing_account_is_adopted_not_doubled(world: World) -> None:
    known = world.bridge.hand_add_user(username="ydyrysov.g", lastname="Old", email="kept@mail.example")
    result = run.apply_run(world.context)
    assert result.counts["user.adopt"] == 1
    assert world.bridge.owned["user", STUDENT] == known
    assert world.bridge.rows["user"][known].raw["email"] == "kept@mail.example"
    assert world.differences() == []


def test_an_administrator_is_never_adopted(world: World) -> None:
    people = {**world.academy.people, STUDENT: person(STUDENT, "admin")}
    world.academy = replace(world.academy, people=people)
    result = run.apply_run(world.context)
    assert result.exit_code == 0
    assert ("user", STUDENT) not in world.bridge.owned
    assert any(finding.rule == "protected" for finding in result.plan.findings)
    assert run.plan_run(world.context).exit_code == 0


def test_a_hand_change_is_put_back_and_named(loaded: World) -> None:
    loaded.bridge.hand_change("user", STUDENT, "lastname", "Hand")
    plan = run.plan_run(loaded.context).plan
    assert [o.hand_changed for o in plan.operations] == [("lastname",)]
    run.apply_run(loaded.context)
    assert loaded.differences() == []


def test_an_override_keeps_a_hand_change_until_it_expires(loaded: World) -> None:
    loaded.bridge.hand_change("user", STUDENT, "lastname", "Hand")
    now = loaded.now()
    with loaded.database.session() as session:
        session.add(
            Override(
                kind="user",
                key=STUDENT,
                field="lastname",
                owner="Head",
                reason="marriage, papers follow",
                until=now + timedelta(days=1),
                created_at=now,
            )
        )
    assert run.plan_run(loaded.context).exit_code == 0
    loaded.clock += timedelta(days=2)
    assert run.plan_run(loaded.context).exit_code == 3


def test_what_moved_between_plan_and_apply_is_refused(loaded: World) -> None:
    people = {**loaded.academy.people, STUDENT: person(STUDENT, "ydyrysov.g", family_name="Жаңа")}
    loaded.academy = replace(loaded.academy, people=people)
    plan = run.plan_run(loaded.context).plan
    loaded.bridge.hand_change("user", STUDENT, "lastname", "Meanwhile")
    result = run.apply_run(loaded.context, plan=plan)
    assert [outcome.status for _, outcome in result.failed] == [Status.MOVED]
    assert loaded.bridge.rows["user"][loaded.bridge.owned["user", STUDENT]].raw["lastname"] == "Meanwhile"
    assert result.exit_code == 5


def test_one_failure_stops_only_what_depends_on_it(world: World) -> None:
    position = next(
        n for n, o in enumerate(run.plan_run(world.context).plan.operations, 1) if o.ref == ("user", STUDENT)
    )
    world.bridge.fail_at(position)
    result = run.apply_run(world.context)
    assert result.exit_code == 5
    assert [operation.ref for operation, _ in result.failed] == [("user", STUDENT)]
    assert [o.ref for o, _ in result.skipped] == [("enrolment", join_key(OFFERING, STUDENT))]
    assert "could not be done" in result.skipped[0][1]
    assert world.bridge.row_of("enrolment", join_key(OFFERING, NAMESAKE)) is not None
    assert run.apply_run(world.context).exit_code == 0
    assert world.differences() == []


@pytest.mark.parametrize("after", [False, True])
def test_a_run_cut_off_at_any_operation_is_finished_by_the_next(world: World, after: bool) -> None:
    total = len(run.plan_run(world.context).plan.operations)
    for n in range(1, total, 3):
        (world.bridge.die_after if after else world.bridge.die_before)(1)
        with pytest.raises(MoodleUnavailable):
            run.apply_run(world.context)
        world.bridge.heal()
        assert n  # each attempt gets at least one operation further
    result = run.apply_run(world.context)
    assert result.exit_code == 0
    assert world.differences() == []
    with world.database.session() as session:
        assert unanswered(session) == []
        made = [e.key for r in runs.runs(session, 99) for e in runs.entries(session, r.id) if e.result == "done"]
    assert len(made) == len(set(made)) == world.bridge.writes  # each done once, each journalled


def test_a_lost_answer_is_recalled_not_repeated(world: World) -> None:
    world.bridge.die_after(2)
    with pytest.raises(MoodleUnavailable):
        run.apply_run(world.context)
    with world.database.session() as session:
        assert len(unanswered(session)) == 1
        assert runs.runs(session, 1)[0].verdict == "failed"
    result = run.apply_run(world.context)
    assert result.recalled == 2
    assert world.differences() == []


def test_a_lost_database_of_ours_is_refilled_from_moodle(
    loaded: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "again"
    folder.mkdir()
    again = World(folder, monkeypatch)
    again.bridge = loaded.bridge
    again.context = replace(again.context, bridge=loaded.bridge)
    result = run.apply_run(again.context)
    assert (result.exit_code, sum(result.counts.values())) == (0, 0)
    with again.database.session() as session:
        assert applied_objects(session, "user", UTC)[STUDENT].label == "Ыдырысов Ғалымжан Төлеуұлы"


STRICT = Limits(at_least=1)


def test_a_guarded_plan_writes_nothing_and_is_parked(loaded: World) -> None:
    context = replace(loaded.context, limits=STRICT)
    without(loaded, STUDENT)
    writes = loaded.bridge.writes
    with pytest.raises(GuardStopped) as stopped:
        run.apply_run(context)
    assert loaded.bridge.writes == writes
    assert any("removals of 3 users (33.3 %; limit 5 %)" in problem for problem in stopped.value.problems)
    assert "dlt-sync apply --approve" in stopped.value.remedy
    assert stopped.value.exit_code == 4


def test_a_named_person_releases_exactly_that_plan(loaded: World) -> None:
    context = replace(loaded.context, limits=STRICT)
    without(loaded, STUDENT)
    parked = run.plan_run(context)
    assert (parked.exit_code, parked.parked) == (4, True)
    prefix = parked.plan.hash[:12]
    with pytest.raises(PlanError, match="name and a reason"):
        run.approve_run(context, prefix, approved_by=" ", because="right")
    result = run.approve_run(context, prefix, approved_by="Head", because="left on 20 November")
    assert result.exit_code == 0
    assert loaded.differences() == []
    with loaded.database.session() as session:
        row = runs.run(session, result.run_id)
        assert (row.approved_by, row.because, row.verdict) == ("Head", "left on 20 November", "ok")
    with pytest.raises(PlanError, match="applied already"):
        run.approve_run(context, prefix, approved_by="Head", because="again")


def test_a_newer_plan_supersedes_a_parked_one(loaded: World) -> None:
    context = replace(loaded.context, limits=STRICT)
    without(loaded, STUDENT)
    first = run.plan_run(context).plan.hash
    without(loaded, NAMESAKE)
    run.plan_run(context)
    with pytest.raises(PlanError, match="no longer the newest"):
        run.approve_run(context, first, approved_by="Head", because="right")


def test_an_approval_does_not_cover_what_the_guard_finds_later(loaded: World) -> None:
    without(loaded, STUDENT)
    hash_ = run.plan_run(replace(loaded.context, limits=replace(STRICT, weekly_removals_percent=1000))).plan.hash
    with loaded.database.session() as session:
        row = runs.parked(session, hash_)
        row.violations = [v for v in row.violations if v["rule"] != "removals"]
    writes = loaded.bridge.writes
    with pytest.raises(GuardStopped, match="more than was approved"):
        run.approve_run(replace(loaded.context, limits=STRICT), hash_, approved_by="Head", because="right")
    assert loaded.bridge.writes == writes


@pytest.mark.parametrize("prefix", ["ab", "0123456789ab"])
def test_a_hash_that_names_no_parked_plan_is_refused(loaded: World, prefix: str) -> None:
    with pytest.raises(PlanError):
        run.approve_run(loaded.context, prefix, approved_by="Head", because="right")


def test_removals_of_a_week_add_up(loaded: World) -> None:
    context = replace(loaded.context, limits=Limits(removals_percent=100, at_least=2, course_removals_percent=100))
    without(loaded, STUDENT)
    run.apply_run(context)
    without(loaded, NAMESAKE)
    with pytest.raises(GuardStopped) as stopped:
        run.apply_run(context)
    assert any("in the last seven days" in problem for problem in stopped.value.problems)
    loaded.clock += timedelta(days=8)
    assert run.apply_run(context).exit_code == 0


def test_a_plan_for_another_site_is_refused(loaded: World) -> None:
    plan = Plan("https://other.example", 1, ())
    with pytest.raises(PlanError, match="was made for https://other"):
        run.apply_run(loaded.context, plan=plan)


def test_only_one_run_at_a_time(loaded: World) -> None:
    with one_run_at_a_time(loaded.database.engine), pytest.raises(RunActive):
        run.apply_run(loaded.context)
    assert run.apply_run(loaded.context).exit_code == 0


def test_undo_puts_back_what_a_run_changed(loaded: World) -> None:
    before = {k: loaded.bridge.fields_of(r) for k, r in loaded.bridge.rows["user"].items()}
    enrolments = {k: loaded.bridge.fields_of(r) for k, r in loaded.bridge.rows["enrolment"].items()}
    people = {**loaded.academy.people, TEACHER: replace(loaded.academy.people[TEACHER], family_name="Жаңа")}
    loaded.academy = replace(loaded.academy, people=people)
    without(loaded, STUDENT)
    changed = run.apply_run(loaded.context)
    undone = run.undo_run(loaded.context, changed.run_id)
    assert undone.exit_code == 0
    assert {k: loaded.bridge.fields_of(r) for k, r in loaded.bridge.rows["user"].items()} == before
    assert {k: loaded.bridge.fields_of(r) for k, r in loaded.bridge.rows["enrolment"].items()} == enrolments


def test_undo_of_a_first_load_removes_without_deleting(loaded: World) -> None:
    with loaded.database.session() as session:
        first = runs.runs(session)[-1].id
    result = run.undo_run(loaded.context, first)
    assert result.exit_code == 5  # groups with members cannot be deleted
    assert {o.kind for o, _ in result.failed} == {"group"}
    assert all(
        loaded.bridge.rows["user"][loaded.bridge.owned["user", key]].raw["suspended"] for key in (STUDENT, TEACHER)
    )
    assert loaded.bridge.row_of("course", OFFERING) is not None


def test_undo_goes_through_the_same_guard_and_can_be_released(loaded: World) -> None:
    with loaded.database.session() as session:
        first = runs.runs(session)[-1].id
    context = replace(loaded.context, limits=STRICT)
    with pytest.raises(GuardStopped) as stopped:
        run.undo_run(context, first)
    command = stopped.value.remedy
    prefix = command.split("--approve ")[1].split()[0]
    result = run.approve_run(context, prefix, approved_by="Head", because="loaded by mistake")
    assert result.plan.undoes == first
    assert result.remaining == ()


def test_undo_of_a_run_that_never_was_is_refused(loaded: World) -> None:
    with pytest.raises(PlanError, match="no run 99"):
        run.undo_run(loaded.context, 99)


def test_undo_of_a_deleted_group_makes_it_again(loaded: World) -> None:
    rows = tuple(replace(e, cohort=OTHER_COHORT) for e in rows_of(loaded))
    loaded.academy = replace(loaded.academy, enrolments=HeldEnrolments({OFFERING: rows}))
    moved = run.apply_run(loaded.context)
    assert moved.counts["group.delete"] == 1
    assert run.undo_run(loaded.context, moved.run_id).exit_code == 0
    row = loaded.bridge.row_of("enrolment", join_key(OFFERING, STUDENT))
    assert row is not None
    assert loaded.bridge.fields_of(row)["groups"] == (join_key(OFFERING, COHORT),)


def test_a_run_shows_itself_on_the_department_page(loaded: World) -> None:
    (status,) = loaded.bridge.statuses.values()
    assert status.verdict == "ok"
    assert status.counts["user.create"] == 3
    assert not any(name.startswith("source.") for name in status.counts)
    assert "users: 3 created" in status.summary


def test_a_scope_applies_only_its_part_and_what_that_needs(world: World) -> None:
    result = run.apply_run(world.context, scope=Scope.parse(f"person:{STUDENT}"))
    assert result.exit_code == 0
    kinds = {operation.kind for operation in result.plan.operations}
    assert kinds == {"category", "user", "course", "group", "enrolment"}
    assert world.bridge.row_of("user", NAMESAKE) is None
    by_unit = run.plan_run(world.context, scope=Scope.parse("kafedra:hygiene RU"))
    assert {o.key for o in by_unit.plan.operations if o.kind == "enrolment"} == {
        join_key(OFFERING, NAMESAKE),
        join_key(OFFERING, TEACHER),
    }
    assert {o.kind for o in run.plan_run(world.context, scope=Scope.parse("kind:cohort")).plan.operations} == {"cohort"}


@pytest.mark.parametrize("text", ["", "user", "kind:thing", "course:"])
def test_what_is_no_scope_is_refused(text: str) -> None:
    with pytest.raises(PlanError, match="is no scope"):
        Scope.parse(text)


def test_what_a_quarantined_row_is_about_stays_as_it_is(loaded: World) -> None:
    without(loaded, STUDENT)
    loaded.academy = replace(loaded.academy, unknown=frozenset({("person", STUDENT)}))
    result = run.apply_run(loaded.context)
    assert not any(o.key.endswith(STUDENT) for o in result.plan.operations)
    row = loaded.bridge.row_of("user", STUDENT)
    assert row is not None
    assert row.raw["suspended"] is False


def test_an_unidentified_row_blocks_removals_of_its_kind_only(loaded: World) -> None:
    without(loaded, STUDENT)
    loaded.academy = replace(loaded.academy, unreadable=frozenset({"person"}))
    counts = run.apply_run(loaded.context).counts
    assert counts["user.remove"] == 0
    assert counts["enrolment.remove"] == 1


def test_the_journal_tells_what_happened_to_an_object(loaded: World) -> None:
    without(loaded, STUDENT)
    run.apply_run(loaded.context)
    with loaded.database.session() as session:
        story = [(entry.action, entry.result) for entry in runs.history(session, "user", STUDENT)]
    assert story == [("create", "done"), ("remove", "done")]


def test_an_unexpected_error_leaves_a_failed_run_behind(loaded: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def blow_up(session: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(run, "latest_batch", blow_up)
    with pytest.raises(RuntimeError):
        run.plan_run(loaded.context)
    with loaded.database.session() as session:
        last: Run = runs.runs(session, 1)[0]
        assert (last.verdict, last.summary) == ("failed", "RuntimeError")


def test_several_batches_travel_at_once(world: World) -> None:
    context = replace(world.context, requests_in_flight=4, batch_size=1)
    seen: list[tuple[str, int, int]] = []
    result = run.apply_run(context, progress=lambda kind, settled, total: seen.append((kind, settled, total)))
    assert result.exit_code == 0
    assert world.differences() == []
    work = [step for step in seen if not step[0].startswith("looking at")]
    assert work[-1][1] == work[-1][2] == len(result.plan.operations)
    assert ("looking at users", 1, 7) in seen


def test_a_kafedra_that_is_renamed_keeps_everything_in_place(loaded: World) -> None:
    from tests.academies import names

    orgs = {**loaded.academy.orgs, KAFEDRA: replace(loaded.academy.orgs[KAFEDRA], names=names("Public health"))}
    loaded.academy = replace(loaded.academy, orgs=orgs)
    result = run.apply_run(loaded.context)
    assert set(result.counts) == {"category.update", "course.update"}
    assert all(o.action is Action.UPDATE for o in result.plan.operations)


def test_a_new_enrolment_of_somebody_known_is_one_operation(loaded: World) -> None:
    rows = (*rows_of(loaded), enrolment(9, STUDENT, role="tutor"))
    loaded.academy = replace(loaded.academy, enrolments=HeldEnrolments({OFFERING: rows}))
    result = run.apply_run(loaded.context)
    assert result.counts == {"enrolment.update": 1}


def test_times_are_aware_utc_in_the_journal(loaded: World) -> None:
    with loaded.database.session() as session:
        started = runs.runs(session, 1)[0].started_at
    assert started.tzinfo is UTC
    assert started < datetime(2026, 11, 24, tzinfo=UTC)
