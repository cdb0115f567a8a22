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

use local_dltsync\tests\videos_testcase;

/**
 * Videos in the sections of courses.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\kinds\video
 * @covers     \local_dltsync\local\kinds\owned_kind
 * @covers     \local_dltsync\local\placements\places
 * @covers     \local_dltsync\local\sections
 */
final class video_test extends videos_testcase {
    /**
     * What is asked for is what is read, and what Moodle shows.
     */
    public function test_video_is_created_in_its_section(): void {
        $id = $this->create_video('anatomy', 'v1', ['section' => 3]);
        $this->assertSame(self::video('anatomy', 'v1', ['section' => 3]), $this->fields('video', self::key('anatomy', 'v1')));
        $cm = get_fast_modinfo($this->courseid('anatomy'))->get_cm($id);
        $this->assertSame(
            ['url', 'Дәріс v1', 3, 'dlt:placement:v1', true],
            [$cm->modname, $cm->name, (int)$cm->sectionnum, $cm->idnumber, (bool)$cm->uservisible]
        );
        $this->create_video('anatomy', 'v2', ['section' => 7]);
        $this->assertSame(range(0, 7), array_keys(get_fast_modinfo($this->courseid('anatomy'))->get_section_info_all()));
    }

    /**
     * Where little is said the rest is as usual.
     */
    public function test_little_has_to_be_said(): void {
        $fields = ['course' => 'plt:offering:anatomy', 'section' => 0, 'name' => 'V', 'url' => 'https://a.example/v'];
        $this->create('video', self::key('anatomy', 'v1'), $fields);
        $this->assertEquals($fields + video::nothing(), $this->fields('video', self::key('anatomy', 'v1')));
    }

    /**
     * Every field but the course can change, alone or with others.
     */
    public function test_video_is_renamed_replaced_moved_and_hidden(): void {
        $id = $this->create_video('anatomy', 'v1');
        $key = self::key('anatomy', 'v1');
        $fields = self::video('anatomy', 'v1');
        $steps = [
            ['name' => 'Лекция 1. Кости'], ['url' => 'https://youtu.example/watch?a=1&b=2'], ['display' => 0], ['section' => 4],
            ['visible' => false], ['idnumber' => ''], ['order' => 7],
            ['name' => 'N', 'url' => 'http://a.example/', 'section' => 2, 'visible' => true, 'idnumber' => 'i', 'order' => 1],
        ];
        foreach ($steps as $step) {
            $answer = $this->do('video', 'update', $key, $step, array_intersect_key($fields, $step), $id);
            $fields = array_replace($fields, $step);
            $this->assertSame(['done', $fields], [$answer['status'], $answer['fields']], json_encode($step));
            $cm = get_fast_modinfo($this->courseid('anatomy'))->get_cm($id);
            $this->assertEquals(
                [$fields['name'], $fields['section'], $fields['visible'], $fields['idnumber']],
                [$cm->name, $cm->sectionnum, $cm->visible, $cm->idnumber]
            );
            $this->assertSame($fields, $this->fields('video', $key));
        }
        $this->assert_answer('moved', 'moved', $this->do('video', 'update', $key, ['name' => 'X'], ['name' => 'Y']));
        $other = ['course' => 'plt:offering:latin'];
        $this->assert_answer('failed', 'badfield', $this->do('video', 'update', $key, $other));
    }

    /**
     * Videos stand in their order, and what a teacher made stays where it is.
     */
    public function test_videos_stand_in_order_around_what_a_teacher_made(): void {
        $this->create_page('anatomy', 'Plan');
        $this->create_video('anatomy', 'v3', ['order' => 3]);
        $this->create_page('anatomy', 'Quiz');
        $this->create_video('anatomy', 'v1', ['order' => 1]);
        $this->create_video('anatomy', 'v2', ['order' => 2]);
        $this->create_video('anatomy', 'v9', ['order' => 9]);
        $this->assertSame(['Plan', 'Дәріс v1', 'Дәріс v2', 'Дәріс v3', 'Дәріс v9', 'Quiz'], $this->names_in('anatomy', 1));
        $this->send_well([self::operation('update', 'anatomy', 'v1', ['order' => 8])]);
        $this->assertSame(['Plan', 'Дәріс v2', 'Дәріс v3', 'Дәріс v1', 'Дәріс v9', 'Quiz'], $this->names_in('anatomy', 1));
        $this->send_well([self::operation('update', 'anatomy', 'v9', ['section' => 2])]);
        $this->assertSame(['Plan', 'Дәріс v2', 'Дәріс v3', 'Дәріс v1', 'Quiz'], $this->names_in('anatomy', 1));
        $this->assertSame(['Дәріс v9'], $this->names_in('anatomy', 2));
    }

