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

/**
 * Makes Moodle see at once what was written: whoever is logged in gets the new access with the next page, and no cache
 * holds what was. All that enrol_user, update_user_enrol, role_assign and groups_add_member do of the kind, for many.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class aftermath {
    /** @var int[] whose access changed, in ascending order */
    private array $userids = [];

    /** @var int[] courses whose enrolments changed */
    private array $courseids = [];

    /** @var int[] whose groups changed */
    private array $grouped = [];

    /** @var int[] courses whose groups changed */
    private array $groupedcourses = [];

    /** @var bool whether a role was given or taken */
    private bool $hasroles = false;

    /**
     * Takes what was written.
     *
     * @param change[] $changes
     */
    public function __construct(array $changes) {
        foreach ($changes as $change) {
            $this->add($change);
        }
        sort($this->userids);
    }

    /**
     * Tells all sessions, in the transaction of the write: whoever sees the flag sees what was written. In the order of
     * the users, so that two writes at once do not wait for each other crosswise.
     */
    public function mark_users(): void {
        global $CFG, $DB;
        $flag = ['flagtype' => 'accesslib/dirtyusers'];
        $values = ['value' => 1, 'expiry' => time() + $CFG->sessiontimeout, 'timemodified' => time()];
        $there = [];
        if ($this->userids) {
            [$in, $params] = $DB->get_in_or_equal(array_map('strval', $this->userids));
            $where = "flagtype = ? AND name $in";
            $there = $DB->get_records_select_menu('cache_flags', $where, [...array_values($flag), ...$params], 'id', 'id, name');
        }
        if ($there) {
            [$in, $params] = $DB->get_in_or_equal(array_keys($there));
            $sql = "UPDATE {cache_flags} SET value = ?, expiry = ?, timemodified = ? WHERE id $in";
            $DB->execute($sql, [...array_values($values), ...$params]);
        }
        $missing = array_diff($this->userids, $there);
        $DB->insert_records('cache_flags', array_map(fn($id) => $flag + ['name' => (string)$id] + $values, $missing));
    }

    /**
     * Drops what caches hold of it. To be called before the commit, so that a crash just after it leaves nothing
     * stale, and again after it, since somebody may have read the old rows meanwhile.
     */
    public function purge(): void {
        global $ACCESSLIB_PRIVATE;
        foreach ($this->userids as $userid) {
            $ACCESSLIB_PRIVATE->dirtyusers[$userid] = 1;
            unset($ACCESSLIB_PRIVATE->accessdatabyuser[$userid]);
        }
        \cache_helper::invalidate_by_definition('core', 'suspended_userids', [], array_values($this->courseids));
        \cache::make('core', 'coursecontacts')->delete_many(array_values($this->courseids));
        if ($this->hasroles) {
            \cache_helper::purge_by_event('changesincategoryenrolment');
        }
        if ($this->grouped) {
            \cache_helper::invalidate_by_definition('core', 'user_group_groupings', [], array_values($this->grouped));
            \cache_helper::invalidate_by_event('changesincoursestate', array_values($this->groupedcourses));
        }
    }

    /**
     * Notes whom and which course a change is about.
     *
     * @param change $change
     */
    private function add(change $change): void {
        $notice = $change->notice;
        $courseid = (int)$change->instance->courseid;
        $roles = isset($notice['given']) || isset($notice['taken']);
        $groups = isset($notice['joined']) || isset($notice['left']);
        if ($roles || isset($notice['updated'])) {
            $this->userids[$change->userid] = $change->userid;
        }
        if ($notice) {
            $this->courseids[$courseid] = $courseid;
        }
        if ($groups) {
            $this->grouped[$change->userid] = $change->userid;
            $this->groupedcourses[$courseid] = $courseid;
        }
        $this->hasroles = $this->hasroles || $roles;
    }
}
