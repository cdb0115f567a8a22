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
 * The videos of a course by topic, and what the user asked for there.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

use core_reportbuilder\system_report_factory;
use local_dltsync\local\videos\viewer;
use local_dltsync\reportbuilder\local\systemreports\course_videos;
use local_dltsync\reportbuilder\local\systemreports\own_requests;

require(__DIR__ . '/../../config.php');

$id = required_param('id', PARAM_INT);
$course = get_course($id);
require_login($course, false);
$viewer = viewer::of($id);
require_capability('local/dltsync:viewvideos', $viewer->context);

$PAGE->set_url('/local/dltsync/videos.php', ['id' => $id]);
$PAGE->set_pagelayout('incourse');
$PAGE->set_title(get_string('videos', 'local_dltsync') . moodle_page::TITLE_SEPARATOR . format_string($course->fullname));
$PAGE->set_heading(format_string($course->fullname));
$PAGE->set_secondary_active_tab('local_dltsync_videos');

echo $OUTPUT->header();
echo $OUTPUT->heading(get_string('videos', 'local_dltsync'));
echo system_report_factory::create(course_videos::class, $viewer->context)->output();
echo $OUTPUT->heading(get_string('ownrequests', 'local_dltsync'), 3);
echo system_report_factory::create(own_requests::class, $viewer->context)->output();
echo $OUTPUT->footer();
