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
use local_dltsync\reportbuilder\local\entities\run;

/**
 * The runs of dlt-sync, the latest first.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class runs extends system_report {
    /**
     * Sets the table, the columns and the filters.
     */
    protected function initialise(): void {
        $entity = new run();
        $this->set_main_table('local_dltsync_run', $entity->get_table_alias('local_dltsync_run'));
        $this->add_entity($entity);
        $this->add_columns_from_entities([
            'run:number',
            'run:mode',
            'run:started',
            'run:duration',
            'run:verdict',
            'run:counts',
        ]);
        $this->add_filters_from_entities(['run:started', 'run:verdict', 'run:mode', 'run:number']);
        $this->set_initial_sort_column('run:number', SORT_DESC);
        $this->set_downloadable(true, get_string('runs', 'local_dltsync'));
        $this->set_default_no_results_notice(self::notice());
    }

    /**
     * Whoever may open the page may read the report and download it.
     *
     * @return bool
     */
    protected function can_view(): bool {
        return has_capability('local/dltsync:viewreport', $this->get_context());
    }

    /**
     * The name of the report.
     *
     * @return string
     */
    public static function get_name(): string {
        return get_string('runs', 'local_dltsync');
    }

    /**
     * What an empty report says: what to do when there is no run yet, else that the filters leave none.
     *
     * @return lang_string
     */
    private static function notice(): lang_string {
        global $DB;
        return $DB->record_exists('local_dltsync_run', [])
            ? new lang_string('nothingtodisplay')
            : new lang_string('noruns', 'local_dltsync');
    }
}
