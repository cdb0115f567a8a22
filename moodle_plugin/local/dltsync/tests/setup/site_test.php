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
use core_course\customfield\course_handler;

/**
 * A site is prepared once; a second time changes nothing.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\setup\site
 */
final class site_test extends advanced_testcase {
    /**
     * What the set-up switches on.
     *
     * @return array
     */
    private static function switches(): array {
        global $CFG, $DB;
        return [
            (bool)get_config('core', 'enablewebservices'),
            in_array('rest', explode(',', get_config('core', 'webserviceprotocols'))),
            (bool)$DB->get_field('external_services', 'enabled', ['shortname' => site::SERVICE]),
            in_array('dltsync', explode(',', $CFG->enrol_plugins_enabled)),
        ];
    }

    public function test_everything_is_switched_on(): void {
        global $DB;
        $this->resetAfterTest();
        set_config('enablewebservices', 0);
        set_config('webserviceprotocols', 'soap');
        $DB->set_field('external_services', 'enabled', 0, ['shortname' => site::SERVICE]);
        \core\plugininfo\enrol::enable_plugin('dltsync', 0);
        $this->assertSame([false, false, false, false], self::switches());
        site::prepare();
        $this->assertSame([true, true, true, true], self::switches());
    }

    public function test_other_protocols_and_enrolment_methods_stay_on(): void {
        global $CFG;
        $this->resetAfterTest();
        set_config('webserviceprotocols', 'soap');
        site::prepare();
        $this->assertSame('soap,rest', get_config('core', 'webserviceprotocols'));
        $this->assertStringStartsWith('manual,', $CFG->enrol_plugins_enabled);
    }

    public function test_a_second_time_changes_nothing_and_says_so(): void {
        global $DB;
        $this->resetAfterTest();
        $first = site::prepare();
        $fields = $DB->get_records('customfield_field');
        $second = site::prepare();
        $this->assertCount(count($first), $second);
        $this->assertEquals($fields, $DB->get_records('customfield_field'));
        foreach ($second as $sentence) {
            $this->assertMatchesRegularExpression('/ (is|are) (on|there)\.$/', $sentence);
        }
    }

    public function test_the_course_fields_are_made(): void {
        $this->resetAfterTest();
        site::prepare();
        $shortnames = array_map(fn($field): string => $field->get('shortname'), course_handler::create()->get_fields());
        $this->assertEqualsCanonicalizing([
            'dltsync_code',
            'dltsync_programme',
            'dltsync_study_year',
            'dltsync_ects',
            'dltsync_delivery_mode',
            'dltsync_kafedra',
        ], $shortnames);
    }
}
