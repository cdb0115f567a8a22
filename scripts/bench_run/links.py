"""Moodle's own way to put links into courses, on the same site: `add_moduleinfo`, one link after the other.

It is what the form of an activity, a web service plugin or an upload script calls. It gets courses of its own and the
same links as dlt-sync, and makes them in one PHP process.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from scripts.bench_run.academy import Academy, Lecture, course_name
from scripts.bench_run.meter import Meter, Spent
from scripts.bench_run.sql import scratch_folder
from scripts.site.moodle import Site
from scripts.site.workspace import SiteError


class Links:
    """add_moduleinfo on one site."""

    def __init__(self, site: Site, meter: Meter) -> None:
        self._site = site
        self._meter = meter
        self._rows = scratch_folder(site) / "links.json"
        self._script = scratch_folder(site) / "links.php"

    def set_up(self, academy: Academy) -> None:
        """Courses of its own, in the format of dlt-sync's."""
        self._site.php(_COURSES, courses=[course_name(course) for course in range(academy.courses)])

    def deliver(self, lectures: Iterable[Lecture]) -> None:
        """Say which links it is to add."""
        rows = [(_key(one.course), one.number + 1, f"{one.number + 1}. {one.title}", one.url) for one in lectures]
        self._rows.write_text(json.dumps(rows), encoding="utf-8")
        text = _SCRIPT.replace("{config}", str(self._site.code / "config.php")).replace("{rows}", str(self._rows))
        self._script.write_text(text, encoding="utf-8")

    def add(self) -> Spent:
        """Add them all."""
        command: list[str | Path] = ["php", self._script]
        return self._meter.run(command, env=self._site.environment(), cwd=self._site.code)


def expect_links(site: Site, count: int) -> None:
    """Make sure that both sides have that many links, each in a section with its event told. Raises SiteError."""
    found = site.php(_COUNT)
    if found != [count, count, 2 * count]:
        raise SiteError(f"there are {found} links of dlt-sync, of add_moduleinfo and creations in the log, "
                        f"not {count} of each: what was measured would mean nothing")  # fmt: skip


def _key(course: int) -> str:
    return f"peer:{course + 1}"


_COURSES = """
require_once($CFG->dirroot . '/course/lib.php');
foreach ($courses as $number => $name) {
    $key = 'peer:' . ($number + 1);
    $names = ['fullname' => $name, 'shortname' => $key, 'idnumber' => $key];
    create_course((object)($names + ['category' => 1, 'format' => 'topics']));
}
return null;
"""

_SCRIPT = """<?php
define('CLI_SCRIPT', true);
require('{config}');
require_once($CFG->dirroot . '/course/modlib.php');
\\core\\session\\manager::set_user(get_admin());
$module = $DB->get_field('modules', 'id', ['name' => 'url'], MUST_EXIST);
$courses = [];
foreach (json_decode(file_get_contents('{rows}')) as [$key, $section, $name, $url]) {
    $courses[$key] ??= $DB->get_record('course', ['idnumber' => $key], '*', MUST_EXIST);
    add_moduleinfo((object)[
        'modulename' => 'url', 'module' => $module, 'course' => $courses[$key]->id, 'section' => $section,
        'visible' => 1, 'visibleoncoursepage' => 1, 'name' => $name, 'externalurl' => $url, 'display' => 1,
        'cmidnumber' => '', 'introeditor' => ['text' => '', 'format' => FORMAT_HTML, 'itemid' => 0],
    ], $courses[$key]);
}
"""

_COUNT = """
$links = "SELECT COUNT(*) FROM {course_modules} cm JOIN {modules} m ON m.id = cm.module AND m.name = 'url'
            JOIN {course_sections} s ON s.id = cm.section JOIN {course} c ON c.id = cm.course WHERE c.idnumber LIKE ?";
return [
    $DB->count_records_sql($links, ['plt:%']),
    $DB->count_records_sql($links, ['peer:%']),
    $DB->count_records('logstore_standard_log', ['eventname' => '\\core\\event\\course_module_created']),
];
"""
