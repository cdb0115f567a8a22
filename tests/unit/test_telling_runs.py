"""People are told of every run once: of refused and failed ones too, and of those that Moodle could not be told of."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from dlt_sync import run
from dlt_sync.errors import GuardStopped, MoodleError, MoodleUnavailable
from dlt_sync.guard import Limits
from dlt_sync.journal import runs
from dlt_sync.journal.tables import Run
from dlt_sync.moodle.contract import PageStatus, RunReport, RunStatus, Section
from dlt_sync.moodle.wire import fitted, reports_from_json, reports_to_json
from dlt_sync.records.tables import ImportBatch, Org, Quarantine
from dlt_sync.scope import Scope
from dlt_sync.tell import tell_runs
from tests.academies import NAMESAKE, OFFERING, STUDENT
from tests.unit.report.runs import Line
from tests.worlds import UNGUARDED, World

STRICT = Limits(removals_percent=10, at_least=1)
DOWN = MoodleUnavailable("Moodle does not answer.", remedy="Try again later.")
DENIED = MoodleError("Moodle does not understand the request: report.", errorcode="badrequest")
TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path, monkeypatch, UNGUARDED)


@pytest.fixture
def loaded(world: World) -> World:
    run.apply_run(world.context)
    return world


def lose_a_student(world: World) -> None:
    world.academy = replace(world.academy, people={k: p for k, p in world.academy.people.items() if k != STUDENT})


def sections(world: World, number: int, language: str = "en") -> dict[str, tuple[str, ...]]:
    """What Moodle was told of a run: lines by section."""
    return {section.code: section.lines for section in world.bridge.statuses[number].report[language].sections}


def stored(world: World, number: int) -> Run:
    with world.database.session() as session:
        return runs.run(session, number)


def refuse(world: World, patch: pytest.MonkeyPatch, error: MoodleError, *, only: int = 0) -> None:
    """Let Moodle take no status, or none of a run."""
    push = world.bridge.push_status

    def refused(status: PageStatus) -> frozenset[str]:
        if not only or only in [one.run for one in status.runs]:
            raise error
        return push(status)

    patch.setattr(world.bridge, "push_status", refused)


def test_people_are_told_what_a_run_did_and_what_they_are_told_is_kept(world: World) -> None:
    world.context = replace(world.context, health=lambda bridge: (Line("moodle", facts={"release": "4.5.6"}),))
    number = run.apply_run(world.context).run_id
    told = world.bridge.statuses[number]
    assert (told.verdict, told.needs, tuple(told.report)) == ("ok", "", ("kk", "ru", "en"))
    assert sections(world, number)["health"] == ("Moodle answers (4.5.6).",)
    hygiene, *_, nobody = sections(world, number)["changes"]
    assert hygiene.startswith("Hygiene ru — created: ")
    assert nobody == "No kafedra — created: 1\u00a0category"
    row = stored(world, number)
    assert row.told_at is not None
    assert row.report == json.loads(json.dumps(reports_to_json(told.report)))
    assert reports_from_json(row.report or {}) == told.report


def test_a_plan_is_nobody_s_news(world: World) -> None:
    number = run.plan_run(world.context).run_id
    assert stored(world, number).report is None
    assert world.bridge.announced == []


def test_a_refused_run_asks_for_a_decision_and_says_by_which_command(loaded: World) -> None:
    lose_a_student(loaded)
    with pytest.raises(GuardStopped) as stopped:
        run.apply_run(replace(loaded.context, limits=STRICT, second_person=True))
    told = loaded.bridge.statuses[2]
    assert (told.verdict, told.needs) == ("refused", "release")
    parked = sections(loaded, 2)["parked"]
    assert any(line.startswith("• Users: 1 of 3 are to go") for line in parked)
    command = next(line for line in parked if line.startswith("dlt-sync apply --approve"))
    assert stopped.value.remedy.endswith(command)
    assert parked[-1].startswith("Somebody else")


def test_a_plan_waits_until_it_is_released_whatever_else_is_run(loaded: World) -> None:
    lose_a_student(loaded)
    with pytest.raises(GuardStopped):
        run.apply_run(replace(loaded.context, limits=STRICT))
    run.apply_run(loaded.context, scope=Scope.parse("kind:category"))
    assert [loaded.bridge.statuses[number].needs for number in (2, 3)] == ["release", "release"]
    assert sections(loaded, 3)["parked"] == sections(loaded, 2)["parked"]


def test_what_was_deleted_by_hand_waits_with_its_reason(loaded: World) -> None:
    loaded.bridge.hand_delete("course", OFFERING)
    number = run.apply_run(loaded.context).run_id
    assert loaded.bridge.statuses[number].needs == "release"
    parked = sections(loaded, number)["parked"]
    course = "GiE 3201 kk 2026-2027/1 6B10101"
    assert parked[0] == f"Deleted by hand in Moodle, made again only after approval: {course}"
    assert parked[1].startswith(f"Depends on that and waits with it: ЖМ-301 — {course}")
    assert f"{NAMESAKE} — {course}" in parked[1]


@pytest.fixture
def cut_off(loaded: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A run during which Moodle went away, so that it could not be told of either."""
    lose_a_student(loaded)
    with pytest.MonkeyPatch.context() as patch:
        loaded.bridge.die_before(1)
        refuse(loaded, patch, DOWN)
        with pytest.raises(MoodleUnavailable):
            run.apply_run(loaded.context)
    loaded.bridge.heal()
    return loaded


