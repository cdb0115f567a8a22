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

namespace local_dltsync\setup;

use advanced_testcase;
use context_system;
use core_user;

/**
 * The account is made once, has just what it needs, and is never somebody else's.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\setup\account
 */
final class account_test extends advanced_testcase {
    /**
     * Every table that the set-up may write to.
     *
     * @return array[]
     */
    private static function everything(): array {
        global $DB;
        $tables = ['role', 'role_capabilities', 'role_assignments', 'role_context_levels', 'user',
            'external_services_users', 'external_tokens'];
        $rows = fn(string $table): array => $DB->get_records($table, null, 'id', $table === 'user' ? 'id, username' : '*');
        return array_map($rows, array_combine($tables, $tables));
    }

    /**
     * Names of the capabilities a role has.
     *
     * @param string $shortname
     * @return string[]
     */
    private static function capabilities(string $shortname): array {
        global $DB;
        $id = $DB->get_field('role', 'id', ['shortname' => $shortname], MUST_EXIST);
        return array_column(get_capabilities_from_role_on_context((object)['id' => $id], context_system::instance()), 'capability');
    }

    public function test_the_user_has_just_the_capabilities_needed(): void {
        $this->resetAfterTest();
        account::writing()->prepare();
        $user = core_user::get_user_by_username('dltsync');
        $this->assertSame(['webservice', '1', '1'], [$user->auth, (string)$user->emailstop, (string)$user->policyagreed]);
        $this->assertEqualsCanonicalizing(account::WRITING, self::capabilities('dltsync'));
        foreach (account::WRITING as $capability) {
            $this->assertTrue(has_capability($capability, context_system::instance(), $user));
        }
        $this->assertFalse(has_capability('moodle/user:viewalldetails', context_system::instance(), $user));
    }

    public function test_the_reading_user_cannot_write(): void {
        $this->resetAfterTest();
        account::reading()->prepare();
        $user = core_user::get_user_by_username('dltsync-read');
        $this->assertEqualsCanonicalizing(account::READING, self::capabilities('dltsyncread'));
        $this->assertTrue(has_capability('local/dltsync:read', context_system::instance(), $user));
        $this->assertFalse(has_capability('local/dltsync:apply', context_system::instance(), $user));
    }

    public function test_a_second_time_changes_nothing(): void {
        $this->resetAfterTest();
        account::writing()->prepare();
        $token = account::writing()->token();
        $before = self::everything();
        account::writing()->prepare();
        $this->assertSame($token, account::writing()->token());
        $this->assertEquals($before, self::everything());
    }

    public function test_a_capability_that_was_taken_away_comes_back(): void {
        global $DB;
        $this->resetAfterTest();
        account::writing()->prepare();
        $id = $DB->get_field('role', 'id', ['shortname' => 'dltsync']);
        unassign_capability('local/dltsync:apply', $id);
        account::writing()->prepare();
        $this->assertEqualsCanonicalizing(account::WRITING, self::capabilities('dltsync'));
    }

    public function test_what_was_added_to_the_role_stays(): void {
        global $DB;
        $this->resetAfterTest();
        account::writing()->prepare();
        $id = $DB->get_field('role', 'id', ['shortname' => 'dltsync']);
        assign_capability('moodle/site:maintenanceaccess', CAP_ALLOW, $id, context_system::instance()->id);
        account::writing()->prepare();
        $this->assertContains('moodle/site:maintenanceaccess', self::capabilities('dltsync'));
    }

    public function test_the_user_agrees_to_a_policy_that_came_later(): void {
        global $DB;
        $this->resetAfterTest();
        account::writing()->prepare();
        $DB->set_field('user', 'policyagreed', 0, []);
        account::writing()->prepare();
        $this->assertEquals(1, $DB->get_field('user', 'policyagreed', ['username' => 'dltsync']));
        $this->assertEquals(0, $DB->get_field('user', 'policyagreed', ['username' => 'admin']));
    }

    public function test_the_user_may_use_the_service_without_an_end(): void {
        global $DB;
        $this->resetAfterTest();
        account::writing()->prepare();
        $row = $DB->get_record('external_services_users', [], '*', MUST_EXIST);
        $this->assertSame(core_user::get_user_by_username('dltsync')->id, $row->userid);
        $this->assertNull($row->validuntil);
    }

    public function test_rotating_makes_a_new_token_and_ends_the_old_one(): void {
        global $DB;
        $this->resetAfterTest();
        account::writing()->prepare();
        account::reading()->prepare();
        $other = account::reading()->token();
        $old = account::writing()->token();
        $new = account::writing()->token(true);
        $this->assertNotSame($old, $new);
        $this->assertFalse($DB->record_exists('external_tokens', ['token' => $old]));
        $this->assertTrue($DB->record_exists('external_tokens', ['token' => $new]));
        $this->assertTrue($DB->record_exists('external_tokens', ['token' => $other]));
    }

    public function test_a_token_that_will_end_is_not_given_out(): void {
        global $DB;
        $this->resetAfterTest();
        account::writing()->prepare();
        $ending = account::writing()->token();
        $DB->set_field('external_tokens', 'validuntil', time() + DAYSECS, ['token' => $ending]);
        $this->assertNotSame($ending, account::writing()->token());
    }

    /**
     * Users who cannot be the service user, and why.
     *
     * @return array[]
     */
    public static function somebody_else(): array {
        return [
            'a person' => [['auth' => 'manual'], 'logs in by “manual”'],
            'a suspended user' => [['auth' => 'webservice', 'suspended' => 1], 'is suspended'],
        ];
    }

    /**
     * A user who is somebody else is refused, and nothing is changed.
     *
     * @dataProvider somebody_else
     * @param array $user
     * @param string $why
     */
    public function test_a_user_who_is_somebody_else_is_refused(array $user, string $why): void {
        $this->resetAfterTest();
        $this->getDataGenerator()->create_user(['username' => 'robot'] + $user);
        $this->assert_refused($why);
    }

    public function test_an_administrator_is_refused(): void {
        $this->resetAfterTest();
        $user = $this->getDataGenerator()->create_user(['username' => 'robot', 'auth' => 'webservice']);
        set_config('siteadmins', get_admin()->id . ',' . $user->id);
        $this->assert_refused('is a site administrator');
    }

    /**
     * The user “robot” is refused, and nothing is changed.
     *
     * @param string $why
     */
    private function assert_refused(string $why): void {
        $before = self::everything();
        try {
            account::writing('robot')->prepare();
            $this->fail('The user was taken.');
        } catch (problem $problem) {
            $this->assertStringContainsString($why, $problem->getMessage());
            $this->assertStringContainsString('--username', $problem->getMessage());
        }
        $this->assertEquals($before, self::everything());
    }
}
