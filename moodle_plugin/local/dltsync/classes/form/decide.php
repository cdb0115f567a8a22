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

use core\clock;
use core\di;
use local_dltsync\local\videos\choices;
use local_dltsync\local\videos\decision;
use moodleform;
use stdClass;

defined('MOODLE_INTERNAL') || die();

require_once($CFG->libdir . '/formslib.php');

/**
 * Somebody of the department brings a request to a stage. Custom data: "request" (the row) and "stage" (proposed).
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class decide extends moodleform {
    /**
     * Adds the elements.
     */
    protected function definition() {
        $request = $this->request();
        $form = $this->_form;
        $form->addElement('hidden', 'seen', $request->timestaged);
        $form->setType('seen', PARAM_INT);
        $form->addElement('select', 'stage', get_string('request_stage', 'local_dltsync'), self::stages($request));
        $form->setDefault('stage', $this->_customdata['stage'] ?: $request->stage);
        if ($request->type === 'shooting') {
            $form->addElement('date_selector', 'planned', get_string('request_planned', 'local_dltsync'), ['optional' => true]);
            $form->setDefault('planned', self::moment($request->planned));
            $this->add_text('specialist');
        }
        $this->add_text('reason');
        $form->addHelpButton('reason', 'request_reason', 'local_dltsync');
        $this->add_action_buttons(true, get_string('savechanges'));
    }

    /**
     * A refusal needs a reason, and nobody decides on what has changed before their eyes.
     *
     * @param array $data
     * @param array $files
     * @return string[]
     */
    public function validation($data, $files) {
        $errors = parent::validation($data, $files);
        // A select drops what is not among its choices.
        $stage = $data['stage'] ?? '';
        if ($stage === '') {
            $errors['stage'] = get_string('required');
        }
        if (in_array($stage, ['rejected', 'cancelled'], true) && trim($data['reason']) === '') {
            $errors['reason'] = get_string('givereason', 'local_dltsync');
        }
        if ((int)$data['seen'] !== (int)$this->request()->timestaged) {
            $errors['stage'] = get_string('changedmeanwhile', 'local_dltsync');
        }
        return $errors;
    }

    /**
     * The decision that was sent.
     *
     * @param int $userid who decides
     * @return decision
     */
    public function decision(int $userid): decision {
        $data = $this->get_data();
        return new decision(
            $data->stage,
            trim($data->reason),
            trim($data->specialist ?? ''),
            self::day((int)($data->planned ?? 0)),
            di::get(clock::class)->time(),
            $userid,
        );
    }

    /**
     * The request.
     *
     * @return stdClass
     */
    private function request(): stdClass {
        return $this->_customdata['request'];
    }

    /**
     * The stages that it can have.
     *
     * @param stdClass $request
     * @return string[]
     */
    private static function stages(stdClass $request): array {
        $stages = choices::stages($request->type);
        return array_combine($stages, array_map(fn($stage): string => choices::stage($request->type, $stage), $stages));
    }

    /**
     * Adds a line of text with what it says now.
     *
     * @param string $name
     */
    private function add_text(string $name): void {
        $this->_form->addElement('text', $name, get_string("request_$name", 'local_dltsync'), ['maxlength' => 255]);
        $this->_form->setType($name, PARAM_RAW_TRIMMED);
        $this->_form->addRule($name, get_string('maximumchars', 'core', 255), 'maxlength', 255, 'client');
        $this->_form->setDefault($name, $this->request()->$name);
    }

    /**
     * The beginning of a day where the user is.
     *
     * @param string $day ISO date, empty for none
     * @return int 0 for none
     */
    private static function moment(string $day): int {
        return $day === '' ? 0 : make_timestamp(...array_map('intval', explode('-', $day)));
    }

    /**
     * The day of a moment where the user is.
     *
     * @param int $moment 0 for none
     * @return string ISO date, empty for none
     */
    private static function day(int $moment): string {
        $date = usergetdate($moment);
        return $moment ? sprintf('%04d-%02d-%02d', $date['year'], $date['mon'], $date['mday']) : '';
    }
}
