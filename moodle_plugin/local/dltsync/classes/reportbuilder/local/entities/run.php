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

namespace local_dltsync\reportbuilder\local\entities;

use core_reportbuilder\local\entities\base;
use core_reportbuilder\local\filters\date;
use core_reportbuilder\local\filters\number;
use core_reportbuilder\local\filters\select;
use core_reportbuilder\local\helpers\format;
use core_reportbuilder\local\report\column;
use core_reportbuilder\local\report\filter;
use lang_string;
use local_dltsync\local\status\runs;
use local_dltsync\reportbuilder\local\formatters\run as run_formatter;

/**
 * A run of dlt-sync, as a report shows it.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class run extends base {
    /** @var string[] what a run may be for */
    private const MODES = ['apply', 'undo', 'plan'];

    /**
     * The table that is read.
     *
     * @return string[]
     */
    protected function get_default_tables(): array {
        return ['local_dltsync_run'];
    }

    /**
     * The name of the entity.
     *
     * @return lang_string
     */
    protected function get_default_entity_title(): lang_string {
        return new lang_string('run', 'local_dltsync');
    }

    /**
     * Adds the columns, and the filters also as conditions.
     *
     * @return base
     */
    public function initialise(): base {
        foreach ([...$this->plain_columns(), ...$this->told_columns()] as $column) {
            $this->add_column($column);
        }
        foreach ($this->filters() as $filter) {
            $this->add_filter($filter)->add_condition($filter);
        }
        return $this;
    }

    /**
     * The columns that show a value as it is.
     *
     * @return column[]
     */
    private function plain_columns(): array {
        $table = $this->get_table_alias('local_dltsync_run');
        $format = get_string('strftimedatetimeshort', 'core_langconfig');
        return [
            $this->column('number', column::TYPE_INTEGER)
                ->add_fields("$table.run, $table.id")
                ->set_is_sortable(true, ["$table.run"])
                ->add_callback([run_formatter::class, 'number']),
            $this->column('started', column::TYPE_TIMESTAMP)
                ->add_field("$table.timestarted")
                ->set_is_sortable(true)
                ->add_callback([format::class, 'userdate'], $format),
            $this->column('duration', column::TYPE_INTEGER)
                ->add_field("$table.timeended - $table.timestarted", 'duration')
                ->set_is_sortable(true)
                ->add_callback([run_formatter::class, 'duration']),
        ];
    }

    /**
     * The columns that say a value in words.
     *
     * @return column[]
     */
    private function told_columns(): array {
        $table = $this->get_table_alias('local_dltsync_run');
        return [
            $this->column('mode', column::TYPE_TEXT)
                ->add_field("$table.runmode")
                ->set_is_sortable(true)
                ->add_callback([run_formatter::class, 'mode']),
            $this->column('verdict', column::TYPE_TEXT)
                ->add_field("$table.verdict")
                ->set_is_sortable(true)
                ->add_callback([run_formatter::class, 'verdict']),
            $this->column('counts', column::TYPE_LONGTEXT)
                ->add_field("$table.counts")
                ->add_callback([run_formatter::class, 'counts']),
        ];
    }

    /**
     * A column with its title; what it shows is still to be said.
     *
     * @param string $name
     * @param int $type
     * @return column
     */
    private function column(string $name, int $type): column {
        $title = new lang_string("run_$name", 'local_dltsync');
        return (new column($name, $title, $this->get_entity_name()))
            ->add_joins($this->get_joins())
            ->set_type($type);
    }

    /**
     * The filters.
     *
     * @return filter[]
     */
    private function filters(): array {
        $table = $this->get_table_alias('local_dltsync_run');
        return [
            $this->filter(date::class, 'started', "$table.timestarted")
                ->set_limited_operators([date::DATE_ANY, date::DATE_RANGE, date::DATE_LAST, date::DATE_CURRENT]),
            $this->filter(select::class, 'verdict', "$table.verdict")
                ->set_options(self::options('verdict', runs::VERDICTS)),
            $this->filter(select::class, 'mode', "$table.runmode")
                ->set_options(self::options('mode', self::MODES)),
            $this->filter(number::class, 'number', "$table.run"),
        ];
    }

    /**
     * A filter with its title.
     *
     * @param string $class
     * @param string $name
     * @param string $sql
     * @return filter
     */
    private function filter(string $class, string $name, string $sql): filter {
        $title = new lang_string("run_$name", 'local_dltsync');
        return (new filter($class, $name, $title, $this->get_entity_name(), $sql))->add_joins($this->get_joins());
    }

    /**
     * Choices of a filter, in words.
     *
     * @param string $what
     * @param string[] $values
     * @return lang_string[]
     */
    private static function options(string $what, array $values): array {
        $words = fn(string $value): lang_string => new lang_string("{$what}_$value", 'local_dltsync');
        return array_combine($values, array_map($words, $values));
    }
}
