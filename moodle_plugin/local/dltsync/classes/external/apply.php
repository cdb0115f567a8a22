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
use local_dltsync\local\batch;
use local_dltsync\local\kinds\kind;
use local_dltsync\local\operation;
use local_dltsync\local\request;
use moodle_exception;

/**
 * Does a batch of operations of one kind, or says what became of it.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class apply extends external_api {
    /**
     * A request of batch, kind, recall and operations.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return request::parameters();
    }

    /**
     * An answer per operation, in order.
     *
     * @param string $request JSON
     * @param int $count number of operations
     * @param string $hash
     * @return array
     * @throws moodle_exception batchdamaged, badrequest, batchclosed, batchbusy, nopermissions
     */
    public static function execute(string $request, int $count, string $hash): array {
        $params = ['request' => $request, 'count' => $count, 'hash' => $hash];
        $params = self::validate_parameters(self::execute_parameters(), $params);
        $context = context_system::instance();
        self::validate_context($context);
        require_capability('local/dltsync:apply', $context);

        $asked = request::decode($params['request'], $params['count'], $params['hash'], 'operations');
        $recall = $asked['recall'] ?? false;
        if (!is_bool($recall)) {
            throw request::bad('recall');
        }
        // The work goes on when the program stops listening: it will ask what became of it.
        ignore_user_abort(true);
        $batch = self::batch($asked);
        return request::respond(['answers' => $recall ? $batch->recall() : $batch->apply()]);
    }

    /**
     * A response.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return request::returns();
    }

    /**
     * The batch that was sent.
     *
     * @param array $asked
     * @return batch
     */
    private static function batch(array $asked): batch {
        $id = $asked['batch'] ?? null;
        if (!is_string($id) || !preg_match('/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/D', $id)) {
            throw request::bad('batch');
        }
        $kind = kind::of($asked['kind'] ?? null);
        return new batch($id, $kind->name(), operation::parse_all($asked['operations'] ?? null));
    }
}
