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
 * The function that reads.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\external\read
 * @covers     \local_dltsync\local\reader
 * @covers     \local_dltsync\local\candidates
 * @covers     \local_dltsync\local\ownership
 * @covers     \local_dltsync\local\state
 */
final class read_test extends bridge_testcase {
    /**
     * Reading is all that it needs.
     */
    public function test_reading_is_enough(): void {
        $this->forbid('local/dltsync:apply');
        $this->assertSame([], $this->read('user'));
        $this->assertSame([], $this->candidates('user', [['username', 'nobody']]));
    }

    /**
     * Without reading it gives nothing.
     */
    public function test_without_the_capability_it_is_refused(): void {
        $this->forbid('local/dltsync:read');
        $this->expectException(\required_capability_exception::class);
        $this->read('user');
    }

    /**
     * Nor does it tell who is there.
     */
    public function test_without_the_capability_it_finds_nobody(): void {
        $this->forbid('local/dltsync:read');
        $this->expectException(\required_capability_exception::class);
        $this->candidates('user', [['username', 'admin']]);
    }

    /**
     * Pages come in order, and the last one says so.
     */
    public function test_pages_follow_each_other(): void {
        foreach (['a', 'b', 'c'] as $name) {
            $this->create('cohort', $name, ['name' => $name]);
        }
        $page = fn($after) => $this->call(read::class, ['kind' => 'cohort', 'after' => $after, 'limit' => 2]);
        $first = $page(0);
        $second = $page($first['next']);
        $this->assertSame([['a', 'b'], ['c']], [
            array_column($first['objects'], 'key'), array_column($second['objects'], 'key'),
        ]);
        $this->assertNull($second['next']);
        $this->assertSame(['objects' => [], 'next' => null], $page($first['next'] + 1000));
    }

    /**
     * Keys that were never ours do not come, and keys that differ in case are others.
     */
    public function test_only_exact_keys_come(): void {
        $this->create('cohort', 'plt:group:A', ['name' => 'A']);
        $objects = $this->read('cohort', ['keys' => ['plt:group:a', 'plt:group:A', 'none', "a\0b"]]);
        $this->assertSame(['plt:group:A'], array_column($objects, 'key'));
        $this->assertSame([], $this->read('cohort', ['keys' => []]));
        $this->assertSame([], $this->read('enrolment', ['keys' => ['a|b', 'a', '']]));
    }

    /**
     * A key made of digits stays a text.
     */
    public function test_key_of_digits_is_a_text(): void {
        $this->create('cohort', '17', ['name' => 'A']);
        $this->assertSame(['17'], array_column($this->read('cohort', ['keys' => ['17']]), 'key'));
        $match = [['key' => '0', 'by' => [['name', 'A']]], ['key' => '1', 'by' => [['name', 'B']]]];
        $json = json_encode(['kind' => 'cohort', 'match' => $match]);
        $response = read::execute($json, 2, hash('sha256', $json))['response'];
        $candidates = json_decode($response)->candidates;
        $this->assertIsObject($candidates);
        $this->assertSame(['17', []], [$candidates->{'0'}[0]->owner, $candidates->{'1'}]);
    }

    /**
     * Objects without lists are objects all the same.
     */
    public function test_empty_parts_of_the_response_keep_their_shape(): void {
        $response = fn($request) => read::execute(json_encode($request), 0, hash('sha256', json_encode($request)))['response'];
        $this->assertSame('{"candidates":{}}', $response(['kind' => 'user', 'match' => []]));
        $this->create('cohort', 'a', ['name' => 'A']);
        $this->assertStringContainsString('"facts":{}', json_encode($this->read_raw('cohort')));
    }

    /**
     * Objects as JSON has them, not as arrays.
     *
     * @param string $kind
     * @return \stdClass
     */
    private function read_raw(string $kind): \stdClass {
        $json = json_encode(['kind' => $kind]);
        return json_decode(read::execute($json, 1, hash('sha256', $json))['response']);
    }

