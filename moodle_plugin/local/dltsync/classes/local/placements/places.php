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

/**
 * Puts the videos of a course into their sections, in order, with one statement for all sections. Which section a
 * module's own row names is the caller's business, and so are caches.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class places {
    /** @var string table of the videos' orders */
    public const TABLE = 'local_dltsync_video';

    /**
     * Takes the course.
     *
     * @param int $courseid
     */
    public function __construct(
        /** @var int the course */
        private readonly int $courseid,
    ) {
    }

    /**
     * Remembers at which place among videos some stand.
     *
     * @param int[] $orders by id of the module
     */
    public function remember(array $orders): void {
        global $DB;
        $there = $DB->get_records_list(self::TABLE, 'cmid', array_keys($orders), '', 'cmid, id, sortorder');
        foreach (array_intersect_key($orders, $there) as $cmid => $order) {
            if ((int)$there[$cmid]->sortorder !== $order) {
                $DB->set_field(self::TABLE, 'sortorder', $order, ['id' => $there[$cmid]->id]);
            }
        }
        $rows = [];
        foreach (array_diff_key($orders, $there) as $cmid => $order) {
            $rows[] = ['cmid' => $cmid, 'sortorder' => $order];
        }
        $DB->insert_records(self::TABLE, $rows);
    }

    /**
     * Lets modules stand in their sections, in order. Sections in which none of them is are left as they are.
     *
     * @param int[] $targets id of the section by id of the module, all of which have an order
     * @param int[] $coming ids of those that only just came, and stand nowhere in particular yet
     */
    public function arrange(array $targets, array $coming = []): void {
        global $DB;
        $orders = $this->orders();
        $sequences = $DB->get_records_menu('course_sections', ['course' => $this->courseid], 'section', 'id, sequence');
        $changed = [];
        foreach ($sequences as $sectionid => $sequence) {
            $there = array_map('intval', array_filter(explode(',', (string)$sequence)));
            $new = $this->sequence((int)$sectionid, array_diff($there, $coming), $orders, $targets);
            if ($new !== $there) {
                $changed[$sectionid] = implode(',', $new);
            }
        }
        $this->write($changed);
    }

    /**
     * The modules of a section as they are to stand.
     *
     * @param int $sectionid
     * @param int[] $there as they stand
     * @param int[] $orders
     * @param int[] $targets
     * @return int[]
     */
    private function sequence(int $sectionid, array $there, array $orders, array $targets): array {
        $here = array_keys($targets, $sectionid, true);
        $leaving = array_intersect($there, array_diff(array_keys($targets), $here));
        if (!$here && !$leaving) {
            return $there;
        }
        return sequence::arrange($there, $orders, array_diff($here, $there), $leaving);
    }

    /**
     * The orders of the course's videos.
     *
     * @return int[] by id of the module
     */
    private function orders(): array {
        global $DB;
        $sql = "SELECT v.cmid, v.sortorder
                  FROM {" . self::TABLE . "} v
                  JOIN {course_modules} cm ON cm.id = v.cmid
                 WHERE cm.course = ?";
        return array_map('intval', $DB->get_records_sql_menu($sql, [$this->courseid]));
    }

    /**
     * Writes the sequences of sections.
     *
     * @param string[] $sequences by id of the section
     */
    private function write(array $sequences): void {
        global $DB;
        if (!$sequences) {
            return;
        }
        $params = [];
        foreach ($sequences as $id => $sequence) {
            array_push($params, $id, $sequence);
        }
        [$in, $inparams] = $DB->get_in_or_equal(array_keys($sequences));
        $cases = str_repeat(' WHEN ? THEN ?', count($sequences));
        $sql = "UPDATE {course_sections} SET sequence = CASE id$cases ELSE sequence END WHERE id $in";
        $DB->execute($sql, [...$params, ...$inparams]);
    }
}
