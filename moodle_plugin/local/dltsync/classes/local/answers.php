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

/**
 * The answers of a batch as they are remembered.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class answers {
    /**
     * Takes the batch.
     *
     * @param int $batchid id of the batch's row
     */
    public function __construct(
        /** @var int id of the batch's row */
        private readonly int $batchid,
    ) {
    }

    /**
     * Remembers answers in one statement.
     *
     * @param array[] $answers by place of the operation
     */
    public function store(array $answers): void {
        global $DB;
        $flags = JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES;
        $rows = [];
        foreach ($answers as $seq => $answer) {
            $rows[] = ['batchid' => $this->batchid, 'seq' => $seq, 'answer' => json_encode($answer, $flags)];
        }
        $DB->insert_records(batch::ANSWERS, $rows);
    }

    /**
     * Answers operations that are not to be done, and remembers that.
     *
     * @param executor $executor
     * @param operation[] $operations by place in the batch
     * @param \Throwable[] $reasons by place
     * @param int $started when work on them began, by hrtime
     * @return array[] answers by place
     */
    public function refuse(executor $executor, array $operations, array $reasons, int $started): array {
        $answers = [];
        foreach ($reasons as $seq => $reason) {
            $answers[$seq] = $executor->refuse($operations[$seq], $reason);
        }
        $answers = self::timed($answers, $started);
        $this->store($answers);
        return $answers;
    }

    /**
     * Answers with the time that each operation took: its share of the whole.
     *
     * @param array[] $answers by place of the operation
     * @param int $started when work on them began, by hrtime
     * @return array[]
     */
    public static function timed(array $answers, int $started): array {
        $ms = intdiv(hrtime(true) - $started, 1000000 * max(1, count($answers)));
        return array_map(fn($answer) => array_replace($answer, ['ms' => $ms]), $answers);
    }
}
