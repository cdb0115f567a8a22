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

namespace local_dltsync\external;

use advanced_testcase;
use core_external\external_api;
use local_dltsync\setup\account;
use local_dltsync\setup\course_fields;

/**
 * What the program learns before it starts.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\external\get_info
 */
final class get_info_test extends advanced_testcase {
    /**
     * The answer to an account.
     *
     * @param account $account
     * @return array
     */
    private function info(account $account): array {
        $account->prepare();
        $this->setUser(\core_user::get_user_by_username($account->username));
        $answer = external_api::clean_returnvalue(get_info::execute_returns(), get_info::execute());
        return json_decode($answer['response'], true, 512, JSON_THROW_ON_ERROR);
    }

    public function test_it_tells_versions_and_the_time_of_the_site(): void {
        global $CFG, $DB;
        $this->resetAfterTest();
        $this->mock_clock_with_frozen(1_790_000_000);
        $info = $this->info(account::writing());
        $this->assertSame(3, $info['protocol']);
        $this->assertSame((int)get_config('local_dltsync', 'version'), $info['plugin_version']);
        $this->assertMatchesRegularExpression('/^\d+\.\d+\.\d+$/', $info['plugin_release']);
        $this->assertSame((string)$CFG->version, $info['moodle_version']);
        $this->assertSame($CFG->release, $info['moodle_release']);
        $this->assertSame(1_790_000_000, $info['site_time']);
        $this->assertSame($DB->get_dbfamily(), $info['db_family']);
    }

    public function test_it_tells_limits(): void {
        $this->resetAfterTest();
        $info = $this->info(account::writing());
        $this->assertSame((int)ini_get('max_input_vars'), $info['max_input_vars']);
        $this->assertSame(4, $info['workers']);
        $this->assertGreaterThan(0, $info['free_disk_mb']);
        $this->assertSame(get_info::max_batch_bytes(ini_get('post_max_size')), $info['max_batch_bytes']);
    }

    /**
     * PHP's setting and what a batch may then have.
     *
     * @return array[]
     */
    public static function post_sizes(): array {
        return [
            'the usual setting leaves room' => ['8M', 5_000_000],
            'a small setting, less what else travels' => ['2M', 2 * 1024 ** 2 - 4096],
            'no limit' => ['0', 5_000_000],
            'so small that nothing fits' => ['1K', 1],
        ];
    }

    /**
     * A batch is never bigger than what PHP takes.
     *
     * @dataProvider post_sizes
     * @param string $setting
     * @param int $expected
     */
    public function test_a_batch_fits_into_what_php_takes(string $setting, int $expected): void {
        $this->assertSame($expected, get_info::max_batch_bytes($setting));
    }

    public function test_it_tells_what_there_is_to_choose_from(): void {
        $this->resetAfterTest();
        $info = $this->info(account::writing());
        $this->assertContains('student', $info['roles']);
        $this->assertContains('editingteacher', $info['roles']);
        $this->assertNotContains('user', $info['roles']);
        $this->assertContains('en', $info['languages']);
        $this->assertContains('manual', $info['auths']);
    }

    public function test_it_names_the_custom_fields_of_courses_that_exist(): void {
        $this->resetAfterTest();
        $this->assertSame([], $this->info(account::writing())['course_fields']);
        $fields = new course_fields('dlt-sync');
        $fields->make('ects');
        $fields->make('code');
        $this->assertSame(['dltsync_code', 'dltsync_ects'], $this->info(account::writing())['course_fields']);
    }

    public function test_it_tells_whether_enrolments_count(): void {
        $this->resetAfterTest();
        \core\plugininfo\enrol::enable_plugin('dltsync', 0);
        $this->assertFalse($this->info(account::writing())['enrol_enabled']);
        \core\plugininfo\enrol::enable_plugin('dltsync', 1);
        $this->assertTrue($this->info(account::writing())['enrol_enabled']);
    }

    public function test_it_tells_each_account_what_it_may_do(): void {
        $this->resetAfterTest();
        $this->assertSame([
            'local/dltsync:read' => true,
            'local/dltsync:apply' => true,
            'local/dltsync:pushstatus' => true,
            'local/dltsync:viewreport' => false,
        ], $this->info(account::writing())['capabilities']);
        $this->assertSame([
            'local/dltsync:read' => true,
            'local/dltsync:apply' => false,
            'local/dltsync:pushstatus' => false,
            'local/dltsync:viewreport' => false,
        ], $this->info(account::reading())['capabilities']);
    }
}
