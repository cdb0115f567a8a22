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

use context_system;
use local_dltsync\tests\pages_testcase;

/**
 * Who sees a request: its asker and the department, and nobody else.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\videos\requests::seen_by_me
 */
final class seen_test extends pages_testcase {
    public function test_the_asker_and_the_department_see_a_request(): void {
        $row = $this->ask($this->student);
        $this->setUser($this->student);
        $this->assertEquals($row->id, requests::seen_by_me((int)$row->id)->id);
        $methodist = $this->getDataGenerator()->create_user();
        $role = $this->getDataGenerator()->create_role();
        assign_capability('local/dltsync:managerequests', CAP_ALLOW, $role, context_system::instance());
        role_assign($role, $methodist->id, context_system::instance());
        $this->setUser($methodist);
        $this->assertEquals($row->id, requests::seen_by_me((int)$row->id)->id);
        $this->assertNull(requests::seen_by_me(999999));
        unassign_capability('local/dltsync:managerequests', $role);
        accesslib_clear_all_caches_for_unit_testing();
        $this->assertNull(requests::seen_by_me((int)$row->id));
    }

    public function test_other_people_of_the_course_do_not(): void {
        $row = $this->ask($this->student);
        $classmate = $this->getDataGenerator()->create_and_enrol($this->course, 'student');
        foreach ([$this->teacher, $classmate] as $other) {
            $this->setUser($other);
            $this->assertNull(requests::seen_by_me((int)$row->id));
        }
        $this->setGuestUser();
        $this->assertNull(requests::seen_by_me((int)$row->id));
        $this->setUser(null);
        $this->assertNull(requests::seen_by_me((int)$row->id));
    }
}
