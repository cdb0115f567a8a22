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
 * Says whether an operation of a batch is at work: what Moodle reports meanwhile is our own doing, not a person's.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class writing {
    /** @var bool true while an operation of a batch is at work */
    public static bool $active = false;

    /**
     * Does some work with the flag up, and restores the flag whatever happens.
     *
     * @param callable $work without parameters
     * @return mixed what the work returns
     */
    public static function during(callable $work): mixed {
        $before = self::$active;
        self::$active = true;
        try {
            return $work();
        } finally {
            self::$active = $before;
        }
    }
}
