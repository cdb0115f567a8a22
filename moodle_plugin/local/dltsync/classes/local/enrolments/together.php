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

namespace local_dltsync\local\enrolments;

use local_dltsync\local\answer;
use local_dltsync\local\answers;
use local_dltsync\local\bulk;
use local_dltsync\local\executor;
use local_dltsync\local\kinds\enrolment;
use local_dltsync\local\operation;
use local_dltsync\local\ownership;
use local_dltsync\local\queue\queue;
use local_dltsync\local\recovery;
use local_dltsync\local\writing;

/**
 * Writes many operations on enrolments together: rows, answers and what is to be told of them in one transaction, so
 * that an operation is done, remembered and told of, or none of the three. No enrolment is ever half-written.
 *
 * Where the write of several courses fails each course is tried by itself, and the operations of one that fails again
 * are left to be done one by one.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class together implements bulk {
    /** @var answers remembers answers */
    private readonly answers $answers;

    /** @var queue remembers what is to be told */
    private readonly queue $queue;

    /**
     * Takes what the operations need.
     *
     * @param enrolment $kind
     * @param executor $executor
     * @param ownership $ownership
     * @param int $batchid id of the batch's row
     */
    public function __construct(
        /** @var enrolment knows instances and users */
        private readonly enrolment $kind,
        /** @var executor checks operations */
        private readonly executor $executor,
        /** @var ownership translates between keys and Moodle ids */
        private readonly ownership $ownership,
        int $batchid,
    ) {
        $this->answers = new answers($batchid);
        $this->queue = new queue();
    }

    #[\Override]
    public function work(array $operations): array {
        $started = hrtime(true);
        $planner = new planner($this->kind, $this->executor, $this->ownership);
        $planner->plan($operations);
        $answers = $this->answers->refuse($this->executor, $operations, $planner->refused, $started);
        $answers += $this->write($planner->changes, $started);
        $this->settle(array_diff_key($operations, $answers));
        return $answers;
    }

    /**
     * Writes changes, all courses together or each by itself.
     *
     * @param change[] $changes by place in the batch
     * @param int $started when work on them began, by hrtime
     * @return array[] answers by place
     */
    private function write(array $changes, int $started): array {
        if (!$changes) {
            return [];
        }
        for ($attempt = 1; true; $attempt++) {
            try {
                $answers = writing::during(fn() => $this->commit($changes, $started));
                break;
            } catch (\Throwable $reason) {
                recovery::roll_back();
                $this->executor->forget(array_map(fn($change) => $change->operation->key, $changes));
                if ($attempt >= recovery::ATTEMPTS || !recovery::is_collision($reason)) {
                    return $this->write_apart($changes, $reason);
                }
            }
        }
        (new aftermath($changes))->purge();
        $this->queue->hurry();
        return $answers;
    }

    /**
     * Writes the changes of each course by itself, after they could not be written together.
     *
     * @param change[] $changes by place in the batch
     * @param \Throwable $reason why they could not
     * @return array[] answers by place; none when they are all of one course
     */
    private function write_apart(array $changes, \Throwable $reason): array {
        debugging('Enrolments could not be written together: ' . $reason->getMessage(), DEBUG_DEVELOPER);
        $courses = [];
        foreach ($changes as $seq => $change) {
            $courses[$change->instance->courseid][$seq] = $change;
        }
        $answers = [];
        foreach (count($courses) > 1 ? $courses : [] as $course) {
            $answers += $this->write($course, hrtime(true));
        }
        return $answers;
    }

    /**
     * Writes changes in one transaction.
     *
     * @param change[] $changes by place in the batch
     * @param int $started when work on them began, by hrtime
     * @return array[] answers by place
     */
    private function commit(array $changes, int $started): array {
        global $DB;
        $transaction = $DB->start_delegated_transaction();
        foreach ($changes as $change) {
            $change->notice = [];
        }
        (new rows($changes))->write();
        $done = fn($change) => answer::done($change->operation, $change->result());
        $answers = answers::timed(array_map($done, $changes), $started);
        $this->answers->store($answers);
        $this->queue->add($changes);
        $aftermath = new aftermath($changes);
        $aftermath->mark_users();
        $aftermath->purge();
        $transaction->allow_commit();
        return $answers;
    }

    /**
     * What Moodle's own functions tell at once must not overtake what is still to be told of the same enrolments.
     *
     * @param operation[] $operations
     */
    private function settle(array $operations): void {
        $ids = array_map(fn($operation) => $this->executor->look($operation)?->moodleid, $operations);
        $this->queue->deliver_of(array_filter($ids));
    }
}
