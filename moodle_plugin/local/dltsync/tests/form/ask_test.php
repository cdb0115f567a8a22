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

namespace local_dltsync\form;

use local_dltsync\tests\pages_testcase;
use moodle_url;

/**
 * What people type is checked, and becomes the request that they meant.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\form\ask
 * @covers     \local_dltsync\form\suggestion
 * @covers     \local_dltsync\form\shooting
 * @covers     \local_dltsync\form\problem
 */
final class ask_test extends pages_testcase {
    /**
     * A form as it was sent.
     *
     * @param string $type
     * @param array $data
     * @param int $number of the topic that it was opened for
     * @return ask
     */
    private function sent(string $type, array $data, int $number = 3): ask {
        $class = "local_dltsync\\form\\$type";
        $topic = $this->topic_row($number);
        $class::mock_submit($data + ['topic' => $topic->id, 'notes' => '']);
        return ask::of($type, new moodle_url('/local/dltsync/ask.php'), [
            'viewer' => $this->viewer(),
            'topic' => $topic,
            'video' => '',
        ]);
    }

    /**
     * What is said of wrong values, by element.
     *
     * @param ask $form
     * @param array $data
     * @return string[]
     */
    private function errors(ask $form, array $data): array {
        return $form->validation($data + ['topic' => $this->topic_row(3)->id, 'notes' => ''], []);
    }

    public function test_a_suggestion_becomes_a_request(): void {
        $this->setUser($this->teacher);
        $data = ['url' => ' https://media.academy.example/v/9 ', 'title' => '', 'language' => 'en', 'notes' => 'Best there is'];
        $form = $this->sent('suggestion', $data);
        $this->assertTrue($form->is_validated());
        $fields = $form->fields();
        $this->assertSame('https://media.academy.example/v/9', $fields['url']);
        $this->assertSame(['suggestion', 'plt:topic:3', 'en'], [$fields['type'], $fields['topickey'], $fields['language']]);
        $this->assertSame('Тақырып-3 <b>', $fields['title']);
    }

    public function test_a_suggestion_is_checked_for_address_language_and_topic(): void {
        $this->setUser($this->teacher);
        $form = $this->sent('suggestion', []);
        $good = ['url' => 'https://media.academy.example/v/9', 'language' => 'en', 'title' => ''];
        $this->assertSame([], $this->errors($form, $good));
        $this->assertSame(['url'], array_keys($this->errors($form, ['url' => 'http://127.0.0.1/v'] + $good)));
        $this->assertSame(['notes'], array_keys($this->errors($form, ['language' => 'ru'] + $good)));
        $this->assertSame([], $this->errors($form, ['language' => 'ru', 'notes' => 'The best one'] + $good));
        $this->assertSame(['topic'], array_keys($this->errors($form, ['topic' => 999999] + $good)));
        $long = ['notes' => str_repeat('ә', 10001)];
        $this->assertSame(['notes'], array_keys($this->errors($form, $long + $good)));
    }

    public function test_a_shooting_becomes_a_request(): void {
        $this->setUser($this->teacher);
        $data = ['language' => 'kk', 'wished' => 'Any Tuesday', 'place' => 'Room 12', 'notes' => 'The heart'];
        $form = $this->sent('shooting', $data);
        $this->assertTrue($form->is_validated());
        $fields = $form->fields();
        $this->assertSame(['shooting', 'kk', 'Any Tuesday', 'Room 12', 'The heart'], [
            $fields['type'],
            $fields['language'],
            $fields['wished'],
            $fields['place'],
            $fields['notes'],
        ]);
    }

    public function test_a_problem_is_one_of_a_video_that_is_seen(): void {
        $this->setUser($this->student);
        $shown = 'plt:offering:1|plt:placement:shown';
        $form = $this->sent('problem', ['video' => $shown, 'problem' => 'does_not_play'], 1);
        $this->assertTrue($form->is_validated());
        $fields = $form->fields();
        $this->assertSame(['problem', $shown, 'does_not_play', 'Бейне-shown', 'https://media.academy.example/shown.mp4'], [
            $fields['type'],
            $fields['videokey'],
            $fields['problem'],
            $fields['title'],
            $fields['url'],
        ]);
        $seen = ['topic' => $this->topic_row(1)->id, 'video' => $shown, 'problem' => 'other'];
        $this->assertSame(['notes'], array_keys($this->errors($form, $seen)));
        $hidden = ['topic' => $this->topic_row(2)->id, 'video' => 'plt:offering:1|plt:placement:hidden', 'problem' => 'asks_login'];
        $this->assertSame(['topic', 'video'], array_keys($this->errors($form, $hidden)));
    }
}
