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
 * The enrolment method that dlt-sync owns: only the program enrols through it, and every door in Moodle's pages is shut.
 *
 * @package    enrol_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

/**
 * Enrolments made from the department's records. Nobody adds, changes or removes them by hand, and nothing of them
 * comes back from a backup or a course copy: the next run makes what the records ask for.
 *
 * It depends on nothing, since uninstalling an enrolment plugin deletes all it enrolled.
 *
 * @package    enrol_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class enrol_dltsync_plugin extends enrol_plugin {
    /**
     * Roles carry the component and the instance, so that only the program takes them away.
     *
     * @return bool
     */
    public function roles_protected() {
        return true;
    }

    /**
     * Nobody is enrolled by hand.
     *
     * @param stdClass $instance
     * @return bool
     */
    public function allow_enrol(stdClass $instance) {
        return false;
    }

    /**
     * Nobody is unenrolled by hand, nor by a course reset.
     *
     * @param stdClass $instance
     * @return bool
     */
    public function allow_unenrol(stdClass $instance) {
        return false;
    }

    /**
     * No single user is unenrolled by hand, not even a suspended one.
     *
     * @param stdClass $instance
     * @param stdClass $ue row of user_enrolments
     * @return bool
     */
    public function allow_unenrol_user(stdClass $instance, stdClass $ue) {
        return false;
    }

    /**
     * Status and dates of an enrolment are not changed by hand.
     *
     * @param stdClass $instance
     * @return bool
     */
    public function allow_manage(stdClass $instance) {
        return false;
    }

    /**
     * No actions beside an enrolment in the list of participants.
     *
     * @param course_enrolment_manager $manager
     * @param stdClass $ue row of user_enrolments
     * @return user_enrolment_action[]
     */
    public function get_user_enrolment_actions(course_enrolment_manager $manager, $ue) {
        return [];
    }

    /**
     * Nobody leaves a course by themselves.
     *
     * @param stdClass $instance
     * @return moodle_url|null
     */
    public function get_unenrolself_link($instance) {
        return null;
    }

    /**
     * The method is not added to a course by hand.
     *
     * @param int $courseid
     * @return bool
     */
    public function can_add_instance($courseid) {
        return false;
    }

    /**
     * The method is not taken out of a course by hand: that would unenrol everybody.
     *
     * @param stdClass $instance
     * @return bool
     */
    public function can_delete_instance($instance) {
        return false;
    }

    /**
     * The method is not hidden by hand: that would shut everybody out.
     *
     * @param stdClass $instance
     * @return bool
     */
    public function can_hide_show_instance($instance) {
        return false;
    }

    /**
     * The method has nothing to edit.
     *
     * @param stdClass $instance
     * @return bool
     */
    public function can_edit_instance($instance) {
        return false;
    }

    /**
     * Shuts Moodle's edit page, whose address can be typed: teachers pass its own check of capabilities, and a
     * form that is sent there would add or change an instance.
     *
     * @param stdClass $instance
     * @param MoodleQuickForm $mform
     * @param context $context
     * @throws moodle_exception always
     */
    public function edit_instance_form($instance, MoodleQuickForm $mform, $context) {
        throw new moodle_exception('notbyhand', 'enrol_dltsync');
    }

    /**
     * Nothing is added, changed or removed by an uploaded file of courses.
     *
     * @return bool
     */
    public function is_csv_upload_supported(): bool {
        return false;
    }

    /**
     * A backup, restored, or a copy of a course brings no instance, and with it no enrolment, role or group.
     *
     * @param restore_enrolments_structure_step $step
     * @param stdClass $data
     * @param stdClass $course
     * @param int $oldid
     */
    public function restore_instance(restore_enrolments_structure_step $step, stdClass $data, $course, $oldid) {
        $step->set_mapping('enrol', $oldid, 0);
    }
}

/**
 * Members that the program put into a group are not taken out by hand.
 *
 * @param int $itemid id of the enrolment instance
 * @param int $groupid
 * @param int $userid
 * @return bool
 */
function enrol_dltsync_allow_group_member_remove($itemid, $groupid, $userid) {
    return false;
}
