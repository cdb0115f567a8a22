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
 * The settings, and the department's pages under Site administration > Reports for whoever has their capabilities.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

if ($hassiteconfig) {
    $settings = new admin_settingpage('local_dltsync', new lang_string('pluginname', 'local_dltsync'));
    $settings->add(new admin_setting_configcheckbox(
        'local_dltsync/immediate',
        new lang_string('immediate', 'local_dltsync'),
        new lang_string('immediate_desc', 'local_dltsync'),
        0,
    ));
    $ADMIN->add('localplugins', $settings);
}

$ADMIN->add('reports', new admin_externalpage(
    'local_dltsync_runs',
    new lang_string('runs', 'local_dltsync'),
    new moodle_url('/local/dltsync/index.php'),
    'local/dltsync:viewreport',
));

$ADMIN->add('reports', new admin_externalpage(
    'local_dltsync_requests',
    new lang_string('requests', 'local_dltsync'),
    new moodle_url('/local/dltsync/requests.php'),
    'local/dltsync:managerequests',
));
