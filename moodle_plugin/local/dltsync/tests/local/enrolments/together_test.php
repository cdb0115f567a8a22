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

use core_table\local\filter\filter;
use core_table\local\filter\integer_filter;
use core_user\table\participants_filterset;
use core_user\table\participants_search;
use local_dltsync\local\instances;
use local_dltsync\local\queue\queue;
use local_dltsync\tests\enrolments_testcase;

/**
 * Enrolments that are written together leave the site as Moodle's own functions would have left it.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\enrolments\together
 * @covers     \local_dltsync\local\enrolments\planner
 * @covers     \local_dltsync\local\enrolments\rows
 * @covers     \local_dltsync\local\enrolments\pairs
 * @covers     \local_dltsync\local\enrolments\change
 * @covers     \local_dltsync\local\enrolments\aftermath
 * @covers     \local_dltsync\local\queue\notice
 * @covers     \local_dltsync\local\worker
 */
final class together_test extends enrolments_testcase {
    /** @var array[] what becomes of three enrolments, step by step: op, user, fields */
    private const STEPS = [
        [
            ['create', 'asel', ['groups' => ['g1']]],
            ['create', 'bolat', ['suspended' => true, 'timestart' => 1700000000, 'timeend' => 4000000000]],
            ['create', 'dina', ['roles' => ['editingteacher', 'student'], 'groups' => ['g1', 'g2']]],
        ],
        [
            ['update', 'asel', ['suspended' => true]],
            ['update', 'bolat', ['suspended' => false, 'timeend' => 0, 'groups' => ['g2']]],
            ['update', 'dina', ['roles' => ['student', 'teacher'], 'groups' => ['g2']]],
        ],
        [
            ['update', 'asel', ['suspended' => false, 'timestart' => 5, 'groups' => ['g2'], 'roles' => []]],
            ['update', 'bolat', ['suspended' => false]],
            ['update', 'dina', ['suspended' => true, 'roles' => ['student'], 'groups' => []]],
        ],
    ];

    /**
     * Does by Moodle's own functions what a step asks for.
     *
     * @param string $course
     * @param string $op
     * @param string $user
     * @param array $fields
     */
    private function by_core(string $course, string $op, string $user, array $fields): void {
        $this->setUser($this->service);
        [$courseid, $userid] = [$this->courseid($course), $this->userid($user)];
        $instance = instances::ensure($courseid);
        $plugin = enrol_get_plugin('dltsync');
        $status = isset($fields['suspended']) ? (int)$fields['suspended'] : null;
        if ($op === 'create') {
            $fields += ['roles' => ['student'], 'groups' => []];
            $first = $this->roleids()[$fields['roles'][0]];
            [$start, $end] = [$fields['timestart'] ?? 0, $fields['timeend'] ?? 0];
            $plugin->enrol_user($instance, $userid, $first, $start, $end, $status ?? ENROL_USER_ACTIVE);
        } else {
            $plugin->update_user_enrol($instance, $userid, $status, $fields['timestart'] ?? null, $fields['timeend'] ?? null);
        }
        $this->links_by_core($instance, $userid, $fields);
    }

    /**
     * Sets roles and groups by Moodle's own functions.
     *
     * @param \stdClass $instance
     * @param int $userid
     * @param array $fields
     */
    private function links_by_core(\stdClass $instance, int $userid, array $fields): void {
        global $DB;
        $contextid = \context_course::instance($instance->courseid)->id;
        $held = $DB->get_fieldset('role_assignments', 'roleid', ['userid' => $userid, 'contextid' => $contextid]);
        $wanted = array_map(fn($role) => $this->roleids()[$role], $fields['roles'] ?? []);
        foreach (isset($fields['roles']) ? array_diff($wanted, $held) : [] as $roleid) {
            role_assign($roleid, $userid, $contextid, 'enrol_dltsync', $instance->id);
        }
        foreach (isset($fields['roles']) ? array_diff($held, $wanted) : [] as $roleid) {
            role_unassign($roleid, $userid, $contextid, 'enrol_dltsync', $instance->id);
        }
        $groups = $DB->get_records_menu('groups', ['courseid' => $instance->courseid], 'id', 'idnumber, id');
        foreach (isset($fields['groups']) ? $fields['groups'] : [] as $group) {
            groups_add_member($groups[$group], $userid, 'enrol_dltsync', $instance->id);
        }
        foreach (isset($fields['groups']) ? array_diff_key($groups, array_flip($fields['groups'])) : [] as $id) {
            groups_remove_member($id, $userid);
        }
    }

