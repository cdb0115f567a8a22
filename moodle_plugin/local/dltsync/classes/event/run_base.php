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

use context_system;
use core\event\base;
use moodle_url;
use stdClass;

/**
 * Something is known of a run of the program, or nothing since it.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class run_base extends base {
    /**
     * The event of a run.
     *
     * @param stdClass $run
     * @return static
     */
    public static function of(stdClass $run): static {
        return static::create([
            'objectid' => $run->id,
            'context' => context_system::instance(),
            'other' => ['run' => (int)$run->run, 'verdict' => $run->verdict, 'needs' => $run->needs],
        ]);
    }

    /**
     * Sets what is the same for all of them.
     *
     * @param string $crud c or r
     */
    protected function set_kind(string $crud): void {
        $this->data['objecttable'] = 'local_dltsync_run';
        $this->data['crud'] = $crud;
        $this->data['edulevel'] = self::LEVEL_OTHER;
    }

    /**
     * The page of the run.
     *
     * @return moodle_url
     */
    public function get_url() {
        return new moodle_url('/local/dltsync/run.php', ['id' => $this->objectid]);
    }

    /**
     * Runs are not in course backups.
     *
     * @return array
     */
    public static function get_objectid_mapping() {
        return ['db' => 'local_dltsync_run', 'restore' => base::NOT_MAPPED];
    }

    /**
     * Nothing in it is mapped.
     *
     * @return bool
     */
    public static function get_other_mapping() {
        return false;
    }
}
