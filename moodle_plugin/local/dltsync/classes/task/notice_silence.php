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

namespace local_dltsync\task;

use core\task\scheduled_task;
use local_dltsync\event\silence_noticed;
use local_dltsync\local\status\silence;
use local_dltsync\local\status\silence_news;
use local_dltsync\local\status\teller;

/**
 * Notices that the program has not reported for too long: whatever keeps it from running keeps it from saying so.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class notice_silence extends scheduled_task {
    /**
     * The name of the task.
     *
     * @return string
     */
    public function get_name(): string {
        return get_string('task_notice_silence', 'local_dltsync');
    }

    /**
     * Tells everybody who was not told today.
     */
    public function execute(): void {
        $silence = silence::lasting();
        if ($silence === null) {
            return;
        }
        $told = teller::tell(new silence_news($silence));
        if ($told) {
            silence_noticed::of($silence->run)->trigger();
            mtrace("Told of the silence since run {$silence->run->run}: $told.");
        }
    }
}
