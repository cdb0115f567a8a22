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

use local_dltsync\local\executor;
use local_dltsync\local\kinds\enrolment;
use local_dltsync\local\operation;
use local_dltsync\local\ownership;
use local_dltsync\local\refusal;
use local_dltsync\local\roles;

/**
 * Sorts operations on enrolments into those that can be written together, those that are refused, and the rest, which
 * go one by one through Moodle's own functions. It reads and writes nothing but memory, but for a few queries about all
 * of them.
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

    /** @var roles roles that may be given */
    private readonly roles $roles;

    /**
     * Takes what checks single operations.
     *
     * @param enrolment $kind
     * @param executor $executor
     * @param ownership $ownership
     */
    public function __construct(
        /** @var enrolment knows instances and users */
        private readonly enrolment $kind,
        /** @var executor checks what must hold before */
        private readonly executor $executor,
        /** @var ownership translates between keys and Moodle ids */
        private readonly ownership $ownership,
    ) {
        $this->roles = new roles();
    }

    /**
     * Sorts the operations; none of two may have the same key.
     *
     * @param operation[] $operations by place in the batch
     */
    public function plan(array $operations): void {
        foreach ($operations as $seq => $operation) {
            if (!$this->has_fast_way($operation)) {
                continue;
            }
            try {
                $this->changes[$seq] = $this->change($operation);
            } catch (\Throwable $reason) {
                $this->refused[$seq] = $reason;
            }
        }
        $this->check_groups();
    }

    /**
     * Whether operations of its sort are written in bulk. Unenrolling cleans up a course behind the user, and old
     * grades are recovered one user at a time: both are left to Moodle.
     *
     * @param operation $operation
     * @return bool
     */
    private function has_fast_way(operation $operation): bool {
        global $CFG;
        return match ($operation->op) {
            operation::CREATE => empty($CFG->recovergradesdefault),
            operation::UPDATE => true,
            default => false,
        };
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
        [$instance, $userid] = $this->kind->locate($operation->key, $fields);
        $there = $now->fields ?? enrolment::nothing($operation->key);
        $columns = enrolment::columns_of($now === null ? $fields + $there : $fields);
        $roles = $this->roles->difference($there['roles'], $fields['roles'] ?? $there['roles']);
        $groups = $this->groups($there['groups'], $fields['groups'] ?? $there['groups']);
        return new change($operation, $instance, $userid, $now?->moodleid, $columns, $roles, $groups, $fields + $there);
    }

    /**
     * Groups to join and to leave.
     *
     * @param string[] $there keys of groups
     * @param string[] $wanted keys of groups
     * @return int[][] ids by key
     * @throws refusal unknownkey when a group is not ours
     */
    private function groups(array $there, array $wanted): array {
        $ids = function (array $keys): array {
            return array_combine($keys, array_map(fn($key) => $this->ownership->require_id('group', $key), $keys));
        };
        return [$ids(array_diff($wanted, $there)), $ids(array_diff($there, $wanted))];
    }

    /**
     * Refuses groups of other courses, and leaves to Moodle's own functions whoever is a member already or comes into a
     * group with a conversation of its own.
     */
    private function check_groups(): void {
        $ids = array_merge(...array_map(fn($change) => $change->groupids(), array_values($this->changes)));
        if (!$ids) {
            return;
        }
        $courses = $this->courses_of($ids);
        $talking = $this->with_conversation($ids);
        $members = $this->members();
        foreach ($this->changes as $seq => $change) {
            $join = $change->groups[0];
            $strange = array_filter($join, fn($id) => $courses[$id] !== (int)$change->instance->courseid);
            $isthere = array_filter($join, fn($id) => isset($members["$id $change->userid"]));
            if ($strange) {
                $this->refused[$seq] = new refusal('unknownkey', 'a group is in another course');
                unset($this->changes[$seq]);
            } else if ($isthere || array_intersect($change->groupids(), $talking)) {
                unset($this->changes[$seq]);
            }
        }
    }

    /**
     * The courses of groups.
     *
     * @param int[] $ids
     * @return int[] ids of courses by id of the group
     */
    private function courses_of(array $ids): array {
        global $DB;
        $rows = $DB->get_records_list('groups', 'id', array_unique($ids), '', 'id, courseid');
        return array_map('intval', array_column($rows, 'courseid', 'id'));
    }

    /**
     * Groups whose members write to each other in a conversation of the group's.
     *
     * @param int[] $ids
     * @return int[]
     */
    private function with_conversation(array $ids): array {
        global $DB;
        [$in, $params] = $DB->get_in_or_equal(array_unique($ids));
        $where = "component = 'core_group' AND itemtype = 'groups' AND itemid $in";
        return array_map('intval', $DB->get_fieldset_select('message_conversations', 'itemid', $where, $params));
    }

    /**
     * Who is in a group already that an operation wants to put them into.
     *
     * @return true[] by ids of group and user
     */
    private function members(): array {
        $pairs = new pairs('groups_members', 'groupid');
        foreach ($this->changes as $change) {
            foreach ($change->groups[0] as $groupid) {
                $pairs->add($groupid, $change->userid);
            }
        }
        $members = [];
        foreach ($pairs->rows() as $row) {
            $members["$row->groupid $row->userid"] = true;
        }
        return $members;
    }
}
