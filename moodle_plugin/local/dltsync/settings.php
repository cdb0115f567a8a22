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

use local_dltsync\local\status\silence;
use local_dltsync\task\clear_runs;

defined('MOODLE_INTERNAL') || die();

if ($hassiteconfig) {
    $settings = new admin_settingpage('local_dltsync', new lang_string('pluginname', 'local_dltsync'));
    $settings->add(new admin_setting_configcheckbox(
        'local_dltsync/immediate',
        new lang_string('immediate', 'local_dltsync'),
        new lang_string('immediate_desc', 'local_dltsync'),
        0,
    ));
    $settings->add(new admin_setting_configtext(
        'local_dltsync/silencehours',
        new lang_string('silencehours', 'local_dltsync'),
        new lang_string('silencehours_desc', 'local_dltsync'),
        silence::HOURS,
        '/^[0-9]{1,4}$/',
        4,
    ));
    $settings->add(new admin_setting_configcheckbox(
        'local_dltsync/tellunchanged',
        new lang_string('tellunchanged', 'local_dltsync'),
        new lang_string('tellunchanged_desc', 'local_dltsync'),
        0,
    ));
    $settings->add(new admin_setting_configtext(
        'local_dltsync/keepdays',
        new lang_string('keepdays', 'local_dltsync'),
        new lang_string('keepdays_desc', 'local_dltsync'),
        clear_runs::DAYS,
        '/^[0-9]{1,4}$/',
        4,
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
