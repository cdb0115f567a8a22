"""Backups: consistent while runs write, checked, restored whole or not at all, and a run goes on after it as before."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.engine import make_url

from dlt_sync import backup, pg_tools, run
from dlt_sync.backup import MANIFEST, RUNS_UNKNOWN
from dlt_sync.daemon.leader import NAME
from dlt_sync.daemon.tables import Lease
from dlt_sync.db import HEAD, Database
from dlt_sync.errors import BackupError, DatabaseError, DltSyncError, MoodleError, RunActive
from dlt_sync.journal import runs
from dlt_sync.lock import one_run_at_a_time
from dlt_sync.records.tables import Person
from dlt_sync.settings import BackupSettings, Settings, load
from tests.unit.records.files import NOW, Exports
from tests.unit.records.files import load as import_files
from tests.unit.test_retention import Department

LATER = NOW + timedelta(days=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a folder for backups; the database is named where it is used."""
    config = tmp_path / "dlt-sync.ini"
    config.write_text("[moodle]\nurl = https://moodle.example\n")
    found = load(config, {})
    (tmp_path / "backups").mkdir()
    return replace(found, backup=BackupSettings(tmp_path / "backups", keep=3))


@pytest.fixture
def used(database: Database, exports: Exports) -> Database:
    """A database with the tiny academy in it and one run."""
    import_files(database, exports)
    with database.session() as session:
        runs.start_run(session, "apply", NOW, host="here", run_by="tester")
    return database


