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
use local_dltsync\local\candidates;
use local_dltsync\local\kinds\kind;
use local_dltsync\local\ownership;
use local_dltsync\local\reader;
use local_dltsync\local\request;
use moodle_exception;

/**
 * What is ours of a kind, or what might become ours.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class read extends external_api {
    /** @var int most objects on a page */
    private const LONGEST = 10000;

    /** @var int objects on a page where nothing is said */
    private const USUAL = 1000;

    /**
     * A request of kind and keys, courses or match.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return request::parameters();
    }

    /**
     * A page of objects, or candidates.
     *
     * @param string $request JSON
     * @param int $count number of keys, courses or matches
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

        $lists = ['match', 'keys', 'courses'];
        $asked = request::decode($params['request'], $params['count'], $params['hash'], ...$lists);
        raise_memory_limit(MEMORY_EXTRA);
        return request::respond(array_key_exists('match', $asked) ? self::find($asked) : self::page($asked));
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
     * Candidates for what the records mean.
     *
     * @param array $asked
     * @return array
     */
    private static function find(array $asked): array {
        $ownership = new ownership();
        $kind = kind::of($asked['kind'] ?? null, $ownership);
        if (!is_array($asked['match']) || !array_is_list($asked['match']) || !$kind->match_fields()) {
            throw request::bad('match');
        }
        return ['candidates' => (object)(new candidates($kind, $ownership))->find($asked['match'])];
    }

    /**
     * A page of what is ours.
     *
     * @param array $asked
     * @return array
     */
    private static function page(array $asked): array {
        $kind = kind::of($asked['kind'] ?? null);
        $keys = self::texts($asked, 'keys');
        $courses = self::texts($asked, 'courses');
        if ($courses !== null && ($keys !== null || !isset($kind->fields()['course']))) {
            throw request::bad('courses');
        }
        $after = self::number($asked, 'after', 0, 0, PHP_INT_MAX);
        $limit = self::number($asked, 'limit', self::USUAL, 1, self::LONGEST);
        [$states, $next] = (new reader($kind))->page($keys, $courses, $after, $limit);
        return ['objects' => array_map(fn($state) => $state->describe(), $states), 'next' => $next];
    }

    /**
     * A list of texts, if it is there.
     *
     * @param array $asked
     * @param string $name
     * @return string[]|null
     */
    private static function texts(array $asked, string $name): ?array {
        $list = $asked[$name] ?? null;
        if ($list !== null && (!is_array($list) || array_filter($list, 'is_string') !== $list)) {
            throw request::bad($name);
        }
        return $list === null ? null : array_values(array_map('fix_utf8', $list));
    }

    /**
     * A number, if it is there.
     *
     * @param array $asked
     * @param string $name
     * @param int $usual what it is if it is not there
     * @param int $least
     * @param int $most
     * @return int
     */
    private static function number(array $asked, string $name, int $usual, int $least, int $most): int {
        $number = $asked[$name] ?? $usual;
        if (!is_int($number) || $number < $least || $number > $most) {
            throw request::bad($name);
        }
        return $number;
    }
}
