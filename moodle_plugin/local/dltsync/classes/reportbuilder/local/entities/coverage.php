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
use core_reportbuilder\local\filters\category;
use core_reportbuilder\local\filters\number;
use core_reportbuilder\local\filters\text;
use core_reportbuilder\local\report\column;
use core_reportbuilder\local\report\filter;
use html_writer;
use lang_string;
use local_dltsync\local\videos\coverage as figures;
use local_dltsync\local\videos\viewer;
use moodle_url;
use stdClass;

/**
 * How far a course is covered by videos, as a report shows it.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class coverage extends base {
    /** @var string the alias of the subquery with the figures, which the report joins */
    public const ALIAS = 'figures';

    /**
     * The table that is read.
     *
     * @return string[]
     */
    protected function get_default_tables(): array {
        return ['course'];
    }

    /**
     * The name of the entity.
     *
     * @return lang_string
     */
    protected function get_default_entity_title(): lang_string {
        return new lang_string('coverage', 'local_dltsync');
    }

    /**
     * Adds the columns and the filters.
     *
     * @return base
     */
    public function initialise(): base {
        $course = $this->get_table_alias('course');
        $this->add_column($this->column('course', column::TYPE_TEXT)
            ->add_fields("$course.fullname, $course.id")
            ->set_is_sortable(true)
            ->add_callback([self::class, 'link']));
        $this->add_filter($this->filter(text::class, 'course', "$course.fullname"));
        $this->add_filter($this->filter(category::class, 'category', "$course.category"));
        foreach (array_keys(figures::FIGURES) as $name) {
            $this->add_column($this->column($name, column::TYPE_INTEGER)
                ->add_field(self::ALIAS . ".$name")
                ->set_is_sortable(true));
            $this->add_filter($this->filter(number::class, $name, self::ALIAS . ".$name"));
        }
        $this->add_column($this->column('share', column::TYPE_TEXT)
            ->add_field(self::share(), 'share')
            ->add_field(self::ALIAS . '.owed', 'shareof')
            ->add_field(self::ALIAS . '.working', 'shareworking')
            ->set_is_sortable(true, [self::share()])
            ->add_callback(fn($share, stdClass $row): string => figures::share((int)$row->shareworking, (int)$row->shareof)));
        $this->add_filter($this->filter(number::class, 'share', self::share()));
        return $this;
    }

    /**
     * The name of a course, which leads to its videos for whoever may open them.
     *
     * @param string|null $name
     * @param stdClass $row with id
     * @return string HTML
     */
    public static function link(?string $name, stdClass $row): string {
        $name = format_string((string)$name);
        $url = new moodle_url('/local/dltsync/videos.php', ['id' => $row->id]);
        return viewer::of((int)$row->id)->may_view() ? html_writer::link($url, $name) : $name;
    }

    /**
     * The share of what is owed that works, in per cent; null when nothing is owed.
     *
     * @return string
     */
    private static function share(): string {
        return '100.0 * ' . self::ALIAS . '.working / NULLIF(' . self::ALIAS . '.owed, 0)';
    }

    /**
     * A column with its title; what it shows is still to be said.
     *
     * @param string $name
     * @param int $type
     * @return column
     */
    private function column(string $name, int $type): column {
        $title = new lang_string("coverage_$name", 'local_dltsync');
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
        $title = new lang_string("coverage_$name", 'local_dltsync');
        return (new filter($class, $name, $title, $this->get_entity_name(), $sql))->add_joins($this->get_joins());
    }
}
