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

use context_coursecat;
use core\output\named_templatable;
use local_dltsync\local\videos\coverage;
use renderable;
use renderer_base;

/**
 * The figures of all courses of a category together.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class coverage_totals implements named_templatable, renderable {
    /**
     * The totals of a category.
     *
     * @param context_coursecat $context
     */
    public function __construct(
        /** @var context_coursecat */
        private readonly context_coursecat $context,
    ) {
    }

    /**
     * The name of the template.
     *
     * @param renderer_base $renderer
     * @return string
     */
    public function get_template_name(renderer_base $renderer): string {
        return 'local_dltsync/coverage_totals';
    }

    /**
     * What the template shows.
     *
     * @param renderer_base $output
     * @return array
     */
    public function export_for_template(renderer_base $output): array {
        $totals = coverage::totals($this->context);
        $values = $totals + ['share' => coverage::share($totals['working'], $totals['owed'])];
        $names = array_map(fn(string $name): string => get_string("coverage_$name", 'local_dltsync'), array_keys($values));
        return ['figures' => array_map(fn($name, $value): array => compact('name', 'value'), $names, array_values($values))];
    }
}
