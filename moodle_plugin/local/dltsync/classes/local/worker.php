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
 * Works through the operations of a batch, many together where the kind can, else one after the other. Each is done and
 * remembered in one transaction, or neither.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class worker {
    /** @var int operations for which is read at a time: fewer queries, but what was read grows older */
    private const CHUNK = 100;

    /** @var int most operations that are written together, where the kind can */
    private const TOGETHER = 1000;

    /** @var kind kind of the operations */
    private readonly kind $kind;

    /** @var executor does the operations */
    private readonly executor $executor;

    /** @var bulk|null writes many operations together; null where the kind cannot */
    private readonly ?bulk $bulk;

    /** @var answers remembers the answers */
    private readonly answers $answers;

    /**
     * Starts work on a batch.
     *
     * @param string $kind kind of the operations
     * @param int $batchid id of the batch's row
     */
    public function __construct(string $kind, int $batchid) {
        $ownership = new ownership();
        $this->kind = kind::of($kind, $ownership);
        $this->executor = new executor($this->kind, $ownership);
        $this->bulk = $this->kind->bulk($this->executor, $batchid);
        $this->answers = new answers($batchid);
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
        foreach ($this->bulk ? $this->waves($operations) : [] as $wave) {
            writing::during(fn() => $this->executor->prepare($wave));
            $answers += $this->bulk->work($wave);
            $answers += $this->work_singly(array_diff_key($wave, $answers));
        }
        $answers += $this->work_singly(array_diff_key($operations, $answers));
        writing::during(fn() => $this->kind->finish());
        return $answers;
    }

    /**
     * Does operations one by one.
     *
     * @param operation[] $operations by place in the batch
     * @return array[] answers by place
     */
    private function work_singly(array $operations): array {
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
     * Cuts operations into waves, within which none depends on another: each key comes once.
     *
     * @param operation[] $operations by place in the batch
     * @return array[] lists of operations by place
     */
    private function waves(array $operations): array {
        $waves = $seen = [];
        foreach ($operations as $seq => $operation) {
            if (!$waves || isset($seen[$operation->key]) || count($seen) >= self::TOGETHER) {
                $waves[] = $seen = [];
            }
            $waves[array_key_last($waves)][$seq] = $operation;
            $seen[$operation->key] = true;
        }
        return $waves;
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
                recovery::roll_back();
                $this->executor->forget([$operation->key]);
                if ($attempt >= recovery::ATTEMPTS || !recovery::is_collision($reason)) {
                    return $this->commit($seq, $started, fn() => $this->executor->refuse($operation, $reason));
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
        $answers = answers::timed([$seq => writing::during($work)], $started);
        $this->answers->store($answers);
        $transaction->allow_commit();
        return $answers[$seq];
    }
}
