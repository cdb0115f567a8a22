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
 * Reads objects of a kind as they are in Moodle now, many in few queries.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class reader {
    /** @var int most ids in one condition */
    private const CHUNK = 1000;

    /**
     * Takes the kind that is read.
     *
     * @param kind $kind
     */
    public function __construct(
        /** @var kind the kind that is read */
        private readonly kind $kind,
    ) {
    }

    /**
     * A page of what is ours. Objects that are gone from Moodle come without fields.
     *
     * @param string[]|null $keys only these
     * @param string[]|null $courses only those in these courses
     * @param int $after cursor of the page before, 0 for the first
     * @param int $limit most objects
     * @return array the states, and the cursor for the next page or null
     */
    public function page(?array $keys, ?array $courses, int $after, int $limit): array {
        $found = $this->kind->find($keys, $courses, $after, $limit);
        $next = count($found) === $limit ? end($found)['cursor'] : null;
        return [$this->states_of($found), $next];
    }

    /**
     * Those of the keys that are ours.
     *
     * @param string[] $keys
     * @return state[] by key
     */
    public function by_keys(array $keys): array {
        return array_column(
            array_map(
                fn($state) => ['key' => $state->key, 'state' => $state],
                $this->states_of($this->kind->find(array_values($keys), null, 0, 0))
            ),
            'state',
            'key'
        );
    }

    /**
     * Living objects by Moodle id, whether or not they are ours.
     *
     * @param int[] $ids
     * @return state[] by Moodle id
     */
    public function by_ids(array $ids): array {
        $states = [];
        foreach (array_chunk($ids, self::CHUNK) as $chunk) {
            $states += $this->select($chunk);
        }
        return $states;
    }

    /**
     * The states of what was found, in order.
     *
     * @param array[] $found rows of key and moodleid; those without a key were not asked for
     * @return state[]
     */
    private function states_of(array $found): array {
        $found = array_filter($found, fn($row) => $row['key'] !== null);
        $living = $this->by_ids(array_column($found, 'moodleid'));
        $gone = fn(array $row) => new state($row['key'], $row['moodleid'], null);
        return array_values(array_map(fn($row) => $living[$row['moodleid']] ?? $gone($row), $found));
    }

    /**
     * Reads some objects.
     *
     * @param int[] $ids not too many
     * @return state[] by Moodle id
     */
    private function select(array $ids): array {
        global $DB;
        $source = $this->kind->source();
        [$in, $params] = $DB->get_in_or_equal($ids);
        $columns = "t.id, $source->key AS objectkey" . $this->columns('f', $this->kind->fields());
        $columns .= $this->columns('a', $this->kind->facts());
        $sql = "SELECT $columns FROM $source->from WHERE $source->where AND t.id $in";
        $rows = $DB->get_records_sql($sql, $params);
        $lists = $this->lists(array_keys($rows));
        $states = [];
        foreach ($rows as $id => $row) {
            $fields = $this->values('f', $this->kind->fields(), $row, $lists[$id] ?? []);
            $facts = $this->values('a', $this->kind->facts(), $row, []);
            $states[$id] = new state($row->objectkey, (int)$id, $fields, $facts);
        }
        return $states;
    }

    /**
     * SQL of the fields that stand in columns.
     *
     * @param string $prefix of their names in the result: some are words that SQL keeps for itself
     * @param field[] $fields
     * @return string
     */
    private function columns(string $prefix, array $fields): string {
        $sql = '';
        foreach ($fields as $name => $field) {
            $sql .= $field->sql === '' ? '' : ", $field->sql AS {$prefix}_{$name}";
        }
        return $sql;
    }

    /**
     * Values as they travel.
     *
     * @param string $prefix
     * @param field[] $fields
     * @param \stdClass $row
     * @param array $lists what rowsets gave, lists of texts by field name
     * @return array by field name
     */
    private function values(string $prefix, array $fields, \stdClass $row, array $lists): array {
        $values = [];
        foreach ($fields as $name => $field) {
            $values[$name] = match (true) {
                $field->is_list() => field::sorted($lists[$name] ?? []),
                $field->sql === '' => $lists[$name][0] ?? '',
                default => $field->read($row->{"{$prefix}_{$name}"}),
            };
        }
        return $values;
    }

    /**
     * What rowsets hold of some objects.
     *
     * @param int[] $ids
     * @return array id => field name => texts
     */
    private function lists(array $ids): array {
        global $DB;
        $lists = [];
        foreach ($ids ? $this->kind->rowsets() : [] as $rowset) {
            [$in, $params] = $DB->get_in_or_equal($ids);
            $rows = $DB->get_recordset_sql($rowset->select("$rowset->owner $in"), $params);
            foreach ($rows as $row) {
                $lists[$row->ownerid][$row->fieldname][] = $row->fieldvalue;
            }
            $rows->close();
        }
        return $lists;
    }
}
