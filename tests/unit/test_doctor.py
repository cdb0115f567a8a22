"""The doctor: each thing that can be wrong is found, with its fix, and no failure hides another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dlt_sync.db import Database
from dlt_sync.doctor import Check, Level, Probes, examine
from dlt_sync.errors import ConfigError, MoodleError, MoodleUnavailable
from dlt_sync.model import Digest
from dlt_sync.moodle.contract import PROTOCOL, Bridge, Info
from dlt_sync.settings import InboxSettings, Settings, load
from tests.memory import MemoryBridge

Diagnose = Callable[..., dict[str, Check]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "dlt-sync.ini").write_text("[moodle]\nurl = https://moodle.example\n")
    return load(tmp_path / "dlt-sync.ini", {"DLT_SYNC_RECORDS_IIN_KEY": "key"})


@pytest.fixture
def healthy() -> Info:
    """What a site says of itself when all is well."""
    info = MemoryBridge().info()
    return replace(info, site_time=int(datetime.now(UTC).timestamp()))


@pytest.fixture
def diagnose(settings: Settings, healthy: Info) -> Diagnose:
    """The checks by name, with some facts about the site or the machine changed."""
    migrated = Database(settings.database.url)
    migrated.upgrade()
    migrated.close()

    def run(facts: dict[str, Any] | None = None, **probes: Any) -> dict[str, Check]:
        class Site(MemoryBridge):
            def info(self) -> Info:
                return replace(healthy, **(facts or {}))

        usual: dict[str, Any] = {
            "settings": lambda: settings,
            "database": lambda: Database(settings.database.url),
            "bridge": Site,
            "now": lambda: datetime.now(UTC),
            "free_mb": lambda _: 50_000,
        }
        return {check.name: check for check in examine(Probes(**(usual | probes)))}

    return run


def test_a_healthy_set_up_has_nothing_but_ok(diagnose: Diagnose) -> None:
    checks = diagnose()
    assert {check.level for check in checks.values()} == {Level.OK}, checks
    assert len(checks) == 21


@pytest.mark.parametrize(
    ("facts", "name", "level", "fix"),
    [
        ({"protocol": PROTOCOL + 1}, "plugin", Level.FAIL, "Update dlt-sync on this machine."),
        ({"protocol": PROTOCOL - 1}, "plugin", Level.FAIL, "Update the plugin in Moodle."),
        ({"moodle_version": "2023100900.00"}, "Moodle version", Level.FAIL, "4.5"),
        ({"enrol_enabled": False}, "enrolment method", Level.FAIL, "Manage enrol plugins"),
        ({"site_time": 0}, "clock", Level.WARN, "NTP"),
        ({"max_input_vars": 1000}, "max_input_vars", Level.WARN, "php.ini"),
        ({"roles": ("student", "teacher")}, "roles", Level.FAIL, "[site] roles"),
        ({"auths": ("ldap",)}, "log-in method", Level.FAIL, "[site] auth"),
        ({"languages": ("en",)}, "languages", Level.FAIL, "language pack"),
        ({"languages": ("en", "ru")}, "languages", Level.WARN, "language pack"),
        ({"course_fields": ("dltsync_code", "dltsync_ects")}, "course fields", Level.FAIL, "setup.php"),
        ({"events_waiting": 70, "events_waiting_s": 3600}, "events", Level.WARN, "cron"),
        ({"free_disk_mb": 500}, "disk of Moodle", Level.WARN, "Free some space"),
        ({"free_disk_mb": 5}, "disk of Moodle", Level.FAIL, "Free some space"),
    ],
)
def test_what_is_wrong_with_the_site_is_found_and_hides_nothing(
    facts: dict[str, Any], name: str, level: Level, fix: str, diagnose: Diagnose
) -> None:
    checks = diagnose(facts)
    assert checks.pop(name).level is level
    assert fix in diagnose(facts)[name].fix
    assert {check.level for check in checks.values()} == {Level.OK}


def test_the_course_fields_that_moodle_lacks_are_named_as_moodle_names_them(diagnose: Diagnose) -> None:
    there = ("department", "dltsync_code", "dltsync_delivery_mode", "dltsync_kafedra", "dltsync_programme")
    check = diagnose({"course_fields": there})["course fields"]
    assert check.seen == "Moodle does not have: dltsync_ects, dltsync_study_year"


@pytest.mark.parametrize("lacking", ["local/dltsync:read", "local/dltsync:apply", "local/dltsync:pushstatus"])
def test_each_missing_capability_is_found(lacking: str, healthy: Info, diagnose: Diagnose) -> None:
    checks = diagnose({"capabilities": {**healthy.capabilities, lacking: False}})
    assert [name for name, check in checks.items() if check.level is Level.FAIL] == [f"capability {lacking}"]
    assert "setup.php" in checks[f"capability {lacking}"].fix


def test_a_clock_a_minute_off_is_taken(healthy: Info, diagnose: Diagnose) -> None:
    now = datetime.fromtimestamp(healthy.site_time + 60, UTC)
    assert diagnose(now=lambda: now)["clock"].level is Level.OK
    late = datetime.fromtimestamp(healthy.site_time + 61, UTC)
    assert diagnose(now=lambda: late)["clock"].level is Level.WARN


def test_without_a_config_the_rest_is_not_checked(diagnose: Diagnose) -> None:
    def broken() -> Settings:
        raise ConfigError("There is no config.", remedy="Run init.", problems=["line 3"])

    checks = diagnose(settings=broken)
    assert checks.pop("config") == Check("config", Level.FAIL, "There is no config. line 3", "Run init.")
    assert set(checks) == set(diagnose()) - {"config"}
    assert {check.level for check in checks.values()} == {Level.NOT_CHECKED}


def test_a_database_that_is_not_migrated_does_not_hide_the_site(diagnose: Diagnose) -> None:
    checks = diagnose(database=lambda: Database("sqlite:///:memory:"))
    assert "db upgrade" in checks["database"].fix
    assert checks["database"].level is Level.FAIL
    assert checks["Moodle"].level is Level.OK


@pytest.mark.parametrize(
    ("error", "failed", "not_checked"),
    [
        (MoodleUnavailable("It is down.", remedy="Wait."), "Moodle", "token"),
        (MoodleError("Not JSON.", remedy="Look."), "Moodle", "token"),
        (MoodleError("No.", errorcode="invalidtoken", remedy="New one."), "token", "plugin"),
        (MoodleError("No.", errorcode="invalidrecord", remedy="Install."), "plugin", "clock"),
    ],
)
def test_why_moodle_did_not_answer_is_told_apart(
    error: MoodleError, failed: str, not_checked: str, diagnose: Diagnose
) -> None:
    class Silent(MemoryBridge):
        def info(self) -> Info:
            raise error

    checks = diagnose(bridge=Silent)
    assert [name for name, check in checks.items() if check.level is Level.FAIL] == [failed]
    assert checks[failed].fix == error.remedy
    assert checks[not_checked].level is Level.NOT_CHECKED
    assert "because" in checks[not_checked].seen
    assert checks["database"].level is Level.OK


def test_a_site_that_cannot_be_read_is_found(healthy: Info, diagnose: Diagnose) -> None:
    class Unreadable(MemoryBridge):
        def info(self) -> Info:
            return healthy

        def digests(self, kind: str, fields: Sequence[str]) -> Mapping[str, Digest]:
            raise MoodleError("The database is ill.", remedy="Look.", errorcode="dmlreadexception")

    checks = diagnose(bridge=Unreadable)
    assert checks["reading"] == Check("reading", Level.FAIL, "The database is ill.", "Look.")
    assert checks["disk of Moodle"].level is Level.OK


def test_a_moodle_that_is_not_set_is_a_failure_of_moodle(diagnose: Diagnose) -> None:
    def unset() -> Bridge:
        raise ConfigError("No Moodle is set.", remedy="Set [moodle] url.")

    assert diagnose(bridge=unset)["Moodle"].fix == "Set [moodle] url."


def test_little_disk_here_is_found(diagnose: Diagnose) -> None:
    assert diagnose(free_mb=lambda _: 99)["disk"].level is Level.FAIL
    assert diagnose(free_mb=lambda _: 999)["disk"].level is Level.WARN


def test_a_missing_data_folder_is_found(diagnose: Diagnose) -> None:
    def missing(folder: Path) -> int:
        raise FileNotFoundError(2, "No such file or directory")

    assert diagnose(free_mb=missing)["disk"].level is Level.FAIL


def test_an_unset_iin_key_is_worth_a_look(settings: Settings, diagnose: Diagnose) -> None:
    without = replace(settings, records=replace(settings.records, iin_key=None))
    assert diagnose(settings=lambda: without)["IIN key"].level is Level.WARN


def test_an_inbox_is_there_and_can_be_worked_in(
    settings: Settings, diagnose: Diagnose, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = settings.path.parent / "inbox"
    inbox = InboxSettings(folder=folder, archive=folder / "archive", refused=settings.path.parent / "away" / "refused")
    watched = {"settings": lambda: replace(settings, inbox=inbox)}
    assert diagnose(**watched)["inbox"].seen == f"{folder} is not there"
    folder.mkdir()
    assert diagnose(**watched)["inbox"].level is Level.OK
    monkeypatch.setattr("os.access", lambda place, _: place != settings.path.parent)
    locked = diagnose(**watched)["inbox"]
    assert (locked.level, locked.seen) == (Level.FAIL, f"may not be written in by this user: {settings.path.parent}")
