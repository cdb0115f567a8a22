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

use local_dltsync\tests\bridge_testcase;

/**
 * Batches: done once, answered as often as asked, one operation never stopping another.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\batch
 * @covers     \local_dltsync\local\worker
 * @covers     \local_dltsync\local\answer
 * @covers     \local_dltsync\local\executor
 */
final class batch_test extends bridge_testcase {
    /** @var array[] a good operation, a bad one, a good one */
    private const OPERATIONS = [
        ['op' => 'create', 'key' => 'a', 'fields' => ['name' => 'A']],
        ['op' => 'create', 'key' => 'b', 'fields' => ['name' => 'B', 'members' => ['plt:student:none']]],
        ['op' => 'create', 'key' => 'c', 'fields' => ['name' => 'C']],
    ];

    /**
     * Answers without the time they took.
     *
     * @param array[] $answers
     * @return array[]
     */
    private function essence(array $answers): array {
        return array_map(fn($answer) => array_diff_key($answer, ['ms' => 1]), $answers);
    }

    /**
     * A bad operation is undone alone, whatever it had written.
     */
    public function test_bad_operation_stops_and_undoes_nothing_else(): void {
        global $DB;
        $answers = $this->apply('cohort', self::OPERATIONS);
        $this->assertSame(['a', 'b', 'c'], array_column($answers, 'key'));
        $this->assertSame(['done', 'failed', 'done'], array_column($answers, 'status'));
        $this->assertSame(['', 'unknownkey', ''], array_column($answers, 'errorcode'));
        $this->assertSame([null, null], [$answers[1]['moodleid'], $answers[1]['fields']]);
        $this->assertSame(['A', 'C'], $DB->get_fieldset_sql('SELECT name FROM {cohort} ORDER BY id'));
        $this->assertSame(['a', 'c'], array_column($this->read('cohort'), 'key'));
        $this->assertFalse($DB->is_transaction_started());
    }

    /**
     * A statement that the database refuses does not poison the operations after it.
     */
    public function test_error_of_the_database_is_the_answer_of_one_operation(): void {
        global $DB;
        $long = str_repeat('x', 5000);
        $listener = fn() => $DB->execute("INSERT INTO {cohort} (name) VALUES (?)", [$long]);
        $this->redirectHook(\core_group\hook\after_group_created::class, $listener);
        $this->create_course('anatomy');
        $fields = ['course' => 'plt:offering:anatomy', 'name' => 'A'];
        [$answer] = $this->apply('group', [['op' => 'create', 'key' => 'plt:offering:anatomy|a', 'fields' => $fields]]);
        $this->assert_answer('failed', 'dmlwriteexception', $answer);
        $this->assertStringNotContainsString('xxxx', $answer['message']);
        $this->stopHookRedirections();
        $this->assertSame('done', $this->do('group', 'create', 'plt:offering:anatomy|b', ['name' => 'B'] + $fields)['status']);
        $this->assertSame(['plt:offering:anatomy|b'], array_column($this->read('group'), 'key'));
    }

    /**
     * A function of Moodle that fails inside a transaction of its own leaves none open.
     */
    public function test_transaction_left_open_is_rolled_back(): void {
        global $DB;
        $listener = function () use ($DB): void {
            $DB->start_delegated_transaction();
            throw new \RuntimeException('left open');
        };
        $this->create_course('anatomy');
        $this->redirectHook(\core_group\hook\after_group_created::class, $listener);
        $fields = ['course' => 'plt:offering:anatomy', 'name' => 'A'];
        $answer = $this->do('group', 'create', 'plt:offering:anatomy|a', $fields);
        $this->assert_answer('failed', 'generalexceptionmessage', $answer);
        $this->assertFalse($DB->is_transaction_started());
        $this->assertFalse($DB->record_exists('groups', []));
    }

    /**
     * What only another transaction got in the way of is tried again.
     */
    public function test_deadlock_is_tried_again(): void {
        $this->create_course('anatomy');
        $attempts = 0;
        $listener = function () use (&$attempts): void {
            if (++$attempts < 3) {
                throw new \dml_write_exception('Deadlock found when trying to get lock');
            }
        };
        $this->redirectHook(\core_group\hook\after_group_created::class, $listener);
        $fields = ['course' => 'plt:offering:anatomy', 'name' => 'A'];
        $answer = $this->do('group', 'create', 'plt:offering:anatomy|a', $fields);
        $this->assertSame(['done', 3], [$answer['status'], $attempts]);
        $this->assertCount(1, $this->read('group'));
    }

