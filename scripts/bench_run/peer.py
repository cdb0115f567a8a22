"""Moodle's own enrol_database on the same site, fed from tables in a second schema on the same server.

It makes courses and enrolments of its own, for the same users. Settings are at their defaults but for the tables'
names and the fields to match by.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from scripts.bench_run.academy import KAFEDRAS, Academy, Enrolled, course_name, person_key
from scripts.bench_run.meter import Meter, Spent
from scripts.bench_run.sql import SCHEMA, Sql
from scripts.site.moodle import Site
from scripts.site.workspace import SiteError

#: The task that took the place of enrol/database/cli/sync.php in Moodle 4.5.
_TASK = r"\enrol_database\task\sync_enrolments"

#: What becomes of an enrolment whose row is gone: the default, and what dlt-sync does.
UNENROLS, SUSPENDS = 0, 2

_TABLES = f"""
CREATE TABLE {SCHEMA}.course (idnumber VARCHAR(100) PRIMARY KEY, fullname VARCHAR(254), shortname VARCHAR(255),
    category VARCHAR(100));
CREATE TABLE {SCHEMA}.enrolment (course VARCHAR(100), person VARCHAR(100), role VARCHAR(100),
    PRIMARY KEY (course, person, role));
"""


class Peer:
    """enrol_database on one site."""

    def __init__(self, site: Site, sql: Sql, meter: Meter) -> None:
        self._site = site
        self._sql = sql
        self._meter = meter

    def set_up(self) -> None:
        """Empty tables, categories for the courses, and the plugin configured and enabled."""
        self._sql.run(_TABLES)
        to = self._sql.connection
        self._site.php(
            _CONFIGURE,
            settings={
                "dbtype": {"pgsql": "postgres", "mariadb": "mysqli"}[self._site.family],
                "dbhost": f"{to['host']}:{to['port']}",
                "dbuser": to["user"],
                "dbpass": to["password"],
                "dbname": to["database"],
                "remoteenroltable": f"{SCHEMA}.enrolment",
                "remotecoursefield": "course",
                "remoteuserfield": "person",
                "remoterolefield": "role",
                "newcoursetable": f"{SCHEMA}.course",
                "newcoursecategory": "category",
                "localcategoryfield": "idnumber",
            },
            categories=[_category(course) for course in range(KAFEDRAS)],
        )

    def deliver_courses(self, academy: Academy) -> None:
        """Put the same courses into its table, under its own keys."""
        rows = ((_key(c), course_name(c), f"PEER {1000 + c}", _category(c)) for c in range(academy.courses))
        self._sql.fill("course", ("idnumber", "fullname", "shortname", "category"), rows)

    def deliver_enrolments(self, enrolled: Iterable[Enrolled]) -> None:
        """Put the same enrolments into its table."""
        rows = ((_key(one.course), person_key(one.person), one.role) for one in enrolled)
        self._sql.fill("enrolment", ("course", "person", "role"), rows)

    def remove_by(self, action: int) -> None:
        """Say what becomes of an enrolment whose row is gone: UNENROLS or SUSPENDS."""
        self._site.php("set_config('unenrolaction', $action, 'enrol_database'); return null;", action=action)

    def sync(self) -> Spent:
        """Run its scheduled task by Moodle's own script."""
        command: list[str | Path] = ["php", self._site.code / "admin/cli/scheduled_task.php", f"--execute={_TASK}"]
        return self._meter.run(command, env=self._site.environment(), cwd=self._site.code)


def expect_equal(site: Site, courses: int, enrolments: int) -> None:
    """Make sure that both methods have that many courses and active enrolments with a role. Raises SiteError."""
    for method in ("database", "dltsync"):
        found = site.php(_COUNT, method=method, component=f"enrol_{method}")
        if found != [courses, enrolments, enrolments] and enrolments:
            raise SiteError(f"{method} has {found} courses, active enrolments and roles of them, "
                            f"not {courses} and {enrolments}: what was measured would mean nothing")  # fmt: skip


def _key(course: int) -> str:
    return f"peer:{course + 1}"


def _category(course: int) -> str:
    return f"peer:{course % KAFEDRAS + 1}"


_CONFIGURE = """
foreach ($categories as $idnumber) {
    core_course_category::create(['name' => $idnumber, 'idnumber' => $idnumber]);
}
foreach ($settings as $name => $value) {
    set_config($name, $value, 'enrol_database');
}
\\core\\plugininfo\\enrol::enable_plugin('database', 1);
return null;
"""

_COUNT = """
$enrolled = 'SELECT COUNT(*) FROM {user_enrolments} ue
    JOIN {enrol} e ON e.id = ue.enrolid WHERE e.enrol = ? AND ue.status = 0';
$role = 'SELECT 1 FROM {role_assignments} ra WHERE ra.component = ? AND ra.itemid = e.id AND ra.userid = ue.userid';
return [
    (int)$DB->count_records('enrol', ['enrol' => $method]),
    (int)$DB->count_records_sql($enrolled, [$method]),
    (int)$DB->count_records_sql("$enrolled AND EXISTS ($role)", [$method, $component]),
];
"""
