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
use local_dltsync\local\status\report;
use local_dltsync\reportbuilder\local\formatters\run as words;
use renderable;
use renderer_base;
use stdClass;

/**
 * A run with all that it has to tell: changes, what is parked with the command that releases it, what went wrong.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class run_report implements named_templatable, renderable {
    /** @var int lines of a section that are seen at once; the others are behind a button */
    private const SEEN = 10;

    /** @var string[] sections that ask for something, and how they are marked beside their title */
    private const MARKS = ['parked' => 'warning', 'failed' => 'danger', 'quarantined' => 'warning'];

    /**
     * A run.
     *
     * @param stdClass $run
     * @param int $level of the headings of its sections
     */
    public function __construct(
        /** @var stdClass */
        private readonly stdClass $run,
        /** @var int */
        private readonly int $level,
    ) {
    }

    /**
     * The name of the template.
     *
     * @param renderer_base $renderer
     * @return string
     */
    public function get_template_name(renderer_base $renderer): string {
        return 'local_dltsync/run_report';
    }

    /**
     * What the template shows.
     *
     * @param renderer_base $output
     * @return array
     */
    public function export_for_template(renderer_base $output): array {
        $report = report::stored($this->run->report);
        $language = $report->language(current_language());
        $sections = [];
        foreach ($report->sections($language) as $place => $section) {
            $sections[] = $this->section($section, $place);
        }
        return [
            'facts' => $this->facts(),
            'language' => str_replace('_', '-', $language === '' ? current_language() : $language),
            'subject' => $report->subject($language),
            'sections' => $sections,
            'counts' => $sections ? '' : words::counts($this->run->counts),
        ];
    }

    /**
     * What is known of a run besides its report.
     *
     * @return string[][] HTML by name
     */
    private function facts(): array {
        $run = $this->run;
        $values = [
            'number' => (string)(int)$run->run,
            'verdict' => trim(words::verdict($run->verdict) . ' ' . words::needs($run->needs)),
            'mode' => words::mode($run->runmode),
            'started' => userdate((int)$run->timestarted),
            'duration' => words::duration((int)$run->timeended - (int)$run->timestarted),
        ];
        $facts = [];
        foreach (array_filter($values, fn(string $value): bool => $value !== '') as $name => $value) {
            $facts[] = ['name' => get_string("run_$name", 'local_dltsync'), 'value' => $value];
        }
        return $facts;
    }

    /**
     * One section.
     *
     * @param array $section
     * @param int $place among the sections
     * @return array
     */
    private function section(array $section, int $place): array {
        $id = "local_dltsync_{$this->run->id}_$place";
        $lines = [];
        foreach ($section['lines'] as $number => $line) {
            $lines[] = line::is_command($line)
                ? ['command' => trim($line), 'id' => "{$id}_$number"]
                : ['words' => $line];
        }
        $more = array_slice($lines, self::SEEN);
        return [
            'id' => $id,
            'level' => $this->level,
            'title' => $section['title'],
            'mark' => self::MARKS[$section['code']] ?? '',
            'lines' => array_slice($lines, 0, self::SEEN),
            'more' => $more,
            'morewords' => $more ? get_string('morelines', 'local_dltsync', count($more)) : '',
        ];
    }
}
