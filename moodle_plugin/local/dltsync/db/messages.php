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
 * The messages about requests for videos, and about runs of the program.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

// Without defaults Moodle would send e-mails only, and the bell at the top of its pages would stay empty.
$defaults = [
    'popup' => MESSAGE_PERMITTED + MESSAGE_DEFAULT_ENABLED,
    'email' => MESSAGE_PERMITTED + MESSAGE_DEFAULT_ENABLED,
];

$messageproviders = [
    // The asker is told that the request came to another stage.
    'requeststage' => [
        'defaults' => $defaults,
    ],

    // Whoever manages requests is told that there is a new one.
    'newrequest' => [
        'capability' => 'local/dltsync:managerequests',
        'defaults' => $defaults,
    ],

    // Whoever may see the runs is told what came of each. Who wants a digest by e-mail switches it on.
    'runreport' => [
        'capability' => 'local/dltsync:viewreport',
        'defaults' => [
            'popup' => MESSAGE_PERMITTED + MESSAGE_DEFAULT_ENABLED,
            'email' => MESSAGE_PERMITTED,
        ],
    ],

    // They are told that a run wants somebody, or that no run has reported for too long.
    'runattention' => [
        'capability' => 'local/dltsync:viewreport',
        'defaults' => $defaults,
    ],
];
