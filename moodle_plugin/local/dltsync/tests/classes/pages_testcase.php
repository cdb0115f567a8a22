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

namespace local_dltsync\tests;

use context_course;
use context_system;
use core_reportbuilder\system_report;
use core_reportbuilder\system_report_factory;
use local_dltsync\local\videos\requests;
use local_dltsync\local\videos\topics;
use local_dltsync\local\videos\viewer;
use stdClass;

/**
 * A course in Kazakh with three topics: one with a video that is shown, one with a video that is hidden, one that owes one.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class pages_testcase extends \advanced_testcase {
    /** @var stdClass */
    protected stdClass $course;

    /** @var stdClass who teaches the course */
    protected stdClass $teacher;

    /** @var stdClass who learns in it */
    protected stdClass $student;

    /** @var stdClass[] the activities of the two videos */
    protected array $activities = [];

    /**
     * Makes the course.
     */
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $generator = $this->getDataGenerator();
        $category = $generator->create_category();
        $this->course = $generator->create_course(['category' => $category->id, 'fullname' => 'Анатомия', 'lang' => '']);
        $this->teacher = $generator->create_and_enrol($this->course, 'editingteacher');
        $this->student = $generator->create_and_enrol($this->course, 'student');
        topics::replace((int)$this->course->id, topics::rows([
            self::topic(1, 'ok', [$this->video('shown', 1)]),
            self::topic(2, 'stale', [$this->video('hidden', 0)], ['why' => 'age']),
            self::topic(3, 'missing', []),
            self::topic(4, 'not_owed', [], ['owed' => false, 'reason' => 'Дәріс сағаттары жоқ']),
        ]));
    }

    /**
     * A topic as the program tells of it.
     *
     * @param int $number
     * @param string $state
     * @param array[] $videos
     * @param array $topic what differs
     * @return array
     */
    protected static function topic(int $number, string $state, array $videos, array $topic = []): array {
        return $topic + [
            'topic' => "plt:topic:$number",
            'number' => $number,
            'kind' => 'lecture',
            'title' => "Тақырып-$number <b>",
            'week' => $number,
            'owed' => true,
            'reason' => '',
            'state' => $state,
            'why' => '',
            'checked' => 1_790_000_000,
            'videos' => $videos,
        ];
    }

    /**
     * A video as the program tells of it, and its activity in the course.
     *
     * @param string $name
     * @param int $visible
     * @return array
     */
    private function video(string $name, int $visible): array {
        global $DB;
        $url = "https://media.academy.example/$name.mp4";
        $fields = ['course' => $this->course->id, 'name' => $name, 'externalurl' => $url, 'visible' => $visible];
        $activity = $this->getDataGenerator()->create_module('url', $fields);
        $key = "plt:offering:1|plt:placement:$name";
        $DB->insert_record('local_dltsync_object', ['kind' => 'video', 'sourcedid' => $key, 'moodleid' => $activity->cmid]);
        $this->activities[$name] = $activity;
        return [
            'key' => $key,
            'title' => "Бейне-$name",
            'language' => 'kk',
            'url' => $url,
            'state' => 'ok',
            'duration' => 600,
        ];
    }

    /**
     * The row of a topic.
     *
     * @param int $number
     * @return stdClass
     */
    protected function topic_row(int $number): stdClass {
        global $DB;
        return $DB->get_record(topics::TABLE, ['courseid' => $this->course->id, 'number' => $number], '*', MUST_EXIST);
    }

    /**
     * What the current user may see.
     *
     * @return viewer
     */
    protected function viewer(): viewer {
        return viewer::of((int)$this->course->id);
    }

    /**
     * Makes a request.
     *
     * @param stdClass $user
     * @param array $fields what differs
     * @return stdClass
     */
    protected function ask(stdClass $user, array $fields = []): stdClass {
        return requests::make($fields + [
            'type' => 'shooting',
            'courseid' => $this->course->id,
            'topickey' => 'plt:topic:3',
            'videokey' => '',
            'title' => 'Тақырып-3',
            'url' => '',
            'language' => 'kk',
            'problem' => '',
            'notes' => '',
            'place' => '',
            'wished' => '',
        ], (int)$user->id);
    }

    /**
     * Takes a capability away from a role.
     *
     * @param string $role short name
     * @param string ...$capabilities
     */
    protected function take_away(string $role, string ...$capabilities): void {
        global $DB;
        $id = $DB->get_field('role', 'id', ['shortname' => $role], MUST_EXIST);
        array_map(fn($capability) => unassign_capability($capability, $id, context_system::instance()), $capabilities);
        accesslib_clear_all_caches_for_unit_testing();
    }

    /**
     * A system report of the course, or of the site.
     *
     * @param string $class
     * @param \context|null $context null for the course
     * @return system_report
     */
    protected function report(string $class, ?\context $context = null): system_report {
        global $PAGE;
        $PAGE->set_url('/local/dltsync/videos.php');
        return system_report_factory::create($class, $context ?? context_course::instance($this->course->id));
    }
}
