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

namespace local_dltsync\local;

use core_course\customfield\course_handler;
use local_dltsync\setup\course_fields;
use local_dltsync\tests\bridge_testcase;

/**
 * Courses made without sorting come out as those of create_course(), once they are sorted.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\course_creation
 * @covers     \local_dltsync\local\course_properties
 */
final class course_creation_test extends bridge_testcase {
    /**
     * Course data.
     *
     * @param int $category
     * @param string $name
     * @return \stdClass
     */
    private static function data(int $category, string $name): \stdClass {
        return (object)[
            'category' => $category, 'fullname' => 'Анатомия', 'shortname' => $name, 'idnumber' => $name, 'summary' => '',
            'summaryformat' => FORMAT_HTML, 'format' => 'weeks', 'numsections' => 3, 'startdate' => 1788220800,
            'enddate' => 1800057600, 'automaticenddate' => 0,
        ];
    }

    /**
     * Rows added to each table, by table.
     *
     * @param callable $work
     * @return int[]
     */
    private static function growth(callable $work): array {
        global $DB;
        $count = fn() => array_map(fn($table) => $DB->count_records($table), $DB->get_tables());
        $before = $count();
        $work();
        return array_filter(array_map(fn($after, $then) => $after - $then, $count(), $before));
    }

    /**
     * What there is of a category's courses, told by place and not by id.
     *
     * @param int $category
     * @return array
     */
    private static function picture(int $category): array {
        global $DB;
        $start = $DB->get_field('course_categories', 'sortorder', ['id' => $category]);
        $picture = ['count' => $DB->get_field('course_categories', 'coursecount', ['id' => $category])];
        foreach ($DB->get_records('course', ['category' => $category], 'sortorder') as $id => $course) {
            $rows = [self::bare($course, ['sortorder' => $course->sortorder - $start])];
            $tables = ['course_sections' => 'course', 'enrol' => 'courseid', 'course_format_options' => 'courseid'];
            foreach ($tables as $table => $by) {
                $rows[$table] = array_map(self::bare(...), array_values($DB->get_records($table, [$by => $id], 'id')));
            }
            foreach ($rows['course_sections'] as &$section) {
                $section['sequence'] = count(array_filter(explode(',', $section['sequence'])));
            }
            unset($section);
            $rows['modules'] = array_map(fn($cm) => [$cm->modname, $cm->sectionnum], get_fast_modinfo($id)->get_cms());
            $rows['modules'] = array_values($rows['modules']);
            $context = \context_course::instance($id);
            $rows['depth'] = [$context->depth, substr_count($context->path, '/')];
            $rows['blocks'] = $DB->get_fieldset('block_instances', 'blockname', ['parentcontextid' => $context->id]);
            $picture[] = $rows;
        }
        return $picture;
    }

    /**
     * A row without what differs between any two.
     *
     * @param \stdClass $row
     * @param array $instead
     * @return array
     */
    private static function bare(\stdClass $row, array $instead = []): array {
        $same = array_flip(['id', 'category', 'course', 'courseid', 'shortname', 'idnumber', 'cacherev']);
        return array_diff_key($instead + (array)$row, $same + ['timecreated' => 0, 'timemodified' => 0]);
    }

    /**
     * Tables, order, counts, events: nothing tells them apart.
     */
    public function test_same_as_core(): void {
        global $CFG;
        require_once($CFG->dirroot . '/course/lib.php');
        $this->setAdminUser();
        $makers = [
            'core' => fn($data) => create_course($data),
            'ours' => fn($data) => course_creation::create($data),
        ];
        $growth = $pictures = $events = $names = [];
        foreach ($makers as $by => $make) {
            $category = (int)$this->getDataGenerator()->create_category()->id;
            create_course(self::data($category, "$by old"));
            $sink = $this->redirectEvents();
            $growth[$by] = self::growth(function () use ($category, $make, $by): void {
                foreach ([1, 2, 3] as $i) {
                    $make(self::data($category, "$by $i"));
                }
                course_creation::sort();
            });
            $events[$by] = array_map(fn($event) => [get_class($event), array_keys((array)$event->other)], $sink->get_events());
            $sink->close();
            $pictures[$by] = self::picture($category);
            $courses = \core_course_category::get($category)->get_courses();
            $names[$by] = array_map(fn($course) => trim(substr($course->shortname, 4)), array_values($courses));
        }
        $this->assertNotEmpty($growth['core']);
        $this->assertCount(5, $pictures['core']);
        $this->assertSame(['3', '2', '1', 'old'], $names['core']);
        $this->assertEquals($growth['core'], $growth['ours']);
        $this->assertEquals($events['core'], $events['ours']);
        $this->assertEquals($pictures['core'], $pictures['ours']);
        $this->assertSame($names['core'], $names['ours']);
    }

