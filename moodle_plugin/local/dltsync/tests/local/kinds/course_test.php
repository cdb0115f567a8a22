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

use core_course\customfield\course_handler;
use local_dltsync\local\instances;
use local_dltsync\setup\course_fields;
use local_dltsync\tests\bridge_testcase;

/**
 * Courses with their custom fields and templates.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\kinds\course
 * @covers     \local_dltsync\local\course_properties
 * @covers     \local_dltsync\local\template
 * @covers     \local_dltsync\local\instances
 */
final class course_test extends bridge_testcase {
    /** @var array all that may be said of a course */
    private const FIELDS = [
        'fullname' => 'Анатомия (ЖМ, 2-курс, 2026-2027/1)',
        'shortname' => 'ANA2201 kk 2026-2027/1 6B10101',
        'category' => 'plt:cafedra:59',
        'idnumber' => 'plt:offering:1',
        'lang' => 'en',
        'startdate' => 1788220800,
        'enddate' => 1800057600,
        'visible' => false,
        'format' => 'weeks',
        'cf_code' => 'ANA2201',
        'cf_programme' => '6B10101',
        'cf_study_year' => '2',
        'cf_ects' => '5',
        'cf_delivery_mode' => 'blended',
        'cf_kafedra' => 'Қалыпты анатомия',
    ];

    /**
     * A category and the custom fields, as the set-up script makes them.
     */
    protected function setUp(): void {
        parent::setUp();
        $this->setAdminUser();
        foreach (course_fields::NAMES as $name) {
            (new course_fields('Department records'))->make($name);
        }
        $this->setUser($this->service);
        $this->create('category', 'plt:cafedra:59', ['name' => 'Кафедра', 'parent' => '']);
    }

    /**
     * A course is made with everything, in one operation.
     */
    public function test_course_is_created_with_every_field(): void {
        $id = $this->create('course', 'plt:offering:1', self::FIELDS);
        $this->assertSame(self::FIELDS, $this->fields('course', 'plt:offering:1'));
        $data = course_handler::create()->export_instance_data_object($id, true);
        $this->assertSame('Қалыпты анатомия', $data->dltsync_kafedra);
        $this->assertArrayHasKey($id, instances::of([$id]));
    }

    /**
     * A course gets the enrolment methods and the sections that the site gives any course, and one of ours.
     */
    public function test_new_course_has_what_the_site_gives_any_course(): void {
        global $DB;
        $other = create_course((object)['fullname' => 'Other', 'shortname' => 'other', 'category' => 1]);
        $id = $this->create_course('anatomy');
        $methods = fn($courseid) => $DB->get_fieldset_select('enrol', 'enrol', 'courseid = ? ORDER BY enrol', [$courseid]);
        $this->assertSame(['dltsync', ...$methods($other->id)], $methods($id));
        $sections = (int)get_config('moodlecourse', 'numsections') + 1;
        $this->assertSame($sections, $DB->count_records('course_sections', ['course' => $id]));
    }

    /**
     * Each field is changed and read back, and the rest of the course stays.
     */
    public function test_every_field_is_updated(): void {
        global $DB;
        $this->create('category', 'archive', ['name' => 'Архив', 'parent' => '', 'visible' => false]);
        $id = $this->create('course', 'plt:offering:1', self::FIELDS);
        $DB->set_field('course', 'summary', 'The teacher wrote this', ['id' => $id]);
        $fields = [
            'fullname' => 'Анатомия & физиология', 'shortname' => 'A', 'category' => 'archive', 'idnumber' => '',
            'lang' => '', 'startdate' => 1700000000, 'enddate' => 0, 'visible' => true, 'format' => 'topics',
            'cf_code' => '', 'cf_programme' => 'X', 'cf_study_year' => '3', 'cf_ects' => '', 'cf_delivery_mode' => 'online',
            'cf_kafedra' => 'Дерматология',
        ];
        $answer = $this->do('course', 'update', 'plt:offering:1', $fields, self::FIELDS, $id);
        $this->assertSame(['done', $fields], [$answer['status'], $answer['fields']], $answer['message']);
        $this->assertSame('The teacher wrote this', $DB->get_field('course', 'summary', ['id' => $id]));
        $this->assertSame(4, $DB->count_records('customfield_data', ['instanceid' => $id]));
    }

