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

use advanced_testcase;
use context_system;
use core_reportbuilder\exception\report_access_exception;
use core_reportbuilder\local\filters\select;
use core_reportbuilder\system_report;
use core_reportbuilder\system_report_factory;

/**
 * The department sees the runs, and nobody else does.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\reportbuilder\local\systemreports\runs
 * @covers     \local_dltsync\reportbuilder\local\entities\run
 */
final class runs_test extends advanced_testcase {
    /**
     * Stores a run.
     *
     * @param int $run
     * @param string $verdict
     */
    private function run_of(int $run, string $verdict): void {
        global $DB;
        $DB->insert_record('local_dltsync_run', [
            'run' => $run,
            'runmode' => 'apply',
            'timestarted' => 1_790_000_000,
            'timeended' => 1_790_000_090,
            'verdict' => $verdict,
            'planhash' => 'abc',
            'counts' => '{"user.create":3}',
            'summary' => "Summary <$run>",
        ]);
    }

    /**
     * Logs in somebody of the department.
     *
     * @param bool $allowed whether with the capability
     */
    private function log_in(bool $allowed): void {
        $roleid = $this->getDataGenerator()->create_role();
        if ($allowed) {
            assign_capability('local/dltsync:viewreport', CAP_ALLOW, $roleid, context_system::instance()->id);
        }
        $user = $this->getDataGenerator()->create_user();
        role_assign($roleid, $user->id, context_system::instance()->id);
        $this->setUser($user);
    }

    /**
     * The report.
     *
     * @return system_report
     */
    private static function report(): system_report {
        global $PAGE;
        $PAGE->set_url('/local/dltsync/index.php');
        return system_report_factory::create(runs::class, context_system::instance());
    }

    public function test_the_latest_run_comes_first_with_all_that_matters(): void {
        $this->resetAfterTest();
        $this->run_of(73107, 'ok');
        $this->run_of(73108, 'refused');
        $this->log_in(true);
        $html = self::report()->output();
        $this->assertLessThan(strpos($html, '73107'), strpos($html, '73108'));
        foreach (['Stopped by the guard', 'Done', 'Users: 3 created', '1 min 30 secs', 'Applied a plan'] as $text) {
            $this->assertStringContainsString($text, $html);
        }
    }

    public function test_every_run_can_be_opened(): void {
        global $DB;
        $this->resetAfterTest();
        $this->run_of(73107, 'ok');
        $this->log_in(true);
        $id = $DB->get_field('local_dltsync_run', 'id', ['run' => 73107]);
        $this->assertStringContainsString("/local/dltsync/run.php?id=$id\"", self::report()->output());
    }

    public function test_without_a_run_it_says_what_to_do(): void {
        $this->resetAfterTest();
        $this->log_in(true);
        $this->assertStringContainsString('<code>dlt-sync apply</code>', self::report()->output());
    }

    public function test_a_filter_that_leaves_none_does_not_say_that_there_is_none(): void {
        $this->resetAfterTest();
        $this->run_of(7, 'ok');
        $this->log_in(true);
        $report = self::report();
        $report->set_filter_values(['run:verdict_operator' => select::EQUAL_TO, 'run:verdict_value' => 'failed']);
        $html = $report->output();
        $this->assertStringNotContainsString('Users: 3 created', $html);
        $this->assertStringNotContainsString('dlt-sync apply', $html);
        $this->assertStringContainsString(get_string('nothingtodisplay'), $html);
    }

    public function test_every_filter_can_be_asked_of_the_database(): void {
        $this->resetAfterTest();
        $this->run_of(7, 'ok');
        $this->log_in(true);
        $report = self::report();
        $this->assertCount(4, $report->get_active_filters());
        $report->set_filter_values([
            'run:verdict_operator' => select::EQUAL_TO,
            'run:verdict_value' => 'ok',
            'run:mode_operator' => select::EQUAL_TO,
            'run:mode_value' => 'apply',
            'run:started_operator' => \core_reportbuilder\local\filters\date::DATE_RANGE,
            'run:started_from' => 1_780_000_000,
            'run:number_operator' => \core_reportbuilder\local\filters\number::EQUAL_TO,
            'run:number_value1' => 7,
        ]);
        $this->assertSame(4, $report->get_applied_filter_count());
        $this->assertStringContainsString('Users: 3 created', $report->output());
    }

    public function test_it_can_be_downloaded(): void {
        $this->resetAfterTest();
        $this->log_in(true);
        $this->assertTrue(self::report()->can_be_downloaded());
    }

    public function test_without_the_capability_it_is_refused(): void {
        $this->resetAfterTest();
        $this->run_of(7, 'ok');
        $this->log_in(false);
        $this->expectException(report_access_exception::class);
        self::report();
    }

    public function test_managers_may_see_it_and_teachers_may_not(): void {
        $this->resetAfterTest();
        $roles = get_roles_with_capability('local/dltsync:viewreport', CAP_ALLOW, context_system::instance());
        $this->assertSame(['manager'], array_values(array_column($roles, 'shortname')));
    }
}
