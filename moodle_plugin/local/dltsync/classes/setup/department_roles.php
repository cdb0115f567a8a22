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

use context_system;

/**
 * The roles of the department's people, with what each needs and no more. Who gets them is for the site to say.
 *
 * Each step looks first and changes only what is missing: what a site took away from a role stays away.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class department_roles {
    /** @var string[] what everybody needs who opens courses to look at their videos */
    private const LOOKING = ['local/dltsync:viewvideos', 'moodle/course:view', 'moodle/course:viewhiddencourses'];

    /** @var string[] what the video specialist needs */
    private const VIDEO = [
        ...self::LOOKING,
        'local/dltsync:managerequests',
        'local/dltsync:viewcoverage',
        'moodle/site:configview',
    ];

    /** @var array[] levels and capabilities by the role's short name */
    public const ROLES = [
        'dltsyncvideo' => [[CONTEXT_SYSTEM], self::VIDEO],
        'dltsyncmethodist' => [[CONTEXT_SYSTEM], [...self::VIDEO, 'local/dltsync:viewreport']],
        'dltsynchead' => [[CONTEXT_COURSECAT], [
            ...self::LOOKING,
            'local/dltsync:viewcoverage',
            'local/dltsync:reportvideo',
            'local/dltsync:suggestvideo',
            'local/dltsync:requestshooting',
        ]],
    ];

    /**
     * Makes the roles.
     *
     * @return string[] a sentence per role
     */
    public static function make(): array {
        return array_map([self::class, 'make_one'], array_keys(self::ROLES));
    }

    /**
     * Makes one role, named in the site's language.
     *
     * @param string $shortname
     * @return string
     */
    private static function make_one(string $shortname): string {
        global $CFG, $DB;
        if ($DB->record_exists('role', ['shortname' => $shortname])) {
            return "The role “{$shortname}” is there.";
        }
        $word = fn(string $name): string => get_string_manager()->get_string($name, 'local_dltsync', null, $CFG->lang);
        $id = create_role($word("role_$shortname"), $shortname, $word("role_{$shortname}_desc"));
        [$levels, $capabilities] = self::ROLES[$shortname];
        set_role_contextlevels($id, $levels);
        foreach ($capabilities as $capability) {
            assign_capability($capability, CAP_ALLOW, $id, context_system::instance()->id, true);
        }
        return "Role “{$shortname}” made.";
    }
}
