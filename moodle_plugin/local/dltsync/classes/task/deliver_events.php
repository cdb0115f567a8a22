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
use core\task\adhoc_task;
use core\task\manager;
use local_dltsync\local\queue\piece;

/**
 * Sends the events and hooks of a piece of the queue. Several such tasks may run at once.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class deliver_events extends adhoc_task {
    /** @var int seconds after which a piece that another process has is tried again */
    private const AGAIN = 30;

    /**
     * The name of the task.
     *
     * @return string
     */
    public function get_name(): string {
        return get_string('task_deliver_events', 'local_dltsync');
    }

    /**
     * Works off the piece whose number is this task's id, or that it was given.
     */
    public function execute(): void {
        $number = (int)($this->get_custom_data()->piece ?? $this->get_id());
        $piece = new piece($number);
        $piece->act_as_writer();
        if (!$piece->deliver()) {
            $task = new self();
            $task->set_custom_data(['piece' => $number]);
            $task->set_next_run_time(di::get(clock::class)->time() + self::AGAIN);
            manager::queue_adhoc_task($task);
        }
    }
}
