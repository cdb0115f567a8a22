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

namespace local_dltsync\local\placements;

use local_dltsync\local\answer;
use local_dltsync\local\answers;
use local_dltsync\local\bulk;
use local_dltsync\local\executor;
use local_dltsync\local\kinds\video;
use local_dltsync\local\ownership;
use local_dltsync\local\recovery;
use local_dltsync\local\writing;

/**
 * Writes many operations on videos together, a course at a time: rows, ownership, answers and what is told of it in one
 * transaction, so that of a course nothing is ever half-written, and no course is locked while others are written.
 *
 * The operations of a course that cannot be written so are left to be done one by one.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class together implements bulk {
    /** @var answers remembers answers */
    private readonly answers $answers;

    /**
     * Takes what the operations need.
     *
     * @param video $kind
     * @param executor $executor
     * @param ownership $ownership
     * @param int $batchid id of the batch's row
     */
    public function __construct(
        /** @var video knows courses and what Moodle can hold */
        private readonly video $kind,
        /** @var executor checks operations */
        private readonly executor $executor,
        /** @var ownership says what is ours */
        private readonly ownership $ownership,
        int $batchid,
    ) {
        $this->answers = new answers($batchid);
    }

    #[\Override]
    public function work(array $operations): array {
        global $CFG;
        require_once($CFG->dirroot . '/course/modlib.php');
        $started = hrtime(true);
        $planner = new planner($this->kind, $this->executor);
        $planner->plan($operations);
        $answers = $this->answers->refuse($this->executor, $operations, $planner->refused, $started);
        $courses = [];
        foreach ($planner->changes as $seq => $change) {
            $courses[$change->courseid][$seq] = $change;
        }
        foreach ($courses as $courseid => $changes) {
            $answers += $this->write($courseid, $changes);
        }
        return $answers;
    }

    /**
     * Writes the changes of a course.
     *
     * @param int $courseid
     * @param change[] $changes by place in the batch
     * @return array[] answers by place; none when they could not be written
     */
    private function write(int $courseid, array $changes): array {
        $started = hrtime(true);
        for ($attempt = 1; true; $attempt++) {
            try {
                return writing::during(fn() => $this->commit($courseid, $changes, $started));
            } catch (\Throwable $reason) {
                recovery::roll_back();
                $this->executor->forget(array_map(fn($change) => $change->operation->key, $changes));
                if ($attempt >= recovery::ATTEMPTS || !recovery::is_collision($reason)) {
                    debugging('Videos could not be written together: ' . $reason->getMessage(), DEBUG_DEVELOPER);
                    return [];
                }
            }
        }
    }

    /**
     * Writes the changes of a course in one transaction.
     *
     * @param int $courseid
     * @param change[] $changes by place in the batch
     * @param int $started when work on them began, by hrtime
     * @return array[] answers by place
     */
    private function commit(int $courseid, array $changes, int $started): array {
        global $DB;
        $this->kind->touch($courseid);
        $transaction = $DB->start_delegated_transaction();
        (new rows($courseid, $changes))->write();
        $new = array_filter($changes, fn($change) => $change->is_new());
        $keys = array_map(fn($change) => $change->operation->key, $new);
        $this->ownership->put_all('video', array_combine($keys, array_map(fn($change) => $change->id, $new)));
        news::tell($courseid, $changes);
        $done = fn($change) => answer::done($change->operation, $change->result());
        $answers = answers::timed(array_map($done, $changes), $started);
        $this->answers->store($answers);
        $transaction->allow_commit();
        return $answers;
    }
}
