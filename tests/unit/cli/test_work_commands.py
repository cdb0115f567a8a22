"""plan, apply, undo, runs, why, override: options to one call, the result to stdout, the right exit code."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from dlt_sync.cli import cli
from dlt_sync.cli.app import App
from dlt_sync.db import Database
from dlt_sync.lock import one_run_at_a_time
from dlt_sync.settings import load
from tests.memory import MemoryBridge
from tests.unit.cli.conftest import NOW, Commands
from tests.unit.cli.delivery import replace_in

WHO = ("--as", "A. Demo, head", "--because", "the term has ended")


@pytest.fixture
def applied(loaded: Commands) -> Commands:
    """Commands with the records loaded and applied in run 1."""
    result = loaded("apply")
    assert result.exit_code == 0, result.output
    return loaded


@pytest.fixture
def guarded(applied: Commands, exports: Path) -> Commands:
    """Commands with records that would take everybody out of the course."""
    text = (exports / "enrolment.csv").read_text(encoding="utf-8")
    (exports / "enrolment.csv").write_text(text.splitlines()[0] + "\n" + text.splitlines()[4] + "\n", encoding="utf-8")
    assert applied("records", "import", "exports", "--accept-smaller", "enrolment").exit_code == 0
    return applied


def parked_hash(commands: Commands) -> str:
    """Hash of the plan that the guard parks."""
    return str(json.loads(commands("plan", "--json").stdout)["plan"]["hash"])


# -- plan and apply ---------------------------------------------------------------------------------------


def test_a_plan_with_changes_ends_with_three_and_changes_nothing(loaded: Commands, bridge: MemoryBridge) -> None:
    result = loaded("plan")
    assert result.exit_code == 3
    assert "15 changes" in result.stdout
    assert result.stderr == ""
    assert bridge.writes == 0


def test_a_single_change_is_counted_as_one(applied: Commands, exports: Path) -> None:
    people = exports / "person.csv"
    people.write_text(people.read_text(encoding="utf-8").replace("Пробнова", "Проверкина"), encoding="utf-8")
    assert applied("records", "import", "exports").exit_code == 0
    assert applied("plan").stdout.splitlines()[0].endswith(": 1 change")


def test_a_plan_as_json_holds_every_operation(loaded: Commands) -> None:
    data = json.loads(loaded("plan", "--json").stdout)
    assert len(data["plan"]["operations"]) == 15
    assert (data["parked"], data["violations"]) == (False, [])


def test_a_scope_cuts_the_plan(loaded: Commands) -> None:
    data = json.loads(loaded("plan", "--json", "--scope", "kind:user").stdout)
    assert {operation["kind"] for operation in data["plan"]["operations"]} == {"user"}
    wrong = loaded("plan", "--scope", "everything")
    assert wrong.exit_code == 1
    assert "is no scope" in wrong.stderr


def test_apply_proves_that_the_next_plan_is_empty(loaded: Commands) -> None:
    result = loaded("apply")
    assert result.exit_code == 0
    assert "users: 4 created" in result.stdout
    assert "Proven: the next plan is empty." in result.stdout
    after = loaded("plan")
    assert after.exit_code == 0
    assert "Nothing to do" in after.stdout


def test_a_kept_plan_is_applied_as_it_is(loaded: Commands, folder: Path, bridge: MemoryBridge) -> None:
    kept = loaded("plan", "--out", "tonight.plan", "--scope", "kind:user")
    assert "dlt-sync apply tonight.plan" in kept.stderr
    result = loaded("apply", "tonight.plan", "--json")
    assert json.loads(result.stdout)["done"] == {"user.create": 4}
    assert bridge.writes == 4


@pytest.mark.parametrize("content", [b"{}", b"no json", b"\xff\xfe\x00"])
def test_a_file_that_is_no_plan_is_refused(content: bytes, loaded: Commands, folder: Path) -> None:
    (folder / "x.plan").write_bytes(content)
    result = loaded("apply", "x.plan")
    assert result.exit_code == 1
    assert "What to do" in result.stderr
    assert "unforeseen" not in result.stderr


def test_an_altered_plan_is_refused(loaded: Commands, folder: Path, bridge: MemoryBridge) -> None:
    loaded("plan", "--out", "x.plan")
    text = (folder / "x.plan").read_text(encoding="utf-8")
    (folder / "x.plan").write_text(text.replace("s910001@academy.example", "x@evil.example"), encoding="utf-8")
    assert loaded("apply", "x.plan").exit_code == 1
    assert bridge.writes == 0


def test_a_plan_that_cannot_be_kept_is_a_sentence(loaded: Commands) -> None:
    result = loaded("plan", "--out", "missing/x.plan")
    assert result.exit_code == 1
    assert "Name a file that you may write." in result.stderr


def test_a_failed_operation_ends_with_five_and_is_listed(loaded: Commands, bridge: MemoryBridge) -> None:
    bridge.fail_at(6)
    result = loaded("apply")
    assert result.exit_code == 5
    assert "1 failed" in result.stdout
    assert "were skipped" in result.stdout
    assert "Proven" not in result.stdout
    bridge.heal()
    assert loaded("apply").exit_code == 0


def test_a_moodle_that_goes_away_is_an_error_and_the_next_apply_recovers(
    loaded: Commands, bridge: MemoryBridge
) -> None:
    bridge.die_after(6)
    result = loaded("apply")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    bridge.heal()
    again = loaded("apply")
    assert again.exit_code == 0
    assert "although their answer was lost" in again.stdout


def test_the_guard_ends_plan_and_apply_with_four_and_writes_nothing(guarded: Commands, bridge: MemoryBridge) -> None:
    before = bridge.writes
    plan = guarded("plan")
    assert plan.exit_code == 4
    assert "The guard objects:" in plan.stdout
    apply = guarded("apply")
    assert apply.exit_code == 4
    assert "nothing was changed" in apply.stderr
    assert "dlt-sync apply --approve" in apply.stderr
    assert bridge.writes == before


def test_a_named_person_releases_the_parked_plan(guarded: Commands) -> None:
    name = parked_hash(guarded)
    shown = guarded("plan", "--parked", name[:12])
    assert shown.exit_code == 4
    assert "The guard objects:" in shown.stdout
    result = guarded("apply", "--approve", name[:12], *WHO)
    assert result.exit_code == 0, result.output
    assert "3 removed" in result.stdout
    runs = json.loads(guarded("runs", "--json").stdout)
    assert (runs[0]["approved_by"], runs[0]["because"]) == (WHO[1], WHO[3])


def test_who_had_a_plan_parked_does_not_release_it(guarded: Commands, bridge: MemoryBridge, folder: Path) -> None:
    config = folder / "dlt-sync.ini"
    config.write_text(config.read_text().replace("second_person = no", "second_person = yes"))
    name, before = parked_hash(guarded), bridge.writes
    assert "let a second person run" in " ".join(guarded("apply").stderr.split())
    refused = guarded("apply", "--approve", name[:12], *WHO)
    assert (refused.exit_code, bridge.writes) == (1, before)
    said = " ".join(refused.stderr.split())
    assert "who may not release it alone" in said
    assert "second_person = no" in said


def test_a_hash_that_is_too_short_is_refused_with_a_remedy(guarded: Commands) -> None:
    result = guarded("apply", "--approve", "abc", *WHO)
    assert result.exit_code == 1
    assert "at least 8 characters" in result.stderr
    assert "What to do" in result.stderr


def test_no_other_plan_is_released(guarded: Commands) -> None:
    result = guarded("apply", "--approve", "0123456789ab", *WHO)
    assert result.exit_code == 1
    assert "No parked plan" in result.stderr


@pytest.mark.parametrize(
    "args",
    [
        ("--approve", "0123456789ab"),
        ("--approve", "0123456789ab", "--as", "A. Demo"),
        ("--as", "A. Demo"),
        ("--because", "x"),
        ("--approve", "0123456789ab", *WHO, "--scope", "kind:user"),
        ("missing.plan",),
    ],
)
def test_apply_refuses_options_that_do_not_go_together(args: tuple[str, ...], loaded: Commands) -> None:
    assert loaded("apply", *args).exit_code == 2


def test_a_kept_plan_takes_no_scope_and_a_parked_one_no_file(loaded: Commands, folder: Path) -> None:
    (folder / "x.plan").write_text("{}")
    assert loaded("apply", "x.plan", "--scope", "kind:user").exit_code == 2
    assert loaded("apply", "x.plan", "--approve", "0123456789ab", *WHO).exit_code == 2
    assert loaded("plan", "--parked", "0123456789ab", "--out", "y.plan").exit_code == 2


def test_another_run_that_is_active_ends_with_six(loaded: Commands, folder: Path) -> None:
    database = Database(load(folder / "dlt-sync.ini", {}).database.url)
    with one_run_at_a_time(database.engine):
        for command in (("plan",), ("apply",), ("undo", "1")):
            assert loaded(*command).exit_code == 6
    database.close()


def test_a_moodle_that_is_not_set_is_named(loaded: Commands, folder: Path) -> None:
    (folder / "dlt-sync.ini").write_text("")
    app = App(environ={}, now=lambda: NOW)
    result = CliRunner().invoke(cli, ["plan"], obj=app)
    assert result.exit_code == 1
    assert "[moodle]: url is missing." in result.stderr
    assert "[moodle]: token is missing." in result.stderr


# -- undo and runs ----------------------------------------------------------------------------------------


def test_undo_puts_back_what_a_run_changed_and_warns_of_the_records(
    applied: Commands, exports: Path, bridge: MemoryBridge
) -> None:
    replace_in(exports, "person", "Пробнова", "Образцова")
    applied("records", "import", "exports")
    assert "users: 1 updated" in applied("apply").stdout
    result = applied("undo", "2", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["done"] == {"user.update": 1}
    assert "Correct them before the next apply" in result.stderr
    names = {user.fields["lastname"] for user in bridge.read("user") if user.fields}
    assert "Пробнова" in names


def test_undo_of_an_unknown_run_is_an_error(applied: Commands) -> None:
    result = applied("undo", "99")
    assert result.exit_code == 1
    assert "There is no run 99." in result.stderr


def test_runs_are_listed_newest_first_and_shown_with_their_journal(applied: Commands) -> None:
    applied("plan")
    assert [run["id"] for run in json.loads(applied("runs", "--json").stdout)] == [2, 1]
    assert json.loads(applied("runs", "--limit", "1", "--json").stdout)[0]["mode"] == "plan"
    shown = applied("runs", "show", "1")
    assert shown.exit_code == 0
    assert "Сағынбекқызы" in shown.stdout
    assert "Moodle answers (4.5.6)." in shown.stdout
    assert "Done: " in shown.stdout
    assert "In detail:" not in shown.stdout  # what stands in the heading and the table is not told again
    as_data = json.loads(applied("runs", "show", "1", "--json").stdout)
    assert (len(as_data["entries"]), as_data["report"].keys()) == (15, {"kk", "ru", "en"})
    assert "report" not in json.loads(applied("runs", "--json").stdout)[0]
    assert applied("runs", "show", "99").exit_code == 1


def test_without_runs_the_first_step_is_named(dlt_sync: Commands) -> None:
    assert "Start with: dlt-sync plan" in dlt_sync("runs").stderr


# -- why and override -------------------------------------------------------------------------------------


def test_why_answers_from_the_records_to_moodle(applied: Commands) -> None:
    result = applied("why", "plt:student:910001", "plt:offering:17")
    assert result.exit_code == 0, result.output
    assert "has access to plt:offering:17" in result.stdout
    assert json.loads(applied("why", "s910001", "Гигиена", "--json").stdout)["lines"]
    assert applied("why", "nobody", "plt:offering:17").exit_code == 1


def test_an_override_keeps_a_hand_change_until_its_day_is_over(applied: Commands, exports: Path) -> None:
    args = ("override", "add", "user", "plt:student:910003", "lastname", "--until", "2026-11-30", *WHO)
    added = applied(*args)
    assert added.exit_code == 0, added.output
    replace_in(exports, "person", "Пробнова", "Образцова")
    applied("records", "import", "exports")
    assert json.loads(applied("plan", "--json").stdout)["plan"]["operations"] == []
    later = applied("plan", "--json", now=lambda: NOW + timedelta(days=8))
    assert len(json.loads(later.stdout)["plan"]["operations"]) == 1


def test_overrides_are_listed_replaced_and_removed(loaded: Commands) -> None:
    add = ("override", "add", "user", "plt:student:910003", "*")
    loaded(*add, "--until", "2026-11-30", *WHO)
    loaded(*add, "--until", "2026-12-31", *WHO)
    listed = json.loads(loaded("override", "list", "--json").stdout)
    assert [(row["field"], row["owner"], row["until"]) for row in listed] == [
        ("*", WHO[1], "2026-12-31T19:00:00+00:00")
    ]
    assert "2026-12-31 23:59" in loaded("override", "list").stdout
    assert loaded("override", "remove", str(listed[0]["id"])).exit_code == 0
    assert loaded("override", "list").stderr == "There are none.\n"
    assert loaded("override", "remove", "99").exit_code == 1


def test_an_override_that_ended_is_listed_only_on_demand(loaded: Commands) -> None:
    loaded("override", "add", "course", "plt:offering:17", "fullname", "--until", "2026-11-30", *WHO)

    def later(*args: str) -> list[object]:
        result = loaded("override", "list", "--json", *args, now=lambda: NOW + timedelta(days=30))
        return list(json.loads(result.stdout))

    assert (len(later()), len(later("--all"))) == (0, 1)


@pytest.mark.parametrize(
    ("args", "code", "text"),
    [
        (("curse", "k", "name", "--until", "2026-12-01"), 1, "is no kind"),
        (("course", "k", "nmae", "--until", "2026-12-01"), 1, "has no field"),
        (("course", "k", "fullname", "--until", "2026-11-01"), 1, "is past"),
        (("course", "k", "fullname", "--until", "tomorrow"), 2, "does not match"),
    ],
)
def test_an_override_that_makes_no_sense_is_refused(
    args: tuple[str, ...], code: int, text: str, loaded: Commands
) -> None:
    result = loaded("override", "add", *args, *WHO)
    assert (result.exit_code, text in result.stderr) == (code, True)


# -- what is written --------------------------------------------------------------------------------------


def test_the_token_reaches_neither_output_nor_log(applied: Commands, folder: Path) -> None:
    result = applied("--debug", "plan")
    text = result.output + (folder / "dlt-sync.log").read_text(encoding="utf-8")
    assert "not-a-real-token" not in text
    assert stat.S_IMODE((folder / "dlt-sync.log").stat().st_mode) == 0o600


def test_a_good_apply_calls_the_dead_man_s_switch_and_a_part_of_one_does_not(
    loaded: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[object] = []
    monkeypatch.setattr("dlt_sync.daemon.ping.call_home", called.append)
    assert loaded("apply", "--scope", "kind:category").exit_code == 0
    assert called == []
    assert loaded("apply").exit_code == 0
    assert len(called) == 1
