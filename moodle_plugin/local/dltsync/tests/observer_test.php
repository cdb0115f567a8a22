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

namespace local_dltsync;

use advanced_testcase;
use core_course_category;
use local_dltsync\local\writing;
use stdClass;

/**
 * What is deleted by hand is told, with its actor; what the program does itself is not.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\observer
 */
final class observer_test extends advanced_testcase {
    /**
     * An administrator is at work.
     */
    protected function setUp(): void {
        global $CFG;
        parent::setUp();
        require_once($CFG->dirroot . '/cohort/lib.php');
        require_once($CFG->dirroot . '/group/lib.php');
        $this->resetAfterTest();
        $this->setAdminUser();
        $this->mock_clock_with_frozen(1_790_000_000);
    }

    /**
     * Makes an object ours.
     *
     * @param string $kind
     * @param stdClass|core_course_category $object
     */
    private function own(string $kind, stdClass|core_course_category $object): void {
        global $DB;
        $DB->insert_record('local_dltsync_object', [
            'kind' => $kind,
            'sourcedid' => "x:$kind:{$object->id}",
            'moodleid' => $object->id,
        ]);
    }

    /**
     * Just this object's deletion was told, by the administrator, and its ownership row stands.
     *
     * @param string $kind
     * @param int $moodleid
     * @param string $data
     */
    private function assert_told(string $kind, int $moodleid, string $data = '{}'): void {
        global $DB;
        $row = (array)$DB->get_record('local_dltsync_event', [], '*', MUST_EXIST);
        unset($row['id']);
        $this->assertEquals([
            'name' => 'deleted',
            'kind' => $kind,
            'sourcedid' => "x:$kind:$moodleid",
            'moodleid' => $moodleid,
            'userid' => get_admin()->id,
            'data' => $data,
            'timecreated' => 1_790_000_000,
        ], $row);
        $this->assertTrue($DB->record_exists('local_dltsync_object', ['kind' => $kind, 'moodleid' => $moodleid]));
    }

    public function test_a_deleted_course_is_told_with_its_name(): void {
        $course = $this->getDataGenerator()->create_course(['fullname' => 'Anatomy']);
        $this->own('course', $course);
        delete_course($course, false);
        $this->assert_told('course', $course->id, '{"name":"Anatomy"}');
    }

    public function test_a_deleted_course_takes_its_groups_along(): void {
        global $DB;
        $course = $this->getDataGenerator()->create_course();
        $group = $this->getDataGenerator()->create_group(['courseid' => $course->id]);
        $this->own('course', $course);
        $this->own('group', $group);
        delete_course($course, false);
        $kinds = $DB->get_fieldset_select('local_dltsync_event', 'kind', '');
        $this->assertEqualsCanonicalizing(['course', 'group'], $kinds);
    }

    public function test_a_deleted_user_is_told_without_a_name(): void {
        $user = $this->getDataGenerator()->create_user();
        $this->own('user', $user);
        delete_user($user);
        $this->assert_told('user', $user->id);
    }

    public function test_a_deleted_cohort_is_told(): void {
        $cohort = $this->getDataGenerator()->create_cohort();
        $this->own('cohort', $cohort);
        cohort_delete_cohort($cohort);
        $this->assert_told('cohort', $cohort->id);
    }

    public function test_a_deleted_group_is_told(): void {
        $group = $this->getDataGenerator()->create_group(['courseid' => $this->getDataGenerator()->create_course()->id]);
        $this->own('group', $group);
        groups_delete_group($group->id);
        $this->assert_told('group', $group->id);
    }

    public function test_a_deleted_category_is_told_with_its_name(): void {
        $category = $this->getDataGenerator()->create_category(['name' => 'Кафедра']);
        $this->own('category', $category);
        $category->delete_full(false);
        $this->assert_told('category', $category->id, json_encode(['name' => 'Кафедра']));
    }

    public function test_a_deleted_category_takes_its_courses_along(): void {
        global $DB;
        $category = $this->getDataGenerator()->create_category();
        $this->own('category', $category);
        $this->own('course', $this->getDataGenerator()->create_course(['category' => $category->id]));
        $category->delete_full(false);
        $kinds = $DB->get_fieldset_select('local_dltsync_event', 'kind', '');
        $this->assertEqualsCanonicalizing(['category', 'course'], $kinds);
    }

    public function test_a_deleted_video_is_told_and_its_place_forgotten(): void {
        global $DB;
        $course = $this->getDataGenerator()->create_course();
        $url = $this->getDataGenerator()->create_module('url', ['course' => $course->id]);
        $this->own('video', (object)['id' => $url->cmid]);
        $DB->insert_record('local_dltsync_video', ['cmid' => $url->cmid, 'sortorder' => 1]);
        course_delete_module($url->cmid);
        $this->assert_told('video', $url->cmid);
        $this->assertSame(0, $DB->count_records('local_dltsync_video'));
    }

    public function test_a_deleted_course_takes_the_places_of_its_videos_along(): void {
        global $DB;
        foreach ([1, 2] as $order) {
            $courses[] = $this->getDataGenerator()->create_course();
            $urls[] = $this->getDataGenerator()->create_module('url', ['course' => end($courses)->id]);
            $DB->insert_record('local_dltsync_video', ['cmid' => end($urls)->cmid, 'sortorder' => $order]);
        }
        delete_course($courses[0], false);
        $this->assertEquals([2], array_values($DB->get_records_menu('local_dltsync_video', [], '', 'id, sortorder')));
    }

    public function test_what_is_not_ours_is_nobody_elses_business(): void {
        global $DB;
        $this->own('user', (object)['id' => 4711]);
        delete_user($this->getDataGenerator()->create_user());
        delete_course($this->getDataGenerator()->create_course(), false);
        $this->assertFalse($DB->record_exists('local_dltsync_event', []));
    }

    public function test_an_object_of_another_kind_with_the_same_id_is_not_meant(): void {
        global $DB;
        $user = $this->getDataGenerator()->create_user();
        $this->own('course', $user);
        delete_user($user);
        $this->assertFalse($DB->record_exists('local_dltsync_event', []));
    }

    public function test_an_operation_of_a_batch_tells_nothing(): void {
        global $DB;
        $group = $this->getDataGenerator()->create_group(['courseid' => $this->getDataGenerator()->create_course()->id]);
        $this->own('group', $group);
        writing::during(fn() => groups_delete_group($group->id));
        $this->assertFalse($DB->record_exists('groups', ['id' => $group->id]));
        $this->assertFalse($DB->record_exists('local_dltsync_event', []));
    }
}
