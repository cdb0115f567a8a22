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

use core\clock;
use core\di;
use core\task\scheduled_task;
use local_dltsync\local\status\runs;

/**
 * Forgets runs, their reports and whom they were told to, when they are older than the site keeps them.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class clear_runs extends scheduled_task {
    /** @var int days for which runs are kept where the settings do not say: an academic year and some weeks */
    public const DAYS = 400;

    /**
     * The name of the task.
     *
     * @return string
     */
    public function get_name(): string {
        return get_string('task_clear_runs', 'local_dltsync');
    }

    /**
     * Deletes what is old; nothing where the setting is 0.
     */
    public function execute(): void {
        $set = get_config('local_dltsync', 'keepdays');
        $days = $set === false ? self::DAYS : (int)$set;
        if ($days > 0) {
            runs::forget(di::get(clock::class)->time() - $days * DAYSECS);
        }
    }
}
