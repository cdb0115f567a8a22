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

namespace local_dltsync\reportbuilder\local\systemreports;

use context_coursecat;
use core_reportbuilder\exception\report_access_exception;
use core_reportbuilder\local\filters\number;
use local_dltsync\local\videos\topics;
use local_dltsync\tests\pages_testcase;
use stdClass;

/**
 * A head sees the figures of the own kafedra's courses, and of no other's.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\reportbuilder\local\systemreports\coverage
 * @covers     \local_dltsync\reportbuilder\local\entities\coverage
 * @covers     \local_dltsync\local\videos\coverage
 */
final class coverage_test extends pages_testcase {
    /** @var int the role of a head */
    private int $role;

    /**
     * Logs in the head of the course's category.
     *
     * @return context_coursecat
     */
    private function log_in(): context_coursecat {
        \local_dltsync\setup\department_roles::make();
        global $DB;
        $this->role = (int)$DB->get_field('role', 'id', ['shortname' => 'dltsynchead']);
        $head = $this->getDataGenerator()->create_user();
        $context = context_coursecat::instance($this->course->category);
        role_assign($this->role, $head->id, $context);
        $this->setUser($head);
        return $context;
    }

    /**
     * A course with one topic.
     *
     * @param int $category
     * @param string $name
     * @param string $state
     * @return stdClass
     */
    private function course_in(int $category, string $name, string $state): stdClass {
        $course = $this->getDataGenerator()->create_course(['category' => $category, 'fullname' => $name]);
        topics::replace((int)$course->id, topics::rows([self::topic(1, $state, [])]));
        return $course;
    }

    public function test_a_head_sees_the_courses_of_the_category_and_below(): void {
        $below = $this->getDataGenerator()->create_category(['parent' => $this->course->category]);
        $beside = $this->getDataGenerator()->create_category();
        $this->course_in((int)$below->id, 'Гистология', 'ok');
        $this->course_in((int)$beside->id, 'Хирургия', 'ok');
        $context = $this->log_in();
        $html = $this->report(coverage::class, $context)->output();
        foreach (['Анатомия', 'Гистология', '33%', '100%', 'videos.php?id=' . $this->course->id] as $text) {
            $this->assertStringContainsString($text, $html);
        }
        $this->assertStringNotContainsString('Хирургия', $html);
    }

    public function test_the_totals_are_those_of_the_courses_together(): void {
        $below = $this->getDataGenerator()->create_category(['parent' => $this->course->category]);
        $this->course_in((int)$below->id, 'Гистология', 'broken');
        $context = $this->log_in();
        $this->assertSame([
            'courses' => 2,
            'owed' => 4,
            'working' => 1,
            'other' => 0,
            'stale' => 1,
            'broken' => 1,
            'missing' => 1,
        ], \local_dltsync\local\videos\coverage::totals($context));
        global $OUTPUT;
        $html = $OUTPUT->render(new \local_dltsync\output\coverage_totals($context));
        $this->assertStringContainsString('25%', $html);
    }

    public function test_every_filter_can_be_asked_of_the_database(): void {
        $context = $this->log_in();
        $report = $this->report(coverage::class, $context);
        $values = [];
        foreach (['owed' => 3, 'working' => 1, 'other' => 0, 'stale' => 1, 'broken' => 0, 'missing' => 1] as $name => $value) {
            $values["coverage:{$name}_operator"] = $value ? number::EQUAL_TO : number::LESS_THAN;
            $values["coverage:{$name}_value1"] = $value ?: 1;
        }
        $values += ['coverage:share_operator' => number::LESS_THAN, 'coverage:share_value1' => 50];
        $report->set_filter_values($values);
        $this->assertSame(7, $report->get_applied_filter_count());
        $this->assertStringContainsString('Анатомия', $report->output());
        $this->assertTrue($report->can_be_downloaded());
    }

    public function test_a_head_sees_states_in_the_own_courses_only(): void {
        $beside = $this->getDataGenerator()->create_category();
        $other = $this->course_in((int)$beside->id, 'Хирургия', 'ok');
        $this->log_in();
        $this->assertTrue($this->viewer()->may_view());
        $this->assertTrue($this->viewer()->sees_states());
        $this->assertFalse(\local_dltsync\local\videos\viewer::of((int)$other->id)->may_view());
    }

    public function test_without_the_capability_it_is_refused(): void {
        $context = $this->log_in();
        unassign_capability('local/dltsync:viewcoverage', $this->role);
        accesslib_clear_all_caches_for_unit_testing();
        $this->expectException(report_access_exception::class);
        $this->report(coverage::class, $context);
    }

    public function test_a_teacher_is_refused(): void {
        $this->setUser($this->teacher);
        $this->expectException(report_access_exception::class);
        $this->report(coverage::class, context_coursecat::instance($this->course->category));
    }

    public function test_the_head_of_another_category_is_refused(): void {
        $this->log_in();
        $beside = $this->getDataGenerator()->create_category();
        $this->expectException(report_access_exception::class);
        $this->report(coverage::class, context_coursecat::instance($beside->id));
    }
}
