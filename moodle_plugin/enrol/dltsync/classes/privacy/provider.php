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

namespace enrol_dltsync\privacy;

use context;
use core_group\privacy\provider as group_provider;
use core_privacy\local\metadata\collection;
use core_privacy\local\request\approved_contextlist;
use core_privacy\local\request\approved_userlist;
use core_privacy\local\request\contextlist;
use core_privacy\local\request\userlist;

/**
 * The plugin's only personal data of its own are the group memberships that carry its name.
 *
 * Enrolments and roles are exported and deleted by Moodle itself.
 *
 * @package    enrol_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class provider implements
    \core_privacy\local\metadata\provider,
    \core_privacy\local\request\core_userlist_provider,
    \core_privacy\local\request\plugin\provider {
    /** @var string the component that the memberships carry */
    private const COMPONENT = 'enrol_dltsync';

    /**
     * What is stored, and where.
     *
     * @param collection $collection
     * @return collection
     */
    public static function get_metadata(collection $collection): collection {
        return $collection->add_subsystem_link('core_group', [], 'privacy:metadata:core_group');
    }

    /**
     * The courses in which a user was put into groups.
     *
     * @param int $userid
     * @return contextlist
     */
    public static function get_contexts_for_userid(int $userid): contextlist {
        return group_provider::get_contexts_for_group_member($userid, self::COMPONENT);
    }

    /**
     * The users who were put into groups of a course.
     *
     * @param userlist $userlist
     */
    public static function get_users_in_context(userlist $userlist) {
        if ($userlist->get_context()->contextlevel == CONTEXT_COURSE) {
            group_provider::get_group_members_in_context($userlist, self::COMPONENT);
        }
    }

    /**
     * Exports the memberships of a user.
     *
     * @param approved_contextlist $contextlist
     */
    public static function export_user_data(approved_contextlist $contextlist) {
        foreach ($contextlist as $context) {
            if ($context->contextlevel == CONTEXT_COURSE) {
                $path = [get_string('pluginname', self::COMPONENT)];
                group_provider::export_groups($context, self::COMPONENT, $path);
            }
        }
    }

    /**
     * Deletes all memberships in a course.
     *
     * @param context $context
     */
    public static function delete_data_for_all_users_in_context(context $context) {
        if ($context->contextlevel == CONTEXT_COURSE) {
            group_provider::delete_groups_for_all_users($context, self::COMPONENT);
        }
    }

    /**
     * Deletes the memberships of a user.
     *
     * @param approved_contextlist $contextlist
     */
    public static function delete_data_for_user(approved_contextlist $contextlist) {
        if ($contextlist->count()) {
            group_provider::delete_groups_for_user($contextlist, self::COMPONENT);
        }
    }

    /**
     * Deletes the memberships of several users in a course.
     *
     * @param approved_userlist $userlist
     */
    public static function delete_data_for_users(approved_userlist $userlist) {
        group_provider::delete_groups_for_users($userlist, self::COMPONENT);
    }
}
