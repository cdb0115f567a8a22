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

namespace local_dltsync\local\videos;

use advanced_testcase;
use context_system;
use local_dltsync\event\request_created;
use local_dltsync\event\request_stage_changed;
use local_dltsync\local\ownership;
use local_dltsync\tests\speaks_kazakh;
use stdClass;

/**
 * What is asked for reaches the records, what is decided reaches the asker, and the later decision counts.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\videos\requests
 * @covers     \local_dltsync\local\videos\decision
 * @covers     \local_dltsync\local\videos\pushed
 * @covers     \local_dltsync\local\videos\notifier
 * @covers     \local_dltsync\event\request_base
 * @covers     \local_dltsync\event\request_created
 * @covers     \local_dltsync\event\request_stage_changed
 * @covers     \local_dltsync\observer::course_deleted
 * @covers     \local_dltsync\local\videos\topics::forget
 */
final class requests_test extends advanced_testcase {
    use speaks_kazakh;

    /** @var int when the tests happen */
    private const NOW = 1_790_000_000;

    /** @var stdClass who asks; Kazakh is the language of the account */
    private stdClass $asker;

    /** @var stdClass who decides */
    private stdClass $methodist;

    /**
     * A course that is ours, somebody who teaches there and somebody of the department.
     */
    protected function setUp(): void {
        global $DB;
        parent::setUp();
        $this->resetAfterTest();
        $this->preventResetByRollback();
        $this->mock_clock_with_frozen(self::NOW);
        $this->asker = $this->getDataGenerator()->create_user(['lang' => self::kazakh()]);
        $this->methodist = $this->getDataGenerator()->create_user();
        $role = $this->getDataGenerator()->create_role();
        assign_capability('local/dltsync:managerequests', CAP_ALLOW, $role, context_system::instance());
        role_assign($role, $this->methodist->id, context_system::instance());
        $course = $this->getDataGenerator()->create_course(['fullname' => 'Анатомия']);
        foreach (['course' => $course->id, 'user' => $this->asker->id] as $kind => $id) {
            $row = ['kind' => $kind, 'sourcedid' => "plt:$kind:1", 'moodleid' => $id];
            $DB->insert_record('local_dltsync_object', $row);
        }
    }

    /**
     * The asker makes a request.
     *
     * @param array $fields what differs
     * @return stdClass
     */
    private function make(array $fields = []): stdClass {
        global $DB;
        $this->setUser($this->asker);
        return requests::make($fields + [
            'type' => 'problem',
            'courseid' => $DB->get_field('local_dltsync_object', 'moodleid', ['kind' => 'course']),
            'topickey' => 'plt:topic:1',
            'videokey' => 'plt:course:1|plt:placement:1',
            'title' => 'Жүрек',
            'url' => 'https://media.academy.example/v/1',
            'language' => 'kk',
            'problem' => 'does_not_play',
            'notes' => 'Қара экран',
            'place' => '',
            'wished' => '',
        ], $this->asker->id);
    }

    /**
     * The methodist decides.
     *
     * @param stdClass $row
     * @param string $stage
     * @param string $reason
     * @param int $time
     */
    private function decide(stdClass $row, string $stage, string $reason = '', int $time = self::NOW + 60): void {
        $this->setUser($this->methodist);
        requests::decide($row, new decision($stage, $reason, '', '', $time, $this->methodist->id));
    }

    /**
     * The program tells of the request.
     *
     * @param stdClass $row
     * @param string $stage
     * @param int $time
     */
    private function take(stdClass $row, string $stage, int $time): void {
        $this->setAdminUser();
        $told = ['key' => $row->sourcedid, 'stage' => $stage, 'time' => $time, 'asker' => 'plt:user:1', 'course' => 'plt:course:1'];
        $told += ['type' => $row->type, 'by' => 'М. Омарова'];
        $empty = 'topic video title url language notes place wished askedby reason specialist planned';
        $told += array_fill_keys(explode(' ', $empty), '');
        requests::take(pushed::from($told), new ownership());
    }

    /**
     * The request as it is stored.
     *
     * @param stdClass $row
     * @return stdClass
     */
    private static function stored(stdClass $row): stdClass {
        global $DB;
        return $DB->get_record(requests::TABLE, ['id' => $row->id], '*', MUST_EXIST);
    }

    /**
     * The events that wait for the program: name, key, who, data.
     *
     * @return array[]
     */
    private static function events(): array {
        global $DB;
        $rows = $DB->get_records('local_dltsync_event', ['kind' => 'request'], 'id');
        return array_values(array_map(fn(stdClass $row): array => [
            $row->name,
            $row->sourcedid,
            (int)$row->userid,
            json_decode($row->data, true),
        ], $rows));
    }

