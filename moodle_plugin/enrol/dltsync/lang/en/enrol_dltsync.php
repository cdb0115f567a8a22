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
 * @package    enrol_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['notbyhand'] = 'Enrolments that come from the records of the department are not changed by hand. Ask the department to correct the record: the next run brings the change here.';
$string['pluginname'] = 'Department records (dlt-sync)';
$string['pluginname_desc'] = 'Enrolments made from the records of the department by the dlt-sync program. Nothing can be added, changed or removed by hand: the records decide.';
$string['privacy:metadata:core_group'] = 'The groups of a course into which the plugin put a user.';
