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

namespace local_dltsync\local\enrolments;

/**
 * Rows of a table that are about certain users in certain things, many in few queries.
 *
 * The database is asked for thing and user alone: told of a value that all rows have, such as a component, PostgreSQL
 * reads all of them when it has not counted lately how many there are.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class pairs {
    /** @var int most things in one query */
    private const THINGS = 200;

    /** @var array ids of users by id of the thing */
    private array $users = [];

    /**
     * Takes the columns.
     *
     * @param string $table
     * @param string $column column that holds the thing
     * @param string[] $where values of other columns
     */
    public function __construct(
        /** @var string the table */
        private readonly string $table,
        /** @var string column that holds the thing */
        private readonly string $column,
        /** @var string[] values of other columns */
        private readonly array $where = [],
    ) {
    }

    /**
     * Asks about a user too.
     *
     * @param int $thing
     * @param int $userid
     */
    public function add(int $thing, int $userid): void {
        $this->users[$thing][] = $userid;
    }

    /**
     * The rows.
     *
     * @return \stdClass[] by id, oldest first
     */
    public function rows(): array {
        global $DB;
        $rows = [];
        foreach (array_chunk($this->users, self::THINGS, true) as $chunk) {
            [$conditions, $params] = [[], []];
            foreach ($chunk as $thing => $userids) {
                [$in, $inparams] = $DB->get_in_or_equal($userids);
                $conditions[] = "($this->column = ? AND userid $in)";
                array_push($params, $thing, ...$inparams);
            }
            $rows += $DB->get_records_select($this->table, implode(' OR ', $conditions), $params, 'id');
        }
        return array_filter($rows, fn($row) => !array_diff_assoc($this->where, (array)$row));
    }
}
