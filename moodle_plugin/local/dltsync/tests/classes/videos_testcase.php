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

/**
 * Two courses with a few sections, and videos in them.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class videos_testcase extends bridge_testcase {
    /** @var string where the videos are */
    protected const SITE = 'https://media.academy.example/watch?v=';

    /**
     * Two courses.
     */
    protected function setUp(): void {
        global $CFG;
        parent::setUp();
        require_once($CFG->dirroot . '/course/modlib.php');
        require_once($CFG->libdir . '/resourcelib.php');
        $this->create_course('anatomy', ['format' => 'topics']);
        $this->create_course('latin', ['format' => 'topics']);
    }

    /**
     * Moodle's id of a course.
     *
     * @param string $name
     * @return int
     */
    protected function courseid(string $name): int {
        global $DB;
        return (int)$DB->get_field('course', 'id', ['shortname' => $name], MUST_EXIST);
    }

    /**
     * The key of a video.
     *
     * @param string $course
     * @param string $name
     * @return string
     */
    protected static function key(string $course, string $name): string {
        return "plt:offering:$course|dlt:placement:$name";
    }

    /**
     * All fields of a new video.
     *
     * @param string $course
     * @param string $name
     * @param array $fields those that matter
     * @return array
     */
    protected static function video(string $course, string $name, array $fields = []): array {
        return array_replace([
            'course' => "plt:offering:$course",
            'section' => 1,
            'name' => "Дәріс $name",
            'url' => self::SITE . $name,
            'display' => RESOURCELIB_DISPLAY_EMBED,
            'visible' => true,
            'idnumber' => "dlt:placement:$name",
            'order' => 0,
        ], $fields);
    }

    /**
     * An operation on a video.
     *
     * @param string $op
     * @param string $course
     * @param string $name
     * @param array $fields those that matter
     * @return array
     */
    protected static function operation(string $op, string $course, string $name, array $fields = []): array {
        $fields = $op === 'create' ? self::video($course, $name, $fields) : $fields;
        return ['op' => $op, 'key' => self::key($course, $name), 'fields' => (object)$fields];
    }

    /**
     * Sends operations that have to succeed.
     *
     * @param array[] $operations
     * @return array[] answers
     */
    protected function send_well(array $operations): array {
        $answers = $this->apply('video', $operations);
        $this->assertSame(array_fill(0, count($operations), ''), array_column($answers, 'message'));
        return $answers;
    }

    /**
     * Makes a video.
     *
     * @param string $course
     * @param string $name
     * @param array $fields those that matter
     * @return int its Moodle id
     */
    protected function create_video(string $course, string $name, array $fields = []): int {
        return $this->create('video', self::key($course, $name), self::video($course, $name, $fields));
    }

    /**
     * Makes a module of a teacher's.
     *
     * @param string $course
     * @param string $name
     * @param array $fields
     * @return int its id in course_modules
     */
    protected function create_page(string $course, string $name, array $fields = []): int {
        $fields += ['course' => $this->courseid($course), 'section' => 1, 'name' => $name];
        return (int)$this->getDataGenerator()->create_module('page', $fields)->cmid;
    }

    /**
     * Names of what stands in a section, as Moodle shows it.
     *
     * @param string $course
     * @param int $section
     * @return string[]
     */
    protected function names_in(string $course, int $section): array {
        $modinfo = get_fast_modinfo($this->courseid($course));
        $ids = $modinfo->get_sections()[$section] ?? [];
        return array_map(fn($id) => $modinfo->get_cm($id)->name, $ids);
    }
}
