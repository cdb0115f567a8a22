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
use core\cron;
use core\di;
use core\task\scheduled_task;
use local_dltsync\local\queue\piece;

/**
 * Sends events and hooks that were left behind: the process that was sending them died, or somebody deleted its task.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class resume_events extends scheduled_task {
    /** @var int seconds after which a piece's own task is no longer waited for */
    private const OVERDUE = 30 * MINSECS;

    /** @var int seconds that one run may take */
    private const BUDGET = 10 * MINSECS;

    /**
     * The name of the task.
     *
     * @return string
     */
    public function get_name(): string {
        return get_string('task_resume_events', 'local_dltsync');
    }

    /**
     * Works off what is overdue, except what another process has.
     */
    public function execute(): void {
        $now = di::get(clock::class)->time();
        $began = time();
        foreach (piece::left_since($now - self::OVERDUE) as $number) {
            if (time() - $began > self::BUDGET) {
                return;
            }
            $piece = new piece($number);
            $piece->act_as_writer();
            $piece->deliver();
            cron::setup_user();
        }
    }
}
