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

use local_dltsync\tests\pages_testcase;

/**
 * What the pages show beside their reports.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\output\topic_videos
 * @covers     \local_dltsync\output\request
 * @covers     \local_dltsync\local\videos\shown
 */
final class pages_test extends pages_testcase {
    public function test_a_teacher_sees_a_topics_video_in_the_player_with_what_can_be_done(): void {
        global $OUTPUT;
        $this->setUser($this->teacher);
        $html = $OUTPUT->render(new topic_videos($this->topic_row(1), $this->viewer()));
        $expected = ['media.academy.example/shown.mp4', 'Working video', 'This link is wrong', 'Suggest a video', '10 mins'];
        foreach ($expected as $text) {
            $this->assertStringContainsString($text, $html);
        }
    }

    public function test_a_student_sees_no_state_and_no_hidden_video(): void {
        global $OUTPUT;
        $this->setUser($this->student);
        $html = $OUTPUT->render(new topic_videos($this->topic_row(1), $this->viewer()));
        $this->assertStringContainsString('Report a problem', $html);
        $this->assertStringNotContainsString('Working video', $html);
        $html = $OUTPUT->render(new topic_videos($this->topic_row(2), $this->viewer()));
        $this->assertStringNotContainsString('hidden.mp4', $html);
    }

    public function test_a_request_is_shown_with_its_history(): void {
        global $OUTPUT;
        $row = $this->ask($this->teacher, ['notes' => '<script>x</script>', 'place' => 'Room 12']);
        $row->planned = '2027-03-05';
        $html = $OUTPUT->render(new request($row));
        foreach (['Room 12', fullname($this->teacher), 'Requested', 'Анатомия', '5 March 2027', '&lt;script&gt;'] as $text) {
            $this->assertStringContainsString($text, $html);
        }
        $this->assertStringNotContainsString('<script>x', $html);
    }
}
