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

use local_dltsync\setup\course_fields;
use local_dltsync\tests\bridge_testcase;

/**
 * The database computes the digests that anybody computes who reads the objects.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\digest
 * @covers     \local_dltsync\local\rowset
 * @covers     \local_dltsync\local\source
 * @covers     \local_dltsync\local\field
 */
final class digest_test extends bridge_testcase {
    /** @var string texts that databases like to spoil */
    private const AWKWARD = 'Әлеуметтік Ғылым-Қазақ ІҢӨҮҰһ & «О’Нил» 🩺 \\ % _ " ё';

    /**
     * The digest as docs/bridge.md describes it, over what is read.
     *
     * @param string $kind
     * @param string[] $names
     * @return array[] by scope
     */
    private function reference(string $kind, array $names): array {
        $isscoped = in_array($kind, ['enrolment', 'video'], true);
        $digests = $isscoped ? [] : ['' => [0, 0, 0]];
        foreach ($this->read($kind, ['limit' => 10000]) as $object) {
            $scope = $isscoped ? $object['fields']['course'] ?? '' : '';
            foreach ($object['fields'] === null ? [] : self::rows($object, $names) as $row) {
                $hash = md5(implode("\x1f", $row));
                $sum = $digests[$scope] ?? [0, 0, 0];
                $digests[$scope] = [
                    $sum[0] + 1, $sum[1] + hexdec(substr($hash, 0, 8)), $sum[2] + hexdec(substr($hash, 8, 8)),
                ];
            }
        }
        ksort($digests);
        return $digests;
    }

    /**
     * The rows of one object.
     *
     * @param array $object
     * @param string[] $names
     * @return array[]
     */
    private static function rows(array $object, array $names): array {
        sort($names, SORT_STRING);
        $tags = ['members' => 'm', 'roles' => 'r', 'groups' => 'g'];
        $plain = ['o', $object['key']];
        $rows = [];
        foreach ($names as $name) {
            $value = $object['fields'][$name];
            if (isset($tags[$name])) {
                $rows = array_merge($rows, array_map(fn($item) => [$tags[$name], $object['key'], $item], $value));
            } else if (str_starts_with($name, 'cf_')) {
                $rows = array_merge($rows, $value === '' ? [] : [['f', $object['key'], $name, $value]]);
            } else {
                $plain[] = is_bool($value) ? (string)(int)$value : (string)$value;
            }
        }
        return [$plain, ...$rows];
    }

    /**
     * Asserts that the database computes what the reference does, for all fields, for none and for some.
     *
     * @param string $kind
     * @param int $count rows for all fields
     */
    private function assert_digests(string $kind, int $count): void {
        $all = array_keys(kinds\kind::of($kind)->fields());
        foreach ([$all, array_reverse($all), [], [$all[0]], array_slice($all, -2)] as $names) {
            $computed = $this->digests($kind, $names);
            ksort($computed);
            $this->assertSame($this->reference($kind, $names), $computed, implode(', ', $names));
        }
        $this->assertSame($count, array_sum(array_column($this->digests($kind, $all), 0)));
    }

    /**
     * Nothing is a digest too.
     */
    public function test_digest_of_nothing(): void {
        foreach (['category', 'user', 'cohort', 'course', 'group'] as $kind) {
            $this->assertSame(['' => [0, 0, 0]], $this->digests($kind, []));
        }
        $this->assertSame([], $this->digests('enrolment', []));
        $this->assertSame([], $this->digests('video', []));
    }

    /**
     * Videos by course, in hidden sections and hidden themselves, and one that is gone.
     */
    public function test_digest_of_videos(): void {
        foreach (['anatomy', 'latin'] as $course) {
            $courseid = $this->create_course($course, ['format' => 'topics']);
            foreach (['a', 'b', 'c'] as $place => $name) {
                $fields = ['course' => "plt:offering:$course", 'section' => $place, 'name' => self::AWKWARD . $name];
                $fields += ['url' => "https://a.example/%D2%B0?a=1&b=$name", 'visible' => $place < 2, 'order' => $place];
                $id = $this->create('video', "plt:offering:$course|$name", $fields);
            }
            set_section_visible($courseid, 1, 0);
        }
        course_delete_module($id);
        $this->getDataGenerator()->create_module('url', ['course' => $courseid]);
        $this->assert_digests('video', 5);
    }

    /**
     * References to strangers, to ours and to nothing; nulls where Moodle has them.
     */
    public function test_digest_of_categories(): void {
        $stranger = $this->getDataGenerator()->create_category();
        $this->create('category', str_repeat('Ұ', 200), ['name' => self::AWKWARD, 'parent' => '']);
        $this->create('category', 'b', ['name' => 'B', 'parent' => str_repeat('Ұ', 200), 'visible' => false]);
        $adopted = $this->getDataGenerator()->create_category(['parent' => $stranger->id]);
        $this->do('category', 'adopt', 'c', [], null, (int)$adopted->id);
        $this->assert_digests('category', 3);
    }

