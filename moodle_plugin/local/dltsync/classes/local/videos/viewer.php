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

namespace local_dltsync\local\videos;

use context_course;
use local_dltsync\local\ownership;
use moodle_url;
use stdClass;

/**
 * What somebody may see and do with the videos of a course. Every page and report about them asks here.
 *
 * Who only watches sees the videos whose activities Moodle shows to them, so that hidden sections, groups and other
 * restrictions count here too. Who teaches or answers for the course sees all that is told of it.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class viewer {
    /** @var string[] any of them lets somebody see states, and what is owed */
    private const STATES = ['local/dltsync:suggestvideo', 'local/dltsync:requestshooting', 'local/dltsync:viewcoverage'];

    /** @var string[] the capability that each type of a request asks for */
    private const ASKING = [
        'suggestion' => 'local/dltsync:suggestvideo',
        'shooting' => 'local/dltsync:requestshooting',
        'problem' => 'local/dltsync:reportvideo',
    ];

    /** @var moodle_url[]|null addresses of activities by key of the video */
    private ?array $activities = null;

    /**
     * Only {@see of()} makes one.
     *
     * @param stdClass $course
     * @param context_course $context
     */
    private function __construct(
        /** @var stdClass */
        public readonly stdClass $course,
        /** @var context_course */
        public readonly context_course $context,
    ) {
    }

    /**
     * The current user in a course.
     *
     * @param int $courseid
     * @return self
     */
    public static function of(int $courseid): self {
        return new self(get_course($courseid), context_course::instance($courseid));
    }

    /**
     * Whether there is anything to see: the course itself must be open to the user, and an enrolment in force.
     *
     * @return bool
     */
    public function may_view(): bool {
        $iscourse = $this->course->id != SITEID && isloggedin() && !isguestuser();
        return $iscourse && can_access_course($this->course, null, 'local/dltsync:viewvideos', true);
    }

    /**
     * Whether states and what is owed are to be seen.
     *
     * @return bool
     */
    public function sees_states(): bool {
        return has_any_capability(self::STATES, $this->context);
    }

    /**
     * Whether a request of a type may be made.
     *
     * @param string $type
     * @return bool
     */
    public function may_ask(string $type): bool {
        return has_capability(self::ASKING[$type], $this->context);
    }

    /**
     * Refuses whoever may not make a request of a type.
     *
     * @param string $type
     */
    public function require_may_ask(string $type): void {
        require_capability(self::ASKING[$type], $this->context);
    }

    /**
     * The language in which the course is taught.
     *
     * @return string
     */
    public function language(): string {
        global $CFG;
        return substr($this->course->lang ?: $CFG->lang, 0, 2);
    }

    /**
     * The topic of this course that has a row.
     *
     * @param int $id
     * @return stdClass|null null when it is of another course, or not to be seen
     */
    public function topic(int $id): ?stdClass {
        global $DB;
        $topic = $DB->get_record(topics::TABLE, ['id' => $id, 'courseid' => $this->course->id]) ?: null;
        return $topic && ($this->sees_states() || $this->videos($topic)) ? $topic : null;
    }

    /**
     * The topics of the course that are to be seen, in order.
     *
     * @return stdClass[] by id
     */
    public function topics(): array {
        global $DB;
        $topics = $DB->get_records(topics::TABLE, ['courseid' => $this->course->id], 'number, topickind, id');
        return $this->sees_states() ? $topics : array_filter($topics, fn(stdClass $topic): bool => (bool)$this->videos($topic));
    }

    /**
     * The videos of a topic that are to be seen.
     *
     * @param stdClass $topic
     * @return stdClass[] each with the address of its activity as "activity", null where there is none
     */
    public function videos(stdClass $topic): array {
        $videos = [];
        foreach ((array)json_decode((string)$topic->videos) as $video) {
            $video->activity = $this->activities()[$video->key] ?? null;
            if ($video->activity !== null || $this->sees_states()) {
                $videos[] = $video;
            }
        }
        return $videos;
    }

    /**
     * Where the videos stand in the course, as far as Moodle shows them to the user.
     *
     * @return moodle_url[] by key of the video
     */
    private function activities(): array {
        global $DB;
        if ($this->activities === null) {
            $this->activities = [];
            $shown = array_filter(
                get_fast_modinfo($this->course)->get_instances_of('url'),
                fn(\cm_info $activity): bool => $activity->uservisible && $activity->url !== null,
            );
            $urls = array_column(array_map(fn($activity) => ['id' => $activity->id, 'url' => $activity->url], $shown), 'url', 'id');
            foreach (array_chunk(array_keys($urls), 1000) as $ids) {
                [$in, $params] = $DB->get_in_or_equal($ids);
                $where = "kind = ? AND moodleid $in";
                $fields = 'sourcedid, moodleid';
                $keys = $DB->get_records_select_menu(ownership::TABLE, $where, ['video', ...$params], '', $fields);
                $this->activities += array_map(fn($id) => $urls[$id], $keys);
            }
        }
        return $this->activities;
    }
}
