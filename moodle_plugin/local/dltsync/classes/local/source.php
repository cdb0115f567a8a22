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

/**
 * Where the objects of a kind are read from: SQL in which `t` is the kind's table.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class source {
    /**
     * Describes the source in SQL.
     *
     * @param string $from SQL after FROM
     * @param string $where condition that a living object meets
     * @param string $key expression of the record's key, null where the object is not ours
     * @param string $scope expression of the key under which digests are given, '' for one digest of all
     * @param string $scopeid expression of the Moodle id that stands for the scope
     */
    public function __construct(
        /** @var string SQL after FROM */
        public readonly string $from,
        /** @var string condition that a living object meets */
        public readonly string $where,
        /** @var string expression of the record's key, null where the object is not ours */
        public readonly string $key,
        /** @var string expression of the key under which digests are given */
        public readonly string $scope = '',
        /** @var string expression of the Moodle id that stands for the scope */
        public readonly string $scopeid = '',
    ) {
    }

    /**
     * The same source with one more condition.
     *
     * @param string $condition SQL
     * @return self
     */
    public function where_too(string $condition): self {
        return new self($this->from, "$this->where AND $condition", $this->key, $this->scope, $this->scopeid);
    }
}