    /**
     * Ids of roles by short name.
     *
     * @return int[]
     */
    private function roleids(): array {
        return array_map('intval', array_column(get_all_roles(), 'id', 'shortname'));
    }

    /**
     * What Moodle says of a course, from its caches and functions.
     *
     * @param string $course
     * @return array
     */
    private function said_of(string $course): array {
        $courseid = $this->courseid($course);
        $context = \context_course::instance($courseid);
        $userids = array_map(fn($name) => $this->userid($name), ['asel', 'bolat', 'dina']);
        $groups = array_map('intval', array_column(groups_get_all_groups($courseid), 'id', 'name'));
        $names = array_flip($groups);
        return [
            'enrolled' => array_keys(get_enrolled_users($context)),
            'active' => array_keys(get_enrolled_users($context, '', 0, 'u.*', null, 0, 0, true)),
            'suspended' => array_values(get_suspended_userids($context, true)),
            'editors' => array_keys(get_enrolled_users($context, 'moodle/course:update')),
            'may' => array_map(fn($id) => has_capability('moodle/course:update', $context, $id), $userids),
            'roles' => array_map(fn($id) => strip_tags(get_user_roles_in_course($id, $courseid)), $userids),
            'courses' => array_map(fn($id) => isset(enrol_get_users_courses($id, true)[$courseid]), $userids),
            'groups' => array_map(fn($id) => array_map(
                fn($group) => $names[$group],
                array_values(groups_get_user_groups($courseid, $id)[0])
            ), $userids),
            'contacts' => array_column((new \core_course_list_element(get_course($courseid)))->get_course_contacts(), 'username'),
            'participants' => $this->participants($courseid),
        ];
    }

    /**
     * Who is on the participants page.
     *
     * @param int $courseid
     * @return array
     */
    private function participants(int $courseid): array {
        $filterset = new participants_filterset();
        $filterset->add_filter(new integer_filter('courseid', filter::JOINTYPE_DEFAULT, [$courseid]));
        $search = new participants_search(get_course($courseid), \context_course::instance($courseid), $filterset);
        $found = [];
        foreach ($search->get_participants() as $user) {
            $found[] = (int)$user->id;
        }
        sort($found);
        return $found;
    }

    /**
     * Tables, and what Moodle says of the course, are the same after each step, before any event was sent.
     */
    public function test_course_looks_as_if_moodle_itself_had_enrolled(): void {
        global $DB;
        $this->setUser($this->service);
        set_config('coursecontact', implode(',', $this->roleids()));
        foreach (self::STEPS as $number => $step) {
            // Caches are filled before each step, so that what is not dropped shows.
            $this->said_of('anatomy');
            $this->said_of('latin');
            $DB->delete_records('cache_flags');
            $this->send_well(array_map(fn($one) => $this->operation($one[0], 'anatomy', $one[1], $one[2]), $step));
            $flags = $DB->get_records_menu('cache_flags', [], 'name', 'name, flagtype');
            $said = $this->said_of('anatomy');
            $DB->delete_records('cache_flags');
            foreach ($step as $one) {
                $this->by_core('latin', ...$one);
            }
            $this->assertSame($DB->get_records_menu('cache_flags', [], 'name', 'name, flagtype'), $flags, "step $number");
            $this->assertSame($this->tables('latin'), $this->tables('anatomy'), "step $number");
            $this->assertEquals($this->said_of('latin'), $said, "step $number");
        }
        $this->assertSame(3, $DB->count_records_select('user_enrolments', 'modifierid = ?', [$this->service->id]) / 2);
    }

