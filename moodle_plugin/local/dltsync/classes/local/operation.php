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

use moodle_exception;

/**
 * One operation of a batch, as it was sent.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class operation {
    /** Makes an object that does not exist. */
    public const CREATE = 'create';
    /** Makes an object ours that exists. */
    public const ADOPT = 'adopt';
    /** Changes fields of an object that is ours. */
    public const UPDATE = 'update';
    /** Removes an object that is ours. */
    public const DELETE = 'delete';

    /** @var int most characters of a key that the ownership table holds */
    private const KEY_MAXLENGTH = 255;

    /**
     * Only {@see parse()} makes operations.
     *
     * @param string $op one of the constants
     * @param string $key
     * @param int|null $moodleid
     * @param array $fields values by field name
     * @param array|null $expect values that the object must have, by field name
     */
    private function __construct(
        /** @var string one of the constants */
        public readonly string $op,
        /** @var string key of the record */
        public readonly string $key,
        /** @var int|null Moodle id of the object that is meant */
        public readonly ?int $moodleid,
        /** @var array values to be written, by field name */
        public readonly array $fields,
        /** @var array|null values that the object must have, by field name */
        public readonly ?array $expect,
    ) {
    }

    /**
     * Operations as they arrived.
     *
     * @param mixed $raw
     * @return self[]
     * @throws moodle_exception badrequest naming the place
     */
    public static function parse_all($raw): array {
        if (!is_array($raw) || !array_is_list($raw)) {
            throw request::bad('operations');
        }
        return array_map(fn($operation, $index) => self::parse($operation, $index), $raw, array_keys($raw));
    }

    /**
     * One operation as it arrived.
     *
     * @param mixed $raw
     * @param int $index its place
     * @return self
     * @throws moodle_exception badrequest naming the place
     */
    private static function parse($raw, int $index): self {
        $place = "operations[$index]";
        $raw = is_array($raw) ? $raw : throw request::bad($place);
        $raw += ['op' => null, 'key' => null, 'moodleid' => null, 'fields' => [], 'expect' => null];
        $fits = [
            'op' => in_array($raw['op'], [self::CREATE, self::ADOPT, self::UPDATE, self::DELETE], true),
            'key' => self::is_key($raw['key']),
            'moodleid' => $raw['moodleid'] === null || is_int($raw['moodleid']),
            'fields' => is_array($raw['fields']),
            'expect' => $raw['expect'] === null || is_array($raw['expect']),
        ];
        foreach (array_keys($fits, false, true) as $name) {
            throw request::bad("$place.$name");
        }
        return new self($raw['op'], $raw['key'], $raw['moodleid'], $raw['fields'], $raw['expect']);
    }

    /**
     * Whether it may be a key.
     *
     * @param mixed $key
     * @return bool
     */
    private static function is_key($key): bool {
        return is_string($key) && $key !== '' && fix_utf8($key) === $key && \core_text::strlen($key) <= self::KEY_MAXLENGTH;
    }
}
