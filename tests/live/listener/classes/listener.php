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

namespace local_dltsynclistener;

/**
 * Writes down what it is told, and dies in the middle of it where a test wants that.
 *
 * @package    local_dltsynclistener
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class listener {
    /**
     * An event was sent.
     *
     * @param \core\event\base $event
     */
    public static function event(\core\event\base $event): void {
        if (preg_match('/user_enrolment_|role_assigned|role_unassigned|group_member_/', $event->eventname)) {
            self::note($event->eventname, (int)$event->relateduserid, (int)$event->courseid, (int)$event->userid);
        }
    }

    /**
     * A hook was sent.
     *
     * @param object $hook
     */
    public static function hook(object $hook): void {
        global $USER;
        $userid = $hook->userid ?? $hook->userids[0] ?? $hook->get_userid();
        $courseid = $hook->enrolinstance->courseid ?? $hook->groupinstance->courseid ?? $hook->context->instanceid;
        self::note(get_class($hook), (int)$userid, (int)$courseid, (int)$USER->id);
        self::die_once((int)$userid);
    }

    /**
     * Writes it down.
     *
     * @param string $what
     * @param int $userid
     * @param int $courseid
     * @param int $actorid
     */
    private static function note(string $what, int $userid, int $courseid, int $actorid): void {
        global $DB;
        $row = ['what' => $what, 'userid' => $userid, 'courseid' => $courseid, 'actorid' => $actorid];
        $DB->insert_record('local_dltsynclistener', $row);
    }

    /**
     * Kills this process when a file in the data folder asks for that, which it does once.
     *
     * @param int $userid
     */
    private static function die_once(int $userid): void {
        global $CFG;
        $file = "$CFG->dataroot/dltsynclistener-$userid";
        if (file_exists($file)) {
            unlink($file);
            posix_kill(getmypid(), SIGKILL);
        }
    }
}