    /**
     * Fields written in one query are those that Moodle's own way writes.
     */
    public function test_custom_fields_are_those_that_saving_makes(): void {
        global $DB;
        $this->setAdminUser();
        foreach (course_fields::NAMES as $name) {
            (new course_fields('Department records'))->make($name);
        }
        $values = ['cf_code' => 'ГиЭ 3201', 'cf_ects' => '4', 'cf_kafedra' => '', 'cf_programme' => 'Ж & "М"'];
        $rows = [];
        foreach (['save', 'add'] as $way) {
            $id = (int)$this->getDataGenerator()->create_course()->id;
            course_properties::$way($id, $values);
            $found = array_values($DB->get_records('customfield_data', ['instanceid' => $id], 'fieldid'));
            $place = fn($row) => \context::instance_by_id($row->contextid)->instanceid == $row->instanceid;
            $bare = fn($row) => self::bare($row, ['contextid' => $place($row), 'instanceid' => 0]);
            $rows[$way] = array_map($bare, $found);
        }
        $this->assertCount(3, $rows['save']);
        $this->assertEquals($rows['save'], $rows['add']);
        course_properties::add($id, ['cf_code' => 'B']);
        $this->assertSame('B', course_handler::create()->export_instance_data_object($id)->dltsync_code);
    }

    /**
     * Courses of one batch in two categories, one of them refused: the others are there, in order, and nothing is at 0.
     */
    public function test_one_bad_course_leaves_the_others_in_order(): void {
        global $DB;
        $old = $this->create_course('old');
        $category = (int)$DB->get_field('course', 'category', ['id' => $old]);
        $key = $DB->get_field('local_dltsync_object', 'sourcedid', ['kind' => 'category', 'moodleid' => $category]);
        $operation = fn($name, $short) => [
            'op' => 'create', 'key' => "plt:offering:$name", 'expect' => null,
            'fields' => ['fullname' => $name, 'shortname' => $short, 'category' => $key],
        ];
        $operations = [$operation('n1', 'N1'), $operation('n2', 'N1'), $operation('n3', 'N3')];
        $answers = $this->apply('course', $operations);
        $this->assertSame(['done', 'failed', 'done'], array_column($answers, 'status'));
        $names = array_values($DB->get_records_menu('course', ['category' => $category], 'sortorder', 'id, fullname'));
        $this->assertSame(['n3', 'n1'], array_slice($names, 0, 2));
        $this->assertFalse($DB->record_exists('course', ['sortorder' => 0]));
        $sorted = $DB->get_fieldset('course', 'sortorder', ['category' => $category]);
        $this->assertCount(3, array_unique($sorted));
        $this->assertEquals(3, $DB->get_field('course_categories', 'coursecount', ['id' => $category]));
    }

    /**
     * What a crash left unsorted is sorted with the next batch.
     */
    public function test_sorts_after_crash(): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/course/lib.php');
        $category = (int)$this->getDataGenerator()->create_category()->id;
        course_creation::create(self::data($category, 'left'));
        $this->assertTrue($DB->record_exists('course', ['sortorder' => 0]));
        $this->create_course('next');
        $this->assertFalse($DB->record_exists('course', ['sortorder' => 0]));
        $this->assertEquals(1, $DB->get_field('course_categories', 'coursecount', ['id' => $category]));
    }
}
