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

use local_dltsync\reportbuilder\local\formatters\run as words;
use moodle_url;
use stdClass;

/**
 * That a run has ended, and what came of it.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class run_news implements news {
    /**
     * News of a run.
     *
     * @param stdClass $run
     */
    public function __construct(
        /** @var stdClass */
        private readonly stdClass $run,
    ) {
    }

    /**
     * The id of the run's row.
     *
     * @return int
     */
    public function runid(): int {
        return (int)$this->run->id;
    }

    /**
     * There is one such news of a run.
     *
     * @return string
     */
    public function name(): string {
        return 'run';
    }

    /**
     * Whoever only wants to hear of what needs somebody can have that.
     *
     * @return string
     */
    public function provider(): string {
        return $this->run->needs === '' ? 'runreport' : 'runattention';
    }

    /**
     * The run's own page.
     *
     * @return moodle_url
     */
    public function url(): moodle_url {
        return new moodle_url('/local/dltsync/run.php', ['id' => $this->runid()]);
    }

    /**
     * The program's report; of a run that came without one, what was counted.
     *
     * @param stdClass $user
     * @return letter
     */
    public function letter(stdClass $user): letter {
        $report = report::stored($this->run->report);
        $language = $report->language(current_language());
        if ($language !== '') {
            return new letter($report->subject($language), $report->sections($language));
        }
        $lines = explode("\n", html_to_text(words::counts($this->run->counts), 0, false));
        $lines = array_filter(array_map(fn(string $line): string => trim($line, '; '), $lines));
        $section = ['code' => 'changes', 'title' => get_string('run_counts', 'local_dltsync'), 'lines' => $lines];
        $verdict = html_to_text(words::verdict($this->run->verdict), 0, false);
        $subject = get_string('run_subject', 'local_dltsync', ['run' => $this->run->run, 'verdict' => $verdict]);
        return new letter($subject, [$section]);
    }
}
