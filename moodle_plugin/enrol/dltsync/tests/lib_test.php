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

namespace enrol_dltsync;

use advanced_testcase;
use context_course;
use course_enrolment_manager;
use enrol_dltsync_plugin;
use enrol_instance_edit_form;
use moodle_exception;
use moodle_page;
use stdClass;

/**
 * The doors of the enrolment method, one test each.
 *
 * @package    enrol_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \enrol_dltsync_plugin
 */
final class lib_test extends advanced_testcase {
    /** @var enrol_dltsync_plugin */
    private enrol_dltsync_plugin $plugin;

    /** @var stdClass */
    private stdClass $course;

    /** @var stdClass the course's instance */
    private stdClass $instance;

    /** @var stdClass enrolled by the program as a student, and put into the group by it */
    private stdClass $student;

    /** @var stdClass */
    private stdClass $group;

    /** @var int */
    private int $roleid;

    /**
     * An admin looks at a course in which the program enrolled a student.
     */
    protected function setUp(): void {
        global $CFG, $DB;
        parent::setUp();
        require_once($CFG->dirroot . '/enrol/locallib.php');
        require_once($CFG->dirroot . '/enrol/editinstance_form.php');
        require_once($CFG->dirroot . '/group/lib.php');
        $this->resetAfterTest();
        $this->setAdminUser();
        \core\plugininfo\enrol::enable_plugin('dltsync', 1);

        $this->plugin = enrol_get_plugin('dltsync');
        $this->course = $this->getDataGenerator()->create_course();
        $id = $this->plugin->add_instance($this->course);
        $this->instance = $DB->get_record('enrol', ['id' => $id], '*', MUST_EXIST);
        $this->student = $this->getDataGenerator()->create_user();
        $this->roleid = (int)$DB->get_field('role', 'id', ['shortname' => 'student'], MUST_EXIST);
        $this->plugin->enrol_user($this->instance, $this->student->id, $this->roleid);
        $this->group = $this->getDataGenerator()->create_group(['courseid' => $this->course->id]);
        groups_add_member($this->group->id, $this->student->id, 'enrol_dltsync', $id);
    }

    /**
     * The row of the student's enrolment, as the list of participants has it.
     *
     * @return stdClass
     */
    private function enrolment(): stdClass {
        global $DB;
        $ue = $DB->get_record('user_enrolments', ['enrolid' => $this->instance->id, 'userid' => $this->student->id]);
        $this->assertNotFalse($ue, 'The student is no longer enrolled.');
        $ue->enrolmentinstance = $this->instance;
        return $ue;
    }

    /**
     * What the list of participants works through.
     *
     * @return course_enrolment_manager
     */
    private function manager(): course_enrolment_manager {
        return new course_enrolment_manager(new moodle_page(), $this->course);
    }

    public function test_an_enrolment_counts_and_carries_component_and_instance(): void {
        global $DB;
        $this->assertTrue(is_enrolled(context_course::instance($this->course->id), $this->student, '', true));
        $this->assertTrue($DB->record_exists('role_assignments', [
            'userid' => $this->student->id,
            'roleid' => $this->roleid,
            'component' => 'enrol_dltsync',
            'itemid' => $this->instance->id,
        ]));
    }

    public function test_nobody_is_enrolled_by_hand(): void {
        $this->assertFalse($this->plugin->allow_enrol($this->instance));
        $this->assertNull($this->plugin->get_manual_enrol_link($this->instance));
        $this->assertFalse($this->plugin->get_manual_enrol_button($this->manager()));
    }

    public function test_nobody_is_unenrolled_by_hand(): void {
        $this->assertFalse($this->plugin->allow_unenrol($this->instance));
        $this->assertFalse($this->manager()->unenrol_user($this->enrolment()));
        $this->enrolment();
    }

    public function test_not_even_a_suspended_user_is_unenrolled_by_hand(): void {
        $this->plugin->update_user_enrol($this->instance, $this->student->id, ENROL_USER_SUSPENDED);
        $this->assertFalse($this->plugin->allow_unenrol_user($this->instance, $this->enrolment()));
        $this->assertFalse($this->manager()->unenrol_user($this->enrolment()));
        $this->enrolment();
    }

    public function test_status_and_dates_are_not_changed_by_hand(): void {
        $data = (object)['status' => ENROL_USER_SUSPENDED, 'timestart' => 1, 'timeend' => 2, 'duration' => 0];
        $this->assertFalse($this->plugin->allow_manage($this->instance));
        $this->assertFalse($this->manager()->edit_enrolment($this->enrolment(), $data));
        $this->assertEquals(ENROL_USER_ACTIVE, $this->enrolment()->status);
    }

