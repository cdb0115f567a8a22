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

namespace local_dltsync\event;

use context;
use context_course;
use context_system;
use core\event\base;
use moodle_url;
use stdClass;

/**
 * Something happened to a request about videos. Where the program tells of it, its account is the one who did it.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class request_base extends base {
    /**
     * The event of a request.
     *
     * @param stdClass $row the request as it is now
     * @return static
     */
    public static function of(stdClass $row): static {
        $event = static::create([
            'objectid' => $row->id,
            'context' => self::context_of((int)$row->courseid),
            'relateduserid' => (int)$row->userid ?: null,
            'other' => ['type' => $row->type, 'stage' => $row->stage],
        ]);
        $event->add_record_snapshot('local_dltsync_request', $row);
        return $event;
    }

    /**
     * Sets what is the same for all of them.
     *
     * @param string $crud c or u
     */
    protected function set_kind(string $crud): void {
        $this->data['objecttable'] = 'local_dltsync_request';
        $this->data['crud'] = $crud;
        $this->data['edulevel'] = self::LEVEL_OTHER;
    }

    /**
     * The page of the request.
     *
     * @return moodle_url
     */
    public function get_url() {
        return new moodle_url('/local/dltsync/request.php', ['id' => $this->objectid]);
    }

    /**
     * Requests are not in course backups.
     *
     * @return array
     */
    public static function get_objectid_mapping() {
        return ['db' => 'local_dltsync_request', 'restore' => base::NOT_MAPPED];
    }

    /**
     * Nothing in it is mapped.
     *
     * @return bool
     */
    public static function get_other_mapping() {
        return false;
    }

    /**
     * The course, or the site where there is none.
     *
     * @param int $courseid
     * @return context
     */
    private static function context_of(int $courseid): context {
        return ($courseid ? context_course::instance($courseid, IGNORE_MISSING) : false) ?: context_system::instance();
    }
}
