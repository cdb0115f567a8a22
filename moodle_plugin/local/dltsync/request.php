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
 * One request with its history: for its asker, and for the department, which decides here.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

use local_dltsync\event\page_viewed;
use local_dltsync\form\decide;
use local_dltsync\local\videos\requests;
use local_dltsync\local\videos\shown;
use local_dltsync\output\request;

require(__DIR__ . '/../../config.php');

$id = required_param('id', PARAM_INT);
$stage = optional_param('stage', '', PARAM_ALPHAEXT);
require_login(null, false);
$system = context_system::instance();
$row = requests::seen_by_me($id) ?? throw new required_capability_exception(
    $system,
    'local/dltsync:managerequests',
    'nopermissions',
    '',
);
$manages = has_capability('local/dltsync:managerequests', $system);

$url = new moodle_url('/local/dltsync/request.php', ['id' => $id]);
$list = new moodle_url('/local/dltsync/requests.php');
$PAGE->set_context($system);
$PAGE->set_url($url);
$PAGE->set_pagelayout($manages ? 'report' : 'standard');
$PAGE->set_title(get_string('request', 'local_dltsync') . moodle_page::TITLE_SEPARATOR . shown::title($row));
$PAGE->set_heading(get_string('request', 'local_dltsync'));
if ($manages) {
    $PAGE->navbar->add(get_string('requests', 'local_dltsync'), $list);
}
$PAGE->navbar->add(shown::title($row));

$form = $manages ? new decide($url->out(false), ['request' => $row, 'stage' => $stage]) : null;
if ($form?->is_cancelled()) {
    redirect($list);
}
if ($form?->is_submitted() && $form->is_validated()) {
    requests::decide($row, $form->decision($USER->id));
    redirect($url, get_string('decided', 'local_dltsync'), null, \core\output\notification::NOTIFY_SUCCESS);
}

page_viewed::log('request', $system, ['id' => $id]);

echo $OUTPUT->header();
echo $OUTPUT->heading(s(shown::title($row)));
echo $OUTPUT->render(new request($row));
if ($form !== null) {
    echo $OUTPUT->heading(get_string('decide', 'local_dltsync'), 3);
    $form->display();
}
echo $OUTPUT->footer();
