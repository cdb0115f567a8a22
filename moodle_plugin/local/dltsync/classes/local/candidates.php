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
use moodle_exception;

/**
 * Finds objects in Moodle that may be the ones that records mean.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class candidates {
    /** @var int most values in one condition */
    private const CHUNK = 500;

    /**
     * Takes the kind that is looked for.
     *
     * @param kind $kind
     * @param ownership $ownership
     */
    public function __construct(
        /** @var kind the kind that is looked for */
        private readonly kind $kind,
        /** @var ownership translates between keys and Moodle ids */
        private readonly ownership $ownership,
    ) {
    }

    /**
     * The candidates of each key: those that the first of its pairs finds that finds any.
     *
     * @param array[] $matches rows of key, by (pairs of field and value) and course (key or null)
     * @return array lists of candidates by key
     * @throws moodle_exception badrequest naming the place
     */
    public function find(array $matches): array {
        $this->check($matches);
        $ids = $this->find_ids($matches);
        $all = array_merge(...array_column($ids, 'ids'));
        $states = (new reader($this->kind))->by_ids(array_values(array_unique($all)));
        $candidates = [];
        foreach ($matches as $match) {
            ['field' => $field, 'ids' => $found] = $ids[$match['key']] ?? ['field' => '', 'ids' => []];
            // In the order in which they were found, the oldest first: databases give states in any.
            $living = array_intersect_key(array_replace(array_flip($found), $states), array_flip($found), $states);
            $candidates[$match['key']] = array_values(array_map(fn($state) => $this->describe($state, $field), $living));
        }
        return $candidates;
    }

    /**
     * What the first pair that finds anything finds, all keys at a time.
     *
     * @param array[] $matches
     * @return array field and ids by key
     */
    private function find_ids(array $matches): array {
        $found = [];
        for ($place = 0; $matches; $place++) {
            $matches = array_filter($matches, fn($match) => isset($match['by'][$place]) && !isset($found[$match['key']]));
            foreach ($this->kind->match_fields() as $field) {
                $asked = array_filter($matches, fn($match) => $match['by'][$place][0] === $field);
                foreach ($this->find_by($field, $asked, $place) as $key => $ids) {
                    $found[$key] = ['field' => $field, 'ids' => $ids];
                }
            }
        }
        return $found;
    }

    /**
     * What one field finds.
     *
     * @param string $field
     * @param array[] $matches those that ask for it
     * @param int $place place of the pair in each
     * @return array ids by key, without the keys for which nothing was found
     */
    private function find_by(string $field, array $matches, int $place): array {
        $values = array_map(fn($match) => $match['by'][$place][1], $matches);
        $byvalue = $this->select($field, array_values(array_unique($values)));
        $found = [];
        foreach ($matches as $match) {
            $rows = $byvalue[$this->fold($field, $match['by'][$place][1])] ?? [];
            $ids = array_column(array_filter($rows, fn($row) => $this->is_in_course($row, $match)), 'id');
            if ($ids) {
                $found[$match['key']] = $ids;
            }
        }
        return $found;
    }

    /**
     * Living objects that have one of the values.
     *
     * @param string $field
     * @param string[] $values
     * @return array rows by folded value
     */
    private function select(string $field, array $values): array {
        global $DB;
        $source = $this->kind->source();
        $course = $this->kind->course_column();
        $value = $this->kind->match_column($field);
        $found = [];
        foreach (array_chunk(array_filter($values, fn($value) => $value !== ''), self::CHUNK) as $chunk) {
            [$in, $params] = $DB->get_in_or_equal(array_map(fn($value) => $this->fold($field, $value), $chunk));
            $column = $field === 'email' ? "LOWER($value)" : $value;
            $sql = "SELECT t.id, $value AS fieldvalue, $course AS courseid
                      FROM $source->from WHERE $source->where AND $column $in ORDER BY t.id";
            foreach ($DB->get_records_sql($sql, $params) as $row) {
                $found[$this->fold($field, $row->fieldvalue)][] = $row;
            }
        }
        return $found;
    }

    /**
     * A value as it is compared: addresses without regard to case.
     *
     * @param string $field
     * @param string $value
     * @return string
     */
    private function fold(string $field, string $value): string {
        return $field === 'email' ? \core_text::strtolower($value) : $value;
    }

    /**
     * Whether an object is where it is looked for.
     *
     * @param \stdClass $row
     * @param array $match
     * @return bool
     */
    private function is_in_course(\stdClass $row, array $match): bool {
        $course = $match['course'] ?? null;
        return $course === null || (int)$row->courseid === $this->ownership->id('course', $course);
    }

    /**
     * A candidate as it travels.
     *
     * @param state $state
     * @param string $field by which it was found
     * @return array
     */
    private function describe(state $state, string $field): array {
        return [
            'moodleid' => $state->moodleid,
            'matchedby' => $field,
            'owner' => $state->key,
            'protected' => $this->kind->is_protected($state->moodleid),
            'fields' => $state->fields,
        ];
    }

    /**
     * Matches are what was agreed.
     *
     * @param array[] $matches
     * @throws moodle_exception badrequest naming the place
     */
    private function check(array $matches): void {
        foreach ($matches as $index => $match) {
            $course = $match['course'] ?? null;
            if (!is_string($match['key'] ?? null) || !is_array($match['by'] ?? null) || !array_is_list($match['by'])) {
                throw request::bad("match[$index]");
            }
            if ($course !== null && (!is_string($course) || !isset($this->kind->fields()['course']))) {
                throw request::bad("match[$index].course");
            }
            foreach ($match['by'] as $pair) {
                $this->check_pair($pair, $index);
            }
        }
    }

    /**
     * A pair names a field by which objects of the kind are found.
     *
     * @param mixed $pair
     * @param int $index
     * @throws moodle_exception badrequest naming the place
     */
    private function check_pair($pair, int $index): void {
        $istext = is_array($pair) && is_string($pair[0] ?? null) && is_string($pair[1] ?? null);
        if (!$istext || !in_array($pair[0], $this->kind->match_fields(), true) || fix_utf8($pair[1]) !== $pair[1]) {
            throw request::bad("match[$index].by");
        }
    }
}
