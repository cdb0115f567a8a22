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
 * What to do when the database or one of Moodle's functions fails in the middle of a write.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class recovery {
    /** @var int attempts at a write that another transaction got in the way of */
    public const ATTEMPTS = 3;

    /**
     * Undoes what was written since the transaction began, however many more Moodle's functions left open.
     */
    public static function roll_back(): void {
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
    public static function is_collision(\Throwable $reason): bool {
        $isdatabase = $reason instanceof \dml_exception && property_exists($reason, 'error');
        return $isdatabase && preg_match('/deadlock|could not serialize|lock wait timeout/i', (string)$reason->error);
    }
}
