"""Our own database: SQLite (WAL) embedded, or PostgreSQL. Holds the records and the journal.

`Base` is what all tables stand on; `Database` opens, checks and migrates. Nothing else makes an engine.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import URL, Connection, Engine, MetaData, Table, create_engine, event, insert, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session

from dlt_sync.errors import DatabaseError

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

#: The migration that brings the tables to what this version works with: the last one in `migrations/versions`.
HEAD = "0009"
#: How long a SQLite writer waits for another one.
BUSY_TIMEOUT_MS = 30_000
#: So many pages wait in SQLite's log before they are put where they belong, for which a writer waits for the disk
#: (1,000 by default: each answer of Moodle's is more). 40 MB.
PAGES_BETWEEN_CHECKPOINTS = 10_000
#: How long we wait for a PostgreSQL server to answer.
CONNECT_TIMEOUT_S = 10
#: A connection over which nothing came back for about half a minute is given up on both sides, so that what the server
#: keeps for a machine that lost power (the lock of its run) is freed. Seconds, tries, milliseconds; PostgreSQL 12.
_KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "user_timeout": 25_000}
#: A run holds a transaction while it waits for Moodle, which the server may be set to end.
_IDLE = "idle_in_transaction_session_timeout"
#: Execution option naming the kind of SQLite transaction (DEFERRED or IMMEDIATE).
SQLITE_BEGIN = "sqlite_begin"
#: How many keys one statement names; SQLite takes 32,766 parameters.
KEYS_AT_ONCE = 500


class Base(DeclarativeBase):
    """The base of all tables; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Database:
    """Our database, opened by its URL (`sqlite:///file` or `postgresql://user:password@host/name`).

    Making one opens no connection. `url_masked` is the URL without its password, fit for messages.
    Raises DatabaseError when the URL is none we can use.
    """

    def __init__(self, url: str) -> None:
        self._url = _parse(url)
        self.url_masked = _masked(self._url)
        self.engine = _engine(self._url)

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a SQLite file."""
        return self._url.get_backend_name() == "sqlite"

    @contextmanager
    def session(self, *, alone: bool = False) -> Iterator[Session]:
        """A session in one transaction: committed at the end, rolled back when the block raises.

        With `alone`, the transaction is a writer from its first statement, so that what it reads is still
        true when it writes. Raises DatabaseError when the database cannot be reached or written.
        """
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                if alone and self.is_sqlite:
                    session.connection(execution_options={SQLITE_BEGIN: "IMMEDIATE"})
                yield session
        except DBAPIError as error:
            raise self.error(error) from error

    def upgrade(self) -> None:
        """Bring the schema to this version of the program; does nothing when it is there already.

        Raises DatabaseError when the database cannot be used or was made by a newer version.
        """
        try:
            with self.engine.begin() as connection:
                self._refuse_newer(connection)
                from alembic import command

                config = alembic_config()
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except SQLAlchemyError as error:
            raise self.error(error) from error

    def check(self) -> None:
        """Make sure that the database can be used. Writes nothing.

        Raises DatabaseError, with the remedy, when it is unreachable, cannot be written, is not migrated, or
        was made by a newer version of the program.
        """
        try:
            with self.engine.connect() as connection:
                self._refuse_unwritable(connection)
                if not _is_current(connection):
                    self._refuse_newer(connection)
                    self._refuse_older(connection)
        except SQLAlchemyError as error:
            raise self.error(error) from error

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()

    def _refuse_unwritable(self, connection: Connection) -> None:
        if self.is_sqlite:
            self._write_nothing()
        elif connection.scalar(text("SHOW transaction_read_only")) == "on":
            raise DatabaseError(
                f"The database {self.url_masked} is read-only.",
                remedy="Name the primary server in [database] url, not a standby.",
            )

    def _write_nothing(self) -> None:
        """SQLite opens a read-only file gladly and fails at the first write: take its header's own number.

        A writer from the first statement on: who reads first is refused when another one writes in between.
        """
        with self.engine.connect().execution_options(**{SQLITE_BEGIN: "IMMEDIATE"}) as connection:
            version = connection.scalar(text("PRAGMA user_version"))
            connection.execute(text(f"PRAGMA user_version = {int(version or 0)}"))
            connection.rollback()

    def _refuse_newer(self, connection: Connection) -> None:
        if newer := set(_revisions(connection)) - revisions_known():
            raise DatabaseError(
                f"The database {self.url_masked} was made by a newer version of dlt-sync than this one: its tables "
                f"are those of {', '.join(sorted(newer))}, this version knows them up to {HEAD}.",
                remedy="Install that version again; or go back to the backup made before its upgrade: "
                "dlt-sync restore FILE --replace",
            )

    def _refuse_older(self, connection: Connection) -> None:
        if set(_revisions(connection)) != set(_scripts().get_heads()):
            raise DatabaseError(
                f"The tables in the database {self.url_masked} are not those of this version of dlt-sync.",
                remedy="Run: dlt-sync db upgrade",
            )

    def error(self, error: BaseException) -> DatabaseError:
        """What went wrong with this database, without its password, and what to do."""
        reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
        for secret in _secrets(self._url):
            reason = reason.replace(secret, "***")
        return DatabaseError(f"The database {self.url_masked} cannot be used: {reason}", remedy=self._remedy(reason))

    def _remedy(self, reason: str) -> str:
        if not self.is_sqlite:
            return "See that the server runs, and that the user, password and name in [database] url are right."
        if "no such table" in reason or "no such column" in reason:
            return "Run: dlt-sync db upgrade"
        if "locked" in reason:
            return "Another dlt-sync is writing; wait until it is done and try again."
        if "not a database" in reason:
            return "Name another file in [database] url, or restore this one from a backup."
        return "See that the folder exists, that this user may write in it, and that the disk is not full."


def plain_table(model: type[Base]) -> Table:
    """The table of a model, for statements that write many rows at once, none of which is looked at again."""
    return Base.metadata.tables[model.__tablename__]


def insert_rows(session: Session, model: type[Base], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write many rows, none of which is looked at again: values in the order of `columns`, the rest left to the table.

    Twice as fast as SQLAlchemy's own way, which does for each row what is done here once: name the parameters, and find
    out how each column's values go to the database.
    """
    connection = session.connection()
    table, dialect = plain_table(model), connection.dialect
    statement = insert(table).inline().compile(dialect=dialect, column_keys=columns)
    processors = (table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in columns)
    encoders = [(place, _Encoder(encode)) for place, encode in enumerate(processors) if encode is not None]
    encoded = [_encoded(row, encoders) for row in rows]
    if not encoded:
        return
    if statement.positional:  # parameters stand in the table's order
        order = [columns.index(name) for name in statement.positiontup or ()]
        connection.exec_driver_sql(statement.string, [tuple([row[place] for place in order]) for row in encoded])
    else:
        connection.exec_driver_sql(statement.string, [dict(zip(columns, row, strict=True)) for row in encoded])


