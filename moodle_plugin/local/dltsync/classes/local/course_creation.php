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

use core\di;
use core\event\course_created;
use core\hook\manager;
use core_course\customfield\course_handler;
use core_course\hook\after_course_created;
use core_course\hook\after_form_submission;

/**
 * Makes courses as create_course() does, and does for many at once what it does for each: sorting costs most of all,
 * and more with each course that the site has.
 *
 * Until it is sorted, a new course has the place 0, before all others of its category, as a course of
 * create_course() has for a moment.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class course_creation {
    /**
     * Makes a course that is not sorted yet.
     *
     * @param \stdClass $data as create_course() takes it, without tags, files and editor
     * @return int its id
     * @throws \moodle_exception as create_course() does
     */
    public static function create(\stdClass $data): int {
        global $DB;
        $category = $DB->get_record('course_categories', ['id' => $data->category], '*', MUST_EXIST);
        self::check($data);
        self::complete($data, $category);
        $data->id = (int)$DB->insert_record('course', $data);
        $context = \context_course::instance($data->id);
        course_get_format($data->id)->update_course_format_options($data);
        $course = course_get_format($data->id)->get_course();
        \cache_helper::purge_by_event('changesincourse');
        self::announce($course, $context);
        di::get(manager::class)->dispatch(new after_course_created(course: $data));
        self::furnish($course, $data, $category);
        return $data->id;
    }

    /**
     * Sorts what was made, also what a crash left unsorted: the newest course of a category first.
     */
    public static function sort(): void {
        global $DB;
        $new = $DB->get_records_menu('course', ['sortorder' => 0], 'category, id DESC', 'id, category');
        if (!$new) {
            return;
        }
        $bycategory = [];
        foreach ($new as $id => $categoryid) {
            $bycategory[$categoryid][] = $id;
        }
        foreach ($bycategory as $categoryid => $ids) {
            self::put_first((int)$categoryid, $ids);
        }
        fix_course_sortorder();
        \cache_helper::purge_by_event('changesincourse');
    }

    /**
     * Makes room for new courses at the beginning of a category: else Moodle sorts the whole category anew, row by row.
     *
     * @param int $categoryid
     * @param int[] $ids
     */
    private static function put_first(int $categoryid, array $ids): void {
        global $DB;
        $start = (int)$DB->get_field('course_categories', 'sortorder', ['id' => $categoryid]);
        $room = ['room' => count($ids), 'category' => $categoryid];
        $DB->execute('UPDATE {course} SET sortorder = sortorder + :room WHERE category = :category AND sortorder > 0', $room);
        foreach ($ids as $place => $id) {
            $DB->set_field('course', 'sortorder', $start + $place + 1, ['id' => $id]);
        }
    }

    /**
     * Names are free and dates are in order.
     *
     * @param \stdClass $data
     */
    private static function check(\stdClass $data): void {
        global $DB;
        foreach (['shortname' => 'shortnametaken', 'idnumber' => 'courseidnumbertaken'] as $name => $error) {
            if (!empty($data->$name) && $DB->record_exists('course', [$name => $data->$name])) {
                throw new \moodle_exception($error, '', '', $data->$name);
            }
        }
        if ($error = course_validate_dates((array)$data)) {
            throw new \moodle_exception($error);
        }
    }

    /**
     * Adds what create_course() adds to the data.
     *
     * @param \stdClass $data
     * @param \stdClass $category
     */
    private static function complete(\stdClass $data, \stdClass $category): void {
        global $CFG;
        if (empty($CFG->enablecourserelativedates)) {
            unset($data->relativedatesmode);
        }
        $data->timecreated = $data->timemodified = time();
        $data->sortorder = 0;
        $config = get_config('moodlecourse');
        $default = empty($CFG->enablecompletion) ? COMPLETION_DISABLED : $config->enablecompletion;
        if (($data->enablecompletion ?? $default) == COMPLETION_DISABLED) {
            unset($data->showcompletionconditions);
        } else {
            $data->showcompletionconditions ??= $config->showcompletionconditions;
        }
        $data->visible ??= $category->visible;
        $data->visibleold = $data->visible;
    }

    /**
     * Tells of the course.
     *
     * @param \stdClass $course
     * @param \context_course $context
     */
    private static function announce(\stdClass $course, \context_course $context): void {
        course_created::create([
            'objectid' => $course->id,
            'context' => $context,
            'other' => ['shortname' => $course->shortname, 'fullname' => $course->fullname],
        ])->trigger();
    }

    /**
     * Blocks, sections, enrolment methods and custom fields.
     *
     * @param \stdClass $course
     * @param \stdClass $data
     * @param \stdClass $category
     */
    private static function furnish(\stdClass $course, \stdClass $data, \stdClass $category): void {
        blocks_add_default_course_blocks($course);
        sections::add($data->id, $data->numsections ?? 0);
        save_local_role_names($course->id, (array)$data);
        enrol_course_updated(true, $course, $data);
        $handler = course_handler::create();
        $handler->set_parent_context(\context_coursecat::instance($category->id));
        $handler->instance_form_save($data, true);
        di::get(manager::class)->dispatch(new after_form_submission($data, true));
    }
}
