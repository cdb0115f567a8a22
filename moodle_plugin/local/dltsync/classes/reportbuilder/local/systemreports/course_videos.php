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

use core_reportbuilder\local\helpers\database;
use core_reportbuilder\local\report\action;
use core_reportbuilder\system_report;
use lang_string;
use local_dltsync\local\videos\topics;
use local_dltsync\local\videos\viewer;
use local_dltsync\reportbuilder\local\entities\topic;
use moodle_url;
use pix_icon;

/**
 * The topics of a course with their videos: all of them with their states for who teaches, for who learns those with a
 * video that Moodle shows to them.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class course_videos extends system_report {
    /**
     * Sets the table, the columns, the filters and the actions.
     */
    protected function initialise(): void {
        $viewer = $this->viewer();
        $entity = new topic($viewer);
        $alias = $entity->get_table_alias(topics::TABLE);
        $this->set_main_table(topics::TABLE, $alias);
        $this->add_entity($entity);
        $this->add_base_fields("$alias.id");
        $this->add_base_condition_simple("$alias.courseid", $viewer->course->id);
        $states = $viewer->sees_states();
        $this->add_columns_from_entities(array_map(fn(string $name): string => "topic:$name", $states
            ? ['number', 'kind', 'title', 'state', 'languages', 'videos']
            : ['number', 'kind', 'title', 'videos']));
        $this->add_filters_from_entities(array_map(fn(string $name): string => "topic:$name", $states
            ? ['title', 'number', 'kind', 'state', 'owed']
            : ['title', 'kind']));
        if (!$states) {
            $this->restrict_to(array_keys($viewer->topics()), $alias);
        }
        $this->add_action_for($viewer, 'suggestion', 'suggestvideo', 't/add');
        $this->add_action_for($viewer, 'shooting', 'requestshooting', 't/calendar');
        $this->set_initial_sort_column('topic:number', SORT_ASC);
        $this->set_default_per_page(100);
        $this->set_downloadable($states, get_string('videos', 'local_dltsync'));
        $this->set_default_no_results_notice(new lang_string('novideos', 'local_dltsync'));
    }

    /**
     * Whoever may open the page may read the report.
     *
     * @return bool
     */
    protected function can_view(): bool {
        return $this->viewer()->may_view();
    }

    /**
     * The name of the report.
     *
     * @return string
     */
    public static function get_name(): string {
        return get_string('videos', 'local_dltsync');
    }

    /**
     * What the user may see in the course.
     *
     * @return viewer
     */
    private function viewer(): viewer {
        return viewer::of((int)$this->get_context()->instanceid);
    }

    /**
     * Shows these topics only.
     *
     * @param int[] $ids
     * @param string $alias
     */
    private function restrict_to(array $ids, string $alias): void {
        global $DB;
        $prefix = database::generate_param_name('_');
        [$in, $params] = $DB->get_in_or_equal($ids, SQL_PARAMS_NAMED, $prefix, true, 0);
        $this->add_base_condition_sql("$alias.id $in", $params);
    }

    /**
     * Adds what may be asked for at a topic.
     *
     * @param viewer $viewer
     * @param string $type
     * @param string $words name of the string
     * @param string $icon
     */
    private function add_action_for(viewer $viewer, string $type, string $words, string $icon): void {
        if ($viewer->may_ask($type)) {
            $url = new moodle_url('/local/dltsync/ask.php', ['course' => $viewer->course->id, 'type' => $type, 'topic' => ':id']);
            $title = new lang_string($words, 'local_dltsync');
            $this->add_action(new action($url, new pix_icon($icon, ''), [], false, $title));
        }
    }
}
