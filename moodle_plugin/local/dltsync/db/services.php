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
 * The web service functions of the bridge and the service that holds them.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$functions = [
    'local_dltsync_get_info' => [
        'classname' => 'local_dltsync\external\get_info',
        'description' => 'Versions and limits of the plugin and its site, and what the caller may do.',
        'type' => 'read',
        'capabilities' => 'local/dltsync:read',
    ],
    'local_dltsync_get_digests' => [
        'classname' => 'local_dltsync\external\get_digests',
        'description' => 'Count and hash of what is owned of a kind, computed by the database.',
        'type' => 'read',
        'capabilities' => 'local/dltsync:read',
    ],
    'local_dltsync_read' => [
        'classname' => 'local_dltsync\external\read',
        'description' => 'A page of what is owned of a kind, named objects of it, or candidates for adoption.',
        'type' => 'read',
        'capabilities' => 'local/dltsync:read',
    ],
    'local_dltsync_pull_events' => [
        'classname' => 'local_dltsync\external\pull_events',
        'description' => 'What people did that the records want to know, since a cursor.',
        'type' => 'read',
        'capabilities' => 'local/dltsync:read',
    ],
    'local_dltsync_apply' => [
        'classname' => 'local_dltsync\external\apply',
        'description' => 'Does one batch of operations of a kind, with an answer per operation.',
        'type' => 'write',
        'capabilities' => 'local/dltsync:apply',
    ],
    'local_dltsync_push_status' => [
        'classname' => 'local_dltsync\external\push_status',
        'description' => 'Brings what the pages show: runs, topics with their videos, stages of requests.',
        'type' => 'write',
        'capabilities' => 'local/dltsync:pushstatus',
    ],
];

$services = [
    'dltsync' => [
        'shortname' => 'local_dltsync',
        'functions' => array_keys($functions),
        'restrictedusers' => 1,
        'enabled' => 1,
        'downloadfiles' => 0,
        'uploadfiles' => 0,
    ],
];
