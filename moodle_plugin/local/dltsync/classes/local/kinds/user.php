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
use local_dltsync\local\holders;
use local_dltsync\local\operation;
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
    /** @var holders|null who has which username and address */
    private ?holders $holders = null;

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
    public function prepare(array $operations): void {
        global $CFG;
        $names = empty($CFG->allowaccountssameemail) ? ['username', 'email'] : ['username'];
        $this->holders()->forget();
        $this->holders()->ask(array_combine($names, array_map(fn($name) => $this->named($operations, $name), $names)));
    }

    #[\Override]
    public function rolled_back(): void {
        parent::rolled_back();
        $this->holders()->forget();
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
        $id = (int)user_create_user($user, false);
        $this->holders()->note($id, $fields);
        return $id;
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
        $this->holders()->note($now->moodleid, $changes);
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
        if (isset($fields['username']) && $this->holders()->has_another('username', $fields['username'], $id)) {
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
        if (empty($CFG->allowaccountssameemail) && $this->holders()->has_another('email', $email, $id)) {
            throw new moodle_exception('emailexists');
        }
    }

    /**
     * The values that some operations name for a field, and that a database can be asked for.
     *
     * @param operation[] $operations
     * @param string $name
     * @return string[]
     */
    private function named(array $operations, string $name): array {
        $values = array_map(fn($operation) => $operation->fields[$name] ?? '', $operations);
        $asked = fn($value) => is_string($value) && $value !== '' && !str_contains($value, "\0");
        return array_values(array_filter($values, $asked));
    }

    /**
     * Who has which username and address.
     *
     * @return holders
     */
    private function holders(): holders {
        return $this->holders ??= new holders();
    }
}
