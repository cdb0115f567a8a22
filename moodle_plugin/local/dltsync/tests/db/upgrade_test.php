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

namespace local_dltsync\db;

use advanced_testcase;
use xmldb_field;
use xmldb_file;
use xmldb_table;

/**
 * A site of an earlier version gets the tables of this one, and keeps its runs.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @coversNothing
 */
final class upgrade_test extends advanced_testcase {
    public function test_reports_come_to_the_runs_of_an_earlier_version(): void {
        global $CFG, $DB;
        require_once($CFG->libdir . '/upgradelib.php');
        require_once(__DIR__ . '/../../db/upgrade.php');
        $this->resetAfterTest();
        $this->preventResetByRollback();
        $DB->insert_record('local_dltsync_run', ['run' => 7, 'runmode' => 'apply', 'verdict' => 'ok']);
        $dbman = $DB->get_manager();
        $dbman->drop_table(new xmldb_table('local_dltsync_told'));
        foreach (['needs', 'report'] as $field) {
            $dbman->drop_field(new xmldb_table('local_dltsync_run'), new xmldb_field($field));
        }
        set_config('version', 2026112604, 'local_dltsync');
        $this->assertTrue(xmldb_local_dltsync_upgrade(2026112604));
        $this->assertSame([], self::differences());
        $run = $DB->get_record('local_dltsync_run', ['run' => 7], '*', MUST_EXIST);
        $this->assertSame(['', null], [$run->needs, $run->report]);
    }

    /**
     * Where the database is not as install.xml says.
     *
     * @return array[] by table
     */
    private static function differences(): array {
        global $DB;
        $file = new xmldb_file(__DIR__ . '/../../db/install.xml');
        $file->loadXMLStructure();
        return $DB->get_manager()->check_database_schema($file->getStructure(), ['extratables' => false]);
    }
}
