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

use moodle_exception;

/**
 * What one operation is answered.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class answer {
    /**
     * It was done.
     *
     * @param operation $operation
     * @param state|null $now the object afterwards, null when it is gone
     * @return array
     */
    public static function done(operation $operation, ?state $now): array {
        return self::of($operation, 'done', $now);
    }

    /**
     * It was never done.
     *
     * @param operation $operation
     * @return array
     */
    public static function missing(operation $operation): array {
        return self::of($operation, 'missing', null);
    }

    /**
     * The object is not as the plan saw it.
     *
     * @param operation $operation
     * @param refusal $refusal
     * @param state|null $now the object as it is, null when it is gone
     * @return array
     */
    public static function moved(operation $operation, refusal $refusal, ?state $now): array {
        return self::of($operation, 'moved', $now, $refusal->errorcode, $refusal->getMessage());
    }

    /**
     * It could not be done.
     *
     * @param operation $operation
     * @param \Throwable $reason
     * @return array
     */
    public static function failed(operation $operation, \Throwable $reason): array {
        return self::of($operation, 'failed', null, self::code($reason), self::message($reason));
    }

    /**
     * The answer as it travels, without the time it took.
     *
     * @param operation $operation
     * @param string $status
     * @param state|null $now
     * @param string $errorcode
     * @param string $message
     * @return array
     */
    private static function of(
        operation $operation,
        string $status,
        ?state $now,
        string $errorcode = '',
        string $message = ''
    ): array {
        return [
            'key' => $operation->key,
            'status' => $status,
            'moodleid' => $now?->moodleid,
            'fields' => $now?->fields,
            'errorcode' => $errorcode,
            'message' => $message,
            'ms' => 0,
        ];
    }

    /**
     * Our code, Moodle's, or the one that Moodle has for everything else.
     *
     * @param \Throwable $reason
     * @return string
     */
    private static function code(\Throwable $reason): string {
        $hascode = $reason instanceof refusal || $reason instanceof moodle_exception;
        return $hascode ? $reason->errorcode : 'generalexceptionmessage';
    }

    /**
     * A sentence without what only developers want to see: it may hold SQL and people's data.
     *
     * @param \Throwable $reason
     * @return string
     */
    private static function message(\Throwable $reason): string {
        if (!$reason instanceof moodle_exception) {
            return $reason->getMessage();
        }
        $isknown = get_string_manager()->string_exists($reason->errorcode, $reason->module);
        return $isknown ? get_string($reason->errorcode, $reason->module, $reason->a) : $reason->errorcode;
    }
}
