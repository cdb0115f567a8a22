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

namespace local_dltsync\local\placements;

use local_dltsync\local\operation;
use local_dltsync\local\state;

/**
 * What one operation changes of a video: nothing of it is in doubt.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class change {
    /** @var int|null id in course_modules; of a new one once it is written */
    public ?int $id;

    /** @var int|null id in url; known once the rows were read or written */
    public ?int $instance = null;

    /**
     * Takes the change as it was planned.
     *
     * @param operation $operation
     * @param int $courseid
     * @param int|null $id id in course_modules, null for a new video
     * @param array $changes values that are to be written, by field
     * @param array $fields the video as it will be: all fields by name
     */
    public function __construct(
        /** @var operation the operation */
        public readonly operation $operation,
        /** @var int the course */
        public readonly int $courseid,
        ?int $id,
        /** @var array values that are to be written, by field */
        public readonly array $changes,
        /** @var array the video as it will be: all fields by name */
        public readonly array $fields,
    ) {
        $this->id = $id;
    }

    /**
     * The video as it is once the change is written. Moodle was asked before whether it keeps every value as it is.
     *
     * @return state
     */
    public function result(): state {
        return new state($this->operation->key, $this->id, $this->fields);
    }

    /**
     * Whether it makes a video.
     *
     * @return bool
     */
    public function is_new(): bool {
        return $this->operation->op === operation::CREATE;
    }

    /**
     * Whether it changes what people see of the video, and not only where it stands among others.
     *
     * @return bool
     */
    public function is_visible(): bool {
        return (bool)array_diff_key($this->changes, ['order' => 1]);
    }
}
