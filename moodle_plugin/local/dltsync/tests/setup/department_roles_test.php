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

namespace local_dltsync\setup;

use advanced_testcase;

/**
 * The roles hold what they need and no more, and stay as a site has changed them.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\setup\department_roles
 */
final class department_roles_test extends advanced_testcase {
    public function test_the_roles_are_made_with_just_their_capabilities(): void {
        $this->resetAfterTest();
        department_roles::make();
        foreach (department_roles::ROLES as $shortname => [$levels, $capabilities]) {
            $found = array_column(self::rows($shortname), 'capability');
            $this->assertEqualsCanonicalizing($capabilities, $found);
            array_map(fn($capability) => $this->assertNotNull(get_capability_info($capability)), $capabilities);
        }
    }

    public function test_what_a_site_took_away_stays_away(): void {
        global $DB;
        $this->resetAfterTest();
        department_roles::make();
        $role = $DB->get_field('role', 'id', ['shortname' => 'dltsynchead'], MUST_EXIST);
        unassign_capability('local/dltsync:reportvideo', $role);
        $this->assertSame('The role “dltsynchead” is there.', department_roles::make()[2]);
        $this->assertNotContains('local/dltsync:reportvideo', array_column(self::rows('dltsynchead'), 'capability'));
    }

    /**
     * The rows of a role's capabilities.
     *
     * @param string $shortname
     * @return \stdClass[]
     */
    private static function rows(string $shortname): array {
        global $DB;
        $role = $DB->get_field('role', 'id', ['shortname' => $shortname], MUST_EXIST);
        return array_values($DB->get_records('role_capabilities', ['roleid' => $role]));
    }
}
