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
use local_dltsync\local\state;

/**
 * Groups in courses. Removed only when nobody is in them.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class group extends owned_kind {
    #[\Override]
    public function table(): string {
        return 'groups';
    }

    #[\Override]
    public function fields(): array {
        return [
            'course' => field::reference('course', 't.courseid'),
            'name' => field::text('name', PARAM_TEXT),
            'idnumber' => field::text('idnumber'),
        ];
    }

    #[\Override]
    public function identity(): array {
        return ['course'];
    }

    #[\Override]
    public function required(): array {
        return ['course', 'name'];
    }

    #[\Override]
    public function facts(): array {
        return ['size' => field::number('(SELECT COUNT(*) FROM {groups_members} gs WHERE gs.groupid = t.id)')];
    }

    #[\Override]
    public function match_fields(): array {
        return ['idnumber', 'name'];
    }

    #[\Override]
    public function course_column(): string {
        return 't.courseid';
    }

    #[\Override]
    public function create(string $key, array $fields): int {
        global $CFG;
        require_once($CFG->dirroot . '/group/lib.php');
        $group = (object)$this->columns($fields, ['name', 'idnumber']);
        $group->courseid = $this->ownership->require_id('course', $fields['course']);
        return (int)groups_create_group($group);
    }

    #[\Override]
    public function write(state $now, array $fields): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/group/lib.php');
        $columns = $this->columns($this->changes($now, $fields), ['name', 'idnumber']);
        if ($columns) {
            $group = $DB->get_record('groups', ['id' => $now->moodleid], '*', MUST_EXIST);
            groups_update_group((object)($columns + (array)$group));
        }
    }

    #[\Override]
    public function can_delete(): bool {
        return true;
    }

    #[\Override]
    public function delete(state $now): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/group/lib.php');
        if ($DB->record_exists('groups_members', ['groupid' => $now->moodleid])) {
            throw new refusal('notempty', $now->fields['name']);
        }
        groups_delete_group($now->moodleid);
    }

    #[\Override]
    public function rolled_back(): void {
        parent::rolled_back();
        \cache_helper::purge_by_definition('core', 'groupdata');
        \cache_helper::purge_by_definition('core', 'user_group_groupings');
        \cache_helper::purge_by_definition('core', 'coursehiddengroups');
    }
}
