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
 * Roles that an enrolment of ours gives in its course. Those that people or other methods gave stand beside them.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class roles {
    /** @var int[]|null ids of all roles by short name, once they were needed */
    private ?array $all = null;

    /** @var int[]|null ids of those that may be given in a course, by short name, once they were needed */
    private ?array $assignable = null;

    /**
     * What differs.
     *
     * @param string[] $there short names
     * @param string[] $wanted short names
     * @return int[][] ids of roles to give and of roles to take, by short name
     * @throws refusal unknownrole
     */
    public function difference(array $there, array $wanted): array {
        $give = $take = [];
        foreach (array_diff($wanted, $there) as $shortname) {
            $give[$shortname] = (int)($this->assignable()[$shortname] ?? throw new refusal('unknownrole', $shortname));
        }
        foreach (array_diff($there, $wanted) as $shortname) {
            $take[$shortname] = (int)$this->all()[$shortname];
        }
        return [$give, $take];
    }

    /**
     * Gives and takes what differs.
     *
     * @param \stdClass $instance row of enrol
     * @param int $userid
     * @param string[] $there short names that the instance has given
     * @param string[] $wanted short names that it is to give
     * @throws refusal unknownrole
     */
    public function set(\stdClass $instance, int $userid, array $there, array $wanted): void {
        $contextid = \context_course::instance($instance->courseid)->id;
        $place = [$userid, $contextid, instances::COMPONENT, $instance->id];
        [$give, $take] = $this->difference($there, $wanted);
        foreach ($give as $roleid) {
            role_assign($roleid, ...$place);
        }
        foreach ($take as $roleid) {
            role_unassign($roleid, ...$place);
        }
    }

    /**
     * Roles that may be given in a course.
     *
     * @return int[] ids by short name
     */
    private function assignable(): array {
        return $this->assignable ??= array_intersect($this->all(), get_roles_for_contextlevels(CONTEXT_COURSE));
    }

    /**
     * All roles.
     *
     * @return int[] ids by short name
     */
    private function all(): array {
        return $this->all ??= array_column(get_all_roles(), 'id', 'shortname');
    }
}
