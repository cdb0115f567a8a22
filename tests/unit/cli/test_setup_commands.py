"""init, db upgrade, doctor and completion: from nothing to a set-up that a run can use."""

from __future__ import annotations

import json
import re
import stat
import subprocess
from pathlib import Path

import pytest

from dlt_sync.settings import load
from tests.memory import MemoryBridge
from tests.unit.cli.conftest import Commands


def test_init_writes_a_config_that_loads_and_only_its_owner_can_read(bare: Commands, folder: Path) -> None:
    (folder / "moodle.token").write_text("not-a-real-token")
    (folder / "moodle.token").chmod(0o600)
    result = bare("init", "--url", "https://moodle.example", "--token-file", "moodle.token")
    assert result.exit_code == 0
    assert stat.S_IMODE((folder / "dlt-sync.ini").stat().st_mode) == 0o600
    settings = load(folder / "dlt-sync.ini", {})
    assert settings.moodle.url == "https://moodle.example"
    assert settings.moodle.token is not None
    assert settings.moodle.token.reveal() == "not-a-real-token"
    assert settings.records.iin_key is not None
    assert "dlt-sync db upgrade" in result.stderr


def test_every_commented_line_of_a_new_config_holds_a_default(bare: Commands, folder: Path) -> None:
    bare("init")
    config = folder / "dlt-sync.ini"
    plain = load(config, {})
    text = config.read_text(encoding="utf-8")
    uncommented, count = re.subn(r"(?m)^# ([\w.]+ = .+)$", r"\1", text)
    assert count > 30
    config.write_text(uncommented, encoding="utf-8")
    assert load(config, {}) == plain


def test_init_overwrites_nothing(bare: Commands, folder: Path) -> None:
    (folder / "dlt-sync.ini").write_text("[moodle]\n")
    result = bare("init")
    assert result.exit_code == 1
    assert "is there already; nothing was changed" in result.stderr
    assert (folder / "dlt-sync.ini").read_text() == "[moodle]\n"
    assert not (folder / "iin.key").exists()


def test_init_keeps_the_iin_key_that_is_there(bare: Commands, folder: Path) -> None:
    (folder / "iin.key").write_text("old")
    assert bare("init").exit_code == 0
    assert (folder / "iin.key").read_text() == "old"


def test_init_says_when_the_folder_is_missing(bare: Commands) -> None:
    result = bare("--config", "missing/dlt-sync.ini", "init")
    assert result.exit_code == 1
    assert "Name a folder that you may write in." in result.stderr


def test_a_token_file_is_named_as_seen_from_the_config(bare: Commands, folder: Path) -> None:
    (folder / "etc").mkdir()
    bare("--config", "etc/dlt-sync.ini", "init", "--token-file", "moodle.token")
    assert f"\ntoken_file = {folder / 'moodle.token'}\n" in (folder / "etc" / "dlt-sync.ini").read_text()


def test_init_says_what_is_left_to_do(bare: Commands) -> None:
    steps = json.loads(bare("init", "--json", "--token-file", "moodle.token").stdout)["next"]
    assert [step.split()[0] for step in steps] == ["write", "put", "dlt-sync", "dlt-sync"]


def test_upgrading_twice_is_safe(dlt_sync: Commands) -> None:
    again = dlt_sync("db", "upgrade", "--json")
    assert again.exit_code == 0
    assert json.loads(again.stdout)["database"].startswith("sqlite:///")


def test_a_database_that_cannot_be_written_is_a_sentence_with_a_remedy(dlt_sync: Commands, folder: Path) -> None:
    config = folder / "dlt-sync.ini"
    config.write_text(config.read_text() + "[database]\nurl = sqlite:///missing/folder/x.db\n")
    result = dlt_sync("db", "upgrade")
    assert result.exit_code == 1
    assert "cannot be used" in result.stderr
    assert "What to do: See that the folder exists" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_database_that_is_no_database_is_a_sentence_with_a_remedy(dlt_sync: Commands, folder: Path) -> None:
    (folder / "dlt-sync.sqlite3").write_bytes(b"this is a text file, not a database" * 100)
    for command in (("runs",), ("db", "upgrade")):
        result = dlt_sync(*command)
        assert result.exit_code == 1
        assert "not a database" in result.stderr
        assert "restore this one from a backup" in result.stderr


def test_an_unmigrated_database_names_the_command_that_helps(bare: Commands, folder: Path) -> None:
    (folder / "dlt-sync.ini").write_text("")
    result = bare("runs")
    assert result.exit_code == 1
    assert "Run: dlt-sync db upgrade" in result.stderr


def test_doctor_fails_when_a_check_fails_and_shows_the_fix(dlt_sync: Commands, bridge: MemoryBridge) -> None:
    result = dlt_sync("doctor")
    assert result.exit_code == 0, result.stdout
    result = dlt_sync("--config", "missing.ini", "doctor")
    assert result.exit_code == 1
    assert "Fix: " in result.stdout
    assert "not checked because" in result.stdout


def test_doctor_speaks_json(dlt_sync: Commands) -> None:
    checks = json.loads(dlt_sync("doctor", "--json").stdout)
    assert checks[0] == {"name": "config", "level": "ok", "seen": checks[0]["seen"], "fix": ""}


def test_doctor_does_not_show_the_token(dlt_sync: Commands) -> None:
    result = dlt_sync("--debug", "doctor")
    assert "not-a-real-token" not in result.output


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_the_script_of_the_shell(shell: str, bare: Commands) -> None:
    result = bare("completion", shell)
    assert result.exit_code == 0
    assert "_DLT_SYNC_COMPLETE" in result.stdout


def test_the_completion_script_is_bash(bare: Commands, folder: Path) -> None:
    script = bare("completion", "bash").stdout
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)


def test_an_unknown_shell_is_wrong_usage(bare: Commands) -> None:
    assert bare("completion", "tcsh").exit_code == 2
