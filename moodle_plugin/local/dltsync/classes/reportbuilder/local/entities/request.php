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
use core_reportbuilder\local\filters\course_selector;
use core_reportbuilder\local\filters\date;
use core_reportbuilder\local\filters\select;
use core_reportbuilder\local\filters\text;
use core_reportbuilder\local\helpers\format;
use core_reportbuilder\local\report\column;
use core_reportbuilder\local\report\filter;
use core_user\fields;
use lang_string;
use local_dltsync\local\videos\choices;
use local_dltsync\local\videos\requests;
use local_dltsync\local\videos\topics;
use local_dltsync\reportbuilder\local\formatters\request as request_formatter;

/**
 * A request about videos, as a report shows it.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class request extends base {
    /**
     * The tables that are read.
     *
     * @return string[]
     */
    protected function get_default_tables(): array {
        return [requests::TABLE, topics::TABLE, 'course', 'user'];
    }

    /**
     * The name of the entity.
     *
     * @return lang_string
     */
    protected function get_default_entity_title(): lang_string {
        return new lang_string('request', 'local_dltsync');
    }

    /**
     * Adds the columns and the filters.
     *
     * @return base
     */
    public function initialise(): base {
        array_map([$this, 'add_column'], [...$this->columns(), ...$this->columns_of_work()]);
        array_map([$this, 'add_filter'], $this->filters());
        return $this;
    }

    /**
     * The columns that say what is asked for.
     *
     * @return column[]
     */
    private function columns(): array {
        [$request, $topic, $course, $user] = $this->aliases();
        return [
            $this->column('number', column::TYPE_INTEGER)
                ->add_field("$request.id")
                ->set_is_sortable(true),
            $this->column('type', column::TYPE_TEXT)
                ->add_field("$request.type")
                ->set_is_sortable(true)
                ->add_callback([request_formatter::class, 'type']),
            $this->column('title', column::TYPE_TEXT)
                ->add_join($this->join_topic())
                ->add_fields("$request.title, $request.id, $request.type")
                ->add_field("$topic.title", 'topictitle')
                ->set_is_sortable(true)
                ->add_callback([request_formatter::class, 'title']),
            $this->column('course', column::TYPE_TEXT)
                ->add_join($this->join_course())
                ->add_field("$course.fullname")
                ->set_is_sortable(true)
                ->add_callback(fn(?string $name): string => format_string((string)$name)),
            $this->column('asker', column::TYPE_TEXT)
                ->add_join($this->join_user())
                ->add_field("$request.askedby")
                ->add_fields(fields::for_name()->get_sql($user, false, '', '', false)->selects)
                ->set_is_sortable(true, ["$user.lastname", "$user.firstname", "$request.askedby"])
                ->add_callback([request_formatter::class, 'asker']),
            $this->column('created', column::TYPE_TIMESTAMP)
                ->add_field("$request.timecreated")
                ->set_is_sortable(true)
                ->add_callback([format::class, 'userdate'], get_string('strftimedatetimeshort', 'core_langconfig')),
        ];
    }

    /**
     * The columns that say how far it is.
     *
     * @return column[]
     */
    private function columns_of_work(): array {
        [$request] = $this->aliases();
        return [
            $this->column('stage', column::TYPE_TEXT)
                ->add_fields("$request.stage, $request.type")
                ->set_is_sortable(true)
                ->add_callback([request_formatter::class, 'stage']),
            $this->column('reason', column::TYPE_TEXT)
                ->add_field("$request.reason")
                ->add_callback(fn(?string $reason): string => s((string)$reason)),
            $this->column('specialist', column::TYPE_TEXT)
                ->add_field("$request.specialist")
                ->set_is_sortable(true)
                ->add_callback(fn(?string $name): string => s((string)$name)),
            $this->column('planned', column::TYPE_TEXT)
                ->add_field("$request.planned")
                ->set_is_sortable(true)
                ->add_callback([request_formatter::class, 'day']),
            $this->column('staged', column::TYPE_TIMESTAMP)
                ->add_field("$request.timestaged")
                ->set_is_sortable(true)
                ->add_callback([format::class, 'userdate'], get_string('strftimedatetimeshort', 'core_langconfig')),
        ];
    }

    /**
     * The filters.
     *
     * @return filter[]
     */
    private function filters(): array {
        global $DB;
        [$request, , $course, $user] = $this->aliases();
        $name = $DB->sql_fullname("$user.firstname", "$user.lastname");
        return [
            $this->filter(select::class, 'stage', "$request.stage")
                ->set_options(choices::options('stage', choices::STAGES)),
            $this->filter(select::class, 'type', "$request.type")
                ->set_options(choices::options('type', choices::TYPES)),
            $this->filter(course_selector::class, 'course', "$request.courseid"),
            $this->filter(category::class, 'category', "$course.category")
                ->add_join($this->join_course()),
            $this->filter(text::class, 'asker', "CASE WHEN $request.userid > 0 THEN $name ELSE $request.askedby END")
                ->add_join($this->join_user()),
            $this->filter(text::class, 'specialist', "$request.specialist"),
            $this->filter(date::class, 'created', "$request.timecreated"),
            $this->filter(date::class, 'staged', "$request.timestaged"),
        ];
    }

    /**
     * The aliases of the tables, in the order of {@see get_default_tables()}.
     *
     * @return string[]
     */
    private function aliases(): array {
        return array_map(fn(string $table): string => $this->get_table_alias($table), $this->get_default_tables());
    }

    /**
     * Brings the topic in.
     *
     * @return string
     */
    private function join_topic(): string {
        [$request, $topic] = $this->aliases();
        return "LEFT JOIN {local_dltsync_topic} $topic
                       ON $topic.courseid = $request.courseid AND $topic.sourcedid = $request.topickey";
    }

    /**
     * Brings the course in.
     *
     * @return string
     */
    private function join_course(): string {
        [$request, , $course] = $this->aliases();
        return "LEFT JOIN {course} $course ON $course.id = $request.courseid";
    }

    /**
     * Brings the account of the asker in.
     *
     * @return string
     */
    private function join_user(): string {
        [$request, , , $user] = $this->aliases();
        return "LEFT JOIN {user} $user ON $user.id = $request.userid";
    }

    /**
     * A column with its title; what it shows is still to be said.
     *
     * @param string $name
     * @param int $type
     * @return column
     */
    private function column(string $name, int $type): column {
        $title = new lang_string("request_$name", 'local_dltsync');
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
        $title = new lang_string("request_$name", 'local_dltsync');
        return (new filter($class, $name, $title, $this->get_entity_name(), $sql))->add_joins($this->get_joins());
    }
}
