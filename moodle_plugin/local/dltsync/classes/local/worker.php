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

namespace local_dltsync\local;

use local_dltsync\local\kinds\kind;

/**
 * Works through the operations of a batch. Each is done and remembered in one transaction, or neither.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class worker {
    /** @var int operations for which is read at a time: fewer queries, but what was read grows older */
    private const CHUNK = 100;

    /** @var int attempts at an operation that another transaction got in the way of */
    private const ATTEMPTS = 3;

    /** @var ownership translates between keys and Moodle ids */
    private readonly ownership $ownership;

    /** @var executor does the operations */
    private readonly executor $executor;

    /**
     * Starts work on a batch.
     *
     * @param string $kind kind of the operations
     * @param int $batchid id of the batch's row
     */
    public function __construct(
        string $kind,
        /** @var int id of the batch's row */
        private readonly int $batchid,
    ) {
        $this->ownership = new ownership();
        $this->executor = new executor(kind::of($kind, $this->ownership), $this->ownership);
    }

    /**
     * Does operations.
     *
     * @param operation[] $operations by place in the batch
     * @return array[] answers by place
     */
    public function work(array $operations): array {
        \core_php_time_limit::raise();
        raise_memory_limit(MEMORY_EXTRA);
        $answers = [];
        foreach (array_chunk($operations, self::CHUNK, true) as $chunk) {
            writing::during(fn() => $this->executor->prepare($chunk));
            foreach ($chunk as $seq => $operation) {
                $answers[$seq] = $this->perform($seq, $operation);
            }
        }
        return $answers;
    }

    /**
     * Does one operation, again where another transaction got in its way.
     *
     * @param int $seq its place
     * @param operation $operation
     * @return array its answer
     */
    private function perform(int $seq, operation $operation): array {
        $started = hrtime(true);
        for ($attempt = 1; true; $attempt++) {
            try {
                return $this->commit($seq, $started, fn() => answer::done($operation, $this->executor->execute($operation)));
            } catch (\Throwable $reason) {
                $this->roll_back();
                $this->executor->rolled_back($operation);
                if ($attempt >= self::ATTEMPTS || !self::is_collision($reason)) {
                    return $this->commit($seq, $started, fn() => $this->refuse($operation, $reason));
                }
            }
        }
    }

    /**
     * Does some work and remembers its answer, in one transaction.
     *
     * @param int $seq place of the operation
     * @param int $started when work on it began, by hrtime
     * @param callable $work returns the answer
     * @return array the answer
     */
    private function commit(int $seq, int $started, callable $work): array {
        global $DB;
        $transaction = $DB->start_delegated_transaction();
        $answer = writing::during($work);
        $answer['ms'] = intdiv(hrtime(true) - $started, 1000000);
        $json = json_encode($answer, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
        $DB->insert_record(batch::ANSWERS, (object)['batchid' => $this->batchid, 'seq' => $seq, 'answer' => $json]);
        $transaction->allow_commit();
        return $answer;
    }

    /**
     * The answer of an operation that was not done.
     *
     * @param operation $operation
     * @param \Throwable $reason
     * @return array
     */
    private function refuse(operation $operation, \Throwable $reason): array {
        if ($reason instanceof refusal && $reason->moved) {
            return answer::moved($operation, $reason, $this->executor->look($operation));
        }
        return answer::failed($operation, $reason);
    }

    /**
     * Undoes what was written since the operation began, however many transactions Moodle's functions left open.
     */
    private function roll_back(): void {
        global $DB;
        if ($DB->is_transaction_started()) {
            $DB->force_transaction_rollback();
        }
    }

    /**
     * Whether it failed only because another transaction wrote at the same time.
     *
     * @param \Throwable $reason
     * @return bool
     */
    private static function is_collision(\Throwable $reason): bool {
        $isdatabase = $reason instanceof \dml_exception && property_exists($reason, 'error');
        return $isdatabase && preg_match('/deadlock|could not serialize|lock wait timeout/i', (string)$reason->error);
    }
}