@pytest.fixture
def other(database: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A second database of the same kind, without tables."""
    if database.is_sqlite:
        found = Database(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    else:
        server = request.getfixturevalue("postgresql")
        name = f"other_{re.sub(r'[^a-z0-9]', '', request.node.name.lower())[:40]}"
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
            connection.execute(text(f"CREATE DATABASE {name}"))
        found = Database(server.format(name=name))
    yield found
    found.close()


def contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables but the runs' (a restoration is one)."""
    with database.engine.connect() as connection:
        from dlt_sync.db import Base

        return {
            name: sorted(tuple(map(str, row)) for row in connection.execute(table.select()))
            for name, table in Base.metadata.tables.items()
            if name != "run"
        }


def people(database: Database) -> int:
    with database.session() as session:
        return session.query(Person).count()


# -- making -----------------------------------------------------------------------------------------------


def test_a_backup_says_what_it_holds_and_is_for_its_owner_alone(used: Database, settings: Settings) -> None:
    file = backup.make(used, settings, None, NOW)
    manifest = backup.read(file)
    assert file.name == "dlt-sync-20261116T023000Z.zip"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (manifest.schema, manifest.people, manifest.counts["run"]) == (HEAD, 5, 1)
    assert (manifest.site, manifest.made_at) == ("https://moodle.example", "2026-11-16T02:30:00+00:00")
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_restored_database_is_the_same_and_its_runs_go_on(
    used: Database, other: Database, settings: Settings
) -> None:
    before = contents(used)
    file = backup.make(used, settings, None, NOW)
    restored = backup.restore(other, settings, file, LATER)
    assert contents(other) == before
    assert (restored.kept, restored.upgraded, restored.run_id) == (None, False, 1 + RUNS_UNKNOWN)
    other.check()
    with other.session() as session:
        noted = runs.run(session, restored.run_id)
        assert (noted.mode, noted.verdict) == ("restore", "ok")
        assert file.name in noted.summary
        assert runs.start_run(session, "apply", LATER, host="", run_by="") == restored.run_id + 1


def test_the_journal_is_append_only_after_a_restoration_too(
    used: Database, other: Database, settings: Settings
) -> None:
    backup.restore(other, settings, backup.make(used, settings, None, NOW), LATER)
    with other.session() as session:
        session.execute(
            text("INSERT INTO pii_access (at, who, host, command, scope, people, why) "
                 "VALUES ('2026-11-16', 'a', '', 'b', '', 1, '')")
        )  # fmt: skip
    with pytest.raises(DatabaseError, match="append-only"), other.session() as session:
        session.execute(text("UPDATE pii_access SET who = 'nobody'"))


def test_what_is_written_meanwhile_is_in_it_whole_or_not_at_all(
    used: Database, other: Database, settings: Settings
) -> None:
    """A writer adds ten people at a time while backups are made: each holds a multiple of ten more."""
    stop, added = threading.Event(), [0]

    def write() -> None:
        while not stop.is_set():
            with used.session(alone=True) as session:
                for number in range(10):
                    key = f"plt:student:w{added[0]}-{number}"
                    session.add(Person(sourced_id=key, type="student", family_name="N", username=key, batch_id=1,
                                       date_last_modified=NOW))  # fmt: skip
                    session.flush()
            added[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        counts = []
        for number in range(3):
            file = backup.make(used, settings, settings.path.parent / f"{number}.zip", NOW)
            counts.append(backup.read(file).people)
    finally:
        stop.set()
        writer.join()
    assert [(count - 5) % 10 for count in counts] == [0, 0, 0]
    backup.restore(other, settings, file, LATER)
    assert people(other) == counts[-1]


def test_the_newest_backups_stay_and_the_last_one_is_known(used: Database, settings: Settings) -> None:
    assert backup.last(settings) is None
    for day in range(5):
        backup.make(used, settings, None, NOW + timedelta(days=day))
    assert settings.backup.folder
    names = sorted(path.name for path in settings.backup.folder.iterdir())
    assert names == [f"dlt-sync-202611{day}T023000Z.zip" for day in (18, 19, 20)]
    assert backup.last(settings) == NOW + timedelta(days=4)


def test_a_backup_elsewhere_makes_no_room_and_overwrites_nothing(used: Database, settings: Settings) -> None:
    file = backup.make(used, settings, settings.path.parent / "mine.zip", NOW)
    with pytest.raises(BackupError, match="there already"):
        backup.make(used, settings, file, NOW)
    assert backup.last(settings) is None


def test_without_a_folder_it_is_asked_for(used: Database, settings: Settings) -> None:
    with pytest.raises(BackupError) as caught:
        backup.make(used, replace(settings, backup=BackupSettings()), None, NOW)
    assert "[backup] folder" in caught.value.remedy


def test_a_folder_that_cannot_be_written_is_named(used: Database, settings: Settings) -> None:
    with pytest.raises(BackupError, match="cannot be written"):
        backup.make(used, settings, settings.path.parent / "absent" / "x.zip", NOW)


# -- refusing ---------------------------------------------------------------------------------------------


def spoil(file: Path, change: Callable[[dict[str, object]], None]) -> Path:
    """The backup with another manifest."""
    spoilt = file.with_name("spoilt.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(spoilt, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == MANIFEST:
                manifest = json.loads(content)
                change(manifest)
                content = json.dumps(manifest).encode()
            new.writestr(name, content)
    return spoilt


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda m: m.update(sha256="0" * 64), "damaged"),
        (lambda m: m.update(bytes=1), "damaged"),
        (lambda m: m.update(schema="9999", program="7.0"), r"dlt-sync 7\.0, whose tables \(9999\) are newer"),
        (lambda m: m.update(format=2), "has the form 2"),
        (lambda m: m.pop("counts"), "no backup of dlt-sync"),
        (lambda m: m["counts"].update({"x'; DROP": 1}), "no backup of dlt-sync"),
        (lambda m: m.update(database="oracle"), "no backup of dlt-sync"),
    ],
)
def test_a_backup_that_is_not_in_order_is_refused(
    sqlite: Database, settings: Settings, change: Callable[[dict[str, object]], None], says: str
) -> None:
    file = spoil(backup.make(sqlite, settings, None, NOW), change)
    with pytest.raises(BackupError, match=says) as caught:
        backup.restore(sqlite, settings, file, LATER)
    assert caught.value.remedy


@pytest.mark.parametrize("keep", [0, 10, 0.5, 0.99])
def test_a_backup_that_was_cut_off_is_refused(sqlite: Database, settings: Settings, keep: float) -> None:
    file = backup.make(sqlite, settings, None, NOW)
    content = file.read_bytes()
    file.write_bytes(content[: int(keep * len(content)) if isinstance(keep, float) else keep])
    with pytest.raises(BackupError, match="damaged or cut off"):
        backup.restore(sqlite, settings, file, LATER)


