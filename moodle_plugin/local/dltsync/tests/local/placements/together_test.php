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

namespace local_dltsync\local\placements;

use core\event\base;
use local_dltsync\tests\videos_testcase;

/**
 * Videos that are written together leave the course as Moodle's own functions would have left it.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\placements\together
 * @covers     \local_dltsync\local\placements\planner
 * @covers     \local_dltsync\local\placements\rows
 * @covers     \local_dltsync\local\placements\change
 * @covers     \local_dltsync\local\placements\news
 * @covers     \local_dltsync\local\ownership
 */
final class together_test extends videos_testcase {
    /** @var array[] what differs from one video to the next */
    private const VIDEOS = [
        ['a', ['section' => 1]],
        ['b', ['section' => 1, 'visible' => false, 'display' => 0]],
        ['c', ['section' => 3, 'idnumber' => '', 'display' => 5]],
        ['d', ['section' => 0, 'display' => 6, 'url' => 'https://a.example/x?y=1&z=%20']],
    ];

    /** @var array[] tables of a course's modules, and the column that names the course */
    private const TABLES = ['course_modules' => 'course', 'url' => 'course', 'course_sections' => 'course'];

    /**
     * Makes a video as Moodle's own functions do.
     *
     * @param string $course
     * @param string $name
     * @param array $fields
     * @return int id in course_modules
     */
    private function by_core(string $course, string $name, array $fields): int {
        global $DB;
        $fields = self::video($course, $name, $fields);
        $config = get_config('url');
        $info = add_moduleinfo((object)[
            'modulename' => 'url', 'module' => $DB->get_field('modules', 'id', ['name' => 'url']),
            'section' => $fields['section'], 'visible' => (int)$fields['visible'], 'cmidnumber' => $fields['idnumber'],
            'name' => $fields['name'], 'externalurl' => $fields['url'], 'display' => $fields['display'],
            'intro' => '', 'introformat' => FORMAT_HTML, 'printintro' => $config->printintro,
            'popupwidth' => (int)$config->popupwidth, 'popupheight' => (int)$config->popupheight,
        ], get_course($this->courseid($course)));
        return (int)$info->coursemodule;
    }

    /**
     * The rows of a course's modules, as they would be for any course.
     *
     * @param string $course
     * @return array[] by table
     */
    private function tables(string $course): array {
        global $DB;
        $courseid = $this->courseid($course);
        $names = $DB->get_records_sql_menu(
            "SELECT cm.id, u.name FROM {course_modules} cm JOIN {url} u ON u.id = cm.instance WHERE cm.course = ?",
            [$courseid]
        );
        $sections = $DB->get_records_menu('course_sections', ['course' => $courseid], '', 'id, section');
        $tables = [];
        foreach (self::TABLES as $table => $column) {
            foreach ($DB->get_records($table, [$column => $courseid], 'id') as $row) {
                $row = (array)$row;
                $row['name'] ??= $names[$row['id']] ?? null;
                $row['section'] = $table === 'course_modules' ? $sections[$row['section']] : $row['section'] ?? null;
                $ids = array_filter(explode(',', $row['sequence'] ?? ''));
                $row['sequence'] = array_map(fn($id) => $names[$id] ?? '', $ids);
                $same = array_flip(['id', 'course', 'instance', 'added', 'timemodified']);
                $tables[$table][] = array_diff_key($row, $same);
            }
            usort($tables[$table], fn($a, $b) => [$a['section'], $a['name']] <=> [$b['section'], $b['name']]);
        }
        $contexts = array_map(fn($id) => \context_module::instance($id), array_keys($names));
        $parent = \context_course::instance($courseid);
        foreach ($contexts as $context) {
            $row = $DB->get_record('context', ['id' => $context->id], '*', MUST_EXIST);
            $this->assertSame("$parent->path/$context->id", $row->path);
            $this->assertEquals([$parent->depth + 1, 0], [$row->depth, $row->locked]);
        }
        return $tables;
    }

