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

namespace local_dltsync\privacy;

use context_system;
use core_privacy\local\metadata\collection;
use core_privacy\local\request\approved_userlist;
use core_privacy\local\request\userlist;
use core_privacy\local\request\writer;
use core_privacy\tests\provider_testcase;
use stdClass;

/**
 * What is known of people is told to them; who did what is forgotten on request, and an account is not made again.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\privacy\provider
 */
final class provider_test extends provider_testcase {
    /** @var stdClass whose account is owned */
    private stdClass $student;

    /** @var stdClass who deleted something by hand */
    private stdClass $manager;

    /** @var stdClass who also did */
    private stdClass $other;

    /**
     * An owned account, and two events by two people.
     */
    protected function setUp(): void {
        global $DB;
        parent::setUp();
        $this->resetAfterTest();
        $this->student = $this->getDataGenerator()->create_user();
        $this->manager = $this->getDataGenerator()->create_user();
        $this->other = $this->getDataGenerator()->create_user();
        $DB->insert_record('local_dltsync_object', [
            'kind' => 'user',
            'sourcedid' => 'plt:student:910001',
            'moodleid' => $this->student->id,
            'timecreated' => 1_790_000_000,
        ]);
        foreach ([$this->manager, $this->other] as $actor) {
            $DB->insert_record('local_dltsync_event', [
                'name' => 'deleted',
                'kind' => 'course',
                'sourcedid' => 'plt:offering:17',
                'moodleid' => 5,
                'userid' => $actor->id,
                'timecreated' => 1_790_000_000,
            ]);
        }
    }

    /**
     * Who acted, in the order of the events.
     *
     * @return int[]
     */
    private static function actors(): array {
        global $DB;
        return array_map('intval', $DB->get_fieldset_sql('SELECT userid FROM {local_dltsync_event} ORDER BY id'));
    }

    public function test_every_described_column_is_in_its_table_and_has_its_string(): void {
        global $DB;
        $collection = provider::get_metadata(new collection('local_dltsync'))->get_collection();
        $this->assertCount(10, $collection);
        foreach ($collection as $item) {
            $this->assertTrue(get_string_manager()->string_exists($item->get_summary(), 'local_dltsync'));
            foreach ($item->get_privacy_fields() ?? [] as $column => $string) {
                $this->assertTrue(get_string_manager()->string_exists($string, 'local_dltsync'), $string);
                if ($item instanceof \core_privacy\local\metadata\types\database_table) {
                    $this->assertArrayHasKey($column, $DB->get_columns($item->get_name()));
                }
            }
        }
    }

    public function test_whoever_is_known_is_found_at_the_level_of_the_site(): void {
        foreach ([$this->student, $this->manager, $this->other] as $user) {
            $this->assertEquals([SYSCONTEXTID], provider::get_contexts_for_userid($user->id)->get_contextids());
        }
        $stranger = $this->getDataGenerator()->create_user();
        $this->assertEmpty(provider::get_contexts_for_userid($stranger->id)->get_contextids());

        $userlist = new userlist(context_system::instance(), 'local_dltsync');
        provider::get_users_in_context($userlist);
        $expected = [$this->student->id, $this->manager->id, $this->other->id];
        $this->assertEqualsCanonicalizing($expected, $userlist->get_userids());
    }

    public function test_a_user_gets_the_key_of_the_record(): void {
        $this->export_context_data_for_user($this->student->id, context_system::instance(), 'local_dltsync');
        $data = $this->exported();
        $this->assertSame('plt:student:910001', $data->record['sourcedid']);
        $this->assertFalse(isset($data->events));
    }

    public function test_an_actor_gets_what_was_done(): void {
        $this->export_context_data_for_user($this->manager->id, context_system::instance(), 'local_dltsync');
        $this->assertSame(['plt:offering:17'], array_column($this->exported()->events, 'sourcedid'));
    }

