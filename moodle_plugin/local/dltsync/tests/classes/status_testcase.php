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

namespace local_dltsync\tests;

use context_system;
use local_dltsync\local\status\runs;
use stdClass;

/**
 * Runs that the program told of, and people who may see them.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class status_testcase extends \advanced_testcase {
    use speaks_kazakh;

    /** @var int when the tests happen */
    protected const NOW = 1_790_000_100;

    /** @var string the command that a run asks for */
    protected const COMMAND = 'dlt-sync apply --approve 0123456789ab --as "NAME" --because "REASON"';

    /** @var int the role of whoever may see the runs */
    protected int $roleid;

    /** @var \frozen_clock what Moodle goes by */
    protected \frozen_clock $clock;

    /**
     * A moment, and a role.
     */
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->clock = $this->mock_clock_with_frozen(self::NOW);
        $this->roleid = $this->getDataGenerator()->create_role();
        assign_capability('local/dltsync:viewreport', CAP_ALLOW, $this->roleid, context_system::instance());
    }

    /**
     * Somebody who may see the runs.
     *
     * @param array $user what differs from others
     * @return stdClass
     */
    protected function reader(array $user = []): stdClass {
        $user = $this->getDataGenerator()->create_user($user);
        role_assign($this->roleid, $user->id, context_system::instance());
        return $user;
    }

    /**
     * A run as the program tells of it: it created three users.
     *
     * @param array $run what differs
     * @return array
     */
    protected static function told(array $run = []): array {
        return $run + [
            'run' => 7,
            'mode' => 'apply',
            'started' => 1_790_000_000,
            'ended' => 1_790_000_090,
            'verdict' => 'ok',
            'planhash' => 'abc123',
            'counts' => ['user.create' => 3],
            'summary' => 'Done: users: 3 created.',
            'needs' => '',
            'report' => ['en' => self::text('Three users'), 'kk' => self::text('Үш пайдаланушы')],
        ];
    }

    /**
     * A run that the guard has stopped, as the program tells of it.
     *
     * @param array $run what differs
     * @return array
     */
    protected static function stopped(array $run = []): array {
        $parked = ['code' => 'parked', 'title' => 'Waits', 'lines' => ['31 of 120 removed', self::COMMAND]];
        return self::told($run + [
            'verdict' => 'refused',
            'counts' => ['held' => 31],
            'needs' => 'release',
            'report' => ['en' => self::text('One plan waits', [$parked])],
        ]);
    }

    /**
     * A report in one language.
     *
     * @param string $subject
     * @param array[] $sections besides that of the changes
     * @return array
     */
    protected static function text(string $subject, array $sections = []): array {
        $changes = ['code' => 'changes', 'title' => 'By kafedra', 'lines' => ["Анатомия <i>: $subject"]];
        return ['subject' => $subject, 'sections' => [...$sections, $changes]];
    }

    /**
     * Takes what the program tells of a run.
     *
     * @param array $told
     * @return stdClass the row
     */
    protected static function take(array $told): stdClass {
        global $DB;
        runs::store(runs::row($told));
        return $DB->get_record(runs::TABLE, ['run' => $told['run']], '*', MUST_EXIST);
    }
}