    /**
     * What Moodle says of a course's modules from its cache.
     *
     * @param string $course
     * @return array[]
     */
    private function said_of(string $course): array {
        $said = [];
        foreach (get_fast_modinfo($this->courseid($course))->get_cms() as $cm) {
            $said[] = [
                $cm->name, $cm->modname, $cm->sectionnum, $cm->visible, $cm->visibleold, $cm->idnumber, $cm->icon, $cm->onclick,
                $cm->customdata, $cm->completion, $cm->availability, $cm->showdescription, $cm->uservisible, $cm->indent,
            ];
        }
        return json_decode(preg_replace('/view.php\?id=\d+/', '', json_encode($said)), true);
    }

    /**
     * What was told, as it would be for any course.
     *
     * @param base[] $events
     * @return array[]
     */
    private function told(array $events): array {
        $told = [];
        foreach (array_filter($events, fn($event) => $event->objecttable === 'course_modules') as $event) {
            $this->assertEquals($event->objectid, $event->contextinstanceid);
            $differs = ['timecreated', 'contextid', 'contextinstanceid', 'courseid', 'objectid'];
            $data = array_diff_key($event->get_data(), array_flip($differs));
            unset($data['other']['instanceid']);
            $told[] = $data;
        }
        return $told;
    }

    /**
     * Rows, contexts, what Moodle shows, and events are those of add_moduleinfo().
     */
    public function test_course_looks_as_if_moodle_itself_had_made_the_videos(): void {
        $this->said_of('anatomy');
        $sink = $this->redirectEvents();
        $operations = [];
        foreach (self::VIDEOS as $place => [$name, $fields]) {
            $operations[] = self::operation('create', 'anatomy', $name, $fields + ['order' => $place]);
        }
        $this->send_well($operations);
        $told = $this->told($sink->get_events());
        $sink->clear();
        course_create_sections_if_missing($this->courseid('latin'), range(0, 3));
        foreach (self::VIDEOS as [$name, $fields]) {
            $this->by_core('latin', $name, $fields);
        }
        $this->assertCount(4, $told);
        $this->assertEquals($this->told($sink->get_events()), $told);
        $this->assertEquals($this->tables('latin'), $this->tables('anatomy'));
        $this->assertEquals($this->said_of('latin'), $this->said_of('anatomy'));
    }

    /**
     * Changes written together leave what they leave one by one, and tell the same.
     */
    public function test_changes_together_are_as_changes_one_by_one(): void {
        global $DB;
        $steps = [
            ['a' => ['name' => 'Новое имя'], 'b' => ['visible' => true], 'd' => ['display' => 1]],
            ['c' => ['url' => 'https://a.example/']],
            ['a' => ['section' => 3, 'visible' => false], 'b' => ['section' => 2], 'c' => ['idnumber' => 'x', 'order' => 9]],
            ['a' => ['order' => 99], 'b' => ['section' => 3, 'order' => 1, 'name' => 'B'], 'c' => ['order' => 9]],
        ];
        foreach (['anatomy', 'latin'] as $course) {
            $this->send_well(array_map(fn($video) => self::operation('create', $course, ...$video), self::VIDEOS));
        }
        foreach ($steps as $step) {
            $sink = $this->redirectEvents();
            $operations = fn($course) => array_map(
                fn($name) => self::operation('update', $course, $name, $step[$name]),
                array_keys($step)
            );
            $this->send_well($operations('anatomy'));
            $told = $this->told($sink->get_events());
            $sink->clear();
            // With something in the calendar each is left to Moodle's own functions.
            $in = 'course = ' . $this->courseid('latin');
            $DB->set_field_select('course_modules', 'completionexpected', 4000000000, $in);
            $this->send_well($operations('latin'));
            $DB->set_field_select('course_modules', 'completionexpected', 0, $in);
            rebuild_course_cache($this->courseid('latin'), true);
            $DB->delete_records('event');
            $this->assertEquals($this->told($sink->get_events()), $told);
            $sink->close();
            $this->assertEquals($this->tables('latin'), $this->tables('anatomy'));
            $this->assertEquals($this->said_of('latin'), $this->said_of('anatomy'));
        }
    }

