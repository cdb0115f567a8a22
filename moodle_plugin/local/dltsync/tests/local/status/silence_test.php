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

namespace local_dltsync\local\status;

use local_dltsync\tests\status_testcase;

/**
 * Silence counts by Moodle's own clock, from the last run that was heard of.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\status\silence
 */
final class silence_test extends status_testcase {
    public function test_before_the_first_run_nobody_expects_one(): void {
        $this->clock->set_to(self::NOW + YEARSECS);
        $this->assertNull(silence::lasting());
    }

    public function test_it_begins_when_the_setting_is_passed_and_ends_with_the_next_run(): void {
        $run = self::take(self::told());
        $this->clock->set_to(self::NOW + 26 * HOURSECS);
        $this->assertNull(silence::lasting());
        $this->clock->set_to(self::NOW + 26 * HOURSECS + 1);
        $silence = silence::lasting();
        $this->assertEquals([$run->id, 1, '1 day 2 hours'], [$silence->run->id, $silence->day, $silence->length()]);
        self::take(self::told(['run' => 8]));
        $this->assertNull(silence::lasting());
    }

    public function test_days_are_counted(): void {
        self::take(self::told());
        foreach ([1 => 1, 2 => DAYSECS, 3 => 2 * DAYSECS + HOURSECS] as $day => $seconds) {
            $this->clock->set_to(self::NOW + 26 * HOURSECS + $seconds);
            $this->assertSame($day, silence::lasting()->day);
        }
    }

    public function test_the_site_says_how_long_is_too_long(): void {
        self::take(self::told());
        $this->clock->set_to(self::NOW + 3 * HOURSECS);
        set_config('silencehours', 2, 'local_dltsync');
        $this->assertNotNull(silence::lasting());
        $this->clock->set_to(self::NOW + YEARSECS);
        set_config('silencehours', 0, 'local_dltsync');
        $this->assertNull(silence::lasting());
    }

    public function test_a_clock_that_was_put_back_is_no_silence(): void {
        self::take(self::told());
        $this->clock->set_to(self::NOW - YEARSECS);
        $this->assertNull(silence::lasting());
    }

    public function test_it_says_since_when_and_what_to_do(): void {
        self::take(self::told());
        $this->clock->set_to(self::NOW + 50 * HOURSECS);
        $silence = silence::lasting();
        $this->assertStringContainsString('21 September 2026', $silence->says('UTC'));
        $this->assertStringContainsString('2 days 2 hours', $silence->says());
        $this->assertSame('dlt-sync daemon status', $silence->remedy()[1]);
    }
}