    /**
     * A section that a teacher hid hides its videos, which does not make them other videos.
     */
    public function test_hidden_section_says_nothing_of_its_videos(): void {
        global $DB;
        $courseid = $this->courseid('anatomy');
        $old = $this->create_video('anatomy', 'v1');
        set_section_visible($courseid, 1, 0);
        $this->assertTrue($this->fields('video', self::key('anatomy', 'v1'))['visible']);
        $new = $this->create_video('anatomy', 'v2');
        $hidden = $this->create_video('anatomy', 'v3', ['visible' => false]);
        $moved = $this->create_video('anatomy', 'v4', ['section' => 2]);
        $this->send_well([self::operation('update', 'anatomy', 'v4', ['section' => 1])]);
        foreach ([$old, $new, $hidden, $moved] as $id) {
            $this->assertEquals(0, $DB->get_field('course_modules', 'visible', ['id' => $id]));
        }
        $this->send_well([
            self::operation('update', 'anatomy', 'v1', ['visible' => false]),
            self::operation('update', 'anatomy', 'v3', ['visible' => true]),
        ]);
        set_section_visible($courseid, 1, 1);
        $visible = fn($id) => (int)$DB->get_field('course_modules', 'visible', ['id' => $id]);
        $this->assertSame([0, 1, 1, 1], array_map($visible, [$old, $new, $hidden, $moved]));
    }

    /**
     * A link that a teacher made is found by its idnumber or address in its course, and becomes ours with its place.
     */
    public function test_teachers_link_is_found_and_adopted(): void {
        $link = fn($course, $fields) => (int)$this->getDataGenerator()->create_module('url', $fields + [
            'course' => $this->courseid($course), 'section' => 1, 'name' => 'Mine', 'externalurl' => self::SITE . 'v1',
        ])->cmid;
        $mine = $link('anatomy', []);
        $link('latin', []);
        $by = [['idnumber', 'dlt:placement:v1'], ['url', self::SITE . 'v1']];
        $found = $this->candidates('video', $by, 'plt:offering:anatomy');
        $this->assertSame([[$mine, 'url', null, false]], array_map(
            fn($one) => [$one['moodleid'], $one['matchedby'], $one['owner'], $one['protected']],
            $found
        ));
        $named = $link('anatomy', ['idnumber' => 'dlt:placement:v1']);
        $this->assertSame([$named], array_column($this->candidates('video', $by, 'plt:offering:anatomy'), 'moodleid'));
        $fields = array_diff_key(self::video('anatomy', 'v1'), ['course' => 1]);
        $answer = $this->do('video', 'adopt', self::key('anatomy', 'v1'), $fields, ['name' => 'Mine'], $mine);
        $this->assertSame(['done', self::video('anatomy', 'v1')], [$answer['status'], $answer['fields']]);
        $page = $this->create_page('anatomy', 'Page');
        $this->assert_answer('moved', 'gone', $this->do('video', 'adopt', self::key('anatomy', 'v2'), [], null, $page));
    }

    /**
     * A video that is deleted leaves nothing behind.
     */
    public function test_video_is_deleted(): void {
        global $DB;
        $before = $DB->count_records('course_modules');
        $id = $this->create_video('anatomy', 'v1');
        $answer = $this->do('video', 'delete', self::key('anatomy', 'v1'), [], ['name' => 'Дәріс v1'], $id);
        $this->assertSame(['done', null], [$answer['status'], $answer['fields']]);
        $this->assertSame($before, $DB->count_records('course_modules'));
        foreach (['url', 'local_dltsync_video', 'local_dltsync_event'] as $table) {
            $this->assertSame(0, $DB->count_records($table), $table);
        }
        $this->assertSame([], $this->read('video'));
        $this->assertSame([], $this->names_in('anatomy', 1));
    }

