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

use context_system;
use core_reportbuilder\exception\report_access_exception;
use core_reportbuilder\local\filters\category;
use core_reportbuilder\local\filters\date;
use core_reportbuilder\local\filters\select;
use core_reportbuilder\local\filters\text;
use local_dltsync\tests\pages_testcase;

/**
 * The department sees all requests, finds them by every filter, and nobody else does.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\reportbuilder\local\systemreports\requests
 * @covers     \local_dltsync\reportbuilder\local\entities\request
 * @covers     \local_dltsync\reportbuilder\local\formatters\request
 */
final class requests_test extends pages_testcase {
    /**
     * Logs in somebody of the department.
     *
     * @param bool $allowed whether with the capability
     */
    private function log_in(bool $allowed): void {
        $role = $this->getDataGenerator()->create_role();
        if ($allowed) {
            assign_capability('local/dltsync:managerequests', CAP_ALLOW, $role, context_system::instance());
        }
        $user = $this->getDataGenerator()->create_user();
        role_assign($role, $user->id, context_system::instance());
        $this->setUser($user);
    }

    public function test_all_requests_are_there_with_what_matters(): void {
        $this->ask($this->student, ['title' => 'Бірінші', 'type' => 'problem', 'problem' => 'other']);
        $this->ask($this->teacher, ['title' => '']);
        $this->log_in(true);
        $html = $this->report(requests::class, context_system::instance())->output();
        $expected = ['Бірінші', 'Тақырып-3', 'Problem with a video', 'Requested', fullname($this->student), 'Анатомия', 'Accept'];
        foreach ($expected as $text) {
            $this->assertStringContainsString($text, $html);
        }
        $this->assertTrue($this->report(requests::class, context_system::instance())->can_be_downloaded());
    }

    public function test_every_filter_can_be_asked_of_the_database(): void {
        $this->ask($this->teacher, ['title' => 'Бірінші']);
        $this->log_in(true);
        $report = $this->report(requests::class, context_system::instance());
        $this->assertCount(8, $report->get_active_filters());
        $report->set_filter_values([
            'request:stage_operator' => select::EQUAL_TO,
            'request:stage_value' => 'requested',
            'request:type_operator' => select::EQUAL_TO,
            'request:type_value' => 'shooting',
            'request:course_values' => [$this->course->id],
            'request:category_operator' => category::EQUAL_TO,
            'request:category_value' => $this->course->category,
            'request:category_subcategories' => 1,
            'request:asker_operator' => text::CONTAINS,
            'request:asker_value' => $this->teacher->lastname,
            'request:specialist_operator' => text::IS_EMPTY,
            'request:created_operator' => date::DATE_RANGE,
            'request:created_from' => 1_500_000_000,
            'request:staged_operator' => date::DATE_RANGE,
            'request:staged_from' => 1_500_000_000,
        ]);
        $this->assertSame(8, $report->get_applied_filter_count());
        $this->assertStringContainsString('Бірінші', $report->output());
    }

    public function test_what_is_answered_is_not_to_be_accepted_again(): void {
        global $DB;
        $row = $this->ask($this->teacher);
        $DB->set_field('local_dltsync_request', 'stage', 'accepted', ['id' => $row->id]);
        $this->log_in(true);
        $html = $this->report(requests::class, context_system::instance())->output();
        $this->assertStringContainsString('request.php?id=' . $row->id, $html);
        $this->assertStringNotContainsString('stage=rejected', $html);
    }

    public function test_without_the_capability_it_is_refused(): void {
        $this->log_in(false);
        $this->expectException(report_access_exception::class);
        $this->report(requests::class, context_system::instance());
    }

    public function test_a_teacher_is_refused(): void {
        $this->setUser($this->teacher);
        $this->expectException(report_access_exception::class);
        $this->report(requests::class, context_system::instance());
    }
}
