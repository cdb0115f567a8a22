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

use local_dltsync\local\executor;
use local_dltsync\local\kinds\video;
use local_dltsync\local\operation;
use local_dltsync\local\refusal;

/**
 * Sorts operations on videos into those that can be written together, those that are refused, and the rest, which go one
 * by one through Moodle's own functions. It writes nothing.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class planner {
    /** @var \Throwable[] why operations are not done, by place in the batch */
    public array $refused = [];

    /** @var change[] what can be written together, by place in the batch */
    public array $changes = [];

    /**
     * Takes what checks single operations.
     *
     * @param video $kind
     * @param executor $executor
     */
    public function __construct(
        /** @var video knows courses and what Moodle can hold */
        private readonly video $kind,
        /** @var executor checks what must hold before */
        private readonly executor $executor,
    ) {
    }

    /**
     * Sorts the operations; none of two may have the same key.
     *
     * @param operation[] $operations by place in the batch
     */
    public function plan(array $operations): void {
        foreach ($operations as $seq => $operation) {
            if (!in_array($operation->op, [operation::CREATE, operation::UPDATE], true)) {
                continue;
            }
            try {
                $this->changes[$seq] = $this->change($operation);
            } catch (\Throwable $reason) {
                $this->refused[$seq] = $reason;
            }
        }
        $expected = $this->expected();
        $this->changes = array_filter($this->changes, fn($change) => !isset($expected[$change->id]));
    }

    /**
     * What an operation changes.
     *
     * @param operation $operation
     * @return change
     * @throws refusal when it is not to be done
     */
    private function change(operation $operation): change {
        [$now, $fields] = $this->executor->check($operation);
        $there = $now->fields ?? [];
        $changes = $now === null ? $fields + video::nothing() : $this->kind->changes($now, $fields);
        $courseid = $this->kind->locate($operation->key, $changes + array_intersect_key($there, ['course' => 1]));
        return new change($operation, $courseid, $now?->moodleid, $changes, self::ordered($changes + $there));
    }

    /**
     * Fields in the order in which they are read.
     *
     * @param array $fields
     * @return array
     */
    private static function ordered(array $fields): array {
        $names = ['course', 'section', 'name', 'url', 'display', 'visible', 'idnumber', 'order'];
        return array_replace(array_flip($names), $fields);
    }

    /**
     * Videos that a teacher put into the calendar, as to be seen until a date: Moodle renames and hides those entries.
     *
     * @return true[] by id in course_modules
     */
    private function expected(): array {
        global $DB;
        $ids = array_filter(array_map(fn($change) => $change->id, $this->changes));
        if (!$ids) {
            return [];
        }
        [$in, $params] = $DB->get_in_or_equal($ids);
        $sql = "SELECT cm.id
                  FROM {course_modules} cm
                 WHERE cm.id $in AND (cm.completionexpected > 0
                       OR EXISTS (SELECT 1 FROM {event} e WHERE e.modulename = 'url' AND e.instance = cm.instance))";
        return array_fill_keys($DB->get_fieldset_sql($sql, $params), true);
    }
}
