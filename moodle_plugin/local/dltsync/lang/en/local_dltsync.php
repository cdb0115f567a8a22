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
 * Strings in English.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['badrequest'] = 'The request is not what was agreed: {$a}';
$string['batchbusy'] = 'This batch is being worked on by another call. Try again later.';
$string['batchclosed'] = 'This batch was recalled and can no longer be applied.';
$string['batchdamaged'] = 'The request was damaged on its way: its count or hash is wrong. Nothing was done.';
$string['cf_code'] = 'Discipline code';
$string['cf_delivery_mode'] = 'Mode of delivery';
$string['cf_ects'] = 'ECTS credits';
$string['cf_kafedra'] = 'Kafedra';
$string['cf_programme'] = 'Programme';
$string['cf_study_year'] = 'Year of study';
$string['dltsync:apply'] = 'Apply plans of dlt-sync: make and change categories, users, cohorts, courses, groups and enrolments';
$string['dltsync:pushstatus'] = 'Show the runs of dlt-sync on the department page';
$string['dltsync:read'] = 'Read what dlt-sync owns and what it could adopt';
$string['dltsync:viewreport'] = 'See the runs of dlt-sync';
$string['pluginname'] = 'Department records (dlt-sync)';
$string['role_dltsync'] = 'dlt-sync: read and apply';
$string['role_dltsync_desc'] = 'Lets the dlt-sync program read what it owns, apply plans and show its runs.';
$string['role_dltsyncread'] = 'dlt-sync: read only';
$string['role_dltsyncread_desc'] = 'Lets the dlt-sync program read what it owns, which is enough for a plan.';
