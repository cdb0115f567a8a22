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

namespace local_dltsync\setup;

/**
 * Prepares a site for the program: web services, REST, the service, the enrolment method, the course fields and
 * the roles of the department.
 *
 * Each step looks first, changes only what is missing, removes nothing, and says in a sentence what it did.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class site {
    /** @var string short name of the service that db/services.php declares */
    public const SERVICE = 'local_dltsync';

    /** @var string name of the category of course fields */
    private const CATEGORY = 'dlt-sync';

    /**
     * Does every step.
     *
     * @return string[] a sentence per step
     * @throws problem when a course field of another type has the name of one of ours
     */
    public static function prepare(): array {
        return [
            self::enable_web_services(),
            self::enable_rest(),
            self::enable_service(),
            self::enable_enrolment(),
            ...self::make_course_fields(),
            ...department_roles::make(),
        ];
    }

    /**
     * Switches web services on.
     *
     * @return string
     */
    private static function enable_web_services(): string {
        if (get_config('core', 'enablewebservices')) {
            return 'Web services are on.';
        }
        set_config('enablewebservices', 1);
        return 'Web services switched on.';
    }

    /**
     * Switches the REST protocol on.
     *
     * @return string
     */
    private static function enable_rest(): string {
        $changed = \core\plugininfo\webservice::enable_plugin('rest', 1);
        return $changed ? 'REST protocol switched on.' : 'The REST protocol is on.';
    }

    /**
     * Switches the plugin's service on.
     *
     * @return string
     */
    private static function enable_service(): string {
        global $DB;
        $service = $DB->get_record('external_services', ['shortname' => self::SERVICE], '*', MUST_EXIST);
        if ($service->enabled) {
            return "The service “{$service->shortname}” is on.";
        }
        $DB->set_field('external_services', 'enabled', 1, ['id' => $service->id]);
        return "Service “{$service->shortname}” switched on.";
    }

    /**
     * Switches the enrolment method on: without it its enrolments do not count.
     *
     * @return string
     */
    private static function enable_enrolment(): string {
        $changed = \core\plugininfo\enrol::enable_plugin('dltsync', 1);
        return $changed ? 'Enrolment method “dltsync” switched on.' : 'The enrolment method “dltsync” is on.';
    }

    /**
     * Makes the course fields that hold what the records say of a course.
     *
     * @return string[]
     */
    private static function make_course_fields(): array {
        $fields = new course_fields(self::CATEGORY);
        return array_map([$fields, 'make'], course_fields::NAMES);
    }
}
