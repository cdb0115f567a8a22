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

use local_dltsync\local\instances;
use local_dltsync\tests\bridge_testcase;

/**
 * Enrolments with their roles and groups, beside those that others made.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\kinds\enrolment
 * @covers     \local_dltsync\local\instances
 * @covers     \local_dltsync\local\memberships
 * @covers     \local_dltsync\local\roles
 */
final class enrolment_test extends bridge_testcase {
    /** @var string key of the enrolment in most tests */
    private const KEY = 'plt:offering:anatomy|plt:student:asel';

    /** @var int */
    private int $courseid;

    /** @var int */
    private int $userid;

    /** @var int */
    private int $groupid;

    /**
     * A course with a group, and a student.
     */
    protected function setUp(): void {
        parent::setUp();
        $this->courseid = $this->create_course('anatomy');
        $this->userid = $this->create_user('asel');
        $this->groupid = $this->create_group('anatomy', 'g1');
    }

    /**
     * Everything of an enrolment is there at once, held by the method's instance.
     */
    public function test_enrolment_is_created_with_dates_role_and_group(): void {
        global $DB;
        $fields = ['timestart' => 1700000000, 'timeend' => 1800000000, 'groups' => ['plt:offering:anatomy|plt:group:g1']];
        $id = $this->enrol('anatomy', 'asel', $fields);
        $instance = instances::of([$this->courseid])[$this->courseid];
        $enrolment = $DB->get_record('user_enrolments', ['id' => $id]);
        $this->assertEquals([$instance->id, $this->userid, 0, 1700000000, 1800000000], [
            $enrolment->enrolid, $enrolment->userid, $enrolment->status, $enrolment->timestart, $enrolment->timeend,
        ]);
        $held = ['userid' => $this->userid, 'component' => 'enrol_dltsync', 'itemid' => $instance->id];
        $context = \context_course::instance($this->courseid);
        $this->assertTrue($DB->record_exists('role_assignments', $held + ['contextid' => $context->id]));
        $this->assertTrue($DB->record_exists('groups_members', $held + ['groupid' => $this->groupid]));
        $this->assertTrue(is_enrolled($context, $this->userid));
    }

    /**
     * What is read is what was sent.
     */
    public function test_enrolment_reads_back_as_it_was_sent(): void {
        $sent = ['suspended' => true, 'timestart' => 5, 'timeend' => 9, 'roles' => ['editingteacher', 'student']];
        $this->enrol('anatomy', 'asel', $sent + ['groups' => ['plt:offering:anatomy|plt:group:g1']]);
        $this->assertSame([
            'course' => 'plt:offering:anatomy',
            'user' => 'plt:student:asel',
            'suspended' => true,
            'timestart' => 5,
            'timeend' => 9,
            'roles' => ['editingteacher', 'student'],
            'groups' => ['plt:offering:anatomy|plt:group:g1'],
        ], $this->fields('enrolment', self::KEY));
    }

    /**
     * A student who moves to another group keeps the enrolment.
     */
    public function test_student_changes_group(): void {
        $second = $this->create_group('anatomy', 'g2');
        $id = $this->enrol('anatomy', 'asel', ['groups' => ['plt:offering:anatomy|plt:group:g1']]);
        $fields = ['groups' => ['plt:offering:anatomy|plt:group:g2']];
        $expect = ['groups' => ['plt:offering:anatomy|plt:group:g1']];
        $answer = $this->do('enrolment', 'update', self::KEY, $fields, $expect, $id);
        $this->assertSame(['done', $id], [$answer['status'], $answer['moodleid']]);
        $this->assertFalse(groups_is_member($this->groupid, $this->userid));
        $this->assertTrue(groups_is_member($second, $this->userid));
        $this->assert_answer('moved', 'moved', $this->do('enrolment', 'update', self::KEY, $fields, $expect, $id));
    }

    /**
     * A leave suspends, a return reactivates, and nothing else changes.
     */
    public function test_leave_suspends_and_return_reactivates(): void {
        $this->enrol('anatomy', 'asel', ['timeend' => 1900000000]);
        $before = $this->fields('enrolment', self::KEY);
        $answer = $this->do('enrolment', 'update', self::KEY, ['suspended' => true], ['suspended' => false]);
        $this->assertSame(array_merge($before, ['suspended' => true]), $answer['fields']);
        $this->assertFalse(is_enrolled(\context_course::instance($this->courseid), $this->userid, '', true));
        $this->do('enrolment', 'update', self::KEY, ['suspended' => false], ['suspended' => true]);
        $this->assertTrue(is_enrolled(\context_course::instance($this->courseid), $this->userid, '', true));
        $this->assertSame($before, $this->fields('enrolment', self::KEY));
    }

