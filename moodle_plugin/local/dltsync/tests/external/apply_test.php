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

use local_dltsync\tests\bridge_testcase;

/**
 * The function that writes.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\external\apply
 * @covers     \local_dltsync\local\operation
 * @covers     \local_dltsync\local\refusal
 */
final class apply_test extends bridge_testcase {
    /** @var array a request that is good */
    private const REQUEST = [
        'batch' => '0f8fad5b-d9cb-469f-a165-70867728950e',
        'kind' => 'cohort',
        'recall' => false,
        'operations' => [['op' => 'create', 'key' => 'a', 'moodleid' => null, 'fields' => ['name' => 'A'], 'expect' => null]],
    ];

    /**
     * The capability to write is all that it needs.
     */
    public function test_writing_needs_its_own_capability_only(): void {
        $this->forbid('local/dltsync:read');
        $this->assertSame('done', $this->call(apply::class, self::REQUEST)['answers'][0]['status']);
    }

    /**
     * Who may only read writes nothing and closes no batch.
     *
     * @dataProvider recalls
     * @param bool $recall
     */
    public function test_without_the_capability_it_is_refused(bool $recall): void {
        global $DB;
        $this->forbid('local/dltsync:apply');
        try {
            $this->call(apply::class, ['recall' => $recall] + self::REQUEST);
            $this->fail('The capability is missing');
        } catch (\required_capability_exception $e) {
            $this->assertSame('nopermissions', $e->errorcode);
        }
        $this->assertFalse($DB->record_exists('cohort', []));
        $this->assertFalse($DB->record_exists('local_dltsync_batch', []));
    }

    /**
     * Both ways to call it.
     *
     * @return array[]
     */
    public static function recalls(): array {
        return ['apply' => [false], 'recall' => [true]];
    }

    /**
     * Requests that were not agreed name what is wrong, and nothing of them is done.
     *
     * @dataProvider bad_requests
     * @param array $change of the good request
     * @param string $field
     */
    public function test_bad_request_names_the_field(array $change, string $field): void {
        global $DB;
        $request = $change + self::REQUEST;
        try {
            $this->call(apply::class, $request, is_array($request['operations']) ? count($request['operations']) : 1);
            $this->fail('The request is bad');
        } catch (\moodle_exception $e) {
            $this->assertSame(['badrequest', $field], [$e->errorcode, $e->a]);
        }
        $this->assertFalse($DB->record_exists('cohort', []));
        $this->assertFalse($DB->record_exists('local_dltsync_batch', []));
    }

    /**
     * Changes that spoil the request, and the field that is wrong.
     *
     * @return array[]
     */
    public static function bad_requests(): array {
        $good = self::REQUEST['operations'][0];
        $second = fn($change) => ['operations' => [$good, $change + ['key' => 'b'] + $good]];
        return [
            'no id' => [['batch' => null], 'batch'],
            'id that is no UUID' => [['batch' => 'batch-1'], 'batch'],
            'unknown kind' => [['kind' => 'film'], 'kind'],
            'recall that is no flag' => [['recall' => 'yes'], 'recall'],
            'no operations' => [['operations' => null], 'operations'],
            'operations by name' => [['operations' => ['a' => $good]], 'operations'],
            'operation that is none' => [['operations' => [$good, 'create']], 'operations[1]'],
            'unknown operation' => [$second(['op' => 'destroy']), 'operations[1].op'],
            'no key' => [$second(['key' => null]), 'operations[1].key'],
            'empty key' => [$second(['key' => '']), 'operations[1].key'],
            'key that is too long' => [$second(['key' => str_repeat('Ұ', 256)]), 'operations[1].key'],
            'key with a zero byte' => [$second(['key' => "a\0b"]), 'operations[1].key'],
            'id that is a text' => [$second(['moodleid' => '5']), 'operations[1].moodleid'],
            'fields that are none' => [$second(['fields' => 'name']), 'operations[1].fields'],
            'expectation that is none' => [$second(['expect' => true]), 'operations[1].expect'],
        ];
    }

    /**
     * A count that is wrong is damage.
     */
    public function test_wrong_count_is_damage(): void {
        $this->expectExceptionObject(new \moodle_exception('batchdamaged', 'local_dltsync'));
        $this->call(apply::class, self::REQUEST, 2);
    }

    /**
     * A batch of nothing has no answers.
     */
    public function test_empty_batch_has_no_answers(): void {
        $this->assertSame([], $this->call(apply::class, ['operations' => []] + self::REQUEST, 0)['answers']);
    }

    /**
     * The longest key that the table holds is kept whole.
     */
    public function test_longest_key_is_kept_whole(): void {
        $key = str_repeat('Ұ', 255);
        $this->create('cohort', $key, ['name' => 'A']);
        $this->assertSame([$key], array_column($this->read('cohort', ['keys' => [$key]]), 'key'));
    }

    /**
     * An answer says all that was agreed.
     */
    public function test_answer_has_every_part(): void {
        [$answer] = $this->call(apply::class, self::REQUEST)['answers'];
        $this->assertSame(['key', 'status', 'moodleid', 'fields', 'errorcode', 'message', 'ms'], array_keys($answer));
        $this->assertSame(['a', 'done', ['name' => 'A', 'idnumber' => '', 'members' => []], '', ''], [
            $answer['key'], $answer['status'], $answer['fields'], $answer['errorcode'], $answer['message'],
        ]);
        $this->assertIsInt($answer['moodleid']);
        $this->assertIsInt($answer['ms']);
    }
}
