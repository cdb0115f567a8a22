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
 * Events are read in pages, each once.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\external\pull_events
 */
final class pull_events_test extends advanced_testcase {
    /**
     * Stores an event.
     *
     * @param int $userid
     * @param string|null $data
     * @return int its id
     */
    private function event(int $userid = 0, ?string $data = null): int {
        global $DB;
        return $DB->insert_record('local_dltsync_event', [
            'name' => 'deleted',
            'kind' => 'course',
            'sourcedid' => 'plt:offering:17',
            'moodleid' => 5,
            'userid' => $userid,
            'data' => $data,
            'timecreated' => 1_790_000_000,
        ]);
    }

    /**
     * Reads a page as an admin.
     *
     * @param mixed $after
     * @param mixed $limit
     * @return array
     */
    private function page(mixed $after, mixed $limit): array {
        $this->setAdminUser();
        $request = json_encode(['after' => $after, 'limit' => $limit]);
        $answer = pull_events::execute($request, 1, hash('sha256', $request));
        $answer = external_api::clean_returnvalue(pull_events::execute_returns(), $answer);
        return json_decode($answer['response'], true, 512, JSON_THROW_ON_ERROR);
    }

    public function test_an_event_says_what_happened_to_which_object_by_whom(): void {
        $this->resetAfterTest();
        $user = $this->getDataGenerator()->create_user(['firstname' => 'Айгүл', 'lastname' => 'Сериккызы']);
        $id = $this->event($user->id, '{"name":"Анатомия"}');
        $this->assertSame(['events' => [[
            'id' => $id,
            'name' => 'deleted',
            'time' => 1_790_000_000,
            'kind' => 'course',
            'key' => 'plt:offering:17',
            'by' => 'Айгүл Сериккызы',
            'data' => ['name' => 'Анатомия'],
        ]], 'next' => null], $this->page(0, 500));
    }

    public function test_an_event_of_nobody_has_no_name(): void {
        $this->resetAfterTest();
        $this->event();
        $this->assertSame('', $this->page(0, 500)['events'][0]['by']);
    }

    public function test_empty_data_travels_as_an_object(): void {
        $this->resetAfterTest();
        $this->setAdminUser();
        $this->event();
        $request = '{"after":0,"limit":1}';
        $this->assertStringContainsString(
            '"data":{}',
            pull_events::execute($request, 1, hash('sha256', $request))['response'],
        );
    }

    public function test_pages_follow_each_other_without_gap_or_double(): void {
        $this->resetAfterTest();
        $ids = [$this->event(), $this->event(), $this->event()];
        $first = $this->page(0, 2);
        $this->assertSame([$ids[0], $ids[1]], array_column($first['events'], 'id'));
        $this->assertSame($ids[1], $first['next']);
        $second = $this->page($first['next'], 2);
        $this->assertSame([$ids[2]], array_column($second['events'], 'id'));
        $this->assertNull($second['next']);
    }

    public function test_an_event_that_appears_after_later_ones_is_in_the_next_reading_from_before_it(): void {
        global $DB;
        $this->resetAfterTest();
        [$first, $late, $last] = [$this->event(), $this->event(), $this->event()];
        $row = $DB->get_record('local_dltsync_event', ['id' => $late]);
        // As long as the transaction of its deletion lasts, nobody else sees it.
        $DB->delete_records('local_dltsync_event', ['id' => $late]);
        $this->assertSame([$last], array_column($this->page($first, 500)['events'], 'id'));
        $DB->insert_record_raw('local_dltsync_event', (array)$row, false, false, true);
        $this->assertSame([$late, $last], array_column($this->page($first, 500)['events'], 'id'));
    }

    public function test_after_the_last_event_there_is_nothing(): void {
        $this->resetAfterTest();
        $this->assertSame(['events' => [], 'next' => null], $this->page($this->event(), 2));
    }

    /**
     * Requests that are wrong in one field.
     *
     * @return array[]
     */
    public static function wrong(): array {
        return ['no cursor' => [null, 1, 'after'], 'a text' => ['1', 1, 'after'], 'too many' => [0, 100000, 'limit']];
    }

    /**
     * The refusal names the field.
     *
     * @dataProvider wrong
     * @param mixed $after
     * @param mixed $limit
     * @param string $field
     */
    public function test_a_wrong_field_is_named(mixed $after, mixed $limit, string $field): void {
        $this->resetAfterTest();
        $this->expectException(moodle_exception::class);
        $this->expectExceptionMessageMatches("/: $field$/");
        $this->page($after, $limit);
    }
}
