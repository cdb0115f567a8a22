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

namespace local_dltsync\local\kinds;

use local_dltsync\tests\bridge_testcase;

/**
 * Accounts, as the program makes and changes them.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\kinds\user
 */
final class user_test extends bridge_testcase {
    /** @var array */
    private const FIELDS = [
        'username' => 'asel',
        'firstname' => 'Әсел',
        'lastname' => 'Үмбетова',
        'middlename' => 'Қанатқызы',
        'email' => 'asel@academy.example',
        'auth' => 'manual',
        'lang' => 'en',
        'idnumber' => 'plt:student:1',
        'suspended' => false,
    ];

    /**
     * An account comes with its fields and without a password that anybody could use.
     */
    public function test_user_is_created_without_a_usable_password(): void {
        global $DB;
        $answer = $this->do('user', 'create', 'plt:student:1', self::FIELDS);
        $this->assertSame(self::FIELDS, $answer['fields']);
        $user = $DB->get_record('user', ['id' => $answer['moodleid']]);
        $this->assertEquals([1, AUTH_PASSWORD_NOT_CACHED], [$user->confirmed, $user->password]);
        $this->assertFalse(validate_internal_user_password($user, ''));
        $this->assertFalse(validate_internal_user_password($user, AUTH_PASSWORD_NOT_CACHED));
    }

    /**
     * What is not sent is Moodle's default.
     */
    public function test_user_without_address_and_language_is_created(): void {
        $fields = array_diff_key(self::FIELDS, array_flip(['email', 'lang', 'auth', 'middlename', 'suspended']));
        $answer = $this->do('user', 'create', 'plt:student:1', $fields);
        $this->assertSame(['email' => '', 'auth' => 'manual', 'lang' => 'en', 'suspended' => false], array_intersect_key(
            $answer['fields'],
            array_flip(['email', 'auth', 'lang', 'suspended'])
        ));
    }

    /**
     * Suspending ends what the person has open; the password stays.
     */
    public function test_suspending_ends_sessions_and_keeps_the_password(): void {
        global $DB;
        $id = $this->create('user', 'plt:student:1', self::FIELDS);
        $DB->set_field('user', 'password', 'kept', ['id' => $id]);
        $session = ['state' => 0, 'sid' => 'open', 'userid' => $id, 'timecreated' => 1, 'timemodified' => 1];
        $DB->insert_record('sessions', (object)($session + ['firstip' => '127.0.0.1', 'lastip' => '127.0.0.1']));
        $answer = $this->do('user', 'update', 'plt:student:1', ['suspended' => true], ['suspended' => false], $id);
        $this->assertSame(array_merge(self::FIELDS, ['suspended' => true]), $answer['fields']);
        $this->assertSame('kept', $DB->get_field('user', 'password', ['id' => $id]));
        $this->assertFalse($DB->record_exists('sessions', ['userid' => $id]));
    }

    /**
     * Each field is written and read back.
     */
    public function test_every_field_is_updated(): void {
        $this->create('user', 'plt:student:1', self::FIELDS);
        $fields = [
            'username' => 'a.umbetova', 'firstname' => 'Айсел', 'lastname' => 'O’Neill-Ұлы', 'middlename' => '',
            'email' => 'a.umbetova@academy.example', 'auth' => 'nologin', 'lang' => 'en', 'idnumber' => '', 'suspended' => true,
        ];
        $answer = $this->do('user', 'update', 'plt:student:1', $fields, self::FIELDS);
        $this->assertSame(['done', $fields], [$answer['status'], $answer['fields']], $answer['message']);
    }

    /**
     * Values that Moodle cannot hold as they are, or that are somebody else's, are refused.
     *
     * @dataProvider bad_fields
     * @param array $fields
     * @param string $errorcode
     */
    public function test_bad_user_is_refused_and_not_stored(array $fields, string $errorcode): void {
        global $DB;
        $this->getDataGenerator()->create_user(['username' => 'taken', 'email' => 'Taken@academy.example']);
        $before = $DB->count_records('user');
        $this->assert_answer('failed', $errorcode, $this->do('user', 'create', 'k', $fields + self::FIELDS));
        $this->assertSame($before, $DB->count_records('user'));
        $this->create('user', 'k', self::FIELDS);
        $this->assert_answer('failed', $errorcode, $this->do('user', 'update', 'k', $fields));
        $this->assertSame(self::FIELDS, $this->fields('user', 'k'));
    }

