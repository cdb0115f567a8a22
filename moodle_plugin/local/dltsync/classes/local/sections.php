<?php
// This file is part of Moodle - http://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <http://www.gnu.org/licenses/>.

namespace local_dltsync\local;

use core\event\course_section_created;
use core_courseformat\formatactions;

/**
 * Makes sections of courses, many with one new revision of the course's cache.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class sections {
    /**
     * Adds the sections up to a number that are not there yet, as course_create_sections_if_missing() does.
     *
     * @param int $courseid
     * @param int $last number of the last section
     * @return bool whether any was missing
     */
    public static function add(int $courseid, int $last): bool {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/course/lib.php');
        $there = $DB->get_records('course_sections', ['course' => $courseid], 'section', 'section, component');
        $plain = array_filter($there, fn($section) => $section->component === null);
        $missing = array_diff(range(0, $last), array_keys($plain));
        if (count($plain) < count($there) && $missing) {
            // Sections that belong to modules stand behind all others: Moodle moves them one by one.
            return formatactions::section($courseid)->create_if_missing(array_values($missing));
        }
        array_map(fn($number) => self::insert($courseid, $number), $missing);
        if ($missing) {
            rebuild_course_cache($courseid, true);
        }
        return (bool)$missing;
    }

    /**
     * Adds one section, as course_create_section() does, and tells of it.
     *
     * @param int $courseid
     * @param int $number
     */
    private static function insert(int $courseid, int $number): void {
        global $DB;
        $section = (object)[
            'course' => $courseid, 'section' => $number, 'summary' => '', 'summaryformat' => FORMAT_HTML, 'sequence' => '',
            'name' => null, 'visible' => 1, 'availability' => null, 'component' => null, 'itemid' => null,
            'timemodified' => time(),
        ];
        $section->id = $DB->insert_record('course_sections', $section);
        course_section_created::create_from_section($section)->trigger();
    }
}
