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
 * The events of Moodle that tell of deleted objects.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$observers = [...array_map(fn(string $event): array => [
    'eventname' => $event,
    'callback' => '\local_dltsync\observer::deleted',
], [
    '\core\event\course_category_deleted',
    '\core\event\user_deleted',
    '\core\event\cohort_deleted',
    '\core\event\course_deleted',
    '\core\event\group_deleted',
    '\core\event\course_module_deleted',
]), [
    'eventname' => '\core\event\course_deleted',
    'callback' => '\local_dltsync\observer::course_deleted',
], ...array_map(fn(string $event): array => [
    'eventname' => $event,
    'callback' => '\local_dltsync\observer::videos_deleted',
], [
    '\core\event\course_deleted',
    '\core\event\course_module_deleted',
])];
