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
use local_dltsync\local\digest;
use local_dltsync\local\kinds\kind;
use local_dltsync\local\request;
use moodle_exception;

/**
 * Count and hash of what is ours of a kind.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class get_digests extends external_api {
    /**
     * A request of kind and fields.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return request::parameters();
    }

    /**
     * The digests, by course key for enrolments; with marks that the program knows, those that changed since.
     *
     * @param string $request JSON of kind, fields and perhaps marks by course key
     * @param int $count 1
     * @param string $hash
     * @return array
     * @throws moodle_exception batchdamaged, badrequest, nopermissions
     */
    public static function execute(string $request, int $count, string $hash): array {
        $params = ['request' => $request, 'count' => $count, 'hash' => $hash];
        $params = self::validate_parameters(self::execute_parameters(), $params);
        $context = context_system::instance();
        self::validate_context($context);
        require_capability('local/dltsync:read', $context);

        $asked = request::decode($params['request'], $params['count'], $params['hash']);
        $fields = $asked['fields'] ?? null;
        if (!is_array($fields)) {
            throw request::bad('fields');
        }
        $digest = new digest(kind::of($asked['kind'] ?? null));
        if (!isset($asked['marks'])) {
            return request::respond(['digests' => (object)$digest->compute($fields)]);
        }
        if (!is_array($asked['marks']) || array_filter($asked['marks'], fn($mark) => !is_string($mark))) {
            throw request::bad('marks');
        }
        [$digests, $marks] = $digest->compute_since($fields, $asked['marks']);
        return request::respond(['digests' => (object)$digests, 'marks' => (object)$marks]);
    }

    /**
     * A response.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return request::returns();
    }
}
