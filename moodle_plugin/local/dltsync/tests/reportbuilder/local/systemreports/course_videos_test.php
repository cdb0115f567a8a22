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

namespace local_dltsync\reportbuilder\local\systemreports;

use core_reportbuilder\exception\report_access_exception;
use core_reportbuilder\local\filters\select;
use local_dltsync\local\videos\topics;
use local_dltsync\tests\pages_testcase;

/**
 * A teacher sees every topic with its state, a student the videos, a stranger nothing.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\reportbuilder\local\systemreports\course_videos
 * @covers     \local_dltsync\reportbuilder\local\entities\topic
 * @covers     \local_dltsync\reportbuilder\local\formatters\topic
 */
final class course_videos_test extends pages_testcase {
    public function test_a_teacher_sees_states_in_words_with_reasons_and_actions(): void {
        $this->setUser($this->teacher);
        $html = $this->report(course_videos::class)->output();
        $expected = [
            'Тақырып-1 &lt;b&gt;', 'Working video', 'Out of date: recorded too long ago', 'No video',
            'No video is owed: Дәріс сағаттары жоқ', 'Бейне-shown', 'Бейне-hidden', 'Kazakh, 10 mins', 'Suggest a video',
            'Ask for a shooting', 'This link is wrong', 'ask.php?course=' . $this->course->id,
        ];
        foreach ($expected as $text) {
            $this->assertStringContainsString($text, $html);
        }
        $this->assertStringNotContainsString('<b>', $html);
    }

    public function test_a_student_sees_videos_and_never_a_state(): void {
        $this->setUser($this->student);
        $html = $this->report(course_videos::class)->output();
        foreach (['Тақырып-1', 'Бейне-shown', 'Report a problem', 'mod/url/view.php'] as $text) {
            $this->assertStringContainsString($text, $html);
        }
        foreach (['Тақырып-2', 'Тақырып-3', 'Бейне-hidden', 'Working video', 'Suggest', 'shooting', 'wrong'] as $text) {
            $this->assertStringNotContainsString($text, $html);
        }
        $this->assertNull($this->report(course_videos::class)->get_filter('topic:state'));
        $this->assertFalse($this->report(course_videos::class)->can_be_downloaded());
    }

    public function test_without_the_capability_there_is_no_way_to_report(): void {
        $this->take_away('student', 'local/dltsync:reportvideo');
        $this->setUser($this->student);
        $html = $this->report(course_videos::class)->output();
        $this->assertStringContainsString('Бейне-shown', $html);
        $this->assertStringNotContainsString('Report a problem', $html);
    }

    public function test_topics_of_other_courses_are_not_shown(): void {
        $other = $this->getDataGenerator()->create_course();
        topics::replace((int)$other->id, topics::rows([self::topic(97531, 'ok', [])]));
        $this->setUser($this->teacher);
        $this->assertStringNotContainsString('97531', $this->report(course_videos::class)->output());
    }

    public function test_a_filter_by_state_works(): void {
        $this->setUser($this->teacher);
        $report = $this->report(course_videos::class);
        $report->set_filter_values(['topic:state_operator' => select::EQUAL_TO, 'topic:state_value' => 'missing']);
        $html = $report->output();
        $this->assertStringContainsString('Тақырып-3', $html);
        $this->assertStringNotContainsString('Тақырып-1', $html);
    }

    public function test_without_access_to_the_course_it_is_refused(): void {
        $this->setUser($this->getDataGenerator()->create_user());
        $this->expectException(report_access_exception::class);
        $this->report(course_videos::class);
    }

    public function test_without_the_capability_it_is_refused(): void {
        $this->take_away('student', 'local/dltsync:viewvideos');
        $this->setUser($this->student);
        $this->expectException(report_access_exception::class);
        $this->report(course_videos::class);
    }
}
