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

use local_dltsync\event\silence_noticed;
use local_dltsync\tests\status_testcase;

/**
 * People are told once when the program falls silent, and again on each further day.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\task\notice_silence
 * @covers     \local_dltsync\local\status\silence_news
 * @covers     \local_dltsync\event\silence_noticed
 */
final class notice_silence_test extends status_testcase {
    /**
     * Lets the task run some hours after the last run was heard of.
     *
     * @param int $hours
     */
    private function look_after(int $hours): void {
        $this->clock->set_to(self::NOW + $hours * HOURSECS + 1);
        (new notice_silence())->execute();
    }

    public function test_silence_is_told_once_a_day_to_whoever_may_see_the_runs(): void {
        $this->preventResetByRollback();
        $reader = $this->reader();
        self::take(self::told());
        $sink = $this->redirectMessages();
        $counts = [];
        foreach ([0, 25, 26, 27, 49, 50, 51, 74] as $hours) {
            $this->look_after($hours);
            $counts[$hours] = $sink->count();
        }
        $this->assertSame([0 => 0, 25 => 0, 26 => 1, 27 => 1, 49 => 1, 50 => 2, 51 => 2, 74 => 3], $counts);
        $message = $sink->get_messages()[1];
        $this->assertEquals([$reader->id, 'runattention'], [$message->useridto, $message->eventtype]);
        $this->assertSame('dlt-sync has not reported for 2 days 2 hours', $message->subject);
        $this->assertStringContainsString("\ndlt-sync daemon status\n", $message->fullmessage);
        $this->assertStringContainsString('/local/dltsync/index.php', $message->contexturl);
        $this->expectOutputRegex('/Told of the silence since run 7: 1/');
    }

    public function test_silence_is_in_the_log(): void {
        $this->preventResetByRollback();
        $this->reader();
        self::take(self::told());
        $this->redirectMessages();
        $log = $this->redirectEvents();
        $this->look_after(30);
        $this->look_after(31);
        $noticed = array_filter($log->get_events(), fn($event): bool => $event instanceof silence_noticed);
        $this->assertCount(1, $noticed);
        $this->assertStringContainsString('run 7', reset($noticed)->get_description());
        $this->assertSame('Silence of dlt-sync noticed', silence_noticed::get_name());
        $this->expectOutputRegex('/silence/');
    }

    public function test_before_the_first_run_nobody_is_told(): void {
        $this->reader();
        $sink = $this->redirectMessages();
        $this->look_after(1000);
        $this->assertSame(0, $sink->count());
    }
}
