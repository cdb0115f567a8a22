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

namespace local_dltsync\local\queue;

use core\lock\file_lock_factory;
use core\lock\lock_config;
use local_dltsync\task\deliver_events;
use local_dltsync\task\resume_events;
use local_dltsync\tests\enrolments_testcase;

/**
 * What Moodle is to be told comes through once, whoever sends it and whatever breaks.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\queue\queue
 * @covers     \local_dltsync\local\queue\piece
 * @covers     \local_dltsync\task\deliver_events
 * @covers     \local_dltsync\task\resume_events
 */
final class queue_test extends enrolments_testcase {
    /**
     * Ears, and three enrolments that nobody was told of yet.
     */
    protected function setUp(): void {
        global $CFG;
        parent::setUp();
        $CFG->lock_factory = file_lock_factory::class;
        $this->listen();
    }

    /**
     * Enrols all three.
     */
    private function enrol_all(): void {
        $this->send_well(array_map(fn($name) => $this->operation('create', 'anatomy', $name), ['asel', 'bolat', 'dina']));
    }

    /**
     * Asserts that all was told of all three, once.
     */
    private function assert_told_once(): void {
        global $DB;
        foreach (['user_enrolment_created', 'after_user_enrolled', 'event\role_assigned', 'after_role_assigned'] as $what) {
            $this->assertSame([1, 1, 1], array_values($this->times_heard($what)), $what);
        }
        $this->assertSame(0, $DB->count_records(queue::TABLE));
    }

    /**
     * A task sends it, in the name of the service, and a second one finds nothing.
     */
    public function test_task_tells_in_the_name_of_the_service(): void {
        global $USER;
        $this->enrol_all();
        $users = [];
        $this->onhearing = function () use (&$users, &$USER): void {
            $users[] = (int)$USER->id;
        };
        $this->setAdminUser();
        $this->deliver();
        $this->assert_told_once();
        $this->assertSame([(int)$this->service->id], array_values(array_unique($users)));
        foreach (array_merge(...$this->heard) as [$what, $data]) {
            $this->assertSame((int)$this->service->id, (int)($data['userid'] ?? $this->service->id));
        }
        $this->deliver();
        $this->assert_told_once();
    }

    /**
     * The program is told how much is waiting, and since when: without cron nobody else would notice.
     */
    public function test_backlog_is_known(): void {
        global $DB;
        $this->assertSame(['events_waiting' => 0, 'events_waiting_s' => 0], queue::backlog());
        $this->enrol_all();
        $oldest = $DB->get_fieldset(queue::TABLE, 'id')[0];
        $DB->set_field(queue::TABLE, 'timecreated', $this->mock_clock_with_frozen(2_000_000_000)->time() - 90, ['id' => $oldest]);
        $DB->set_field_select(queue::TABLE, 'timecreated', 1_999_999_999, 'id <> ?', [$oldest]);
        $this->assertSame(['events_waiting' => 3, 'events_waiting_s' => 90], queue::backlog());
        $this->deliver();
        $this->assertSame(['events_waiting' => 0, 'events_waiting_s' => 0], queue::backlog());
    }

    /**
     * With the setting all is told in the request, after the write; the task that would have done it finds nothing.
     */
    public function test_setting_tells_at_once(): void {
        global $DB;
        set_config('immediate', 1, 'local_dltsync');
        $open = [];
        $this->onhearing = function () use (&$open, $DB): void {
            $open[] = $DB->count_records('user_enrolments');
        };
        $this->enrol_all();
        $this->assertSame([3], array_unique($open));
        $this->assert_told_once();
        $this->deliver();
        $this->assert_told_once();
    }

    /**
     * A listener that fails stops nobody: neither other listeners nor other enrolments.
     */
    public function test_listener_that_fails_stops_no_other(): void {
        $this->enrol_all();
        $this->onhearing = function ($what, $userid): void {
            if (str_contains($what, 'after_') && $userid === $this->userid('bolat')) {
                throw new \RuntimeException('a listener of hooks');
            }
        };
        $this->deliver();
        $this->assertDebuggingCalledCount(2);
        $this->assert_told_once();
    }

