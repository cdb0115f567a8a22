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

namespace local_dltsync\reportbuilder\local\systemreports;

use core_reportbuilder\local\helpers\database;
use core_reportbuilder\system_report;
use lang_string;
use local_dltsync\local\videos\coverage as figures;
use local_dltsync\reportbuilder\local\entities\coverage as entity;

/**
 * How far each course of a category is covered by videos.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class coverage extends system_report {
    /**
     * Sets the table, the columns and the filters.
     */
    protected function initialise(): void {
        $entity = new entity();
        $course = $entity->get_table_alias('course');
        $this->set_main_table('course', $course);
        $this->add_entity($entity);
        $this->add_join('JOIN (' . figures::sql() . ') ' . entity::ALIAS . ' ON ' . entity::ALIAS . ".courseid = $course.id");
        $prefix = database::generate_param_name('_');
        $this->add_base_condition_sql(
            figures::within("$course.category", $prefix),
            figures::within_params($this->get_context(), $prefix),
        );
        $names = ['course', ...array_keys(figures::FIGURES), 'share'];
        $this->add_columns_from_entities(array_map(fn(string $name): string => "coverage:$name", $names));
        $this->add_filters_from_entities(array_map(fn(string $name): string => "coverage:$name", ['category', ...$names]));
        $this->set_initial_sort_column('coverage:course', SORT_ASC);
        $this->set_downloadable(true, get_string('coverage', 'local_dltsync'));
        $this->set_default_no_results_notice(new lang_string('nocoverage', 'local_dltsync'));
    }

    /**
     * Whoever may open the page may read the report and download it.
     *
     * @return bool
     */
    protected function can_view(): bool {
        return has_capability('local/dltsync:viewcoverage', $this->get_context());
    }

    /**
     * The name of the report.
     *
     * @return string
     */
    public static function get_name(): string {
        return get_string('coverage', 'local_dltsync');
    }
}