    /**
     * Fields of which one is bad, and the code.
     *
     * @return array[]
     */
    public static function bad_fields(): array {
        return [
            'tag in a name' => [['firstname' => 'A<b>sel</b>'], 'badfield'],
            'name of blanks' => [['lastname' => ' '], 'badfield'],
            'name that is too long' => [['lastname' => str_repeat('Қ', 101)], 'badfield'],
            'zero byte' => [['idnumber' => "a\0b"], 'badfield'],
            'number for a text' => [['lastname' => 5], 'badfield'],
            'text for a flag' => [['suspended' => '1'], 'badfield'],
            'blank beside an address' => [['email' => ' asel@academy.example'], 'badfield'],
            'no address' => [['email' => 'asel at academy'], 'invalidemail'],
            'address of another' => [['email' => 'taken@academy.example'], 'emailexists'],
            'username of another' => [['username' => 'taken'], 'usernameexists'],
            'capitals in a username' => [['username' => 'Asel'], 'usernamelowercase'],
            'letters that usernames lack' => [['username' => 'әсел'], 'invalidusername'],
            'no such authentication method' => [['auth' => 'telepathy'], 'badfield'],
            'no such language' => [['lang' => 'tlh'], 'badfield'],
            'field that no user has' => [['password' => 'secret'], 'badfield'],
        ];
    }

    /**
     * Where a site lets accounts share an address, so do we.
     */
    public function test_shared_address_is_taken_where_the_site_allows_it(): void {
        set_config('allowaccountssameemail', 1);
        $this->getDataGenerator()->create_user(['email' => 'asel@academy.example']);
        $this->assertGreaterThan(0, $this->create('user', 'plt:student:1', self::FIELDS));
    }

    /**
     * Without a name there is no account.
     */
    public function test_user_without_a_name_is_refused(): void {
        $fields = array_diff_key(self::FIELDS, ['lastname' => 1]);
        $this->assert_answer('failed', 'badfield', $this->do('user', 'create', 'k', $fields));
    }

    /**
     * Administrators, the guest and the service itself are found, but neither adopted nor changed.
     */
    public function test_protected_accounts_are_never_touched(): void {
        global $CFG, $DB;
        foreach ([get_admin()->id, $CFG->siteguest, $this->service->id] as $id) {
            $user = $DB->get_record('user', ['id' => $id]);
            [$found] = $this->candidates('user', [['username', $user->username]]);
            $this->assertSame([(int)$id, true], [$found['moodleid'], $found['protected']]);
            $answer = $this->do('user', 'adopt', "k$id", ['firstname' => 'X'], null, (int)$id);
            $this->assert_answer('failed', 'protected', $answer);
            $this->assertEquals($user, $DB->get_record('user', ['id' => $id]));
        }
        $this->assertSame([], $this->read('user'));
    }

    /**
     * Who became an administrator since is left alone.
     */
    public function test_administrator_of_ours_is_never_touched(): void {
        $id = $this->create('user', 'k', self::FIELDS);
        set_config('siteadmins', get_config('core', 'siteadmins') . ',' . $id);
        $this->assert_answer('failed', 'protected', $this->do('user', 'update', 'k', ['suspended' => true]));
        $this->assertFalse($this->fields('user', 'k')['suspended']);
    }

    /**
     * Candidates are found by the first pair that finds any, exactly, addresses without regard to case.
     */
    public function test_candidates_are_found_exactly(): void {
        $generator = $this->getDataGenerator();
        $one = $generator->create_user(['username' => 'one', 'idnumber' => 'ID-1', 'email' => 'One@academy.example']);
        $two = $generator->create_user(['username' => 'two', 'idnumber' => 'ID-2', 'email' => 'two@academy.example']);
        $this->assertSame([], $this->candidates('user', [['idnumber', 'id-1'], ['username', 'ONE'], ['idnumber', '']]));
        $ids = fn($by) => array_column($this->candidates('user', $by), 'matchedby', 'moodleid');
        $this->assertSame([(int)$one->id => 'email'], $ids([['idnumber', 'id-1'], ['email', 'ONE@academy.EXAMPLE']]));
        $this->assertSame([(int)$two->id => 'idnumber'], $ids([['idnumber', 'ID-2'], ['username', 'one']]));
        delete_user($two);
        $this->assertSame([], $ids([['idnumber', 'ID-2']]));
    }

