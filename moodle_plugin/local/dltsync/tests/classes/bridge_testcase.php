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

use core\uuid;
use local_dltsync\external\apply;
use local_dltsync\external\get_digests;
use local_dltsync\external\read;

/**
 * A site with the service's account at work, and the calls that the program makes.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class bridge_testcase extends \advanced_testcase {
    /** @var \stdClass the service's account */
    protected \stdClass $service;

    /** @var int its role */
    protected int $roleid;

    /**
     * Operations roll back transactions of their own, so tests cannot run inside one.
     */
    protected function setUp(): void {
        global $CFG;
        parent::setUp();
        require_once($CFG->dirroot . '/group/lib.php');
        require_once($CFG->dirroot . '/cohort/lib.php');
        require_once($CFG->dirroot . '/user/lib.php');
        $this->resetAfterTest();
        $this->preventResetByRollback();
        \core\plugininfo\enrol::enable_plugin('dltsync', 1);
        $this->service = $this->getDataGenerator()->create_user(['username' => 'dltsync-service']);
        $this->roleid = $this->getDataGenerator()->create_role();
        $this->allow('local/dltsync:read');
        $this->allow('local/dltsync:apply');
        role_assign($this->roleid, $this->service->id, \context_system::instance());
        $this->setUser($this->service);
    }

    /**
     * Gives the service's role a capability.
     *
     * @param string $capability
     */
    protected function allow(string $capability): void {
        assign_capability($capability, CAP_ALLOW, $this->roleid, \context_system::instance(), true);
    }

    /**
     * Takes a capability away from the service's role.
     *
     * @param string $capability
     */
    protected function forbid(string $capability): void {
        unassign_capability($capability, $this->roleid);
        accesslib_clear_all_caches_for_unit_testing();
    }

    /**
     * Makes a call as the program does.
     *
     * @param string $class
     * @param array $request
     * @param int $count
     * @return array the response
     */
    protected function call(string $class, array $request, int $count = 1): array {
        $json = json_encode($request, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
        $answer = $class::execute($json, $count, hash('sha256', $json));
        $answer = \core_external\external_api::clean_returnvalue($class::execute_returns(), $answer);
        return json_decode($answer['response'], true, 32, JSON_THROW_ON_ERROR);
    }

    /**
     * Sends a batch.
     *
     * @param string $kind
     * @param array[] $operations
     * @param string|null $batch UUID, null for a new one
     * @param bool $recall
     * @return array[] answers
     */
    protected function apply(string $kind, array $operations, ?string $batch = null, bool $recall = false): array {
        $request = [
            'batch' => $batch ?? self::uuid(),
            'kind' => $kind,
            'recall' => $recall,
            'operations' => array_map(fn($operation) => $operation + ['moodleid' => null, 'expect' => null], $operations),
        ];
        return $this->call(apply::class, $request, count($operations))['answers'];
    }

    /**
     * Sends a batch of one operation.
     *
     * @param string $kind
     * @param string $op
     * @param string $key
     * @param array $fields
     * @param array|null $expect
     * @param int|null $moodleid
     * @return array its answer
     */
    protected function do(
        string $kind,
        string $op,
        string $key,
        array $fields = [],
        ?array $expect = null,
        ?int $moodleid = null
    ): array {
        $operation = ['op' => $op, 'key' => $key, 'fields' => (object)$fields, 'moodleid' => $moodleid];
        return $this->apply($kind, [$operation + ['expect' => $expect === null ? null : (object)$expect]])[0];
    }

    /**
     * Makes an object that has to succeed.
     *
     * @param string $kind
     * @param string $key
     * @param array $fields
     * @return int its Moodle id
     */
    protected function create(string $kind, string $key, array $fields): int {
        $answer = $this->do($kind, 'create', $key, $fields);
        $this->assertSame(['done', ''], [$answer['status'], $answer['message']]);
        return $answer['moodleid'];
    }

    /**
     * Makes a user that is ours.
     *
     * @param string $name
     * @return int
     */
    protected function create_user(string $name): int {
        return $this->create('user', "plt:student:$name", [
            'username' => $name,
            'firstname' => 'Әсел',
            'lastname' => 'Үмбетова',
            'email' => "$name@academy.example",
            'idnumber' => "plt:student:$name",
        ]);
    }

    /**
     * Makes a course that is ours, in a category that is ours.
     *
     * @param string $name
     * @param array $fields
     * @return int
     */
    protected function create_course(string $name, array $fields = []): int {
        if (!$this->read('category', ['keys' => ['plt:cafedra:59']])) {
            $this->create('category', 'plt:cafedra:59', ['name' => 'Кафедра', 'parent' => '']);
        }
        return $this->create('course', "plt:offering:$name", $fields + [
            'fullname' => "Course $name",
            'shortname' => $name,
            'category' => 'plt:cafedra:59',
        ]);
    }

    /**
     * Makes a group that is ours in such a course.
     *
     * @param string $course
     * @param string $name
     * @return int
     */
    protected function create_group(string $course, string $name): int {
        $fields = ['course' => "plt:offering:$course", 'name' => $name, 'idnumber' => $name];
        return $this->create('group', "plt:offering:$course|plt:group:$name", $fields);
    }

    /**
     * Enrols such a user in such a course.
     *
     * @param string $course
     * @param string $user
     * @param array $fields
     * @return int
     */
    protected function enrol(string $course, string $user, array $fields = []): int {
        [$coursekey, $userkey] = ["plt:offering:$course", "plt:student:$user"];
        $fields += ['course' => $coursekey, 'user' => $userkey, 'suspended' => false, 'timestart' => 0, 'timeend' => 0];
        return $this->create('enrolment', "$coursekey|$userkey", $fields + ['roles' => ['student'], 'groups' => []]);
    }

    /**
     * Reads a page.
     *
     * @param string $kind
     * @param array $request
     * @return array[] objects
     */
    protected function read(string $kind, array $request = []): array {
        $list = $request['keys'] ?? $request['courses'] ?? [null];
        return $this->call(read::class, ['kind' => $kind] + $request, count($list))['objects'];
    }

    /**
     * The fields of one object.
     *
     * @param string $kind
     * @param string $key
     * @return array|null
     */
    protected function fields(string $kind, string $key): ?array {
        return $this->read($kind, ['keys' => [$key]])[0]['fields'];
    }

    /**
     * Reads digests.
     *
     * @param string $kind
     * @param string[] $fields
     * @return array[] by scope
     */
    protected function digests(string $kind, array $fields): array {
        return $this->call(get_digests::class, ['kind' => $kind, 'fields' => $fields])['digests'];
    }

    /**
     * Candidates for one key.
     *
     * @param string $kind
     * @param array[] $by
     * @param string|null $course
     * @return array[]
     */
    protected function candidates(string $kind, array $by, ?string $course = null): array {
        $match = [['key' => 'sought', 'by' => $by, 'course' => $course]];
        return $this->call(read::class, ['kind' => $kind, 'match' => $match])['candidates']['sought'];
    }

    /**
     * Asserts that an operation was answered so.
     *
     * @param string $status
     * @param string $errorcode
     * @param array $answer
     */
    protected function assert_answer(string $status, string $errorcode, array $answer): void {
        $this->assertSame([$status, $errorcode], [$answer['status'], $answer['errorcode']], $answer['message']);
    }

    /**
     * A new id for a batch.
     *
     * @return string
     */
    protected static function uuid(): string {
        return uuid::generate();
    }
}
