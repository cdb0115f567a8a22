"""runs --check and records feeds: what monitoring systems and the department ask every day."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from dlt_sync.errors import MoodleUnavailable
from tests.memory import MemoryBridge
from tests.unit.cli.conftest import NOW, Commands


def test_a_night_that_went_well_is_one_line_and_exit_code_0(loaded: Commands) -> None:
    assert loaded("apply").exit_code == 0
    result = loaded("runs", "--check", now=lambda: NOW + timedelta(hours=10))
    assert result.exit_code == 0
    assert result.stdout == "OK: the last good run ended 2026-11-24 02:00 | age_hours=10.0;26\n"
    assert result.stderr == ""


def test_no_good_run_for_too_long_is_critical(loaded: Commands) -> None:
    assert loaded("apply").exit_code == 0
    late = NOW + timedelta(hours=27)
    result = loaded("runs", "--check", now=lambda: late)
    assert result.exit_code == 1
    assert result.stdout.startswith("CRITICAL: the last good run ended 2026-11-24 02:00 | age_hours=27.0;26\n")
    assert loaded("runs", "--check", "--max-age", "28", now=lambda: late).exit_code == 0


def test_a_run_that_failed_is_a_warning(
    loaded: Commands, bridge: MemoryBridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise MoodleUnavailable("Moodle does not answer.")

    assert loaded("apply").exit_code == 0
    monkeypatch.setattr(bridge, "info", fail)
    assert loaded("apply").exit_code == 1
    result = loaded("runs", "--check")
    assert result.exit_code == 1
    assert result.stdout.startswith("WARNING: run 2 ended as failed: Moodle does not answer | age_hours=0.0;26")
    assert result.stdout.count("\n") == 1


def test_the_check_speaks_json(dlt_sync: Commands) -> None:
    result = dlt_sync("runs", "--check", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "state": "CRITICAL",
        "sentence": "there was no good run yet",
        "age_hours": None,
        "max_age_hours": 26,
        "parked": "",
        "last": "",
    }


def test_what_cannot_be_looked_at_is_one_line_too(bare: Commands, folder: Path) -> None:
    missing = bare("--config", "none.ini", "runs", "--check")
    assert (missing.exit_code, missing.stdout.count("\n")) == (1, 1)
    assert missing.stdout.startswith("CRITICAL: There is no config file at none.ini.")
    (folder / "dlt-sync.ini").write_text("")
    unmigrated = bare("runs", "--check")
    assert unmigrated.exit_code == 1
    assert unmigrated.stdout.startswith("CRITICAL: The tables in the database")


def test_feeds_are_listed_and_the_overdue_ones_named(loaded: Commands, folder: Path) -> None:
    with (folder / "dlt-sync.ini").open("a") as config:
        config.write("[feeds]\nowner.person = Registrar's office\ndue.person = daily\ndue.org = 2026-09-01\n")
    on_time = loaded("records", "feeds")
    assert on_time.exit_code == 0
    assert on_time.stderr == ""
    late = loaded("records", "feeds", now=lambda: NOW + timedelta(days=2))
    assert late.exit_code == 0
    assert late.stderr == "Overdue: person (Registrar's office).\n"
    person = next(line for line in late.stdout.splitlines() if line.startswith("person"))
    assert person.split() == [
        "person", "Registrar's", "office", "2026-11-25", "2026-11-24", "02:00", "overdue",
    ]  # fmt: skip
    assert "never" in next(line for line in late.stdout.splitlines() if line.startswith("topic"))


def test_feeds_speak_json(loaded: Commands, folder: Path) -> None:
    with (folder / "dlt-sync.ini").open("a") as config:
        config.write("[feeds]\nentities.registrar = person, enrolment\nowner.registrar = Registrar's office\n")
    found = json.loads(loaded("records", "feeds", "--json").stdout)
    assert found[0] == {
        "name": "registrar",
        "entities": ["person", "enrolment"],
        "owner": "Registrar's office",
        "due": None,
        "received": "2026-11-23T21:00:00+00:00",
        "overdue": False,
        "format": "",
    }


def test_a_due_day_that_nobody_understands_is_named_with_its_line(loaded: Commands, folder: Path) -> None:
    with (folder / "dlt-sync.ini").open("a") as config:
        config.write("[feeds]\ndue.person = now and then\n")
    result = loaded("records", "feeds")
    assert result.exit_code == 1
    assert "[feeds] due.person: “now and then” is no due day. Write daily" in result.stderr.replace("\n", " ")
