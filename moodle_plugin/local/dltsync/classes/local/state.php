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
 * One object as it is in Moodle now.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class state {
    /**
     * Takes the values as they were read.
     *
     * @param string|null $key the record's key, null when the object is not ours
     * @param int $moodleid id in the object's own table
     * @param array|null $fields values by field name, lists sorted; null when the object is gone
     * @param array $facts values that are read but never written
     */
    public function __construct(
        /** @var string|null the record's key, null when the object is not ours */
        public readonly ?string $key,
        /** @var int id in the object's own table */
        public readonly int $moodleid,
        /** @var array|null values by field name, null when the object is gone */
        public readonly ?array $fields,
        /** @var array values that are read but never written */
        public readonly array $facts = [],
    ) {
    }

    /**
     * As it stands in an answer of the read function.
     *
     * @return array
     */
    public function describe(): array {
        return [
            'key' => (string)$this->key,
            'moodleid' => $this->moodleid,
            'fields' => $this->fields,
            'facts' => (object)$this->facts,
        ];
    }
}
