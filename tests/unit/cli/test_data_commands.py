"""backup, restore, retention, db upgrade: options to one call, and what people are told."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.cli.conftest import CONFIG, NOW, Commands
from tests.unit.cli.delivery import replace_in


@pytest.fixture
def newer(loaded: Commands, folder: Path) -> Commands:
    """Commands over a database that a newer version has upgraded."""
    with closing(sqlite3.connect(folder / "dlt-sync.sqlite3")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0042'")
        connection.commit()
    return loaded


def test_a_backup_says_what_it_holds_and_what_not(loaded: Commands, folder: Path) -> None:
    result = loaded("backup", "mine.zip")
    assert result.exit_code == 0, result.output
    assert str(folder / "mine.zip") in result.stdout
    assert "the data of 4 people" in result.stderr
    assert "the key of the IINs" in result.stderr
    data = json.loads(loaded("backup", "other.zip", "--json").stdout)
    assert (data["file"], data["counts"]["person"]) == (str(folder / "other.zip"), 4)


def test_without_a_place_for_it_one_is_asked_for(loaded: Commands, folder: Path) -> None:
    assert "[backup] folder" in loaded("backup").stderr
    (folder / "dlt-sync.ini").write_text(f"{CONFIG}[backup]\nfolder = kept\nkeep = 1\n")
    for hours in (0, 1):
        result = loaded("backup", now=lambda: NOW + timedelta(hours=hours))  # noqa: B023
        assert result.exit_code == 0, result.output
    assert [file.name for file in (folder / "kept").iterdir()] == ["dlt-sync-20261123T220000Z.zip"]


def test_a_restored_database_plans_what_it_planned(loaded: Commands, exports: Path) -> None:
    loaded("apply")
    replace_in(exports, "person", "Пробнова", "Образцова")
    loaded("records", "import", "exports")
    planned = json.loads(loaded("plan", "--json").stdout)["plan"]["hash"]
    loaded("backup", "mine.zip")
    replace_in(exports, "person", "Образцова", "Проверкина")
    loaded("records", "import", "exports")
    refused = loaded("restore", "mine.zip")
    assert (refused.exit_code, "--replace" in refused.stderr) == (1, True)
    result = loaded("restore", "mine.zip", "--replace")
    assert result.exit_code == 0, result.output
    assert "before-restore.zip" in result.stderr
    assert "dlt-sync doctor" in result.stderr
    assert json.loads(loaded("plan", "--json").stdout)["plan"]["hash"] == planned
    assert "Proven: the next plan is empty." in loaded("apply").stdout
    assert "restored from mine.zip" in loaded("runs").stdout


def test_retention_says_what_it_would_clear_and_clears_it(loaded: Commands) -> None:
    loaded("apply")

    def later(*args: str) -> str:
        result = loaded("retention", *args, now=lambda: NOW + timedelta(days=100))
        assert result.exit_code == 0, result.output
        return result.output

    announced = later("--dry-run")
    assert "nothing was" in announced
    assert "batches sent to Moodle" in announced
    assert later().count("rows were cleared") == 1
    cleared = json.loads(loaded("retention", "--json", now=lambda: NOW + timedelta(days=100)).stdout)
    assert {one["rows"] for one in cleared} == {0}
    assert cleared[0]["older_than"] == (NOW + timedelta(days=70)).isoformat()


def test_what_is_looked_at_after_it_was_cleared_says_so(loaded: Commands, exports: Path, folder: Path) -> None:
    loaded("apply")
    replace_in(exports, "person", "Пробнова", "Образцова")
    loaded("records", "import", "exports")
    late: Callable[[], object] = lambda: NOW + timedelta(days=1200)  # noqa: E731
    loaded("apply", now=late)  # type: ignore[arg-type]
    assert loaded("retention", now=late).exit_code == 0  # type: ignore[arg-type]
    assert "no longer kept" in loaded("runs", "show", "1").stderr
    assert "the journal of then was cleared" in loaded("why", "plt:student:910001", "plt:offering:17").stdout


def test_days_that_make_no_sense_are_refused(loaded: Commands, folder: Path) -> None:
    (folder / "dlt-sync.ini").write_text(f"{CONFIG}[retention]\njournal_days = 3\naccess_days = 400\n")
    result = loaded("retention")
    assert result.exit_code == 1
    assert "journal_days: 3 is out of range. Write at least 30." in result.stderr
    (folder / "dlt-sync.ini").write_text(f"{CONFIG}[retention]\naccess_days = 400\n")
    assert "access_days: it is shorter than journal_days" in loaded("retention").stderr
    (folder / "dlt-sync.ini").write_text(f"{CONFIG}[retention]\njournal_days = never\n")
    assert "access_days: it is shorter than journal_days" in loaded("retention").stderr
    (folder / "dlt-sync.ini").write_text(f"{CONFIG}[retention]\njournal_days = never\naccess_days = never\n")
    assert loaded("retention").exit_code == 0


def test_a_backup_folder_that_is_a_file_is_refused(loaded: Commands, folder: Path) -> None:
    (folder / "dlt-sync.ini").write_text(f"{CONFIG}[backup]\nfolder = dlt-sync.ini\n")
    assert "is no folder" in loaded("backup").stderr


@pytest.mark.parametrize("command", [("db", "upgrade"), ("plan",), ("runs",), ("backup", "x.zip"), ("retention",)])
def test_a_database_of_a_newer_version_is_refused_with_the_way_out(command: tuple[str, ...], newer: Commands) -> None:
    result = newer(*command)
    assert result.exit_code == 1
    assert "made by a newer version" in result.stderr
    assert "0042" in result.stderr
    assert "dlt-sync restore FILE --replace" in result.stderr


def test_doctor_names_a_database_of_a_newer_version(newer: Commands) -> None:
    result = newer("doctor", "--json")
    assert result.exit_code == 1
    (check,) = [check for check in json.loads(result.stdout) if check["name"] == "database"]
    assert (check["level"], "0042" in check["seen"], "restore" in check["fix"]) == ("fail", True, True)


def test_a_database_of_a_newer_version_goes_back_to_its_backup(loaded: Commands, folder: Path) -> None:
    loaded("backup", "mine.zip")
    with closing(sqlite3.connect(folder / "dlt-sync.sqlite3")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0042'")
        connection.commit()
    result = loaded("restore", "mine.zip", "--replace")
    assert result.exit_code == 0, result.output
    assert loaded("runs").exit_code == 0
