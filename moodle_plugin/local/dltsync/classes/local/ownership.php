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

use local_dltsync\local\kinds\kind;

/**
 * Which Moodle object stands for which record. It remembers what it was asked, so that a batch asks in few queries.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class ownership {
    /** @var string the table */
    public const TABLE = 'local_dltsync_object';

    /** @var int most values in one condition */
    private const CHUNK = 1000;

    /** @var array kind => key => Moodle id of the living object, null when there is none */
    private array $ids = [];

    /**
     * The Moodle id of an object of ours.
     *
     * @param string $kind
     * @param string $key
     * @return int|null null when the key owns nothing that exists
     */
    public function id(string $kind, string $key): ?int {
        if (!array_key_exists($key, $this->ids[$kind] ?? [])) {
            $this->preload($kind, [$key]);
        }
        return $this->ids[$kind][$key];
    }

    /**
     * The Moodle id of an object that another one refers to.
     *
     * @param string $kind
     * @param string $key
     * @return int
     * @throws refusal unknownkey when the key owns nothing that exists
     */
    public function require_id(string $kind, string $key): int {
        return $this->id($kind, $key) ?? throw new refusal('unknownkey', "$kind $key");
    }

    /**
     * Finds out about many keys at once.
     *
     * @param string $kind
     * @param string[] $keys
     */
    public function preload(string $kind, array $keys): void {
        global $DB;
        $unknown = array_diff($keys, array_map('strval', array_keys($this->ids[$kind] ?? [])));
        foreach (array_chunk(array_unique($unknown), self::CHUNK) as $chunk) {
            $this->ids[$kind] = ($this->ids[$kind] ?? []) + array_fill_keys($chunk, null);
            [$in, $params] = $DB->get_in_or_equal($chunk);
            $where = "kind = ? AND sourcedid $in";
            $owned = $DB->get_records_select_menu(self::TABLE, $where, [$kind, ...$params], '', 'moodleid, sourcedid');
            foreach ($this->living($kind, array_keys($owned)) as $id) {
                $this->ids[$kind][$owned[$id]] = (int)$id;
            }
        }
    }

    /**
     * Those of some objects that exist.
     *
     * @param string $kind
     * @param int[] $ids
     * @return int[]
     */
    private function living(string $kind, array $ids): array {
        global $DB;
        if (!$ids) {
            return [];
        }
        $source = kind::of($kind, $this)->source();
        [$in, $params] = $DB->get_in_or_equal($ids);
        return $DB->get_fieldset_sql("SELECT t.id FROM $source->from WHERE $source->where AND t.id $in", $params);
    }

    /**
     * Gives an object to a key; what the key owned before is no longer its own.
     *
     * @param string $kind
     * @param string $key
     * @param int $moodleid
     */
    public function put(string $kind, string $key, int $moodleid): void {
        global $DB;
        $now = \core\di::get(\core\clock::class)->time();
        $row = $this->row($kind, $key);
        if ($row) {
            $row->moodleid = $moodleid;
            $row->timemodified = $now;
            $DB->update_record(self::TABLE, $row);
        } else {
            $row = ['kind' => $kind, 'sourcedid' => $key, 'moodleid' => $moodleid];
            $DB->insert_record(self::TABLE, (object)($row + ['timecreated' => $now, 'timemodified' => $now]));
        }
        $this->ids[$kind][$key] = $moodleid;
    }

    /**
     * Gives new objects to keys that own nothing that exists, in few queries.
     *
     * @param string $kind
     * @param int[] $moodleids by key
     */
    public function put_all(string $kind, array $moodleids): void {
        global $DB;
        $now = \core\di::get(\core\clock::class)->time();
        foreach (array_chunk($moodleids, self::CHUNK, true) as $chunk) {
            [$in, $params] = $DB->get_in_or_equal(array_map('strval', array_keys($chunk)));
            $where = "kind = ? AND sourcedid $in";
            $there = $DB->get_records_select_menu(self::TABLE, $where, [$kind, ...$params], '', 'sourcedid, id');
            $new = array_diff_key($chunk, $there);
            array_map(fn($key) => $this->put($kind, (string)$key, $chunk[$key]), array_keys(array_diff_key($chunk, $new)));
            $row = ['kind' => $kind, 'timecreated' => $now, 'timemodified' => $now];
            $rows = array_map(fn($key) => $row + ['sourcedid' => (string)$key, 'moodleid' => $chunk[$key]], array_keys($new));
            $DB->insert_records(self::TABLE, $rows);
            $this->ids[$kind] = array_replace($this->ids[$kind] ?? [], $chunk);
        }
    }

    /**
     * Takes away what a key owns. The object stays as it is.
     *
     * @param string $kind
     * @param string $key
     */
    public function remove(string $kind, string $key): void {
        global $DB;
        $row = $this->row($kind, $key);
        if ($row) {
            $DB->delete_records(self::TABLE, ['id' => $row->id]);
        }
        $this->ids[$kind][$key] = null;
    }

    /**
     * Forgets what was known of a key: a transaction that changed it was rolled back.
     *
     * @param string $kind
     * @param string $key
     */
    public function forget(string $kind, string $key): void {
        unset($this->ids[$kind][$key]);
    }

    /**
     * The row of a key, compared exactly whatever the database's collation.
     *
     * @param string $kind
     * @param string $key
     * @return \stdClass|null
     */
    private function row(string $kind, string $key): ?\stdClass {
        global $DB;
        $rows = $DB->get_records(self::TABLE, ['kind' => $kind, 'sourcedid' => $key]);
        $same = array_filter($rows, fn($row) => $row->sourcedid === $key);
        return $same ? reset($same) : null;
    }
}
