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
 * Prepares this Moodle for dlt-sync and gives out the token by which it comes in.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

use local_dltsync\setup\account;
use local_dltsync\setup\problem;
use local_dltsync\setup\site;
use local_dltsync\setup\token_file;

define('CLI_SCRIPT', true);
define('LOCAL_DLTSYNC_CALLED_FROM', getcwd()); // Moodle leaves this folder.

require(__DIR__ . '/../../../config.php');
require_once($CFG->libdir . '/clilib.php');

$help = "Prepares this Moodle for dlt-sync and gives out the token by which it comes in.

Switches on web services, REST, the plugin's service and the enrolment method; makes the course fields, a role
with just the capabilities needed, its user and a token. What is there already stays; nothing is removed.

Options:
 --token-file=PATH   Write the token to this file, which only you can read.
 --show-token        Print the token. It may stay in your terminal's history.
 --rotate            Make a new token. The old one stops working.
 --readonly          Make an account that can read and plan, and change nothing.
 --username=NAME     Name of the service user: dltsync, or dltsync-read with --readonly.
 -h, --help          Print this.

Example:
 \$ sudo -u www-data php local/dltsync/cli/setup.php --token-file=/var/lib/dlt-sync/token
";

[$options, $unrecognised] = cli_get_params([
    'token-file' => '',
    'show-token' => false,
    'rotate' => false,
    'readonly' => false,
    'username' => '',
    'help' => false,
], ['h' => 'help']);

if ($unrecognised) {
    cli_error('Unknown: ' . implode(' ', $unrecognised) . '. See --help.', 2);
}
if ($options['help']) {
    cli_write($help);
    exit(0);
}
if ($options['token-file'] === true || $options['username'] === true) {
    cli_error('--token-file and --username need a value, as in --token-file=PATH.', 2);
}
if (core_text::strtolower($options['username']) !== clean_param($options['username'], PARAM_USERNAME)) {
    cli_error("“{$options['username']}” cannot be a user's name in Moodle.", 2);
}
if (moodle_needs_upgrading()) {
    cli_error('This Moodle waits for an upgrade. Run: php admin/cli/upgrade.php');
}

\core\session\manager::set_user(get_admin());

try {
    $file = $options['token-file'] ? token_file::in(LOCAL_DLTSYNC_CALLED_FROM, $options['token-file']) : null;
    $username = core_text::strtolower($options['username']);
    $account = $options['readonly'] ? account::reading($username) : account::writing($username);
    foreach ([...$account->prepare(), ...site::prepare()] as $sentence) {
        cli_writeln(" - $sentence");
    }
    $token = $account->token((bool)$options['rotate']);
    $file?->write($token);
} catch (problem $problem) {
    cli_error($problem->getMessage());
}

if ($options['show-token']) {
    cli_writeln("Token: $token");
}
cli_writeln('');
cli_writeln(match (true) {
    $file !== null => "The token is in {$file->path}. Next, in the section [moodle] of dlt-sync.ini:\n"
        . "  url = {$CFG->wwwroot}\n  token_file = " . (realpath($file->path) ?: $file->path)
        . "\nthen run: dlt-sync doctor",
    $options['show-token'] => "Next: keep the token in a file that only you can read, name it as token_file in the section\n"
        . "[moodle] of dlt-sync.ini with url = {$CFG->wwwroot}, then run: dlt-sync doctor",
    default => 'There is a token. To get it, run this again with --token-file=PATH.',
});
