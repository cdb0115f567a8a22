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

namespace local_dltsync\setup;

use advanced_testcase;
use context_course;
use core_course\customfield\course_handler;
use core_customfield\field_controller;

/**
 * Course fields are seen by all and changed by the program only.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\setup\course_fields
 */
final class course_fields_test extends advanced_testcase {
    /**
     * The only course field there is.
     *
     * @return field_controller
     */
    private function field(): field_controller {
        $fields = course_handler::create()->get_fields();
        $this->assertCount(1, $fields);
        return reset($fields);
    }

    public function test_a_field_is_a_text_in_our_category(): void {
        $this->resetAfterTest();
        $this->setAdminUser();
        (new course_fields('dlt-sync'))->make('kafedra');
        $this->assertSame('text', $this->field()->get('type'));
        $this->assertSame('dltsync_kafedra', $this->field()->get('shortname'));
        $this->assertSame('Kafedra', $this->field()->get('name'));
        $this->assertSame('dlt-sync', $this->field()->get_category()->get('name'));
    }

    public function test_a_teacher_sees_the_field_and_cannot_change_it(): void {
        $this->resetAfterTest();
        $this->setAdminUser();
        (new course_fields('dlt-sync'))->make('code');
        $course = $this->getDataGenerator()->create_course(['customfield_dltsync_code' => 'ANAT1201']);
        $this->setUser($this->getDataGenerator()->create_and_enrol($course, 'editingteacher'));
        $this->assertTrue(has_capability('moodle/course:update', context_course::instance($course->id)));
        $this->assertTrue(course_handler::create()->can_view($this->field(), $course->id));
        $this->assertFalse(course_handler::create()->can_edit($this->field(), $course->id));
        $this->setUser($this->getDataGenerator()->create_and_enrol($course, 'student'));
        $this->assertTrue(course_handler::create()->can_view($this->field(), $course->id));
    }

    public function test_a_field_that_was_moved_or_renamed_is_left_as_it_is(): void {
        global $DB;
        $this->resetAfterTest();
        $this->setAdminUser();
        (new course_fields('somewhere'))->make('code');
        $DB->set_field('customfield_field', 'name', 'Code of the discipline', []);
        course_handler::reset_caches();
        $this->assertStringEndsWith('is there.', (new course_fields('dlt-sync'))->make('code'));
        $this->assertSame('Code of the discipline', $this->field()->get('name'));
        $this->assertSame('somewhere', $this->field()->get_category()->get('name'));
    }

    public function test_a_field_of_another_type_is_refused(): void {
        $this->resetAfterTest();
        $generator = $this->getDataGenerator()->get_plugin_generator('core_customfield');
        $category = $generator->create_category();
        $generator->create_field(['categoryid' => $category->get('id'), 'type' => 'checkbox', 'shortname' => 'dltsync_ects']);
        course_handler::reset_caches();
        $this->expectException(problem::class);
        $this->expectExceptionMessageMatches('/“dltsync_ects” is of type “checkbox”/');
        (new course_fields('dlt-sync'))->make('ects');
    }
}
