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

use coding_exception;
use context_course;
use core\cron;
use core\lock\lock_config;
use core_user;
use local_dltsync\local\instances;
use local_dltsync\local\recovery;

/**
 * A piece of the queue, worked off by one process at a time, row by row.
 *
 * Rows are deleted in the same transaction in which their listeners work, some rows at a time. A crash at any point undoes
 * both, so these rows are told of again, and nothing that listeners write into Moodle's database is lost or doubled. Only
 * what a listener does outside the database, and did not put off to a task, may happen twice.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class piece {
    /** @var int times that work may begin and die at a row before it is passed over */
    private const ATTEMPTS = 5;

    /** @var int rows that are told of in one transaction: to commit takes longer than most listeners */
    private const TOGETHER = 20;

    /** @var array what notices need of courses: instances, contexts and groups by id */
    private array $known = [];

    /**
     * Takes the number.
     *
     * @param int $number
     */
    public function __construct(
        /** @var int the number */
        private readonly int $number,
    ) {
    }

    /**
     * Numbers of the pieces that hold rows from before a time: their tasks died or were deleted.
     *
     * @param int $before
     * @return int[]
     */
    public static function left_since(int $before): array {
        global $DB;
        $sql = 'SELECT DISTINCT piece FROM {' . queue::TABLE . '} WHERE timecreated < ? AND attempts < ? ORDER BY piece';
        return array_map('intval', $DB->get_fieldset_sql($sql, [$before, self::ATTEMPTS]));
    }

    /**
     * Lets listeners see the service's account at work, as they would have in the request that wrote. For cron only.
     */
    public function act_as_writer(): void {
        global $DB;
        $id = (int)$DB->get_field(queue::TABLE, 'actorid', ['piece' => $this->number], IGNORE_MULTIPLE);
        $user = $id ? core_user::get_user($id) : false;
        if ($user && !$user->deleted) {
            cron::setup_user($user);
        }
    }

    /**
     * Tells all that is left, after what pieces before this one have to tell of the same enrolments.
     *
     * @return bool false when another process works on it or on one before it; it is to be tried again later
     */
    public function deliver(): bool {
        return $this->alone(0, function (): bool {
            foreach ($this->earlier() as $number) {
                if (!(new self($number))->deliver()) {
                    return false;
                }
            }
            $this->begin();
            $this->work('', []);
            return true;
        });
    }

    /**
     * Tells what is left of some enrolments.
     *
     * @param int[] $ids ids in user_enrolments
     * @param int $patience seconds to wait for another process
     * @return bool false when another process works on the piece
     */
    public function deliver_of(array $ids, int $patience): bool {
        global $DB;
        [$in, $params] = $DB->get_in_or_equal($ids);
        return $this->alone($patience, function () use ($in, $params): bool {
            $this->work("AND enrolmentid $in", $params);
            return true;
        });
    }

    /**
     * Works while no other process works on the piece.
     *
     * @param int $patience seconds to wait for it
     * @param callable $work
     * @return bool what the work returns; false when another process has the piece
     */
    private function alone(int $patience, callable $work): bool {
        $lock = lock_config::get_lock_factory('local_dltsync_queue')->get_lock("piece:$this->number", $patience);
        if (!$lock) {
            return false;
        }
        try {
            return $work();
        } finally {
            $lock->release();
        }
    }

    /**
     * Pieces before this one with rows about the same enrolments.
     *
     * @return int[]
     */
    private function earlier(): array {
        global $DB;
        $sql = 'SELECT DISTINCT e.piece
                  FROM {' . queue::TABLE . '} q
                  JOIN {' . queue::TABLE . '} e ON e.enrolmentid = q.enrolmentid AND e.piece < q.piece
                 WHERE q.piece = ? AND e.attempts < ?
              ORDER BY e.piece';
        return array_map('intval', $DB->get_fieldset_sql($sql, [$this->number, self::ATTEMPTS]));
    }

    /**
     * Notes on the first row that work begins with it: one that kills the process again and again is passed over, so
     * that the others come through.
     */
    private function begin(): void {
        global $DB;
        $first = $DB->get_field_select(queue::TABLE, 'MIN(id)', 'piece = ? AND attempts < ?', [$this->number, self::ATTEMPTS]);
        if ($first) {
            $DB->execute('UPDATE {' . queue::TABLE . '} SET attempts = attempts + 1 WHERE id = ?', [$first]);
        }
    }

    /**
     * Works off rows, oldest first.
     *
     * @param string $condition further condition
     * @param array $params
     */
    private function work(string $condition, array $params): void {
        global $DB;
        $where = "piece = ? AND attempts < ? $condition";
        $params = [$this->number, self::ATTEMPTS, ...$params];
        $rows = $DB->get_records_select(queue::TABLE, $where, $params, 'id');
        $this->known = $rows ? $this->know($rows) : [];
        // Where a process died, one row after the other: else nobody would know which one it was.
        $together = $rows && reset($rows)->attempts <= 1 ? self::TOGETHER : 1;
        array_map($this->tell(...), array_chunk($rows, $together));
    }

    /**
     * Tells of some rows and deletes them, both or neither. Those whose listeners break the transaction are told of again,
     * each alone, and one that does so alone without a transaction.
     *
     * @param \stdClass[] $rows
     */
    private function tell(array $rows): void {
        global $DB;
        $transaction = $DB->start_delegated_transaction();
        try {
            foreach ($rows as $row) {
                $this->tell_within($row);
            }
            $DB->delete_records_list(queue::TABLE, 'id', array_column($rows, 'id'));
            $transaction->allow_commit();
        } catch (\Throwable $reason) {
            recovery::roll_back();
            debugging('A listener broke the transaction: ' . $reason->getMessage(), DEBUG_DEVELOPER);
            count($rows) === 1 ? $this->tell_bare($rows[0]) : array_map(fn($row) => $this->tell([$row]), $rows);
        }
    }

    /**
     * Tells of a row within a transaction.
     *
     * @param \stdClass $row
     * @throws coding_exception when a listener ended it
     */
    private function tell_within(\stdClass $row): void {
        global $DB;
        foreach ($this->steps($row) as $step) {
            self::try($step);
            if (!$DB->is_transaction_started()) {
                throw new coding_exception('it was rolled back');
            }
        }
    }

    /**
     * Tells of a row whose listeners broke the transaction, as Moodle itself would have: without one.
     *
     * @param \stdClass $row
     */
    private function tell_bare(\stdClass $row): void {
        global $DB;
        $DB->delete_records(queue::TABLE, ['id' => $row->id]);
        foreach ($this->steps($row) as $step) {
            self::try($step);
            recovery::roll_back();
        }
    }

    /**
     * Sends one event or hook. What a listener throws is its own matter and stops no other.
     *
     * @param callable $step
     */
    private static function try(callable $step): void {
        try {
            $step();
        } catch (\Throwable $reason) {
            debugging('A listener failed: ' . $reason->getMessage(), DEBUG_DEVELOPER, $reason->getTrace());
        }
    }

    /**
     * The events and hooks of a row; none when the course or its enrolment method is gone.
     *
     * @param \stdClass $row
     * @return callable[]
     */
    private function steps(\stdClass $row): array {
        $instance = $this->known['instances'][$row->enrolid] ?? null;
        $context = context_course::instance($row->courseid, IGNORE_MISSING);
        return $instance && $context ? (new notice($row, $instance, $context, $this->known['groups']))->steps() : [];
    }

    /**
     * Reads what the notices of some rows need, in few queries.
     *
     * @param \stdClass[] $rows
     * @return array
     */
    private function know(array $rows): array {
        global $DB;
        instances::preload_contexts(array_column($rows, 'courseid'));
        $groups = array_unique(array_merge(...array_map(notice::groups_of(...), array_values($rows))));
        return [
            'instances' => $DB->get_records_list('enrol', 'id', array_unique(array_column($rows, 'enrolid'))),
            'groups' => $DB->get_records_list('groups', 'id', $groups),
        ];
    }
}
