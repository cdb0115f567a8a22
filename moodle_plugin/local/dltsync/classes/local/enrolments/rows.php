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

use core\clock;
use core\di;
use local_dltsync\local\instances;
use local_dltsync\local\refusal;

/**
 * Writes the rows of many enrolments, their roles and their group memberships in few statements, and notes on each
 * change what has to be told of it. To be called inside a transaction; tells nobody, and leaves caches alone.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class rows {
    /** @var int the time of the write */
    private readonly int $now;

    /**
     * Takes what is to be written.
     *
     * @param change[] $changes
     */
    public function __construct(
        /** @var change[] what is to be written */
        private readonly array $changes,
    ) {
        $this->now = di::get(clock::class)->time();
    }

    /**
     * Writes all of it.
     *
     * @throws refusal gone when an enrolment is no longer there
     */
    public function write(): void {
        $new = array_filter($this->changes, fn($change) => $change->is_new());
        $this->insert_enrolments($new);
        $this->update_enrolments(array_filter($this->changes, fn($change) => !$change->is_new() && $change->columns));
        $this->write_roles(array_filter($this->changes, fn($change) => array_filter($change->roles)));
        $this->write_groups(array_filter($this->changes, fn($change) => array_filter($change->groups)));
    }

    /**
     * Makes enrolments.
     *
     * @param change[] $changes
     */
    private function insert_enrolments(array $changes): void {
        global $DB, $USER;
        $stamps = ['modifierid' => (int)$USER->id, 'timecreated' => $this->now, 'timemodified' => $this->now];
        $pairs = new pairs('user_enrolments', 'enrolid');
        $rows = $byplace = [];
        foreach ($changes as $change) {
            $enrolid = (int)$change->instance->id;
            $rows[] = ['enrolid' => $enrolid, 'userid' => $change->userid] + $change->columns + $stamps;
            $pairs->add($enrolid, $change->userid);
            $byplace["$enrolid $change->userid"] = $change;
        }
        $DB->insert_records('user_enrolments', $rows);
        foreach ($pairs->rows() as $row) {
            $change = $byplace["$row->enrolid $row->userid"];
            $change->id = (int)$row->id;
            $roleids = $change->roles[0];
            $change->notice['created'] = $row;
            $change->notice['roleid'] = reset($roleids) ?: null;
        }
    }

    /**
     * Changes enrolments, those together that become the same.
     *
     * @param change[] $changes
     */
    private function update_enrolments(array $changes): void {
        global $DB, $USER;
        $there = $DB->get_records_list('user_enrolments', 'id', array_map(fn($change) => $change->id, $changes));
        $sets = [];
        foreach ($changes as $change) {
            $row = $there[$change->id] ?? throw refusal::moved('gone');
            $modified = array_filter($change->columns, fn($value, $name) => $row->$name != $value, ARRAY_FILTER_USE_BOTH);
            if ($modified) {
                $change->notice['updated'] = (object)($modified + (array)$row);
                $change->notice['modified'] = array_keys($modified);
                $sets[json_encode($modified)][] = $change->id;
            }
        }
        foreach ($sets as $modified => $ids) {
            $columns = json_decode($modified, true) + ['modifierid' => (int)$USER->id, 'timemodified' => $this->now];
            [$in, $params] = $DB->get_in_or_equal($ids);
            $assignments = implode(', ', array_map(fn($name) => "$name = ?", array_keys($columns)));
            $DB->execute("UPDATE {user_enrolments} SET $assignments WHERE id $in", [...array_values($columns), ...$params]);
        }
    }

    /**
     * Gives and takes roles. One that is there already is not given again, and not told of.
     *
     * @param change[] $changes
     */
    private function write_roles(array $changes): void {
        global $DB;
        $pairs = new pairs('role_assignments', 'contextid', ['component' => instances::COMPONENT]);
        $byplace = $gone = [];
        instances::preload_contexts(array_map(fn($change) => (int)$change->instance->courseid, $changes));
        foreach ($changes as $change) {
            $pairs->add((int)\context_course::instance($change->instance->courseid)->id, $change->userid);
            $byplace["{$change->instance->id} $change->userid"] = $change;
        }
        $ofinstance = fn($row) => isset($byplace["$row->itemid $row->userid"]);
        $before = $changes ? array_filter($pairs->rows(), $ofinstance) : [];
        foreach ($before as $row) {
            $change = $byplace["$row->itemid $row->userid"];
            if (in_array((int)$row->roleid, $change->roles[1], true)) {
                $gone[] = $row->id;
                $change->notice['taken'][] = $row;
            }
        }
        $DB->delete_records_list('role_assignments', 'id', $gone);
        if ($this->give_roles($changes, $before)) {
            foreach (array_diff_key(array_filter($pairs->rows(), $ofinstance), $before) as $row) {
                $byplace["$row->itemid $row->userid"]->notice['given'][] = $row;
            }
        }
    }

    /**
     * Gives roles.
     *
     * @param change[] $changes
     * @param \stdClass[] $before assignments that were there
     * @return bool whether any was given
     */
    private function give_roles(array $changes, array $before): bool {
        global $DB, $USER;
        $held = [];
        foreach ($before as $row) {
            $held["$row->itemid $row->userid $row->roleid"] = true;
        }
        $rows = [];
        foreach ($changes as $change) {
            $contextid = \context_course::instance($change->instance->courseid)->id;
            foreach ($change->roles[0] as $roleid) {
                $row = ['roleid' => $roleid, 'contextid' => $contextid, 'userid' => $change->userid];
                $row += ['component' => instances::COMPONENT, 'itemid' => (int)$change->instance->id];
                if (!isset($held["{$row['itemid']} {$row['userid']} $roleid"])) {
                    $rows[] = $row + ['timemodified' => $this->now, 'modifierid' => (int)$USER->id, 'sortorder' => 0];
                }
            }
        }
        $DB->insert_records('role_assignments', $rows);
        return (bool)$rows;
    }

    /**
     * Puts users into groups and takes them out.
     *
     * @param change[] $changes
     */
    private function write_groups(array $changes): void {
        global $DB;
        $rows = $groups = [];
        foreach ($changes as $change) {
            $mine = ['component' => instances::COMPONENT, 'itemid' => (int)$change->instance->id];
            foreach ($change->groups[0] as $groupid) {
                $rows[] = ['groupid' => $groupid, 'userid' => $change->userid, 'timeadded' => $this->now] + $mine;
                $change->notice['joined'][] = $groupid;
                $groups[$groupid] = $groupid;
            }
        }
        $DB->insert_records('groups_members', $rows);
        $groups += $this->leave_groups($changes);
        foreach ($groups ? [$DB->get_in_or_equal($groups)] : [] as [$in, $params]) {
            $DB->set_field_select('groups', 'timemodified', $this->now, "id $in", $params);
        }
    }

    /**
     * Takes users out of groups.
     *
     * @param change[] $changes
     * @return int[] ids of groups that were left
     */
    private function leave_groups(array $changes): array {
        global $DB;
        $pairs = new pairs('groups_members', 'groupid', ['component' => instances::COMPONENT]);
        $byplace = $left = [];
        foreach ($changes as $change) {
            foreach ($change->groups[1] as $groupid) {
                $pairs->add($groupid, $change->userid);
                $byplace["$groupid $change->userid"] = $change;
            }
        }
        $gone = $pairs->rows();
        foreach ($gone as $row) {
            $byplace["$row->groupid $row->userid"]->notice['left'][] = (int)$row->groupid;
            $left[$row->groupid] = (int)$row->groupid;
        }
        $DB->delete_records_list('groups_members', 'id', array_keys($gone));
        return $left;
    }
}
