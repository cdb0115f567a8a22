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
 * Count and hash of what is ours of a kind, computed by the database: no row comes to PHP.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class digest {
    /** @var string what joins the parts of a row */
    private const SEPARATOR = "\x1f";

    /**
     * Takes the kind.
     *
     * @param kind $kind
     */
    public function __construct(
        /** @var kind what is counted */
        private readonly kind $kind,
    ) {
    }

    /**
     * The digests over some fields.
     *
     * @param string[] $names of fields
     * @param int[]|null $scopeids the Moodle ids of the scopes that are asked for, null for all
     * @return array lists of count, low and high by scope; scopes without a row are left out, but for the empty one
     * @throws moodle_exception badrequest when the kind has no such field
     */
    public function compute(array $names, ?array $scopeids = null): array {
        global $DB;
        $this->check($names);
        $sums = $this->kind->source()->scope === '' ? ['' => [0, 0, 0]] : [];
        foreach ($scopeids === [] ? [] : $this->queries($names, $scopeids) as [$sql, $params]) {
            foreach ($DB->get_records_sql($sql, $params) as $row) {
                $sum = $sums[$row->scope] ?? [0, 0, 0];
                $sums[$row->scope] = [$sum[0] + $row->rowcount, $sum[1] + $row->low, $sum[2] + $row->high];
            }
        }
        return array_map(fn($sum) => array_map('intval', $sum), $sums);
    }

    /**
     * The digests of the scopes whose mark is not the one that the program knows, and all marks.
     *
     * A mark is taken before the digest: what happens between the two is seen the next time.
     *
     * @param string[] $names of fields
     * @param string[] $known marks by scope
     * @return array[] digests and marks by scope
     * @throws moodle_exception badrequest when the kind has no such field
     */
    public function compute_since(array $names, array $known): array {
        $this->check($names);
        $found = $this->kind->marks($names);
        $marks = array_column($found, 1, 0);
        $changed = array_keys(array_filter($found, fn($pair) => ($known[$pair[0]] ?? '') !== $pair[1]));
        $all = $this->kind->source()->scope === '' || ($found && count($changed) === count($found));
        return [$this->compute($names, $all ? null : $changed), $marks];
    }

    /**
     * One query per type of row.
     *
     * @param string[] $names
     * @param int[]|null $scopeids those that are asked for
     * @return array[] pairs of SQL and parameters
     */
    private function queries(array $names, ?array $scopeids): array {
        $source = $this->kind->source_of_all();
        if ($scopeids !== null) {
            // Whole numbers, so they may stand in the SQL, where the database's planner sees them.
            $in = implode(', ', array_map('intval', $scopeids));
            $source = $source->where_too("$source->scopeid IN ($in)");
        }
        $queries = [[$this->sums($this->object_rows($source, $names)), []]];
        foreach ($this->kind->rowsets() as $rowset) {
            $fields = array_intersect($rowset->fields, $names);
            if ($fields) {
                $queries[] = $this->rowset_query($source, $rowset, $fields);
            }
        }
        return $queries;
    }

    /**
     * Rows of the objects themselves.
     *
     * @param source $source
     * @param string[] $names
     * @return string SQL of scope, scopeid and hash
     */
    private function object_rows(source $source, array $names): string {
        $plain = array_filter(array_intersect_key($this->kind->fields(), array_flip($names)), fn($field) => $field->sql !== '');
        ksort($plain, SORT_STRING);
        return $this->rows($source, $source->from, ["'o'", $source->key, ...array_column($plain, 'sql')]);
    }

    /**
     * Rows that hang on the objects.
     *
     * @param source $source
     * @param rowset $rowset
     * @param string[] $fields those that are wanted
     * @return array SQL and parameters
     */
    private function rowset_query(source $source, rowset $rowset, array $fields): array {
        global $DB;
        [$condition, $params] = $rowset->name === '' ? ['', []] : $DB->get_in_or_equal(array_values($fields));
        if ($rowset->join !== '') {
            $parts = ["'$rowset->tag'", $source->key, $rowset->value];
            $joined = $rowset->where === '' ? $source : $source->where_too($rowset->where);
            return [$this->sums($this->rows($joined, "$source->from $rowset->join", $parts)), []];
        }
        $hanging = $rowset->select($condition === '' ? '' : "$rowset->name $condition");
        $parts = ["'$rowset->tag'", $source->key, ...($rowset->name === '' ? [] : ['x.fieldname']), 'x.fieldvalue'];
        return [$this->sums($this->rows($source, "$source->from JOIN ($hanging) x ON x.ownerid = t.id", $parts)), $params];
    }

    /**
     * SQL of rows, each with its hash.
     *
     * @param source $source
     * @param string $from
     * @param string[] $parts SQL expressions, none of them null
     * @return string SQL of scope, scopeid and hash
     */
    private function rows(source $source, string $from, array $parts): string {
        $scope = $source->scope === '' ? "''" : $source->scope;
        $scopeid = $source->scope === '' ? '0' : $source->scopeid;
        $text = "CONCAT_WS('" . self::SEPARATOR . "', " . implode(', ', $parts) . ')';
        return "SELECT $scope AS scope, $scopeid AS scopeid, MD5($text) AS hash
                  FROM $from WHERE $source->where AND $source->key IS NOT NULL";
    }

    /**
     * Counts rows and adds up their hashes. Scopes are told apart by id, since some databases compare texts loosely.
     *
     * @param string $rows SQL of scope, scopeid and hash
     * @return string
     */
    private function sums(string $rows): string {
        $low = $this->number('z.hash', 1);
        $high = $this->number('z.hash', 9);
        return "SELECT z.scopeid, MIN(z.scope) AS scope, COUNT(*) AS rowcount, SUM($low) AS low, SUM($high) AS high
                  FROM ($rows) z GROUP BY z.scopeid";
    }

    /**
     * Eight hex digits as an integer.
     *
     * @param string $hash SQL expression
     * @param int $from place of the first digit, from 1
     * @return string
     */
    private function number(string $hash, int $from): string {
        global $DB;
        if ($DB->get_dbfamily() === 'postgres') {
            return "CAST(CAST('x' || SUBSTR($hash, $from, 8) AS bit(32)) AS bigint)";
        }
        return "CAST(CONV(SUBSTR($hash, $from, 8), 16, 10) AS UNSIGNED)";
    }

    /**
     * Fields are the kind's.
     *
     * @param array $names
     * @throws moodle_exception badrequest
     */
    private function check(array $names): void {
        foreach ($names as $name) {
            if (!is_string($name) || !isset($this->kind->fields()[$name])) {
                throw request::bad('fields');
            }
        }
    }
}
