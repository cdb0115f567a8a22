"""What is looked at before a night can be called well."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dlt_sync import backup, health
from dlt_sync.db import Database
from dlt_sync.errors import MoodleUnavailable
from dlt_sync.health import HealthLine
from dlt_sync.records.tables import LinkCheck
from dlt_sync.settings import Settings
from tests.memory import MemoryBridge
from tests.unit.operations.conftest import SettingsOf
from tests.unit.operations.records_of_runs import NOW, add_batch, add_run

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def settings(settings_of: SettingsOf) -> Settings:
    return settings_of("[feeds]\nowner.person = Registrar's office\ndue.person = daily\n")


def lines_of(lines: tuple[HealthLine, ...], code: str) -> list[HealthLine]:
    return [line for line in lines if line.code == code]


def add_link(database: Database, host: str, number: int, verdict: str, *, hours_ago: float = 1) -> None:
    at = NOW - timedelta(hours=hours_ago)
    failed = at - timedelta(hours=7) if verdict == "unreachable" else None
    with database.session() as session:
        session.add(
            LinkCheck(
                url=f"https://{host}/{number}",
                host=host,
                provider="html5_file",
                checked_at=at,
                verdict=verdict,
                verdict_since=at,
                first_failed_at=failed,
            )
        )


def test_all_is_well(database: Database, settings: Settings) -> None:
    add_run(database, "ok", hours_ago=5)
    add_batch(database, 1, NOW, "person")
    lines = health.look(database, settings, MemoryBridge(), NOW)
    assert [line.code for line in lines] == [
        "moodle", "database", "disk", "feed", "media_host", "last_run", "disk", "event_queue",
    ]  # fmt: skip
    assert all(line.ok for line in lines)
    assert health.is_well(lines)
    (last,) = lines_of(lines, "last_run")
    assert last.facts == {
        "run": 1, "verdict": "ok", "ended": "2026-11-25T22:00Z", "good": "2026-11-25T22:00Z", "age_hours": 5,
    }  # fmt: skip
    assert [line.facts["place"] for line in lines_of(lines, "disk")] == ["data", "moodle"]


def test_without_a_bridge_moodle_is_not_asked(sqlite: Database, settings: Settings) -> None:
    codes = {line.code for line in health.look(sqlite, settings, None, NOW)}
    assert codes == {"database", "disk", "feed", "media_host", "last_run"}


def test_a_moodle_that_cannot_be_reached_is_a_line_without_an_address_or_a_secret(
    sqlite: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise MoodleUnavailable("no answer with token=0123456789abcdef0123456789abcdef for a@b.example")

    bridge = MemoryBridge()
    monkeypatch.setattr(bridge, "info", fail)
    lines = health.look(sqlite, settings, bridge, NOW)
    assert lines[0] == HealthLine("moodle", False, {"why": "no answer with token=*** for ***@b.example"})
    assert health.sentence(lines[0]) == "moodle: no answer with token=*** for ***@b.example"
    assert not lines_of(lines, "event_queue")
    assert not health.is_well(lines)


def test_a_database_that_is_not_ours_ends_what_depends_on_it(tmp_path: Path, settings: Settings) -> None:
    lines = health.look(Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}"), settings, None, NOW)
    assert [(line.code, line.ok) for line in lines] == [("database", False), ("disk", True)]


def test_a_full_disk_is_not_well(sqlite: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(10, 10, 5_000_000))
    (line,) = lines_of(health.look(sqlite, settings, None, NOW), "disk")
    assert not line.ok
    assert health.sentence(line) == "disk: only 5 MB are free (data)"


def test_a_folder_that_is_gone_is_not_well(sqlite: Database, settings_of: SettingsOf, tmp_path: Path) -> None:
    settings = settings_of("[database]\nurl = sqlite:///gone/records.sqlite3\n")
    (line,) = lines_of(health.look(sqlite, settings, None, NOW), "disk")
    assert line == HealthLine("disk", False, {"place": "data", "why": "No such file or directory"})


def test_an_overdue_feed_is_named_and_is_for_people_to_see_to(database: Database, settings: Settings) -> None:
    add_run(database, "ok", hours_ago=5)
    add_batch(database, 1, datetime(2026, 11, 20, tzinfo=UTC), "person")
    lines = health.look(database, settings, None, NOW)
    total, person = lines_of(lines, "feed")
    assert total.facts == {"overdue": 1}
    assert person.facts == {
        "name": "person", "owner": "Registrar's office", "due": "2026-11-25", "received": "2026-11-20",
    }  # fmt: skip
    assert health.sentence(person) == (
        "feed: person was due 2026-11-25 (owner: Registrar's office; received last: 2026-11-20)"
    )
    assert health.sentence(total) == "feed: 1 overdue"
    assert health.is_well(lines)


def test_a_media_host_is_silent_when_several_links_got_no_answer_and_none_got_one(
    database: Database, settings: Settings
) -> None:
    for number in range(3):
        add_link(database, "silent.example", number, "unreachable")
        add_link(database, "half.example", number, "unreachable")
        add_link(database, "long-ago.example", number, "unreachable", hours_ago=100)
        add_link(database, "gone.example", number, "gone")
    add_link(database, "half.example", 9, "ok")
    add_link(database, "few.example", 1, "unreachable")
    total, silent = lines_of(health.look(database, settings, None, NOW), "media_host")
    assert total.facts == {"silent": 1}
    assert silent.facts == {"host": "silent.example", "links": 3, "hours": 8}


def test_a_last_good_run_that_is_too_old_is_not_well(sqlite: Database, settings: Settings) -> None:
    add_run(sqlite, "ok", hours_ago=27)
    add_run(sqlite, "failed", hours_ago=3)
    (line,) = lines_of(health.look(sqlite, settings, None, NOW), "last_run")
    assert not line.ok
    assert (line.facts["verdict"], line.facts["age_hours"]) == ("failed", 27)
    assert health.sentence(line) == "last_run: the last good run ended 2026-11-25T00:00Z"


def test_no_good_run_yet_is_not_well(sqlite: Database, settings: Settings) -> None:
    (line,) = lines_of(health.look(sqlite, settings, None, NOW), "last_run")
    assert health.sentence(line) == "last_run: there was no good run yet"


def test_events_that_wait_for_long_are_not_well(
    sqlite: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    bridge = MemoryBridge()
    info = replace(bridge.info(), events_waiting=40, events_waiting_s=1800)
    monkeypatch.setattr(bridge, "info", lambda: info)
    (line,) = lines_of(health.look(sqlite, settings, bridge, NOW), "event_queue")
    assert (line.ok, line.facts) == (False, {"waiting": 40, "waiting_minutes": 30})
    assert health.sentence(line) == "event_queue: 40 events wait, the oldest for 30 minutes"


def test_a_backup_is_looked_for_where_the_settings_want_one(
    sqlite: Database, settings_of: SettingsOf, tmp_path: Path
) -> None:
    settings = settings_of("[backup]\nfolder = backups\n")

    def backup_at(now: datetime) -> HealthLine:
        (line,) = lines_of(health.look(sqlite, settings, None, now), "backup")
        return line

    assert health.sentence(backup_at(NOW)) == "backup: there is none"
    (tmp_path / "backups").mkdir()
    made = backup.make(sqlite, settings, None, NOW)
    assert made.parent == tmp_path / "backups"
    assert backup_at(NOW + timedelta(hours=49)).ok
    old = backup_at(NOW + timedelta(hours=51))
    assert (old.ok, old.facts) == (False, {"last": "2026-11-26T03:00Z", "age_hours": 51})
    assert health.sentence(old) == "backup: the last one was made 2026-11-26T03:00Z"
