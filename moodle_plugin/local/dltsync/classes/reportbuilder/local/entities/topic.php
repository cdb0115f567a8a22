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
use core_reportbuilder\local\filters\boolean_select;
use core_reportbuilder\local\filters\number;
use core_reportbuilder\local\filters\select;
use core_reportbuilder\local\filters\text;
use core_reportbuilder\local\report\column;
use core_reportbuilder\local\report\filter;
use lang_string;
use local_dltsync\local\videos\choices;
use local_dltsync\local\videos\topics;
use local_dltsync\local\videos\viewer;
use local_dltsync\reportbuilder\local\formatters\topic as topic_formatter;
use stdClass;

/**
 * A topic of a course with its videos, as a report shows it to somebody.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class topic extends base {
    /**
     * The topics as somebody may see them.
     *
     * @param viewer $viewer
     */
    public function __construct(
        /** @var viewer */
        private readonly viewer $viewer,
    ) {
    }

    /**
     * The table that is read.
     *
     * @return string[]
     */
    protected function get_default_tables(): array {
        return [topics::TABLE];
    }

    /**
     * The name of the entity.
     *
     * @return lang_string
     */
    protected function get_default_entity_title(): lang_string {
        return new lang_string('topic', 'local_dltsync');
    }

    /**
     * Adds the columns and the filters.
     *
     * @return base
     */
    public function initialise(): base {
        array_map([$this, 'add_column'], $this->columns());
        array_map([$this, 'add_filter'], $this->filters());
        return $this;
    }

    /**
     * The columns.
     *
     * @return column[]
     */
    private function columns(): array {
        $table = $this->get_table_alias(topics::TABLE);
        return [
            $this->column('number', column::TYPE_INTEGER)
                ->add_field("$table.number")
                ->set_is_sortable(true, ["$table.number", "$table.topickind", "$table.id"]),
            $this->column('kind', column::TYPE_TEXT)
                ->add_field("$table.topickind")
                ->set_is_sortable(true)
                ->add_callback([topic_formatter::class, 'kind']),
            $this->column('title', column::TYPE_TEXT)
                ->add_field("$table.title")
                ->set_is_sortable(true)
                ->add_callback(fn(?string $title): string => s((string)$title)),
            $this->column('state', column::TYPE_TEXT)
                ->add_fields("$table.state, $table.why, $table.reason")
                ->set_is_sortable(true)
                ->add_callback([topic_formatter::class, 'state']),
            $this->column('languages', column::TYPE_TEXT)
                ->add_field("$table.languages")
                ->set_is_sortable(true)
                ->add_callback([topic_formatter::class, 'languages']),
            $this->column('videos', column::TYPE_LONGTEXT)
                ->add_fields("$table.videos, $table.id")
                ->add_callback(fn(?string $videos, stdClass $row): string => topic_formatter::videos($row, $this->viewer)),
        ];
    }

    /**
     * The filters.
     *
     * @return filter[]
     */
    private function filters(): array {
        $table = $this->get_table_alias(topics::TABLE);
        return [
            $this->filter(text::class, 'title', "$table.title"),
            $this->filter(number::class, 'number', "$table.number"),
            $this->filter(select::class, 'kind', "$table.topickind")
                ->set_options(choices::options('kind', choices::KINDS)),
            $this->filter(select::class, 'state', "$table.state")
                ->set_options(choices::options('state', choices::STATES)),
            $this->filter(boolean_select::class, 'owed', "$table.owed"),
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
        $title = new lang_string("topic_$name", 'local_dltsync');
        return (new column($name, $title, $this->get_entity_name()))->add_joins($this->get_joins())->set_type($type);
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
        $title = new lang_string("topic_$name", 'local_dltsync');
        return (new filter($class, $name, $title, $this->get_entity_name(), $sql))->add_joins($this->get_joins());
    }
}
