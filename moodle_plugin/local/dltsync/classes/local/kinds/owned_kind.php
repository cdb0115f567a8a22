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

namespace local_dltsync\local\kinds;

use local_dltsync\local\ownership;
use local_dltsync\local\source;

/**
 * A kind whose objects are owned through the plugin's own table.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class owned_kind extends kind {
    #[\Override]
    public function is_owned_by_table(): bool {
        return true;
    }

    /**
     * Condition on `t` that a living object meets.
     *
     * @return string
     */
    protected function living(): string {
        return 't.id > 0';
    }

    #[\Override]
    public function source(): source {
        $owner = "LEFT JOIN {local_dltsync_object} o ON o.kind = '{$this->name()}' AND o.moodleid = t.id";
        return new source("{{$this->table()}} t $owner", $this->living(), 'o.sourcedid');
    }

    #[\Override]
    public function find(?array $keys, ?array $courses, int $after, int $limit): array {
        global $DB;
        if ($courses !== null) {
            return $this->in_courses($courses, $after, $limit);
        }
        $where = 'kind = :kind AND id > :after';
        $params = ['kind' => $this->name(), 'after' => $after];
        if ($keys !== null) {
            [$in, $inparams] = $DB->get_in_or_equal($keys, SQL_PARAMS_NAMED, 'k', true, '');
            $where .= " AND sourcedid $in";
            $params += $inparams;
        }
        $asked = array_flip($keys ?? []);
        $rows = $DB->get_records_select(ownership::TABLE, $where, $params, 'id', 'id, sourcedid, moodleid', 0, $limit);
        return $this->found($rows, fn($key) => $keys === null || isset($asked[$key]));
    }

    /**
     * Ownership rows as {@see find()} returns them.
     *
     * @param \stdClass[] $rows of id, sourcedid and moodleid
     * @param callable $wanted whether a key was asked for; databases compare less exactly
     * @return array[]
     */
    protected function found(array $rows, callable $wanted): array {
        $found = [];
        foreach ($rows as $row) {
            $key = $wanted($row->sourcedid) ? $row->sourcedid : null;
            $found[] = ['cursor' => (int)$row->id, 'key' => $key, 'moodleid' => (int)$row->moodleid];
        }
        return $found;
    }

    /**
     * The objects of some courses. One that is gone has no course any more: its key says where it was.
     *
     * @param string[] $courses keys
     * @param int $after
     * @param int $limit
     * @return array[]
     */
    private function in_courses(array $courses, int $after, int $limit): array {
        global $DB;
        $this->ownership->preload('course', $courses);
        $ids = array_filter(array_map(fn($key) => $this->ownership->id('course', $key), $courses));
        [$in, $params] = $DB->get_in_or_equal($ids, SQL_PARAMS_NAMED, 'c', true, 0);
        $sql = "SELECT o.id, o.sourcedid, o.moodleid
                  FROM {" . ownership::TABLE . "} o
             LEFT JOIN {{$this->table()}} t ON t.id = o.moodleid
                 WHERE o.kind = :kind AND o.id > :after AND (t.id IS NULL OR {$this->course_column()} $in)
              ORDER BY o.id";
        $rows = $DB->get_records_sql($sql, $params + ['kind' => $this->name(), 'after' => $after], 0, $limit);
        $asked = array_flip($courses);
        return $this->found($rows, fn($key) => isset($asked[explode('|', $key)[0]]));
    }
}
