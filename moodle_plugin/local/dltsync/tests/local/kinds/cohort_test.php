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

use local_dltsync\tests\bridge_testcase;

/**
 * Cohorts and those of their members that are ours.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\kinds\cohort
 */
final class cohort_test extends bridge_testcase {
    /**
     * A cohort of the whole site, with members.
     */
    public function test_cohort_is_created_with_members(): void {
        global $DB;
        $users = [$this->create_user('asel'), $this->create_user('bolat')];
        $members = ['plt:student:bolat', 'plt:student:asel', 'plt:student:bolat'];
        $id = $this->create('cohort', 'c', ['name' => 'ЖМ-201', 'idnumber' => 'c', 'members' => $members]);
        $this->assertEquals(\context_system::instance()->id, $DB->get_field('cohort', 'contextid', ['id' => $id]));
        $there = $DB->get_fieldset_select('cohort_members', 'userid', 'cohortid = ? ORDER BY userid', [$id]);
        $this->assertEquals($users, $there);
        $this->assertSame(
            ['name' => 'ЖМ-201', 'idnumber' => 'c', 'members' => ['plt:student:asel', 'plt:student:bolat']],
            $this->fields('cohort', 'c')
        );
    }

    /**
     * Members come and go; who is not ours is neither seen nor removed.
     */
    public function test_members_change_and_strangers_stay(): void {
        $ours = $this->create_user('asel');
        $this->create_user('bolat');
        $stranger = $this->getDataGenerator()->create_user();
        $id = $this->create('cohort', 'c', ['name' => 'A', 'members' => ['plt:student:asel']]);
        cohort_add_member($id, $stranger->id);
        $expect = ['members' => ['plt:student:asel']];
        $answer = $this->do('cohort', 'update', 'c', ['name' => 'B', 'members' => ['plt:student:bolat']], $expect);
        $this->assertSame(['B', ['plt:student:bolat']], [$answer['fields']['name'], $answer['fields']['members']]);
        $this->assertFalse(cohort_is_member($id, $ours));
        $this->assertTrue(cohort_is_member($id, $stranger->id));
        $this->do('cohort', 'update', 'c', ['members' => []]);
        $this->assertSame([], $this->fields('cohort', 'c')['members']);
        $this->assertTrue(cohort_is_member($id, $stranger->id));
        $this->assert_answer('moved', 'moved', $this->do('cohort', 'update', 'c', [], $expect));
    }

    /**
     * A cohort keeps its members when only its name changes.
     */
    public function test_members_stay_when_the_name_changes(): void {
        $this->create_user('asel');
        $this->create('cohort', 'c', ['name' => 'A', 'members' => ['plt:student:asel']]);
        $this->assertSame(['plt:student:asel'], $this->do('cohort', 'update', 'c', ['name' => 'B'])['fields']['members']);
    }

    /**
     * A bad member leaves the others as they were.
     */
    public function test_unknown_member_undoes_the_whole_operation(): void {
        $this->create_user('asel');
        $this->create('cohort', 'c', ['name' => 'A', 'members' => ['plt:student:asel']]);
        $answer = $this->do('cohort', 'update', 'c', ['name' => 'B', 'members' => ['plt:student:none']]);
        $this->assert_answer('failed', 'unknownkey', $answer);
        $fields = ['name' => 'A', 'idnumber' => '', 'members' => ['plt:student:asel']];
        $this->assertSame($fields, $this->fields('cohort', 'c'));
    }

    /**
     * Two cohorts do not share an idnumber.
     */
    public function test_idnumber_of_another_cohort_is_refused(): void {
        $this->getDataGenerator()->create_cohort(['idnumber' => 'theirs']);
        $this->assert_answer('failed', 'taken', $this->do('cohort', 'create', 'c', ['name' => 'A', 'idnumber' => 'theirs']));
        $this->create('cohort', 'c', ['name' => 'A', 'idnumber' => 'mine']);
        $this->assert_answer('failed', 'taken', $this->do('cohort', 'update', 'c', ['idnumber' => 'theirs']));
        $this->assertSame('mine', $this->fields('cohort', 'c')['idnumber']);
    }

    /**
     * A cohort is adopted with the members it has.
     */
    public function test_cohort_is_adopted_and_never_deleted(): void {
        $user = $this->create_user('asel');
        $cohort = $this->getDataGenerator()->create_cohort(['idnumber' => 'x', 'name' => 'Old']);
        cohort_add_member($cohort->id, $user);
        [$found] = $this->candidates('cohort', [['idnumber', 'x']]);
        $this->assertSame(['plt:student:asel'], $found['fields']['members']);
        $this->assertSame('done', $this->do('cohort', 'adopt', 'c', ['name' => 'New'], null, (int)$cohort->id)['status']);
        $this->assert_answer('failed', 'notallowed', $this->do('cohort', 'delete', 'c'));
        $this->assertSame('New', $this->fields('cohort', 'c')['name']);
    }
}
