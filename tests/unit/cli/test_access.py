"""Who looked at personal data: every command that shows it notes it first, by keys and never by names."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import pytest

from dlt_sync import access
from dlt_sync.db import Database
from dlt_sync.errors import DatabaseError
from tests.memory import MemoryBridge
from tests.unit.cli.conftest import NOW, Commands, all_commands
from tests.unit.cli.delivery import replace_in

#: Commands that show nobody's data, or only what the caller just gave; each with the reason why it is not noted.
NOT_NOTED = {
    "init": "writes settings",
    "doctor": "shows what a run needs",
    "db upgrade": "makes tables",
    "records import": "names rows of the files that the caller brings",
    "records check": "names rows of the files that the caller brings",
    "runs": "shows numbers, and staff by their accounts",
    "video check": "shows addresses of videos",
    "video feed": "shows what the department's own feeds hold",
    "video accept": "shows the stage of one request",
    "video decline": "shows the stage of one request",
    "video stage": "shows the stage of one request",
    "video ask": "shows the key of the caller's own request",
    "override add": "shows the decision that the caller makes",
    "override list": "shows decisions with the staff who answer for them: they are made to be seen",
    "override remove": "shows one decision",
    "restore": "shows numbers",
    "retention": "shows numbers",
    "access": "shows accounts and keys; who reads the log is no secret to it",
    "completion": "writes a script for the shell",
    "daemon": "shows what it does",
    "daemon status": "shows jobs",
    "daemon run": "shows jobs",
    "records feeds": "shows units and days",
}


@pytest.fixture
def applied(loaded: Commands) -> Commands:
    """Commands with everything applied to Moodle."""
    result = loaded("apply")
    assert result.exit_code == 0, result.output
    return loaded


def noted(commands: Commands, *args: str) -> list[dict[str, Any]]:
    """What a command adds to the log."""
    before = len(json.loads(commands("access", "--json").stdout))
    result = commands(*args)
    assert result.exit_code in (0, 3, 4), result.output
    rows = json.loads(commands("access", "--json").stdout)
    return list(rows[: len(rows) - before])


def one(commands: Commands, *args: str) -> tuple[str, str, int]:
    """Command, scope and number of people of the one row that a command adds."""
    (row,) = noted(commands, *args)
    assert row["who"]
    assert row["host"]
    return row["command"], row["scope"], row["people"]


def test_every_command_that_shows_people_takes_a_reason_and_the_others_say_why_not() -> None:
    def takes_reason(command: click.Command) -> bool:
        return any("--because" in option.opts for option in command.params)

    runnable = {
        " ".join(words): command
        for words, command in all_commands()
        if words and (not isinstance(command, click.Group) or command.invoke_without_command)
    }
    silent = [name for name, command in runnable.items() if not takes_reason(command) and name not in NOT_NOTED]
    undecided = [name for name in silent if name != "undo"]  # it says why in the run that it undoes
    assert undecided == [], "note whose data it shows (App.looked_at), or say in NOT_NOTED why not"


def test_a_record_of_a_person_is_noted_with_the_reason(applied: Commands) -> None:
    (row,) = noted(applied, "records", "show", "person", "plt:student:910001", "--because", "call of 26.11.")
    assert (row["command"], row["scope"], row["people"], row["why"]) == (
        "records show", "person plt:student:910001", 1, "call of 26.11.",
    )  # fmt: skip
    assert row["at"] == NOW.isoformat()
    assert noted(applied, "records", "show", "org", "plt:cafedra:59") == []


def test_the_question_why_is_noted_by_keys_although_it_was_asked_by_name(applied: Commands) -> None:
    found = one(applied, "why", "Сағынбекқызы", "Гигиена")
    assert found == ("why", "person plt:student:910001 in plt:offering:17", 1)


def test_a_plan_is_noted_with_the_number_of_people_in_it(applied: Commands, exports: Path) -> None:
    assert noted(applied, "plan") == []
    replace_in(exports, "person", "Пробнова", "Образцова")
    applied("records", "import", "exports")
    command, scope, people = one(applied, "plan", "--out", "x.plan")
    assert (command, people) == ("plan", 1)
    assert scope.startswith("plan ")


def test_the_journal_of_a_run_is_noted(applied: Commands) -> None:
    assert one(applied, "runs", "show", "1") == ("runs show", "run 1", 4)


def test_rows_set_aside_are_noted(applied: Commands, exports: Path) -> None:
    replace_in(exports, "person", "s910003@academy.example", "nonsense")
    applied("records", "import", "exports")
    assert one(applied, "records", "quarantine", "--kind", "person") == (
        "records quarantine",
        "quarantine of person",
        1,
    )


def test_a_backup_is_noted_with_everybody_in_it(applied: Commands, folder: Path) -> None:
    command, scope, people = one(applied, "backup", str(folder))
    assert (command, scope, people) == ("backup", "backup dlt-sync-20261123T210000Z.zip", 4)


def test_what_failed_is_noted(applied: Commands, exports: Path, bridge: MemoryBridge) -> None:
    replace_in(exports, "person", "Пробнова", "Образцова")
    applied("records", "import", "exports")
    bridge.fail_at(1)
    result = applied("apply", "--json")
    assert result.exit_code == 5
    row = json.loads(applied("access", "--json").stdout)[0]
    assert (row["command"], row["people"]) == ("apply", 1)


def test_the_log_holds_no_secret_that_somebody_types(applied: Commands) -> None:
    (row,) = noted(applied, "records", "show", "person", "plt:student:910001", "--because", "990214600007, a@b.example")
    assert row["why"] == "***0007, ***@b.example"


def test_what_cannot_be_noted_is_not_shown(applied: Commands, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    def fail(*_: object, **__: object) -> None:
        raise DatabaseError("The log is full.")

    monkeypatch.setattr(access, "note", fail)
    for args in (("records", "show", "person", "plt:student:910001"), ("why", "plt:student:910001", "plt:offering:17")):
        result = applied(*args)
        assert (result.exit_code, result.stdout) == (1, "")
    assert applied("backup", "mine.zip").exit_code == 1
    assert not (folder / "mine.zip").exists()


def test_the_log_is_listed_newest_first_and_in_parts(applied: Commands) -> None:
    assert applied("access").stderr == "Nobody has looked at personal data.\n"
    for days in range(3):
        applied("records", "show", "person", "plt:student:910001", now=lambda: NOW + timedelta(days=days))  # noqa: B023
    since = json.loads(applied("access", "--since", "2026-11-25", "--json").stdout)
    assert [row["id"] for row in since] == [3, 2]  # midnight of the academy's day
    assert [row["id"] for row in json.loads(applied("access", "--limit", "1", "--json").stdout)] == [3]
    assert json.loads(applied("access", "--by", "nobody-of-that-name", "--json").stdout) == []
    assert "person plt:student:910001" in applied("access").stdout


def test_a_row_of_the_log_cannot_be_changed(applied: Commands, folder: Path) -> None:
    from sqlalchemy import text

    applied("records", "show", "person", "plt:student:910001")
    database = Database(f"sqlite:///{folder / 'dlt-sync.sqlite3'}")
    with pytest.raises(DatabaseError, match="append-only"), database.session() as session:
        session.execute(text("UPDATE pii_access SET who = 'nobody'"))
    database.close()
