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

namespace local_dltsync\privacy;

use context_course;
use core_privacy\local\request\approved_contextlist;
use core_privacy\local\request\approved_userlist;
use core_privacy\local\request\userlist;
use core_privacy\local\request\writer;
use local_dltsync\local\videos\decision;
use local_dltsync\local\videos\requests as store;
use local_dltsync\tests\pages_testcase;
use stdClass;

/**
 * What people asked for and decided is told to them, and who they were is forgotten on request.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\privacy\requests
 * @covers     \local_dltsync\privacy\provider
 */
final class requests_test extends pages_testcase {
    /** @var stdClass the student's request, on which the teacher decided */
    private stdClass $row;

    /** @var context_course */
    private context_course $context;

    /**
     * A request and a decision.
     */
    protected function setUp(): void {
        parent::setUp();
        $this->row = $this->ask($this->student, ['notes' => 'Әйгілі сөз', 'place' => 'Room 12']);
        store::decide($this->row, new decision('accepted', '', 'С. Ахметов', '', time() + 1, (int)$this->teacher->id));
        $this->context = context_course::instance($this->course->id);
    }

    public function test_both_are_found_in_the_course(): void {
        foreach ([$this->student, $this->teacher] as $user) {
            $contexts = array_map('intval', provider::get_contexts_for_userid((int)$user->id)->get_contextids());
            $this->assertContains((int)$this->context->id, $contexts);
        }
        $userlist = new userlist($this->context, 'local_dltsync');
        provider::get_users_in_context($userlist);
        $this->assertEqualsCanonicalizing([$this->student->id, $this->teacher->id], $userlist->get_userids());
    }

    public function test_each_gets_what_is_theirs(): void {
        $exported = function (stdClass $user): stdClass {
            writer::reset();
            provider::export_user_data(new approved_contextlist($user, 'local_dltsync', [$this->context->id]));
            return writer::with_context($this->context)->get_data([get_string('pluginname', 'local_dltsync')]);
        };
        $student = $exported($this->student);
        $this->assertSame('Әйгілі сөз', $student->requests[0]['notes']);
        $this->assertFalse(isset($student->decisions));
        $teacher = $exported($this->teacher);
        $this->assertSame('Accepted', $teacher->decisions[0]['stage']);
        $this->assertFalse(isset($teacher->requests));
    }

    public function test_an_asker_is_forgotten_and_the_request_stays(): void {
        global $DB;
        provider::delete_data_for_user(new approved_contextlist($this->student, 'local_dltsync', [$this->context->id]));
        $row = $DB->get_record(store::TABLE, ['id' => $this->row->id], '*', MUST_EXIST);
        $this->assertEquals([0, '', ''], [$row->userid, $row->notes, $row->place]);
        $this->assertSame('accepted', $row->stage);
        $event = $DB->get_record('local_dltsync_event', ['name' => 'requested'], '*', MUST_EXIST);
        $this->assertEquals(0, $event->userid);
        $this->assertStringNotContainsString('Әйгілі', $event->data);
        $deciders = array_column(store::history((int)$this->row->id), 'userid');
        $this->assertEquals([0, $this->teacher->id], $deciders);
    }

    public function test_a_decider_is_forgotten_and_the_decision_stays(): void {
        provider::delete_data_for_users(new approved_userlist($this->context, 'local_dltsync', [$this->teacher->id]));
        $history = array_values(store::history((int)$this->row->id));
        $this->assertEquals([$this->student->id, 0], array_column($history, 'userid'));
        $this->assertSame('accepted', $history[1]->stage);
    }

    public function test_a_whole_course_is_forgotten(): void {
        global $DB;
        $other = $this->getDataGenerator()->create_course();
        $kept = $this->ask($this->student, ['courseid' => $other->id]);
        provider::delete_data_for_all_users_in_context($this->context);
        $this->assertEquals(0, $DB->get_field(store::TABLE, 'userid', ['id' => $this->row->id]));
        $this->assertEquals($this->student->id, $DB->get_field(store::TABLE, 'userid', ['id' => $kept->id]));
    }
}
