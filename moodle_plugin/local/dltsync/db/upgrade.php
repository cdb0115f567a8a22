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

/**
 * Steps from one version of the bridge to the next.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

/**
 * Brings the tables of an older version up to this one.
 *
 * @param int $oldversion
 * @return bool
 */
function xmldb_local_dltsync_upgrade($oldversion) {
    global $DB;
    $dbman = $DB->get_manager();
    if ($oldversion < 2026112400) {
        if (!$dbman->table_exists('local_dltsync_queue')) {
            $dbman->install_one_table_from_xmldb_file(__DIR__ . '/install.xml', 'local_dltsync_queue');
        }
        upgrade_plugin_savepoint(true, 2026112400, 'local', 'dltsync');
    }
    if ($oldversion < 2026112602) {
        foreach (['local_dltsync_topic', 'local_dltsync_request', 'local_dltsync_stage'] as $table) {
            if (!$dbman->table_exists($table)) {
                $dbman->install_one_table_from_xmldb_file(__DIR__ . '/install.xml', $table);
            }
        }
        upgrade_plugin_savepoint(true, 2026112602, 'local', 'dltsync');
    }
    if ($oldversion < 2026112603) {
        if (!$dbman->table_exists('local_dltsync_video')) {
            $dbman->install_one_table_from_xmldb_file(__DIR__ . '/install.xml', 'local_dltsync_video');
        }
        upgrade_plugin_savepoint(true, 2026112603, 'local', 'dltsync');
    }
    if ($oldversion < 2026112605) {
        $runs = new xmldb_table('local_dltsync_run');
        $needs = new xmldb_field('needs', XMLDB_TYPE_CHAR, '10', null, XMLDB_NOTNULL, null, null, 'summary');
        $report = new xmldb_field('report', XMLDB_TYPE_TEXT, null, null, null, null, null, 'needs');
        foreach ([$needs, $report] as $field) {
            if (!$dbman->field_exists($runs, $field)) {
                $dbman->add_field($runs, $field);
            }
        }
        if (!$dbman->table_exists('local_dltsync_told')) {
            $dbman->install_one_table_from_xmldb_file(__DIR__ . '/install.xml', 'local_dltsync_told');
        }
        upgrade_plugin_savepoint(true, 2026112605, 'local', 'dltsync');
    }
    return true;
}