    /**
     * The same batch again is answered as before, failures included, and done no second time.
     */
    public function test_batch_sent_again_is_answered_as_before(): void {
        global $DB;
        $batch = self::uuid();
        $first = $this->apply('cohort', self::OPERATIONS, $batch);
        $this->create_user('none');
        $DB->set_field('cohort', 'name', 'By hand', ['name' => 'A']);
        $this->assertSame($first, $this->apply('cohort', self::OPERATIONS, $batch));
        $this->assertSame(['By hand', 'C'], $DB->get_fieldset_sql('SELECT name FROM {cohort} ORDER BY id'));
    }

    /**
     * After a crash only the rest is done.
     */
    public function test_only_what_has_no_answer_is_done_again(): void {
        global $DB;
        $batch = self::uuid();
        $first = $this->apply('cohort', self::OPERATIONS, $batch);
        $DB->delete_records('local_dltsync_answer', ['seq' => 2]);
        $DB->delete_records('local_dltsync_object', ['sourcedid' => 'c']);
        $DB->delete_records('cohort', ['name' => 'C']);
        $DB->set_field('local_dltsync_batch', 'state', batch::OPEN);
        $second = $this->apply('cohort', self::OPERATIONS, $batch);
        $this->assertSame(array_slice($first, 0, 2), array_slice($second, 0, 2));
        $this->assertSame('done', $second[2]['status']);
        $this->assertNotSame($first[2]['moodleid'], $second[2]['moodleid']);
        $this->assertSame(['A', 'C'], $DB->get_fieldset_sql('SELECT name FROM {cohort} ORDER BY id'));
        $this->assertSame(batch::DONE, $DB->get_field('local_dltsync_batch', 'state', []));
    }

    /**
     * The work of an operation and its answer stand or fall together.
     */
    public function test_operation_whose_answer_cannot_be_stored_is_not_done(): void {
        global $DB;
        $operation = operation::parse_all([['op' => 'create', 'key' => 'a', 'fields' => ['name' => 'A']]])[0];
        $worker = new worker('cohort', 1);
        $worker->work([0 => $operation]);
        try {
            $worker->work([0 => operation::parse_all([['op' => 'create', 'key' => 'b', 'fields' => ['name' => 'B']]])[0]]);
            $this->fail('The second answer has the place of the first');
        } catch (\dml_write_exception $e) {
            $DB->force_transaction_rollback();
        }
        $this->assertSame(['A'], $DB->get_fieldset_sql('SELECT name FROM {cohort}'));
    }

    /**
     * A recall tells what was done and closes the batch.
     */
    public function test_recall_tells_what_was_done_and_closes(): void {
        global $DB;
        $batch = self::uuid();
        $done = $this->apply('cohort', self::OPERATIONS, $batch);
        $DB->delete_records('local_dltsync_answer', ['seq' => 2]);
        for ($i = 0; $i < 2; $i++) {
            $recalled = $this->apply('cohort', self::OPERATIONS, $batch, true);
            $this->assertSame(array_slice($done, 0, 2), array_slice($recalled, 0, 2));
            $missing = ['key' => 'c', 'status' => 'missing', 'moodleid' => null, 'fields' => null];
            $this->assertSame($missing + ['errorcode' => '', 'message' => '', 'ms' => 0], $recalled[2]);
        }
        $this->expectExceptionObject(new \moodle_exception('batchclosed', 'local_dltsync'));
        $this->apply('cohort', self::OPERATIONS, $batch);
    }

    /**
     * A batch that never arrived is recalled as never done, and never done afterwards.
     */
    public function test_recall_of_an_unknown_batch_closes_it(): void {
        global $DB;
        $batch = self::uuid();
        $recalled = $this->apply('cohort', self::OPERATIONS, $batch, true);
        $this->assertSame(['missing', 'missing', 'missing'], array_column($recalled, 'status'));
        try {
            $this->apply('cohort', self::OPERATIONS, $batch);
            $this->fail('The batch is closed');
        } catch (\moodle_exception $e) {
            $this->assertSame('batchclosed', $e->errorcode);
        }
        $this->assertFalse($DB->record_exists('cohort', []));
    }

    /**
     * An id stands for its operations.
     *
     * @dataProvider other_batches
     * @param string $kind
     * @param array[] $operations
     * @param bool $recall
     */
    public function test_id_of_other_operations_is_refused(string $kind, array $operations, bool $recall): void {
        global $DB;
        $batch = self::uuid();
        $this->apply('cohort', self::OPERATIONS, $batch);
        $before = $DB->count_records('cohort');
        try {
            $this->apply($kind, $operations, $batch, $recall);
            $this->fail('The id was used before');
        } catch (\moodle_exception $e) {
            $this->assertSame('badrequest', $e->errorcode);
        }
        $this->assertSame($before, $DB->count_records('cohort'));
    }

