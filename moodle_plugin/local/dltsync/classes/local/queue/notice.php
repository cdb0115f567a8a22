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

namespace local_dltsync\local\queue;

use context_course;
use core\clock;
use core\di;
use core\event\base;
use core\event\group_member_added;
use core\event\group_member_removed;
use core\event\role_assigned;
use core\event\role_unassigned;
use core\event\user_enrolment_created;
use core\event\user_enrolment_updated;
use core\hook\access\after_role_assigned;
use core\hook\access\after_role_unassigned;
use core_enrol\hook\after_user_enrolled;
use core_enrol\hook\before_user_enrolment_updated;
use core_group\hook\after_group_membership_added;
use core_group\hook\after_group_membership_removed;
use local_dltsync\local\enrolments\change;
use local_dltsync\local\instances;

/**
 * What has to be told of one change of one enrolment: the events and hooks that Moodle's own functions would have sent
 * for it, in their order and with their data.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class notice {
    /** @var \stdClass what happened: created and roleid, updated and modified, given, taken, joined, left */
    private readonly \stdClass $news;

    /**
     * Takes the row, and what its listeners will want to see.
     *
     * @param \stdClass $row row of the queue
     * @param \stdClass $instance row of enrol
     * @param context_course $context
     * @param \stdClass[] $groups rows of groups by id, those that are gone left out
     */
    public function __construct(
        /** @var \stdClass row of the queue */
        private readonly \stdClass $row,
        /** @var \stdClass row of enrol */
        private readonly \stdClass $instance,
        /** @var context_course the course */
        private readonly context_course $context,
        /** @var \stdClass[] rows of groups by id */
        private readonly array $groups,
    ) {
        $this->news = json_decode($row->news, false, 32, JSON_THROW_ON_ERROR);
    }

    /**
     * The row of the queue for a change.
     *
     * @param change $change
     * @param int $piece number of the piece
     * @return array
     */
    public static function row(change $change, int $piece): array {
        global $USER;
        return [
            'piece' => $piece,
            'enrolmentid' => $change->id,
            'enrolid' => (int)$change->instance->id,
            'courseid' => (int)$change->instance->courseid,
            'userid' => $change->userid,
            'actorid' => (int)$USER->id,
            'news' => json_encode($change->notice, JSON_THROW_ON_ERROR),
            'attempts' => 0,
            'timecreated' => di::get(clock::class)->time(),
        ];
    }

    /**
     * Ids of the groups that a row of the queue is about.
     *
     * @param \stdClass $row
     * @return int[]
     */
    public static function groups_of(\stdClass $row): array {
        $news = json_decode($row->news, true, 32, JSON_THROW_ON_ERROR);
        return [...$news['joined'] ?? [], ...$news['left'] ?? []];
    }

    /**
     * The events and hooks, in order.
     *
     * @return callable[] each sends one
     */
    public function steps(): array {
        $steps = [...$this->enrolment_steps(), ...$this->role_steps()];
        foreach ($this->news->joined ?? [] as $id) {
            $other = ['component' => instances::COMPONENT, 'itemid' => (int)$this->instance->id];
            array_push($steps, ...$this->group_steps(
                $id,
                fn($group) => group_member_added::create(['objectid' => $id, 'other' => $other] + $this->event()),
                fn($group) => new after_group_membership_added($group, [(int)$this->row->userid]),
            ));
        }
        foreach ($this->news->left ?? [] as $id) {
            array_push($steps, ...$this->group_steps(
                $id,
                fn($group) => group_member_removed::create(['objectid' => $id] + $this->event()),
                fn($group) => new after_group_membership_removed($group, [(int)$this->row->userid]),
            ));
        }
        return $steps;
    }

    /**
     * What is told of the enrolment itself.
     *
     * @return callable[]
     */
    private function enrolment_steps(): array {
        $news = $this->news;
        $event = ['objectid' => (int)$this->row->enrolmentid, 'other' => ['enrol' => instances::METHOD]] + $this->event();
        if (isset($news->created)) {
            return [
                fn() => user_enrolment_created::create($event)->trigger(),
                fn() => self::dispatch(new after_user_enrolled($this->instance, $news->created, $news->roleid)),
            ];
        }
        if (isset($news->updated)) {
            $status = in_array('status', $news->modified, true);
            $timeend = in_array('timeend', $news->modified, true);
            return [
                fn() => self::dispatch(new before_user_enrolment_updated($this->instance, $news->updated, $status, $timeend)),
                fn() => user_enrolment_updated::create($event)->trigger(),
            ];
        }
        return [];
    }

    /**
     * What is told of roles.
     *
     * @return callable[]
     */
    private function role_steps(): array {
        $steps = [];
        foreach ($this->news->given ?? [] as $row) {
            $steps[] = fn() => self::trigger(role_assigned::create($this->role_event($row)), 'role_assignments', $row);
            $steps[] = fn() => self::dispatch(new after_role_assigned($this->context, (int)$row->userid));
        }
        foreach ($this->news->taken ?? [] as $row) {
            $steps[] = fn() => self::trigger(role_unassigned::create($this->role_event($row)), 'role_assignments', $row);
            $steps[] = fn() => self::dispatch(new after_role_unassigned($this->context, (int)$row->userid));
        }
        return $steps;
    }

    /**
     * What is told of a group, if it is still there.
     *
     * @param int $id
     * @param callable $event makes the event of the row of groups
     * @param callable $hook makes the hook of it
     * @return callable[]
     */
    private function group_steps(int $id, callable $event, callable $hook): array {
        $group = $this->groups[$id] ?? null;
        return $group === null ? [] : [
            fn() => self::trigger($event($group), 'groups', $group),
            fn() => self::dispatch($hook($group)),
        ];
    }

    /**
     * What all events have in common.
     *
     * @return array
     */
    private function event(): array {
        return [
            'context' => $this->context,
            'relateduserid' => (int)$this->row->userid,
            'userid' => (int)$this->row->actorid,
        ];
    }

    /**
     * Data of an event about a role.
     *
     * @param \stdClass $row row of role_assignments
     * @return array
     */
    private function role_event(\stdClass $row): array {
        $other = ['id' => (int)$row->id, 'component' => $row->component, 'itemid' => (int)$row->itemid];
        return ['objectid' => (int)$row->roleid, 'other' => $other] + $this->event();
    }

    /**
     * Sends an event with a row as it was when it happened.
     *
     * @param base $event
     * @param string $table
     * @param \stdClass $row
     */
    private static function trigger(base $event, string $table, \stdClass $row): void {
        $event->add_record_snapshot($table, $row);
        $event->trigger();
    }

    /**
     * Sends a hook.
     *
     * @param object $hook
     */
    private static function dispatch(object $hook): void {
        di::get(\core\hook\manager::class)->dispatch($hook);
    }
}
