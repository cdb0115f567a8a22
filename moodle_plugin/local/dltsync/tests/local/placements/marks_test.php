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

namespace local_dltsync\local\placements;

use local_dltsync\external\get_digests;
use local_dltsync\tests\videos_testcase;

/**
 * The mark of a course is another one whenever its digest is, and the same as long as nothing changes.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\kinds\video
 * @covers     \local_dltsync\local\digest
 */
final class marks_test extends videos_testcase {
    /** @var string[] fields of a video that are compared */
    private const FIELDS = ['display', 'idnumber', 'name', 'order', 'section', 'url', 'visible'];

    /**
     * The same two videos in both courses.
     */
    protected function setUp(): void {
        parent::setUp();
        foreach (['anatomy', 'latin'] as $course) {
            $this->send_well([
                self::operation('create', $course, 'a', ['section' => 1]),
                self::operation('create', $course, 'b', ['section' => 2]),
            ]);
        }
    }

    /**
     * What is asked with the marks of the last answer.
     *
     * @param string[] $marks
     * @return array[] digests and marks
     */
    private function since(array $marks): array {
        $answer = $this->call(get_digests::class, ['kind' => 'video', 'fields' => self::FIELDS, 'marks' => (object)$marks]);
        return [$answer['digests'], $answer['marks']];
    }

    /**
     * What people do by hand to a video, or to its course.
     *
     * @return array[]
     */
    public static function changes(): array {
        $set = fn($table, $column, $value, $where) => self::database()->set_field($table, $column, $value, $where);
        $url = fn($column, $value) => fn($cm) => $set('url', $column, $value, ['id' => $cm->instance]);
        return [
            'renamed' => [fn($cm) => set_coursemodule_name($cm->id, 'Other')],
            'renamed without a trace' => [$url('name', 'Other')],
            'another address without a trace' => [$url('externalurl', 'https://b.example/')],
            'displayed in another way' => [$url('display', 5)],
            'hidden' => [fn($cm) => set_coursemodule_visible($cm->id, 0)],
            'another idnumber' => [fn($cm) => set_coursemodule_idnumber($cm->id, 'other')],
            'dragged to another section' => [fn($cm) => moveto_module(
                $cm,
                self::database()->get_record('course_sections', ['course' => $cm->course, 'section' => 2])
            )],
            'its section dragged' => [fn($cm) => move_section_to(get_course($cm->course), 1, 2, true)],
            'deleted' => [fn($cm) => course_delete_module($cm->id)],
            'about to be deleted' => [fn($cm) => $set('course_modules', 'deletioninprogress', 1, ['id' => $cm->id])],
            'another order' => [fn($cm) => $set('local_dltsync_video', 'sortorder', 5, ['cmid' => $cm->id])],
            'no longer ours' => [fn($cm) => self::database()->delete_records('local_dltsync_object', [
                'kind' => 'video', 'moodleid' => $cm->id,
            ])],
        ];
    }

    /**
     * Only the course that changed is hashed again, and its digest is the one that a full question gives.
     *
     * @dataProvider changes
     * @param callable $change takes the module's row
     */
    public function test_only_what_changed_is_hashed_again(callable $change): void {
        global $DB;
        [$all, $marks] = $this->since([]);
        $this->assertSame($this->digests('video', self::FIELDS), $all);
        $this->assertSame(['plt:offering:anatomy', 'plt:offering:latin'], array_keys($all));
        $this->assertSame([[], $marks], $this->since($marks));
        $id = $this->read('video', ['keys' => [self::key('anatomy', 'a')]])[0]['moodleid'];
        $change($DB->get_record('course_modules', ['id' => $id], '*', MUST_EXIST));
        [$changed, $after] = $this->since($marks);
        $this->assertSame(['plt:offering:anatomy'], array_keys($changed));
        $this->assertNotSame($all['plt:offering:anatomy'], $changed['plt:offering:anatomy']);
        $this->assertSame($this->digests('video', self::FIELDS), array_replace($all, $changed));
        $this->assertSame($marks['plt:offering:latin'], $after['plt:offering:latin']);
        $this->assertSame([[], $after], $this->since($after));
    }

    /**
     * Hiding a section, and what teachers do to their own modules, is nobody's change of a video.
     */
    public function test_what_is_not_about_videos_changes_no_mark(): void {
        $marks = $this->since([])[1];
        set_section_visible($this->courseid('anatomy'), 1, 0);
        $this->create_page('anatomy', 'Page');
        $this->assertSame([[], $marks], $this->since($marks));
        set_section_visible($this->courseid('anatomy'), 1, 1);
        $this->assertSame([[], $marks], $this->since($marks));
    }

    /**
     * The database.
     *
     * @return \moodle_database
     */
    private static function database(): \moodle_database {
        global $DB;
        return $DB;
    }
}
