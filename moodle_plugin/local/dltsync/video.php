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
 * The videos of one topic in Moodle's player, and what can be done about them.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

use local_dltsync\form\ask;
use local_dltsync\local\videos\viewer;
use local_dltsync\output\topic_videos;

require(__DIR__ . '/../../config.php');

$courseid = required_param('course', PARAM_INT);
$topicid = required_param('topic', PARAM_INT);
$course = get_course($courseid);
require_login($course, false);
$viewer = viewer::of($courseid);
require_capability('local/dltsync:viewvideos', $viewer->context);
$topic = $viewer->topic($topicid) ?? throw new moodle_exception('notopic', 'local_dltsync');

$back = new moodle_url('/local/dltsync/videos.php', ['id' => $courseid]);
$PAGE->set_url('/local/dltsync/video.php', ['course' => $courseid, 'topic' => $topicid]);
$PAGE->set_pagelayout('incourse');
$PAGE->set_title(ask::name($topic) . moodle_page::TITLE_SEPARATOR . format_string($course->fullname));
$PAGE->set_heading(format_string($course->fullname));
$PAGE->set_secondary_active_tab('local_dltsync_videos');
$PAGE->navbar->add(get_string('videos', 'local_dltsync'), $back);
$PAGE->navbar->add(ask::name($topic));

echo $OUTPUT->header();
echo $OUTPUT->heading(s(ask::name($topic)));
echo $OUTPUT->render(new topic_videos($topic, $viewer));
echo $OUTPUT->footer();
