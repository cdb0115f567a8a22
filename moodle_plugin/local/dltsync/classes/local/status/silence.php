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

use core\clock;
use core\di;
use stdClass;

/**
 * That no run has reported for longer than the site's setting allows.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class silence {
    /** @var int hours after which silence is noticed where the settings do not say: a night and two hours */
    public const HOURS = 26;

    /**
     * A silence.
     *
     * @param stdClass $run the run that was heard of last
     * @param int $seconds since then
     * @param int $day 1 on the first day on which it is too long, 2 on the second
     */
    private function __construct(
        /** @var stdClass */
        public readonly stdClass $run,
        /** @var int */
        public readonly int $seconds,
        /** @var int */
        public readonly int $day,
    ) {
    }

    /**
     * The silence that lasts. Moodle's own clock decides: it is the one at which runs were heard of.
     *
     * @return self|null null while runs report, before the first one, and where the setting is 0
     */
    public static function lasting(): ?self {
        $allowed = self::hours() * HOURSECS;
        $run = $allowed ? runs::last_heard() : null;
        if ($run === null) {
            return null;
        }
        $seconds = di::get(clock::class)->time() - (int)$run->timemodified;
        return $seconds > $allowed ? new self($run, $seconds, 1 + intdiv($seconds - $allowed, DAYSECS)) : null;
    }

    /**
     * The site's setting.
     *
     * @return int hours; 0 for never
     */
    private static function hours(): int {
        $set = get_config('local_dltsync', 'silencehours');
        return $set === false ? self::HOURS : max(0, (int)$set);
    }

    /**
     * What it means, in the current language.
     *
     * @param string|float|int $timezone of the reader
     * @return string
     */
    public function says(string|float|int $timezone = 99): string {
        $since = userdate((int)$this->run->timemodified, '', $timezone);
        return get_string('silence_says', 'local_dltsync', ['since' => $since, 'silent' => $this->length()]);
    }

    /**
     * What to do about it, in the current language: a sentence and the command that it speaks of.
     *
     * @return string[]
     */
    public function remedy(): array {
        return [get_string('silence_do', 'local_dltsync'), 'dlt-sync daemon status'];
    }

    /**
     * How long it lasts, in the current language, in whole hours.
     *
     * @return string
     */
    public function length(): string {
        return format_time($this->seconds - $this->seconds % HOURSECS);
    }
}
