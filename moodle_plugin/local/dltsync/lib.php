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
 * Where the pages are found: in a course, in a category.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

/**
 * Adds the videos to the navigation of a course.
 *
 * @param navigation_node $navigation
 * @param stdClass $course
 * @param context_course $context
 */
function local_dltsync_extend_navigation_course(navigation_node $navigation, stdClass $course, context_course $context): void {
    if (\local_dltsync\local\videos\viewer::of((int)$course->id)->may_view()) {
        $url = new moodle_url('/local/dltsync/videos.php', ['id' => $course->id]);
        $name = get_string('videos', 'local_dltsync');
        $navigation->add($name, $url, navigation_node::TYPE_SETTING, null, 'local_dltsync_videos', new pix_icon('i/play', ''));
    }
}

/**
 * Adds the coverage by videos to the navigation of a category.
 *
 * @param navigation_node $navigation
 * @param context_coursecat $context
 */
function local_dltsync_extend_navigation_category_settings(navigation_node $navigation, context_coursecat $context): void {
    if (has_capability('local/dltsync:viewcoverage', $context)) {
        $url = new moodle_url('/local/dltsync/coverage.php', ['categoryid' => $context->instanceid]);
        $name = get_string('coverage', 'local_dltsync');
        $navigation->add($name, $url, navigation_node::TYPE_SETTING, null, 'local_dltsync_coverage', new pix_icon('i/stats', ''));
    }
}
