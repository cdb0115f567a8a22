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

namespace local_dltsync\local\placements;

use core\di;
use core\event\course_module_created;
use core\event\course_module_updated;
use core\hook\manager;
use core_courseformat\hook\after_cm_name_edited;
use local_dltsync\local\kinds\video;

/**
 * Tells of videos of one course that were made and changed, what Moodle's own functions tell of each of them. To be called
 * in the transaction of the write, as those do, once all rows are there.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class news {
    /**
     * Tells of them.
     *
     * @param int $courseid
     * @param change[] $changes written
     */
    public static function tell(int $courseid, array $changes): void {
        global $DB;
        $changes = array_filter($changes, fn($change) => $change->is_new() || $change->is_visible());
        self::preload_contexts(array_map(fn($change) => $change->id, $changes));
        $course = get_course($courseid);
        $moduleid = (int)$DB->get_field('modules', 'id', ['name' => 'url'], MUST_EXIST);
        foreach ($changes as $change) {
            $cm = ['id' => $change->id, 'modname' => 'url', 'instance' => $change->instance, 'name' => $change->fields['name']];
            $context = \context_module::instance($change->id);
            if ($change->is_new()) {
                course_module_created::create_from_cm((object)$cm, $context)->trigger();
                self::extend($change, $course, $moduleid);
            } else {
                course_module_updated::create_from_cm((object)$cm, $context)->trigger();
            }
        }
        $isrenamed = fn($change) => !$change->is_new() && isset($change->changes['name']);
        foreach (array_filter($changes, $isrenamed) as $change) {
            $cm = get_fast_modinfo($course)->get_cm($change->id);
            di::get(manager::class)->dispatch(new after_cm_name_edited($cm, $change->fields['name']));
        }
    }

    /**
     * Lets plugins add what they add to a new module.
     *
     * @param change $change
     * @param \stdClass $course
     * @param int $moduleid id of the type of module
     */
    private static function extend(change $change, \stdClass $course, int $moduleid): void {
        $info = set_moduleinfo_defaults(video::moduleinfo($change->fields, $moduleid));
        $info->course = $course->id;
        $info->groupmode = 0;
        $info->coursemodule = $change->id;
        $info->id = $info->instance = $change->instance;
        plugin_extend_coursemodule_edit_post_actions($info, $course);
    }

    /**
     * Reads the contexts of modules in one query, for Moodle to find them in its memory.
     *
     * @param int[] $ids
     */
    private static function preload_contexts(array $ids): void {
        global $DB;
        [$in, $params] = $DB->get_in_or_equal($ids, SQL_PARAMS_QM, '', true, 0);
        $columns = \context_helper::get_preload_record_columns_sql('ctx');
        $sql = "SELECT $columns FROM {context} ctx WHERE ctx.contextlevel = ? AND ctx.instanceid $in";
        array_map(\context_helper::preload_from_record(...), $DB->get_records_sql($sql, [CONTEXT_MODULE, ...$params]));
    }
}