    /**
     * Batches that are not the one above.
     *
     * @return array[]
     */
    public static function other_batches(): array {
        return [
            'fewer operations' => ['cohort', array_slice(self::OPERATIONS, 1), false],
            'another kind' => ['category', self::OPERATIONS, false],
            'another order' => ['cohort', array_reverse(self::OPERATIONS), false],
            'a recall of others' => ['cohort', array_slice(self::OPERATIONS, 1), true],
        ];
    }

    /**
     * Two calls with one batch do not work at once.
     */
    public function test_batch_in_progress_elsewhere_is_busy(): void {
        global $CFG;
        $CFG->lock_factory = \core\lock\file_lock_factory::class;
        $batch = self::uuid();
        $lock = \core\lock\lock_config::get_lock_factory('local_dltsync_batch')->get_lock($batch, 0);
        try {
            $this->apply('cohort', self::OPERATIONS, $batch);
            $this->fail('Another call holds the batch');
        } catch (\moodle_exception $e) {
            $this->assertSame('batchbusy', $e->errorcode);
        } finally {
            $lock->release();
        }
        $this->assertCount(3, $this->apply('cohort', self::OPERATIONS, $batch));
    }

    /**
     * Operations see what earlier ones of their batch did.
     */
    public function test_operations_see_what_the_earlier_ones_did(): void {
        $this->create_user('asel');
        $answers = $this->apply('cohort', [
            ['op' => 'create', 'key' => 'a', 'fields' => ['name' => 'A']],
            ['op' => 'create', 'key' => 'a', 'fields' => ['name' => 'A2']],
            ['op' => 'update', 'key' => 'a', 'fields' => ['name' => 'B'], 'expect' => ['name' => 'A']],
            ['op' => 'update', 'key' => 'a', 'fields' => ['name' => 'C'], 'expect' => ['name' => 'A']],
        ]);
        $this->assertSame(['done', 'failed', 'done', 'moved'], array_column($answers, 'status'));
        $this->assertSame(['', 'exists', '', 'moved'], array_column($answers, 'errorcode'));
        $this->assertSame('B', $answers[3]['fields']['name']);
    }

    /**
     * An operation that names another object than the key owns is not done.
     */
    public function test_object_that_the_key_does_not_own_is_not_changed(): void {
        $id = $this->create('cohort', 'a', ['name' => 'A']);
        $answer = $this->do('cohort', 'update', 'a', ['name' => 'B'], null, $id + 1);
        $this->assert_answer('moved', 'notowned', $answer);
        $this->assertSame('A', $this->fields('cohort', 'a')['name']);
    }

    /**
     * Fields that are expected have to be the kind's, and of its types.
     */
    public function test_expectation_that_can_never_hold_is_a_bad_field(): void {
        $this->create('cohort', 'a', ['name' => 'A']);
        $this->assert_answer('failed', 'badfield', $this->do('cohort', 'update', 'a', [], ['colour' => 'red']));
        $this->assert_answer('failed', 'badfield', $this->do('cohort', 'update', 'a', [], ['name' => ['A']]));
    }

    /**
     * What is done in a batch is no event for the program.
     */
    public function test_deletion_by_an_operation_is_not_told_as_done_by_hand(): void {
        global $DB;
        $this->create_course('anatomy');
        $this->create_group('anatomy', 'g1');
        $this->assertSame('done', $this->do('group', 'delete', 'plt:offering:anatomy|plt:group:g1')['status']);
        $this->assertFalse($DB->record_exists('local_dltsync_event', []));
        $this->assertFalse(writing::$active);
    }

    /**
     * Many operations cost few queries for reading: the number does not grow by one read per object.
     */
    public function test_batch_is_prepared_in_few_queries(): void {
        global $DB;
        $operations = fn($count) => array_map(
            fn($i) => ['op' => 'update', 'key' => "k$i", 'fields' => [], 'expect' => ['name' => 'X']],
            range(1, $count)
        );
        $executor = fn() => new executor(kinds\kind::of('cohort'), new ownership());
        $count = function ($number) use ($DB, $executor, $operations): int {
            $before = $DB->perf_get_reads();
            $executor()->prepare(operation::parse_all($operations($number)));
            return $DB->perf_get_reads() - $before;
        };
        $this->apply('cohort', array_map(
            fn($i) => ['op' => 'create', 'key' => "k$i", 'fields' => ['name' => "N$i"]],
            range(1, 60)
        ));
        $this->assertSame($count(5), $count(60));
    }

    /**
     * The time of the last touch decides how long answers are kept.
     */
    public function test_batch_remembers_when_it_was_touched(): void {
        global $DB;
        $this->mock_clock_with_frozen(1800000000);
        $this->apply('cohort', self::OPERATIONS);
        $this->assertEquals(1800000000, $DB->get_field('local_dltsync_batch', 'timemodified', []));
        $this->assertEquals(1800000000, $DB->get_field('local_dltsync_object', 'timecreated', ['sourcedid' => 'a']));
    }
}
