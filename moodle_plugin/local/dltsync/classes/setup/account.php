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

use context_system;
use core_external\util;
use core_user;
use stdClass;

/**
 * The account by which the program comes in: a role with just the capabilities needed, a user, a token.
 *
 * Each step looks first and changes only what is missing.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class account {
    /** @var string[] enough for a plan */
    public const READING = ['webservice/rest:use', 'local/dltsync:read'];

    /** @var string[] all that the program does */
    public const WRITING = [...self::READING, 'local/dltsync:apply', 'local/dltsync:pushstatus'];

    /**
     * An account by these names; nothing is made yet.
     *
     * @param string $username
     * @param string $rolename short name of the role
     * @param string[] $capabilities of the role
     */
    private function __construct(
        /** @var string */
        public readonly string $username,
        /** @var string */
        private readonly string $rolename,
        /** @var string[] */
        private readonly array $capabilities,
    ) {
    }

    /**
     * The account that may apply plans.
     *
     * @param string $username empty for the usual one
     * @return self
     */
    public static function writing(string $username = ''): self {
        return new self($username ?: 'dltsync', 'dltsync', self::WRITING);
    }

    /**
     * The account that may only read, which is enough for a plan.
     *
     * @param string $username empty for the usual one
     * @return self
     */
    public static function reading(string $username = ''): self {
        return new self($username ?: 'dltsync-read', 'dltsyncread', self::READING);
    }

    /**
     * Makes role and user and lets the user use the service.
     *
     * @return string[] a sentence per step
     * @throws problem when a user of this name cannot be the service user; nothing was changed
     */
    public function prepare(): array {
        $this->check_user();
        $role = $this->make_role();
        $user = $this->make_user();
        return [$role, $user, $this->assign_role(), $this->authorise()];
    }

    /**
     * The token of the account: the one there is, or a new one.
     *
     * @param bool $rotate whether to make a new one and end those there are
     * @return string
     */
    public function token(bool $rotate = false): string {
        global $DB;
        $service = $this->service();
        $of = ['externalserviceid' => $service->id, 'userid' => $this->user()->id, 'tokentype' => EXTERNAL_TOKEN_PERMANENT];
        if ($rotate) {
            $DB->delete_records('external_tokens', $of);
        }
        $select = 'externalserviceid = :externalserviceid AND userid = :userid AND tokentype = :tokentype
                   AND (validuntil IS NULL OR validuntil = 0) AND (iprestriction IS NULL OR iprestriction = :any)';
        $found = $DB->get_records_select('external_tokens', $select, $of + ['any' => ''], 'id', 'id, token', 0, 1);
        return $found
            ? reset($found)->token
            : util::generate_token(EXTERNAL_TOKEN_PERMANENT, $service, $this->user()->id, context_system::instance());
    }

    /**
     * Refuses a user of this name who is a person or an administrator.
     *
     * @throws problem
     */
    private function check_user(): void {
        $user = $this->user();
        if ($user === null) {
            return;
        }
        $what = match (true) {
            $user->auth !== 'webservice' => "logs in by “{$user->auth}”, so it may be a person's",
            is_siteadmin($user) => 'is a site administrator',
            (bool)$user->suspended => 'is suspended',
            default => '',
        };
        if ($what !== '') {
            throw new problem("The account “{$this->username}” exists and $what. Give another name with --username=NAME.");
        }
    }

    /**
     * Makes the role and gives it its capabilities at system level.
     *
     * @return string
     */
    private function make_role(): string {
        global $DB;

        $id = $this->role_id();
        $made = $id === null;
        if ($made) {
            $id = create_role(
                get_string("role_{$this->rolename}", 'local_dltsync'),
                $this->rolename,
                get_string("role_{$this->rolename}_desc", 'local_dltsync'),
            );
            set_role_contextlevels($id, [CONTEXT_SYSTEM]);
        }
        $system = context_system::instance();
        $granted = $DB->get_records_menu(
            'role_capabilities',
            ['roleid' => $id, 'contextid' => $system->id],
            '',
            'capability, permission'
        );
        foreach ($this->capabilities as $capability) {
            if (($granted[$capability] ?? null) != CAP_ALLOW) {
                assign_capability($capability, CAP_ALLOW, $id, $system, true);
            }
        }
        $list = implode(', ', $this->capabilities);
        return $made ? "Role “{$this->rolename}” made: $list." : "The role “{$this->rolename}” is there: $list.";
    }

    /**
     * Makes the user, who cannot log in to pages and gets no mail.
     *
     * On a site with a policy nobody is served who did not agree to it, and each new policy asks everybody anew.
     *
     * @return string
     */
    private function make_user(): string {
        global $CFG, $DB;
        if ($this->user() !== null) {
            $DB->set_field('user', 'policyagreed', 1, ['id' => $this->user()->id]);
            return "The user “{$this->username}” is there.";
        }
        require_once($CFG->dirroot . '/user/lib.php');
        user_create_user((object)[
            'username' => $this->username,
            'auth' => 'webservice',
            'confirmed' => 1,
            'mnethostid' => $CFG->mnet_localhost_id,
            'firstname' => 'dlt-sync',
            'lastname' => $this->rolename,
            'email' => "{$this->username}@dlt-sync.invalid",
            'emailstop' => 1,
            'policyagreed' => 1,
        ], false);
        return "User “{$this->username}” made.";
    }

    /**
     * Gives the user the role at system level.
     *
     * @return string
     */
    private function assign_role(): string {
        $context = context_system::instance();
        if (user_has_role_assignment($this->user()->id, $this->role_id(), $context->id)) {
            return 'The user has the role.';
        }
        role_assign($this->role_id(), $this->user()->id, $context->id);
        return 'Role given to the user.';
    }

    /**
     * Lets the user use the service, without an end: core refuses ends that are to come.
     *
     * @return string
     */
    private function authorise(): string {
        global $CFG, $DB;
        $of = ['externalserviceid' => $this->service()->id, 'userid' => $this->user()->id];
        if ($DB->record_exists('external_services_users', $of)) {
            return 'The user may use the service.';
        }
        require_once($CFG->dirroot . '/webservice/lib.php');
        (new \webservice())->add_ws_authorised_user((object)$of);
        return 'Service opened to the user.';
    }

    /**
     * The user of this name, null when there is none.
     *
     * @return stdClass|null
     */
    private function user(): ?stdClass {
        return core_user::get_user_by_username($this->username) ?: null;
    }

    /**
     * Id of the role, null when there is none.
     *
     * @return int|null
     */
    private function role_id(): ?int {
        global $DB;
        $id = $DB->get_field('role', 'id', ['shortname' => $this->rolename]);
        return $id ? (int)$id : null;
    }

    /**
     * The plugin's service.
     *
     * @return stdClass
     */
    private function service(): stdClass {
        global $DB;
        return $DB->get_record('external_services', ['shortname' => site::SERVICE], '*', MUST_EXIST);
    }
}