    /**
     * A listener that rolls the transaction back, or leaves one open, is told again, first alone, then without a
     * transaction; what others wrote in the attempts before is gone, so that nothing is there twice.
     *
     * @dataProvider breaks
     * @param callable $break
     */
    public function test_listener_that_breaks_the_transaction_doubles_nothing(callable $break): void {
        global $DB;
        $this->enrol_all();
        $broken = 0;
        $this->onhearing = function ($what, $userid) use ($DB, $break, &$broken): void {
            $row = ['qtype' => 1, 'sqltext' => $what, 'info' => $userid, 'exectime' => 0, 'timelogged' => 0];
            $DB->insert_record('log_queries', $row);
            if (str_contains($what, 'after_user_enrolled') && $userid === $this->userid('bolat')) {
                $broken++;
                $break();
            }
        };
        $this->deliver();
        $this->assertGreaterThan(0, count($this->getDebuggingMessages()));
        $this->resetDebugging();
        $this->assertSame(0, $DB->count_records(queue::TABLE));
        $this->assertFalse($DB->is_transaction_started());
        $this->assertSame(3, $broken);
        $sql = "SELECT COUNT(*) FROM {log_queries} WHERE sqltext LIKE '%user_enrolment_created'";
        $this->assertEquals(3, $DB->count_records_sql($sql));
        $doubles = "SELECT info, sqltext FROM {log_queries} GROUP BY info, sqltext HAVING COUNT(*) > 1";
        $this->assertSame([], $DB->get_records_sql($doubles));
    }

    /**
     * Ways to break a transaction.
     *
     * @return array[]
     */
    public static function breaks(): array {
        return [
            'rolled back' => [function (): void {
                global $DB;
                $DB->force_transaction_rollback();
            }],
            'left open' => [function (): void {
                global $DB;
                $DB->start_delegated_transaction();
            }],
        ];
    }

    /**
     * While one process sends a piece another leaves it alone, and comes back for what might be left.
     */
    public function test_two_processes_do_not_tell_twice(): void {
        global $DB;
        $this->enrol_all();
        $piece = $DB->get_field(queue::TABLE, 'piece', [], IGNORE_MULTIPLE);
        $lock = lock_config::get_lock_factory('local_dltsync_queue')->get_lock("piece:$piece", 0);
        $this->deliver();
        $this->assertSame([], $this->heard);
        $tasks = $DB->get_records('task_adhoc', ['classname' => '\\' . deliver_events::class]);
        $this->assertSame([json_encode(['piece' => (int)$piece])], array_values(array_column($tasks, 'customdata')));
        $lock->release();
        $this->deliver();
        $this->assert_told_once();
    }

    /**
     * A process that died in the middle is followed by another that tells the rest.
     */
    public function test_rest_is_told_when_a_process_died(): void {
        global $DB;
        $this->enrol_all();
        $first = $DB->get_records(queue::TABLE, [], 'id', '*', 0, 1);
        $first = reset($first);
        (new piece((int)$first->piece))->deliver_of([$first->enrolmentid], 0);
        $this->assertSame([1], array_values($this->times_heard('user_enrolment_created')));
        $DB->delete_records('task_adhoc');
        (new resume_events())->execute();
        $this->assertSame([1], array_values($this->times_heard('user_enrolment_created')));
        $DB->execute('UPDATE {' . queue::TABLE . '} SET timecreated = timecreated - 3600');
        (new resume_events())->execute();
        $this->assert_told_once();
    }

    /**
     * A row at which processes die again and again is passed over.
     */
    public function test_row_that_kills_is_passed_over(): void {
        global $DB;
        $this->enrol_all();
        $first = (int)$DB->get_field_sql('SELECT MIN(id) FROM {' . queue::TABLE . '}');
        $DB->set_field(queue::TABLE, 'attempts', 4, ['id' => $first]);
        $this->deliver();
        $this->assertCount(2, $this->heard);
        $this->assertSame([(string)$first], $DB->get_fieldset(queue::TABLE, 'id'));
        $this->assertSame([], piece::left_since(time() + 1));
    }

