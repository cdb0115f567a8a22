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

use moodle_url;
use stdClass;

/**
 * Something that people are told, each of them once and in their own language.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
interface news {
    /**
     * The id of the row of the run that it is about.
     *
     * @return int
     */
    public function runid(): int;

    /**
     * What it is among the news about that run, at most 20 characters.
     *
     * @return string
     */
    public function name(): string;

    /**
     * The message provider: whoever is told chooses by it what reaches them, and how.
     *
     * @return string
     */
    public function provider(): string;

    /**
     * Where in Moodle more is to be read.
     *
     * @return moodle_url
     */
    public function url(): moodle_url;

    /**
     * The words, in the current language.
     *
     * @param stdClass $user who will read them
     * @return letter
     */
    public function letter(stdClass $user): letter;
}
