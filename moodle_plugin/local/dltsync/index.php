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
 * The department page: what wants somebody, the latest run of dlt-sync with its report, and all runs.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

use core_reportbuilder\system_report_factory;
use local_dltsync\event\page_viewed;
use local_dltsync\output\department;
use local_dltsync\reportbuilder\local\systemreports\runs;

require(__DIR__ . '/../../config.php');
require_once($CFG->libdir . '/adminlib.php');

admin_externalpage_setup('local_dltsync_runs');
require_capability('local/dltsync:viewreport', context_system::instance());

$report = system_report_factory::create(runs::class, context_system::instance());
page_viewed::log('index', context_system::instance());

echo $OUTPUT->header();
echo $OUTPUT->heading(get_string('runs', 'local_dltsync'));
if (has_capability('local/dltsync:managerequests', context_system::instance())) {
    $requests = new moodle_url('/local/dltsync/requests.php');
    echo html_writer::tag('p', html_writer::link($requests, get_string('requests', 'local_dltsync')));
}
echo $OUTPUT->render(new department());
echo $OUTPUT->heading(get_string('allruns', 'local_dltsync'), 3);
echo $report->output();
echo $OUTPUT->footer();