    /**
     * After a process died rows are told of one by one: what was told before the next death is not told again.
     */
    public function test_rows_come_alone_after_a_death(): void {
        global $DB;
        $this->enrol_all();
        $DB->set_field(queue::TABLE, 'attempts', 1, []);
        $left = [];
        $this->onhearing = function ($what) use (&$left, $DB): void {
            if (str_contains($what, 'user_enrolment_created')) {
                $left[] = $DB->count_records(queue::TABLE);
            }
        };
        $this->deliver();
        $this->assertSame([3, 2, 1], $left);
        $this->assert_told_once();
    }

    /**
     * What happened to an enrolment is told in the order in which it happened, whichever task comes first.
     */
    public function test_order_is_kept_between_pieces(): void {
        global $DB;
        $this->enrol_all();
        $this->send_well([$this->operation('update', 'anatomy', 'asel', ['suspended' => true])]);
        $last = (int)$DB->get_field_sql('SELECT MAX(piece) FROM {' . queue::TABLE . '}');
        (new piece($last))->deliver();
        $names = array_column($this->heard[$this->userid('asel')], 0);
        $this->assertStringContainsString('user_enrolment_created', $names[0]);
        $this->assertStringContainsString('user_enrolment_updated', end($names));
        $this->assert_told_once();
    }

    /**
     * Unenrolling tells at once, and first what was still to be told of the enrolment.
     */
    public function test_unenrolling_does_not_overtake_what_is_queued(): void {
        global $DB;
        $this->enrol_all();
        $this->send_well([$this->operation('delete', 'anatomy', 'asel')]);
        $names = array_column($this->heard[$this->userid('asel')], 0);
        $this->assertStringContainsString('user_enrolment_created', $names[0]);
        $this->assertStringContainsString('user_enrolment_deleted', end($names));
        $this->assertCount(1, $this->heard);
        $this->assertSame(2, $DB->count_records(queue::TABLE));
    }

    /**
     * While a task is telling of an enrolment nobody else does; the program is told to come back.
     */
    public function test_enrolment_that_a_task_is_telling_of_is_busy(): void {
        global $DB;
        $this->enrol_all();
        $row = $DB->get_record(queue::TABLE, [], '*', IGNORE_MULTIPLE);
        $lock = lock_config::get_lock_factory('local_dltsync_queue')->get_lock("piece:$row->piece", 0);
        try {
            (new queue())->deliver_of([$row->enrolmentid], 0);
            $this->fail('A task holds the piece');
        } catch (\moodle_exception $e) {
            $this->assertSame('batchbusy', $e->errorcode);
        } finally {
            $lock->release();
        }
        $this->assertSame([], $this->heard);
    }

    /**
     * Nobody is told of a course that is gone.
     */
    public function test_course_that_is_gone_is_passed_over(): void {
        global $DB;
        $this->enrol_all();
        delete_course($this->courseid('anatomy'), false);
        $this->heard = [];
        $this->deliver();
        $this->assertSame([], $this->heard);
        $this->assertSame(0, $DB->count_records(queue::TABLE));
    }

    /**
     * Large writes make several pieces, so that several cron runners share the work.
     */
    public function test_large_writes_make_several_pieces(): void {
        global $DB;
        $names = array_map(fn($i) => "s$i", range(1, 501));
        $now = time();
        foreach ($names as $name) {
            $id = $DB->insert_record('user', ['username' => $name, 'mnethostid' => 1, 'confirmed' => 1, 'auth' => 'manual']);
            $row = ['kind' => 'user', 'sourcedid' => "plt:student:$name", 'moodleid' => $id];
            $DB->insert_record('local_dltsync_object', $row + ['timecreated' => $now, 'timemodified' => $now]);
        }
        $this->send_well(array_map(fn($name) => $this->operation('create', 'anatomy', $name), $names));
        $sql = 'SELECT piece, COUNT(*) FROM {' . queue::TABLE . '} GROUP BY piece ORDER BY piece';
        $this->assertEquals([500, 1], array_values($DB->get_records_sql_menu($sql)));
        $this->assertSame(2, $DB->count_records('task_adhoc', ['classname' => '\\' . deliver_events::class]));
        $this->deliver();
        $this->assertSame([1], array_values(array_unique($this->times_heard('user_enrolment_created'))));
        $this->assertCount(501, $this->heard);
    }
}