    public function test_an_actor_is_forgotten_and_the_fact_stays(): void {
        $this->delete_data_for_user();
        $this->assertSame([0, (int)$this->other->id], self::actors());
    }

    public function test_named_actors_are_forgotten(): void {
        $list = new approved_userlist(context_system::instance(), 'local_dltsync', [$this->other->id]);
        provider::delete_data_for_users($list);
        $this->assertSame([(int)$this->manager->id, 0], self::actors());
    }

    public function test_all_actors_are_forgotten(): void {
        provider::delete_data_for_all_users_in_context(context_system::instance());
        $this->assertSame([0, 0], self::actors());
    }

    public function test_a_deleted_account_is_remembered_so_that_it_is_not_made_again(): void {
        global $DB;
        $list = new approved_userlist(context_system::instance(), 'local_dltsync', [$this->student->id]);
        provider::delete_data_for_users($list);
        $this->assertTrue($DB->record_exists('local_dltsync_object', ['moodleid' => $this->student->id]));
    }

    public function test_what_was_not_sent_yet_is_known_and_forgotten(): void {
        global $DB;
        $student = $this->getDataGenerator()->create_user();
        foreach ([$student, $this->other] as $user) {
            $DB->insert_record('local_dltsync_queue', [
                'piece' => 1,
                'enrolmentid' => 2,
                'enrolid' => 3,
                'courseid' => 4,
                'userid' => $user->id,
                'actorid' => $this->manager->id,
                'news' => '{}',
            ]);
        }
        $this->assertEquals([SYSCONTEXTID], provider::get_contexts_for_userid($student->id)->get_contextids());
        $userlist = new userlist(context_system::instance(), 'local_dltsync');
        provider::get_users_in_context($userlist);
        $this->assertContains((int)$student->id, $userlist->get_userids());
        $this->export_context_data_for_user($student->id, context_system::instance(), 'local_dltsync');
        $this->assertSame([4], array_column($this->exported()->queue, 'course'));
        provider::delete_data_for_users(new approved_userlist(context_system::instance(), 'local_dltsync', [$student->id]));
        $this->assertEquals([$this->other->id], $DB->get_fieldset('local_dltsync_queue', 'userid'));
    }

    public function test_who_was_told_of_a_run_is_known_and_forgotten(): void {
        global $DB;
        $reader = $this->getDataGenerator()->create_user();
        $runid = $DB->insert_record('local_dltsync_run', ['run' => 7, 'runmode' => 'apply', 'verdict' => 'ok']);
        foreach ([$reader, $this->other] as $user) {
            $DB->insert_record('local_dltsync_told', ['runid' => $runid, 'news' => 'run', 'userid' => $user->id]);
        }
        $this->assertEquals([SYSCONTEXTID], provider::get_contexts_for_userid($reader->id)->get_contextids());
        $userlist = new userlist(context_system::instance(), 'local_dltsync');
        provider::get_users_in_context($userlist);
        $this->assertContains((int)$reader->id, $userlist->get_userids());
        $this->export_context_data_for_user($reader->id, context_system::instance(), 'local_dltsync');
        $this->assertSame([[7, 'run']], array_map(fn($told) => [$told['run'], $told['news']], $this->exported()->told));
        provider::delete_data_for_users(new approved_userlist(context_system::instance(), 'local_dltsync', [$reader->id]));
        $this->assertEquals([$this->other->id], $DB->get_fieldset('local_dltsync_told', 'userid'));
    }

    /**
     * What was exported.
     *
     * @return stdClass
     */
    private function exported(): stdClass {
        $path = [get_string('pluginname', 'local_dltsync')];
        return writer::with_context(context_system::instance())->get_data($path);
    }

    /**
     * Deletes what is known of the manager.
     */
    private function delete_data_for_user(): void {
        provider::delete_data_for_user(new \core_privacy\local\request\approved_contextlist(
            $this->manager,
            'local_dltsync',
            [SYSCONTEXTID],
        ));
    }
}
