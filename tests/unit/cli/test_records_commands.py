"""records import, check, show and quarantine: files in, counts and rows that were set aside out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Commands
from tests.unit.cli.delivery import replace_in

#: The rows by which two of three students leave.
LEAVING = """\
plt:enrolment:2,plt:offering:17,plt:student:910002,student,plt:group:301
plt:enrolment:3,plt:offering:17,plt:student:910003,student,plt:group:301
"""


def test_an_import_counts_what_it_loaded_and_names_the_next_step(dlt_sync: Commands, exports: Path) -> None:
    result = dlt_sync("records", "import", "exports")
    assert result.exit_code == 0
    assert result.stdout.startswith("Import 1 is loaded (full).\n")
    assert result.stderr == "Next: dlt-sync plan\n"


@pytest.mark.parametrize("args", [("check", "exports"), ("import", "--dry-run", "exports")])
def test_a_check_and_a_dry_run_write_nothing(args: tuple[str, ...], dlt_sync: Commands, exports: Path) -> None:
    result = dlt_sync("records", *args, "--json")
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert data["batch"] is None
    assert data["counts"]["person"]["created"] == 4
    assert dlt_sync("records", "show", "person", "plt:student:910001").exit_code == 1


def test_a_row_that_is_set_aside_is_named_and_stays_in_the_quarantine(dlt_sync: Commands, exports: Path) -> None:
    replace_in(exports, "person", "s910002@academy.example", "no-address")
    result = dlt_sync("records", "import", "exports")
    assert result.exit_code == 0
    assert re.search(r"(?m)^person\.csv +3  email ", result.stdout)
    assert "rows were set aside" in result.stderr
    listed = dlt_sync("records", "quarantine", "--kind", "person")
    assert listed.stdout.startswith("file ")
    assert "no-address" in listed.stdout
    kept = json.loads(dlt_sync("records", "quarantine", "--json", "--batch", "1").stdout)
    assert "plt:student:910002" in [problem["sourced_id"] for problem in kept]
    assert all(problem["remedy"] for problem in kept)


def test_an_empty_quarantine_says_so(loaded: Commands) -> None:
    result = loaded("records", "quarantine")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "Nothing is set aside.\n")


def test_a_refused_delivery_is_an_error_that_lists_the_files(dlt_sync: Commands, exports: Path) -> None:
    (exports / "person.csv").write_bytes(b"")
    result = dlt_sync("records", "import", "exports")
    assert result.exit_code == 1
    assert "person.csv: the file is empty" in result.stderr
    assert result.stdout == ""


def test_a_smaller_file_is_taken_when_it_is_named(loaded: Commands, exports: Path) -> None:
    replace_in(exports, "enrolment", LEAVING, "")
    assert loaded("records", "import", "exports").exit_code == 1
    assert loaded("records", "import", "exports", "--accept-smaller", "enrolment").exit_code == 0


def test_a_delta_removes_nobody(loaded: Commands, exports: Path) -> None:
    replace_in(exports, "enrolment", LEAVING, "")
    result = loaded("records", "import", "--mode", "delta", "exports/enrolment.csv", "--json")
    assert json.loads(result.stdout)["counts"]["enrolment"]["removed"] == 0


def test_a_record_shows_its_fields_and_its_source_but_no_code_of_an_iin(dlt_sync: Commands, exports: Path) -> None:
    (Path("dlt-sync.ini")).write_text(Path("dlt-sync.ini").read_text() + "[records]\niin_key = k\n")
    dlt_sync("records", "import", "exports")
    result = dlt_sync("records", "show", "person", "plt:student:910001")
    assert result.exit_code == 0
    assert "import 1, person.csv row 2" in result.stdout
    assert "Сағынбекқызы" in result.stdout
    assert "0007" in result.stdout
    assert "990214600007" not in result.stdout
    assert "iin_digest" not in dlt_sync("records", "show", "person", "plt:student:910001", "--json").stdout


def test_a_record_that_is_not_there_is_an_error(loaded: Commands) -> None:
    result = loaded("records", "show", "person", "plt:student:1")
    assert result.exit_code == 1
    assert "There is no person plt:student:1" in result.stderr


def test_the_settings_of_the_records_reach_the_import(dlt_sync: Commands, exports: Path, folder: Path) -> None:
    (exports / "person.csv").rename(exports / "люди.csv")
    replace_in(exports, "org", "sourced_id", "Шифр")
    refused = dlt_sync("records", "import", "exports")
    assert refused.exit_code == 1
    assert "section [columns.org], as: your header = sourced_id" in refused.stderr
    config = folder / "dlt-sync.ini"
    config.write_text(
        f"{config.read_text()}[records]\nfile.person = люди.csv\n[columns.org]\nШифр = sourced_id\n", encoding="utf-8"
    )
    result = dlt_sync("records", "import", "exports", "--json")
    assert result.exit_code == 0, result.output
    assert {counts["set_aside"] for counts in json.loads(result.stdout)["counts"].values()} == {0}
