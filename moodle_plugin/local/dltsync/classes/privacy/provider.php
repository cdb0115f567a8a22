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

namespace local_dltsync\privacy;

use context;
use context_system;
use core_privacy\local\metadata\collection;
use core_privacy\local\request\approved_contextlist;
use core_privacy\local\request\approved_userlist;
use core_privacy\local\request\contextlist;
use core_privacy\local\request\transform;
use core_privacy\local\request\userlist;
use core_privacy\local\request\writer;

/**
 * What the plugin knows of people: which record an account stands for, and who did what: deleted by hand what is
 * owned, asked for videos, decided on that, was told of a run.
 *
 * Of an event only its actor is forgotten: the fact stays. The ownership row of an account stays when the account is
 * deleted: by it the program sees that the account was deleted, and does not make it again from the records unless
 * somebody approves that. What it holds then is a key of the department's and the id of an empty account.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class provider implements
    \core_privacy\local\metadata\provider,
    \core_privacy\local\request\core_userlist_provider,
    \core_privacy\local\request\plugin\provider {
    /** @var string[][] the columns of each table that say something of people */
    private const TABLES = [
        'local_dltsync_object' => ['kind', 'sourcedid', 'moodleid', 'timecreated', 'timemodified'],
        'local_dltsync_event' => ['name', 'kind', 'sourcedid', 'moodleid', 'userid', 'data', 'timecreated'],
        'local_dltsync_answer' => ['answer'],
        'local_dltsync_queue' => ['userid', 'courseid', 'actorid', 'news', 'timecreated'],
        'local_dltsync_run' => ['summary', 'report'],
        'local_dltsync_told' => ['userid', 'news', 'timecreated'],
        'local_dltsync_request' => [
            'userid', 'askedby', 'type', 'title', 'url', 'notes', 'wished', 'place', 'specialist', 'stage', 'timecreated',
        ],
        'local_dltsync_stage' => ['userid', 'byname', 'stage', 'reason', 'specialist', 'timecreated'],
    ];

    /** @var string[] the tables at the level of the site whose rows are about the user that they name */
    private const BY_USER = ['local_dltsync_event', 'local_dltsync_queue', 'local_dltsync_told'];

    /** @var string[] what the program reads and writes of people */
    private const SENT = [
        'username', 'firstname', 'lastname', 'middlename', 'email', 'lang', 'idnumber', 'suspended', 'enrolments',
        'requests',
    ];

    /**
     * What is stored here, and what the program outside sees.
     *
     * @param collection $collection
     * @return collection
     */
    public static function get_metadata(collection $collection): collection {
        foreach (self::TABLES as $table => $columns) {
            $short = substr($table, strlen('local_dltsync_'));
            $collection->add_database_table($table, self::described($columns, $short), "privacy:metadata:$short");
        }
        $collection->add_subsystem_link('core_message', [], 'privacy:metadata:message');
        return $collection->add_external_location_link(
            'dltsync',
            self::described(self::SENT, 'sent'),
            'privacy:metadata:sent',
        );
    }

    /**
     * All is kept at the level of the site, but what is asked for in a course.
     *
     * @param int $userid
     * @return contextlist
     */
    public static function get_contexts_for_userid(int $userid): contextlist {
        global $DB;
        $contextlist = new contextlist();
        $hasrows = fn($table) => $DB->record_exists($table, ['userid' => $userid]);
        if (array_filter(self::BY_USER, $hasrows) || self::ownership($userid)) {
            $contextlist->add_system_context();
        }
        requests::add_contexts($contextlist, $userid);
        return $contextlist;
    }

    /**
     * Whom something is known of.
     *
     * @param userlist $userlist
     */
    public static function get_users_in_context(userlist $userlist) {
        if ($userlist->get_context() instanceof context_system) {
            foreach (self::BY_USER as $table) {
                $userlist->add_from_sql('userid', 'SELECT userid FROM {' . $table . '} WHERE userid > 0', []);
            }
            $sql = 'SELECT moodleid FROM {local_dltsync_object} WHERE kind = :kind';
            $userlist->add_from_sql('moodleid', $sql, ['kind' => 'user']);
        }
        requests::add_users($userlist);
    }

    /**
     * Exports what is known of a user.
     *
     * @param approved_contextlist $contextlist
     */
    public static function export_user_data(approved_contextlist $contextlist) {
        $userid = (int)$contextlist->get_user()->id;
        foreach ($contextlist->get_contexts() as $context) {
            $data = requests::export($context, $userid) + ($context instanceof context_system ? self::of_site($userid) : []);
            if ($data) {
                writer::with_context($context)->export_data([get_string('pluginname', 'local_dltsync')], (object)$data);
            }
        }
    }

    /**
     * Forgets who did what.
     *
     * @param context $context
     */
    public static function delete_data_for_all_users_in_context(context $context) {
        requests::forget($context, null);
        if ($context instanceof context_system) {
            self::forget('userid > 0', []);
        }
    }

    /**
     * Forgets what a user did.
     *
     * @param approved_contextlist $contextlist
     */
    public static function delete_data_for_user(approved_contextlist $contextlist) {
        $userid = (int)$contextlist->get_user()->id;
        foreach ($contextlist->get_contexts() as $context) {
            requests::forget($context, [$userid]);
            if ($context instanceof context_system) {
                self::forget('userid = :userid', ['userid' => $userid]);
            }
        }
    }

    /**
     * Forgets what several users did.
     *
     * @param approved_userlist $userlist
     */
    public static function delete_data_for_users(approved_userlist $userlist) {
        global $DB;
        requests::forget($userlist->get_context(), $userlist->get_userids());
        if ($userlist->get_context() instanceof context_system && $userlist->get_userids()) {
            [$in, $params] = $DB->get_in_or_equal($userlist->get_userids());
            self::forget("userid $in", $params);
        }
    }

    /**
     * What is known of a user at the level of the site; what is empty is left out.
     *
     * @param int $userid
     * @return array
     */
    private static function of_site(int $userid): array {
        return array_filter([
            'record' => self::ownership($userid),
            'events' => self::events($userid),
            'queue' => self::queued($userid),
            'told' => self::told($userid),
        ]);
    }

    /**
     * The record that an account stands for.
     *
     * @param int $userid
     * @return array|null null when the account is not owned
     */
    private static function ownership(int $userid): ?array {
        global $DB;
        $row = $DB->get_record('local_dltsync_object', ['kind' => 'user', 'moodleid' => $userid]);
        return $row ? ['sourcedid' => $row->sourcedid, 'since' => transform::datetime($row->timecreated)] : null;
    }

    /**
     * What a user did to objects that are owned.
     *
     * @param int $userid
     * @return array[]
     */
    private static function events(int $userid): array {
        global $DB;
        $rows = $DB->get_records('local_dltsync_event', ['userid' => $userid], 'id');
        return array_values(array_map(fn($row): array => [
            'name' => $row->name,
            'kind' => $row->kind,
            'sourcedid' => $row->sourcedid,
            'time' => transform::datetime($row->timecreated),
        ], $rows));
    }

    /**
     * What has yet to be sent of a user's enrolments.
     *
     * @param int $userid
     * @return array[]
     */
    private static function queued(int $userid): array {
        global $DB;
        $rows = $DB->get_records('local_dltsync_queue', ['userid' => $userid], 'id');
        return array_values(array_map(fn($row): array => [
            'course' => (int)$row->courseid,
            'news' => $row->news,
            'time' => transform::datetime($row->timecreated),
        ], $rows));
    }

    /**
     * Of which runs a user was told.
     *
     * @param int $userid
     * @return array[]
     */
    private static function told(int $userid): array {
        global $DB;
        $rows = $DB->get_records_sql('SELECT t.*, r.run FROM {local_dltsync_told} t JOIN {local_dltsync_run} r ON r.id = t.runid
            WHERE t.userid = :userid ORDER BY t.id', ['userid' => $userid]);
        return array_values(array_map(fn($row): array => [
            'run' => (int)$row->run,
            'news' => $row->news,
            'time' => transform::datetime($row->timecreated),
        ], $rows));
    }

    /**
     * Takes the actor out of events, what was not sent yet out of the queue, and who was told out of the runs.
     *
     * @param string $where
     * @param array $params
     */
    private static function forget(string $where, array $params): void {
        global $DB;
        $DB->set_field_select('local_dltsync_event', 'userid', 0, $where, $params);
        $DB->delete_records_select('local_dltsync_queue', $where, $params);
        $DB->delete_records_select('local_dltsync_told', $where, $params);
    }

    /**
     * Names of the strings that describe columns.
     *
     * @param string[] $columns
     * @param string $where
     * @return string[] by column
     */
    private static function described(array $columns, string $where): array {
        return array_combine($columns, array_map(fn($column): string => "privacy:metadata:$where:$column", $columns));
    }
}
