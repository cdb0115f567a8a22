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

namespace local_dltsync\local\videos;

use stdClass;

/**
 * A request in words, as plain text: what its page, its messages and the log say of it.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class shown {
    /**
     * What the request is about: the title, else its topic's, else the type.
     *
     * @param stdClass $row
     * @return string
     */
    public static function title(stdClass $row): string {
        global $DB;
        if ($row->title !== '') {
            return $row->title;
        }
        $where = ['courseid' => $row->courseid, 'sourcedid' => $row->topickey];
        return (string)($DB->get_field(topics::TABLE, 'title', $where) ?: choices::word('type', $row->type));
    }

    /**
     * The name of the course.
     *
     * @param int $courseid
     * @return string a dash when there is none
     */
    public static function course(int $courseid): string {
        global $DB;
        $name = $courseid ? $DB->get_field('course', 'fullname', ['id' => $courseid]) : '';
        return $name ? format_string($name, true, ['context' => \context_course::instance($courseid), 'escape' => false]) : '–';
    }

    /**
     * The name of somebody.
     *
     * @param int $userid 0 where it is nobody of this site
     * @param string $name of somebody else
     * @return string empty when nothing is known
     */
    public static function person(int $userid, string $name): string {
        $user = $userid ? \core_user::get_user($userid) : false;
        return $user ? fullname($user) : $name;
    }

    /**
     * What the latest decision says beside the stage, a line each.
     *
     * @param stdClass $row a request or a stage of its history
     * @return string[]
     */
    public static function details(stdClass $row): array {
        $values = ['planned' => self::day($row->planned), 'specialist' => $row->specialist, 'reason' => $row->reason];
        $lines = [];
        foreach (array_filter($values, fn(string $value): bool => $value !== '') as $name => $value) {
            $a = ['what' => get_string("request_$name", 'local_dltsync'), 'is' => $value];
            $lines[] = get_string('request_detail', 'local_dltsync', $a);
        }
        return $lines;
    }

    /**
     * A day in words of the current language.
     *
     * @param string $day ISO date, empty for none
     * @return string
     */
    public static function day(string $day): string {
        // A day is the same day everywhere: noon in UTC, shown in UTC.
        return $day === '' ? '' : userdate(strtotime("{$day}T12:00:00Z"), get_string('strftimedate', 'core_langconfig'), 'UTC');
    }
}
