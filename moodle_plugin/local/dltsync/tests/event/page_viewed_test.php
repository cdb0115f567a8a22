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

namespace local_dltsync\event;

use context_system;

/**
 * Tests of the note of who looked at the department's pages.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\event\page_viewed
 */
final class page_viewed_test extends \advanced_testcase {
    /**
     * Who looked at which page is in Moodle's log, and no name is.
     */
    public function test_page_and_reader_are_logged(): void {
        $this->resetAfterTest();
        $user = $this->getDataGenerator()->create_user();
        $this->setUser($user);
        $sink = $this->redirectEvents();
        page_viewed::log('request', context_system::instance(), ['id' => 5]);
        [$event] = $sink->get_events();
        $this->assertSame((int)$user->id, (int)$event->userid);
        $this->assertSame('/local/dltsync/request.php?id=5', $event->get_url()->out_as_local_url(false));
        $this->assertStringContainsString("user with id '{$user->id}'", $event->get_description());
        $this->assertStringNotContainsString($user->lastname, $event->get_description());
    }

    /**
     * Each page that names people logs who looks at it.
     */
    public function test_every_page_of_the_department_logs_it(): void {
        foreach (['coverage', 'index', 'request', 'requests', 'run'] as $page) {
            $script = file_get_contents(__DIR__ . "/../../$page.php");
            $this->assertStringContainsString("page_viewed::log('$page'", $script);
        }
    }
}