    /**
     * The same events and hooks, in the same order and with the same data, once for each enrolment.
     */
    public function test_listeners_hear_what_moodle_itself_would_tell(): void {
        global $DB;
        $this->listen();
        foreach (self::STEPS as $number => $step) {
            $this->heard = [];
            $this->send_well(array_map(fn($one) => $this->operation($one[0], 'anatomy', $one[1], $one[2]), $step));
            $this->assertSame([], $this->heard);
            $this->deliver();
            $told = $this->heard;
            $this->heard = [];
            foreach ($step as $one) {
                $this->by_core('latin', ...$one);
            }
            foreach (['asel', 'bolat', 'dina'] as $name) {
                $id = $this->userid($name);
                $this->assertEquals($this->heard[$id] ?? [], $told[$id] ?? [], "$name in step $number");
            }
        }
        $this->assertSame(0, $DB->count_records(queue::TABLE));
    }

    /**
     * What is answered is what is read.
     */
    public function test_answers_hold_the_enrolments_as_they_read(): void {
        foreach (self::STEPS as $step) {
            $operations = array_map(fn($one) => $this->operation($one[0], 'anatomy', $one[1], $one[2]), $step);
            foreach ($this->send_well($operations) as $answer) {
                $read = $this->read('enrolment', ['keys' => [$answer['key']]])[0];
                $this->assertSame([$read['moodleid'], $read['fields']], [$answer['moodleid'], $answer['fields']]);
            }
        }
        $sparse = ['course' => 'plt:offering:latin', 'user' => 'plt:student:asel'];
        $answer = $this->do('enrolment', 'create', implode('|', $sparse), $sparse);
        $this->assertSame($this->fields('enrolment', implode('|', $sparse)), $answer['fields']);
    }

    /**
     * Operations of a batch that depend on each other are done in order, and a bad one stops no other.
     */
    public function test_operations_of_a_batch_see_each_other_and_stand_alone(): void {
        $administrator = $this->userid('dina');
        $sparse = ['course' => 'plt:offering:latin', 'user' => 'plt:student:asel'];
        set_config('siteadmins', get_config('core', 'siteadmins') . ',' . $administrator);
        $answers = $this->send([
            $this->operation('create', 'anatomy', 'asel'),
            $this->operation('update', 'anatomy', 'asel', ['suspended' => true]) + ['expect' => ['suspended' => false]],
            $this->operation('create', 'anatomy', 'asel'),
            $this->operation('create', 'anatomy', 'dina'),
            $this->operation('create', 'anatomy', 'nobody'),
            $this->operation('create', 'nowhere', 'asel'),
            $this->operation('update', 'anatomy', 'bolat', ['suspended' => true]),
            $this->operation('create', 'latin', 'bolat', ['roles' => ['dean']]),
            $this->operation('create', 'latin', 'bolat', ['timeend' => 9, 'suspended' => true, 'groups' => ['g1']]),
            ['op' => 'create', 'key' => "$sparse[course]|$sparse[user]", 'fields' => $sparse],
            $this->operation('update', 'anatomy', 'asel', ['suspended' => false]) + ['expect' => ['suspended' => false]],
            $this->operation('delete', 'anatomy', 'asel'),
            $this->operation('create', 'anatomy', 'asel', ['suspended' => true]),
        ]);
        $this->assertSame([
            'done', 'done', 'failed exists', 'failed protected', 'failed unknownkey', 'failed unknownkey', 'moved gone',
            'failed unknownrole', 'done', 'done', 'moved moved', 'done', 'done',
        ], array_map(fn($answer) => trim("{$answer['status']} {$answer['errorcode']}"), $answers));
        $this->assertTrue($answers[10]['fields']['suspended']);
        $this->assertSame([true], array_column(array_column($this->read('enrolment', [
            'courses' => ['plt:offering:anatomy'],
        ]), 'fields'), 'suspended'));
    }