    public function test_no_actions_stand_beside_an_enrolment(): void {
        $this->assertSame([], $this->plugin->get_user_enrolment_actions($this->manager(), $this->enrolment()));
    }

    public function test_nothing_can_be_done_to_many_at_once(): void {
        $this->assertFalse($this->plugin->has_bulk_operations($this->manager()));
        $this->assertSame([], $this->plugin->get_bulk_operations($this->manager()));
    }

    public function test_nobody_leaves_by_themselves(): void {
        $this->setUser($this->student);
        $this->assertNull($this->plugin->get_unenrolself_link($this->instance));
        $this->assertFalse($this->plugin->show_enrolme_link($this->instance));
    }

    public function test_a_role_is_not_taken_away_by_hand(): void {
        $this->assertTrue($this->plugin->roles_protected());
        $this->manager()->unassign_role_from_user($this->student->id, $this->roleid);
        $this->assertTrue(user_has_role_assignment(
            $this->student->id,
            $this->roleid,
            context_course::instance($this->course->id)->id,
        ));
    }

    public function test_a_member_is_not_taken_out_of_a_group_by_hand(): void {
        $other = $this->getDataGenerator()->create_and_enrol($this->course);
        groups_add_member($this->group->id, $other->id);
        $this->assertFalse(groups_remove_member_allowed($this->group->id, $this->student->id));
        $this->assertTrue(groups_remove_member_allowed($this->group->id, $other->id));
    }

    public function test_the_method_is_not_added_by_hand(): void {
        $this->assertFalse($this->plugin->can_add_instance($this->course->id));
        $this->assertNull($this->plugin->get_newinstance_link($this->course->id));
        $this->assertNull($this->plugin->add_default_instance($this->course));
    }

    public function test_the_method_is_not_deleted_by_hand(): void {
        $this->assertFalse($this->plugin->can_delete_instance($this->instance));
    }

    public function test_the_method_is_not_hidden_by_hand(): void {
        $this->assertFalse($this->plugin->can_hide_show_instance($this->instance));
    }

    public function test_the_method_is_not_edited_by_hand(): void {
        $this->assertFalse($this->plugin->use_standard_editing_ui());
        $this->assertFalse($this->plugin->can_edit_instance($this->instance));
        $this->assertSame([], $this->plugin->get_action_icons($this->instance));
    }

    /**
     * The edit page by its typed address lets teachers in, for an instance that is there and for a new one.
     */
    public function test_the_edit_page_refuses_even_by_its_address(): void {
        $teacher = $this->getDataGenerator()->create_and_enrol($this->course, 'editingteacher');
        $this->setUser($teacher);
        $context = context_course::instance($this->course->id);
        $this->assertTrue(has_capability('moodle/course:editcoursewelcomemessage', $context));
        foreach ([$this->instance, (object)['id' => null, 'courseid' => $this->course->id]] as $instance) {
            try {
                new enrol_instance_edit_form(null, [$instance, $this->plugin, $context, 'dltsync', '']);
                $this->fail('The form opened.');
            } catch (moodle_exception $e) {
                $this->assertSame('notbyhand', $e->errorcode);
            }
        }
    }

    public function test_an_uploaded_file_of_courses_is_refused(): void {
        $this->assertFalse($this->plugin->is_csv_upload_supported());
        $errors = $this->plugin->validate_enrol_plugin_data(['delete' => true], $this->course->id);
        $this->assertArrayHasKey('errorunsupportedmethod', $errors);
    }

    public function test_a_course_reset_unenrols_nobody(): void {
        $byhand = $this->getDataGenerator()->create_and_enrol($this->course);
        reset_course_userdata((object)[
            'id' => $this->course->id,
            'courseid' => $this->course->id,
            'unenrol_users' => [$this->roleid, 0],
        ]);
        $context = context_course::instance($this->course->id);
        $this->assertTrue(is_enrolled($context, $this->student, '', true));
        $this->assertFalse(is_enrolled($context, $byhand), 'The reset did not happen.');
        $this->assertTrue(user_has_role_assignment($this->student->id, $this->roleid, $context->id));
    }

    public function test_an_enrolment_goes_with_its_account(): void {
        global $DB;
        delete_user($this->student);
        $this->assertFalse($DB->record_exists('user_enrolments', ['enrolid' => $this->instance->id]));
    }
}
