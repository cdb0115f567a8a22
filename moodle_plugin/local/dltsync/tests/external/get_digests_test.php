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
 * The function that gives digests.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\external\get_digests
 */
final class get_digests_test extends bridge_testcase {
    /**
     * Reading is all that it needs.
     */
    public function test_reading_is_enough(): void {
        $this->forbid('local/dltsync:apply');
        $this->assertSame(['' => [0, 0, 0]], $this->digests('user', ['email']));
    }

    /**
     * Without reading it gives nothing.
     */
    public function test_without_the_capability_it_is_refused(): void {
        $this->forbid('local/dltsync:read');
        $this->expectException(\required_capability_exception::class);
        $this->digests('user', ['email']);
    }

    /**
     * Requests that were not agreed name what is wrong.
     *
     * @dataProvider bad_requests
     * @param array $request
     * @param string $field
     */
    public function test_bad_request_names_the_field(array $request, string $field): void {
        $this->expectExceptionObject(new \moodle_exception('badrequest', 'local_dltsync', '', $field));
        $this->call(get_digests::class, $request);
    }

    /**
     * Requests, and the field that is wrong.
     *
     * @return array[]
     */
    public static function bad_requests(): array {
        return [
            'no kind' => [['fields' => []], 'kind'],
            'unknown kind' => [['kind' => 'film', 'fields' => []], 'kind'],
            'kind that is no kind' => [['kind' => 'owned_kind', 'fields' => []], 'kind'],
            'the class above all kinds' => [['kind' => 'kind', 'fields' => []], 'kind'],
            'kind that is no text' => [['kind' => ['user'], 'fields' => []], 'kind'],
            'no fields' => [['kind' => 'user'], 'fields'],
            'unknown field' => [['kind' => 'user', 'fields' => ['password']], 'fields'],
            'marks that are no list' => [['kind' => 'enrolment', 'fields' => [], 'marks' => 'x'], 'marks'],
            'mark that is no text' => [['kind' => 'enrolment', 'fields' => [], 'marks' => ['c' => 1]], 'marks'],
            'field that is no text' => [['kind' => 'user', 'fields' => [['email']]], 'fields'],
        ];
    }

    /**
     * What was damaged on its way is not computed.
     */
    public function test_damaged_request_is_refused(): void {
        $json = json_encode(['kind' => 'user', 'fields' => []]);
        $this->expectExceptionObject(new \moodle_exception('batchdamaged', 'local_dltsync'));
        get_digests::execute($json, 1, hash('sha256', "$json "));
    }
}