    /**
     * An account is adopted as it is, with the fields that change.
     */
    public function test_user_is_adopted(): void {
        $user = $this->getDataGenerator()->create_user(['username' => 'old', 'firstname' => 'Old', 'lastname' => 'Name']);
        $this->assert_answer('moved', 'moved', $this->do('user', 'adopt', 'k', [], ['firstname' => 'Other'], (int)$user->id));
        $answer = $this->do('user', 'adopt', 'k', ['idnumber' => 'k'], ['firstname' => 'Old'], (int)$user->id);
        $this->assertSame(['done', 'k', 'Old'], [
            $answer['status'], $answer['fields']['idnumber'], $answer['fields']['firstname'],
        ]);
        $this->assert_answer('failed', 'taken', $this->do('user', 'adopt', 'other', [], null, (int)$user->id));
        $another = $this->getDataGenerator()->create_user();
        $this->assert_answer('failed', 'exists', $this->do('user', 'adopt', 'k', [], null, (int)$another->id));
        $this->assert_answer('moved', 'gone', $this->do('user', 'adopt', 'z', [], null, 999999999));
    }

    /**
     * An account that was deleted by hand is made again under its key.
     */
    public function test_deleted_user_reads_without_fields_and_is_created_again(): void {
        global $DB;
        $id = $this->create('user', 'k', self::FIELDS);
        delete_user($DB->get_record('user', ['id' => $id]));
        $this->assertSame([['key' => 'k', 'moodleid' => $id, 'fields' => null, 'facts' => []]], $this->read('user'));
        $this->assertSame(['' => [0, 0, 0]], $this->digests('user', []));
        $this->assert_answer('moved', 'gone', $this->do('user', 'update', 'k', ['suspended' => true]));
        $again = $this->create('user', 'k', self::FIELDS);
        $this->assertNotSame($id, $again);
        $this->assertSame([$again], array_column($this->read('user'), 'moodleid'));
    }

    /**
     * Namesakes stay two.
     */
    public function test_namesakes_are_two_accounts(): void {
        $first = $this->create('user', 'plt:student:1', self::FIELDS);
        $other = ['username' => 'asel2', 'email' => 'asel2@academy.example', 'idnumber' => 'plt:student:2'];
        $this->assertNotSame($first, $this->create('user', 'plt:student:2', $other + self::FIELDS));
    }

    /**
     * Two accounts of one batch are compared with one another, too, whatever their letters.
     */
    public function test_second_of_two_in_a_batch_with_one_address_is_refused(): void {
        $twin = ['email' => 'ASEL@academy.example'] + $this->somebody('twin');
        $operations = [
            ['op' => 'create', 'key' => 'one', 'fields' => self::FIELDS],
            ['op' => 'create', 'key' => 'two', 'fields' => $twin],
        ];
        [$first, $second] = $this->apply('user', $operations);
        $this->assertSame('done', $first['status']);
        $this->assert_answer('failed', 'emailexists', $second);
    }

    /**
     * An address that one gives up is free for the next in the same batch; one that was refused was never given away.
     */
    public function test_address_follows_its_accounts_within_a_batch(): void {
        $this->create('user', 'one', self::FIELDS);
        $heir = ['email' => self::FIELDS['email']] + $this->somebody('heir');
        $bad = ['email' => 'free@academy.example', 'lang' => 'tlh'] + $this->somebody('bad');
        $next = ['email' => 'free@academy.example'] + $this->somebody('next');
        $operation = fn($op, $key, $fields) => ['op' => $op, 'key' => $key, 'fields' => $fields];
        $answers = $this->apply('user', [
            $operation('update', 'one', ['email' => 'other@academy.example']),
            $operation('create', 'heir', $heir),
            $operation('create', 'bad', $bad),
            $operation('create', 'next', $next),
        ]);
        $this->assertSame(['done', 'done', 'failed', 'done'], array_column($answers, 'status'));
    }

    /**
     * Fields of a fictional person.
     *
     * @param string $name
     * @return array
     */
    private function somebody(string $name): array {
        return ['username' => $name, 'email' => "$name@academy.example", 'idnumber' => $name] + self::FIELDS;
    }
}
