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

namespace local_dltsync\local\enrolments;

use local_dltsync\local\kinds\enrolment;
use local_dltsync\local\operation;
use local_dltsync\local\state;

/**
 * What one operation changes of an enrolment, with every key turned into Moodle's id: nothing of it is in doubt.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class change {
    /** @var int|null id in user_enrolments; of a new one once it is written */
    public ?int $id;

    /** @var array what has to be told of it once it is written, in {@see \local_dltsync\local\queue\notice}'s terms */
    public array $notice = [];

    /**
     * Takes the change as it was planned.
     *
     * @param operation $operation
     * @param \stdClass $instance row of enrol
     * @param int $userid
     * @param int|null $id id in user_enrolments, null for a new enrolment
     * @param array $columns status, timestart, timeend as far as they are to be written
     * @param array $roles ids of roles to give and to take, by short name
     * @param array $groups ids of groups to join and to leave, by key
     * @param array $fields the enrolment as it will be
     */
    public function __construct(
        /** @var operation the operation */
        public readonly operation $operation,
        /** @var \stdClass row of enrol */
        public readonly \stdClass $instance,
        /** @var int whose enrolment it is */
        public readonly int $userid,
        ?int $id,
        /** @var int[] status, timestart, timeend as far as they are to be written */
        public readonly array $columns,
        /** @var int[][] ids of roles to give and to take */
        public readonly array $roles,
        /** @var int[][] ids of groups to join and to leave */
        public readonly array $groups,
        /** @var array the enrolment as it will be: all fields by name */
        private readonly array $fields,
    ) {
        $this->id = $id;
    }

    /**
     * The enrolment as it is once the change is written. Numbers, roles and groups go into the database as they are, so
     * that nothing else can come of it.
     *
     * @return state
     */
    public function result(): state {
        $fields = array_replace(enrolment::nothing($this->operation->key), $this->fields);
        return new state($this->operation->key, $this->id, $fields);
    }

    /**
     * The groups that it is about.
     *
     * @return int[] ids
     */
    public function groupids(): array {
        return [...array_values($this->groups[0]), ...array_values($this->groups[1])];
    }

    /**
     * Whether it makes an enrolment.
     *
     * @return bool
     */
    public function is_new(): bool {
        return $this->operation->op === operation::CREATE;
    }
}
