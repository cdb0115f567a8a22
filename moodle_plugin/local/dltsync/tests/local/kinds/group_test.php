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
 * Groups in courses.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\kinds\group
 */
final class group_test extends bridge_testcase {
    /** @var string key of the group in most tests */
    private const KEY = 'plt:offering:anatomy|plt:group:g1';

    /**
     * A group is made in its course, renamed, and keeps the rest.
     */
    public function test_group_is_created_and_renamed(): void {
        global $DB;
        $courseid = $this->create_course('anatomy');
        $id = $this->create_group('anatomy', 'g1');
        $DB->set_field('groups', 'enrolmentkey', 'kept', ['id' => $id]);
        $answer = $this->do('group', 'update', self::KEY, ['name' => 'ЖМ-201'], ['name' => 'g1'], $id);
        $this->assertSame(
            ['course' => 'plt:offering:anatomy', 'name' => 'ЖМ-201', 'idnumber' => 'g1'],
            $answer['fields']
        );
        $group = groups_get_group($id);
        $this->assertEquals([$courseid, 'kept'], [$group->courseid, $group->enrolmentkey]);
    }

    /**
     * The size counts members of any origin.
     */
    public function test_size_counts_everybody(): void {
        $courseid = $this->create_course('anatomy');
        $id = $this->create_group('anatomy', 'g1');
        $this->assertSame(['size' => 0], $this->read('group')[0]['facts']);
        $stranger = $this->getDataGenerator()->create_and_enrol(get_course($courseid));
        groups_add_member($id, $stranger->id);
        $this->assertSame(['size' => 1], $this->read('group', ['keys' => [self::KEY]])[0]['facts']);
    }

    /**
     * Only an empty group is removed.
     */
    public function test_group_is_deleted_only_when_empty(): void {
        $courseid = $this->create_course('anatomy');
        $id = $this->create_group('anatomy', 'g1');
        $stranger = $this->getDataGenerator()->create_and_enrol(get_course($courseid));
        groups_add_member($id, $stranger->id);
        $this->assert_answer('failed', 'notempty', $this->do('group', 'delete', self::KEY));
        $this->assertTrue(groups_group_exists($id));
        groups_remove_member($id, $stranger->id);
        $this->assert_answer('moved', 'moved', $this->do('group', 'delete', self::KEY, [], ['name' => 'g9']));
        $this->assertSame(['done', null], array_values(array_intersect_key(
            $this->do('group', 'delete', self::KEY),
            ['status' => 1, 'fields' => 1]
        )));
        $this->assertFalse(groups_group_exists($id));
        $this->assertSame([], $this->read('group'));
    }

    /**
     * The course is identity.
     */
    public function test_group_never_changes_its_course(): void {
        $this->create_course('anatomy');
        $this->create_course('latin');
        $this->create_group('anatomy', 'g1');
        $this->assert_answer('failed', 'badfield', $this->do('group', 'update', self::KEY, ['course' => 'plt:offering:latin']));
        $same = ['course' => 'plt:offering:anatomy', 'name' => 'g2'];
        $this->assertSame('done', $this->do('group', 'update', self::KEY, $same)['status']);
    }

    /**
     * Candidates are looked for within the course, and adopted with it.
     */
    public function test_group_is_found_in_its_course_and_adopted(): void {
        $generator = $this->getDataGenerator();
        $anatomy = $this->create_course('anatomy');
        $latin = $this->create_course('latin');
        $mine = $generator->create_group(['courseid' => $anatomy, 'name' => 'ЖМ-201']);
        $generator->create_group(['courseid' => $latin, 'name' => 'ЖМ-201']);
        $found = $this->candidates('group', [['idnumber', self::KEY], ['name', 'ЖМ-201']], 'plt:offering:anatomy');
        $this->assertSame([(int)$mine->id], array_column($found, 'moodleid'));
        $this->assertSame([], $this->candidates('group', [['name', 'ЖМ-201']], 'plt:offering:none'));
        $this->assertCount(2, $this->candidates('group', [['name', 'ЖМ-201']]));
        $answer = $this->do('group', 'adopt', self::KEY, ['idnumber' => self::KEY], null, (int)$mine->id);
        $this->assertSame(['done', self::KEY], [$answer['status'], $answer['fields']['idnumber']]);
    }

    /**
     * Groups are read by course; one that is gone is where its key says.
     */
    public function test_groups_are_read_by_course_those_included_that_are_gone(): void {
        foreach (['anatomy', 'latin'] as $course) {
            $this->create_course($course);
            $gone = $this->create_group($course, 'gone');
            $this->create_group($course, 'there');
            groups_delete_group($gone);
        }
        $objects = $this->read('group', ['courses' => ['plt:offering:latin']]);
        $this->assertSame(
            ['plt:offering:latin|plt:group:gone', 'plt:offering:latin|plt:group:there'],
            array_column($objects, 'key')
        );
        $this->assertSame([null, 'there'], [$objects[0]['fields'], $objects[1]['fields']['name']]);
    }

    /**
     * Moodle keeps idnumbers in a course apart.
     */
    public function test_bad_groups_are_refused(): void {
        $courseid = $this->create_course('anatomy');
        $this->getDataGenerator()->create_group(['courseid' => $courseid, 'idnumber' => 'taken']);
        $fields = ['course' => 'plt:offering:anatomy', 'name' => 'A', 'idnumber' => 'taken'];
        $this->assert_answer('failed', 'idnumbertaken', $this->do('group', 'create', self::KEY, $fields));
        $fields = ['course' => 'plt:offering:none', 'name' => 'A'];
        $this->assert_answer('failed', 'unknownkey', $this->do('group', 'create', self::KEY, $fields));
        $fields = ['course' => 'plt:offering:anatomy', 'name' => ' A '];
        $this->assert_answer('failed', 'badfield', $this->do('group', 'create', self::KEY, $fields));
        $this->assertSame([], $this->read('group'));
    }
}
