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
 * Groups into which an enrolment of ours puts its user.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class memberships {
    /**
     * Takes the table of what is ours.
     *
     * @param ownership $ownership
     */
    public function __construct(
        /** @var ownership translates between keys and Moodle ids */
        private readonly ownership $ownership,
    ) {
    }

    /**
     * Puts the user in and takes the user out where it differs. The new group comes first, so that a course whose
     * content is shown by group is never empty in between.
     *
     * @param \stdClass $instance row of enrol
     * @param int $userid
     * @param string[] $there keys of groups
     * @param string[] $wanted keys of groups
     * @throws refusal unknownkey when a group is not ours or not in the course, taken
     */
    public function set(\stdClass $instance, int $userid, array $there, array $wanted): void {
        global $CFG;
        require_once($CFG->dirroot . '/group/lib.php');
        foreach (array_diff($wanted, $there) as $key) {
            $this->add($instance, $userid, $key);
        }
        foreach (array_diff($there, $wanted) as $key) {
            groups_remove_member($this->ownership->require_id('group', $key), $userid);
        }
    }

    /**
     * Puts the user into a group.
     *
     * @param \stdClass $instance
     * @param int $userid
     * @param string $key
     */
    private function add(\stdClass $instance, int $userid, string $key): void {
        global $DB;
        $group = $DB->get_record('groups', ['id' => $this->ownership->require_id('group', $key)], '*', MUST_EXIST);
        if ((int)$group->courseid !== (int)$instance->courseid) {
            throw new refusal('unknownkey', "group $key is in another course");
        }
        $member = $DB->get_record('groups_members', ['groupid' => $group->id, 'userid' => $userid]);
        if ($member) {
            $this->take_over($member, $instance, $key);
        } else {
            groups_add_member($group, $userid, instances::COMPONENT, $instance->id);
        }
    }

    /**
     * Somebody put the user into our group by hand, and now the records do. Moodle keeps one membership only.
     *
     * @param \stdClass $member row of groups_members
     * @param \stdClass $instance
     * @param string $key
     * @throws refusal taken when another method holds it and would take it away again
     */
    private function take_over(\stdClass $member, \stdClass $instance, string $key): void {
        global $DB;
        if ($member->component !== '' && $member->component !== instances::COMPONENT) {
            throw new refusal('taken', "the membership in group $key belongs to $member->component");
        }
        $mine = ['id' => $member->id, 'component' => instances::COMPONENT, 'itemid' => $instance->id];
        $DB->update_record('groups_members', (object)$mine);
    }
}
