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

namespace local_dltsync\local\videos;

use local_dltsync\tests\pages_testcase;
use stdClass;

/**
 * Who sees which videos of a course: each refusal by itself.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\videos\viewer
 */
final class viewer_test extends pages_testcase {
    /**
     * The numbers of the topics that the current user sees.
     *
     * @return int[]
     */
    private function numbers(): array {
        return array_map('intval', array_column($this->viewer()->topics(), 'number'));
    }

    public function test_who_teaches_sees_all_topics_and_states(): void {
        $this->setUser($this->teacher);
        $this->assertTrue($this->viewer()->may_view());
        $this->assertTrue($this->viewer()->sees_states());
        $this->assertSame([1, 2, 3, 4], $this->numbers());
    }

    public function test_who_learns_sees_topics_with_a_video_that_is_shown_and_no_states(): void {
        $this->setUser($this->student);
        $this->assertTrue($this->viewer()->may_view());
        $this->assertFalse($this->viewer()->sees_states());
        $this->assertSame([1], $this->numbers());
        $videos = $this->viewer()->videos($this->topic_row(1));
        $this->assertStringContainsString('/mod/url/view.php', $videos[0]->activity->out(false));
        $this->assertNull($this->viewer()->topic((int)$this->topic_row(2)->id));
        $this->assertNull($this->viewer()->topic((int)$this->topic_row(3)->id));
    }

    public function test_a_topic_of_another_course_is_not_found(): void {
        $this->setUser($this->teacher);
        $other = $this->getDataGenerator()->create_course();
        topics::replace((int)$other->id, topics::rows([self::topic(9, 'missing', [])]));
        $id = (int)viewer::of((int)$other->id)->course->id;
        global $DB;
        $this->assertNull($this->viewer()->topic((int)$DB->get_field(topics::TABLE, 'id', ['courseid' => $id])));
    }

    public function test_a_video_for_another_group_is_not_shown(): void {
        global $CFG, $DB;
        $CFG->enableavailability = true;
        $group = $this->getDataGenerator()->create_group(['courseid' => $this->course->id]);
        $condition = \core_availability\tree::get_root_json([\availability_group\condition::get_json($group->id)]);
        $where = ['id' => $this->activities['shown']->cmid];
        $DB->set_field('course_modules', 'availability', json_encode($condition), $where);
        rebuild_course_cache($this->course->id, true);
        $this->setUser($this->student);
        $this->assertSame([], $this->numbers());
        groups_add_member($group, $this->student);
        get_fast_modinfo(0, 0, true);
        $this->assertSame([1], $this->numbers());
    }

    /**
     * Ways of having no access to the course, and the role from which a capability is taken.
     *
     * @return array[]
     */
    public static function strangers(): array {
        return [
            'nobody' => ['nobody'],
            'the guest' => ['guest'],
            'somebody who is not enrolled' => ['unenrolled'],
            'somebody whose enrolment is suspended' => ['suspended'],
            'a student of a hidden course' => ['hidden'],
            'a student without the capability' => ['incapable'],
            'a teacher of another course' => ['colleague'],
        ];
    }

    /**
     * None of them sees anything.
     *
     * @dataProvider strangers
     * @param string $who
     */
    public function test_strangers_see_nothing(string $who): void {
        $this->become($who);
        $this->assertFalse($this->viewer()->may_view());
    }

    /**
     * Logs a stranger in.
     *
     * @param string $who
     */
    private function become(string $who): void {
        global $DB;
        $generator = $this->getDataGenerator();
        if ($who === 'suspended') {
            $DB->set_field('user_enrolments', 'status', ENROL_USER_SUSPENDED, ['userid' => $this->student->id]);
        } else if ($who === 'hidden') {
            course_change_visibility($this->course->id, false);
        } else if ($who === 'incapable') {
            $this->take_away('student', 'local/dltsync:viewvideos');
        }
        match ($who) {
            'nobody' => $this->setUser(null),
            'guest' => $this->setGuestUser(),
            'unenrolled' => $this->setUser($generator->create_user()),
            'colleague' => $this->setUser($generator->create_and_enrol($generator->create_course(), 'editingteacher')),
            default => $this->setUser($this->student),
        };
    }

    public function test_who_teaches_a_hidden_course_sees_it(): void {
        course_change_visibility($this->course->id, false);
        $this->setUser($this->teacher);
        $this->assertTrue($this->viewer()->may_view());
    }

    /**
     * The capability that each type of request asks for.
     *
     * @return array[]
     */
    public static function types(): array {
        return [
            'a suggestion' => ['suggestion', 'local/dltsync:suggestvideo'],
            'a shooting' => ['shooting', 'local/dltsync:requestshooting'],
            'a problem' => ['problem', 'local/dltsync:reportvideo'],
        ];
    }

    /**
     * One capability less, and just that is refused.
     *
     * @dataProvider types
     * @param string $type
     * @param string $capability
     */
    public function test_without_its_capability_a_request_is_refused(string $type, string $capability): void {
        $this->setUser($this->teacher);
        $this->viewer()->require_may_ask($type);
        $this->take_away('editingteacher', $capability);
        foreach (choices::TYPES as $other) {
            $this->assertSame($other !== $type, $this->viewer()->may_ask($other));
        }
        $this->expectException(\required_capability_exception::class);
        $this->viewer()->require_may_ask($type);
    }

    public function test_who_learns_may_report_a_problem_and_nothing_else(): void {
        $this->setUser($this->student);
        $this->assertSame([false, false, true], array_map([$this->viewer(), 'may_ask'], choices::TYPES));
    }
}