    /**
     * Names in Kazakh, empty addresses, a null in Moodle; deleted ones and strangers do not count.
     */
    public function test_digest_of_users(): void {
        global $DB;
        $fields = ['firstname' => 'Ұлпан', 'lastname' => 'О’Нил 🩺', 'middlename' => 'Қуанышқызы', 'suspended' => true];
        $first = $this->create('user', 'plt:student:Ұ', ['username' => 'a'] + $fields);
        $DB->set_field('user', 'middlename', null, ['id' => $first]);
        $this->create_user('b');
        $gone = $this->create_user('c');
        delete_user($DB->get_record('user', ['id' => $gone]));
        $this->getDataGenerator()->create_user();
        $this->assert_digests('user', 2);
    }

    /**
     * Members that are ours have a row each.
     */
    public function test_digest_of_cohorts_with_members(): void {
        $this->create_user('a');
        $this->create_user('b');
        $first = $this->create('cohort', 'x', ['name' => self::AWKWARD, 'members' => ['plt:student:a', 'plt:student:b']]);
        $this->create('cohort', 'y', ['name' => 'Y', 'idnumber' => '', 'members' => ['plt:student:a']]);
        cohort_add_member($first, $this->getDataGenerator()->create_user()->id);
        $this->assert_digests('cohort', 5);
    }

    /**
     * Custom fields that are not empty have a row each.
     */
    public function test_digest_of_courses_with_custom_fields(): void {
        $this->setAdminUser();
        foreach (course_fields::NAMES as $name) {
            (new course_fields('Department records'))->make($name);
        }
        $this->setUser($this->service);
        $this->create_course('a', ['fullname' => self::AWKWARD, 'cf_code' => 'ГиЭ 3201', 'cf_kafedra' => self::AWKWARD]);
        $this->create_course('b', ['startdate' => 1788220800, 'enddate' => 1800057600, 'cf_code' => 'X', 'visible' => false]);
        $this->assert_digests('course', 5);
        $this->assertSame(4, $this->digests('course', ['cf_code'])[''][0]);
        $this->assertSame(2, $this->digests('course', ['fullname', 'cf_programme'])[''][0]);
    }

    /**
     * Groups in courses that are ours.
     */
    public function test_digest_of_groups(): void {
        $this->create_course('a');
        $this->create_group('a', self::AWKWARD);
        $this->create_group('a', 'g2');
        $this->assert_digests('group', 2);
    }

    /**
     * Enrolments are counted by course; those of others are not counted.
     */
    public function test_digest_of_enrolments_by_course(): void {
        $this->create_user('a');
        $this->create_user('b');
        foreach (['x', 'y', 'z'] as $course) {
            $courseid = $this->create_course($course);
            $this->create_group($course, 'g1');
            $this->create_group($course, 'g2');
        }
        $groups = ['plt:offering:x|plt:group:g1', 'plt:offering:x|plt:group:g2'];
        $this->enrol('x', 'a', ['roles' => ['student', 'editingteacher'], 'groups' => $groups, 'timestart' => 5]);
        $this->enrol('x', 'b', ['suspended' => true, 'roles' => []]);
        $this->enrol('y', 'a', ['groups' => ['plt:offering:y|plt:group:g1'], 'timeend' => 1800057600]);
        $this->getDataGenerator()->create_and_enrol(get_course($courseid));
        $this->assert_digests('enrolment', 9);
        $counts = array_map(fn($digest) => $digest[0], $this->digests('enrolment', ['roles', 'groups']));
        $this->assertSame(['plt:offering:x' => 6, 'plt:offering:y' => 3], $counts);
    }

    /**
     * Sums are exact far beyond what fits into 32 bits.
     */
    public function test_sums_are_exact(): void {
        global $DB;
        $rows = array_map(fn($i) => (object)['contextid' => 1, 'name' => "N$i", 'descriptionformat' => 1], range(1, 500));
        $DB->insert_records('cohort', array_map(
            fn($row) => (object)((array)$row + ['timecreated' => 1, 'timemodified' => 1, 'component' => '']),
            $rows
        ));
        $ids = $DB->get_fieldset_sql('SELECT id FROM {cohort}');
        $DB->insert_records('local_dltsync_object', array_map(
            fn($id) => (object)['kind' => 'cohort', 'sourcedid' => "k$id", 'moodleid' => $id],
            $ids
        ));
        $this->assert_digests('cohort', 500);
        $this->assertGreaterThan(2 ** 39, $this->digests('cohort', ['name'])[''][1]);
    }

    /**
     * The number of queries does not depend on the number of objects.
     */
    public function test_digest_is_one_query_per_type_of_row(): void {
        global $DB;
        $this->create_user('a');
        $this->create('cohort', 'x', ['name' => 'X', 'members' => ['plt:student:a']]);
        $before = $DB->perf_get_reads();
        (new digest(kinds\kind::of('cohort')))->compute(['name', 'members']);
        $this->assertSame(2, $DB->perf_get_reads() - $before);
    }
}
