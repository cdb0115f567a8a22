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
 * Somebody suggests a video, asks for a shooting or reports a problem.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

use local_dltsync\form\ask;
use local_dltsync\local\videos\choices;
use local_dltsync\local\videos\requests;
use local_dltsync\local\videos\viewer;

require(__DIR__ . '/../../config.php');

$courseid = required_param('course', PARAM_INT);
$type = required_param('type', PARAM_ALPHA);
$topicid = optional_param('topic', 0, PARAM_INT);
$video = optional_param('video', '', PARAM_RAW);
$course = get_course($courseid);
require_login($course, false);
$viewer = viewer::of($courseid);
require_capability('local/dltsync:viewvideos', $viewer->context);
if (!in_array($type, choices::TYPES, true)) {
    throw new moodle_exception('invalidparameter', 'debug');
}
$viewer->require_may_ask($type);
$topic = $topicid ? $viewer->topic($topicid) : null;
if ($topic === null && ($topicid || $type === 'problem')) {
    throw new moodle_exception('notopic', 'local_dltsync');
}

$back = new moodle_url('/local/dltsync/videos.php', ['id' => $courseid]);
$url = new moodle_url('/local/dltsync/ask.php', ['course' => $courseid, 'type' => $type]);
$PAGE->set_url($url, array_filter(['topic' => $topicid, 'video' => $video]));
$PAGE->set_pagelayout('incourse');
$heading = get_string("ask_$type", 'local_dltsync');
$PAGE->set_title($heading . moodle_page::TITLE_SEPARATOR . format_string($course->fullname));
$PAGE->set_heading(format_string($course->fullname));
$PAGE->set_secondary_active_tab('local_dltsync_videos');
$PAGE->navbar->add(get_string('videos', 'local_dltsync'), $back);
$PAGE->navbar->add($heading);

$form = ask::of($type, $url, ['viewer' => $viewer, 'topic' => $topic, 'video' => $video]);
if ($form->is_cancelled()) {
    redirect($back);
}
if ($form->is_submitted() && $form->is_validated()) {
    requests::make($form->fields(), $USER->id);
    redirect($back, get_string("asked_$type", 'local_dltsync'), null, \core\output\notification::NOTIFY_SUCCESS);
}

echo $OUTPUT->header();
echo $OUTPUT->heading($heading);
$form->display();
echo $OUTPUT->footer();
