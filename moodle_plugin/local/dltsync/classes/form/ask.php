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
use local_dltsync\local\videos\requests;
use local_dltsync\local\videos\viewer;
use moodleform;
use stdClass;

defined('MOODLE_INTERNAL') || die();

require_once($CFG->libdir . '/formslib.php');

/**
 * Somebody asks for something at a topic of a course. Custom data: "viewer" and "topic" (a row, or null for none yet).
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class ask extends moodleform {
    /**
     * The form for a type of request.
     *
     * @param string $type
     * @param \moodle_url $url
     * @param array $customdata
     * @return self
     */
    final public static function of(string $type, \moodle_url $url, array $customdata): self {
        return match ($type) {
            'suggestion' => new suggestion($url->out(false), $customdata),
            'shooting' => new shooting($url->out(false), $customdata),
            'problem' => new problem($url->out(false), $customdata),
        };
    }

    /**
     * The columns of the request that was sent.
     *
     * @return array
     */
    final public function fields(): array {
        $viewer = $this->viewer();
        $data = $this->get_data();
        $topic = $viewer->topic((int)$data->topic);
        $fields = array_map('trim', $this->asked($data, $topic));
        return $fields + [
            'courseid' => $viewer->course->id,
            'topickey' => $topic->sourcedid,
            'videokey' => '',
            'title' => $topic->title,
            'url' => '',
            'language' => $viewer->language(),
            'problem' => '',
            'notes' => '',
            'place' => '',
            'wished' => '',
        ];
    }

    /**
     * Checks what is the same in all forms.
     *
     * @param array $data
     * @param array $files
     * @return string[] by element
     */
    public function validation($data, $files) {
        $errors = parent::validation($data, $files);
        if ($this->viewer()->topic((int)($data['topic'] ?? 0)) === null) {
            $errors['topic'] = get_string('choosetopic', 'local_dltsync');
        }
        if (\core_text::strlen($data['notes'] ?? '') > requests::NOTES) {
            $errors['notes'] = get_string('maximumchars', 'core', requests::NOTES);
        }
        return $errors;
    }

    /**
     * What this type of request says by itself.
     *
     * @param stdClass $data
     * @param stdClass $topic
     * @return string[]
     */
    abstract protected function asked(stdClass $data, stdClass $topic): array;

    /**
     * What the user may see.
     *
     * @return viewer
     */
    final protected function viewer(): viewer {
        return $this->_customdata['viewer'];
    }

    /**
     * Adds the choice of the topic.
     */
    final protected function add_topic(): void {
        $options = ['' => get_string('choosedots')];
        foreach ($this->viewer()->topics() as $topic) {
            $options[$topic->id] = self::name($topic);
        }
        $this->_form->addElement('select', 'topic', get_string('topic', 'local_dltsync'), $options);
        $this->_form->addRule('topic', null, 'required', null, 'client');
        $this->_form->setDefault('topic', $this->_customdata['topic']->id ?? '');
    }

    /**
     * Adds a line of text.
     *
     * @param string $name
     * @param int $most characters
     * @param bool $help whether there is more to say of it
     * @param string $label name of the string, empty for that of the request's field
     */
    final protected function add_text(string $name, int $most = 255, bool $help = false, string $label = ''): void {
        $label = get_string($label ?: "request_$name", 'local_dltsync');
        $this->_form->addElement('text', $name, $label, ['maxlength' => $most]);
        $this->_form->setType($name, PARAM_RAW_TRIMMED);
        $this->_form->addRule($name, get_string('maximumchars', 'core', $most), 'maxlength', $most, 'client');
        if ($help) {
            $this->_form->addHelpButton($name, "request_$name", 'local_dltsync');
        }
    }

    /**
     * Adds the notes.
     *
     * @param string $words name of the string
     */
    final protected function add_notes(string $words): void {
        $this->_form->addElement('textarea', 'notes', get_string($words, 'local_dltsync'), ['rows' => 4]);
        $this->_form->setType('notes', PARAM_RAW_TRIMMED);
    }

    /**
     * Adds the choice of a language.
     */
    final protected function add_language(): void {
        $options = choices::options('language', choices::LANGUAGES);
        $this->_form->addElement('select', 'language', get_string('language'), $options);
        $this->_form->setDefault('language', $this->viewer()->language());
    }

    /**
     * A topic in a list.
     *
     * @param stdClass $topic
     * @return string
     */
    final public static function name(stdClass $topic): string {
        return get_string('topicname', 'local_dltsync', [
            'kind' => choices::word('kind', $topic->topickind),
            'number' => $topic->number,
            'title' => $topic->title,
        ]);
    }
}