    /**
     * Roles become exactly those that were sent; roles that others gave stand beside them.
     */
    public function test_roles_are_replaced_and_those_of_others_stay(): void {
        global $DB;
        $this->enrol('anatomy', 'asel', ['roles' => ['student', 'teacher']]);
        $context = \context_course::instance($this->courseid);
        $manual = $DB->get_field('role', 'id', ['shortname' => 'teacher']);
        role_assign($manual, $this->userid, $context);
        $answer = $this->do('enrolment', 'update', self::KEY, ['roles' => ['editingteacher']]);
        $this->assertSame(['editingteacher'], $answer['fields']['roles']);
        $place = ['userid' => $this->userid, 'contextid' => $context->id];
        $left = $DB->get_records_menu('role_assignments', $place, '', 'id, component');
        sort($left);
        $this->assertSame(['', 'enrol_dltsync'], $left);
    }

    /**
     * Unenrolling takes what the own method gave and leaves the rest.
     */
    public function test_delete_keeps_what_another_method_gave(): void {
        global $DB;
        $second = $this->create_group('anatomy', 'g2');
        $this->enrol('anatomy', 'asel', ['groups' => ['plt:offering:anatomy|plt:group:g1']]);
        $this->getDataGenerator()->enrol_user($this->userid, $this->courseid, 'teacher');
        groups_add_member($second, $this->userid);
        $answer = $this->do('enrolment', 'delete', self::KEY);
        $this->assertSame(['done', null, null], [$answer['status'], $answer['fields'], $answer['moodleid']]);
        $this->assertSame([], $this->read('enrolment', ['keys' => [self::KEY]]));
        $context = \context_course::instance($this->courseid);
        $this->assertTrue(is_enrolled($context, $this->userid));
        $this->assertFalse(groups_is_member($this->groupid, $this->userid));
        $this->assertTrue(groups_is_member($second, $this->userid));
        $components = $DB->get_fieldset_select('role_assignments', 'component', 'contextid = ?', [$context->id]);
        $this->assertSame([''], $components);
        $this->assert_answer('moved', 'gone', $this->do('enrolment', 'delete', self::KEY));
    }

    /**
     * An enrolment made by hand is neither seen nor changed.
     */
    public function test_enrolment_by_hand_is_no_enrolment_of_ours(): void {
        $this->getDataGenerator()->enrol_user($this->userid, $this->courseid, 'student');
        $this->assertSame([], $this->read('enrolment'));
        $this->assertSame([], $this->digests('enrolment', []));
        $this->assert_answer('moved', 'gone', $this->do('enrolment', 'update', self::KEY, ['suspended' => true]));
        $this->enrol('anatomy', 'asel', ['suspended' => true]);
        $this->assertTrue(is_enrolled(\context_course::instance($this->courseid), $this->userid, '', true));
    }

    /**
     * A membership made by hand in a group of ours becomes ours once the records ask for it.
     */
    public function test_membership_by_hand_is_taken_over_when_the_records_ask_for_it(): void {
        $this->enrol('anatomy', 'asel');
        groups_add_member($this->groupid, $this->userid);
        $this->assertSame([], $this->fields('enrolment', self::KEY)['groups']);
        $wanted = ['groups' => ['plt:offering:anatomy|plt:group:g1']];
        $this->assertSame('done', $this->do('enrolment', 'update', self::KEY, $wanted)['status']);
        $this->assertSame($wanted['groups'], $this->fields('enrolment', self::KEY)['groups']);
        $this->do('enrolment', 'update', self::KEY, ['groups' => []]);
        $this->assertFalse(groups_is_member($this->groupid, $this->userid));
    }

    /**
     * A membership that another method holds would be taken away again.
     */
    public function test_membership_of_another_method_is_not_taken_over(): void {
        $this->enrol('anatomy', 'asel');
        groups_add_member($this->groupid, $this->userid, 'enrol_cohort', 17);
        $wanted = ['groups' => ['plt:offering:anatomy|plt:group:g1']];
        $this->assert_answer('failed', 'taken', $this->do('enrolment', 'update', self::KEY, $wanted));
        $this->assertTrue(groups_is_member($this->groupid, $this->userid));
    }

    /**
     * An account that is suspended is enrolled like any other.
     */
    public function test_suspended_account_is_enrolled(): void {
        $this->do('user', 'update', 'plt:student:asel', ['suspended' => true]);
        $this->enrol('anatomy', 'asel', ['groups' => ['plt:offering:anatomy|plt:group:g1']]);
        $this->assertTrue(groups_is_member($this->groupid, $this->userid));
    }

