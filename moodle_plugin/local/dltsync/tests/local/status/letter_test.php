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

use basic_testcase;
use moodle_url;

/**
 * A letter says the same as text and as HTML, and is not longer than people read.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\status\letter
 * @covers     \local_dltsync\local\status\line
 */
final class letter_test extends basic_testcase {
    /**
     * A letter of one section.
     *
     * @param string $title
     * @param string ...$lines
     * @return letter
     */
    private static function letter(string $title, string ...$lines): letter {
        return new letter('One <plan> waits', [['code' => 'parked', 'title' => $title, 'lines' => $lines]]);
    }

    public function test_text_stands_as_it_is_with_one_line_for_each(): void {
        $text = self::letter('Parked', "two\nlines", 'dlt-sync apply')->text(new moodle_url('/x.php', ['a' => 1, 'b' => 2]));
        $this->assertStringStartsWith("One ‹plan› waits\n\nParked\ntwo lines\ndlt-sync apply\n\n", $text);
        $this->assertStringContainsString("/x.php?a=1&b=2\n", $text);
        $this->assertStringContainsString('/message/notificationpreferences.php', $text);
    }

    public function test_html_is_made_here_alone(): void {
        $html = self::letter('<b>', '<script>', 'dlt-sync apply --as "N"')->html(new moodle_url('/x.php'));
        $this->assertStringContainsString('One &lt;plan&gt; waits', $html);
        $this->assertStringContainsString('&lt;script&gt;', $html);
        $this->assertStringNotContainsString('<script', $html);
        $this->assertStringNotContainsString('<b>', $html);
        $this->assertStringContainsString('>dlt-sync apply --as &quot;N&quot;</pre>', $html);
    }

    public function test_a_section_may_be_without_a_title(): void {
        $letter = self::letter('', 'x');
        $this->assertStringContainsString("waits\n\nx\n", $letter->text(new moodle_url('/')));
        $this->assertStringNotContainsString('<h4>', $letter->html(new moodle_url('/')));
    }

    public function test_of_a_long_section_the_page_has_the_rest(): void {
        $letter = self::letter('Changes', ...array_map(fn($n): string => "line $n.", range(1, 45)));
        foreach ([$letter->text(new moodle_url('/')), $letter->html(new moodle_url('/'))] as $words) {
            $this->assertStringContainsString('line 30.', $words);
            $this->assertStringNotContainsString('line 31.', $words);
            $this->assertStringContainsString('15 more', $words);
        }
    }

    public function test_a_sentence_about_the_program_is_no_command(): void {
        $this->assertTrue(line::is_command('  dlt-sync daemon status'));
        $this->assertFalse(line::is_command('Ask dlt-sync doctor'));
        $this->assertFalse(line::is_command('dlt-sync'));
    }
}
