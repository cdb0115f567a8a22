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

use core\lock\lock;
use core\lock\lock_config;
use moodle_exception;

/**
 * A batch of operations and what is remembered of it, so that a lost answer may be asked for again.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class batch {
    /** @var string table of batches */
    public const TABLE = 'local_dltsync_batch';

    /** @var string table of answers */
    public const ANSWERS = 'local_dltsync_answer';

    /** @var string some of it may be undone yet */
    public const OPEN = 'open';

    /** @var string all of it is answered */
    public const DONE = 'done';

    /** @var string it was recalled; nothing of it is done any more */
    public const CLOSED = 'closed';

    /** @var int seconds to wait for another call with the same batch */
    private const PATIENCE = 1;

    /**
     * Takes the batch as it was sent.
     *
     * @param string $id UUID
     * @param string $kind
     * @param operation[] $operations
     */
    public function __construct(
        /** @var string UUID */
        private readonly string $id,
        /** @var string kind of the operations */
        private readonly string $kind,
        /** @var operation[] the operations, in order */
        private readonly array $operations,
    ) {
    }

    /**
     * Does what is not done yet.
     *
     * @return array[] an answer per operation, in order
     * @throws moodle_exception batchbusy, batchclosed, badrequest
     */
    public function apply(): array {
        return $this->alone(function (): array {
            $row = $this->open(self::OPEN);
            if ($row->state === self::CLOSED) {
                throw new moodle_exception('batchclosed', 'local_dltsync');
            }
            $answers = $this->stored($row);
            $undone = array_diff_key($this->operations, $answers);
            if ($undone) {
                $answers += (new worker($this->kind, (int)$row->id))->work($undone);
            }
            $this->set_state($row, self::DONE);
            ksort($answers);
            return array_values($answers);
        });
    }

    /**
     * Says what was done and closes the batch. Nothing is written to Moodle's own tables.
     *
     * @return array[] an answer per operation, in order
     * @throws moodle_exception batchbusy, badrequest
     */
    public function recall(): array {
        return $this->alone(function (): array {
            $row = $this->open(self::CLOSED);
            $answers = $this->stored($row);
            $this->set_state($row, self::CLOSED);
            $missing = fn(operation $operation) => answer::missing($operation);
            return array_values(array_replace(array_map($missing, $this->operations), $answers));
        });
    }

    /**
     * Works while no other call works on the same batch.
     *
     * @param callable $work
     * @return array what the work returns
     */
    private function alone(callable $work): array {
        $lock = $this->lock();
        try {
            return $work();
        } finally {
            $lock->release();
        }
    }

    /**
     * The lock of the batch.
     *
     * @return lock
     * @throws moodle_exception batchbusy when another call holds it
     */
    private function lock(): lock {
        $lock = lock_config::get_lock_factory('local_dltsync_batch')->get_lock($this->id, self::PATIENCE);
        return $lock ?: throw new moodle_exception('batchbusy', 'local_dltsync');
    }

    /**
     * What is remembered of the batch; it is remembered from now on.
     *
     * @param string $state if it is new
     * @return \stdClass row
     * @throws moodle_exception badrequest when the id was used for other operations
     */
    private function open(string $state): \stdClass {
        global $DB;
        $hash = hash('sha256', json_encode([$this->kind, $this->operations], JSON_THROW_ON_ERROR));
        $row = $DB->get_record(self::TABLE, ['batchid' => $this->id]);
        if ($row && $row->hash !== $hash) {
            throw request::bad('batch');
        }
        return $row ?: $this->remember($hash, $state);
    }

    /**
     * Remembers a new batch.
     *
     * @param string $hash
     * @param string $state
     * @return \stdClass row
     */
    private function remember(string $hash, string $state): \stdClass {
        global $DB;
        $row = ['batchid' => $this->id, 'kind' => $this->kind, 'hash' => $hash, 'state' => $state];
        $now = \core\di::get(\core\clock::class)->time();
        $row = (object)($row + ['timecreated' => $now, 'timemodified' => $now]);
        $row->id = $DB->insert_record(self::TABLE, $row);
        return $row;
    }

    /**
     * Notes how far the batch is.
     *
     * @param \stdClass $row
     * @param string $state
     */
    private function set_state(\stdClass $row, string $state): void {
        global $DB;
        if ($row->state !== $state) {
            $now = \core\di::get(\core\clock::class)->time();
            $DB->update_record(self::TABLE, (object)['id' => $row->id, 'state' => $state, 'timemodified' => $now]);
        }
    }

    /**
     * The answers that were given.
     *
     * @param \stdClass $row
     * @return array[] by place of the operation
     */
    private function stored(\stdClass $row): array {
        global $DB;
        $answers = $DB->get_records_menu(self::ANSWERS, ['batchid' => $row->id], 'seq', 'seq, answer');
        return array_map(fn($answer) => json_decode($answer, true, 32, JSON_THROW_ON_ERROR), $answers);
    }
}
