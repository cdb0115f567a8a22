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

namespace local_dltsync\local;

/**
 * Tests of who has which username and address.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\holders
 */
final class holders_test extends \advanced_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
    }

    /**
     * One query answers for all that were asked for, whatever their letters.
     */
    public function test_many_are_asked_for_at_once(): void {
        global $DB;
        $generator = $this->getDataGenerator();
        $asel = (int)$generator->create_user(['username' => 'asel', 'email' => 'Asel@Academy.Example'])->id;
        $names = array_map(fn($n) => "new$n", range(1, 200));
        $holders = new holders();
        $before = $DB->perf_get_reads();
        $holders->ask(['username' => [...$names, 'asel'], 'email' => ['asel@academy.example', 'free@academy.example']]);
        $this->assertTrue($holders->has_another('username', 'asel', 0));
        $this->assertFalse($holders->has_another('username', 'asel', $asel));
        $this->assertTrue($holders->has_another('email', 'ASEL@academy.example', 0));
        $this->assertFalse($holders->has_another('email', 'free@academy.example', 0));
        foreach ($names as $name) {
            $this->assertFalse($holders->has_another('username', $name, 0));
        }
        $this->assertSame(1, $DB->perf_get_reads() - $before);
    }

    /**
     * What was not asked for before is asked for when it is needed.
     */
    public function test_what_was_not_asked_for_is_found_too(): void {
        $this->getDataGenerator()->create_user(['username' => 'asel', 'email' => 'asel@academy.example']);
        $holders = new holders();
        $this->assertTrue($holders->has_another('email', 'asel@academy.example', 0));
        $this->assertTrue($holders->has_another('username', 'asel', 0));
        $holders->ask(['username' => [], 'email' => []]);
        $this->assertFalse($holders->has_another('username', 'nobody', 0));
    }

    /**
     * Deleted accounts and those of other sites hold nothing.
     */
    public function test_deleted_and_remote_accounts_do_not_count(): void {
        $generator = $this->getDataGenerator();
        delete_user($generator->create_user(['username' => 'gone', 'email' => 'gone@academy.example']));
        $generator->create_user(['username' => 'remote', 'email' => 'remote@academy.example', 'mnethostid' => 777]);
        $holders = new holders();
        $this->assertFalse($holders->has_another('username', 'gone', 0));
        $this->assertFalse($holders->has_another('email', 'remote@academy.example', 0));
    }

    /**
     * An account that changes its values gives up the old ones; what is forgotten is read anew.
     */
    public function test_written_values_are_followed(): void {
        $id = (int)$this->getDataGenerator()->create_user(['username' => 'asel', 'email' => 'old@academy.example'])->id;
        $holders = new holders();
        $holders->ask(['email' => ['old@academy.example', 'new@academy.example']]);
        $holders->note($id, ['email' => 'New@academy.example', 'lastname' => 'X']);
        $this->assertFalse($holders->has_another('email', 'old@academy.example', 0));
        $this->assertTrue($holders->has_another('email', 'new@academy.example', 0));
        $holders->forget();
        $this->assertTrue($holders->has_another('email', 'old@academy.example', 0));
    }
}
