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

namespace local_dltsync;

use context_course;
use context_coursecat;
use local_dltsync\tests\pages_testcase;
use navigation_node;

/**
 * The pages are found by whoever may open them.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @coversNothing
 */
final class lib_test extends pages_testcase {
    /**
     * An empty navigation.
     *
     * @return navigation_node
     */
    private static function navigation(): navigation_node {
        global $CFG;
        require_once($CFG->dirroot . '/local/dltsync/lib.php');
        return navigation_node::create('Node', null, navigation_node::TYPE_COURSE);
    }

    /**
     * The keys of the nodes that a course gets.
     *
     * @return string[]
     */
    private function of_course(): array {
        $navigation = self::navigation();
        local_dltsync_extend_navigation_course($navigation, $this->course, context_course::instance($this->course->id));
        return $navigation->get_children_key_list();
    }

    public function test_the_videos_are_in_the_courses_navigation(): void {
        foreach ([$this->teacher, $this->student] as $user) {
            $this->setUser($user);
            $this->assertSame(['local_dltsync_videos'], $this->of_course());
        }
        $this->take_away('student', 'local/dltsync:viewvideos');
        $this->assertSame([], $this->of_course());
    }

    public function test_the_coverage_is_in_the_categorys_navigation_for_who_may_see_it(): void {
        $context = context_coursecat::instance($this->course->category);
        $navigation = self::navigation();
        $this->setUser($this->teacher);
        local_dltsync_extend_navigation_category_settings($navigation, $context);
        $this->assertSame([], $navigation->get_children_key_list());
        $this->setAdminUser();
        local_dltsync_extend_navigation_category_settings($navigation, $context);
        $this->assertSame(['local_dltsync_coverage'], $navigation->get_children_key_list());
    }
}
