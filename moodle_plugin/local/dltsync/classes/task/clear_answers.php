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

/**
 * Forgets batches and their answers when nobody can ask for them any more.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class clear_answers extends scheduled_task {
    /** @var int how long answers are kept, in seconds */
    public const KEPT = 30 * DAYSECS;

    /**
     * The name of the task.
     *
     * @return string
     */
    public function get_name(): string {
        return get_string('task_clear_answers', 'local_dltsync');
    }

    /**
     * Deletes what was last touched more than 30 days ago, answers first.
     */
    public function execute(): void {
        global $DB;
        $old = ['before' => di::get(clock::class)->time() - self::KEPT];
        $transaction = $DB->start_delegated_transaction();
        $DB->delete_records_subquery(
            'local_dltsync_answer',
            'batchid',
            'id',
            'SELECT id FROM {local_dltsync_batch} WHERE timemodified < :before',
            $old,
        );
        $DB->delete_records_select('local_dltsync_batch', 'timemodified < :before', $old);
        $transaction->allow_commit();
    }
}
