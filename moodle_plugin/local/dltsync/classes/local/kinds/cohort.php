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

namespace local_dltsync\local\kinds;

use local_dltsync\local\field;
use local_dltsync\local\refusal;
use local_dltsync\local\rowset;
use local_dltsync\local\state;

/**
 * Cohorts of the whole site. Of their members only those are read or written that are ours.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class cohort extends owned_kind {
    #[\Override]
    public function table(): string {
        return 'cohort';
    }

    #[\Override]
    public function fields(): array {
        return [
            'name' => field::text('name', PARAM_TEXT),
            'idnumber' => field::text('idnumber'),
            'members' => field::references('user'),
        ];
    }

    #[\Override]
    public function required(): array {
        return ['name'];
    }

    #[\Override]
    public function match_fields(): array {
        return ['idnumber', 'name'];
    }

    #[\Override]
    public function rowsets(): array {
        $members = "{cohort_members} m
                    JOIN {local_dltsync_object} mo ON mo.kind = 'user' AND mo.moodleid = m.userid
                    JOIN {user} mu ON mu.id = m.userid
                   WHERE mu.deleted = 0";
        return [new rowset('m', ['members'], $members, 'm.cohortid', 'mo.sourcedid')];
    }

    #[\Override]
    public function create(string $key, array $fields): int {
        global $CFG;
        require_once($CFG->dirroot . '/cohort/lib.php');
        $this->check_idnumber($fields, 0);
        $cohort = (object)$this->columns($fields, ['name', 'idnumber']);
        $cohort->contextid = \context_system::instance()->id;
        $id = (int)cohort_add_cohort($cohort);
        $this->set_members($id, [], $fields['members'] ?? []);
        return $id;
    }

    #[\Override]
    public function write(state $now, array $fields): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/cohort/lib.php');
        $changes = $this->changes($now, $fields);
        $columns = $this->columns($changes, ['name', 'idnumber']);
        if ($columns) {
            $this->check_idnumber($columns, $now->moodleid);
            $cohort = $DB->get_record('cohort', ['id' => $now->moodleid], '*', MUST_EXIST);
            cohort_update_cohort((object)($columns + (array)$cohort));
        }
        if (isset($changes['members'])) {
            $this->set_members($now->moodleid, $now->fields['members'], $changes['members']);
        }
    }

    /**
     * Takes out and puts in those that differ.
     *
     * @param int $id
     * @param string[] $there keys of users
     * @param string[] $wanted keys of users
     * @throws refusal unknownkey
     */
    private function set_members(int $id, array $there, array $wanted): void {
        foreach (array_diff($there, $wanted) as $key) {
            cohort_remove_member($id, $this->ownership->require_id('user', $key));
        }
        foreach (array_diff($wanted, $there) as $key) {
            cohort_add_member($id, $this->ownership->require_id('user', $key));
        }
    }

    /**
     * Moodle's form keeps idnumbers apart, its functions do not.
     *
     * @param array $fields
     * @param int $id the cohort itself, 0 for a new one
     * @throws refusal taken
     */
    private function check_idnumber(array $fields, int $id): void {
        global $DB;
        $idnumber = $fields['idnumber'] ?? '';
        $select = 'idnumber = ? AND id <> ?';
        if ($idnumber !== '' && $DB->record_exists_select('cohort', $select, [$idnumber, $id])) {
            throw new refusal('taken', "idnumber $idnumber");
        }
    }
}
