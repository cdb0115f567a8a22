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
 * Rows that hang on an object and make up one of its fields: members of a cohort, custom fields of a course.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class rowset {
    /**
     * Describes the rows in SQL.
     *
     * @param string $tag first part of such a row in a digest
     * @param string[] $fields names of the fields that it feeds
     * @param string $from SQL after FROM, with its WHERE
     * @param string $owner expression of the Moodle id of the object on which a row hangs
     * @param string $value expression of the value
     * @param string $name expression of the field's name, '' when it feeds only one field
     * @param string $join SQL that joins the rows to the kind's own source, '' to join them by the owner's id; where
     *     tables of the source lead to the rows, joining those again misleads the database's planner
     * @param string $where condition on the joined rows, '' for none
     */
    public function __construct(
        /** @var string first part of such a row in a digest */
        public readonly string $tag,
        /** @var string[] names of the fields that it feeds */
        public readonly array $fields,
        /** @var string SQL after FROM, with its WHERE */
        public readonly string $from,
        /** @var string expression of the Moodle id of the object on which a row hangs */
        public readonly string $owner,
        /** @var string expression of the value */
        public readonly string $value,
        /** @var string expression of the field's name, '' when it feeds only one field */
        public readonly string $name = '',
        /** @var string SQL that joins the rows to the kind's own source, '' to join them by the owner's id */
        public readonly string $join = '',
        /** @var string condition on the joined rows, '' for none */
        public readonly string $where = '',
    ) {
    }

    /**
     * SQL of the rows: ownerid, fieldname, fieldvalue.
     *
     * @param string $condition further condition on the rows, '' for none
     * @return string
     */
    public function select(string $condition = ''): string {
        $name = $this->name === '' ? "'" . $this->fields[0] . "'" : $this->name;
        $sql = "SELECT $this->owner AS ownerid, $name AS fieldname, $this->value AS fieldvalue FROM $this->from";
        return $condition === '' ? $sql : "$sql AND $condition";
    }
}
