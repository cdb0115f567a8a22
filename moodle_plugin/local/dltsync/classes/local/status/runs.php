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

namespace local_dltsync\local\status;

use core\clock;
use core\di;
use local_dltsync\local\request;

/**
 * Runs of the program, as the department page shows them.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class runs {
    /** @var string[] how a run can end */
    public const VERDICTS = ['ok', 'partial', 'refused', 'failed'];

    /** @var int the most characters of a summary */
    private const SUMMARY = 10000;

    /** @var int the largest number that the database's columns take */
    private const LARGEST = 2147483647;

    /** @var int the last moment that can be shown, in epoch seconds */
    private const LATEST = 9999999999;

    /**
     * The row of a run.
     *
     * @param mixed $told
     * @return array
     * @throws \moodle_exception badrequest
     */
    public static function row(mixed $told): array {
        $told = is_array($told) ? $told : throw request::bad('runs');
        return [
            'run' => request::integer($told, 'run', self::LARGEST),
            'runmode' => request::text($told, 'mode', 20),
            'timestarted' => request::integer($told, 'started', self::LATEST),
            'timeended' => request::integer($told, 'ended', self::LATEST),
            'verdict' => request::choice($told, 'verdict', self::VERDICTS),
            'planhash' => request::text($told, 'planhash', 64),
            'counts' => json_encode((object)self::counts($told)),
            'summary' => request::text($told, 'summary', self::SUMMARY),
            'timemodified' => di::get(clock::class)->time(),
        ];
    }

    /**
     * Writes the row, over an earlier one of the same run.
     *
     * @param array $row
     */
    public static function store(array $row): void {
        global $DB;
        $id = $DB->get_field('local_dltsync_run', 'id', ['run' => $row['run']]);
        if ($id) {
            $DB->update_record('local_dltsync_run', ['id' => $id] + $row);
        } else {
            $DB->insert_record('local_dltsync_run', $row);
        }
    }

    /**
     * The numbers of a run, by what they count.
     *
     * @param array $told
     * @return int[]
     * @throws \moodle_exception badrequest
     */
    private static function counts(array $told): array {
        $counts = $told['counts'] ?? null;
        if (!is_array($counts)) {
            throw request::bad('counts');
        }
        foreach (array_keys($counts) as $name) {
            if (!preg_match('/^[a-z_]+(\.[a-z_]+)?$/D', (string)$name)) {
                throw request::bad('counts');
            }
            request::integer($counts, $name);
        }
        return $counts;
    }
}
