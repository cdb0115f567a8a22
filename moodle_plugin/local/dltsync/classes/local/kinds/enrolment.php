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

use local_dltsync\local\bulk;
use local_dltsync\local\enrolments\marks;
use local_dltsync\local\enrolments\pairs;
use local_dltsync\local\enrolments\together;
use local_dltsync\local\executor;
use local_dltsync\local\field;
use local_dltsync\local\instances;
use local_dltsync\local\memberships;
use local_dltsync\local\operation;
use local_dltsync\local\refusal;
use local_dltsync\local\roles;
use local_dltsync\local\rowset;
use local_dltsync\local\source;
use local_dltsync\local\state;

/**
 * Enrolments through the own method: status, dates, and with them roles and group memberships that carry the
 * method's component and instance. What other methods or people gave is never touched.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class enrolment extends kind {
    /** @var \stdClass[] instances by course id */
    private array $instances = [];

    /** @var int[] whose enrolment it is, by id in user_enrolments, as far as that was read */
    private array $userids = [];

    /** @var roles|null the roles that may be given, once they were needed */
    private ?roles $roles = null;

    /** @var user|null knows whom nobody touches, once it was needed */
    private ?user $users = null;

    #[\Override]
    public function table(): string {
        return 'user_enrolments';
    }

    #[\Override]
    public function is_owned_by_table(): bool {
        return false;
    }

    #[\Override]
    public function source(): source {
        return $this->source_by('JOIN', 'u.deleted = 0');
    }

    #[\Override]
    public function source_of_all(): source {
        if (!$this->misjudges_joins()) {
            return $this->source();
        }
        return $this->source_by('LEFT JOIN', 'u.deleted = 0 AND COALESCE(oc.id, 0) <> 0 AND COALESCE(ou.id, 0) <> 0');
    }

    /**
     * Whether inner joins with what enrolments hang on keep the database from going through all of them at once.
     *
     * The table of objects holds several kinds, and PostgreSQL takes a join with it to leave few rows; it then goes through
     * all enrolments one by one. A left join leaves at least as many rows as there were, and a condition that might hold
     * for NULL, as far as the planner can tell, keeps it one. MariaDB is quicker with inner joins.
     *
     * @return bool
     */
    private function misjudges_joins(): bool {
        global $DB;
        return $DB->get_dbfamily() === 'postgres';
    }

    /**
     * Enrolments of ours.
     *
     * @param string $join how ownership is joined
     * @param string $where condition that a living one of ours meets
     * @return source
     */
    private function source_by(string $join, string $where): source {
        $from = "{user_enrolments} t
                 JOIN {enrol} e ON e.id = t.enrolid AND e.enrol = '" . instances::METHOD . "'
                 $join {local_dltsync_object} oc ON oc.kind = 'course' AND oc.moodleid = e.courseid
                 $join {local_dltsync_object} ou ON ou.kind = 'user' AND ou.moodleid = t.userid
                 JOIN {user} u ON u.id = t.userid";
        return new source($from, $where, "CONCAT(oc.sourcedid, '|', ou.sourcedid)", 'oc.sourcedid', 'e.courseid');
    }

    #[\Override]
    public function marks(array $names): array {
        return (new marks())->compute($names);
    }

    #[\Override]
    public function fields(): array {
        return [
            'course' => field::key('course', 'oc.sourcedid'),
            'user' => field::key('user', 'ou.sourcedid'),
            'suspended' => field::flag('CASE WHEN t.status = ' . ENROL_USER_ACTIVE . ' THEN 0 ELSE 1 END'),
            'timestart' => field::number('t.timestart'),
            'timeend' => field::number('t.timeend'),
            'roles' => field::texts(),
            'groups' => field::references('group'),
        ];
    }

    #[\Override]
    public function identity(): array {
        return ['course', 'user'];
    }

    #[\Override]
    public function required(): array {
        return ['course', 'user'];
    }

    #[\Override]
    public function rowsets(): array {
        $component = instances::COMPONENT;
        // The context by a query of its own: joined, it leads databases to go through all roles for each page.
        $context = "SELECT rc.id FROM {context} rc JOIN {enrol} re ON re.courseid = rc.instanceid
                     WHERE re.id = rt.enrolid AND rc.contextlevel = " . CONTEXT_COURSE;
        $roles = "{user_enrolments} rt
                  JOIN {role_assignments} ra ON ra.component = '$component' AND ra.itemid = rt.enrolid AND ra.userid = rt.userid
                  JOIN {role} rr ON rr.id = ra.roleid
                 WHERE ra.contextid = ($context)";
        $groups = "{groups_members} gm
                   JOIN {local_dltsync_object} go ON go.kind = 'group' AND go.moodleid = gm.groupid
                   JOIN {user_enrolments} gt ON gt.enrolid = gm.itemid AND gt.userid = gm.userid
                  WHERE gm.component = '$component'";
        $join = $this->misjudges_joins() ? 'LEFT JOIN' : 'JOIN';
        $rolejoin = "$join {role_assignments} ra ON ra.component = '$component' AND ra.itemid = e.id AND ra.userid = t.userid
                     $join {context} rc ON rc.id = ra.contextid AND rc.instanceid = e.courseid
                                       AND rc.contextlevel = " . CONTEXT_COURSE . "
                     $join {role} rr ON rr.id = ra.roleid";
        $rolewhere = 'COALESCE(rc.id, 0) <> 0 AND COALESCE(rr.id, 0) <> 0';
        $groupjoin = "JOIN {groups_members} gm ON gm.component = '$component' AND gm.itemid = e.id AND gm.userid = t.userid
                      JOIN {local_dltsync_object} go ON go.kind = 'group' AND go.moodleid = gm.groupid";
        return [
            new rowset('r', ['roles'], $roles, 'rt.id', 'rr.shortname', join: $rolejoin, where: $rolewhere),
            new rowset('g', ['groups'], $groups, 'gt.id', 'go.sourcedid', join: $groupjoin),
        ];
    }

    #[\Override]
    public function find(?array $keys, ?array $courses, int $after, int $limit): array {
        if ($keys !== null) {
            return $after > 0 ? [] : $this->find_keys($keys);
        }
        if ($courses === null) {
            return $this->select('t.id > :after', ['after' => $after], $limit);
        }
        global $DB;
        $this->ownership->preload('course', $courses);
        $ids = array_filter(array_map(fn($key) => $this->ownership->id('course', $key), $courses));
        [$in, $params] = $DB->get_in_or_equal($ids, SQL_PARAMS_NAMED, 'c', true, 0);
        return $this->select("t.id > :after AND e.courseid $in", $params + ['after' => $after], $limit);
    }

    #[\Override]
    public function prepare(array $operations): void {
        $pairs = array_map(fn($operation) => self::split($operation->key), $operations);
        $this->ownership->preload('course', array_column($pairs, 0));
        $this->ownership->preload('user', array_column($pairs, 1));
        $this->instances += $this->instances_of(array_column($pairs, 0));
        foreach ($operations as $operation) {
            $courseid = $this->ownership->id('course', self::split($operation->key)[0]);
            if ($operation->op === operation::CREATE && $courseid && empty($this->instances[$courseid])) {
                $this->instances[$courseid] = instances::ensure($courseid);
            }
        }
    }

    #[\Override]
    public function is_protected(int $moodleid): bool {
        global $DB;
        $this->userids[$moodleid] ??= (int)$DB->get_field('user_enrolments', 'userid', ['id' => $moodleid]);
        return $this->is_protected_user($this->userids[$moodleid]);
    }

    #[\Override]
    public function bulk(executor $executor, int $batchid): bulk {
        return new together($this, $executor, $this->ownership, $batchid);
    }

    #[\Override]
    public function create(string $key, array $fields): int {
        global $DB;
        [$instance, $userid] = $this->locate($key, $fields);
        [$start, $end] = [$fields['timestart'] ?? 0, $fields['timeend'] ?? 0];
        $this->roles ??= new roles();
        $roleids = $this->roles->difference([], $fields['roles'] ?? [])[0];
        $this->plugin()->enrol_user($instance, $userid, reset($roleids) ?: null, $start, $end, self::status($fields));
        $this->set_links($instance, $userid, ['roles' => [], 'groups' => []], $fields);
        return (int)$DB->get_field('user_enrolments', 'id', ['enrolid' => $instance->id, 'userid' => $userid], MUST_EXIST);
    }

    #[\Override]
    public function write(state $now, array $fields): void {
        [$instance, $userid] = $this->place($now->key);
        $changes = $this->changes($now, $fields);
        $this->plugin()->update_user_enrol(
            $instance,
            $userid,
            isset($changes['suspended']) ? self::status($changes) : null,
            $changes['timestart'] ?? null,
            $changes['timeend'] ?? null
        );
        $this->set_links($instance, $userid, $now->fields, $changes);
    }

    #[\Override]
    public function can_delete(): bool {
        return true;
    }

    #[\Override]
    public function delete(state $now): void {
        [$instance, $userid] = $this->place($now->key);
        $this->plugin()->unenrol_user($instance, $userid);
    }

    #[\Override]
    public function rolled_back(): void {
        parent::rolled_back();
        $this->instances = [];
        \cache_helper::purge_by_definition('core', 'suspended_userids');
        \cache_helper::purge_by_definition('core', 'user_group_groupings');
    }

    /**
     * Gives and takes the roles and groups that differ.
     *
     * @param \stdClass $instance
     * @param int $userid
     * @param array $there lists roles and groups as they are
     * @param array $wanted lists as they are to be, left out where they stay
     */
    private function set_links(\stdClass $instance, int $userid, array $there, array $wanted): void {
        if (isset($wanted['roles'])) {
            $this->roles ??= new roles();
            $this->roles->set($instance, $userid, $there['roles'], $wanted['roles']);
        }
        if (isset($wanted['groups'])) {
            (new memberships($this->ownership))->set($instance, $userid, $there['groups'], $wanted['groups']);
        }
    }

    /**
     * The enrolments of those keys that exist.
     *
     * @param string[] $keys
     * @return array[]
     */
    private function find_keys(array $keys): array {
        $pairs = array_map(fn($key) => self::split($key), $keys);
        $this->ownership->preload('course', array_column($pairs, 0));
        $this->ownership->preload('user', array_column($pairs, 1));
        $this->instances += $this->instances_of(array_column($pairs, 0));
        $rows = new pairs('user_enrolments', 'enrolid');
        $byplace = [];
        foreach ($pairs as $index => [$course, $user]) {
            $instance = $this->instances[$this->ownership->id('course', $course)] ?? null;
            $userid = $this->ownership->id('user', $user);
            if ($instance && $userid) {
                $rows->add((int)$instance->id, $userid);
                $byplace["$instance->id $userid"] = $keys[$index];
            }
        }
        $found = [];
        foreach ($rows->rows() as $id => $row) {
            $found[] = ['cursor' => $id, 'key' => $byplace["$row->enrolid $row->userid"], 'moodleid' => $id];
            $this->userids[$id] = (int)$row->userid;
        }
        return $found;
    }

    /**
     * Rows as {@see find()} returns them.
     *
     * @param string $where
     * @param array $params
     * @param int $limit
     * @return array[]
     */
    private function select(string $where, array $params, int $limit): array {
        global $DB;
        $source = $this->source();
        $sql = "SELECT t.id, $source->key AS objectkey FROM $source->from WHERE $source->where AND $where ORDER BY t.id";
        $found = [];
        foreach ($DB->get_records_sql_menu($sql, $params, 0, $limit) as $id => $key) {
            $found[] = ['cursor' => (int)$id, 'key' => $key, 'moodleid' => (int)$id];
        }
        return $found;
    }

    /**
     * The instances of those courses that are ours and have one.
     *
     * @param string[] $courses keys
     * @return \stdClass[] by course id
     */
    private function instances_of(array $courses): array {
        $ids = array_map(fn($key) => $this->ownership->id('course', $key), array_unique($courses));
        return instances::of(array_diff(array_filter($ids), array_keys($this->instances)));
    }

    /**
     * In which instance an enrolment is or is to be, and whose it is.
     *
     * @param string $key
     * @param array $fields accepted values
     * @return array row of enrol, id of the user
     * @throws refusal badfield when course and user are not those of the key, unknownkey, protected
     */
    public function locate(string $key, array $fields): array {
        if (isset($fields['course'], $fields['user']) && $key !== $fields['course'] . '|' . $fields['user']) {
            throw new refusal('badfield', 'course and user are not those of the key');
        }
        [$instance, $userid] = $this->place($key);
        if ($this->is_protected_user($userid)) {
            throw new refusal('protected', self::split($key)[1]);
        }
        return [$instance, $userid];
    }

    /**
     * The fields of an enrolment of which nothing is known but its key.
     *
     * @param string $key
     * @return array
     */
    public static function nothing(string $key): array {
        $fields = array_combine(['course', 'user'], self::split($key));
        return $fields + ['suspended' => false, 'timestart' => 0, 'timeend' => 0, 'roles' => [], 'groups' => []];
    }

    /**
     * Columns of user_enrolments that hold those of the fields that are given, in the same order whatever theirs.
     *
     * @param array $fields
     * @return int[] by name
     */
    public static function columns_of(array $fields): array {
        $columns = isset($fields['suspended']) ? ['status' => self::status($fields)] : [];
        foreach (['timestart', 'timeend'] as $name) {
            $columns += isset($fields[$name]) ? [$name => $fields[$name]] : [];
        }
        return $columns;
    }

    /**
     * In which instance an enrolment is or is to be, and whose it is.
     *
     * @param string $key
     * @return array row of enrol, id of the user
     * @throws refusal unknownkey
     */
    private function place(string $key): array {
        [$course, $user] = self::split($key);
        $courseid = $this->ownership->require_id('course', $course);
        $userid = $this->ownership->require_id('user', $user);
        return [$this->instances[$courseid] ??= instances::ensure($courseid), $userid];
    }

    /**
     * The keys of the course and the user in an enrolment's key.
     *
     * @param string $key
     * @return string[]
     */
    private static function split(string $key): array {
        return array_pad(explode('|', $key, 2), 2, '');
    }

    /**
     * Moodle's status of the enrolment.
     *
     * @param array $fields
     * @return int
     */
    private static function status(array $fields): int {
        return empty($fields['suspended']) ? ENROL_USER_ACTIVE : ENROL_USER_SUSPENDED;
    }

    /**
     * Whether nothing of that user is ever touched.
     *
     * @param int $userid
     * @return bool
     */
    private function is_protected_user(int $userid): bool {
        $this->users ??= new user($this->ownership);
        return $this->users->is_protected($userid);
    }

    /**
     * The enrolment method.
     *
     * @return \enrol_plugin
     */
    private function plugin(): \enrol_plugin {
        return enrol_get_plugin(instances::METHOD);
    }
}
