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

namespace local_dltsync;

use core\clock;
use core\di;
use core\event\base;
use local_dltsync\local\placements\places;
use local_dltsync\local\videos\requests;
use local_dltsync\local\videos\topics;
use local_dltsync\local\writing;

/**
 * Notes when somebody deletes by hand what dlt-sync owns, and tidies up after a course.
 *
 * The ownership row stays: the next plan finds it without its object, says so, and makes the object again only after
 * approval.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class observer {
    /** @var string[] kind by the table of the deleted object */
    private const KINDS = [
        'course_categories' => 'category',
        'user' => 'user',
        'cohort' => 'cohort',
        'course' => 'course',
        'groups' => 'group',
        'course_modules' => 'video',
    ];

    /** @var string[] where an event keeps the name of what was deleted; people's names are not kept */
    private const NAMES = [
        'category' => 'name',
        'course' => 'fullname',
    ];

    /**
     * Something was deleted. Moodle deletes a course's groups and a category's courses one by one, so that each comes
     * here by itself.
     *
     * @param base $event
     */
    public static function deleted(base $event): void {
        global $DB;
        if (writing::$active) {
            return;
        }
        $kind = self::KINDS[$event->objecttable];
        $owned = $DB->get_record('local_dltsync_object', ['kind' => $kind, 'moodleid' => $event->objectid]);
        if (!$owned) {
            return;
        }
        $DB->insert_record('local_dltsync_event', [
            'name' => 'deleted',
            'kind' => $kind,
            'sourcedid' => $owned->sourcedid,
            'moodleid' => $event->objectid,
            'userid' => (int)$event->userid,
            'data' => json_encode((object)self::data($event, $kind)),
            'timecreated' => di::get(clock::class)->time(),
        ]);
    }

    /**
     * A course was deleted, by whomever: its topics go, and what was asked for there stays without it.
     *
     * @param base $event
     */
    public static function course_deleted(base $event): void {
        topics::forget($event->objectid);
        requests::lose_course($event->objectid);
    }

    /**
     * Modules were deleted, by whomever: by themselves, or with their course, which does not tell of each. Where a
     * video stood among others is forgotten with it.
     *
     * @param base $event
     */
    public static function videos_deleted(base $event): void {
        global $DB;
        if ($event->objecttable === 'course_modules') {
            $DB->delete_records(places::TABLE, ['cmid' => $event->objectid]);
        } else {
            $gone = 'NOT EXISTS (SELECT 1 FROM {course_modules} cm WHERE cm.id = cmid)';
            $DB->delete_records_select(places::TABLE, $gone);
        }
    }

    /**
     * What else is worth knowing of the deleted object.
     *
     * @param base $event
     * @param string $kind
     * @return string[]
     */
    private static function data(base $event, string $kind): array {
        $name = $event->other[self::NAMES[$kind] ?? ''] ?? null;
        return $name === null ? [] : ['name' => (string)$name];
    }
}