    /**
     * Videos are read by course; one that is gone is where its key says. One that waits to be deleted is gone.
     */
    public function test_videos_are_read_by_course_those_included_that_are_gone(): void {
        global $DB;
        foreach (['anatomy', 'latin'] as $course) {
            course_delete_module($this->create_video($course, 'gone'));
            $this->create_video($course, 'there');
            $DB->set_field('course_modules', 'deletioninprogress', 1, ['id' => $this->create_video($course, 'going')]);
        }
        $objects = $this->read('video', ['courses' => ['plt:offering:latin']]);
        $names = array_map(fn($object) => $object['fields']['name'] ?? null, array_column($objects, null, 'key'));
        $this->assertSame([
            self::key('latin', 'gone') => null, self::key('latin', 'there') => 'Дәріс there', self::key('latin', 'going') => null,
        ], $names);
    }

    /**
     * What Moodle cannot hold as it is is refused, and nothing is left of it.
     */
    public function test_bad_videos_are_refused(): void {
        global $DB;
        $bad = [
            ['name' => ' '], ['name' => '<b>A</b>'], ['name' => str_repeat('ә', 256)], ['url' => 'javascript:alert(1)'],
            ['url' => 'https://a.example/ b'], ['url' => ''], ['url' => 'https://a.example/?a&amp;b'], ['display' => 4],
            ['display' => 99], ['section' => 9999], ['section' => -1], ['idnumber' => str_repeat('1', 101)],
            ['course' => 'plt:offering:latin'], ['order' => '1'],
        ];
        foreach ($bad as $fields) {
            $answer = $this->do('video', 'create', self::key('anatomy', 'v1'), self::video('anatomy', 'v1', $fields));
            $this->assertSame(['failed', 'badfield'], [$answer['status'], $answer['errorcode']], json_encode($fields));
        }
        $lost = self::video('nowhere', 'v1');
        $this->assert_answer('failed', 'unknownkey', $this->do('video', 'create', self::key('nowhere', 'v1'), $lost));
        $this->assertSame([0, 0], [$DB->count_records('local_dltsync_video'), $DB->count_records('url')]);
    }

    /**
     * Sections that belong to modules stay behind those in which videos stand.
     */
    public function test_section_of_a_module_gives_way(): void {
        \core\plugininfo\mod::enable_plugin('subsection', 1);
        $this->create_video('anatomy', 'v1', ['section' => 1]);
        $courseid = $this->courseid('anatomy');
        $this->setAdminUser();
        $this->getDataGenerator()->create_module('subsection', ['course' => $courseid, 'section' => 1, 'name' => 'Sub']);
        $this->setUser($this->service);
        $isdelegated = fn() => array_map(fn($one) => $one->is_delegated(), get_fast_modinfo($courseid)->get_section_info_all());
        $number = array_search(true, $isdelegated(), true);
        $this->create_video('anatomy', 'v2', ['section' => $number]);
        $this->assertSame([...array_fill(0, $number + 1, false), true], $isdelegated());
        $this->assertSame(['Дәріс v2'], $this->names_in('anatomy', $number));
    }

    /**
     * A copy of a video is a teacher's: only the table says what is ours.
     */
    public function test_copy_of_a_video_has_no_owner(): void {
        $id = $this->create_video('anatomy', 'v1');
        $this->setAdminUser();
        $courseid = $this->courseid('anatomy');
        $copy = duplicate_module(get_course($courseid), get_fast_modinfo($courseid)->get_cm($id));
        $this->setUser($this->service);
        $this->assertSame([$id], array_column($this->read('video'), 'moodleid'));
        $found = $this->candidates('video', [['url', self::SITE . 'v1']], 'plt:offering:anatomy');
        $owners = [$id => self::key('anatomy', 'v1'), (int)$copy->id => null];
        $this->assertSame($owners, array_column($found, 'owner', 'moodleid'));
        $this->assertSame(1, $this->digests('video', ['name'])['plt:offering:anatomy'][0]);
    }
}
