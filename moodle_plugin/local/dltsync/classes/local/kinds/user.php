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

use core\session\manager;
use local_dltsync\local\field;
use local_dltsync\local\refusal;
use local_dltsync\local\state;
use moodle_exception;

/**
 * Accounts. Passwords are never touched, and some accounts are never touched at all.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class user extends owned_kind {
    #[\Override]
    public function table(): string {
        return 'user';
    }

    #[\Override]
    protected function living(): string {
        global $CFG;
        return 't.deleted = 0 AND t.mnethostid = ' . (int)$CFG->mnet_localhost_id;
    }

    #[\Override]
    public function fields(): array {
        return [
            'username' => field::text('username'),
            'firstname' => field::text('firstname', PARAM_NOTAGS),
            'lastname' => field::text('lastname', PARAM_NOTAGS),
            'middlename' => field::text('middlename', PARAM_NOTAGS),
            'email' => field::text('email', PARAM_RAW_TRIMMED),
            'auth' => field::text('auth'),
            'lang' => field::text('lang'),
            'idnumber' => field::text('idnumber'),
            'suspended' => field::flag('t.suspended'),
        ];
    }

    #[\Override]
    public function required(): array {
        return ['username', 'firstname', 'lastname'];
    }

    #[\Override]
    public function match_fields(): array {
        return ['idnumber', 'username', 'email'];
    }

    #[\Override]
    public function is_protected(int $moodleid): bool {
        global $USER;
        return is_siteadmin($moodleid) || isguestuser($moodleid) || $moodleid === (int)$USER->id;
    }

    #[\Override]
    public function create(string $key, array $fields): int {
        global $CFG;
        require_once($CFG->dirroot . '/user/lib.php');
        $this->check($fields, 0);
        $user = (object)$this->columns($fields, array_keys($this->fields()));
        $user->auth ??= 'manual';
        $user->confirmed = 1;
        $user->mnethostid = $CFG->mnet_localhost_id;
        $user->password = AUTH_PASSWORD_NOT_CACHED;
        return (int)user_create_user($user, false);
    }

    #[\Override]
    public function write(state $now, array $fields): void {
        global $CFG;
        require_once($CFG->dirroot . '/user/lib.php');
        $changes = $this->changes($now, $fields);
        if (!$changes) {
            return;
        }
        $this->check($changes, $now->moodleid);
        $columns = $this->columns($changes, array_keys($this->fields()));
        user_update_user((object)(['id' => $now->moodleid] + $columns), false);
        if (!empty($changes['suspended'])) {
            manager::destroy_user_sessions($now->moodleid);
        }
    }

    /**
     * What Moodle's forms check, since its functions do not.
     *
     * @param array $fields
     * @param int $id the account itself, 0 for a new one
     * @throws refusal badfield
     * @throws moodle_exception usernameexists, emailexists or invalidemail
     */
    private function check(array $fields, int $id): void {
        $this->check_choices($fields);
        if (isset($fields['username']) && $this->is_taken('username', $fields['username'], $id)) {
            throw new moodle_exception('usernameexists');
        }
        if (($fields['email'] ?? '') !== '') {
            $this->check_email($fields['email'], $id);
        }
    }

    /**
     * The authentication method and the language must be there, and names must not be empty.
     *
     * @param array $fields
     * @throws refusal badfield
     */
    private function check_choices(array $fields): void {
        if (isset($fields['auth']) && !exists_auth_plugin($fields['auth'])) {
            throw new refusal('badfield', "auth, no such authentication method as {$fields['auth']}");
        }
        if (isset($fields['lang']) && !isset(get_string_manager()->get_list_of_translations(false)[$fields['lang']])) {
            throw new refusal('badfield', "lang, the language {$fields['lang']} is not installed");
        }
        foreach (['firstname', 'lastname'] as $name) {
            if (isset($fields[$name]) && trim($fields[$name]) === '') {
                throw new refusal('badfield', $name);
            }
        }
    }

    /**
     * An address must be one, and nobody else's where the site wants that.
     *
     * @param string $email
     * @param int $id the account itself, 0 for a new one
     * @throws moodle_exception
     */
    private function check_email(string $email, int $id): void {
        global $CFG;
        if (!validate_email($email)) {
            throw new moodle_exception('invalidemail');
        }
        if (empty($CFG->allowaccountssameemail) && $this->is_taken('email', $email, $id)) {
            throw new moodle_exception('emailexists');
        }
    }

    /**
     * Whether another account has that value, compared as loosely as Moodle does.
     *
     * @param string $field
     * @param string $value
     * @param int $id the account itself, 0 for a new one
     * @return bool
     */
    private function is_taken(string $field, string $value, int $id): bool {
        global $CFG, $DB;
        $select = $DB->sql_equal($field, ':value', false) . ' AND deleted = 0 AND mnethostid = :host AND id <> :id';
        $params = ['value' => $value, 'host' => $CFG->mnet_localhost_id, 'id' => $id];
        return $DB->record_exists_select('user', $select, $params);
    }
}