    /**
     * What somebody else gave to the same person in the same course stays, and is not told of.
     */
    public function test_roles_of_others_in_the_course_are_left_alone(): void {
        global $DB;
        $this->send_well([$this->operation('create', 'anatomy', 'asel', ['roles' => ['student']])]);
        $this->deliver();
        [$userid, $roleids] = [$this->userid('asel'), $this->roleids()];
        $contextid = \context_course::instance($this->courseid('anatomy'))->id;
        $instanceid = (int)instances::ensure($this->courseid('anatomy'))->id;
        role_assign($roleids['student'], $userid, $contextid);
        role_assign($roleids['teacher'], $userid, $contextid);
        role_assign($roleids['student'], $userid, $contextid, 'enrol_dltsync', $instanceid + 1000);
        $this->listen();
        $this->send_well([$this->operation('update', 'anatomy', 'asel', ['roles' => ['teacher']])]);
        $this->deliver();
        $rows = $DB->get_records('role_assignments', ['userid' => $userid, 'contextid' => $contextid], 'component, itemid, roleid');
        $this->assertSame([
            ['', 0, $roleids['teacher']],
            ['', 0, $roleids['student']],
            ['enrol_dltsync', $instanceid, $roleids['teacher']],
            ['enrol_dltsync', $instanceid + 1000, $roleids['student']],
        ], array_values(array_map(fn($row) => [$row->component, (int)$row->itemid, (int)$row->roleid], $rows)));
        $this->assertSame(1, $this->times_heard('event\role_assigned')[$userid]);
        $this->assertSame(1, $this->times_heard('event\role_unassigned')[$userid]);
    }

    /**
     * A thousand operations cost hardly more queries than ten.
     */
    public function test_number_of_queries_does_not_grow_with_the_operations(): void {
        global $DB;
        $names = array_map(fn($i) => "s$i", range(1, 60));
        array_map(fn($name) => $this->create_user($name), $names);
        instances::ensure($this->courseid('anatomy'));
        instances::ensure($this->courseid('latin'));
        $create = fn($name) => $this->operation('create', 'anatomy', $name, ['groups' => ['g1']]);
        $count = function (array $names) use ($DB, $create): int {
            $before = $DB->perf_get_queries();
            $this->send_well(array_map($create, $names));
            return $DB->perf_get_queries() - $before;
        };
        $count(array_slice($names, 0, 5));
        $few = $count(array_slice($names, 5, 5));
        $this->assertSame($few, $count(array_slice($names, 10)));
        $this->assertLessThan(50, $few);
    }

    /**
     * Recovering grades, and conversations of groups, are left to Moodle's own functions.
     */
    public function test_what_only_moodle_itself_can_do_is_left_to_it(): void {
        global $CFG, $DB;
        $this->listen();
        $CFG->recovergradesdefault = 1;
        $this->send_well([$this->operation('create', 'anatomy', 'asel')]);
        $CFG->recovergradesdefault = 0;
        $this->assertSame(1, $this->times_heard('user_enrolment_created')[$this->userid('asel')]);
        $groupid = $DB->get_field('groups', 'id', ['courseid' => $this->courseid('anatomy'), 'idnumber' => 'g1']);
        $context = \context_course::instance($this->courseid('anatomy'));
        \core_message\api::create_conversation(
            \core_message\api::MESSAGE_CONVERSATION_TYPE_GROUP,
            [],
            'G1',
            \core_message\api::MESSAGE_CONVERSATION_ENABLED,
            'core_group',
            'groups',
            $groupid,
            $context->id
        );
        $this->send_well([$this->operation('create', 'anatomy', 'bolat', ['groups' => ['g1']])]);
        $this->assertTrue($DB->record_exists('message_conversation_members', ['userid' => $this->userid('bolat')]));
        $this->assertSame(0, $DB->count_records(queue::TABLE));
    }
}