    public function test_a_request_is_an_event_for_the_program_and_for_the_log(): void {
        $log = $this->redirectEvents();
        $row = $this->make();
        $this->assertSame("moodle:request:$row->id", self::stored($row)->sourcedid);
        $this->assertSame([['requested', "moodle:request:$row->id", (int)$this->asker->id, [
            'type' => 'problem',
            'topic' => 'plt:topic:1',
            'video' => 'plt:course:1|plt:placement:1',
            'title' => 'Жүрек',
            'url' => 'https://media.academy.example/v/1',
            'language' => 'kk',
            'place' => '',
            'wished' => '',
            'course' => 'plt:course:1',
            'asker' => 'plt:user:1',
            'notes' => 'It does not play. Қара экран',
        ]]], self::events());
        $created = array_values(array_filter($log->get_events(), fn($event): bool => $event instanceof request_created));
        $this->assertCount(1, $created);
        $this->assertEquals([$row->id, $row->courseid], [$created[0]->objectid, $created[0]->courseid]);
        $this->assertStringContainsString('problem', $created[0]->get_description());
        $this->assertStringContainsString("request.php?id=$row->id", $created[0]->get_url()->out(false));
    }

    public function test_the_department_is_told_of_a_new_request_and_the_asker_is_not(): void {
        $sink = $this->redirectMessages();
        $this->make();
        $messages = $sink->get_messages();
        $this->assertEquals([$this->methodist->id], array_column($messages, 'useridto'));
        $this->assertSame('newrequest', $messages[0]->eventtype);
        $this->assertSame('New: Problem with a video – Жүрек', $messages[0]->subject);
    }

    public function test_a_decision_reaches_the_program_the_log_and_the_asker_in_the_askers_language(): void {
        $row = $this->make();
        $log = $this->redirectEvents();
        $sink = $this->redirectMessages();
        $this->decide($row, 'rejected', 'Менде ойнатылады');
        $this->assertSame(['rejected', 'Менде ойнатылады'], [self::stored($row)->stage, self::stored($row)->reason]);
        $data = ['stage' => 'rejected', 'reason' => 'Менде ойнатылады', 'specialist' => '', 'planned' => ''];
        $this->assertSame(['staged', $row->sourcedid, (int)$this->methodist->id, $data], self::events()[1]);
        $messages = $sink->get_messages();
        $this->assertEquals([$this->asker->id], array_column($messages, 'useridto'));
        $this->assertSame('Бейнедегі ақау: Қабылданбады – Жүрек', $messages[0]->subject);
        $this->assertStringContainsString('Себебі: Менде ойнатылады', $messages[0]->fullmessage);
        $this->assertSame('en', current_language());
        $changed = array_filter($log->get_events(), fn($event): bool => $event instanceof request_stage_changed);
        $this->assertCount(1, $changed);
    }

    public function test_a_later_decision_of_the_program_counts_and_is_no_event_for_it(): void {
        $row = $this->make();
        $sink = $this->redirectMessages();
        $this->take($row, 'accepted', self::NOW + 1);
        $this->assertSame('accepted', self::stored($row)->stage);
        $this->assertCount(1, self::events());
        $this->assertEquals([$this->asker->id], array_column($sink->get_messages(), 'useridto'));
        $this->assertSame(['', 'М. Омарова'], array_column(requests::history($row->id), 'byname'));
    }

    public function test_an_earlier_decision_of_the_program_changes_nothing(): void {
        $row = $this->make();
        $this->decide($row, 'accepted');
        $sink = $this->redirectMessages();
        $this->take($row, 'rejected', self::NOW + 59);
        $this->take($row, 'cancelled', self::NOW + 60);
        $this->assertSame('accepted', self::stored($row)->stage);
        $this->assertCount(2, requests::history($row->id));
        $this->assertCount(0, $sink->get_messages());
    }

    public function test_what_is_known_already_is_told_to_nobody_again(): void {
        $row = $this->make();
        $this->decide($row, 'accepted');
        $sink = $this->redirectMessages();
        $this->take($row, 'accepted', self::NOW + 120);
        $this->assertCount(2, requests::history($row->id));
        $this->assertCount(0, $sink->get_messages());
        $this->assertEquals(self::NOW + 120, self::stored($row)->timestaged);
    }

    public function test_a_request_made_outside_belongs_to_the_account_of_its_asker(): void {
        global $DB;
        $this->take((object)['sourcedid' => 'dlt:request:1', 'type' => 'shooting'], 'accepted', self::NOW);
        $row = $DB->get_record(requests::TABLE, ['sourcedid' => 'dlt:request:1'], '*', MUST_EXIST);
        $this->assertEquals($this->asker->id, $row->userid);
        $this->assertNotEmpty($row->courseid);
    }

    public function test_a_closed_account_is_told_nothing(): void {
        global $DB;
        $row = $this->make();
        $DB->set_field('user', 'suspended', 1, ['id' => $this->asker->id]);
        $sink = $this->redirectMessages();
        $this->decide($row, 'accepted');
        $this->assertCount(0, $sink->get_messages());
    }

    public function test_a_request_outlives_its_course_and_the_topics_do_not(): void {
        global $DB;
        $row = $this->make();
        $DB->insert_record(topics::TABLE, [
            'courseid' => $row->courseid,
            'sourcedid' => 'plt:topic:1',
            'topickind' => 'lecture',
            'title' => 'Жүрек',
            'reason' => '',
            'state' => 'ok',
            'why' => '',
            'languages' => '',
            'videos' => '[]',
        ]);
        delete_course($row->courseid, false);
        $this->assertEquals(0, self::stored($row)->courseid);
        $this->assertFalse($DB->record_exists(topics::TABLE, []));
        $this->decide(self::stored($row), 'cancelled', 'The course is gone');
        $this->assertSame('cancelled', self::stored($row)->stage);
    }
}
