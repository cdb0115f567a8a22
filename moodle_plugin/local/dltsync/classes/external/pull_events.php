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
use core_user\fields;
use local_dltsync\local\request;
use stdClass;

/**
 * What people did that the records want to know, since a cursor: what they deleted, asked for and decided.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class pull_events extends external_api {
    /** @var int the most events in an answer */
    private const MOST = 5000;

    /**
     * The request: {"after": cursor, "limit": events}.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return request::parameters();
    }

    /**
     * Reads a page of events, oldest first.
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
        require_capability('local/dltsync:read', $context);

        $asked = request::decode($request, $count, $hash);
        $limit = request::integer($asked, 'limit', self::MOST);
        return request::respond(self::page(request::integer($asked, 'after'), max(1, $limit)));
    }

    /**
     * A JSON text.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return request::returns();
    }

    /**
     * The events after a cursor, and the cursor of the next page.
     *
     * @param int $after
     * @param int $limit
     * @return array
     */
    private static function page(int $after, int $limit): array {
        global $DB;
        $names = fields::for_name()->get_sql('u', false, 'by_', '', false)->selects;
        $rows = $DB->get_records_sql("
            SELECT e.id, e.name, e.timecreated, e.kind, e.sourcedid, e.data, $names
              FROM {local_dltsync_event} e
         LEFT JOIN {user} u ON u.id = e.userid
             WHERE e.id > :after
          ORDER BY e.id", ['after' => $after], 0, $limit + 1);
        $page = array_slice($rows, 0, $limit, true);
        return [
            'events' => array_values(array_map([self::class, 'event'], $page)),
            'next' => count($rows) > $limit ? (int)array_key_last($page) : null,
        ];
    }

    /**
     * An event as it travels.
     *
     * @param stdClass $row
     * @return array
     */
    private static function event(stdClass $row): array {
        $name = (object)[];
        foreach (fields::get_name_fields() as $field) {
            $name->$field = $row->{"by_$field"} ?? '';
        }
        $by = trim(fullname($name));
        $data = json_decode((string)$row->data) ?? (object)[];
        if ($row->name === 'requested') {
            // Names of people are kept in accounts only, where they can be forgotten.
            $data->askedby = $by;
        }
        return [
            'id' => (int)$row->id,
            'name' => $row->name,
            'time' => (int)$row->timecreated,
            'kind' => $row->kind,
            'key' => $row->sourcedid,
            'by' => $by,
            'data' => $data,
        ];
    }
}
