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

use core_reportbuilder\system_report;
use lang_string;
use local_dltsync\local\videos\requests as store;
use local_dltsync\local\videos\viewer;
use local_dltsync\reportbuilder\local\entities\request;

/**
 * What somebody asked for or reported in a course, with the stage; nobody sees another person's.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class own_requests extends system_report {
    /**
     * Sets the table, the columns and the filters.
     */
    protected function initialise(): void {
        global $USER;
        $entity = new request();
        $alias = $entity->get_table_alias(store::TABLE);
        $this->set_main_table(store::TABLE, $alias);
        $this->add_entity($entity);
        $this->add_base_condition_simple("$alias.courseid", $this->get_context()->instanceid);
        $this->add_base_condition_simple("$alias.userid", $USER->id);
        $columns = ['type', 'title', 'created', 'stage', 'reason', 'planned'];
        $this->add_columns_from_entities(array_map(fn(string $name): string => "request:$name", $columns));
        $this->add_filters_from_entities(['request:stage', 'request:type', 'request:created']);
        $this->set_initial_sort_column('request:created', SORT_DESC);
        $this->set_default_no_results_notice(new lang_string('noownrequests', 'local_dltsync'));
    }

    /**
     * Whoever sees the videos of the course sees what they asked for there.
     *
     * @return bool
     */
    protected function can_view(): bool {
        return viewer::of((int)$this->get_context()->instanceid)->may_view();
    }

    /**
     * The name of the report.
     *
     * @return string
     */
    public static function get_name(): string {
        return get_string('ownrequests', 'local_dltsync');
    }
}
