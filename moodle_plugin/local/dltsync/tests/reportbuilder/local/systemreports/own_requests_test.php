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

namespace local_dltsync\reportbuilder\local\systemreports;

use core_reportbuilder\exception\report_access_exception;
use local_dltsync\tests\pages_testcase;

/**
 * Everybody sees what they asked for themselves, and nobody another person's.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\reportbuilder\local\systemreports\own_requests
 */
final class own_requests_test extends pages_testcase {
    public function test_somebody_sees_the_own_requests_of_the_course_only(): void {
        $other = $this->getDataGenerator()->create_course();
        $this->ask($this->student, ['title' => 'Менікі']);
        $this->ask($this->teacher, ['title' => 'Басқаныкі']);
        $this->ask($this->student, ['title' => 'Басқа курста', 'courseid' => $other->id]);
        $this->setUser($this->student);
        $html = $this->report(own_requests::class)->output();
        $this->assertStringContainsString('Менікі', $html);
        $this->assertStringContainsString('Requested', $html);
        $this->assertStringNotContainsString('Басқаныкі', $html);
        $this->assertStringNotContainsString('Басқа курста', $html);
    }

    public function test_without_access_to_the_course_it_is_refused(): void {
        $this->setUser($this->getDataGenerator()->create_user());
        $this->expectException(report_access_exception::class);
        $this->report(own_requests::class);
    }
}
