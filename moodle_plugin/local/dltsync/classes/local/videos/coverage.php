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

use context_coursecat;

/**
 * How far the courses of a category are covered by videos, in numbers of topics that owe one.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class coverage {
    /** @var string[] the condition of each figure */
    public const FIGURES = [
        'owed' => 'owed = 1',
        'working' => "owed = 1 AND state = 'ok'",
        'other' => "owed = 1 AND state = 'other_language'",
        'stale' => "owed = 1 AND state = 'stale'",
        'broken' => "owed = 1 AND state = 'broken'",
        'missing' => "owed = 1 AND state = 'missing'",
    ];

    /**
     * A subquery with the figures of each course that has topics.
     *
     * @return string
     */
    public static function sql(): string {
        return "SELECT courseid, " . self::sums() . " FROM {local_dltsync_topic} GROUP BY courseid";
    }

    /**
     * The condition that a course is in a category or below it.
     *
     * @param string $column id of the course's category
     * @param string $prefix of the parameters' names
     * @return string
     */
    public static function within(string $column, string $prefix): string {
        global $DB;
        $below = $DB->sql_like('cc.path', ":{$prefix}path");
        return "$column IN (SELECT cc.id FROM {course_categories} cc WHERE cc.id = :{$prefix}id OR $below)";
    }

    /**
     * The parameters of {@see within()}.
     *
     * @param context_coursecat $context
     * @param string $prefix
     * @return array
     */
    public static function within_params(context_coursecat $context, string $prefix): array {
        global $DB;
        $path = $DB->get_field('course_categories', 'path', ['id' => $context->instanceid], MUST_EXIST);
        return ["{$prefix}id" => $context->instanceid, "{$prefix}path" => $DB->sql_like_escape($path) . '/%'];
    }

    /**
     * The figures of all courses of a category together.
     *
     * @param context_coursecat $context
     * @return int[]
     */
    public static function totals(context_coursecat $context): array {
        global $DB;
        $sql = "SELECT COUNT(DISTINCT t.courseid) AS courses, " . self::sums() . "
                  FROM {local_dltsync_topic} t
                  JOIN {course} c ON c.id = t.courseid
                 WHERE " . self::within('c.category', 'in');
        return array_map('intval', (array)$DB->get_record_sql($sql, self::within_params($context, 'in')));
    }

    /**
     * The share of what is owed that works.
     *
     * @param int $working
     * @param int $owed
     * @return string empty when nothing is owed
     */
    public static function share(int $working, int $owed): string {
        return $owed ? get_string('percents', 'core', floor(100 * $working / $owed)) : '';
    }

    /**
     * The figures as columns.
     *
     * @return string
     */
    private static function sums(): string {
        $columns = [];
        foreach (self::FIGURES as $name => $condition) {
            $columns[] = "SUM(CASE WHEN $condition THEN 1 ELSE 0 END) AS $name";
        }
        return implode(', ', $columns);
    }
}
