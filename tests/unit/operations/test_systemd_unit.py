"""The unit that systemd runs the daemon by: sandboxed, watched, and with credentials that reach the settings."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dlt_sync.daemon.watchdog import BEATS
from dlt_sync.settings import load

UNIT = Path(__file__).parents[3] / "packaging" / "systemd" / "dlt-sync.service"
#: As `systemd-analyze security` counts, in tenths: from 0, shut in, to 100.
MOST_EXPOSED = 20


def directives() -> dict[str, list[str]]:
    """Every directive of the unit with its values, in order."""
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("#", "[")):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("there is no systemd-analyze")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The unit with a program that is there."""
    path = tmp_path / "dlt-sync.service"
    path.write_text(UNIT.read_text(encoding="utf-8").replace("/opt/dlt-sync/bin/dlt-sync", sys.executable))
    return path


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Type", "notify"),
        ("NotifyAccess", "main"),
        ("ExecStart", "/opt/dlt-sync/bin/dlt-sync daemon"),
        ("User", "dlt-sync"),
        ("UMask", "0077"),
        ("Restart", "always"),
        ("StartLimitIntervalSec", "0"),
        ("KillMode", "mixed"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("AmbientCapabilities", ""),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("PrivateDevices", "yes"),
        ("ProtectKernelTunables", "yes"),
        ("ProtectKernelModules", "yes"),
        ("ProtectControlGroups", "yes"),
        ("MemoryDenyWriteExecute", "yes"),
        ("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6"),
        ("RestrictNamespaces", "yes"),
        ("RestrictSUIDSGID", "yes"),
        ("LockPersonality", "yes"),
        ("SystemCallArchitectures", "native"),
        ("MemoryMax", "1G"),
        ("LimitCORE", "0"),
        ("StateDirectory", "dlt-sync"),
        ("StateDirectoryMode", "0700"),
    ],
)
def test_the_unit_says(name: str, value: str) -> None:
    assert directives()[name] == [value]


def test_system_calls_are_those_of_a_service_less_what_needs_privileges() -> None:
    assert directives()["SystemCallFilter"] == ["@system-service", "~@privileged @resources"]


def test_the_watchdog_and_the_end_leave_time_for_an_operation_in_hand() -> None:
    assert int(directives()["WatchdogSec"][0]) / BEATS >= 30
    assert int(directives()["TimeoutStopSec"][0]) >= 120  # a call to Moodle may take that long


def test_credentials_reach_the_settings(tmp_path: Path) -> None:
    """As systemd does it: %d is the folder of the credentials, each under its name."""
    unit = UNIT.read_text(encoding="utf-8").replace("#LoadCredential", "LoadCredential")
    unit = unit.replace("#Environment", "Environment")
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    environ: dict[str, str] = {}
    for line in unit.splitlines():
        if line.startswith("LoadCredential="):
            name, _, source = line.partition("=")[2].partition(":")
            assert source == f"/etc/dlt-sync/{name}"
            (credentials / name).write_text("https://switch.example/x" if name == "ping-url" else f"{name} text\n")
            (credentials / name).chmod(0o400)
        elif line.startswith("Environment="):
            name, _, value = line.partition("=")[2].partition("=")
            environ[name] = value.replace("%d", str(credentials))
    config = tmp_path / "dlt-sync.ini"
    config.write_text("[database]\nurl = postgresql://dlt@db.example/dlt\n")
    settings = load(config, environ)
    assert environ["DLT_SYNC_CONFIG"] == "/etc/dlt-sync/dlt-sync.ini"
    assert settings.moodle.token is not None
    assert settings.moodle.token.reveal() == "moodle-token text"
    assert settings.records.iin_key is not None
    assert settings.records.iin_key.reveal() == "iin-key text"
    assert "database-password text" in settings.database.url
    assert settings.monitoring.ping_url is not None


def test_systemd_finds_no_fault_with_the_unit(installed: Path) -> None:
    result = analyze("verify", "--man=no", str(installed))
    assert (result.returncode, result.stdout + result.stderr) == (0, "")


def test_the_unit_is_shut_in(installed: Path) -> None:
    result = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", str(installed))
    if "unrecognized option" in result.stderr:
        pytest.skip("this systemd-analyze cannot look at a file")
    assert result.returncode == 0, result.stdout[-200:]