    /**
     * Who became an administrator is left alone.
     */
    public function test_administrator_is_never_touched(): void {
        $this->enrol('anatomy', 'asel');
        set_config('siteadmins', get_config('core', 'siteadmins') . ',' . $this->userid);
        $this->assert_answer('failed', 'protected', $this->do('enrolment', 'update', self::KEY, ['suspended' => true]));
        $this->assert_answer('failed', 'protected', $this->do('enrolment', 'delete', self::KEY));
        $this->create_course('latin');
        $key = 'plt:offering:latin|plt:student:asel';
        $fields = ['course' => 'plt:offering:latin', 'user' => 'plt:student:asel'];
        $this->assert_answer('failed', 'protected', $this->do('enrolment', 'create', $key, $fields));
    }

    /**
     * Bad references and roles each have their code, and leave nothing behind.
     *
     * @dataProvider bad_fields
     * @param array $fields
     * @param string $errorcode
     */
    public function test_bad_enrolment_leaves_nothing_behind(array $fields, string $errorcode): void {
        global $DB;
        $fields += ['course' => 'plt:offering:anatomy', 'user' => 'plt:student:asel', 'roles' => ['student'], 'groups' => []];
        $key = $fields['course'] . '|' . $fields['user'];
        $this->assert_answer('failed', $errorcode, $this->do('enrolment', 'create', $key, $fields));
        $this->assertSame(0, $DB->count_records('user_enrolments'));
        $this->assertSame(0, $DB->count_records('role_assignments', ['component' => 'enrol_dltsync']));
    }

    /**
     * Fields of which one is bad, and the code.
     *
     * @return array[]
     */
    public static function bad_fields(): array {
        return [
            'unknown course' => [['course' => 'plt:offering:none'], 'unknownkey'],
            'unknown user' => [['user' => 'plt:student:none'], 'unknownkey'],
            'unknown group' => [['groups' => ['plt:offering:anatomy|plt:group:none']], 'unknownkey'],
            'unknown role' => [['roles' => ['dean']], 'unknownrole'],
            'role that is not for courses' => [['roles' => ['guest']], 'unknownrole'],
            'negative time' => [['timestart' => -1], 'badfield'],
            'text for a time' => [['timestart' => '0'], 'badfield'],
            'unknown field' => [['grade' => 5], 'badfield'],
        ];
    }

    /**
     * A group of another course cannot be joined.
     */
    public function test_group_of_another_course_is_refused(): void {
        $this->create_course('latin');
        $this->create_group('latin', 'g9');
        $this->enrol('anatomy', 'asel');
        $fields = ['groups' => ['plt:offering:latin|plt:group:g9']];
        $this->assert_answer('failed', 'unknownkey', $this->do('enrolment', 'update', self::KEY, $fields));
        $this->assertSame([], $this->fields('enrolment', self::KEY)['groups']);
    }

    /**
     * Key and fields name the same course and user; there is nothing to adopt; it is made once.
     */
    public function test_enrolment_is_made_once_and_only_for_its_key(): void {
        $this->create_user('bolat');
        $fields = ['course' => 'plt:offering:anatomy', 'user' => 'plt:student:bolat'];
        $this->assert_answer('failed', 'badfield', $this->do('enrolment', 'create', self::KEY, $fields));
        $id = $this->enrol('anatomy', 'asel');
        $same = ['course' => 'plt:offering:anatomy', 'user' => 'plt:student:asel'];
        $this->assert_answer('failed', 'exists', $this->do('enrolment', 'create', self::KEY, $same));
        $this->assert_answer('failed', 'notallowed', $this->do('enrolment', 'adopt', self::KEY, [], null, $id));
        $this->assert_answer('failed', 'badfield', $this->do('enrolment', 'update', self::KEY, $fields));
    }

    /**
     * A course of ours has one instance, also when it was taken away.
     */
    public function test_instance_is_made_again_when_it_is_missing(): void {
        global $DB;
        $DB->delete_records('enrol', ['enrol' => 'dltsync']);
        $this->enrol('anatomy', 'asel');
        $this->assertSame(1, $DB->count_records('enrol', ['enrol' => 'dltsync', 'courseid' => $this->courseid]));
    }

    /**
     * Pages follow each other, and courses narrow them down.
     */
    public function test_enrolments_are_read_by_page_and_by_course(): void {
        $this->create_course('latin');
        $this->create_user('bolat');
        $this->enrol('anatomy', 'asel');
        $this->enrol('anatomy', 'bolat');
        $this->enrol('latin', 'bolat');
        $latin = $this->read('enrolment', ['courses' => ['plt:offering:latin', 'plt:offering:none']]);
        $this->assertSame(['plt:offering:latin|plt:student:bolat'], array_column($latin, 'key'));
        $request = ['kind' => 'enrolment', 'limit' => 2];
        $first = $this->call(\local_dltsync\external\read::class, $request + ['after' => 0]);
        $second = $this->call(\local_dltsync\external\read::class, $request + ['after' => $first['next']]);
        $this->assertCount(2, $first['objects']);
        $this->assertSame(['plt:offering:latin|plt:student:bolat'], array_column($second['objects'], 'key'));
        $this->assertNull($second['next']);
    }
}
