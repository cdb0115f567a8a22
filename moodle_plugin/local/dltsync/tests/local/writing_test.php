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

namespace local_dltsync\local;

use basic_testcase;
use Exception;

/**
 * The flag is up just as long as an operation is at work.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\writing
 */
final class writing_test extends basic_testcase {
    public function test_the_flag_is_up_during_the_work_only(): void {
        $this->assertFalse(writing::$active);
        $this->assertTrue(writing::during(fn(): bool => writing::$active));
        $this->assertFalse(writing::$active);
    }

    public function test_the_flag_goes_down_when_the_work_fails(): void {
        try {
            writing::during(fn() => throw new Exception('failed'));
            $this->fail('The exception was swallowed.');
        } catch (Exception $e) {
            $this->assertSame('failed', $e->getMessage());
        }
        $this->assertFalse(writing::$active);
    }

    public function test_work_within_work_leaves_the_flag_up(): void {
        $this->assertTrue(writing::during(function (): bool {
            writing::during(fn() => null);
            return writing::$active;
        }));
    }
}
