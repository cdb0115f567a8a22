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

namespace local_dltsync\task;

use advanced_testcase;

/**
 * Batches are remembered for 30 days.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\task\clear_answers
 */
final class clear_answers_test extends advanced_testcase {
    /**
     * Stores a batch with two answers.
     *
     * @param string $batchid
     * @param int $time when it was last touched
     */
    private function batch(string $batchid, int $time): void {
        global $DB;
        $id = $DB->insert_record('local_dltsync_batch', [
            'batchid' => $batchid,
            'kind' => 'user',
            'hash' => hash('sha256', ''),
            'state' => 'done',
            'timecreated' => 0,
            'timemodified' => $time,
        ]);
        foreach ([0, 1] as $seq) {
            $DB->insert_record('local_dltsync_answer', ['batchid' => $id, 'seq' => $seq, 'answer' => '{}']);
        }
    }

    public function test_answers_older_than_thirty_days_go_with_their_batch_and_younger_ones_stay(): void {
        global $DB;
        $this->resetAfterTest();
        $now = $this->mock_clock_with_frozen()->time();
        $this->batch('old', $now - 30 * DAYSECS - 1);
        $this->batch('young', $now - 30 * DAYSECS);
        (new clear_answers())->execute();
        $this->assertSame(['young'], $DB->get_fieldset_select('local_dltsync_batch', 'batchid', ''));
        $this->assertSame(2, $DB->count_records('local_dltsync_answer'));
    }

    public function test_the_tasks_are_scheduled_and_have_names(): void {
        $tasks = \core\task\manager::load_default_scheduled_tasks_for_component('local_dltsync');
        $this->assertSame([
            clear_answers::class,
            clear_runs::class,
            notice_silence::class,
            resume_events::class,
        ], array_map('get_class', $tasks));
        $this->assertSame(['4', '*'], [$tasks[0]->get_hour(), $tasks[0]->get_day()]);
        $this->assertSame(['*/30', '*'], [$tasks[2]->get_minute(), $tasks[2]->get_hour()]);
        $this->assertSame(['*/10', '*'], [$tasks[3]->get_minute(), $tasks[3]->get_hour()]);
        foreach ($tasks as $task) {
            $this->assertStringContainsString('dlt-sync', $task->get_name());
        }
    }
}
