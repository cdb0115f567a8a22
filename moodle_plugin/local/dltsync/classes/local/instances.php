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

use core\lock\lock_config;
use moodle_exception;

/**
 * The one instance of the enrolment method in each course that is ours.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class instances {
    /** @var string name of the enrolment method */
    public const METHOD = 'dltsync';

    /** @var string component of its role assignments and group memberships */
    public const COMPONENT = 'enrol_dltsync';

    /** @var int seconds to wait for somebody else who makes the same instance */
    private const PATIENCE = 30;

    /**
     * The instances of some courses.
     *
     * @param int[] $courseids
     * @return \stdClass[] rows of enrol by course id; courses without one are left out
     */
    public static function of(array $courseids): array {
        global $DB;
        [$in, $params] = $DB->get_in_or_equal($courseids, SQL_PARAMS_QM, '', true, 0);
        $rows = $DB->get_records_select('enrol', "enrol = ? AND courseid $in", [self::METHOD, ...$params], 'id DESC');
        return array_column($rows, null, 'courseid');
    }

    /**
     * Reads the contexts of some courses in one query, for Moodle to find them in its memory.
     *
     * @param int[] $courseids
     */
    public static function preload_contexts(array $courseids): void {
        global $DB;
        [$in, $params] = $DB->get_in_or_equal(array_unique($courseids), SQL_PARAMS_QM, '', true, 0);
        $columns = \context_helper::get_preload_record_columns_sql('ctx');
        $sql = "SELECT $columns FROM {context} ctx WHERE ctx.contextlevel = ? AND ctx.instanceid $in";
        array_map(\context_helper::preload_from_record(...), $DB->get_records_sql($sql, [CONTEXT_COURSE, ...$params]));
    }

    /**
     * The instance of a course, made if there is none. Two callers at once get the same one.
     *
     * @param int $courseid
     * @return \stdClass row of enrol
     * @throws moodle_exception batchbusy when somebody else holds the course for long
     */
    public static function ensure(int $courseid): \stdClass {
        $there = self::of([$courseid]);
        return $there ? reset($there) : self::make($courseid);
    }

    /**
     * Adds the instance to a course that is new, so that nobody else can be at it; unless the site's settings did.
     *
     * @param int $courseid
     */
    public static function add(int $courseid): void {
        if (!self::of([$courseid])) {
            enrol_get_plugin(self::METHOD)->add_instance(get_course($courseid));
        }
    }

    /**
     * Makes the instance, unless somebody else just did.
     *
     * @param int $courseid
     * @return \stdClass
     */
    private static function make(int $courseid): \stdClass {
        $lock = lock_config::get_lock_factory('local_dltsync_instance')->get_lock("course:$courseid", self::PATIENCE);
        if (!$lock) {
            throw new moodle_exception('batchbusy', 'local_dltsync');
        }
        try {
            self::add($courseid);
            return self::of([$courseid])[$courseid];
        } finally {
            $lock->release();
        }
    }
}
