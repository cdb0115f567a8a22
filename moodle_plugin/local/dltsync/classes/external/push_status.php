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

namespace local_dltsync\external;

use context_system;
use core\clock;
use core\di;
use core_external\external_api;
use core_external\external_function_parameters;
use core_external\external_single_structure;
use local_dltsync\local\request;

/**
 * Shows the result of a run on the department page.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class push_status extends external_api {
    /** @var string[] how a run can end */
    public const VERDICTS = ['ok', 'partial', 'refused', 'failed'];

    /** @var int the most characters of a summary */
    private const SUMMARY = 10000;

    /** @var int the largest number that the database's columns take */
    private const LARGEST = 2147483647;

    /** @var int the last moment that can be shown, in epoch seconds */
    private const LATEST = 9999999999;

    /**
     * The request: {"run", "mode", "started", "ended", "verdict", "planhash", "counts", "summary"}.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return request::parameters();
    }

    /**
     * Stores a run; the same run number again replaces it.
     *
     * @param string $request
     * @param int $count
     * @param string $hash
     * @return array
     */
    public static function execute(string $request, int $count, string $hash): array {
        [
            'request' => $request,
            'count' => $count,
            'hash' => $hash,
        ] = self::validate_parameters(self::execute_parameters(), compact('request', 'count', 'hash'));
        $context = context_system::instance();
        self::validate_context($context);
        require_capability('local/dltsync:pushstatus', $context);

        self::store(self::row(request::decode($request, $count, $hash)));
        return request::respond([]);
    }

    /**
     * An empty JSON object.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return request::returns();
    }

    /**
     * The row of a run.
     *
     * @param array $asked
     * @return array
     * @throws \moodle_exception badrequest
     */
    private static function row(array $asked): array {
        $verdict = request::text($asked, 'verdict', 20);
        if (!in_array($verdict, self::VERDICTS, true)) {
            throw request::bad('verdict');
        }
        return [
            'run' => request::integer($asked, 'run', self::LARGEST),
            'runmode' => request::text($asked, 'mode', 20),
            'timestarted' => request::integer($asked, 'started', self::LATEST),
            'timeended' => request::integer($asked, 'ended', self::LATEST),
            'verdict' => $verdict,
            'planhash' => request::text($asked, 'planhash', 64),
            'counts' => json_encode((object)self::counts($asked)),
            'summary' => request::text($asked, 'summary', self::SUMMARY),
            'timemodified' => di::get(clock::class)->time(),
        ];
    }

    /**
     * The numbers of a run, by what they count.
     *
     * @param array $asked
     * @return int[]
     * @throws \moodle_exception badrequest
     */
    private static function counts(array $asked): array {
        $counts = $asked['counts'] ?? null;
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

    /**
     * Writes the row, over an earlier one of the same run.
     *
     * @param array $row
     */
    private static function store(array $row): void {
        global $DB;
        $id = $DB->get_field('local_dltsync_run', 'id', ['run' => $row['run']]);
        if ($id) {
            $DB->update_record('local_dltsync_run', ['id' => $id] + $row);
        } else {
            $DB->insert_record('local_dltsync_run', $row);
        }
    }
}
