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

namespace local_dltsync\external;

use advanced_testcase;
use core_external\external_api;
use moodle_exception;

/**
 * A run is stored as it was sent, once.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\external\push_status
 */
final class push_status_test extends advanced_testcase {
    /** @var array a run as the program sends it */
    private const RUN = [
        'run' => 7,
        'mode' => 'apply',
        'started' => 1_790_000_000,
        'ended' => 1_790_000_090,
        'verdict' => 'ok',
        'planhash' => 'abc123',
        'counts' => ['user.create' => 3, 'failed' => 1],
        'summary' => 'Done: users: 3 created.',
    ];

    /**
     * Sends a run as an admin.
     *
     * @param array $run what differs from RUN
     * @return array the answer
     */
    private function push(array $run = []): array {
        $this->setAdminUser();
        $request = json_encode($run + self::RUN);
        $answer = push_status::execute($request, 1, hash('sha256', $request));
        return external_api::clean_returnvalue(push_status::execute_returns(), $answer);
    }

    public function test_a_run_is_stored(): void {
        global $DB;
        $this->resetAfterTest();
        $this->mock_clock_with_frozen(1_790_000_100);
        $this->assertSame(['response' => '{}'], $this->push());
        $row = (array)$DB->get_record('local_dltsync_run', [], '*', MUST_EXIST);
        unset($row['id']);
        $this->assertEquals([
            'run' => 7,
            'runmode' => 'apply',
            'timestarted' => 1_790_000_000,
            'timeended' => 1_790_000_090,
            'verdict' => 'ok',
            'planhash' => 'abc123',
            'counts' => '{"user.create":3,"failed":1}',
            'summary' => 'Done: users: 3 created.',
            'timemodified' => 1_790_000_100,
        ], $row);
    }

    public function test_the_same_run_again_replaces_it(): void {
        global $DB;
        $this->resetAfterTest();
        $this->push();
        $this->push(['verdict' => 'failed', 'counts' => []]);
        $row = $DB->get_record('local_dltsync_run', ['run' => 7], '*', MUST_EXIST);
        $this->assertSame(['failed', '{}'], [$row->verdict, $row->counts]);
    }

    public function test_another_run_stands_beside_it(): void {
        global $DB;
        $this->resetAfterTest();
        $this->push();
        $this->push(['run' => 8]);
        $this->assertSame(2, $DB->count_records('local_dltsync_run'));
    }

    /**
     * Values that are wrong, by field.
     *
     * @return array[]
     */
    public static function wrong(): array {
        return [
            'a run below nothing' => ['run', -1],
            'a run too large for the database' => ['run', 2 ** 31],
            'no mode' => ['mode', null],
            'a moment beyond the calendar' => ['ended', 10 ** 12],
            'a verdict that there is not' => ['verdict', 'splendid'],
            'a hash too long' => ['planhash', str_repeat('a', 65)],
            'counts that are no map' => ['counts', 3],
            'a count that is no number' => ['counts', ['user.create' => 'three']],
            'a count of something strange' => ['counts', ['<b>' => 3]],
            'counts without names' => ['counts', [3]],
            'a summary too long' => ['summary', str_repeat('ә', 10001)],
            'a NUL byte' => ['summary', "a\0b"],
        ];
    }

    /**
     * A wrong value is refused and nothing is stored.
     *
     * @dataProvider wrong
     * @param string $field
     * @param mixed $value
     */
    public function test_a_wrong_value_is_refused_and_nothing_is_stored(string $field, mixed $value): void {
        global $DB;
        $this->resetAfterTest();
        try {
            $this->push([$field => $value]);
            $this->fail('It was taken.');
        } catch (moodle_exception $e) {
            $this->assertSame('badrequest', $e->errorcode);
        }
        $this->assertFalse($DB->record_exists('local_dltsync_run', []));
    }
}
