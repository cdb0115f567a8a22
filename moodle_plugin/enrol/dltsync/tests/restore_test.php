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
use backup;
use backup_controller;
use copy_helper;
use core\task\asynchronous_copy_task;
use enrol_dltsync_plugin;
use restore_controller;
use restore_dbops;
use stdClass;

/**
 * Nothing of ours comes back from a backup or a course copy.
 *
 * @package    enrol_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \enrol_dltsync_plugin
 */
final class restore_test extends advanced_testcase {
    /** @var enrol_dltsync_plugin */
    private enrol_dltsync_plugin $plugin;

    /** @var stdClass */
    private stdClass $course;

    /** @var stdClass enrolled by the program, in a group */
    private stdClass $student;

    /** @var stdClass enrolled by hand */
    private stdClass $byhand;

    /**
     * A course with a student of the program and one by hand.
     */
    protected function setUp(): void {
        global $CFG, $DB;
        parent::setUp();
        require_once($CFG->dirroot . '/backup/util/includes/backup_includes.php');
        require_once($CFG->dirroot . '/backup/util/includes/restore_includes.php');
        require_once($CFG->dirroot . '/group/lib.php');
        $this->resetAfterTest();
        $this->setAdminUser();
        \core\plugininfo\enrol::enable_plugin('dltsync', 1);

        $this->plugin = enrol_get_plugin('dltsync');
        $this->course = $this->getDataGenerator()->create_course();
        $id = $this->plugin->add_instance($this->course);
        $this->student = $this->getDataGenerator()->create_user();
        $roleid = $DB->get_field('role', 'id', ['shortname' => 'student'], MUST_EXIST);
        $this->plugin->enrol_user($DB->get_record('enrol', ['id' => $id]), $this->student->id, $roleid);
        $group = $this->getDataGenerator()->create_group(['courseid' => $this->course->id]);
        groups_add_member($group->id, $this->student->id, 'enrol_dltsync', $id);
        $this->byhand = $this->getDataGenerator()->create_and_enrol($this->course);
    }

    /**
     * Backs the course up with its users and everything else.
     *
     * @return string name of its folder
     */
    private function backup(): string {
        global $CFG, $USER;
        $CFG->backup_file_logger_level = backup::LOG_NONE;
        $controller = new backup_controller(
            backup::TYPE_1COURSE,
            $this->course->id,
            backup::FORMAT_MOODLE,
            backup::INTERACTIVE_NO,
            backup::MODE_SAMESITE,
            $USER->id,
        );
        $controller->get_plan()->get_setting('users')->set_value(true);
        $controller->execute_plan();
        $file = $controller->get_results()['backup_destination'];
        $controller->destroy();
        $file->extract_to_pathname(get_file_packer('application/vnd.moodle.backup'), make_backup_temp_directory('dltsync'));
        return 'dltsync';
    }

    /**
     * Restores a backup with its users.
     *
     * @param string $backupid
     * @param int $courseid
     * @param int $target
     * @param int $enrolments what to do with enrolment methods
     */
    private function restore(string $backupid, int $courseid, int $target, int $enrolments): void {
        global $USER;
        $controller = new restore_controller(
            $backupid,
            $courseid,
            backup::INTERACTIVE_NO,
            backup::MODE_SAMESITE,
            $USER->id,
            $target,
        );
        $controller->get_plan()->get_setting('users')->set_value(true);
        $controller->get_plan()->get_setting('enrolments')->set_value($enrolments);
        $this->assertTrue($controller->execute_precheck());
        $controller->execute_plan();
        $controller->destroy();
    }

    /**
     * A new course to restore into.
     *
     * @return int its id
     */
    private function empty_course(): int {
        return restore_dbops::create_new_course('Copy', 'copy', $this->course->category);
    }

    /**
     * Nothing in a course carries our name, while the student by hand shows that users did come.
     *
     * @param int $courseid
     */
    private function assert_nothing_of_ours(int $courseid): void {
        global $DB;
        $context = \context_course::instance($courseid);
        $this->assertTrue(is_enrolled($context, $this->byhand), 'No users came at all.');
        $this->assertFalse($DB->record_exists('enrol', ['courseid' => $courseid, 'enrol' => 'dltsync']));
        $this->assertFalse(is_enrolled($context, $this->student));
        $this->assertSame([], get_user_roles($context, $this->student->id, false));
        $this->assertSame([], groups_get_all_groups($courseid, $this->student->id));
    }

    /**
     * The ways in which a restore may bring enrolment methods.
     *
     * @return array[]
     */
    public static function enrolment_settings(): array {
        global $CFG;
        require_once($CFG->dirroot . '/backup/util/includes/restore_includes.php');
        return [
            'with users' => [backup::ENROL_WITHUSERS],
            'always' => [backup::ENROL_ALWAYS],
        ];
    }

    /**
     * Tests a restored course.
     *
     * @dataProvider enrolment_settings
     * @param int $enrolments
     */
    public function test_nothing_comes_back_in_a_restored_course(int $enrolments): void {
        $courseid = $this->empty_course();
        $this->restore($this->backup(), $courseid, backup::TARGET_NEW_COURSE, $enrolments);
        $this->assert_nothing_of_ours($courseid);
    }

    public function test_a_restore_into_the_course_itself_leaves_one_instance_with_its_student(): void {
        global $DB;
        $before = $DB->get_records('enrol', ['courseid' => $this->course->id, 'enrol' => 'dltsync']);
        $this->restore($this->backup(), $this->course->id, backup::TARGET_EXISTING_ADDING, backup::ENROL_ALWAYS);
        $this->assertEquals($before, $DB->get_records('enrol', ['courseid' => $this->course->id, 'enrol' => 'dltsync']));
        $this->assertTrue(is_enrolled(\context_course::instance($this->course->id), $this->student, '', true));
    }

    public function test_nothing_comes_along_with_a_course_copy(): void {
        global $DB;
        $roleid = $DB->get_field('role', 'id', ['shortname' => 'student'], MUST_EXIST);
        $copyids = copy_helper::create_copy((object)[
            'courseid' => $this->course->id,
            'fullname' => 'Copy',
            'shortname' => 'copy',
            'category' => $this->course->category,
            'visible' => 1,
            'startdate' => 0,
            'enddate' => 0,
            'idnumber' => '',
            'userdata' => 1,
            'keptroles' => [$roleid],
        ]);
        ob_start();
        $task = new asynchronous_copy_task();
        $task->set_custom_data($copyids);
        $task->execute();
        ob_end_clean();
        $this->assert_nothing_of_ours((int)$DB->get_field('course', 'id', ['shortname' => 'copy'], MUST_EXIST));
    }
}
