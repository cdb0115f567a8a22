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

namespace local_dltsync\local\status;

use core\task\manager;
use local_dltsync\event\run_reported;
use local_dltsync\task\tell_run;
use local_dltsync\tests\status_testcase;

/**
 * A run is stored once, people are told where there is something to tell, and what is old is forgotten.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\status\runs
 * @covers     \local_dltsync\event\run_base
 * @covers     \local_dltsync\event\run_reported
 */
final class runs_test extends status_testcase {
    /**
     * How many tasks wait that tell people of a run.
     *
     * @return int
     */
    private static function waiting(): int {
        return count(manager::get_adhoc_tasks(tell_run::class));
    }

    public function test_a_run_has_people_told_once_and_is_in_the_log(): void {
        $log = $this->redirectEvents();
        $row = self::take(self::stopped());
        self::take(self::stopped());
        $this->assertSame(1, self::waiting());
        $this->assertCount(1, $log->get_events());
        $event = $log->get_events()[0];
        $this->assertInstanceOf(run_reported::class, $event);
        $this->assertEquals([$row->id, 7, 'refused', 'release'], [$event->objectid, ...array_values($event->other)]);
        $this->assertStringContainsString('run 7', $event->get_description());
        $this->assertStringContainsString("run.php?id=$row->id", $event->get_url()->out(false));
        $this->assertSame('Run of dlt-sync reported', $event::get_name());
    }

    public function test_a_run_that_is_known_as_it_is_changes_nothing(): void {
        $row = self::take(self::told());
        $this->clock->set_to(self::NOW + 60);
        $this->assertEquals($row, self::take(self::told()));
        $changed = self::take(self::told(['verdict' => 'failed']));
        $this->assertEquals([$row->id, self::NOW + 60], [$changed->id, $changed->timemodified]);
    }

    public function test_another_run_under_a_number_that_was_used_is_told_of(): void {
        global $DB;
        $row = self::take(self::told());
        $DB->insert_record(runs::TOLD, ['runid' => $row->id, 'news' => 'run', 'userid' => 2]);
        self::take(self::told(['summary' => 'Done.']));
        $this->assertSame(1, $DB->count_records(runs::TOLD));
        self::take(self::told(['started' => 1_790_000_050]));
        $this->assertSame(0, $DB->count_records(runs::TOLD));
    }

    /**
     * Runs, and whether people are told of them.
     *
     * @return array[]
     */
    public static function runs(): array {
        $quiet = ['counts' => ['user.create' => 0], 'report' => []];
        $section = fn(string $code): array => ['code' => $code, 'title' => 'x', 'lines' => ['x']];
        $speaks = fn(string $code): array => ['counts' => [], 'report' => ['en' => self::text('x', [$section($code)])]];
        return [
            'one that changed something' => [[], true],
            'one that changed nothing' => [$quiet, false],
            'one that failed' => [['verdict' => 'failed'] + $quiet, true],
            'one that was stopped' => [['verdict' => 'stopped'] + $quiet, true],
            'one that wants somebody' => [['needs' => 'look'] + $quiet, true],
            'one in which rows were quarantined' => [$speaks('quarantined'), true],
            'one that waits for a feed' => [$speaks('feeds'), true],
            'one that only says how it is' => [$speaks('health'), false],
            'one that ended long ago' => [['ended' => self::NOW - 7 * DAYSECS - 1], false],
        ];
    }

    /**
     * People are told where there is something to tell.
     *
     * @dataProvider runs
     * @param array $run
     * @param bool $told
     */
    public function test_people_are_told_of_news_only(array $run, bool $told): void {
        self::take(self::told($run));
        $this->assertSame((int)$told, self::waiting());
    }

    public function test_what_was_wrong_the_night_before_is_no_news(): void {
        global $DB;
        foreach ([1 => ['row 3'], 2 => ['row 3'], 3 => ['row 3', 'row 4'], 4 => []] as $run => $lines) {
            $section = ['code' => 'quarantined', 'title' => 'Set aside', 'lines' => $lines];
            $report = ['en' => ['subject' => 'x', 'sections' => [$section]]];
            self::take(self::told(['run' => $run, 'started' => self::NOW - 90 + $run, 'counts' => [], 'report' => $report]));
        }
        $ids = array_map(fn(tell_run $task): int => $task->get_custom_data()->runid, manager::get_adhoc_tasks(tell_run::class));
        $runs = array_map(fn(int $id): int => (int)$DB->get_field(runs::TABLE, 'run', ['id' => $id]), array_values($ids));
        $this->assertEqualsCanonicalizing([1, 3], $runs);
    }

    public function test_whoever_wants_to_hear_of_every_run_does(): void {
        set_config('tellunchanged', 1, 'local_dltsync');
        self::take(self::told(['counts' => [], 'report' => []]));
        $this->assertSame(1, self::waiting());
    }

    public function test_the_latest_run_is_the_one_that_started_last_whatever_its_number(): void {
        $this->assertNull(runs::latest());
        self::take(self::told(['run' => 90]));
        self::take(self::told(['run' => 2, 'started' => 1_790_000_020]));
        self::take(self::told(['run' => 3, 'started' => 1_790_000_010]));
        $this->assertEquals(2, runs::latest()->run);
    }

    public function test_old_runs_are_forgotten_with_whom_they_were_told_to_and_the_last_one_stays(): void {
        global $DB;
        foreach ([1 => 30, 2 => 20, 3 => 10] as $run => $days) {
            $this->clock->set_to(self::NOW - $days * DAYSECS);
            $row = self::take(self::told(['run' => $run, 'started' => self::NOW - $days * DAYSECS]));
            $DB->insert_record(runs::TOLD, ['runid' => $row->id, 'news' => 'run', 'userid' => 2]);
        }
        runs::forget(self::NOW - 20 * DAYSECS);
        $this->assertEquals([2, 3], $DB->get_fieldset_select(runs::TABLE, 'run', '1 = 1 ORDER BY run'));
        $this->assertSame(2, $DB->count_records(runs::TOLD));
        runs::forget(self::NOW);
        $this->assertEquals([3], $DB->get_fieldset_select(runs::TABLE, 'run', '1 = 1 ORDER BY run'));
    }
}
