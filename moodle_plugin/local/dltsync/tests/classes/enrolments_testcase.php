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

namespace local_dltsync\tests;

use core\event\base;
use core\hook\access\after_role_assigned;
use core\hook\access\after_role_unassigned;
use core_enrol\hook\after_user_enrolled;
use core_enrol\hook\before_user_enrolment_updated;
use core_group\hook\after_group_membership_added;
use core_group\hook\after_group_membership_removed;
use local_dltsync\local\instances;

/**
 * Courses with groups and people to be enrolled in them, and ears for all that Moodle is told of enrolments.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class enrolments_testcase extends bridge_testcase {
    /** @var string[] the hooks that are listened to */
    private const HOOKS = [
        after_user_enrolled::class,
        before_user_enrolment_updated::class,
        after_role_assigned::class,
        after_role_unassigned::class,
        after_group_membership_added::class,
        after_group_membership_removed::class,
    ];

    /** @var string[] the events that are listened to */
    private const EVENTS = '/user_enrolment_|role_assigned|role_unassigned|group_member_/';

    /** @var array[] what was heard, by user, in order */
    protected array $heard = [];

    /** @var callable|null called with the name and the user of all that is heard */
    protected $onhearing = null;

    /** @var self|null the test that listens */
    private static ?self $listener = null;

    /**
     * Two courses with two groups each, and three students.
     */
    protected function setUp(): void {
        parent::setUp();
        foreach (['anatomy', 'latin'] as $course) {
            $this->create_course($course);
            $this->create_group($course, 'g1');
            $this->create_group($course, 'g2');
        }
        foreach (['asel', 'bolat', 'dina'] as $user) {
            $this->create_user($user);
        }
    }

    /**
     * Nobody listens any more.
     */
    protected function tearDown(): void {
        self::$listener = null;
        // Moodle keeps replaced observers through its first reset, the one between tests: without this the next test
        // would run without the site's observers.
        \core\event\manager::phpunit_reset();
        parent::tearDown();
    }

    /**
     * Listens from now on: hooks by redirection, events by an observer of all of them.
     */
    protected function listen(): void {
        foreach (self::HOOKS as $class) {
            $this->redirectHook($class, fn($hook) => $this->hear_hook($hook));
        }
        self::$listener = $this;
        \core\event\manager::phpunit_replace_observers([
            ['eventname' => '*', 'callback' => self::class . '::hear_event'],
        ]);
    }

    /**
     * An event was sent.
     *
     * @param base $event
     */
    public static function hear_event(base $event): void {
        if (self::$listener && preg_match(self::EVENTS, $event->eventname)) {
            self::$listener->hear_one($event);
        }
    }

    /**
     * Notes an event as it would be for any course.
     *
     * @param base $event
     */
    private function hear_one(base $event): void {
        $data = array_diff_key($event->get_data(), array_flip(['timecreated', 'contextid', 'contextinstanceid', 'courseid']));
        $data['snapshot'] = match (true) {
            isset($event->other['id']) => $this->essence($event->get_record_snapshot('role_assignments', $event->other['id'])),
            $event->objecttable === 'groups' => $this->essence($event->get_record_snapshot('groups', $event->objectid)),
            default => null,
        };
        $data['other'] = array_diff_key((array)$data['other'], ['id' => 1, 'itemid' => 1]);
        $data['objectid'] = $event->objecttable === 'role' ? (int)$event->objectid : $event->objectid > 0;
        $data['userid'] = (int)$event->userid;
        $this->hear($event->relateduserid, $event->eventname, $data);
    }

    /**
     * Notes a hook as it would be for any course.
     *
     * @param object $hook
     */
    private function hear_hook(object $hook): void {
        $data = array_map(fn($value) => match (true) {
            $value instanceof \context => $value->contextlevel,
            $value instanceof \stdClass => $this->essence($value),
            default => $value,
        }, get_object_vars($hook));
        unset($data['userids'], $data['userid']);
        $userid = $hook->userid ?? $hook->userids[0] ?? $hook->get_userid();
        $this->hear($userid, get_class($hook), $data);
    }

    /**
     * Notes what was heard.
     *
     * @param int $userid
     * @param string $what
     * @param array $data
     */
    private function hear(int $userid, string $what, array $data): void {
        $this->heard[$userid][] = [$what, $data];
        if ($this->onhearing) {
            ($this->onhearing)($what, $userid);
        }
    }

    /**
     * A row without what differs between two courses or two moments.
     *
     * @param \stdClass $row
     * @return array
     */
    protected function essence(\stdClass $row): array {
        $differs = ['id', 'courseid', 'enrolid', 'itemid', 'contextid', 'groupid', 'sortorder', 'descriptionformat'];
        $times = ['timecreated', 'timemodified', 'timeadded'];
        $row = array_diff_key((array)$row, array_flip($differs), array_flip($times));
        ksort($row);
        return array_map(fn($value) => $value === null ? '' : (string)$value, $row);
    }

    /**
     * How often something was heard of each user.
     *
     * @param string $what
     * @return int[] by user
     */
    protected function times_heard(string $what): array {
        $count = fn($list) => count(array_filter($list, fn($one) => str_contains($one[0], $what)));
        return array_map($count, $this->heard);
    }

    /**
     * Moodle's id of a user.
     *
     * @param string $name
     * @return int
     */
    protected function userid(string $name): int {
        global $DB;
        return (int)$DB->get_field('user', 'id', ['username' => $name], MUST_EXIST);
    }

    /**
     * Moodle's id of a course.
     *
     * @param string $name
     * @return int
     */
    protected function courseid(string $name): int {
        global $DB;
        return (int)$DB->get_field('course', 'id', ['shortname' => $name], MUST_EXIST);
    }

    /**
     * An operation on an enrolment.
     *
     * @param string $op
     * @param string $course
     * @param string $user
     * @param array $fields groups by their short names
     * @return array
     */
    protected function operation(string $op, string $course, string $user, array $fields = []): array {
        [$coursekey, $userkey] = ["plt:offering:$course", "plt:student:$user"];
        if (isset($fields['groups'])) {
            $fields['groups'] = array_map(fn($group) => "$coursekey|plt:group:$group", $fields['groups']);
        }
        if ($op === 'create') {
            $fields += ['course' => $coursekey, 'user' => $userkey, 'suspended' => false, 'timestart' => 0, 'timeend' => 0];
            $fields += ['roles' => ['student'], 'groups' => []];
        }
        return ['op' => $op, 'key' => "$coursekey|$userkey", 'fields' => $fields];
    }

    /**
     * Sends operations on enrolments.
     *
     * @param array[] $operations
     * @return array[] answers
     */
    protected function send(array $operations): array {
        $this->setUser($this->service);
        return $this->apply('enrolment', $operations);
    }

    /**
     * Sends operations that have to succeed.
     *
     * @param array[] $operations
     * @return array[] answers
     */
    protected function send_well(array $operations): array {
        $answers = $this->send($operations);
        $this->assertSame(array_fill(0, count($operations), ''), array_column($answers, 'message'));
        return $answers;
    }

    /**
     * Lets cron send what is queued.
     */
    protected function deliver(): void {
        $this->runAdhocTasks(\local_dltsync\task\deliver_events::class);
        $this->setUser($this->service);
    }

    /**
     * What is in the tables about a course's enrolments, as it would be for any course.
     *
     * @param string $course
     * @return array[] by table
     */
    protected function tables(string $course): array {
        global $DB;
        $courseid = $this->courseid($course);
        $instance = instances::of([$courseid])[$courseid];
        $context = \context_course::instance($courseid);
        $members = "SELECT m.*, g.name FROM {groups_members} m JOIN {groups} g ON g.id = m.groupid WHERE g.courseid = ?";
        $tables = [
            'user_enrolments' => $DB->get_records('user_enrolments', ['enrolid' => $instance->id], 'userid'),
            'role_assignments' => $DB->get_records('role_assignments', ['contextid' => $context->id], 'userid, roleid'),
            'groups_members' => $DB->get_records_sql("$members ORDER BY m.userid, m.groupid", [$courseid]),
            'groups' => $DB->get_records('groups', ['courseid' => $courseid], 'name'),
        ];
        return array_map(fn($rows) => array_values(array_map(fn($row) => $this->essence($row), $rows)), $tables);
    }
}
