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

namespace local_dltsync\local;

use core_external\external_function_parameters;
use core_external\external_single_structure;
use core_external\external_value;
use core_text;
use local_dltsync\local\videos\address;
use moodle_exception;

/**
 * How a call travels: one JSON text in, with a count and a hash that betray damage on the way, one JSON text out.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class request {
    /**
     * The parameters of every function that takes a request.
     *
     * @return external_function_parameters
     */
    public static function parameters(): external_function_parameters {
        return new external_function_parameters([
            'request' => new external_value(PARAM_RAW, 'The request: a JSON object in UTF-8'),
            'count' => new external_value(PARAM_INT, 'Number of items in the request; 1 where it holds no list'),
            'hash' => new external_value(PARAM_ALPHANUM, 'SHA-256 of the request in lower-case hex'),
        ]);
    }

    /**
     * What every function returns.
     *
     * @return external_single_structure
     */
    public static function returns(): external_single_structure {
        return new external_single_structure([
            'response' => new external_value(PARAM_RAW, 'The response: a JSON object in UTF-8'),
        ]);
    }

    /**
     * The request as an array, once it is known to have arrived whole.
     *
     * @param string $request JSON text
     * @param int $count number of items the sender put into it
     * @param string $hash SHA-256 of the text in lower-case hex
     * @param string ...$itemsfield name of the list whose items are counted; of several the first that is there
     * @return array the decoded object
     * @throws moodle_exception batchdamaged when the count or the hash is wrong, badrequest when it is no JSON object
     */
    public static function decode(string $request, int $count, string $hash, string ...$itemsfield): array {
        self::check_hash($request, $hash);
        $decoded = self::open($request);
        if (self::count_items($decoded, $itemsfield) !== $count) {
            throw new moodle_exception('batchdamaged', 'local_dltsync');
        }
        return $decoded;
    }

    /**
     * The request as lists, once it is known to have arrived whole. Whatever else it holds is left aside.
     *
     * @param string $request JSON text
     * @param int $count number of items in all lists together
     * @param string $hash SHA-256 of the text in lower-case hex
     * @param string[] $fields names of the lists; one that is not there is empty
     * @return array[] by name
     * @throws moodle_exception batchdamaged when the count or the hash is wrong, badrequest when something is no list
     */
    public static function decode_lists(string $request, int $count, string $hash, array $fields): array {
        self::check_hash($request, $hash);
        $decoded = self::open($request);
        $lists = [];
        foreach ($fields as $field) {
            $list = $decoded[$field] ?? [];
            $lists[$field] = is_array($list) ? $list : throw self::bad($field);
        }
        if (array_sum(array_map('count', $lists)) !== $count) {
            throw new moodle_exception('batchdamaged', 'local_dltsync');
        }
        return $lists;
    }

    /**
     * A whole number of a request.
     *
     * @param array $decoded
     * @param string $field
     * @param int $most the greatest that is allowed; the least is 0
     * @return int
     * @throws moodle_exception badrequest
     */
    public static function integer(array $decoded, string $field, int $most = PHP_INT_MAX): int {
        $value = $decoded[$field] ?? null;
        if (!is_int($value) || $value < 0 || $value > $most) {
            throw self::bad($field);
        }
        return $value;
    }

    /**
     * A text of a request.
     *
     * @param array $decoded
     * @param string $field
     * @param int $most characters it may have
     * @return string
     * @throws moodle_exception badrequest
     */
    public static function text(array $decoded, string $field, int $most): string {
        $value = $decoded[$field] ?? null;
        if (!is_string($value) || core_text::strlen($value) > $most || str_contains($value, "\0")) {
            throw self::bad($field);
        }
        return $value;
    }

    /**
     * A text that is shown to people as it is: no control characters beside blanks and line breaks.
     *
     * @param array $decoded
     * @param string $field
     * @param int $most characters it may have
     * @return string
     * @throws moodle_exception badrequest
     */
    public static function plain(array $decoded, string $field, int $most): string {
        $value = self::text($decoded, $field, $most);
        return preg_match('/[^\P{Cc}\t\r\n]/u', $value) ? throw self::bad($field) : $value;
    }

    /**
     * The key of something, which is never empty.
     *
     * @param array $decoded
     * @param string $field
     * @return string
     * @throws moodle_exception badrequest
     */
    public static function key(array $decoded, string $field): string {
        $value = self::text($decoded, $field, 255);
        return $value === '' ? throw self::bad($field) : $value;
    }

    /**
     * One of several words.
     *
     * @param array $decoded
     * @param string $field
     * @param string[] $choices
     * @return string
     * @throws moodle_exception badrequest
     */
    public static function choice(array $decoded, string $field, array $choices): string {
        $value = $decoded[$field] ?? null;
        return in_array($value, $choices, true) ? $value : throw self::bad($field);
    }

    /**
     * A yes or no.
     *
     * @param array $decoded
     * @param string $field
     * @return bool
     * @throws moodle_exception badrequest
     */
    public static function flag(array $decoded, string $field): bool {
        $value = $decoded[$field] ?? null;
        return is_bool($value) ? $value : throw self::bad($field);
    }

    /**
     * An address of the web.
     *
     * @param array $decoded
     * @param string $field
     * @return string
     * @throws moodle_exception badrequest
     */
    public static function address(array $decoded, string $field): string {
        $value = self::text($decoded, $field, address::LONGEST);
        return address::is_web($value) ? $value : throw self::bad($field);
    }

    /**
     * What a function returns.
     *
     * @param array $response the response by field; an empty one travels as an empty object
     * @return array as described by {@see returns()}
     */
    public static function respond(array $response): array {
        $flags = JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES;
        return ['response' => json_encode((object)$response, $flags)];
    }

    /**
     * The exception that says which field of a request is wrong; to be thrown.
     *
     * @param string $field name of the field
     * @return moodle_exception badrequest
     */
    public static function bad(string $field): moodle_exception {
        return new moodle_exception('badrequest', 'local_dltsync', '', $field);
    }

    /**
     * Refuses a text that is not the one that was sent.
     *
     * @param string $request
     * @param string $hash
     * @throws moodle_exception batchdamaged
     */
    private static function check_hash(string $request, string $hash): void {
        if (!hash_equals(hash('sha256', $request), $hash)) {
            throw new moodle_exception('batchdamaged', 'local_dltsync');
        }
    }

    /**
     * Reads a JSON object.
     *
     * @param string $request
     * @return array
     * @throws moodle_exception badrequest
     */
    private static function open(string $request): array {
        $decoded = json_decode($request, true, 32);
        if (!is_array($decoded) || !str_starts_with(ltrim($request), '{')) {
            throw self::bad('request');
        }
        return $decoded;
    }

    /**
     * Number of items in the first of the named lists that is there, else 1.
     *
     * @param array $decoded
     * @param string[] $fields
     * @return int
     */
    private static function count_items(array $decoded, array $fields): int {
        foreach ($fields as $field) {
            if (is_array($decoded[$field] ?? null)) {
                return count($decoded[$field]);
            }
        }
        return 1;
    }
}
