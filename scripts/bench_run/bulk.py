"""Puts enrolments into Moodle's tables by SQL, as if dlt-sync had made them: for sizes that only a year would bring.

dlt-sync finds them at its next apply and takes them over, with nothing to write. Courses, users and groups must be
there, made by dlt-sync.
"""

from __future__ import annotations

from collections.abc import Iterable

from scripts.bench_run.academy import Enrolled, cohort_key, course_key, person_key
from scripts.bench_run.sql import SCHEMA, Sql
from scripts.site.moodle import Site

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


def _row(one: Enrolled) -> tuple[str, str, str, str]:
    course, cohort = course_key(one.course), cohort_key(one.cohort)
    return (course, person_key(one.person), _ROLES[one.role], f"{course}|{cohort}" if cohort else "")
