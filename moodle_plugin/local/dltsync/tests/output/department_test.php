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

use local_dltsync\tests\status_testcase;

/**
 * The department page begins with what wants somebody, then says what the latest run did.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\output\department
 * @covers     \local_dltsync\output\run_report
 */
final class department_test extends status_testcase {
    /**
     * The top of the page.
     *
     * @return string
     */
    private static function page(): string {
        global $OUTPUT;
        return $OUTPUT->render(new department());
    }

    public function test_without_a_run_there_is_nothing(): void {
        $this->assertSame('', trim(self::page()));
    }

    public function test_the_latest_run_is_told_with_its_sections(): void {
        self::take(self::told(['run' => 5, 'started' => 1_780_000_000, 'report' => ['en' => self::text('Older')]]));
        self::take(self::told());
        $html = self::page();
        foreach (['Latest run', 'Three users', 'By kafedra', 'Анатомия &lt;i&gt;', 'Done', '1 min 30 secs'] as $text) {
            $this->assertStringContainsString($text, $html);
        }
        $this->assertStringNotContainsString('Older', $html);
        $this->assertStringNotContainsString('role="alert"', $html);
    }

    public function test_what_waits_has_a_banner_and_the_command_can_be_copied(): void {
        self::take(self::stopped());
        $html = self::page();
        $this->assertStringContainsString('A plan waits for a decision.', $html);
        $this->assertStringContainsString('Waiting for a decision', $html);
        $id = preg_match('~<code id="([^"]+)"[^>]*>' . preg_quote(s(self::COMMAND), '~') . '</code>~', $html, $found);
        $this->assertSame(1, $id);
        $this->assertStringContainsString("data-clipboard-target=\"#{$found[1]}\"", $html);
    }

    public function test_a_run_that_failed_has_a_banner(): void {
        self::take(self::told(['verdict' => 'failed', 'needs' => 'look']));
        $this->assertStringContainsString('wants somebody to look at it', self::page());
    }

    public function test_silence_has_a_banner(): void {
        self::take(self::told());
        $this->clock->set_to(self::NOW + 27 * HOURSECS);
        $html = self::page();
        $this->assertStringContainsString('No run of dlt-sync has reported since', $html);
        $this->assertStringContainsString('dlt-sync daemon status</code>', $html);
    }

    public function test_a_run_without_a_report_says_what_was_counted(): void {
        self::take(self::told(['report' => []]));
        $this->assertStringContainsString('Users: 3 created', self::page());
    }

    public function test_long_sections_are_folded(): void {
        $section = ['code' => 'quarantined', 'title' => 'Set aside', 'lines' => array_map('strval', range(901, 912))];
        self::take(self::told(['report' => ['en' => self::text('x', [$section])]]));
        $html = self::page();
        $this->assertMatchesRegularExpression('~910.*<summary>2 more</summary>.*911~s', $html);
    }

    public function test_readers_get_their_language_and_other_words_say_which_they_are_in(): void {
        self::take(self::told(['report' => ['kk' => self::text('Үш пайдаланушы')]]));
        $this->assertStringContainsString('lang="kk">Үш пайдаланушы', self::page());
    }
}
