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

use core\clock;
use core\di;
use local_dltsync\local\kinds\video;
use local_dltsync\local\refusal;
use local_dltsync\local\sections;

/**
 * Writes the rows of many videos of one course: links, modules, contexts, places in sections. To be called inside a
 * transaction; tells nobody of the videos.
 *
 * The course gets a new revision of its cache first, once for all of them: that also lets whoever writes to the same
 * course at the same time wait, so that no two read a section's sequence before the other has written it.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class rows {
    /** @var int the time of the write */
    private readonly int $now;

    /** @var \stdClass[] the course's sections by id */
    private array $sections = [];

    /** @var int[] ids of the sections by number */
    private array $numbers = [];

    /**
     * Takes what is to be written.
     *
     * @param int $courseid
     * @param change[] $changes all of that course
     */
    public function __construct(
        /** @var int the course */
        private readonly int $courseid,
        /** @var change[] what is to be written */
        private readonly array $changes,
    ) {
        $this->now = di::get(clock::class)->time();
    }

    /**
     * Writes all of it.
     *
     * @throws refusal gone when a video is no longer there
     */
    public function write(): void {
        rebuild_course_cache($this->courseid, true);
        $this->read_sections();
        $this->insert(array_filter($this->changes, fn($change) => $change->is_new()));
        $this->update(array_filter($this->changes, fn($change) => !$change->is_new() && $change->is_visible()));
        $this->place(array_filter($this->changes, fn($change) => isset($change->changes['section'])));
    }

    /**
     * Reads the sections, those included that have to be made.
     */
    private function read_sections(): void {
        global $DB;
        $wanted = array_column(array_map(fn($change) => $change->changes, $this->changes), 'section');
        sections::add($this->courseid, max([0, ...$wanted]));
        $this->sections = $DB->get_records('course_sections', ['course' => $this->courseid], '', 'id, section, visible');
        $this->numbers = array_map('intval', array_column($this->sections, 'id', 'section'));
    }

    /**
     * Makes videos, as add_moduleinfo() and url_add_instance() do.
     *
     * @param change[] $changes
     */
    private function insert(array $changes): void {
        global $DB;
        if (!$changes) {
            return;
        }
        $link = ['course' => $this->courseid, 'intro' => '', 'introformat' => FORMAT_HTML, 'parameters' => serialize([])];
        $module = ['course' => $this->courseid, 'module' => $DB->get_field('modules', 'id', ['name' => 'url'], MUST_EXIST)];
        $module += [
            'added' => $this->now, 'visibleoncoursepage' => 1, 'groupmode' => 0, 'groupingid' => 0, 'showdescription' => 0,
            'availability' => null, 'downloadcontent' => DOWNLOAD_COURSE_CONTENT_ENABLED, 'lang' => null,
        ];
        $rows = [];
        foreach ($changes as $change) {
            $columns = video::columns_of($change->fields) + $link + ['timemodified' => $this->now];
            $change->instance = (int)$DB->insert_record('url', (object)$columns);
            $rows[] = ['instance' => $change->instance] + $this->columns($change) + $module;
        }
        $DB->insert_records('course_modules', $rows);
        $this->identify($changes, $module['module']);
        $this->insert_contexts(array_map(fn($change) => $change->id, $changes));
    }

    /**
     * Finds out which modules were made.
     *
     * @param change[] $changes
     * @param int $moduleid id of the type of module
     */
    private function identify(array $changes, int $moduleid): void {
        global $DB;
        [$in, $params] = $DB->get_in_or_equal(array_map(fn($change) => $change->instance, $changes));
        $where = "course = ? AND module = ? AND instance $in";
        $ids = $DB->get_records_select_menu(
            'course_modules',
            $where,
            [$this->courseid, $moduleid, ...$params],
            '',
            'instance, id'
        );
        foreach ($changes as $change) {
            $change->id = (int)$ids[$change->instance];
        }
    }

    /**
     * Makes the contexts of modules.
     *
     * @param int[] $ids
     */
    private function insert_contexts(array $ids): void {
        global $DB;
        $parent = \context_course::instance($this->courseid);
        $row = ['contextlevel' => CONTEXT_MODULE, 'depth' => 0, 'path' => null, 'locked' => 0];
        $DB->insert_records('context', array_map(fn($id) => ['instanceid' => $id] + $row, $ids));
        [$in, $params] = $DB->get_in_or_equal($ids);
        $path = $DB->sql_concat('?', 'id');
        $sql = "UPDATE {context} SET path = $path, depth = ? WHERE contextlevel = ? AND instanceid $in";
        $DB->execute($sql, [$parent->path . '/', $parent->depth + 1, CONTEXT_MODULE, ...$params]);
    }

    /**
     * Changes videos.
     *
     * @param change[] $changes
     * @throws refusal gone
     */
    private function update(array $changes): void {
        global $DB;
        $cms = $DB->get_records_list('course_modules', 'id', array_map(fn($change) => $change->id, $changes));
        $links = $DB->get_records_list('url', 'id', array_column($cms, 'instance'), '', 'id, displayoptions');
        foreach ($changes as $change) {
            $cm = $cms[$change->id] ?? throw refusal::moved('gone');
            $link = $links[$cm->instance] ?? throw refusal::moved('gone');
            $change->instance = (int)$cm->instance;
            $columns = $this->columns($change);
            if ($columns) {
                $DB->update_record('course_modules', (object)(['id' => $change->id] + $columns));
            }
            $columns = video::columns_of($change->changes, (string)$link->displayoptions);
            if ($columns || isset($change->changes['visible'])) {
                $DB->update_record('url', (object)(['id' => $link->id, 'timemodified' => $this->now] + $columns));
            }
        }
    }

    /**
     * Columns of course_modules that change. What is in a hidden section is hidden with it, and shown when the section is.
     *
     * @param change $change
     * @return array always in the same order
     */
    private function columns(change $change): array {
        $columns = isset($change->changes['idnumber']) ? ['idnumber' => $change->changes['idnumber']] : [];
        if (isset($change->changes['section'])) {
            $columns['section'] = $this->section($change);
        }
        if (isset($change->changes['section']) || isset($change->changes['visible'])) {
            $isopen = (bool)$this->sections[$this->section($change)]->visible;
            $columns['visible'] = (int)($isopen && $change->fields['visible']);
            $columns['visibleold'] = (int)$change->fields['visible'];
        }
        return $columns;
    }

    /**
     * The section in which a video is to stand.
     *
     * @param change $change
     * @return int its id
     */
    private function section(change $change): int {
        return $this->numbers[$change->fields['section']] ?? throw refusal::moved('moved', 'section');
    }

    /**
     * Lets videos stand where they belong, with those whose order changes.
     *
     * @param change[] $coming those that come into a section
     */
    private function place(array $coming): void {
        $placed = array_filter($this->changes, fn($change) => isset($change->changes['order'])) + $coming;
        if (!$placed) {
            return;
        }
        $orders = $targets = [];
        foreach ($placed as $change) {
            $orders[$change->id] = $change->fields['order'];
            $targets[$change->id] = $this->section($change);
        }
        $places = new places($this->courseid);
        $places->remember($orders);
        $places->arrange($targets, array_map(fn($change) => $change->id, $coming));
    }
}