def test_a_changed_byte_anywhere_is_seen(sqlite: Database, settings: Settings) -> None:
    file = backup.make(sqlite, settings, None, NOW)
    content = file.read_bytes()
    with zipfile.ZipFile(file) as archive:
        inside = archive.getinfo("database.sqlite3")
    for place in (inside.header_offset + 100, inside.header_offset + inside.compress_size // 2):
        file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(BackupError):
            backup.restore(sqlite, settings, file, LATER)


def test_a_file_that_is_not_there_is_named(sqlite: Database, settings: Settings) -> None:
    with pytest.raises(BackupError, match="cannot be read: No such file"):
        backup.restore(sqlite, settings, Path("/absent.zip"), LATER)


def test_a_backup_of_another_kind_of_database_is_refused(sqlite: Database, settings: Settings) -> None:
    file = backup.make(sqlite, settings, None, NOW)
    with pytest.raises(BackupError, match="SQLite, the settings name one of PostgreSQL"):
        backup.restore(Database("postgresql://nobody@127.0.0.1:1/x"), settings, file, LATER)


def test_a_database_in_use_is_replaced_only_when_told_and_is_backed_up_first(
    used: Database, settings: Settings
) -> None:
    file = backup.make(used, settings, None, NOW)
    with used.session() as session:
        session.execute(text("UPDATE person SET family_name = 'since'"))
        runs.start_run(session, "apply", NOW, host="", run_by="")
    with pytest.raises(BackupError, match="is in use") as caught:
        backup.restore(used, settings, file, LATER)
    assert "--replace" in caught.value.remedy
    restored = backup.restore(used, settings, file, LATER, replace=True)
    assert restored.run_id == 3  # the second run is known to have been
    with used.session() as session:
        assert session.scalar(text("SELECT count(*) FROM person WHERE family_name = 'since'")) == 0
    assert restored.kept
    assert restored.kept.name == "dlt-sync-20261117T023000Z-before-restore.zip"
    again = backup.restore(used, settings, restored.kept, LATER + timedelta(days=1), replace=True)
    assert again.run_id == 4
    with used.session() as session:
        assert session.scalar(text("SELECT count(*) FROM person WHERE family_name = 'since'")) == 5
    assert backup.last(settings) == NOW


def test_a_run_that_is_active_is_not_disturbed(used: Database, settings: Settings) -> None:
    file = backup.make(used, settings, None, NOW)
    with one_run_at_a_time(used.engine), pytest.raises(RunActive):
        backup.restore(used, settings, file, LATER, replace=True)


def test_a_daemon_that_lives_is_not_disturbed(used: Database, settings: Settings) -> None:
    file = backup.make(used, settings, None, NOW)
    with used.session() as session:
        now = datetime.now(UTC)
        session.add(Lease(name=NAME, holder="here/1/x", taken_at=now, beat_at=now))
    with pytest.raises(RunActive, match=r"A daemon .*here, process 1") as caught:
        backup.restore(used, settings, file, LATER, replace=True)
    assert "systemctl stop" in caught.value.remedy
    with used.session() as session:
        session.execute(update(Lease).values(beat_at=now - timedelta(minutes=3)))
    assert backup.restore(used, settings, file, LATER, replace=True).kept


def test_a_restoration_that_fails_leaves_all_as_it_was(
    used: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = backup.make(used, settings, None, NOW)
    with used.session() as session:
        session.execute(text("UPDATE person SET family_name = 'since'"))
    wrong = backup.read(file)
    wrong.counts["person"] += 1
    monkeypatch.setattr(backup, "read", lambda file: wrong)
    monkeypatch.setattr(backup, "_keep", lambda *_: file)
    with pytest.raises(DltSyncError):
        backup.restore(used, settings, file, LATER, replace=True)
    with used.session() as session:
        assert session.scalar(text("SELECT count(*) FROM person WHERE family_name = 'since'")) == 5


# -- SQLite -----------------------------------------------------------------------------------------------


def test_a_damaged_database_is_kept_as_it_is_and_replaced(
    sqlite: Database, exports: Exports, settings: Settings
) -> None:
    import_files(sqlite, exports)
    file = backup.make(sqlite, settings, None, NOW)
    sqlite.close()
    path = Path(sqlite.engine.url.database or "")
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\0" * 8192 + content[12288:])
    restored = backup.restore(sqlite, settings, file, LATER, replace=True)
    assert restored.kept
    assert restored.kept.name.endswith(".damaged-20261117T023000Z")
    assert restored.kept.read_bytes()[4096:12288] == b"\0" * 8192
    assert people(sqlite) == 5


def test_no_log_of_the_old_database_is_read_into_the_new_one(sqlite: Database, settings: Settings) -> None:
    file = backup.make(sqlite, settings, None, NOW)
    path = Path(sqlite.engine.url.database or "")
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM run").fetchall()
        with pytest.raises(DatabaseError, match="open in another program"):
            backup._end_wal(path)
    backup.restore(sqlite, settings, file, LATER)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_was_deleted_is_not_in_a_backup(sqlite: Database, exports: Exports, settings: Settings) -> None:
    import_files(sqlite, exports)
    with sqlite.session() as session:
        session.execute(text("UPDATE person SET family_name = ''"))
    file = backup.make(sqlite, settings, None, NOW)
    with zipfile.ZipFile(file) as archive:
        assert "Сағынбекқызы".encode() not in archive.read("database.sqlite3")


# -- PostgreSQL's tools -----------------------------------------------------------------------------------


def stub_tools(folder: Path, version: int) -> Path:
    folder.mkdir(parents=True)
    for tool in pg_tools.TOOLS:
        (folder / tool).write_text(f"#!/bin/sh\necho '{tool} (PostgreSQL) {version}.1 (Debian)'\n")
        (folder / tool).chmod(0o700)
    return folder


def test_the_tools_are_the_oldest_that_the_server_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in (13, 16, 17):
        stub_tools(tmp_path / str(version), version)
    monkeypatch.setattr(pg_tools, "PLACES", (f"{tmp_path}/*",))
    assert pg_tools.find_tools(15, {"PATH": ""}).version == 16
    with pytest.raises(BackupError, match="is of version 17, the server of version 18") as caught:
        pg_tools.find_tools(18, {"PATH": ""})
    assert "postgresql-client-18" in caught.value.remedy


def test_tools_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pg_tools, "PLACES", ())
    with pytest.raises(BackupError, match="are not installed") as caught:
        pg_tools.find_tools(15, {"PATH": ""})
    assert "apt install postgresql-client-15" in caught.value.remedy


def test_no_password_is_in_arguments_or_environment(
    postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = make_url(postgresql.format(name="postgres")).set(password="ge:he\\im")
    database = Database(url.render_as_string(hide_password=False))
    monkeypatch.setenv("PGPASSWORD", "ge:he\\im")
    with database.engine.connect() as connection, pg_tools._environment(connection) as environ:
        assert not [name for name, value in environ.items() if "im" in value and "ge" in value and name != "PATH"]
        assert Path(environ["PGPASSFILE"]).read_text() == "*:*:*:*:ge\\:he\\\\im\n"
        for name in ("PGPASSFILE", "PGSERVICEFILE"):
            assert stat.S_IMODE(os.stat(environ[name]).st_mode) == 0o600
        assert "ge:he" not in Path(environ["PGSERVICEFILE"]).read_text()
    database.close()
    assert not Path(environ["PGPASSFILE"]).exists()


def test_a_tool_that_fails_says_why_without_secrets(tmp_path: Path) -> None:
    folder = stub_tools(tmp_path / "x", 15)
    (folder / "pg_dump").write_text("#!/bin/sh\necho 'FATAL: password=geheim refused' >&2\nexit 1\n")
    with pytest.raises(BackupError, match=r"pg_dump of PostgreSQL failed: FATAL: password=\*\*\*"):
        pg_tools.Tools(folder, 15).run("pg_dump", [], {"PATH": os.environ["PATH"]})


# -- a run afterwards -------------------------------------------------------------------------------------


def test_a_backup_from_the_middle_of_a_run_is_finished_by_the_next(
    sqlite: Database, exports: Exports, settings: Settings
) -> None:
    """The answer to a batch was under way when the backup was made, and Moodle went on since."""
    department = Department(sqlite, exports)
    department.apply()
    exports.replace("person", "Сағынбекқызы", "Басқақызы")
    department.load()
    department.bridge.die_after(1)
    with pytest.raises(MoodleError):
        run.apply_run(department.context)
    department.bridge.heal()
    file = backup.make(sqlite, settings, None, NOW)
    exports.replace("person", "Басқақызы", "Үшіншіқызы")
    department.apply()
    backup.restore(sqlite, settings, file, LATER, replace=True)
    planned = run.apply_run(department.context)
    assert planned.recalled == 1
    department.apply()  # what was imported since is imported again
    assert run.plan_run(department.context).plan.is_empty
    assert department.bridge.row_of("user", "plt:student:910001").raw["lastname"] == "Үшіншіқызы"  # type: ignore[union-attr]
