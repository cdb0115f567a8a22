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
use core_external\external_api;
use core_external\external_function_parameters;
use core_external\external_single_structure;
use local_dltsync\local\ownership;
use local_dltsync\local\request;
use local_dltsync\local\status\runs;
use local_dltsync\local\videos\pushed;
use local_dltsync\local\videos\requests;
use local_dltsync\local\videos\topics;

/**
 * Brings what the pages show: results of runs, topics of courses with their videos, and stages of requests.
 *
 * Every value is checked before the first is stored: a call is stored whole or not at all.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class push_status extends external_api {
    /** @var string[] the lists of a request */
    private const LISTS = ['runs', 'courses', 'requests'];

    /**
     * The request: {"runs": [run, …], "courses": {key: [topic, …], …}, "requests": [request, …]}, each if need be.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return request::parameters();
    }

    /**
     * Stores what is told. A run or a request that is known already is the same one; a course's list replaces the old one.
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

        $told = request::decode_lists($request, $count, $hash, self::LISTS);
        $runs = array_map([runs::class, 'row'], $told['runs']);
        $courses = array_map([topics::class, 'rows'], $told['courses']);
        $requests = array_map([pushed::class, 'from'], $told['requests']);
        return request::respond(self::store($runs, $courses, $requests));
    }

    /**
     * A JSON object: empty, or with the keys of courses that are not ours in Moodle as "unknown".
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return request::returns();
    }

    /**
     * Writes all in one transaction; messages are sent when it ends.
     *
     * @param array[] $runs
     * @param array[] $courses topics by course key
     * @param pushed[] $requests
     * @return array the response
     */
    private static function store(array $runs, array $courses, array $requests): array {
        global $DB;
        $transaction = $DB->start_delegated_transaction();
        array_walk($runs, fn(array $row) => runs::store($row));
        $ownership = new ownership();
        $unknown = self::store_topics($courses, $ownership);
        foreach ($requests as $pushed) {
            requests::take($pushed, $ownership);
        }
        $transaction->allow_commit();
        return $unknown ? ['unknown' => $unknown] : [];
    }

    /**
     * Writes the topics of courses.
     *
     * @param array[] $courses topics by course key
     * @param ownership $ownership
     * @return string[] keys of courses that are not ours in Moodle, or no longer
     */
    private static function store_topics(array $courses, ownership $ownership): array {
        $keys = array_map('strval', array_keys($courses));
        $ownership->preload('course', $keys);
        $unknown = [];
        foreach ($keys as $key) {
            $id = $ownership->id('course', $key);
            if ($id === null) {
                $unknown[] = $key;
            } else {
                topics::replace($id, $courses[$key]);
            }
        }
        return $unknown;
    }
}
