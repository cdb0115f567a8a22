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

use core_reportbuilder\local\report\action;
use core_reportbuilder\system_report;
use lang_string;
use local_dltsync\local\videos\requests as store;
use local_dltsync\reportbuilder\local\entities\request;
use moodle_url;
use pix_icon;
use stdClass;

/**
 * All requests about videos, for the department: the latest first.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class requests extends system_report {
    /**
     * Sets the table, the columns, the filters and the actions.
     */
    protected function initialise(): void {
        $entity = new request();
        $alias = $entity->get_table_alias(store::TABLE);
        $this->set_main_table(store::TABLE, $alias);
        $this->add_entity($entity);
        $this->add_base_fields("$alias.id, $alias.type, $alias.stage");
        $columns = ['number', 'type', 'title', 'course', 'asker', 'created', 'stage', 'planned', 'specialist', 'staged'];
        $this->add_columns_from_entities(array_map(fn(string $name): string => "request:$name", $columns));
        $filters = ['stage', 'type', 'course', 'category', 'asker', 'specialist', 'created', 'staged'];
        $this->add_filters_from_entities(array_map(fn(string $name): string => "request:$name", $filters));
        $this->add_action_to('accepted', 'accept', 't/check');
        $this->add_action_to('rejected', 'decline', 't/block');
        $this->add_action_to('', 'open', 'i/preview');
        $this->set_initial_sort_column('request:number', SORT_DESC);
        $this->set_downloadable(true, get_string('requests', 'local_dltsync'));
    }

    /**
     * Whoever may open the page may read the report and download it.
     *
     * @return bool
     */
    protected function can_view(): bool {
        return has_capability('local/dltsync:managerequests', $this->get_context());
    }

    /**
     * The name of the report.
     *
     * @return string
     */
    public static function get_name(): string {
        return get_string('requests', 'local_dltsync');
    }

    /**
     * Adds a way to the page of a request, with the stage chosen. What waits for an answer can be accepted or declined.
     *
     * @param string $stage empty for none
     * @param string $words end of the name of the string
     * @param string $icon
     */
    private function add_action_to(string $stage, string $words, string $icon): void {
        $url = new moodle_url('/local/dltsync/request.php', ['id' => ':id'] + ($stage === '' ? [] : ['stage' => $stage]));
        $title = new lang_string("request_$words", 'local_dltsync');
        $action = new action($url, new pix_icon($icon, ''), [], false, $title);
        $this->add_action($action->add_callback(fn(stdClass $row): bool => $stage === '' || $row->stage === 'requested'));
    }
}
