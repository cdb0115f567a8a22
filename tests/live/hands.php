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
require_once($CFG->dirroot . '/course/modlib.php');
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
        'video' => hand_add_link($fields),
    };
}

/**
 * Adds a link to a section of a course, as its form does; returns the id of the course module.
 */
function hand_add_link(array $fields): int {
    return create_module((object)[
        'modulename' => 'url',
        'course' => hand_id('course', $fields['course']),
        'section' => $fields['section'],
        'visible' => (int)($fields['visible'] ?? true),
        'name' => $fields['name'],
        'externalurl' => $fields['url'],
        'display' => $fields['display'] ?? 0,
        'cmidnumber' => $fields['idnumber'] ?? '',
        'introeditor' => ['text' => '', 'format' => FORMAT_HTML, 'itemid' => 0],
    ])->coursemodule;
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
    if ($kind === 'video') {
        hand_change_link($id, $name, $value);
        return;
    }
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
 * Edits one field of a link: in its form, or as the course page does.
 */
function hand_change_link(int $cmid, string $name, mixed $value): void {
    global $DB;
    $cm = get_coursemodule_from_id('url', $cmid, 0, true, MUST_EXIST);
    $course = get_course($cm->course);
    if ($name === 'section') {
        course_create_sections_if_missing($course, $value);
        $section = $DB->get_record('course_sections', ['course' => $course->id, 'section' => $value], '*', MUST_EXIST);
        moveto_module($cm, $section);
    } else if ($name === 'visible') {
        set_coursemodule_visible($cmid, (int)$value);
        \core\event\course_module_updated::create_from_cm(get_coursemodule_from_id('url', $cmid))->trigger();
    } else {
        [, , , $data] = get_moduleinfo_data($cm, $course);
        $data->{['url' => 'externalurl', 'idnumber' => 'cmidnumber'][$name] ?? $name} = $value;
        $data->introeditor = ['text' => '', 'format' => FORMAT_HTML, 'itemid' => 0];
        update_moduleinfo($cm, $data, $course);
    }
}

/**
 * Hides or shows a whole section.
 */
function hand_show_section(string $course, int $number, bool $visible): void {
    set_section_visible(hand_id('course', $course), $number, (int)$visible);
}

/**
 * Duplicates a module within its course; returns the id of the copy.
 */
function hand_duplicate(string $key): int {
    $cm = get_coursemodule_from_id('url', hand_id('video', $key), 0, true, MUST_EXIST);
    return (int)duplicate_module(get_course($cm->course), $cm)->id;
}

/**
 * Backs a course up and restores it, as a new course or into itself; returns the id of the course restored into.
 */
function hand_restore_course(string $course, bool $asnew): int {
    global $CFG, $USER;
    require_once($CFG->dirroot . '/backup/util/includes/backup_includes.php');
    require_once($CFG->dirroot . '/backup/util/includes/restore_includes.php');
    $CFG->backup_file_logger_level = backup::LOG_NONE;
    $id = hand_id('course', $course);
    $modes = [backup::TYPE_1COURSE, $id, backup::FORMAT_MOODLE, backup::INTERACTIVE_NO, backup::MODE_SAMESITE, $USER->id];
    $backup = new backup_controller(...$modes);
    $backup->execute_plan();
    $file = $backup->get_results()['backup_destination'];
    $backup->destroy();
    $folder = 'byhand' . $id;
    $file->extract_to_pathname(get_file_packer('application/vnd.moodle.backup'), make_backup_temp_directory($folder));
    $into = $asnew ? restore_dbops::create_new_course('Copy', 'copy of ' . $id, 1) : $id;
    $target = $asnew ? backup::TARGET_NEW_COURSE : backup::TARGET_EXISTING_ADDING;
    $restore = new restore_controller($folder, $into, backup::INTERACTIVE_NO, backup::MODE_SAMESITE, $USER->id, $target);
    $restore->execute_precheck();
    $restore->execute_plan();
    $restore->destroy();
    return (int)$into;
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
        'video' => course_delete_module($id),
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
        'video' => "SELECT t.id, t.course, t.section, t.visible, t.idnumber, m.name AS module, u.name, u.externalurl
                      FROM {course_modules} t JOIN {modules} m ON m.id = t.module
                      LEFT JOIN {url} u ON u.id = t.instance AND m.name = 'url'
                     WHERE {$foreign('video')}",
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
