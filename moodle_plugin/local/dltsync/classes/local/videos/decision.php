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

namespace local_dltsync\local\videos;

/**
 * Somebody brings a request to a stage.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class decision {
    /**
     * A decision.
     *
     * @param string $stage
     * @param string $reason why it was rejected or cancelled
     * @param string $specialist who shoots
     * @param string $planned ISO date of the shooting, empty for none
     * @param int $time when, in epoch seconds
     * @param int $userid who decided in this Moodle, 0 where the program tells of it
     * @param string $byname who decided, as the program says
     */
    public function __construct(
        /** @var string */
        public readonly string $stage,
        /** @var string */
        public readonly string $reason,
        /** @var string */
        public readonly string $specialist,
        /** @var string */
        public readonly string $planned,
        /** @var int */
        public readonly int $time,
        /** @var int */
        public readonly int $userid = 0,
        /** @var string */
        public readonly string $byname = '',
    ) {
    }

    /**
     * What it says of the request, as it stands in the request's row, its history and its event.
     *
     * @return string[]
     */
    public function says(): array {
        return [
            'stage' => $this->stage,
            'reason' => $this->reason,
            'specialist' => $this->specialist,
            'planned' => $this->planned,
        ];
    }

    /**
     * Whether a request stands where this decision would bring it.
     *
     * @param \stdClass $row
     * @return bool
     */
    public function is_in_force(\stdClass $row): bool {
        return $this->says() === array_intersect_key((array)$row, $this->says());
    }
}