    /**
     * Removal hides a course and moves it to the archive; its return undoes both.
     */
    public function test_course_is_archived_and_comes_back(): void {
        $this->create('category', 'archive', ['name' => 'Архив', 'parent' => '', 'visible' => false]);
        $id = $this->create('course', 'plt:offering:1', ['visible' => true] + self::FIELDS);
        $there = ['category' => 'plt:cafedra:59', 'visible' => true];
        $archived = ['category' => 'archive', 'visible' => false];
        $this->assertSame('done', $this->do('course', 'update', 'plt:offering:1', $archived, $there)['status']);
        $this->assertSame($archived + $this->fields('course', 'plt:offering:1'), $archived + self::FIELDS);
        $this->assertSame('done', $this->do('course', 'update', 'plt:offering:1', $there, $archived)['status']);
        $this->assertEquals(1, get_course($id)->visible);
        $parent = \context_course::instance($id)->get_parent_context();
        $this->assertEquals(get_course($id)->category, $parent->instanceid);
    }

    /**
     * Only the end changes: it is checked against the start that is there.
     */
    public function test_end_is_changed_alone_and_checked_against_the_start(): void {
        $this->create('course', 'plt:offering:1', self::FIELDS);
        $answer = $this->do('course', 'update', 'plt:offering:1', ['enddate' => 1800144000]);
        $this->assertSame(['done', 1800144000], [$answer['status'], $answer['fields']['enddate']]);
        $answer = $this->do('course', 'update', 'plt:offering:1', ['enddate' => 1700000000]);
        $this->assert_answer('failed', 'enddatebeforestartdate', $answer);
        $this->assertSame(1800144000, $this->fields('course', 'plt:offering:1')['enddate']);
    }

    /**
     * Values that Moodle cannot hold as they are, or that are another course's, are refused.
     *
     * @dataProvider bad_fields
     * @param array $fields
     * @param string $errorcode
     */
    public function test_bad_course_is_refused_and_not_stored(array $fields, string $errorcode): void {
        global $DB;
        $this->getDataGenerator()->create_course(['shortname' => 'taken', 'idnumber' => 'taken']);
        $before = $DB->count_records('course');
        $this->assert_answer('failed', $errorcode, $this->do('course', 'create', 'k', $fields + self::FIELDS));
        $this->assertSame($before, $DB->count_records('course'));
        $this->create('course', 'k', self::FIELDS);
        $this->assert_answer('failed', $errorcode, $this->do('course', 'update', 'k', $fields));
        $this->assertSame(self::FIELDS, $this->fields('course', 'k'));
    }

    /**
     * Fields of which one is bad, and the code.
     *
     * @return array[]
     */
    public static function bad_fields(): array {
        return [
            'short name of another' => [['shortname' => 'taken'], 'shortnametaken'],
            'idnumber of another' => [['idnumber' => 'taken'], 'courseidnumbertaken'],
            'tag in a name' => [['fullname' => 'A<script>alert(1)</script>'], 'badfield'],
            'no name' => [['fullname' => ''], 'badfield'],
            'name that is too long' => [['fullname' => str_repeat('Қ', 1334)], 'badfield'],
            'no such category' => [['category' => 'plt:cafedra:none'], 'unknownkey'],
            'no category' => [['category' => ''], 'unknownkey'],
            'no such language' => [['lang' => 'tlh'], 'badfield'],
            'no such format' => [['format' => 'spiral'], 'badfield'],
            'end before start' => [['enddate' => 1700000000], 'enddatebeforestartdate'],
            'custom field that is too long' => [['cf_kafedra' => str_repeat('Қ', 1334)], 'badfield'],
            'no such custom field' => [['cf_colour' => 'red'], 'badfield'],
        ];
    }

    /**
     * A custom field that the site does not have cannot be kept; an empty one need not be.
     */
    public function test_custom_field_that_is_missing_is_a_bad_field(): void {
        global $DB;
        $this->setAdminUser();
        foreach (course_handler::create()->get_fields() as $field) {
            if ($field->get('shortname') === 'dltsync_ects') {
                course_handler::create()->delete_field_configuration($field);
            }
        }
        $this->setUser($this->service);
        $this->assert_answer('failed', 'badfield', $this->do('course', 'create', 'k', self::FIELDS));
        $this->assertFalse($DB->record_exists('course', ['shortname' => self::FIELDS['shortname']]));
        $this->create('course', 'k', ['cf_ects' => ''] + self::FIELDS);
    }

