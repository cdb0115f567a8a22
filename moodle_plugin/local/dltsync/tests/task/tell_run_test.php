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

namespace local_dltsync\task;

use local_dltsync\local\status\runs;
use local_dltsync\tests\status_testcase;

/**
 * The task that a run leaves behind tells people of it.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\task\tell_run
 */
final class tell_run_test extends status_testcase {
    /**
     * Messages are only sent outside of transactions.
     */
    protected function setUp(): void {
        parent::setUp();
        $this->preventResetByRollback();
    }

    public function test_people_are_told_by_cron_once_however_often_the_run_is_pushed(): void {
        $reader = $this->reader();
        $sink = $this->redirectMessages();
        self::take(self::stopped());
        $this->runAdhocTasks(tell_run::class);
        self::take(self::stopped(['summary' => 'Another sentence.']));
        $this->runAdhocTasks(tell_run::class);
        $this->assertEquals([$reader->id], array_column($sink->get_messages(), 'useridto'));
        $this->assertSame('runattention', $sink->get_messages()[0]->eventtype);
        $this->expectOutputRegex('/Told of run 7: 1/');
    }

    public function test_a_run_that_was_forgotten_meanwhile_is_told_to_nobody(): void {
        global $DB;
        $this->reader();
        $sink = $this->redirectMessages();
        self::take(self::told());
        $DB->delete_records(runs::TABLE);
        $this->runAdhocTasks(tell_run::class);
        $this->assertSame(0, $sink->count());
        $this->expectOutputRegex('/.*/');
    }

    public function test_it_has_a_name(): void {
        $this->assertSame('Tell people of a run of dlt-sync', (new tell_run())->get_name());
    }
}
