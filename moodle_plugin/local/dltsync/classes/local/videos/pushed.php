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

use local_dltsync\local\request;

/**
 * A request as the program tells of it: every value is checked before any is stored.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class pushed {
    /** @var int the last moment that can be shown, in epoch seconds */
    private const LATEST = 9999999999;

    /**
     * What is told of a request.
     *
     * @param array $what the columns that never change
     * @param string $course key of its course, empty for none
     * @param string $asker key of the person who asks, empty for none
     * @param decision $decision the stage, with all that belongs to it
     */
    private function __construct(
        /** @var array */
        public readonly array $what,
        /** @var string */
        public readonly string $course,
        /** @var string */
        public readonly string $asker,
        /** @var decision */
        public readonly decision $decision,
    ) {
    }

    /**
     * Checks a request.
     *
     * @param mixed $told
     * @return self
     * @throws \moodle_exception badrequest
     */
    public static function from(mixed $told): self {
        $told = is_array($told) ? $told : throw request::bad('requests');
        $type = request::choice($told, 'type', choices::TYPES);
        $what = [
            'sourcedid' => request::key($told, 'key'),
            'type' => $type,
            'topickey' => request::text($told, 'topic', 255),
            'videokey' => request::text($told, 'video', 255),
            'title' => request::text($told, 'title', 255),
            'url' => ($told['url'] ?? null) === '' ? '' : request::address($told, 'url'),
            'language' => request::choice($told, 'language', ['', ...choices::LANGUAGES]),
            'notes' => request::text($told, 'notes', requests::NOTES),
            'place' => request::text($told, 'place', 255),
            'wished' => request::text($told, 'wished', 255),
            'askedby' => request::text($told, 'askedby', 255),
        ];
        $decision = new decision(
            request::choice($told, 'stage', choices::stages($type)),
            request::text($told, 'reason', 255),
            request::text($told, 'specialist', 255),
            self::day($told),
            request::integer($told, 'time', self::LATEST),
            byname: request::text($told, 'by', 255),
        );
        return new self($what, request::text($told, 'course', 255), request::text($told, 'asker', 255), $decision);
    }

    /**
     * The planned day.
     *
     * @param array $told
     * @return string ISO date, empty for none
     * @throws \moodle_exception badrequest
     */
    private static function day(array $told): string {
        $day = request::text($told, 'planned', 10);
        $parts = explode('-', $day);
        $isday = preg_match('/^\d{4}-\d\d-\d\d$/D', $day) && checkdate((int)$parts[1], (int)$parts[2], (int)$parts[0]);
        return $day === '' || $isday ? $day : throw request::bad('planned');
    }
}