class _Encoder:
    """How a column's values go to the database. One that stands in many rows, such as their time, is encoded once."""

    def __init__(self, encode: Callable[[Any], object]) -> None:
        self._encode = encode
        self._last: tuple[object, object] = (self, None)

    def __call__(self, value: object) -> object:
        if value is not self._last[0]:
            self._last = (value, self._encode(value))
        return self._last[1]


def _encoded(row: Sequence[object], encoders: Iterable[tuple[int, _Encoder]]) -> tuple[object, ...]:
    values = list(row)
    for place, encode in encoders:
        values[place] = encode(values[place])
    return tuple(values)


def portions(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """Keys in portions that one statement can name."""
    return (keys[start : start + KEYS_AT_ONCE] for start in range(0, len(keys), KEYS_AT_ONCE))


def alembic_config() -> Config:
    """Alembic's configuration: the migrations are those of the imported package, wherever it is installed."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(importlib.resources.files("dlt_sync.migrations")))
    config.set_main_option("path_separator", "os")
    return config


def revisions_known() -> set[str]:
    """The states of the tables that this version can work with or upgrade from."""
    return {script.revision for script in _scripts().walk_revisions()}


def _is_current(connection: Connection) -> bool:
    """Whether the tables are those of this version. Asked at each start, without waking Alembic."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    return connection.scalars(text("SELECT version_num FROM alembic_version")).all() == [HEAD]


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(alembic_config())


def _revisions(connection: Connection) -> tuple[str, ...]:
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_heads()


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        # The message would repeat the text, and a password with it.
        raise DatabaseError(
            "The database URL cannot be read.",
            remedy="Write it as sqlite:///path/to/file or postgresql://user:password@host/name.",
        ) from None
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
        raise DatabaseError(
            f"dlt-sync cannot use a database of the kind {parsed.drivername}.",
            remedy="Use sqlite:///path/to/file or postgresql://user:password@host/name.",
        )
    return parsed


def _secrets(url: URL) -> list[str]:
    candidates = [url.password, url.query.get("password"), url.query.get("sslpassword")]
    return [str(secret) for secret in candidates if secret]


def _masked(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return url.render_as_string()
    shown = url.set(drivername="postgresql", query={})
    return shown.render_as_string(hide_password=True)


def _engine(url: URL) -> Engine:
    sqlite = url.get_backend_name() == "sqlite"
    arguments = {} if sqlite else _connecting(url)
    try:
        # Parameters are people's data: they must not appear in the text of an exception.
        engine = create_engine(
            url,
            connect_args=arguments,
            hide_parameters=True,
            pool_pre_ping=not sqlite,
            json_serializer=_json_text,
            json_deserializer=orjson.loads,
        )
    except (ImportError, NoSuchModuleError) as error:
        raise DatabaseError(
            "The driver for PostgreSQL is not installed.", remedy="Run: pip install 'dlt-sync[postgresql]'"
        ) from error
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _json_text(value: object) -> str:
    return orjson.dumps(value).decode()


def _connecting(url: URL) -> dict[str, Any]:
    """What libpq is told, and through it the server, whose settings are those of PostgreSQL with `tcp_` before them."""
    names = {name: name.replace("user_", "tcp_user_") for name in _KEEPALIVE}
    ours = {names[name]: value for name, value in _KEEPALIVE.items() if names[name] not in url.query}
    settings = {f"tcp_{name}": value for name, value in _KEEPALIVE.items()} | {_IDLE: 0}
    server = " ".join(f"-c {name}={value}" for name, value in settings.items())
    own = url.query.get("options", "")  # what the settings' address says itself comes last, and wins
    return {"connect_timeout": CONNECT_TIMEOUT_S, **ours, "options": f"{server} {own}".strip()}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # We begin transactions ourselves: Python's sqlite3 would leave DDL and SELECT outside of them.
    connection.isolation_level = None
    settings = {
        "busy_timeout": BUSY_TIMEOUT_MS,
        "journal_mode": "WAL",
        "foreign_keys": "ON",
        "wal_autocheckpoint": PAGES_BETWEEN_CHECKPOINTS,
    }
    for name, value in settings.items():
        connection.execute(f"PRAGMA {name} = {value}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get(SQLITE_BEGIN, 'DEFERRED')}")
