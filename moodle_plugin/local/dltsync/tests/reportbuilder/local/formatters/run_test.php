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

namespace local_dltsync\reportbuilder\local\formatters;

use basic_testcase;

/**
 * A run is told in words that a methodist understands.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\reportbuilder\local\formatters\run
 */
final class run_test extends basic_testcase {
    public function test_counts_stand_by_kind_in_their_order_with_what_removal_means_for_the_kind(): void {
        $counts = '{"enrolment.remove":2,"user.remove":1,"user.create":3,"course.remove":1,"failed":4}';
        $this->assertSame(implode('; <br />', [
            'Users: 3 created, 1 suspended',
            'Courses: 1 hidden and archived',
            'Enrolments: 2 suspended',
            '4 failed',
        ]), run::counts($counts));
    }

    public function test_every_kind_and_action_has_its_word(): void {
        $counts = [];
        foreach (['category', 'user', 'cohort', 'course', 'group', 'enrolment', 'video'] as $kind) {
            foreach (['create', 'adopt', 'update', 'remove', 'restore', 'recreate', 'delete'] as $action) {
                $counts["$kind.$action"] = 5;
            }
        }
        $told = run::counts(json_encode($counts));
        $this->assertSame(49, substr_count($told, '5 '));
        $this->assertStringNotContainsString('[[', $told);
    }

    public function test_a_run_that_changed_nothing_says_so(): void {
        foreach (['{}', null, '', '{"user.create":0}'] as $counts) {
            $this->assertSame('Nothing was changed', run::counts($counts));
        }
    }

    public function test_what_a_newer_program_counts_is_shown_as_it_is(): void {
        $this->assertSame('Users: 1 created; <br />badge.create: 2', run::counts('{"badge.create":2,"user.create":1}'));
    }

    public function test_a_verdict_is_a_word_in_a_badge(): void {
        $this->assertSame('<span class="badge bg-success text-white">Done</span>', run::verdict('ok'));
        foreach (['partial', 'refused', 'stopped', 'failed'] as $verdict) {
            $this->assertDoesNotMatchRegularExpression("/>$verdict</", run::verdict($verdict));
        }
    }

    public function test_a_word_that_is_not_known_is_shown_harmless(): void {
        $this->assertStringContainsString('&lt;b&gt;', run::verdict('<b>'));
        $this->assertSame('&lt;b&gt;', run::mode('<b>'));
    }

    public function test_what_a_run_wants_is_a_word_in_a_badge_and_nothing_is_none(): void {
        $this->assertStringContainsString('>Waiting for a decision<', run::needs('release'));
        $this->assertStringContainsString('>Wants somebody to look<', run::needs('look'));
        $this->assertSame(['', '', ''], array_map([run::class, 'needs'], ['', null, '<b>']));
    }

    public function test_a_number_opens_its_run(): void {
        $html = run::number('12', (object)['id' => '3']);
        $this->assertStringContainsString('/local/dltsync/run.php?id=3"', $html);
        $this->assertStringContainsString('aria-label="Run 12"', $html);
        $this->assertStringEndsWith('>12</a>', $html);
    }

    public function test_a_run_that_has_not_ended_has_no_duration(): void {
        $this->assertSame('', run::duration(-1_790_000_000));
        $this->assertSame('1 min 30 secs', run::duration(90));
    }
}
