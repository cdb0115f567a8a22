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

use core\clock;
use core\di;
use local_dltsync\local\request;

/**
 * The topics of courses as the program tells of them; what the pages show.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class topics {
    /** @var string the table */
    public const TABLE = 'local_dltsync_topic';

    /** @var int the last moment that can be shown, in epoch seconds */
    private const LATEST = 9999999999;

    /** @var int the most seconds that a video lasts */
    private const LENGTH = 86400;

    /**
     * The rows of a course's topics, once every value is known to be one.
     *
     * @param mixed $told
     * @return array[] by key
     * @throws \moodle_exception badrequest
     */
    public static function rows(mixed $told): array {
        $rows = [];
        foreach (is_array($told) && array_is_list($told) ? $told : throw request::bad('courses') as $topic) {
            $row = self::row(is_array($topic) ? $topic : throw request::bad('courses'));
            if (isset($rows[$row['sourcedid']])) {
                throw request::bad('topic');
            }
            $rows[$row['sourcedid']] = $row;
        }
        return $rows;
    }

    /**
     * Puts a course's list in the place of the one that is there. A topic that stays keeps its row.
     *
     * @param int $courseid
     * @param array[] $rows as {@see rows()} gives them
     */
    public static function replace(int $courseid, array $rows): void {
        global $DB;
        $now = di::get(clock::class)->time();
        foreach ($DB->get_records(self::TABLE, ['courseid' => $courseid]) as $old) {
            $new = $rows[$old->sourcedid] ?? null;
            unset($rows[$old->sourcedid]);
            if ($new === null) {
                $DB->delete_records(self::TABLE, ['id' => $old->id]);
            } else if (array_diff_assoc(array_map('strval', $new), array_map('strval', (array)$old))) {
                $DB->update_record(self::TABLE, ['id' => $old->id, 'timemodified' => $now] + $new);
            }
        }
        foreach ($rows as $row) {
            $DB->insert_record(self::TABLE, ['courseid' => $courseid, 'timemodified' => $now] + $row);
        }
    }

    /**
     * Forgets the topics of a course.
     *
     * @param int $courseid
     */
    public static function forget(int $courseid): void {
        global $DB;
        $DB->delete_records(self::TABLE, ['courseid' => $courseid]);
    }

    /**
     * The row of a topic.
     *
     * @param array $topic
     * @return array
     * @throws \moodle_exception badrequest
     */
    private static function row(array $topic): array {
        $videos = self::videos($topic['videos'] ?? null);
        return [
            'sourcedid' => request::key($topic, 'topic'),
            'number' => request::integer($topic, 'number', 99999),
            'topickind' => request::choice($topic, 'kind', choices::KINDS),
            'title' => request::text($topic, 'title', 255),
            'week' => ($topic['week'] ?? null) === null ? null : request::integer($topic, 'week', 99999),
            'owed' => (int)request::flag($topic, 'owed'),
            'reason' => request::text($topic, 'reason', 255),
            'state' => request::choice($topic, 'state', choices::STATES),
            'why' => request::choice($topic, 'why', choices::WHYS),
            'languages' => implode(' ', array_unique(array_column($videos, 'language'))),
            'videocount' => count($videos),
            'videos' => json_encode($videos, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES),
            'timechecked' => request::integer($topic, 'checked', self::LATEST),
        ];
    }

    /**
     * The videos of a topic.
     *
     * @param mixed $told
     * @return array[]
     * @throws \moodle_exception badrequest
     */
    private static function videos(mixed $told): array {
        if (!is_array($told) || !array_is_list($told) || count($told) > 99) {
            throw request::bad('videos');
        }
        return array_map(fn($video): array => [
            'key' => request::key(is_array($video) ? $video : throw request::bad('videos'), 'key'),
            'title' => request::text($video, 'title', 255),
            'language' => request::choice($video, 'language', choices::LANGUAGES),
            'url' => request::address($video, 'url'),
            'state' => request::choice($video, 'state', choices::STATES),
            'duration' => request::integer($video, 'duration', self::LENGTH),
        ], $told);
    }
}
