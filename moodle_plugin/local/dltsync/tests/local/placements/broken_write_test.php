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

namespace local_dltsync\local\placements;

use core_courseformat\hook\after_cm_name_edited;
use local_dltsync\tests\videos_testcase;

/**
 * A write of many videos that breaks in the middle leaves nothing half-written.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\placements\together
 * @covers     \local_dltsync\local\kinds\video
 */
final class broken_write_test extends videos_testcase {
    /** @var string[] tables that hold something of videos */
    private const TABLES = ['course_modules', 'url', 'local_dltsync_video', 'local_dltsync_answer'];

    /**
     * How much is in the tables.
     *
     * @return int[]
     */
    private function counts(): array {
        global $DB;
        $counts = array_map(fn($table) => $DB->count_records($table), self::TABLES);
        $owned = $DB->count_records('local_dltsync_object', ['kind' => 'video']);
        return [...$counts, $owned, $DB->count_records('context', ['contextlevel' => CONTEXT_MODULE])];
    }

    /**
     * Where one course cannot be written together the others are, and its operations are done one by one.
     */
    public function test_course_that_cannot_be_written_together_is_written_one_by_one(): void {
        global $DB;
        $this->send_well([self::operation('create', 'anatomy', 'a'), self::operation('create', 'anatomy', 'b')]);
        $before = $this->counts();
        $once = true;
        $this->redirectHook(after_cm_name_edited::class, function () use (&$once): void {
            if ($once) {
                $once = false;
                throw new \RuntimeException('in the middle');
            }
        });
        get_fast_modinfo($this->courseid('anatomy'));
        $answers = $this->apply('video', [
            self::operation('update', 'anatomy', 'a', ['name' => 'A']),
            self::operation('create', 'latin', 'a'),
            self::operation('create', 'anatomy', 'c'),
        ]);
        $this->assertDebuggingCalledCount(1);
        $this->assertSame(['done', 'done', 'done'], array_column($answers, 'status'));
        $this->assertSame([2, 2, 2, 3, 2, 2], array_map(fn($now, $then) => $now - $then, $this->counts(), $before));
        $this->assertSame(['A', 'Дәріс b', 'Дәріс c'], $this->names_in('anatomy', 1));
        $this->assertFalse($DB->is_transaction_started());
    }

    /**
     * What breaks for good leaves nothing behind but the true answers, and Moodle shows what was.
     */
    public function test_write_that_breaks_leaves_nothing_half_written(): void {
        global $DB;
        $this->send_well([self::operation('create', 'anatomy', 'a')]);
        $before = $this->counts();
        $this->redirectHook(after_cm_name_edited::class, fn() => throw new \RuntimeException('no'));
        $answers = $this->apply('video', [self::operation('update', 'anatomy', 'a', ['name' => 'A', 'section' => 4])]);
        $this->assertDebuggingCalledCount(1);
        $this->assertSame(['failed'], array_column($answers, 'status'));
        $this->assertSame([0, 0, 0, 1, 0, 0], array_map(fn($now, $then) => $now - $then, $this->counts(), $before));
        $this->assertSame(self::video('anatomy', 'a'), $this->fields('video', self::key('anatomy', 'a')));
        $this->assertSame(['Дәріс a'], $this->names_in('anatomy', 1));
        $this->assertFalse($DB->is_transaction_started());
    }

    /**
     * Two writes that meet in the database are no failure.
     */
    public function test_write_that_another_transaction_got_in_the_way_of_is_tried_again(): void {
        $this->send_well([self::operation('create', 'anatomy', 'a')]);
        $times = 0;
        $this->redirectHook(after_cm_name_edited::class, function () use (&$times): void {
            if (++$times < 3) {
                throw new \dml_write_exception('Deadlock found when trying to get lock');
            }
        });
        $this->send_well([self::operation('update', 'anatomy', 'a', ['name' => 'A'])]);
        $this->assertSame([3, ['A']], [$times, $this->names_in('anatomy', 1)]);
    }
}
