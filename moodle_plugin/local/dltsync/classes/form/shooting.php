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

use stdClass;

/**
 * A teacher asks the department to shoot a video for a topic.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class shooting extends ask {
    /**
     * Adds the elements.
     */
    protected function definition() {
        $this->add_topic();
        $this->add_language();
        $this->add_text('wished', 255, true);
        $this->add_text('place');
        $this->add_notes('shooting_notes');
        $this->add_action_buttons(true, get_string('requestshooting', 'local_dltsync'));
    }

    /**
     * A select drops what is not among its choices.
     *
     * @param array $data
     * @param array $files
     * @return string[]
     */
    public function validation($data, $files) {
        $missing = ($data['language'] ?? '') === '' ? ['language' => get_string('required')] : [];
        return parent::validation($data, $files) + $missing;
    }

    /**
     * What is asked for.
     *
     * @param stdClass $data
     * @param stdClass $topic
     * @return string[]
     */
    protected function asked(stdClass $data, stdClass $topic): array {
        return [
            'type' => 'shooting',
            'language' => $data->language,
            'wished' => $data->wished,
            'place' => $data->place,
            'notes' => $data->notes,
        ];
    }
}
