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
use local_dltsync\local\videos\viewer;
use local_dltsync\reportbuilder\local\formatters\topic as words;
use moodle_url;
use renderable;
use renderer_base;
use stdClass;

/**
 * The videos of a topic, each in Moodle's player, with what can be done about them.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class topic_videos implements named_templatable, renderable {
    /**
     * The videos of a topic as somebody may see them.
     *
     * @param stdClass $topic
     * @param viewer $viewer
     */
    public function __construct(
        /** @var stdClass */
        private readonly stdClass $topic,
        /** @var viewer */
        private readonly viewer $viewer,
    ) {
    }

    /**
     * The name of the template.
     *
     * @param renderer_base $renderer
     * @return string
     */
    public function get_template_name(renderer_base $renderer): string {
        return 'local_dltsync/topic_videos';
    }

    /**
     * What the template shows.
     *
     * @param renderer_base $output
     * @return array
     */
    public function export_for_template(renderer_base $output): array {
        $videos = array_map([$this, 'video'], $this->viewer->videos($this->topic));
        return [
            'state' => $this->viewer->sees_states() ? words::state($this->topic->state, $this->topic) : '',
            'videos' => $videos,
            'hasvideos' => (bool)$videos,
            'actions' => $this->actions(),
        ];
    }

    /**
     * One video.
     *
     * @param stdClass $video
     * @return array
     */
    private function video(stdClass $video): array {
        $length = words::length((int)$video->duration);
        return [
            'title' => $video->title,
            'language' => choices::word('language', $video->language),
            'length' => $length,
            'player' => core_media_manager::instance()->embed_url(new moodle_url($video->url), $video->title),
            'activity' => $video->activity?->out(false),
            'problemurl' => $this->viewer->may_ask('problem')
                ? words::problem_url($this->topic, $video, $this->viewer)->out(false)
                : null,
            'problem' => words::problem_words($this->viewer),
        ];
    }

    /**
     * What can be asked for at the topic.
     *
     * @return string[][]
     */
    private function actions(): array {
        $actions = [];
        foreach (['suggestion' => 'suggestvideo', 'shooting' => 'requestshooting'] as $type => $words) {
            if ($this->viewer->may_ask($type)) {
                $params = ['course' => $this->viewer->course->id, 'type' => $type, 'topic' => $this->topic->id];
                $url = new moodle_url('/local/dltsync/ask.php', $params);
                $actions[] = ['url' => $url->out(false), 'words' => get_string($words, 'local_dltsync')];
            }
        }
        return $actions;
    }
}
