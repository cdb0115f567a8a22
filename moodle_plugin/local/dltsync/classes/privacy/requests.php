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
use context_course;
use context_system;
use core_privacy\local\request\contextlist;
use core_privacy\local\request\transform;
use core_privacy\local\request\userlist;
use local_dltsync\local\videos\choices;
use stdClass;

/**
 * What is known of people from requests about videos: in the context of the course, or of the site where there is none.
 *
 * A request outlives whoever made it: the department still has to answer it. What is forgotten is who asked and what
 * they wrote, and who decided.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class requests {
    /** @var string each request with a user: who asked, and who decided on it */
    private const PEOPLE = "(SELECT id, courseid, userid FROM {local_dltsync_request} WHERE userid > 0
         UNION SELECT r.id, r.courseid, s.userid
                 FROM {local_dltsync_stage} s
                 JOIN {local_dltsync_request} r ON r.id = s.requestid
                WHERE s.userid > 0)";

    /**
     * Adds where something is known of a user.
     *
     * @param contextlist $contextlist
     * @param int $userid
     */
    public static function add_contexts(contextlist $contextlist, int $userid): void {
        $contextlist->add_from_sql("
            SELECT x.id
              FROM {context} x
              JOIN " . self::PEOPLE . " p ON (p.courseid = x.instanceid AND x.contextlevel = :course)
                                          OR (p.courseid = 0 AND x.contextlevel = :site)
             WHERE p.userid = :userid", ['course' => CONTEXT_COURSE, 'site' => CONTEXT_SYSTEM, 'userid' => $userid]);
    }

    /**
     * Adds of whom something is known.
     *
     * @param userlist $userlist
     */
    public static function add_users(userlist $userlist): void {
        $courseid = self::course_of($userlist->get_context());
        if ($courseid !== null) {
            $sql = 'SELECT p.userid FROM ' . self::PEOPLE . ' p WHERE p.courseid = :courseid';
            $userlist->add_from_sql('userid', $sql, ['courseid' => $courseid]);
        }
    }

    /**
     * What a user asked for and decided.
     *
     * @param context $context
     * @param int $userid
     * @return array[] what is empty is left out
     */
    public static function export(context $context, int $userid): array {
        global $DB;
        $courseid = self::course_of($context);
        if ($courseid === null) {
            return [];
        }
        $of = ['courseid' => $courseid, 'userid' => $userid];
        $asked = $DB->get_records('local_dltsync_request', $of, 'id');
        $decided = $DB->get_records_sql("
            SELECT s.*, r.type, r.title
              FROM {local_dltsync_stage} s
              JOIN {local_dltsync_request} r ON r.id = s.requestid
             WHERE r.courseid = :courseid AND s.userid = :userid AND s.stage <> 'requested'
          ORDER BY s.id", $of);
        return array_filter([
            'requests' => array_values(array_map([self::class, 'request'], $asked)),
            'decisions' => array_values(array_map([self::class, 'decision'], $decided)),
        ]);
    }

    /**
     * Forgets who asked and decided, and what they wrote.
     *
     * @param context $context
     * @param int[]|null $userids null for everybody
     */
    public static function forget(context $context, ?array $userids): void {
        global $DB;
        $courseid = self::course_of($context);
        if ($courseid === null || $userids === []) {
            return;
        }
        [$in, $params] = $userids === null ? ['> 0', []] : $DB->get_in_or_equal($userids, SQL_PARAMS_NAMED);
        $params['courseid'] = $courseid;
        $made = $DB->get_records_select('local_dltsync_request', "courseid = :courseid AND userid $in", $params);
        array_map([self::class, 'forget_request'], $made);
        $here = "requestid IN (SELECT id FROM {local_dltsync_request} WHERE courseid = :courseid)";
        $DB->set_field_select('local_dltsync_stage', 'userid', 0, "$here AND userid $in", $params);
        if ($userids === null) {
            // Names of people who are nobody of this site cannot be asked for one by one.
            $params = ['courseid' => $courseid];
            $DB->set_field_select('local_dltsync_request', 'askedby', '', 'courseid = :courseid', $params);
            $DB->set_field_select('local_dltsync_stage', 'byname', '', $here, $params);
        }
    }

    /**
     * Forgets who made a request and what they wrote, here and in what waits for the program.
     *
     * @param stdClass $row
     */
    private static function forget_request(stdClass $row): void {
        global $DB;
        $words = ['notes' => '', 'wished' => '', 'place' => ''];
        $DB->update_record('local_dltsync_request', ['id' => $row->id, 'userid' => 0, 'askedby' => ''] + $words);
        $events = $DB->get_records('local_dltsync_event', ['kind' => 'request', 'sourcedid' => $row->sourcedid]);
        foreach ($events as $event) {
            $data = (array)json_decode((string)$event->data, true);
            $kept = array_intersect_key($words + ['asker' => ''], $data) + $data;
            $new = ['id' => $event->id, 'data' => json_encode((object)$kept, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES)];
            $DB->update_record('local_dltsync_event', $event->name === 'requested' ? $new + ['userid' => 0] : $new);
        }
    }

    /**
     * The course that a context stands for: 0 for the site.
     *
     * @param context $context
     * @return int|null null where nothing of requests is kept
     */
    private static function course_of(context $context): ?int {
        return match (true) {
            $context instanceof context_system => 0,
            $context instanceof context_course => (int)$context->instanceid,
            default => null,
        };
    }

    /**
     * A request, as its asker gets it.
     *
     * @param stdClass $row
     * @return array
     */
    private static function request(stdClass $row): array {
        return [
            'type' => choices::word('type', $row->type),
            'title' => $row->title,
            'url' => $row->url,
            'problem' => $row->problem === '' ? '' : choices::word('problem', $row->problem),
            'notes' => (string)$row->notes,
            'wished' => $row->wished,
            'place' => $row->place,
            'stage' => choices::stage($row->type, $row->stage),
            'reason' => $row->reason,
            'time' => transform::datetime($row->timecreated),
        ];
    }

    /**
     * A decision, as whoever made it gets it.
     *
     * @param stdClass $row
     * @return array
     */
    private static function decision(stdClass $row): array {
        return [
            'type' => choices::word('type', $row->type),
            'title' => $row->title,
            'stage' => choices::stage($row->type, $row->stage),
            'reason' => $row->reason,
            'specialist' => $row->specialist,
            'time' => transform::datetime($row->timecreated),
        ];
    }
}
