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
 * One run of dlt-sync with all that it has to tell.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

use local_dltsync\event\page_viewed;
use local_dltsync\local\status\runs;
use local_dltsync\output\run_report;

require(__DIR__ . '/../../config.php');
require_once($CFG->libdir . '/adminlib.php');

$id = required_param('id', PARAM_INT);
admin_externalpage_setup('local_dltsync_runs', '', ['id' => $id], '/local/dltsync/run.php');
require_capability('local/dltsync:viewreport', context_system::instance());

$run = $DB->get_record(runs::TABLE, ['id' => $id]);
$list = new moodle_url('/local/dltsync/index.php');
if (!$run) {
    redirect($list, get_string('norun', 'local_dltsync'), null, \core\output\notification::NOTIFY_WARNING);
}
$title = get_string('runnumber', 'local_dltsync', (int)$run->run);
$PAGE->set_title($title . moodle_page::TITLE_SEPARATOR . get_string('runs', 'local_dltsync'));
$PAGE->navbar->add($title);
page_viewed::log('run', context_system::instance(), ['id' => $id]);

echo $OUTPUT->header();
echo $OUTPUT->heading($title);
echo $OUTPUT->render(new run_report($run, 3));
echo html_writer::tag('p', html_writer::link($list, get_string('allruns', 'local_dltsync')));
echo $OUTPUT->footer();