    /**
     * All who match are candidates, in the order of their ids.
     */
    public function test_all_who_match_are_candidates(): void {
        $first = $this->getDataGenerator()->create_user(['idnumber' => 'twice']);
        $second = $this->getDataGenerator()->create_user(['idnumber' => 'twice']);
        $found = array_column($this->candidates('user', [['idnumber', 'twice']]), 'moodleid');
        $this->assertSame([(int)$first->id, (int)$second->id], $found);
    }

    /**
     * An owner counts only while the object that it owns exists.
     */
    public function test_owner_of_what_is_gone_does_not_count(): void {
        global $DB;
        $this->create('cohort', 'a', ['name' => 'A', 'idnumber' => 'x']);
        $this->assertSame('a', $this->candidates('cohort', [['idnumber', 'x']])[0]['owner']);
        cohort_delete_cohort($DB->get_record('cohort', ['idnumber' => 'x']));
        $cohort = $this->getDataGenerator()->create_cohort(['idnumber' => 'x']);
        $this->assertNull($this->candidates('cohort', [['idnumber', 'x']])[0]['owner']);
        $this->assertSame('done', $this->do('cohort', 'adopt', 'a', [], null, (int)$cohort->id)['status']);
    }

    /**
     * Requests that were not agreed name what is wrong.
     *
     * @dataProvider bad_requests
     * @param array $request
     * @param string $field
     * @param int $count
     */
    public function test_bad_request_names_the_field(array $request, string $field, int $count = 1): void {
        $this->expectExceptionObject(new \moodle_exception('badrequest', 'local_dltsync', '', $field));
        $this->call(read::class, $request, $count);
    }

    /**
     * Requests, and the field that is wrong.
     *
     * @return array[]
     */
    public static function bad_requests(): array {
        $match = fn($match, $kind = 'user') => ['kind' => $kind, 'match' => [$match]];
        return [
            'unknown kind' => [['kind' => 'film'], 'kind'],
            'keys that are no texts' => [['kind' => 'user', 'keys' => [1]], 'keys'],
            'courses of what has none' => [['kind' => 'user', 'courses' => ['a']], 'courses'],
            'keys and courses' => [['kind' => 'group', 'keys' => ['a'], 'courses' => ['a']], 'courses'],
            'page of nothing' => [['kind' => 'user', 'limit' => 0], 'limit'],
            'page of everything' => [['kind' => 'user', 'limit' => 1000000], 'limit'],
            'cursor that is a text' => [['kind' => 'user', 'after' => '1'], 'after'],
            'match of what is never adopted' => [$match(['key' => 'a', 'by' => []], 'enrolment'), 'match'],
            'match that is no list' => [['kind' => 'user', 'match' => null], 'match'],
            'match without a key' => [$match(['by' => []]), 'match[0]'],
            'match by a field that finds nobody' => [$match(['key' => 'a', 'by' => [['lastname', 'x']]]), 'match[0].by'],
            'match by half a pair' => [$match(['key' => 'a', 'by' => [['username']]]), 'match[0].by'],
            'match in a course of what has none' => [$match(['key' => 'a', 'by' => [], 'course' => 'c']), 'match[0].course'],
        ];
    }

    /**
     * The count is that of the list that was sent.
     *
     * @dataProvider wrong_counts
     * @param array $request
     * @param int $count
     */
    public function test_wrong_count_is_damage(array $request, int $count): void {
        $this->expectExceptionObject(new \moodle_exception('batchdamaged', 'local_dltsync'));
        $this->call(read::class, $request, $count);
    }

    /**
     * Requests with a count that is wrong.
     *
     * @return array[]
     */
    public static function wrong_counts(): array {
        return [
            'no list' => [['kind' => 'user'], 0],
            'keys' => [['kind' => 'user', 'keys' => ['a', 'b']], 1],
            'courses' => [['kind' => 'group', 'keys' => null, 'courses' => ['a']], 2],
            'match' => [['kind' => 'user', 'match' => [['key' => 'a', 'by' => []]]], 2],
        ];
    }
}
