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

use local_dltsync\local\videos\choices;
use stdClass;

/**
 * Somebody says what is wrong with a video. Custom data also: "video", the key of the one that is meant.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class problem extends ask {
    /**
     * Adds the elements.
     */
    protected function definition() {
        $this->_form->addElement('hidden', 'topic', $this->_customdata['topic']->id);
        $this->_form->setType('topic', PARAM_INT);
        $titles = array_map(fn(stdClass $video): string => $video->title, $this->videos($this->_customdata['topic']));
        $this->_form->addElement('select', 'video', get_string('video', 'local_dltsync'), $titles);
        $this->_form->setDefault('video', $this->_customdata['video']);
        $problems = ['' => get_string('choosedots')] + choices::options('problem', choices::PROBLEMS);
        $this->_form->addElement('select', 'problem', get_string('whatiswrong', 'local_dltsync'), $problems);
        $this->_form->addRule('problem', null, 'required', null, 'client');
        $this->add_notes('problem_notes');
        $this->add_action_buttons(true, get_string('reportproblem', 'local_dltsync'));
    }

    /**
     * Something else needs words; the video must be one that the user sees.
     *
     * @param array $data
     * @param array $files
     * @return string[]
     */
    public function validation($data, $files) {
        $errors = parent::validation($data, $files);
        // A select drops what is not among its choices.
        $problem = $data['problem'] ?? '';
        if ($problem === '') {
            $errors['problem'] = get_string('required');
        } else if ($problem === 'other' && trim($data['notes'] ?? '') === '') {
            $errors['notes'] = get_string('saywhatiswrong', 'local_dltsync');
        }
        $topic = $this->viewer()->topic((int)$data['topic']);
        if ($topic === null || !isset($this->videos($topic)[$data['video'] ?? ''])) {
            $errors['video'] = get_string('choosevideo', 'local_dltsync');
        }
        return $errors;
    }

    /**
     * What is reported.
     *
     * @param stdClass $data
     * @param stdClass $topic
     * @return string[]
     */
    protected function asked(stdClass $data, stdClass $topic): array {
        $video = $this->videos($topic)[$data->video];
        return [
            'type' => 'problem',
            'videokey' => $video->key,
            'title' => $video->title,
            'url' => $video->url,
            'language' => $video->language,
            'problem' => $data->problem,
            'notes' => $data->notes,
        ];
    }

    /**
     * The videos of a topic that the user sees.
     *
     * @param stdClass $topic
     * @return stdClass[] by key
     */
    private function videos(stdClass $topic): array {
        return array_column($this->viewer()->videos($topic), null, 'key');
    }
}
