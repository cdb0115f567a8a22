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
 * What people do by hand in Moodle, for tests: each function does what a page of Moodle's would, through its API.
 *
 * Objects are named by our key, or as moodle:<id>.
 *
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

global $CFG;
require_once($CFG->dirroot . '/cohort/lib.php');
require_once($CFG->dirroot . '/course/lib.php');
require_once($CFG->dirroot . '/group/lib.php');
require_once($CFG->dirroot . '/user/lib.php');

/**
 * The Moodle id of an object.
 */
function hand_id(string $kind, string $key): int {
    global $DB;
    if ($key === '') {
        return 0;
    }
    if (str_starts_with($key, 'moodle:')) {
        return (int)substr($key, strlen('moodle:'));
    }
    return (int)$DB->get_field('local_dltsync_object', 'moodleid', ['kind' => $kind, 'sourcedid' => $key], MUST_EXIST);
}

/**
 * Fields with references turned into Moodle ids, under the names Moodle has for them.
 */
function hand_values(array $fields): array {
    foreach (['parent' => 'category', 'category' => 'category', 'course' => 'course'] as $field => $kind) {
        if (array_key_exists($field, $fields)) {
            $fields[$field] = hand_id($kind, $fields[$field]);
        }
    }
    if (array_key_exists('course', $fields)) {
        $fields['courseid'] = $fields['course'];
        unset($fields['course']);
    }
    return array_map(fn($value) => is_bool($value) ? (int)$value : $value, $fields);
}

/**
 * Makes an object; returns its id.
 */
function hand_add(string $kind, array $fields): int {
    global $CFG;
    $values = hand_values($fields);
    $user = ['auth' => 'manual', 'confirmed' => 1, 'mnethostid' => $CFG->mnet_localhost_id];
    return (int)match ($kind) {
        'category' => core_course_category::create($values)->id,
        'user' => user_create_user((object)($values + $user), false),
        'cohort' => cohort_add_cohort((object)($values + ['contextid' => context_system::instance()->id])),
        'course' => create_course((object)$values)->id,
        'group' => groups_create_group((object)$values),
    };
}

/**
 * Edits one field of an object.
 */
function hand_change(string $kind, string $key, string $name, mixed $value): void {
    global $DB;
    if ($kind === 'enrolment') {
        hand_change_enrolment($key, $name, $value);
        return;
    }
    $id = hand_id($kind, $key);
    $values = hand_values([$name => $value]);
    match ($kind) {
        'category' => core_course_category::get($id, MUST_EXIST, true)->update($values),
        'user' => user_update_user((object)(['id' => $id] + $values), false),
        'cohort' => cohort_update_cohort((object)($values + (array)$DB->get_record('cohort', ['id' => $id]))),
        'course' => update_course((object)(['id' => $id] + $values)),
        'group' => groups_update_group((object)($values + (array)$DB->get_record('groups', ['id' => $id]))),
    };
}

/**
 * Suspends or reactivates an enrolment of ours, or changes its dates.
 */
function hand_change_enrolment(string $key, string $name, mixed $value): void {
    global $DB;
    [$course, $user] = explode('|', $key);
    $courseid = hand_id('course', $course);
    $instance = $DB->get_record('enrol', ['courseid' => $courseid, 'enrol' => 'dltsync'], '*', MUST_EXIST);
    $userid = hand_id('user', $user);
    $status = $name === 'suspended' ? ($value ? ENROL_USER_SUSPENDED : ENROL_USER_ACTIVE) : null;
    $start = $name === 'timestart' ? $value : null;
    $end = $name === 'timeend' ? $value : null;
    enrol_get_plugin('dltsync')->update_user_enrol($instance, $userid, $status, $start, $end);
}

/**
 * Deletes an object and what hangs on it; what is in a category moves to the default one.
 */
function hand_delete(string $kind, string $key): void {
    global $DB;
    $id = hand_id($kind, $key);
    match ($kind) {
        'category' => core_course_category::get($id, MUST_EXIST, true)->delete_move(1),
        'user' => delete_user($DB->get_record('user', ['id' => $id], '*', MUST_EXIST)),
        'cohort' => cohort_delete_cohort($DB->get_record('cohort', ['id' => $id], '*', MUST_EXIST)),
        'course' => delete_course($id, false),
        'group' => groups_delete_group($id),
    };
}

