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

namespace local_dltsync\local\status;

use core_date;
use moodle_url;
use stdClass;

/**
 * That nothing was heard of the program for too long; news again on each further day.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class silence_news implements news {
    /**
     * News of a silence.
     *
     * @param silence $silence
     */
    public function __construct(
        /** @var silence */
        private readonly silence $silence,
    ) {
    }

    /**
     * The id of the row of the run that was heard of last.
     *
     * @return int
     */
    public function runid(): int {
        return (int)$this->silence->run->id;
    }

    /**
     * One for each day.
     *
     * @return string
     */
    public function name(): string {
        return "silence{$this->silence->day}";
    }

    /**
     * Somebody has to do something.
     *
     * @return string
     */
    public function provider(): string {
        return 'runattention';
    }

    /**
     * The department page.
     *
     * @return moodle_url
     */
    public function url(): moodle_url {
        return new moodle_url('/local/dltsync/index.php');
    }

    /**
     * Since when it lasts, and what to do.
     *
     * @param stdClass $user
     * @return letter
     */
    public function letter(stdClass $user): letter {
        $lines = [$this->silence->says(core_date::get_user_timezone($user)), ...$this->silence->remedy()];
        $subject = get_string('silence_subject', 'local_dltsync', $this->silence->length());
        return new letter($subject, [['code' => 'summary', 'title' => '', 'lines' => $lines]]);
    }
}
