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

namespace local_dltsync\local;

use backup;
use backup_controller;
use restore_controller;
use moodle_exception;

/**
 * A course whose content is copied into new ones: activities, blocks and filters, never people, groups or enrolments.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class template {
    /** @var int[] what a course is made with that is to have a template's content: no sections and no forum of its own */
    public const INSTEAD = ['numsections' => 0, 'newsitems' => 0];

    /** @var bool[] what is copied, where the site leaves the choice */
    private const SETTINGS = [
        'activities' => true, 'blocks' => true, 'filters' => true,
        'users' => false, 'role_assignments' => false, 'groups' => false,
    ];

    /**
     * Takes a course that is there.
     *
     * @param int $courseid
     */
    private function __construct(
        /** @var int id of the course that is copied */
        private readonly int $courseid,
    ) {
    }

    /**
     * The course of that idnumber, else of that short name.
     *
     * @param string $name
     * @return self|null null when no name is given
     * @throws refusal badfield when there is no such course
     */
    public static function find(string $name): ?self {
        global $DB;
        if ($name === '') {
            return null;
        }
        foreach (['idnumber', 'shortname'] as $field) {
            $courses = $DB->get_records_select_menu('course', "$field = ? AND id <> ?", [$name, SITEID], 'id', "id, $field");
            $id = array_search($name, $courses, true);
            if ($id !== false) {
                return new self($id);
            }
        }
        throw new refusal('badfield', "template, no such course as $name");
    }

    /**
     * Copies the content into a course that has none. An administrator's account does it: the service's own role
     * holds none of the capabilities that this needs.
     *
     * @param int $courseid
     * @throws moodle_exception when Moodle cannot make or restore the copy
     */
    public function copy_into(int $courseid): void {
        global $CFG;
        require_once($CFG->dirroot . '/backup/util/includes/backup_includes.php');
        require_once($CFG->dirroot . '/backup/util/includes/restore_includes.php');
        $admin = (int)get_admin()->id;
        [$backupid, $folder] = $this->back_up($admin);
        try {
            $this->restore($backupid, $courseid, $admin);
        } finally {
            fulldelete($folder);
        }
        update_course((object)['id' => $courseid, 'newsitems' => get_course($this->courseid)->newsitems]);
    }

    /**
     * Writes the content to a temporary folder.
     *
     * @param int $admin id of the user who does it
     * @return array id of the backup, and its folder
     */
    private function back_up(int $admin): array {
        $controller = new backup_controller(
            backup::TYPE_1COURSE,
            $this->courseid,
            backup::FORMAT_MOODLE,
            backup::INTERACTIVE_NO,
            backup::MODE_IMPORT,
            $admin
        );
        try {
            $this->set_up($controller->get_plan());
            $controller->execute_plan();
            return [$controller->get_backupid(), $controller->get_plan()->get_basepath()];
        } finally {
            $controller->destroy();
        }
    }

    /**
     * Reads the content into the course.
     *
     * @param string $backupid
     * @param int $courseid
     * @param int $admin id of the user who does it
     */
    private function restore(string $backupid, int $courseid, int $admin): void {
        $controller = new restore_controller(
            $backupid,
            $courseid,
            backup::INTERACTIVE_NO,
            backup::MODE_IMPORT,
            $admin,
            backup::TARGET_EXISTING_ADDING
        );
        try {
            $this->set_up($controller->get_plan());
            if (!$controller->execute_precheck() && !empty($controller->get_precheck_results()['errors'])) {
                $errors = implode(' ', $controller->get_precheck_results()['errors']);
                throw new moodle_exception('backupprecheckerrors', 'webservice', '', $errors);
            }
            $controller->execute_plan();
        } finally {
            $controller->destroy();
        }
    }

    /**
     * Says what is copied.
     *
     * @param \base_plan $plan
     */
    private function set_up(\base_plan $plan): void {
        foreach (self::SETTINGS as $name => $value) {
            if (!$plan->setting_exists($name)) {
                continue;
            }
            $setting = $plan->get_setting($name);
            if ($setting->get_status() === \base_setting::NOT_LOCKED) {
                $setting->set_value($value);
            }
        }
    }
}
