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

use local_dltsync\local\videos\address;
use stdClass;

/**
 * A teacher suggests a video for a topic.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class suggestion extends ask {
    /**
     * Adds the elements.
     */
    protected function definition() {
        $this->add_topic();
        $this->add_text('url', address::LONGEST, true);
        $this->_form->addRule('url', null, 'required', null, 'client');
        $this->add_text('title', 255, false, 'videotitle');
        $this->add_language();
        $this->add_notes('suggestion_notes');
        $this->add_action_buttons(true, get_string('suggestvideo', 'local_dltsync'));
    }

    /**
     * The address must be one that everybody can open; a video in a language other than the course's needs a reason.
     *
     * @param array $data
     * @param array $files
     * @return string[]
     */
    public function validation($data, $files) {
        $errors = parent::validation($data, $files);
        $trouble = address::trouble(trim($data['url'] ?? ''));
        if ($trouble !== '') {
            $errors['url'] = get_string("address_$trouble", 'local_dltsync');
        }
        // A select drops what is not among its choices.
        $language = $data['language'] ?? '';
        if ($language === '') {
            $errors['language'] = get_string('required');
        } else if ($language !== $this->viewer()->language() && trim($data['notes'] ?? '') === '') {
            $errors['notes'] = get_string('whyotherlanguage', 'local_dltsync');
        }
        return $errors;
    }

    /**
     * What is suggested.
     *
     * @param stdClass $data
     * @param stdClass $topic
     * @return string[]
     */
    protected function asked(stdClass $data, stdClass $topic): array {
        return [
            'type' => 'suggestion',
            'url' => $data->url,
            'title' => $data->title === '' ? $topic->title : $data->title,
            'language' => $data->language,
            'notes' => $data->notes,
        ];
    }
}
