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

use core\output\named_templatable;
use core_media_manager;
use local_dltsync\local\videos\choices;
use local_dltsync\local\videos\requests;
use local_dltsync\local\videos\shown;
use moodle_url;
use renderable;
use renderer_base;
use stdClass;

/**
 * A request with all that is known of it, and its history.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class request implements named_templatable, renderable {
    /**
     * A request.
     *
     * @param stdClass $row
     */
    public function __construct(
        /** @var stdClass */
        private readonly stdClass $row,
    ) {
    }

    /**
     * The name of the template.
     *
     * @param renderer_base $renderer
     * @return string
     */
    public function get_template_name(renderer_base $renderer): string {
        return 'local_dltsync/request';
    }

    /**
     * What the template shows.
     *
     * @param renderer_base $output
     * @return array
     */
    public function export_for_template(renderer_base $output): array {
        $row = $this->row;
        $player = $row->url === '' ? '' : core_media_manager::instance()->embed_url(new moodle_url($row->url), shown::title($row));
        return [
            'facts' => $this->facts(),
            'url' => $row->url,
            'player' => $player,
            'history' => array_values(array_map([$this, 'step'], requests::history((int)$row->id))),
        ];
    }

    /**
     * What is asked for, by whom, and how far it is.
     *
     * @return string[][]
     */
    private function facts(): array {
        $row = $this->row;
        $values = [
            'type' => choices::word('type', $row->type),
            'stage' => choices::stage($row->type, $row->stage),
            'course' => shown::course((int)$row->courseid),
            'asker' => shown::person((int)$row->userid, $row->askedby),
            'created' => userdate($row->timecreated),
            'language' => $row->language === '' ? '' : choices::word('language', $row->language),
            'problem' => $row->problem === '' ? '' : choices::word('problem', $row->problem),
            'wished' => $row->wished,
            'place' => $row->place,
            'notes' => (string)$row->notes,
            'planned' => shown::day($row->planned),
            'specialist' => $row->specialist,
            'reason' => $row->reason,
        ];
        $facts = [];
        foreach (array_filter($values, fn(string $value): bool => $value !== '') as $name => $value) {
            $facts[] = ['name' => get_string("request_$name", 'local_dltsync'), 'value' => $value];
        }
        return $facts;
    }

    /**
     * A stage of the history.
     *
     * @param stdClass $step
     * @return string[]
     */
    private function step(stdClass $step): array {
        return [
            'time' => userdate($step->timecreated, get_string('strftimedatetimeshort', 'core_langconfig')),
            'stage' => choices::stage($this->row->type, $step->stage),
            'by' => shown::person((int)$step->userid, $step->byname),
            'details' => implode('; ', shown::details($step)),
        ];
    }
}
