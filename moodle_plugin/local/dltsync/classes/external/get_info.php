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

namespace local_dltsync\external;

use context_system;
use core\clock;
use core\di;
use core_course\customfield\course_handler;
use core_external\external_api;
use core_external\external_function_parameters;
use core_external\external_single_structure;
use core_plugin_manager;
use local_dltsync\local\queue\queue;
use local_dltsync\local\request;

/**
 * Versions and limits of the plugin and its site, and what the caller may do.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class get_info extends external_api {
    /** @var int the protocol that the functions speak */
    public const PROTOCOL = 3;

    /** @var string[] the plugin's capabilities */
    private const CAPABILITIES = [
        'local/dltsync:read',
        'local/dltsync:apply',
        'local/dltsync:pushstatus',
        'local/dltsync:viewreport',
    ];

    /** @var int the most bytes a batch may have, however much PHP would take */
    private const MAX_BATCH_BYTES = 5_000_000;

    /** @var int bytes of a post that are not the batch: the other fields and the form's own lines */
    private const OVERHEAD_BYTES = 4096;

    /** @var int what to reckon with where the number of PHP workers is not known */
    private const USUAL_WORKERS = 4;

    /**
     * No parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([]);
    }

    /**
     * Gathers what the program wants to know before it starts.
     *
     * @return array
     */
    public static function execute(): array {
        $context = context_system::instance();
        self::validate_context($context);
        require_capability('local/dltsync:read', $context);
        return request::respond([...self::versions(), ...self::limits(), ...self::choices(), ...queue::backlog()]);
    }

    /**
     * A JSON text.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return request::returns();
    }

    /**
     * What runs here, and since when by its own clock.
     *
     * @return array
     */
    private static function versions(): array {
        global $CFG, $DB;
        $plugin = core_plugin_manager::instance()->get_plugin_info('local_dltsync');
        return [
            'protocol' => self::PROTOCOL,
            'plugin_version' => (int)$plugin->versiondb,
            'plugin_release' => (string)$plugin->release,
            'moodle_version' => (string)$CFG->version,
            'moodle_release' => (string)$CFG->release,
            'site_time' => di::get(clock::class)->time(),
            'db_family' => $DB->get_dbfamily(),
        ];
    }

    /**
     * How much may be sent at once, and to how many workers.
     *
     * @return array
     */
    private static function limits(): array {
        global $CFG;
        return [
            'max_input_vars' => (int)ini_get('max_input_vars'),
            'max_batch_bytes' => self::max_batch_bytes((string)ini_get('post_max_size')),
            'workers' => PHP_SAPI === 'cli-server' ? max(1, (int)getenv('PHP_CLI_SERVER_WORKERS')) : self::USUAL_WORKERS,
            'free_disk_mb' => (int)(disk_free_space($CFG->dataroot) / 1024 ** 2),
        ];
    }

    /**
     * What there is to choose from, and what the caller may do.
     *
     * @return array
     */
    private static function choices(): array {
        $context = context_system::instance();
        $roles = array_intersect_key(get_all_roles(), array_flip(get_roles_for_contextlevels(CONTEXT_COURSE)));
        $may = array_map(fn(string $name): bool => has_capability($name, $context), self::CAPABILITIES);
        return [
            'enrol_enabled' => enrol_is_enabled('dltsync'),
            'capabilities' => array_combine(self::CAPABILITIES, $may),
            'roles' => array_values(array_column($roles, 'shortname')),
            'languages' => array_keys(get_string_manager()->get_list_of_translations()),
            'auths' => array_values(get_enabled_auth_plugins()),
            'course_fields' => self::course_fields(),
        ];
    }

    /**
     * Short names of the custom fields that courses have, sorted.
     *
     * @return string[]
     */
    private static function course_fields(): array {
        $names = array_map(fn($field): string => $field->get('shortname'), course_handler::create()->get_fields());
        sort($names, SORT_STRING);
        return $names;
    }

    /**
     * How many bytes a batch may have.
     *
     * @param string $postmaxsize PHP's setting: bytes, or with a unit; 0 for no limit
     * @return int
     */
    public static function max_batch_bytes(string $postmaxsize): int {
        $most = get_real_size($postmaxsize);
        return $most > 0 ? max(1, min(self::MAX_BATCH_BYTES, $most - self::OVERHEAD_BYTES)) : self::MAX_BATCH_BYTES;
    }
}
