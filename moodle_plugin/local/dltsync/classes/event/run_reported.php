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

namespace local_dltsync\event;

/**
 * The program told of a run, or told something else of it than before.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class run_reported extends run_base {
    /**
     * Sets what is the same for all of them.
     */
    protected function init() {
        $this->set_kind('c');
    }

    /**
     * The name of the event.
     *
     * @return string
     */
    public static function get_name() {
        return get_string('event_run_reported', 'local_dltsync');
    }

    /**
     * What happened.
     *
     * @return string
     */
    public function get_description() {
        return "The program dlt-sync, as the user with id '$this->userid', told of its run {$this->other['run']},"
            . " which ended as '{$this->other['verdict']}'.";
    }
}
