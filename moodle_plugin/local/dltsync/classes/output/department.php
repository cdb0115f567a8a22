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

namespace local_dltsync\output;

use core\output\named_templatable;
use local_dltsync\local\status\line;
use local_dltsync\local\status\runs;
use local_dltsync\local\status\silence;
use moodle_url;
use renderable;
use renderer_base;
use stdClass;

/**
 * The top of the department page: what wants somebody now, and the latest run.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class department implements named_templatable, renderable {
    /**
     * The name of the template.
     *
     * @param renderer_base $renderer
     * @return string
     */
    public function get_template_name(renderer_base $renderer): string {
        return 'local_dltsync/department';
    }

    /**
     * What the template shows.
     *
     * @param renderer_base $output
     * @return array
     */
    public function export_for_template(renderer_base $output): array {
        $latest = runs::latest();
        return [
            'banners' => [...self::silence(), ...self::wanted($latest)],
            'latest' => $latest ? $output->render(new run_report($latest, 4)) : '',
        ];
    }

    /**
     * That nothing was heard for too long.
     *
     * @return array[]
     */
    private static function silence(): array {
        $silence = silence::lasting();
        if ($silence === null) {
            return [];
        }
        $lines = array_map(fn(string $line): array => line::is_command($line)
            ? ['command' => $line, 'id' => 'local_dltsync_silence']
            : ['words' => $line], [$silence->says(), ...$silence->remedy()]);
        return [['class' => 'danger', 'lines' => $lines]];
    }

    /**
     * What the latest run wants.
     *
     * @param stdClass|null $latest
     * @return array[]
     */
    private static function wanted(?stdClass $latest): array {
        return match ($latest?->needs) {
            'release' => [['class' => 'warning', 'lines' => [['words' => get_string('banner_release', 'local_dltsync')]]]],
            'look' => [['class' => 'warning', 'lines' => [['words' => get_string('banner_look', 'local_dltsync')]]]],
            default => [],
        };
    }
}
