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

use local_dltsync\tests\status_testcase;
use moodle_exception;

/**
 * A report is taken as it was agreed, or not at all, and each reader gets it in a language that it is in.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\status\report
 * @covers     \local_dltsync\local\request::plain
 */
final class report_test extends status_testcase {
    public function test_what_is_stored_is_what_was_told(): void {
        $told = self::told()['report'];
        $stored = report::stored(report::from($told)->json());
        $this->assertSame('Үш пайдаланушы', $stored->subject('kk'));
        $this->assertSame($told['en']['sections'], $stored->sections('en'));
    }

    public function test_a_report_that_says_nothing_is_none(): void {
        $this->assertNull(report::from([])->json());
        $none = report::stored(null);
        $this->assertSame(['', '', []], [$none->language('kk'), $none->subject(''), $none->sections('')]);
    }

    public function test_readers_get_their_language_or_the_sites_or_one_that_is_there(): void {
        global $CFG;
        $report = report::from(self::told()['report']);
        $this->assertSame(['kk', 'kk', 'en'], array_map([$report, 'language'], ['kk', 'kk_wp', 'de']));
        $CFG->lang = 'kk';
        $this->assertSame('kk', $report->language('de'));
        $this->assertSame('ru', report::from(['ru' => self::text('Три')])->language('de'));
    }

    public function test_a_section_without_lines_is_not_shown(): void {
        $empty = ['code' => 'parked', 'title' => 'Parked', 'lines' => []];
        $report = report::from(['en' => self::text('x', [$empty])]);
        $this->assertSame(['changes'], array_column($report->sections('en'), 'code'));
        $this->assertSame([[], ['Анатомия <i>: x']], [$report->lines('parked'), $report->lines('changes')]);
    }

    public function test_line_breaks_are_taken_and_so_are_codes_that_are_not_known(): void {
        $section = ['code' => 'weather', 'title' => 'Weather', 'lines' => ["rain\nand\twind"]];
        $report = report::from(['en' => ['subject' => '', 'sections' => [$section]]]);
        $this->assertSame([$section], $report->sections('en'));
    }

    /**
     * Reports that are not what was agreed, and the field that is named.
     *
     * @return array[]
     */
    public static function wrong(): array {
        $section = fn(array $section): array => ['en' => ['subject' => 'x', 'sections' => [
            $section + ['code' => 'changes', 'title' => 'Changes', 'lines' => []],
        ]]];
        $sections = array_fill(0, 21, ['code' => 'changes', 'title' => 'Changes', 'lines' => []]);
        return [
            'no report' => ['none', 'report'],
            'a language that is not spoken' => [['de' => self::text('x')], 'report'],
            'a list' => [[self::text('x')], 'report'],
            'a language without words' => [['en' => 'Done'], 'report'],
            'no subject' => [['en' => ['sections' => []]], 'subject'],
            'a subject too long' => [['en' => self::text(str_repeat('ә', 256))], 'subject'],
            'a subject with a bell' => [['en' => self::text("x\x07")], 'subject'],
            'no sections' => [['en' => ['subject' => 'x']], 'sections'],
            'sections with names' => [['en' => ['subject' => 'x', 'sections' => ['a' => []]]], 'sections'],
            'too many sections' => [['en' => ['subject' => 'x', 'sections' => $sections]], 'sections'],
            'a section that is none' => [['en' => ['subject' => 'x', 'sections' => ['x']]], 'sections'],
            'a code with a sign' => [$section(['code' => 'a"b']), 'code'],
            'no code' => [$section(['code' => '']), 'code'],
            'a title that is none' => [$section(['title' => 3]), 'title'],
            'a title too long' => [$section(['title' => str_repeat('x', 256)]), 'title'],
            'lines that are none' => [$section(['lines' => 'x']), 'lines'],
            'a line that is none' => [$section(['lines' => [3]]), 'lines'],
            'too many lines' => [$section(['lines' => array_fill(0, 201, 'x')]), 'lines'],
            'a line too long' => [$section(['lines' => [str_repeat('ә', 1001)]]), 'lines'],
            'a line with a NUL byte' => [$section(['lines' => ["a\0b"]]), 'lines'],
            'a line with an escape' => [$section(['lines' => ["\e[2J"]]), 'lines'],
        ];
    }

    /**
     * It is refused, and what is wrong is named.
     *
     * @dataProvider wrong
     * @param mixed $told
     * @param string $field
     */
    public function test_another_report_is_refused(mixed $told, string $field): void {
        try {
            report::from($told);
            $this->fail('It was taken.');
        } catch (moodle_exception $e) {
            $this->assertSame(['badrequest', $field], [$e->errorcode, $e->a]);
        }
    }
}
