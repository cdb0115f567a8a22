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

use local_dltsync\local\instances;
use local_dltsync\local\queue\queue;
use local_dltsync\tests\enrolments_testcase;

/**
 * A write of many enrolments that breaks in the middle leaves nothing half-written.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\enrolments\together
 * @covers     \local_dltsync\local\recovery
 * @covers     \local_dltsync\local\answers
 */
final class broken_write_test extends enrolments_testcase {
    /** @var int answers that were stored before the writes that break */
    private int $answersbefore = 0;

    /**
     * Where one course cannot be written the others are, and its operations are done one by one.
     */
    public function test_course_that_cannot_be_written_together_is_written_one_by_one(): void {
        global $DB;
        $this->break_writes_of('anatomy');
        $answers = $this->send([
            $this->operation('create', 'anatomy', 'asel', ['groups' => ['g1']]),
            $this->operation('create', 'latin', 'asel', ['groups' => ['g1']]),
            $this->operation('create', 'anatomy', 'bolat', ['groups' => ['g1']]),
            $this->operation('create', 'latin', 'bolat', ['groups' => ['g1']]),
        ]);
        $this->assertDebuggingCalledCount(2);
        $this->assertSame(['done', 'done', 'done', 'done'], array_column($answers, 'status'));
        $this->assertSame($this->tables('latin'), $this->tables('anatomy'));
        $this->assertSame([(string)$this->courseid('latin')], array_unique($DB->get_fieldset(queue::TABLE, 'courseid')));
        $this->assertSame(4, $DB->count_records('local_dltsync_answer', []) - $this->answersbefore);
    }

    /**
     * What breaks in the middle leaves nothing behind: no row, no answer but the true one, nothing to be told.
     */
    public function test_write_that_breaks_leaves_nothing_half_written(): void {
        global $DB;
        $this->break_writes_of('anatomy');
        $this->redirectHook(\core_enrol\hook\after_user_enrolled::class, fn() => throw new \RuntimeException('no'));
        $answers = $this->send([
            $this->operation('create', 'anatomy', 'asel', ['groups' => ['g1']]),
            $this->operation('create', 'anatomy', 'bolat', ['groups' => ['g1']]),
        ]);
        $this->assertDebuggingCalledCount(1);
        $this->assertSame(['failed', 'failed'], array_column($answers, 'status'));
        foreach (['user_enrolments', 'groups_members', queue::TABLE, 'task_adhoc'] as $table) {
            $this->assertSame(0, $DB->count_records($table), $table);
        }
        $this->assertSame(0, $DB->count_records('role_assignments', ['component' => 'enrol_dltsync']));
        $this->assertFalse($DB->is_transaction_started());
    }

    /**
     * Two writes that meet in the database are no failure.
     */
    public function test_write_that_another_transaction_got_in_the_way_of_is_tried_again(): void {
        global $DB;
        $times = 0;
        $this->break_writes_of('anatomy', function () use (&$times): void {
            if (++$times < 3) {
                throw new \dml_write_exception('Deadlock found when trying to get lock');
            }
        });
        $this->send_well([$this->operation('create', 'anatomy', 'asel')]);
        $this->assertSame([true, 1], [$times > 2, $DB->count_records(queue::TABLE)]);
    }

    /**
     * Whoever is enrolled by another process meanwhile is not enrolled twice.
     */
    public function test_enrolment_that_appears_meanwhile_is_not_written_over(): void {
        global $DB;
        $instance = instances::ensure($this->courseid('anatomy'));
        $done = false;
        \core\di::set(\core\clock::class, $this->clock(function () use ($DB, $instance, &$done): void {
            if (!$done && $DB->is_transaction_started()) {
                $done = true;
                $DB->insert_record('user_enrolments', (object)[
                    'enrolid' => $instance->id, 'userid' => $this->userid('asel'), 'status' => 1,
                ]);
            }
        }));
        $answers = $this->send([
            $this->operation('create', 'anatomy', 'asel'),
            $this->operation('create', 'anatomy', 'bolat'),
        ]);
        $this->assertDebuggingCalled();
        $this->assertSame(['done', 'done'], array_column($answers, 'status'));
        $this->assertSame(2, $DB->count_records('user_enrolments'));
    }

    /**
     * Makes the writes of a course break when they are half done.
     *
     * @param string $course
     * @param callable|null $break
     */
    private function break_writes_of(string $course, ?callable $break = null): void {
        global $DB;
        $this->answersbefore = $DB->count_records('local_dltsync_answer');
        $instance = instances::ensure($this->courseid($course));
        $break ??= fn() => throw new \RuntimeException('in the middle');
        $ishalfdone = fn() => $DB->is_transaction_started() && $DB->record_exists('user_enrolments', ['enrolid' => $instance->id]);
        \core\di::set(\core\clock::class, $this->clock(fn() => $ishalfdone() && $break()));
    }

    /**
     * A clock that does something whenever it is asked.
     *
     * @param callable $do
     * @return \core\clock
     */
    private function clock(callable $do): \core\clock {
        return new class ($do) implements \core\clock {
            /** @var callable what it does */
            private $do;

            /**
             * Takes what it does.
             *
             * @param callable $do
             */
            public function __construct(callable $do) {
                $this->do = $do;
            }

            /**
             * The time.
             *
             * @return \DateTimeImmutable
             */
            public function now(): \DateTimeImmutable {
                return new \DateTimeImmutable();
            }

            /**
             * The time in epoch seconds.
             *
             * @return int
             */
            public function time(): int {
                ($this->do)();
                return time();
            }
        };
    }
}
