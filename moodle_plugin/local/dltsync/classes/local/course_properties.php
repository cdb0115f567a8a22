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

use core_course\customfield\course_handler;
use core_customfield\api;

/**
 * Custom fields of courses that are texts. They are saved whether or not a person could edit them: the plugin's own
 * capability is the gate.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class course_properties {
    /** @var string what short names begin with; the set-up script makes the fields */
    private const PREFIX = 'dltsync_';

    /** @var string what the fields' names in the protocol begin with */
    private const PROTOCOL_PREFIX = 'cf_';

    /** @var int most characters of a value that Moodle's text fields hold */
    public const MAXLENGTH = 1333;

    /**
     * The values as rows.
     *
     * @param string[] $names names of the fields in the protocol
     * @return rowset
     */
    public static function rowset(array $names): rowset {
        $shortnames = "'" . implode("', '", array_map(fn($name) => self::shortname($name), $names)) . "'";
        $values = "{customfield_data} d
                   JOIN {customfield_field} f ON f.id = d.fieldid
                   JOIN {customfield_category} k ON k.id = f.categoryid
                  WHERE k.component = 'core_course' AND k.area = 'course' AND d.value <> ''
                    AND f.shortname IN ($shortnames)";
        $name = "REPLACE(f.shortname, '" . self::PREFIX . "', '" . self::PROTOCOL_PREFIX . "')";
        return new rowset('f', $names, $values, 'd.instanceid', 'd.value', $name);
    }

    /**
     * Saves values. Those of fields that the site does not have are left out.
     *
     * @param int $courseid
     * @param string[] $values by name in the protocol; an empty one is taken away
     */
    public static function save(int $courseid, array $values): void {
        if (!$values) {
            return;
        }
        [$fields, $byshortname] = self::fields($values);
        foreach (api::get_instance_fields_data($fields, $courseid) as $data) {
            $value = $byshortname[$data->get_field()->get('shortname')];
            if ($value !== '') {
                $data->set('contextid', \context_course::instance($courseid)->id);
                $data->instance_form_save((object)[$data->get_form_element_name() => $value]);
            } else if ($data->get('id')) {
                $data->delete();
            }
        }
    }

    /**
     * Adds the values of a course that is new, as {@see save()} does, in one query: none has one yet.
     *
     * @param int $courseid
     * @param string[] $values by name in the protocol
     */
    public static function add(int $courseid, array $values): void {
        global $DB;
        [$fields, $byshortname] = self::fields(array_filter($values, fn($value) => $value !== ''));
        [$in, $params] = $DB->get_in_or_equal(array_keys($fields), SQL_PARAMS_QM, '', true, 0);
        $plain = array_filter($fields, fn($field) => $field->get('type') === 'text') === $fields;
        if (!$plain || $DB->record_exists_select('customfield_data', "instanceid = ? AND fieldid $in", [$courseid, ...$params])) {
            self::save($courseid, $values); // A template or a default of the site may have brought values.
            return;
        }
        $contextid = \context_course::instance($courseid)->id;
        $row = fn($field) => self::row($field->get('id'), $courseid, $contextid, $byshortname[$field->get('shortname')]);
        $DB->insert_records('customfield_data', array_values(array_map($row, $fields)));
    }

    /**
     * The fields of the site that values are meant for, and the values by short name.
     *
     * @param string[] $values by name in the protocol
     * @return array[] fields by id, values
     */
    private static function fields(array $values): array {
        $byshortname = array_combine(array_map(self::shortname(...), array_keys($values)), $values);
        $all = $values ? course_handler::create()->get_fields() : [];
        return [array_filter($all, fn($field) => isset($byshortname[$field->get('shortname')])), $byshortname];
    }

    /**
     * What a text field's value is in the database.
     *
     * @param int $fieldid
     * @param int $courseid
     * @param int $contextid
     * @param string $value
     * @return array
     */
    private static function row(int $fieldid, int $courseid, int $contextid, string $value): array {
        return [
            'fieldid' => $fieldid, 'instanceid' => $courseid, 'contextid' => $contextid, 'charvalue' => $value, 'value' => $value,
            'valueformat' => FORMAT_MOODLE, 'valuetrust' => 0, 'timecreated' => time(), 'timemodified' => time(),
        ];
    }

    /**
     * The short name of a field.
     *
     * @param string $name in the protocol
     * @return string
     */
    private static function shortname(string $name): string {
        return self::PREFIX . substr($name, strlen(self::PROTOCOL_PREFIX));
    }
}
