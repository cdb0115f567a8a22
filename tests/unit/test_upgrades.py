"""Upgrading from the tables of any release: they become those of this version, and every row is still there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, inspect, text

import dlt_sync.daemon.tables
import dlt_sync.journal.tables
import dlt_sync.records.tables  # noqa: F401
from dlt_sync.db import HEAD, Base, Database
from dlt_sync.errors import DatabaseError
from dlt_sync.journal import runs
from dlt_sync.records.questions import load_academy
from scripts.freeze_schema import FOLDER, ROWS, fill, revisions

RELEASED = sorted(revision for revision in revisions() if revision != HEAD or (FOLDER / f"{HEAD}.sqlite.sql").exists())
#: Notes that a migration throws away on purpose: they are made anew by the next run.
THROWN_AWAY = {("settled_scope", "0003")}

Rows = dict[str, list[dict[str, Any]]]


def load_dump(database: Database, revision: str) -> None:
    """The database as somebody has it who installed that revision."""
    kind = "sqlite" if database.is_sqlite else "postgresql"
    dump = (FOLDER / f"{revision}.{kind}.sql").read_text(encoding="utf-8")
    connection = database.engine.raw_connection()
    try:
        driver: Any = connection.driver_connection
        if database.is_sqlite:
            driver.execute("PRAGMA foreign_keys = OFF")  # the tables are in no order
            driver.executescript(dump)
        else:
            driver.execute(dump)
            driver.commit()
    finally:
        connection.invalidate()  # the dump set a search path


def rows_of(connection: Connection) -> Rows:
    """All rows by table, as the database itself describes them."""
    metadata = MetaData()
    metadata.reflect(connection)
    return {
        name: [dict(row) for row in connection.execute(table.select().order_by(*table.primary_key)).mappings()]
        for name, table in metadata.tables.items()
        if name != "alembic_version"
    }


def shape_of(connection: Connection) -> dict[str, Any]:
    """All that the tables are made of, and the triggers."""
    seen = inspect(connection)
    triggers = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )

    def default(column: Any) -> str:
        return str(column["default"] or "").replace("'", "").partition("::")[0]

    return {
        "triggers": sorted(connection.scalars(text(triggers))),
        **{
            table: {
                "columns": {c["name"]: (str(c["type"]), c["nullable"], default(c)) for c in seen.get_columns(table)},
                "primary key": seen.get_pk_constraint(table)["constrained_columns"],
                "foreign keys": sorted(
                    str((key["constrained_columns"], key["referred_table"], key.get("options")))
                    for key in seen.get_foreign_keys(table)
                ),
                "indexes": sorted(
                    str((index["name"], index["column_names"], bool(index["unique"])))
                    for index in seen.get_indexes(table)
                ),
                "unique": sorted(str(unique["column_names"]) for unique in seen.get_unique_constraints(table)),
            }
            for table in seen.get_table_names()
        },
    }


def test_every_release_has_its_dump() -> None:
    missing = [
        f"{revision}.{kind}.sql"
        for revision in RELEASED
        for kind in ("sqlite", "postgresql")
        if not (FOLDER / f"{revision}.{kind}.sql").exists()
    ]
    assert missing == [], "run: python -m scripts.freeze_schema --postgresql URL"


def test_every_table_has_rows_to_freeze() -> None:
    assert ROWS.keys() == Base.metadata.tables.keys()


@pytest.mark.parametrize("revision", RELEASED)
def test_an_upgrade_from_any_release_ends_in_this_versions_tables_with_all_rows(
    revision: str, empty_database: Database, request: pytest.FixtureRequest
) -> None:
    database = empty_database
    shape = _fresh(database, request)
    load_dump(database, revision)
    with database.engine.connect() as connection:
        before = rows_of(connection)
    with pytest.raises(DatabaseError) as caught:
        database.check()
    assert caught.value.remedy == "Run: dlt-sync db upgrade"
    database.upgrade()
    database.check()
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert shape_of(connection) == shape
        after = rows_of(connection)
    assert all(before.values()), "a table without rows proves nothing"
    for table, rows in before.items():
        if (table, revision) not in THROWN_AWAY:
            assert [{name: row[name] for name in old} for old, row in zip(rows, after[table], strict=True)] == rows
    _use(database)


def _fresh(database: Database, request: pytest.FixtureRequest) -> dict[str, Any]:
    """The shape of tables that this version made itself, in a database of the same kind."""
    if database.is_sqlite:
        url = f"sqlite:///{request.getfixturevalue('migrated_sqlite')}"
    else:
        url = request.getfixturevalue("migrated_postgresql").format(name="model")
    made = Database(url)
    with made.engine.connect() as connection:
        shape = shape_of(connection)
    made.close()
    return shape


def test_the_rows_of_the_last_migration_can_be_frozen(empty_database: Database) -> None:
    fill(empty_database, HEAD)
    empty_database.check()
    _use(empty_database)


def _use(database: Database) -> None:
    """Read what a run reads, and number what comes next."""
    with database.session() as session:
        academy = load_academy(session)
        assert academy.people["plt:student:910001"].family_name == "Сағынбекқызы"
        assert academy.offerings.keys() == {"plt:offering:17"}
        known = [run.id for run in runs.runs(session)]
    if known and database.is_sqlite:  # the rows were written with their numbers, past PostgreSQL's sequence
        with database.session() as session:
            assert runs.start_run(session, "apply", datetime.now(UTC), host="", run_by="") == max(known) + 1
