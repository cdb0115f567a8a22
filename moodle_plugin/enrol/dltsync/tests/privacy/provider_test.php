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

namespace enrol_dltsync\privacy;

use context_course;
use core_privacy\local\metadata\collection;
use core_privacy\local\request\approved_userlist;
use core_privacy\local\request\userlist;
use core_privacy\local\request\writer;
use core_privacy\tests\provider_testcase;
use stdClass;

/**
 * The memberships of groups that carry the plugin's name are exported and deleted.
 *
 * @package    enrol_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \enrol_dltsync\privacy\provider
 */
final class provider_test extends provider_testcase {
    /** @var stdClass */
    private stdClass $student;

    /** @var context_course */
    private context_course $context;

    /** @var stdClass */
    private stdClass $group;

    /**
     * A student whom the program put into a group, beside one who was put there by hand.
     */
    protected function setUp(): void {
        global $CFG, $DB;
        parent::setUp();
        require_once($CFG->dirroot . '/group/lib.php');
        $this->resetAfterTest();
        \core\plugininfo\enrol::enable_plugin('dltsync', 1);
        $course = $this->getDataGenerator()->create_course();
        $this->context = context_course::instance($course->id);
        $plugin = enrol_get_plugin('dltsync');
        $id = $plugin->add_instance($course);
        $this->student = $this->getDataGenerator()->create_user();
        $plugin->enrol_user($DB->get_record('enrol', ['id' => $id]), $this->student->id);
        $this->group = $this->getDataGenerator()->create_group(['courseid' => $course->id, 'name' => 'ОМ-26-1']);
        groups_add_member($this->group->id, $this->student->id, 'enrol_dltsync', $id);
        groups_add_member($this->group->id, $this->getDataGenerator()->create_and_enrol($course)->id);
    }

    public function test_metadata_names_the_groups(): void {
        $items = provider::get_metadata(new collection('enrol_dltsync'))->get_collection();
        $this->assertSame(['core_group'], array_map(fn($item) => $item->get_name(), $items));
    }

    public function test_the_course_and_only_the_student_of_the_program_are_found(): void {
        $contextlist = provider::get_contexts_for_userid($this->student->id);
        $this->assertContainsEquals($this->context->id, $contextlist->get_contextids());
        $userlist = new userlist($this->context, 'enrol_dltsync');
        provider::get_users_in_context($userlist);
        $this->assertEquals([$this->student->id], $userlist->get_userids());
    }

    public function test_the_group_is_exported(): void {
        $this->setUser($this->student); // Core's export is that of the current user.
        $this->export_context_data_for_user($this->student->id, $this->context, 'enrol_dltsync');
        $path = [get_string('pluginname', 'enrol_dltsync'), get_string('groups', 'core_group')];
        $this->assertSame('ОМ-26-1', reset(writer::with_context($this->context)->get_data($path)->groups)->name);
    }

    public function test_the_membership_is_deleted_for_one_user(): void {
        $this->delete_for([$this->student->id]);
        $this->assertFalse(groups_is_member($this->group->id, $this->student->id));
    }

    public function test_a_membership_by_hand_is_left_alone(): void {
        provider::delete_data_for_all_users_in_context($this->context);
        $this->assertCount(1, groups_get_members($this->group->id));
        $this->assertFalse(groups_is_member($this->group->id, $this->student->id));
    }

    /**
     * Deletes the data of users in the course.
     *
     * @param int[] $userids
     */
    private function delete_for(array $userids): void {
        provider::delete_data_for_users(new approved_userlist($this->context, 'enrol_dltsync', $userids));
    }
}
