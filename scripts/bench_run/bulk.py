"""Puts enrolments by SQL where dlt-sync would have put them, for sizes that would take it long to load.

Into Moodle's tables: dlt-sync finds them at its next apply and takes them over, with nothing to write. For a million,
also into dlt-sync's own database, as records and as what it applied. Courses, users and groups must be there, made by
dlt-sync.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from scripts.bench_run.academy import Enrolled, cohort_key, course_key, person_key
from scripts.bench_run.sql import SCHEMA, Sql
from scripts.site.moodle import Site
from scripts.site.workspace import SiteError

_COLUMNS = ("course", "person", "role", "groupkey")

_TABLE = f"""
CREATE TABLE {SCHEMA}.bulk (course VARCHAR(100), person VARCHAR(100), role VARCHAR(100), groupkey VARCHAR(255));
"""

_OWNED = f"""
  FROM {SCHEMA}.bulk b
  JOIN mdl_local_dltsync_object co ON co.kind = 'course' AND co.sourcedid = b.course
  JOIN mdl_local_dltsync_object uo ON uo.kind = 'user' AND uo.sourcedid = b.person
  JOIN mdl_enrol e ON e.courseid = co.moodleid AND e.enrol = 'dltsync'
"""

_INSERTS = f"""
INSERT INTO mdl_role_assignments (roleid, contextid, userid, timemodified, modifierid, component, itemid, sortorder)
SELECT r.id, x.id, uo.moodleid, 1700000000, 2, 'enrol_dltsync', e.id, 0 {_OWNED}
  JOIN mdl_context x ON x.contextlevel = 50 AND x.instanceid = co.moodleid
  JOIN mdl_role r ON r.shortname = b.role
  LEFT JOIN mdl_user_enrolments old ON old.enrolid = e.id AND old.userid = uo.moodleid
 WHERE old.id IS NULL;
INSERT INTO mdl_groups_members (groupid, userid, timeadded, component, itemid)
SELECT g.moodleid, uo.moodleid, 1700000000, 'enrol_dltsync', e.id {_OWNED}
  JOIN mdl_local_dltsync_object g ON g.kind = 'group' AND g.sourcedid = b.groupkey
  LEFT JOIN mdl_user_enrolments old ON old.enrolid = e.id AND old.userid = uo.moodleid
 WHERE old.id IS NULL;
INSERT INTO mdl_user_enrolments (status, enrolid, userid, timestart, timeend, modifierid, timecreated, timemodified)
SELECT 0, e.id, uo.moodleid, 0, 0, 2, 1700000000, 1700000000 {_OWNED}
  LEFT JOIN mdl_user_enrolments old ON old.enrolid = e.id AND old.userid = uo.moodleid
 WHERE old.id IS NULL;
"""

_INSTANCES = """
$sql = "SELECT o.moodleid FROM {local_dltsync_object} o
     LEFT JOIN {enrol} e ON e.courseid = o.moodleid AND e.enrol = 'dltsync'
         WHERE o.kind = 'course' AND e.id IS NULL";
foreach ($DB->get_fieldset_sql($sql) as $courseid) {
    enrol_get_plugin('dltsync')->add_instance(get_course($courseid));
}
return null;
"""

#: The roles of the records as they are called in Moodle.
_ROLES = {"student": "student", "teacher": "editingteacher"}


def enrol_by_sql(site: Site, sql: Sql, enrolled: Iterable[Enrolled]) -> None:
    """Enrol those who are not enrolled yet, with role and group, and let Moodle forget what it remembered."""
    site.php(_INSTANCES)
    sql.run(f"DROP TABLE IF EXISTS {SCHEMA}.bulk;{_TABLE}")
    sql.fill("bulk", _COLUMNS, (_row(one) for one in enrolled))
    sql.run(f"ANALYZE {'' if site.family == 'pgsql' else 'TABLE '}{SCHEMA}.bulk;")
    sql.run(_INSERTS)
    site.cli("admin/cli/purge_caches.php")


_OWN_KEYS = """
SELECT CONCAT(oc.sourcedid, '|', ou.sourcedid, ' ', t.id)
  FROM mdl_user_enrolments t
  JOIN mdl_enrol e ON e.id = t.enrolid AND e.enrol = 'dltsync'
  JOIN mdl_local_dltsync_object oc ON oc.kind = 'course' AND oc.moodleid = e.courseid
  JOIN mdl_local_dltsync_object ou ON ou.kind = 'user' AND ou.moodleid = t.userid;
"""


def know_by_sql(database: Path, sql: Sql, enrolled: Iterable[Enrolled]) -> None:
    """Put enrolments that `enrol_by_sql` made into dlt-sync's own SQLite database, made like one that is there.

    The one that is there must be a student's, without a group. Raises SiteError when there is none.
    """
    with closing(sqlite3.connect(database)) as own, own:
        _multiply(own, "enrolment", "cohort_id IS NULL", map(_record, enrolled))
        like = "kind = 'enrolment' AND json_array_length(fields, '$.groups') = 0"
        fields = json.loads(_template(own, "applied", like)["fields"])
        lines = sql.run(_OWN_KEYS).splitlines()
        _multiply(own, "applied", like, (_applied(line, fields) for line in lines))


def _multiply(own: sqlite3.Connection, table: str, like: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows that are like the one there but for what each says of itself; those that are there stay."""
    template = _template(own, table, like)
    columns = ", ".join(f'"{name}"' for name in template)
    places = ", ".join(f":{name}" for name in template)
    insert = f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({places})"  # noqa: S608 - names of ours
    own.executemany(insert, ({**template, **row} for row in rows))


def _template(own: sqlite3.Connection, table: str, like: str) -> dict[str, Any]:
    found = own.execute(f"SELECT * FROM {table} WHERE {like} LIMIT 1")  # noqa: S608 - names of ours
    row = found.fetchone()
    if row is None:
        raise SiteError(f"dlt-sync's database has no row of {table} yet to make others like it")
    return dict(zip((column[0] for column in found.description), row, strict=True))


def _record(one: Enrolled) -> dict[str, Any]:
    key = f"plt:enrolment:{one.course + 1}-{one.person}"
    return {"sourced_id": key, "offering_id": course_key(one.course), "person_id": person_key(one.person)}


def _applied(line: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    key, moodle_id = line.split(" ")
    course, _, user = key.partition("|")
    return {"key": key, "course_key": course, "moodle_id": int(moodle_id), "label": key,
            "fields": json.dumps({**fields, "course": course, "user": user})}  # fmt: skip


def _row(one: Enrolled) -> tuple[str, str, str, str]:
    course, cohort = course_key(one.course), cohort_key(one.cohort)
    return (course, person_key(one.person), _ROLES[one.role], f"{course}|{cohort}" if cohort else "")