def test_a_run_that_failed_while_moodle_was_down_is_told_by_the_next_run_once(cut_off: World) -> None:
    assert stored(cut_off, 2).told_at is None
    number = run.apply_run(cut_off.context).run_id
    run.apply_run(cut_off.context)
    assert cut_off.bridge.announced == [1, 2, number, number + 1]
    told = cut_off.bridge.statuses[2]
    assert (told.verdict, told.needs) == ("failed", "look")
    assert sections(cut_off, 2)["failed"][0].startswith("Moodle did not answer.")
    assert stored(cut_off, 2).told_at is not None


def test_what_was_not_told_can_be_told_by_itself(cut_off: World) -> None:
    assert tell_runs(cut_off.database, cut_off.bridge, cut_off.now) == 1
    assert tell_runs(cut_off.database, cut_off.bridge, cut_off.now) == 0
    assert cut_off.bridge.announced == [1, 2]


def test_a_run_that_failed_by_a_fault_of_ours_is_told_at_once(loaded: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(run, "build_plan", stumble)
    with pytest.raises(ZeroDivisionError):
        run.apply_run(loaded.context)
    assert sections(loaded, 2)["failed"][0].startswith("Something unforeseen went wrong (ZeroDivisionError)")


def test_whoever_ends_the_program_does_not_wait_for_the_telling(loaded: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "build_plan", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run.apply_run(loaded.context)
    assert loaded.bridge.announced == [1]
    assert tell_runs(loaded.database, loaded.bridge, loaded.now) == 1


def test_a_run_that_was_killed_is_told_by_the_next_one(loaded: World) -> None:
    with loaded.database.session() as session:
        runs.start_run(session, "plan", loaded.now(), host="", run_by="")
        number = runs.start_run(session, "apply", loaded.now(), host="", run_by="")
    run.apply_run(loaded.context)
    assert loaded.bridge.announced == [1, number, number + 1]
    assert loaded.bridge.statuses[number].needs == "look"
    assert sections(loaded, number)["failed"][0].startswith("The program was cut off")


def test_an_answer_that_was_lost_tells_nobody_twice(loaded: World, monkeypatch: pytest.MonkeyPatch) -> None:
    push = loaded.bridge.push_status

    def lose(status: PageStatus) -> frozenset[str]:
        push(status)
        raise DOWN

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loaded.bridge, "push_status", lose)
        run.apply_run(loaded.context)
    run.apply_run(loaded.context)
    assert loaded.bridge.announced == [1, 2, 3]


def test_a_plan_that_was_released_before_the_telling_asks_nobody_any_more(loaded: World) -> None:
    lose_a_student(loaded)
    with pytest.MonkeyPatch.context() as patch:
        refuse(loaded, patch, DOWN)
        with pytest.raises(GuardStopped) as stopped:
            run.apply_run(replace(loaded.context, limits=STRICT))
        plan_hash = stopped.value.remedy.split("--approve ")[1].split()[0]
        run.approve_run(loaded.context, plan_hash, approved_by="A. Demo, head", because="she left")
    tell_runs(loaded.database, loaded.bridge, loaded.now)
    assert [loaded.bridge.statuses[number].needs for number in (2, 3)] == ["", ""]
    assert "Released by A. Demo, head, because: she left" in sections(loaded, 3)["summary"]


def test_a_run_that_moodle_cannot_read_keeps_no_other_from_being_told(
    loaded: World, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        refuse(loaded, patch, DOWN)
        run.apply_run(loaded.context)
        run.apply_run(loaded.context)
    with pytest.MonkeyPatch.context() as patch:
        refuse(loaded, patch, DENIED, only=2)
        caplog.clear()
        assert tell_runs(loaded.database, loaded.bridge, loaded.now) == 1
    assert loaded.bridge.announced == [1, 3]
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING] == [
        "Moodle does not take run 2: Moodle does not understand the request: report."
    ]
    with pytest.MonkeyPatch.context() as patch:
        refuse(loaded, patch, DENIED)
        with pytest.raises(MoodleError):
            tell_runs(loaded.database, loaded.bridge, loaded.now)


def test_a_report_gives_way_to_what_moodle_takes() -> None:
    parts = tuple(Section(code, code, ("x" * 100,)) for code in ("summary", "changes", "health"))
    status = RunStatus(7, "apply", 1, 2, "ok", "", {}, "", report={"kk": RunReport("s", parts)})
    assert fitted(status, 10_000) == status
    shorter = fitted(status, 400)
    assert [section.code for section in shorter.report["kk"].sections] == ["summary"]
    assert fitted(status, 10).report["kk"].sections == ()


def problem(number: int, message: str, **more: object) -> Quarantine:
    return Quarantine(
        batch_id=1, entity="person", file="persons.csv", row=number, field="email", rule="email", message=message,
        **{"first_seen": more.pop("first_seen", None), **more},
    )  # fmt: skip


@pytest.fixture
def troubled(loaded: World) -> World:
    """A Moodle that answers with secrets, and rows that were set aside for them."""
    now = loaded.now()
    with loaded.database.session() as session:
        session.add(ImportBatch(number=1, mode="full", started_at=now, verdict="partial"))
        session.flush()
        session.add(
            Org(
                sourced_id="o",
                type="kafedra",
                name_kk="Медицина",
                name_ru="Medicine ru",
                name_en="Medicine",
                batch_id=1,
                date_last_modified=now,
            )
        )
        texts = ("email is a.demo@academy.example, which is no e-mail address.", f"IIN 000101501236, token {TOKEN}")
        session.add_all(problem(number, text, first_seen=now) for number, text in enumerate(texts, 2))
        session.add(problem(9, "put right", first_seen=now, state="resolved"))
        session.add(problem(10, "only a field", first_seen=now, severity="warning"))
    loaded.bridge.hand_change("user", NAMESAKE, "lastname", "Ыдырысова")
    lose_a_student(loaded)
    loaded.bridge.fail_at(1)
    loaded.bridge.fail_at(2)
    return loaded


def test_nothing_that_is_told_names_a_person_or_holds_a_secret(
    troubled: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply = troubled.bridge.apply
    secret = f"e-mail b.demo@academy.example, IIN 000101501236, wstoken={TOKEN}"
    monkeypatch.setattr(
        troubled.bridge,
        "apply",
        lambda batch: tuple(replace(o, message=secret) if o.errorcode else o for o in apply(batch)),
    )
    number = run.apply_run(troubled.context).run_id
    told = json.dumps(reports_to_json(troubled.bridge.statuses[number].report), ensure_ascii=False)
    for known in ("Ыдырысов", "Ғалымжан", "Үлгібаев", "a.demo", "b.demo", "ydyrysov", "000101501236", TOKEN):
        assert known not in told
    assert troubled.bridge.statuses[number].needs == "look"
    assert NAMESAKE in told
    assert "persons.csv, row 2: email is ***@academy.example" in told
    assert "2\u00a0rows set aside, 2 of them new" in told
    assert "put right" not in told
    assert "only a field" not in told
    assert "***@academy.example, IIN ********1236, wstoken=***" in told


def test_what_was_set_aside_before_is_not_new(troubled: World) -> None:
    number = [run.apply_run(troubled.context).run_id for _ in range(2)][-1]
    assert sections(troubled, number)["quarantined"][0].startswith("2\u00a0rows set aside, 0 of them new.")


def test_a_unit_is_named_in_the_reader_s_language(troubled: World) -> None:
    number = run.apply_run(troubled.context).run_id
    for language, name in (("kk", "Медицина"), ("ru", "Medicine ru"), ("en", "Medicine")):
        assert sections(troubled, number, language)["changes"][0].startswith(f"{name} — ")
