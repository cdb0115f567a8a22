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

/**
 * Which accounts have which usernames and addresses, asked for many at once: no index helps where letters of either
 * case are the same, so that each question reads all accounts of the site.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class holders {
    /** @var int[][][] ids of accounts by field and by value in small letters; an empty list for values nobody has */
    private array $known = [];

    /**
     * Finds out who has some values, in one query.
     *
     * @param string[][] $values by field: username, email
     */
    public function ask(array $values): void {
        global $CFG, $DB;
        $ors = [];
        $params = [];
        foreach (array_filter($values) as $field => $wanted) {
            $wanted = array_values(array_unique(array_map(\core_text::strtolower(...), $wanted)));
            $this->known[$field] = array_fill_keys($wanted, []) + ($this->known[$field] ?? []);
            $ors[] = "LOWER($field) IN (" . implode(', ', array_fill(0, count($wanted), 'LOWER(?)')) . ')';
            array_push($params, ...$wanted);
        }
        if ($ors) {
            $select = 'deleted = 0 AND mnethostid = ? AND (' . implode(' OR ', $ors) . ')';
            $found = $DB->get_records_select('user', $select, [$CFG->mnet_localhost_id, ...$params], '', 'id, username, email');
            array_walk($found, fn($user) => $this->note((int)$user->id, (array)$user));
        }
    }

    /**
     * Whether another account has a value.
     *
     * @param string $field username or email
     * @param string $value
     * @param int $id the account itself, 0 for a new one
     * @return bool
     */
    public function has_another(string $field, string $value, int $id): bool {
        $value = \core_text::strtolower($value);
        if (!isset($this->known[$field][$value])) {
            $this->ask([$field => [$value]]);
        }
        return array_diff($this->known[$field][$value], [$id]) !== [];
    }

    /**
     * An account has these values now, and no longer what it had in these fields.
     *
     * @param int $id
     * @param array $values by field
     */
    public function note(int $id, array $values): void {
        foreach (array_intersect_key($values, $this->known) as $field => $value) {
            $others = fn(array $ids) => array_values(array_diff($ids, [$id]));
            $this->known[$field] = array_map($others, $this->known[$field]);
            $value = \core_text::strtolower($value);
            if (isset($this->known[$field][$value])) {
                $this->known[$field][$value][] = $id;
            }
        }
    }

    /**
     * Forgets what was found out.
     */
    public function forget(): void {
        $this->known = [];
    }
}
