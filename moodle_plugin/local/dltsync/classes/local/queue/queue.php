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

namespace local_dltsync\local\queue;

use core\clock;
use core\di;
use core\task\manager;
use local_dltsync\local\enrolments\change;
use local_dltsync\task\deliver_events;
use moodle_exception;

/**
 * What Moodle has yet to be told of enrolments that were written together: a row per enrolment, in pieces that are each
 * worked off by a task of their own. The rows are written in the transaction of what they tell of.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class queue {
    /** @var string the table */
    public const TABLE = 'local_dltsync_queue';

    /** @var int most enrolments in a piece */
    private const PIECE = 500;

    /** @var int seconds after which a task looks whether a request told all that it was to tell at once */
    private const GRACE = 10 * MINSECS;

    /** @var int seconds to wait for a task that is just telling of the same enrolments */
    private const PATIENCE = 10;

    /** @var int[] numbers of the pieces that were added last */
    private array $pieces = [];

    /**
     * Whether listeners are told in the request that writes.
     *
     * @return bool
     */
    public static function is_immediate(): bool {
        return (bool)get_config('local_dltsync', 'immediate');
    }

    /**
     * How much is still to be told.
     *
     * @return int[] the number of enrolments, and the age of the oldest row in seconds
     */
    public static function backlog(): array {
        global $DB;
        $row = $DB->get_record_sql('SELECT COUNT(*) AS waiting, MIN(timecreated) AS since FROM {' . self::TABLE . '}');
        $age = $row->waiting ? max(0, di::get(clock::class)->time() - (int)$row->since) : 0;
        return ['events_waiting' => (int)$row->waiting, 'events_waiting_s' => $age];
    }

    /**
     * Adds what is to be told of changes, those of a course side by side.
     *
     * @param change[] $changes that were written
     */
    public function add(array $changes): void {
        global $DB;
        $changes = array_filter($changes, fn($change) => (bool)$change->notice);
        usort($changes, fn($one, $other) => $one->instance->courseid <=> $other->instance->courseid);
        $this->pieces = $rows = [];
        foreach (array_chunk($changes, self::PIECE) as $chunk) {
            $this->pieces[] = $piece = $this->add_piece();
            foreach ($chunk as $change) {
                $rows[] = notice::row($change, $piece);
            }
        }
        $DB->insert_records(self::TABLE, $rows);
    }

    /**
     * Tells what was added last, after its transaction, where the setting asks for that. What is not told now will be
     * told by its task.
     */
    public function hurry(): void {
        foreach (self::is_immediate() ? $this->pieces : [] as $number) {
            try {
                (new piece($number))->deliver();
            } catch (\Throwable $reason) {
                debugging('Events of enrolments will come later: ' . $reason->getMessage(), DEBUG_DEVELOPER);
            }
        }
        $this->pieces = [];
    }

    /**
     * Tells now what is to be told of some enrolments.
     *
     * @param int[] $ids ids in user_enrolments
     * @param int $patience seconds to wait for a task that is just telling of them
     * @throws moodle_exception batchbusy when it does not end
     */
    public function deliver_of(array $ids, int $patience = self::PATIENCE): void {
        global $DB;
        if (!$ids) {
            return;
        }
        [$in, $params] = $DB->get_in_or_equal($ids);
        $sql = 'SELECT DISTINCT piece FROM {' . self::TABLE . "} WHERE enrolmentid $in ORDER BY piece";
        foreach ($DB->get_fieldset_sql($sql, $params) as $number) {
            if (!(new piece((int)$number))->deliver_of($ids, $patience)) {
                throw new moodle_exception('batchbusy', 'local_dltsync');
            }
        }
    }

    /**
     * Makes a piece and the task that will work it off.
     *
     * @return int its number, which is the id of the task
     */
    private function add_piece(): int {
        $task = new deliver_events();
        if (self::is_immediate()) {
            $task->set_next_run_time(di::get(clock::class)->time() + self::GRACE);
        }
        return (int)manager::queue_adhoc_task($task);
    }
}