    /**
     * A teacher's course is adopted with its one instance, and not doubled when that happens again.
     */
    public function test_course_is_adopted_and_keeps_one_instance(): void {
        global $DB;
        $course = $this->getDataGenerator()->create_course(['shortname' => 'ANA', 'fullname' => 'By hand']);
        [$found] = $this->candidates('course', [['idnumber', 'plt:offering:1'], ['shortname', 'ANA']]);
        $this->assertSame(['shortname', "moodle:$course->category"], [$found['matchedby'], $found['fields']['category']]);
        $fields = ['category' => 'plt:cafedra:59', 'cf_code' => 'ANA2201'];
        for ($i = 0; $i < 2; $i++) {
            $expect = $i ? null : ['category' => "moodle:$course->category", 'fullname' => 'By hand'];
            $answer = $this->do('course', 'adopt', 'plt:offering:1', $fields, $expect, (int)$course->id);
            $this->assertSame(['done', $fields], [$answer['status'], array_intersect_key($answer['fields'], $fields)]);
            $this->assertSame(1, $DB->count_records('enrol', ['courseid' => $course->id, 'enrol' => 'dltsync']));
        }
    }

    /**
     * The site's own course is found, but protected.
     */
    public function test_site_course_is_protected(): void {
        $site = get_site();
        [$found] = $this->candidates('course', [['shortname', $site->shortname]]);
        $this->assertTrue($found['protected']);
        $answer = $this->do('course', 'adopt', 'k', ['fullname' => 'Mine now'], null, (int)$site->id);
        $this->assert_answer('failed', 'protected', $answer);
    }

    /**
     * Courses are never deleted; one that was deleted by hand is made again.
     */
    public function test_course_deleted_by_hand_is_created_again(): void {
        $id = $this->create('course', 'k', self::FIELDS);
        $this->assert_answer('failed', 'notallowed', $this->do('course', 'delete', 'k'));
        delete_course($id, false);
        $this->assertSame([null], array_column($this->read('course'), 'fields'));
        $this->assertNotSame($id, $this->create('course', 'k', self::FIELDS));
    }

    /**
     * The content of a template is copied; its people, groups and enrolment methods are not.
     */
    public function test_course_is_created_from_a_template(): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/mod/forum/lib.php');
        $generator = $this->getDataGenerator();
        $this->setAdminUser();
        $record = ['shortname' => 'template', 'idnumber' => 'tpl', 'numsections' => 2, 'newsitems' => 5];
        $template = $generator->create_course($record);
        forum_get_course_forum($template->id, 'news');
        $generator->create_module('page', ['course' => $template->id, 'section' => 1, 'name' => 'Syllabus']);
        $generator->create_and_enrol($template, 'editingteacher');
        $generator->create_group(['courseid' => $template->id, 'name' => 'Not for you']);
        enrol_get_plugin('self')->add_instance($template, ['name' => 'By key']);
        instances::ensure($template->id);
        $this->setUser($this->service);
        foreach (['tpl', 'template'] as $number => $name) {
            $own = ['template' => $name, 'shortname' => "s$number", 'idnumber' => "i$number"];
            $id = $this->create('course', "k$number", $own + self::FIELDS);
            $fields = array_diff_key($own, ['template' => 1]) + self::FIELDS;
            $this->assertEquals($fields, $this->fields('course', "k$number"));
            $modules = get_fast_modinfo($id)->get_cms();
            $copied = array_map(fn($cm) => [(int)$cm->sectionnum, $cm->modname, $cm->name], $modules);
            $this->assertSame([[0, 'forum', 'Announcements'], [1, 'page', 'Syllabus']], array_values($copied));
            $this->assertSame(0, $DB->count_records('groups', ['courseid' => $id]));
            $this->assertSame(1, $DB->count_records('enrol', ['courseid' => $id, 'enrol' => 'dltsync']));
            $this->assertSame([], get_enrolled_users(\context_course::instance($id)));
            $this->assertFalse($DB->record_exists('enrol', ['courseid' => $id, 'name' => 'By key']));
        }
    }

    /**
     * A template that is not there leaves no course behind.
     */
    public function test_missing_template_is_refused(): void {
        global $DB;
        $answer = $this->do('course', 'create', 'k', ['template' => 'none'] + self::FIELDS);
        $this->assert_answer('failed', 'badfield', $answer);
        $this->assertFalse($DB->record_exists('course', ['shortname' => self::FIELDS['shortname']]));
        $this->create('course', 'k', ['template' => ''] + self::FIELDS);
        $this->assert_answer('failed', 'badfield', $this->do('course', 'update', 'k', ['template' => '']));
    }
}
