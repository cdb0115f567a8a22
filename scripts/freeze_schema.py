"""`python -m scripts.freeze_schema`: keep the tables of a release, with rows in them, for the tests of upgrades.

For each migration that has no dump yet (but for the last one, which may still change; `--release` freezes it too) a
database is made, a small fictional department's rows are written into all its tables, and it is dumped as SQL:
`tests/unit/data/schemas/REVISION.sqlite.sql`, and `.postgresql.sql` where `--postgresql URL` names an empty database. A
dump that is there is never written again: it stands for databases that people have.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, Table, text

from dlt_sync import pg_tools
from dlt_sync.db import HEAD, Database, alembic_config

FOLDER = Path(__file__).parents[1] / "tests" / "unit" / "data" / "schemas"
_MOMENT = datetime(2026, 11, 16, 2, 30, tzinfo=UTC)
_DAY = date(2026, 9, 1)
_HASH = "ab" * 32
_RECORD = {"status": "active", "batch_id": 1, "source_row": 2, "changed_in": 1, "date_last_modified": _MOMENT}
_NAMES = {"name_kk": "Гигиена", "name_ru": "Гигиена", "name_en": "Hygiene"}
_OPERATION = {"kind": "user", "key": "plt:student:910001"}
_DIGEST = {"digest_count": 3, "digest_low": 2**40, "digest_high": 2**41}

#: One row and more for each table; a column that a revision does not have is left out there.
ROWS: dict[str, list[dict[str, Any]]] = {
    "import_batch": [
        {"number": number, "mode": "full", "started_at": _MOMENT, "ended_at": _MOMENT, "run_by": "methodist",
         "verdict": "partial", "counts": {"person": {"created": 2, "set_aside": 1}}} for number in (1, 2)
    ],
    "import_file": [
        {"batch_id": 1, "entity": "person", "name": "person.csv", "sha256": _HASH, "rows": 3, "bytes": 400,
         "modified_at": _MOMENT}
    ],
    "quarantine": [
        {"id": number, "batch_id": 1, "entity": "person", "sourced_id": f"plt:student:91000{number}", "subject": "",
         "file": "person.csv", "row": 4, "field": "email", "value": "nonsense", "rule": "email", "severity": "error",
         "message": "This is no address.", "remedy": "Correct it.", "state": state, "first_seen": _MOMENT,
         "resolved_at": resolved} for number, state, resolved in ((7, "open", None), (8, "resolved", _MOMENT))
    ],
    "org": [
        {"sourced_id": "plt:faculty:1", "type": "faculty", "parent_id": None, **_NAMES, "doc_index": "", **_RECORD},
        {"sourced_id": "plt:cafedra:59", "type": "kafedra", "parent_id": "plt:faculty:1", **_NAMES, "doc_index": "59",
         "head_id": "plt:tutor:820001", **_RECORD},
    ],
    "person": [
        {"sourced_id": "plt:student:910001", "type": "student", "family_name": "Сағынбекқызы", "given_name": "Әйгерім",
         "patronymic": "", "single_name": False, "iin_status": "valid", "iin_digest": _HASH, "iin_last4": "0007",
         "username": "s910001", "email": "s910001@academy.example", "preferred_language": "kk",
         "primary_org_id": "plt:faculty:1", **_RECORD},
        {"sourced_id": "plt:tutor:820001", "type": "teacher", "family_name": "Үлгібаев", "given_name": "Өскен",
         "patronymic": "Мысалұлы", "single_name": False, "iin_status": "absent", "iin_digest": "", "iin_last4": "",
         "username": "t820001", "email": "", "preferred_language": "", **_RECORD, "status": "tobedeleted"},
    ],
    "employment": [
        {"sourced_id": "plt:employment:1", "person_id": "plt:tutor:820001", "org_id": "plt:cafedra:59",
         "position": "lecturer", "rate": 0.75, "is_main": True, "begin": _DAY, "order_no": "101-ж", **_RECORD}
    ],
    "programme": [
        {"sourced_id": "plt:programme:1", "code": "6B10101", "code_as_printed": "6В10101", **_NAMES,
         "level": "integrated", "group_code": "", "faculty_id": "plt:faculty:1", "distance_form_allowed": False,
         **_RECORD}
    ],
    "discipline": [
        {"sourced_id": "plt:subject:302", "code": "GIE3201", "code_as_printed": "GiE 3201", **_NAMES,
         "kafedra_id": "plt:cafedra:59", "ects": 4, **_RECORD}
    ],
    "academic_session": [
        {"sourced_id": "plt:term:1", "type": "term", "name": "2026-2027/1", "begin": _DAY, "end": date(2027, 1, 16),
         "weeks": 20, **_RECORD}
    ],
    "study_cohort": [
        {"sourced_id": "plt:group:501", "name": "ЖМ-24-01қ", "programme_id": "plt:programme:1", "study_year": 3,
         "language": "kk", "academic_year": "2026-2027", **_RECORD}
    ],
    "cohort_member": [
        {"sourced_id": "plt:member:1", "cohort_id": "plt:group:501", "person_id": "plt:student:910001", "begin": _DAY,
         "order_no": "212-с", **_RECORD}
    ],
    "offering": [
        {"sourced_id": "plt:offering:17", "discipline_id": "plt:subject:302", "session_id": "plt:term:1",
         "language": "kk", "programme_id": "plt:programme:1", "study_year": 3, "kafedra_id": "plt:cafedra:59",
         "term_no": 5, "delivery_mode": "blended", "ects": 4, "hours_lecture": 15, **_RECORD}
    ],
    "enrolment": [
        {"sourced_id": "plt:enrolment:1", "offering_id": "plt:offering:17", "person_id": "plt:student:910001",
         "role": "student", "cohort_id": "plt:group:501", "state": "active", "order_no": "212-с", **_RECORD}
    ],
    "topic": [
        {"sourced_id": "dlt:topic:1", "discipline_id": "plt:subject:302", "number": 1, "kind": "lecture",
         "title_kk": "Су", "title_ru": "Вода", "title_en": "Water", "hours": 2.0, "week_no": 1, "requires_video": True,
         "no_video_reason": "", "changed_on": _DAY, **_RECORD}
    ],
    "video_asset": [
        {"sourced_id": "dlt:video:1", "discipline_id": "plt:subject:302", "kind": "lecture", "language": "kk",
         "title": "Су", "author_ids": "plt:tutor:820001", "duration_s": 1200, "state": "published",
         "url": "https://media.academy.example/1", "shows_patient": False, "consent_ref": "", "captions": "kk;ru",
         "moved_to": "", **_RECORD}
    ],
    "video_placement": [
        {"sourced_id": "dlt:placement:1", "video_id": "dlt:video:1", "topic_id": "dlt:topic:1", **_RECORD}
    ],
    "video_request": [
        {"sourced_id": "moodle:request:1", "type": "shooting", "topic_id": "dlt:topic:1", "language": "kk",
         "title": "Ауа", "url": "", "notes": "", "place": "", "wished": "", "asked_by": "Үлгібаев Ө.",
         "asked_by_id": "plt:tutor:820001", "stage": "requested", "stage_changed_at": _MOMENT, "specialist": "",
         "reason": "", "dates": {"requested": "2026-11-16"}, "listed": {}, "shown": "", "issue": "", **_RECORD}
    ],
    "video_request_stage": [
        {"id": 3, "request_id": "moodle:request:1", "stage": "requested", "reached_at": _MOMENT, "by": "Үлгібаев Ө.",
         "source": "moodle", "note": ""}
    ],
    "link_check": [
        {"url": "https://media.academy.example/1", "host": "media.academy.example", "provider": "page",
         "checked_at": _MOMENT, "verdict": "ok", "verdict_since": _MOMENT, "fail_streak": 0, "http_status": 200,
         "title_seen": "Су", "moved_to": "", "detail": "", "etag": "x", "last_modified": ""}
    ],
    "run": [
        {"id": number, "mode": "apply", "started_at": _MOMENT, "ended_at": _MOMENT, "verdict": "ok", "host": "server",
         "run_by": "engineer", "plan_hash": _HASH, "counts": {"user.create": 1, "source.person": 2},
         "summary": "users: 1 created", "approved_by": "", "because": "", "report": None} for number in (1, 2)
    ],
    "plan": [
        {"hash": _HASH, "created_at": _MOMENT, "run_id": 2, "state": "parked", "content": "{}", "violations": []}
    ],
    "sent_batch": [
        {"id": "6d3f1e3e-9d55-4d0a-9ad5-0f6b6f1f0a01", "run_id": 1, "kind": "user", "operations": "[]",
         "sent_at": _MOMENT, "answered_at": None}
    ],
    "journal_entry": [
        {"id": 5, "run_id": 1, "written_at": _MOMENT, **_OPERATION, "action": "create", "label": "Сағынбекқызы Әйгерім",
         "unit": "Гигиена", "before": None, "after": {"username": "s910001"}, "reason": "import 1", "moodle_id": 11,
         "result": "done", "errorcode": "", "message": "", "duration_ms": 3}
    ],
    "applied": [
        {**_OPERATION, "course_key": "", "moodle_id": 11, "fields": {"username": "s910001", "suspended": False},
         "label": "Сағынбекқызы Әйгерім", "unit": "Гигиена", "run_id": 1, "written_at": _MOMENT}
    ],
    "override": [
        {"id": 1, **_OPERATION, "field": "*", "owner": "Head", "reason": "a reason", "until": _MOMENT,
         "created_at": _MOMENT}
    ],
    "moodle_event": [
        {"id": 101, "name": "deleted", "happened_at": _MOMENT, **_OPERATION, "by": "Admin", "data": {"a": 1}}
    ],
    "settled_scope": [
        {"kind": "enrolment", "scope": "plt:offering:17", "stamp": _HASH, **_DIGEST, "present": 1, "wanted": 1,
         "basis": _HASH, "fields": "roles,suspended", "batch_id": 1, "run_id": 1}
    ],
    "marked_digest": [
        {"kind": "enrolment", "scope": "plt:offering:17", "mark": _HASH, **_DIGEST, "hashed_at": _MOMENT}
    ],
    "shown_topics": [{"course_key": "plt:offering:17", "hash": _HASH}],
    "lease": [{"name": "daemon", "holder": "server:1", "taken_at": _MOMENT, "beat_at": _MOMENT}],
    "job": [{"name": "reconcile", "due_at": _MOMENT, "verdict": "ok", "message": "", "wanted_by": ""}],
    "pii_access": [
        {"id": 1, "at": _MOMENT, "who": "methodist", "host": "server", "command": "why",
         "scope": "person plt:student:910001", "people": 1, "why": "a call"}
    ],
}  # fmt: skip


def main(arguments: list[str]) -> int:
    """Freeze what has no dump yet."""
    parser = argparse.ArgumentParser(prog="scripts.freeze_schema", description=__doc__)
    parser.add_argument("--release", action="store_true", help="freeze the last migration too: it is released")
    parser.add_argument("--postgresql", metavar="URL", default="", help="an empty database that may be used")
    options = parser.parse_args(arguments)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for revision in revisions():
        if revision == HEAD and not options.release:
            continue
        for kind, make in (("sqlite", _freeze_sqlite), ("postgresql", _freeze_postgresql)):
            file = FOLDER / f"{revision}.{kind}.sql"
            if not file.exists() and (kind == "sqlite" or options.postgresql):
                file.write_text(make(revision, options.postgresql), encoding="utf-8")
                print(f"{file.name} is written", file=sys.stderr)
    return 0


def revisions() -> list[str]:
    """All migrations, the first one first."""
    found = ScriptDirectory.from_config(alembic_config()).walk_revisions()
    return [script.revision for script in found][::-1]


def _freeze_sqlite(revision: str, _: str) -> str:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "frozen.sqlite3"
        fill(Database(f"sqlite:///{file}"), revision)
        with closing(sqlite3.connect(file)) as connection:
            return "\n".join(connection.iterdump()) + "\n"


def _freeze_postgresql(revision: str, url: str) -> str:
    database = Database(url)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    fill(database, revision)
    with database.engine.connect() as connection:
        tools = pg_tools.find_tools(pg_tools.server_version(connection))
        dumped = pg_tools.plain_dump(connection, tools)
    database.close()
    return "".join(line for line in dumped.splitlines(keepends=True) if _is_statement(line))


def _is_statement(line: str) -> bool:
    """Not psql's own commands, comments or what a server of another version may not know."""
    return bool(line.strip()) and not line.startswith(("\\", "--", "SET ", "CREATE SCHEMA", "COMMENT ON SCHEMA"))


def fill(database: Database, revision: str) -> None:
    """Bring an empty database to a revision and write the rows into it."""
    with database.engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    with database.engine.begin() as connection:
        metadata = MetaData()
        metadata.reflect(connection)
        for table in metadata.sorted_tables:
            for row in _rows_of(table):
                connection.execute(table.insert(), row)
    database.close()


def _rows_of(table: Table) -> Iterator[dict[str, Any]]:
    if table.name == "alembic_version":
        return
    if table.name not in ROWS:
        raise SystemExit(f"There are no rows for the table {table.name}: add some to ROWS in {__file__}.")
    for row in ROWS[table.name]:
        kept = {name: value for name, value in row.items() if name in table.c}
        needed = {column.name for column in table.c if not column.nullable and column.server_default is None}
        if missing := needed - kept.keys() - {"id"}:
            raise SystemExit(f"{table.name} has no {', '.join(sorted(missing))}: add it to ROWS in {__file__}.")
        yield kept


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
