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

namespace local_dltsync\task;

use core\task\adhoc_task;
use local_dltsync\local\status\run_news;
use local_dltsync\local\status\runs;
use local_dltsync\local\status\teller;

/**
 * Tells whoever may see the runs what came of one. Tried again after a crash it tells those who were not told.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class tell_run extends adhoc_task {
    /**
     * The name of the task.
     *
     * @return string
     */
    public function get_name(): string {
        return get_string('task_tell_run', 'local_dltsync');
    }

    /**
     * Tells of the run, unless it was forgotten meanwhile.
     */
    public function execute(): void {
        global $DB;
        $run = $DB->get_record(runs::TABLE, ['id' => (int)$this->get_custom_data()->runid]);
        if ($run && runs::is_news($run)) {
            $told = teller::tell(new run_news($run));
            mtrace("Told of run {$run->run}: $told.");
        }
    }
}