/**
 * Enrols a user by the manual method; returns the id of the enrolment.
 */
function hand_enrol(string $course, string $user, string $role): int {
    global $DB;
    $courseid = hand_id('course', $course);
    $manual = enrol_get_plugin('manual');
    $where = ['courseid' => $courseid, 'enrol' => 'manual'];
    if (!$DB->record_exists('enrol', $where)) {
        $manual->add_default_instance(get_course($courseid));
    }
    $instance = $DB->get_record('enrol', $where, '*', MUST_EXIST);
    $userid = hand_id('user', $user);
    $manual->enrol_user($instance, $userid, $DB->get_field('role', 'id', ['shortname' => $role], MUST_EXIST));
    return (int)$DB->get_field('user_enrolments', 'id', ['enrolid' => $instance->id, 'userid' => $userid], MUST_EXIST);
}

/**
 * Puts a user into a group or a cohort.
 */
function hand_join(string $kind, string $key, string $user): void {
    $userid = hand_id('user', $user);
    if ($kind === 'group') {
        groups_add_member(hand_id('group', $key), $userid);
    } else {
        cohort_add_member(hand_id('cohort', $key), $userid);
    }
}

/**
 * All that is not ours, as lists of kind, id and row.
 */
function hand_strangers(): array {
    global $DB;
    $foreign = fn($kind) => "NOT EXISTS (SELECT 1 FROM {local_dltsync_object} o WHERE o.kind = '$kind' AND o.moodleid = t.id)";
    $queries = [
        'category' => "SELECT id, name, idnumber, parent, visible FROM {course_categories} t WHERE {$foreign('category')}",
        'user' => "SELECT id, username, firstname, lastname, email, suspended, idnumber, auth, lang
                     FROM {user} t WHERE deleted = 0 AND {$foreign('user')}",
        'course' => "SELECT id, fullname, shortname, idnumber, category, visible FROM {course} t WHERE {$foreign('course')}",
        'cohort' => "SELECT id, name, idnumber FROM {cohort} t WHERE {$foreign('cohort')}",
        'group' => "SELECT id, courseid, name, idnumber FROM {groups} t WHERE {$foreign('group')}",
        'member' => "SELECT id, groupid, userid, component FROM {groups_members} WHERE component <> 'enrol_dltsync'",
        'cohortmember' => "SELECT m.id, m.cohortid, m.userid FROM {cohort_members} m JOIN {user} t ON t.id = m.userid
                            WHERE {$foreign('user')}",
        'enrolment' => "SELECT ue.id, e.courseid, ue.userid, ue.status, ue.timestart, ue.timeend
                          FROM {user_enrolments} ue JOIN {enrol} e ON e.id = ue.enrolid WHERE e.enrol <> 'dltsync'",
        'role' => "SELECT id, roleid, contextid, userid, component FROM {role_assignments}
                    WHERE component <> 'enrol_dltsync'",
    ];
    $found = [];
    foreach ($queries as $kind => $sql) {
        foreach ($DB->get_records_sql($sql . ' ORDER BY 1') as $row) {
            $found[] = [$kind, (int)$row->id, $row];
        }
    }
    return $found;
}

/**
 * Somebody asks on the Videos page; the texts are columns of the request. Returns its key.
 */
function hand_ask(string $user, string $course, array $texts): string {
    $empty = array_fill_keys(['topickey', 'videokey', 'title', 'url', 'language', 'problem', 'notes', 'place', 'wished'], '');
    $fields = $texts + $empty + ['courseid' => hand_id('course', $course)];
    return \local_dltsync\local\videos\requests::make($fields, hand_id('user', $user))->sourcedid;
}

/**
 * Somebody brings a request to a stage on the department's page.
 */
function hand_stage(string $key, string $stage, string $reason): void {
    global $DB;
    $row = $DB->get_record('local_dltsync_request', ['sourcedid' => $key], '*', MUST_EXIST);
    $decision = new \local_dltsync\local\videos\decision($stage, $reason, '', '', time(), (int)get_admin()->id);
    \local_dltsync\local\videos\requests::decide($row, $decision);
}
