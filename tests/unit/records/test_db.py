"""Our database: opened, migrated, checked; every way it cannot be used ends in a sentence and a remedy."""

from __future__ import annotations

import configparser
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text

import dlt_sync.journal.tables
import dlt_sync.records.tables  # noqa: F401
from dlt_sync.db import HEAD, Base, Database, insert_rows, plain_table
from dlt_sync.errors import DatabaseError
from dlt_sync.journal.runs import start_run
from dlt_sync.journal.tables import JournalEntry

REPOSITORY = Path(__file__).parents[3]


def test_the_migrations_make_just_the_tables_of_the_models(empty_database: Database) -> None:
    empty_database.upgrade()
    with empty_database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_twice_changes_nothing(empty_database: Database) -> None:
    empty_database.upgrade()
    empty_database.upgrade()
    empty_database.check()


def test_a_journal_row_cannot_be_changed(database: Database) -> None:
    with database.session() as session:
        session.execute(
            text("INSERT INTO run (id, mode, started_at, verdict, host, run_by, plan_hash, counts, summary, "
                 "approved_by, because) VALUES (1, 'apply', '2026-11-16', 'ok', '', '', '', '{}', '', '', '')")
        )  # fmt: skip
        columns = "id, run_id, written_at, kind, key, action, label, unit, after, reason, result, errorcode, message"
        columns += ", duration_ms"
        session.execute(
            text(f"INSERT INTO journal_entry ({columns}) VALUES "
                 "(1, 1, '2026-11-16', 'user', 'k', 'create', '', '', '{}', '', 'done', '', '', 0)")
        )  # fmt: skip
    with pytest.raises(DatabaseError, match="append-only"), database.session() as session:
        session.execute(text("UPDATE journal_entry SET result = 'failed'"))
    with database.session() as session:
        assert session.scalar(text("SELECT result FROM journal_entry")) == "done"


def test_a_database_without_tables_names_the_command_that_makes_them(empty_database: Database) -> None:
    with pytest.raises(DatabaseError) as caught:
        empty_database.check()
    assert caught.value.remedy == "Run: dlt-sync db upgrade"


@pytest.mark.parametrize("act", [Database.check, Database.upgrade])
def test_a_database_of_a_newer_version_is_left_alone(database: Database, act: object) -> None:
    with database.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="newer version"):
        act(database)  # type: ignore[operator]


def test_a_read_only_sqlite_file_is_reported(sqlite: Database, tmp_path: Path) -> None:
    database = Database(f"sqlite:///file:{tmp_path / 'sqlite.sqlite3'}?mode=ro&uri=true")
    with pytest.raises(DatabaseError, match="readonly") as caught:
        database.check()
    assert "may write" in caught.value.remedy
    database.close()


def test_a_folder_that_does_not_exist_is_reported(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="unable to open") as caught:
        Database(f"sqlite:///{tmp_path}/absent/records.sqlite3").check()
    assert "folder exists" in caught.value.remedy


def test_a_file_that_is_no_database_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear registrar, " * 100)
    database = Database(f"sqlite:///{path}")
    with pytest.raises(DatabaseError, match="not a database"):
        database.check()
    database.close()


def test_an_absent_server_is_reported_without_the_password() -> None:
    database = Database("postgresql://sync:geheim@127.0.0.1:1/records")
    assert database.url_masked == "postgresql://sync:***@127.0.0.1:1/records"
    with pytest.raises(DatabaseError) as caught:
        database.check()
    assert "127.0.0.1" in caught.value.message
    assert "geheim" not in caught.value.message + caught.value.remedy


@pytest.mark.parametrize("url", ["mysql://sync:geheim@host/records", "geheim", "oracle://sync:geheim@host/x"])
def test_a_url_of_another_kind_is_refused_without_the_password(url: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        Database(url)
    assert "geheim" not in str(caught.value)
    assert "sqlite:///" in caught.value.remedy


def test_a_block_that_raises_leaves_nothing_behind(database: Database) -> None:
    values = "VALUES (1,'full','2026-11-16','','ok','{}')"
    insert = f"INSERT INTO import_batch (number, mode, started_at, run_by, verdict, counts) {values}"
    with pytest.raises(RuntimeError), database.session() as session:  # noqa: PT012 - the block is what is tested
        session.execute(text(insert))
        raise RuntimeError
    with database.session() as session:
        assert session.scalar(text("SELECT count(*) FROM import_batch")) == 0


def test_rows_written_at_once_are_those_that_sqlalchemy_would_write(database: Database) -> None:
    now = datetime(2026, 11, 16, 7, 30, tzinfo=timezone(timedelta(hours=5)))
    row: dict[str, Any] = {
        "written_at": now, "kind": "enrolment", "action": "update", "key": "plt:offering:17|plt:student:910001",
        "label": "Үлгібаев — 100 % ?", "unit": "", "before": None, "after": {"roles": ("student",), "suspended": False},
        "reason": "", "moodle_id": None, "result": "done", "errorcode": "", "message": "", "duration_ms": 7,
    }  # fmt: skip
    with database.session() as session:
        run = start_run(session, "apply", now, host="", run_by="")
        columns = ("run_id", *row)
        other = {**row, "written_at": now + timedelta(hours=1), "after": None}
        insert_rows(session, JournalEntry, columns, [(run, *one.values()) for one in (row, row, other)])
        session.execute(insert(plain_table(JournalEntry)), [{"run_id": run, **row}, {"run_id": run, **other}])
        insert_rows(session, JournalEntry, columns, [])
    with database.session() as session:
        found = session.execute(select(plain_table(JournalEntry))).all()
        raw = session.execute(
            text('SELECT written_at, CAST("before" AS TEXT), CAST("after" AS TEXT) FROM journal_entry')
        )
        texts = raw.all()
    assert texts == [texts[0], texts[0], texts[2], texts[0], texts[2]]
    assert [one.id for one in found] == [1, 2, 3, 4, 5]
    assert [one[1:] for one in found] == [found[place][1:] for place in (3, 3, 4, 3, 4)]
    assert (found[0].label, found[0].written_at, found[2].written_at) == (row["label"], now, other["written_at"])


def test_sqlite_keeps_references_and_writes_ahead(sqlite: Database) -> None:
    with sqlite.session() as session:
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA synchronous")) == 2  # FULL: what is written down before it is sent stays


def test_every_package_folder_is_installed() -> None:
    setup = configparser.ConfigParser()
    setup.read(REPOSITORY / "setup.cfg", "utf-8")
    listed = set(setup["options"]["packages"].split())
    folders = {
        ".".join(path.parent.relative_to(REPOSITORY).parts) for path in (REPOSITORY / "dlt_sync").rglob("__init__.py")
    }
    assert listed == folders | {"dlt_sync.migrations"}


def test_the_program_knows_its_last_migration(sqlite: Database) -> None:
    with sqlite.engine.connect() as connection:
        assert connection.scalars(text("SELECT version_num FROM alembic_version")).all() == [HEAD]


def test_a_check_of_current_tables_does_not_wake_alembic(sqlite: Database) -> None:
    check = f"from dlt_sync.db import Database; import sys; Database({str(sqlite.engine.url)!r}).check(); "
    check += "sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
