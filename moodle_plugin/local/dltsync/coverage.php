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
 * How far the courses of a kafedra are covered by videos.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

use core_reportbuilder\system_report_factory;
use local_dltsync\event\page_viewed;
use local_dltsync\output\coverage_totals;
use local_dltsync\reportbuilder\local\systemreports\coverage;

require(__DIR__ . '/../../config.php');

$categoryid = required_param('categoryid', PARAM_INT);
require_login(null, false);
$context = context_coursecat::instance($categoryid);
require_capability('local/dltsync:viewcoverage', $context);
$category = core_course_category::get($categoryid, MUST_EXIST, true);

$PAGE->set_context($context);
$PAGE->set_url('/local/dltsync/coverage.php', ['categoryid' => $categoryid]);
$PAGE->set_pagelayout('report');
$PAGE->set_title(get_string('coverage', 'local_dltsync') . moodle_page::TITLE_SEPARATOR . $category->get_formatted_name());
$PAGE->set_heading($category->get_formatted_name());
$PAGE->set_secondary_active_tab('local_dltsync_coverage');
page_viewed::log('coverage', $context, ['categoryid' => $categoryid]);

echo $OUTPUT->header();
echo $OUTPUT->heading(get_string('coverage', 'local_dltsync'));
echo $OUTPUT->render(new coverage_totals($context));
echo system_report_factory::create(coverage::class, $context)->output();
echo $OUTPUT->footer();
