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
use core\task\manager;
use core_external\external_api;
use local_dltsync\task\tell_run;
use moodle_exception;
use required_capability_exception;

/**
 * Runs, topics and requests are stored as they were sent, or nothing is.
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
        'needs' => 'look',
        'report' => ['kk' => ['subject' => 'Үшеу', 'sections' => [
            ['code' => 'failed', 'title' => 'Орындалмады', 'lines' => ['бір <b>']],
        ]]],
    ];

    /**
     * Sends a run as an admin.
     *
     * @param array $run what differs from RUN
     * @return array the answer
     */
    private function push(array $run = []): array {
        $this->setAdminUser();
        return $this->send(['runs' => [$run + self::RUN]], 1);
    }

    /**
     * Sends a request.
     *
     * @param array $request
     * @param int $count
     * @return array the answer
     */
    private function send(array $request, int $count): array {
        $request = json_encode($request);
        $answer = push_status::execute($request, $count, hash('sha256', $request));
        return external_api::clean_returnvalue(push_status::execute_returns(), $answer);
    }

    /**
     * A course that is ours, and its key.
     *
     * @param string $key
     * @return int
     */
    private function course(string $key): int {
        global $DB;
        $id = (int)$this->getDataGenerator()->create_course()->id;
        $DB->insert_record('local_dltsync_object', ['kind' => 'course', 'sourcedid' => $key, 'moodleid' => $id]);
        return $id;
    }

    /**
     * A topic as the program tells of it.
     *
     * @param string $key
     * @param array $topic what differs
     * @return array
     */
    private static function topic(string $key, array $topic = []): array {
        return $topic + [
            'topic' => $key,
            'number' => 3,
            'kind' => 'lecture',
            'title' => 'Жүрек <анатомиясы>',
            'week' => null,
            'owed' => true,
            'reason' => '',
            'state' => 'ok',
            'why' => '',
            'checked' => 1_790_000_000,
            'videos' => [self::video()],
        ];
    }

    /**
     * A video as the program tells of it.
     *
     * @param array $video what differs
     * @return array
     */
    private static function video(array $video = []): array {
        return $video + [
            'key' => 'plt:offering:1|plt:placement:1',
            'title' => 'Heart',
            'language' => 'kk',
            'url' => 'https://media.academy.example/v/1',
            'state' => 'ok',
            'duration' => 600,
        ];
    }

    /**
     * A request as the program tells of it.
     *
     * @param array $request what differs
     * @return array
     */
    private static function request(array $request = []): array {
        return $request + [
            'key' => 'plan:request:1',
            'type' => 'shooting',
            'course' => 'plt:offering:1',
            'topic' => 'plt:topic:1',
            'video' => '',
            'title' => 'Heart',
            'url' => '',
            'language' => 'kk',
            'notes' => '',
            'place' => 'Studio',
            'wished' => '',
            'askedby' => 'Somebody',
            'asker' => '',
            'stage' => 'scheduled',
            'reason' => '',
            'specialist' => 'С. Ахметов',
            'planned' => '2026-12-01',
            'by' => 'М. Омарова',
            'time' => 1_790_000_000,
        ];
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
            'needs' => 'look',
            'report' => json_encode(self::RUN['report'], JSON_UNESCAPED_UNICODE),
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
            'needs that there are not' => ['needs', 'money'],
            'needs that are none' => ['needs', null],
            'a report that is none' => ['report', 'Done'],
            'no report' => ['report', null],
            'a report in another language' => ['report', ['de' => self::RUN['report']['kk']]],
            'a line that is no text' => ['report', ['en' => ['subject' => 'x', 'sections' => [
                ['code' => 'failed', 'title' => 'Failed', 'lines' => [['x']]],
            ]]]],
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
        $this->assertSame([], manager::get_adhoc_tasks(tell_run::class));
    }

    public function test_people_are_told_by_a_task_and_not_by_the_call(): void {
        $this->resetAfterTest();
        $this->mock_clock_with_frozen(1_790_000_100);
        $sink = $this->redirectMessages();
        $this->push();
        $this->push();
        $this->assertSame(0, $sink->count());
        $this->assertCount(1, manager::get_adhoc_tasks(tell_run::class));
    }

    public function test_without_the_capability_nothing_is_taken(): void {
        global $DB;
        $this->resetAfterTest();
        $this->setUser($this->getDataGenerator()->create_user());
        try {
            $this->send(['runs' => [self::RUN]], 1);
            $this->fail('It was taken.');
        } catch (required_capability_exception $e) {
            $this->assertSame('nopermissions', $e->errorcode);
        }
        $this->assertFalse($DB->record_exists('local_dltsync_run', []));
    }

    public function test_the_topics_of_a_course_are_stored_with_their_videos(): void {
        global $DB;
        $this->resetAfterTest();
        $this->setAdminUser();
        $courseid = $this->course('plt:offering:1');
        $topics = [self::topic('plt:topic:1'), self::topic('plt:topic:2', ['videos' => [], 'state' => 'missing', 'week' => 4])];
        $this->assertSame(['response' => '{}'], $this->send(['courses' => ['plt:offering:1' => $topics]], 1));
        $rows = $DB->get_records('local_dltsync_topic', ['courseid' => $courseid], 'sourcedid', 'sourcedid, title, state, week,
            languages, videocount, videos');
        $this->assertEquals(['plt:topic:1', 'plt:topic:2'], array_keys($rows));
        $this->assertSame('Жүрек <анатомиясы>', $rows['plt:topic:1']->title);
        $this->assertEquals([self::video()], json_decode($rows['plt:topic:1']->videos, true));
        $this->assertEquals(['kk', 1, null], [
            $rows['plt:topic:1']->languages,
            $rows['plt:topic:1']->videocount,
            $rows['plt:topic:1']->week,
        ]);
        $this->assertEquals(['missing', 0, 4], [
            $rows['plt:topic:2']->state,
            $rows['plt:topic:2']->videocount,
            $rows['plt:topic:2']->week,
        ]);
    }

    public function test_a_list_replaces_the_one_before_and_an_empty_one_clears_it(): void {
        global $DB;
        $this->resetAfterTest();
        $this->setAdminUser();
        $this->course('plt:offering:1');
        $other = $this->course('plt:offering:2');
        $all = [self::topic('plt:topic:1'), self::topic('plt:topic:2')];
        $this->send(['courses' => ['plt:offering:1' => $all, 'plt:offering:2' => $all]], 2);
        $id = $DB->get_field('local_dltsync_topic', 'id', ['sourcedid' => 'plt:topic:2', 'courseid' => $other]);
        $changed = [self::topic('plt:topic:2', ['state' => 'stale', 'why' => 'age'])];
        $this->send(['courses' => ['plt:offering:1' => [], 'plt:offering:2' => $changed]], 2);
        $rows = $DB->get_records('local_dltsync_topic');
        $this->assertEquals([$id], array_keys($rows));
        $this->assertSame(['stale', 'age'], [$rows[$id]->state, $rows[$id]->why]);
    }

    public function test_courses_that_are_not_ours_are_named(): void {
        global $DB;
        $this->resetAfterTest();
        $this->setAdminUser();
        $answer = $this->send(['courses' => ['plt:offering:9' => [self::topic('plt:topic:1')]]], 1);
        $this->assertSame(['response' => '{"unknown":["plt:offering:9"]}'], $answer);
        $this->assertFalse($DB->record_exists('local_dltsync_topic', []));
    }

    public function test_a_request_is_stored_with_its_history(): void {
        global $DB;
        $this->resetAfterTest();
        $this->setAdminUser();
        $courseid = $this->course('plt:offering:1');
        $this->send(['requests' => [self::request()]], 1);
        $row = $DB->get_record('local_dltsync_request', ['sourcedid' => 'plan:request:1'], '*', MUST_EXIST);
        $this->assertEquals([$courseid, 'scheduled', '2026-12-01', 0, 'Somebody'], [
            $row->courseid,
            $row->stage,
            $row->planned,
            $row->userid,
            $row->askedby,
        ]);
        $stage = $DB->get_record('local_dltsync_stage', ['requestid' => $row->id], '*', MUST_EXIST);
        $this->assertEquals(['scheduled', 'М. Омарова', 1_790_000_000], [$stage->stage, $stage->byname, $stage->timecreated]);
        $this->assertFalse($DB->record_exists('local_dltsync_event', []));
    }

    public function test_all_three_travel_together_and_are_counted_together(): void {
        global $DB;
        $this->resetAfterTest();
        $this->setAdminUser();
        $this->course('plt:offering:1');
        $all = [
            'runs' => [self::RUN],
            'courses' => ['plt:offering:1' => [self::topic('plt:topic:1'), self::topic('plt:topic:2')]],
            'requests' => [self::request(), self::request(['key' => 'plan:request:2'])],
        ];
        $this->send($all, 4);
        $this->assertSame([1, 2, 2], array_map([$DB, 'count_records'], [
            'local_dltsync_run',
            'local_dltsync_topic',
            'local_dltsync_request',
        ]));
        try {
            $this->send($all, 5);
            $this->fail('It was taken.');
        } catch (moodle_exception $e) {
            $this->assertSame('batchdamaged', $e->errorcode);
        }
    }

    /**
     * Topics and requests with a wrong value.
     *
     * @return array[]
     */
    public static function wrong_lists(): array {
        $topics = fn(array ...$topics): array => ['courses' => ['plt:offering:1' => $topics]];
        $video = fn(array $video): array => $topics(self::topic('plt:topic:1', ['videos' => [self::video($video)]]));
        $request = fn(array $request): array => ['requests' => [self::request($request)]];
        return [
            'a course without a list' => [['courses' => ['plt:offering:1' => 'none']], 'courses'],
            'a topic that is none' => [['courses' => ['plt:offering:1' => ['none']]], 'courses'],
            'a topic twice' => [$topics(self::topic('a'), self::topic('a')), 'topic'],
            'a topic without a key' => [$topics(self::topic('')), 'topic'],
            'a number below nothing' => [$topics(self::topic('a', ['number' => -1])), 'number'],
            'a kind that there is not' => [$topics(self::topic('a', ['kind' => 'party'])), 'kind'],
            'owed, perhaps' => [$topics(self::topic('a', ['owed' => 1])), 'owed'],
            'a state that there is not' => [$topics(self::topic('a', ['state' => 'splendid'])), 'state'],
            'a cause that there is not' => [$topics(self::topic('a', ['why' => 'because'])), 'why'],
            'videos that are no list' => [$topics(self::topic('a', ['videos' => ['x' => []]])), 'videos'],
            'a video that is none' => [$topics(self::topic('a', ['videos' => [3]])), 'videos'],
            'an address that runs' => [$video(['url' => 'javascript:alert(1)']), 'url'],
            'an address with a blank' => [$video(['url' => 'https://academy.example/a b']), 'url'],
            'a language that is not taught' => [$video(['language' => 'xx']), 'language'],
            'a length that is none' => [$video(['duration' => 'long']), 'duration'],
            'a request that is none' => [['requests' => [7]], 'requests'],
            'a type that there is not' => [$request(['type' => 'wish']), 'type'],
            'a stage of another type' => [$request(['type' => 'problem']), 'stage'],
            'a day that there is not' => [$request(['planned' => '2026-02-30']), 'planned'],
            'a day in words' => [$request(['planned' => 'tomorrow']), 'planned'],
            'a request that runs' => [$request(['url' => 'javascript:alert(1)']), 'url'],
            'a request without a key' => [$request(['key' => '']), 'key'],
            'a moment beyond the calendar' => [$request(['time' => 10 ** 12]), 'time'],
        ];
    }

    /**
     * One wrong value, and nothing of the whole call is stored.
     *
     * @dataProvider wrong_lists
     * @param array $wrong
     * @param string $field
     */
    public function test_a_wrong_value_in_a_list_is_named_and_nothing_is_stored(array $wrong, string $field): void {
        global $DB;
        $this->resetAfterTest();
        $this->setAdminUser();
        $this->course('plt:offering:1');
        try {
            $this->send($wrong + ['runs' => [self::RUN]], 2);
            $this->fail('It was taken.');
        } catch (moodle_exception $e) {
            $this->assertSame(['badrequest', $field], [$e->errorcode, $e->a]);
        }
        foreach (['run', 'topic', 'request', 'stage'] as $table) {
            $this->assertFalse($DB->record_exists("local_dltsync_$table", []));
        }
    }
}
