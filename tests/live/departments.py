"""A department at work on a real Moodle: its records as files to edit, the program, and looks into Moodle."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dlt_sync import run
from dlt_sync.db import Database
from dlt_sync.guard import Limits
from dlt_sync.kinds.rules import Rules
from dlt_sync.moodle.rest import RestBridge
from dlt_sync.records.importing import ImportOptions, ImportResult, import_records
from dlt_sync.records.schema import SCHEMAS
from dlt_sync.run import ApplyResult, Context, PlanResult
from scripts.site.moodle import Site
from tests.live.hands import Hands
from tests.worlds import UNGUARDED

EXAMPLES = Path(__file__).parents[2] / "examples"
#: The day week 1 of the examples is imported on.
DAY = datetime(2026, 11, 23, 6, tzinfo=UTC)
#: Files that came before are taken again.
ACCEPT_AGAIN = ImportOptions(accept_older=frozenset(SCHEMAS))

Row = dict[str, str]


class Department:
    """Records in a folder (a copy of the example academy), our database, and the program's runs."""

    def __init__(self, folder: Path, site: Site, *, limits: Limits | None = None) -> None:
        self.site = site
        self.hands = Hands(site)
        self.records = folder / "records"
        shutil.copytree(EXAMPLES / "academy", self.records)
        self.database = Database(f"sqlite:///{folder / 'dlt-sync.sqlite'}")
        self.database.upgrade()
        self.day = DAY
        self.bridge = RestBridge(site.url, site.token)
        self.context = Context(
            database=self.database,
            bridge=self.bridge,
            rules=Rules(),
            limits=limits or Limits(),
            site=site.url,
            now=lambda: self.day,
            host="test",
            run_by="tester",
            requests_in_flight=2,
        )

    # -- the records -----------------------------------------------------------------------------------

    def rows(self, entity: str) -> list[Row]:
        """The rows of one file."""
        with (self.records / f"{entity}.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def rewrite(self, entity: str, change: Callable[[Row], Row | None]) -> None:
        """Change every row of a file; None drops it."""
        rows = self.rows(entity)
        self._write(entity, [new for row in rows if (new := change(row)) is not None], list(rows[0]))

    def edit(self, entity: str, key: str, **changes: str) -> None:
        """Change one row."""
        self.rewrite(entity, lambda row: {**row, **changes} if row["sourced_id"] == key else row)

    def drop(self, entity: str, **where: str) -> None:
        """Drop the rows that have these values."""
        self.rewrite(entity, lambda row: None if all(row[n] == v for n, v in where.items()) else row)

    def add(self, entity: str, **values: str) -> None:
        """Add a row like the first one, with other values."""
        rows = self.rows(entity)
        self._write(entity, [*rows, {**rows[0], **values}], list(rows[0]))

    def _write(self, entity: str, rows: list[Row], columns: list[str]) -> None:
        with (self.records / f"{entity}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)

    # -- the program -----------------------------------------------------------------------------------

    def load(self, **options: Any) -> ImportResult:
        """Import the records."""
        return import_records(self.database, self.records, now=self.day, run_by="tester", **options)

    def plan(self) -> PlanResult:
        """Plan."""
        return run.plan_run(self.context)

    def apply(self) -> ApplyResult:
        """Import, plan and apply; the result must be clean.

        The tests of a module share one history, in which a file of the same bytes may have come before.
        """
        self.load(options=ACCEPT_AGAIN)
        result = run.apply_run(self.context)
        assert not result.failed, [(o.ref, x.errorcode, x.message) for o, x in result.failed]
        assert result.remaining == ()
        return result

    @contextmanager
    def put_back(self) -> Iterator[None]:
        """Afterwards the records and Moodle are as they were before."""
        before = self.records.with_name("before")
        shutil.rmtree(before, ignore_errors=True)
        shutil.copytree(self.records, before)
        unlimited = replace(self.context, limits=UNGUARDED)
        context = self.context
        try:
            yield
        finally:
            shutil.rmtree(self.records)
            shutil.copytree(before, self.records)
            for file in self.records.iterdir():
                file.touch()
            self.context = unlimited
            self.load(options=replace(ACCEPT_AGAIN, accept_smaller=frozenset(SCHEMAS)))
            result = run.apply_run(self.context)
            if result.waiting:
                run.approve_run(self.context, result.waiting.hash, approved_by="Tester", because="put back")
            self.context = context

    # -- Moodle ----------------------------------------------------------------------------------------

    def moodle_id(self, kind: str, key: str) -> int:
        """Moodle's id of one of our objects; 0 when it is not ours."""
        found = self.site.php(
            "return $DB->get_field('local_dltsync_object', 'moodleid', ['kind' => $kind, 'sourcedid' => $key]) ?: 0;",
            kind=kind,
            key=key,
        )
        return int(found)

    def user(self, key: str) -> dict[str, Any]:
        """A user's row."""
        return dict(self.site.php("return $DB->get_record('user', ['idnumber' => $key]);", key=key))

    def course(self, key: str) -> dict[str, Any]:
        """A course's row."""
        return dict(self.site.php("return $DB->get_record('course', ['idnumber' => $key]);", key=key))

    def enrolment(self, course: str, user: str) -> dict[str, Any]:
        """What a person has in a course: `id` of the enrolment, `active` access, `roles`, `groups` (names)."""
        return dict(self.site.php(_ENROLMENT, course=course, user=user))


_ENROLMENT = """
$course = $DB->get_record('course', ['idnumber' => $course], '*', MUST_EXIST);
$user = $DB->get_record('user', ['idnumber' => $user], '*', MUST_EXIST);
$context = \\core\\context\\course::instance($course->id);
$id = $DB->get_field_sql('SELECT ue.id FROM {user_enrolments} ue JOIN {enrol} e ON e.id = ue.enrolid
    WHERE e.courseid = ? AND ue.userid = ? AND e.enrol = ?', [$course->id, $user->id, 'dltsync']);
$groups = groups_get_all_groups($course->id, $user->id);
return [
    'id' => (int) $id,
    'active' => is_enrolled($context, $user->id, '', true),
    'roles' => array_values(array_map(fn($role) => $role->shortname, get_user_roles($context, $user->id, false))),
    'groups' => array_values(array_map(fn($group) => $group->name, $groups)),
];
"""
