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

namespace local_dltsync\local\enrolments;

use local_dltsync\external\get_digests;
use local_dltsync\tests\bridge_testcase;

/**
 * A mark is another one whenever a digest is, and the same as long as nothing changes.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\enrolments\marks
 * @covers     \local_dltsync\local\digest
 * @covers     \local_dltsync\external\get_digests
 */
final class marks_test extends bridge_testcase {
    /** @var string[] fields of an enrolment that are compared */
    private const FIELDS = ['groups', 'roles', 'suspended', 'timeend', 'timestart'];

    /**
     * Two courses with the same two people.
     */
    protected function setUp(): void {
        parent::setUp();
        $this->create_user('a');
        $this->create_user('b');
        foreach (['x', 'y'] as $course) {
            $this->create_course($course);
            $this->create_group($course, 'g1');
            $this->enrol($course, 'a', ['groups' => ["plt:offering:$course|plt:group:g1"], 'timestart' => 5]);
            $this->enrol($course, 'b', ['timestart' => 6]);
        }
    }

    /**
     * What is asked with the marks of the last answer.
     *
     * @param string[] $marks
     * @param string[] $fields
     * @return array[] digests and marks
     */
    private function since(array $marks, array $fields = self::FIELDS): array {
        $answer = $this->call(get_digests::class, ['kind' => 'enrolment', 'fields' => $fields, 'marks' => (object)$marks]);
        return [$answer['digests'], $answer['marks']];
    }

    /**
     * Changes that a digest sees, by what each does to course x.
     *
     * @return array[]
     */
    public static function changes(): array {
        $enrolment = "enrolid = (SELECT id FROM {enrol} WHERE enrol = 'dltsync' AND courseid = :c)";
        return [
            'suspended' => ['UPDATE {user_enrolments} SET status = 1 WHERE userid = :a AND ' . $enrolment],
            'another start' => ['UPDATE {user_enrolments} SET timestart = 7 WHERE userid = :a AND ' . $enrolment],
            'another end' => ['UPDATE {user_enrolments} SET timeend = 7 WHERE userid = :a AND ' . $enrolment],
            'starts traded' => ['UPDATE {user_enrolments} SET timestart = 11 - timestart WHERE ' . $enrolment],
            'gone' => ['DELETE FROM {user_enrolments} WHERE userid = :a AND ' . $enrolment],
            'another role' => ["UPDATE {role_assignments} SET roleid = (SELECT id FROM {role} WHERE shortname = 'teacher')
                                 WHERE userid = :a AND component = 'enrol_dltsync' AND contextid =
                                       (SELECT id FROM {context} WHERE contextlevel = 50 AND instanceid = :c)"],
            'a role less' => ["DELETE FROM {role_assignments}
                                WHERE userid = :a AND component = 'enrol_dltsync' AND contextid =
                                      (SELECT id FROM {context} WHERE contextlevel = 50 AND instanceid = :c)"],
            'out of a group' => ["DELETE FROM {groups_members}
                                   WHERE userid = :a AND groupid IN (SELECT id FROM {groups} WHERE courseid = :c)"],
        ];
    }

    /**
     * Only the course that changed is hashed again, and its digest is the one that a full question gives.
     *
     * @dataProvider changes
     * @param string $sql what is done to a person's enrolment in a course
     */
    public function test_only_what_changed_is_hashed_again(string $sql): void {
        global $DB;
        [$all, $marks] = $this->since([]);
        $this->assertSame($this->digests('enrolment', self::FIELDS), $all);
        $this->assertSame([[], $marks], $this->since($marks));
        $params = [
            'a' => $DB->get_field('local_dltsync_object', 'moodleid', ['sourcedid' => 'plt:student:a']),
            'c' => $DB->get_field('local_dltsync_object', 'moodleid', ['sourcedid' => 'plt:offering:x']),
        ];
        $DB->execute($sql, array_filter($params, fn($name) => str_contains($sql, ":$name"), ARRAY_FILTER_USE_KEY));
        [$changed, $after] = $this->since($marks);
        $this->assertSame(['plt:offering:x'], array_keys($changed));
        $this->assertNotSame($all['plt:offering:x'], $changed['plt:offering:x']);
        $this->assertSame($this->digests('enrolment', self::FIELDS)['plt:offering:x'], $changed['plt:offering:x']);
        $this->assertSame($marks['plt:offering:y'], $after['plt:offering:y']);
        $this->assertSame([[], $after], $this->since($after));
    }

    /**
     * What all courses depend on changes all marks; so do other fields.
     */
    public function test_what_is_common_changes_all(): void {
        global $DB;
        $marks = $this->since([])[1];
        $this->assertCount(2, $this->since($marks, ['roles'])[0]);
        $DB->set_field('role', 'shortname', 'learner', ['shortname' => 'student']);
        $this->assertCount(2, $this->since($marks)[0]);
        $marks = $this->since([])[1];
        $DB->set_field('user', 'deleted', 1, ['id' => $DB->get_field('user', 'id', ['username' => 'b'])]);
        $this->assertCount(2, $this->since($marks)[0]);
    }

    /**
     * Another owner, or none, is seen.
     */
    public function test_who_is_ours_is_seen(): void {
        global $DB;
        $marks = $this->since([])[1];
        $DB->delete_records('local_dltsync_object', ['kind' => 'user', 'sourcedid' => 'plt:student:a']);
        $this->assertCount(2, $this->since($marks)[0]);
        $DB->delete_records('local_dltsync_object', ['kind' => 'course', 'sourcedid' => 'plt:offering:x']);
        $this->assertSame(['plt:offering:y'], array_keys($this->since([])[1]));
    }

    /**
     * Kinds with one digest have no marks: they are always hashed.
     */
    public function test_other_kinds_are_always_hashed(): void {
        $answer = $this->call(get_digests::class, ['kind' => 'user', 'fields' => ['username'], 'marks' => (object)[]]);
        $this->assertSame([$this->digests('user', ['username']), []], [$answer['digests'], $answer['marks']]);
    }
}