    /**
     * What is answered is what is read.
     */
    public function test_answers_hold_the_videos_as_they_read(): void {
        $operations = array_map(fn($video) => self::operation('create', 'anatomy', ...$video), self::VIDEOS);
        $operations[] = self::operation('update', 'anatomy', 'a', ['section' => 2, 'name' => 'A']);
        foreach (array_slice($this->send_well($operations), 1) as $answer) {
            $read = $this->read('video', ['keys' => [$answer['key']]])[0];
            $this->assertSame([$read['moodleid'], $read['fields']], [$answer['moodleid'], $answer['fields']]);
        }
    }

    /**
     * Operations of a batch that depend on each other are done in order, and a bad one stops no other.
     */
    public function test_operations_of_a_batch_see_each_other_and_stand_alone(): void {
        $gone = $this->create_video('anatomy', 'gone');
        course_delete_module($gone);
        $batch = self::uuid();
        $operations = [
            self::operation('create', 'anatomy', 'a'),
            self::operation('update', 'anatomy', 'a', ['name' => 'A']) + ['expect' => ['name' => 'Дәріс a']],
            self::operation('create', 'anatomy', 'a'),
            self::operation('create', 'anatomy', 'b', ['url' => 'ftp://a.example']),
            self::operation('create', 'nowhere', 'a'),
            self::operation('update', 'anatomy', 'c', ['name' => 'C']),
            self::operation('create', 'latin', 'a', ['section' => 2]),
            self::operation('create', 'anatomy', 'gone'),
            self::operation('delete', 'anatomy', 'a'),
            self::operation('create', 'anatomy', 'a', ['name' => 'Again']),
        ];
        $answers = $this->apply('video', $operations, $batch);
        $this->assertSame([
            'done', 'done', 'failed exists', 'failed badfield', 'failed unknownkey', 'moved gone', 'done', 'done', 'done', 'done',
        ], array_map(fn($answer) => trim("{$answer['status']} {$answer['errorcode']}"), $answers));
        $this->assertSame($answers, $this->apply('video', $operations, $batch));
        $this->assertEqualsCanonicalizing(['Дәріс gone', 'Again'], $this->names_in('anatomy', 1));
        $this->assertCount(3, $this->read('video'));
    }

    /**
     * A revision of the course, and each section, is written once for many videos.
     */
    public function test_queries_hardly_grow_with_the_videos(): void {
        global $DB;
        $count = function (string $course, array $numbers) use ($DB): int {
            $create = fn($number) => self::operation('create', $course, "v$number", ['section' => $number % 3]);
            $operations = array_map($create, $numbers);
            $sink = $this->redirectEvents();
            $before = $DB->perf_get_queries();
            $this->send_well($operations);
            $sink->close();
            return $DB->perf_get_queries() - $before;
        };
        $count('latin', range(0, 5));
        $count('anatomy', range(0, 5));
        $few = $count('anatomy', range(10, 19));
        // One statement each gives the links their ids.
        $this->assertSame($few + 30, $count('anatomy', range(20, 59)));
    }

    /**
     * A video that a teacher put into the calendar is renamed and hidden there too.
     */
    public function test_what_is_in_the_calendar_is_left_to_moodle(): void {
        global $DB;
        $id = $this->create_video('anatomy', 'a');
        $courseid = $this->courseid('anatomy');
        $DB->set_field('course', 'enablecompletion', 1, ['id' => $courseid]);
        $DB->set_field('course_modules', 'completionexpected', 4000000000, ['id' => $id]);
        rebuild_course_cache($courseid, true);
        $instance = $DB->get_field('course_modules', 'instance', ['id' => $id]);
        \core_completion\api::update_completion_date_event($id, 'url', $instance, 4000000000);
        $this->send_well([self::operation('update', 'anatomy', 'a', ['name' => 'Neu', 'visible' => false])]);
        $event = $DB->get_record('event', ['modulename' => 'url'], '*', MUST_EXIST);
        $this->assertStringContainsString('Neu', $event->name);
        $this->assertEquals(0, $event->visible);
    }
}
