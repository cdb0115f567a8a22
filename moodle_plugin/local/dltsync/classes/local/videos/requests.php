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

namespace local_dltsync\local\videos;

use context_system;
use core\clock;
use core\di;
use core\uuid;
use local_dltsync\event\request_created;
use local_dltsync\event\request_stage_changed;
use local_dltsync\local\ownership;
use stdClass;

/**
 * What people ask for, and the stages that it goes through. The later decision counts, whichever side made it.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class requests {
    /** @var string the table */
    public const TABLE = 'local_dltsync_request';

    /** @var string the table of who brought a request to a stage */
    public const HISTORY = 'local_dltsync_stage';

    /** @var int the most characters of notes */
    public const NOTES = 10000;

    /** @var string[] what the program is told of a new request, by the name under which it travels */
    private const TOLD = [
        'type' => 'type',
        'topic' => 'topickey',
        'video' => 'videokey',
        'title' => 'title',
        'url' => 'url',
        'language' => 'language',
        'place' => 'place',
        'wished' => 'wished',
    ];

    /**
     * Somebody asks in this Moodle. The program learns of it by an event; whoever manages requests, by a message.
     *
     * @param array $fields columns of the request
     * @param int $userid who asks
     * @return stdClass the row
     */
    public static function make(array $fields, int $userid): stdClass {
        global $DB;
        $decision = new decision('requested', '', '', '', self::now(), $userid);
        $transaction = $DB->start_delegated_transaction();
        $row = self::insert(['sourcedid' => uuid::generate(), 'userid' => $userid, 'askedby' => ''] + $fields, $decision);
        $row->sourcedid = "moodle:request:$row->id";
        $DB->set_field(self::TABLE, 'sourcedid', $row->sourcedid, ['id' => $row->id]);
        self::write_event('requested', $row, $userid, self::told($row));
        $transaction->allow_commit();
        request_created::of($row)->trigger();
        notifier::tell_department($row);
        return $row;
    }

    /**
     * Somebody of the department decides in this Moodle.
     *
     * @param stdClass $row
     * @param decision $decision
     */
    public static function decide(stdClass $row, decision $decision): void {
        global $DB;
        $transaction = $DB->start_delegated_transaction();
        self::bring($row, $decision);
        self::write_event('staged', $row, $decision->userid, $decision->says());
        $transaction->allow_commit();
        self::announce($row, $decision);
    }

    /**
     * The program tells of a request. What it tells is no event for it to read again.
     *
     * @param pushed $pushed
     * @param ownership $ownership
     */
    public static function take(pushed $pushed, ownership $ownership): void {
        global $DB;
        $row = $DB->get_record(self::TABLE, ['sourcedid' => $pushed->what['sourcedid']]) ?: null;
        $decision = $pushed->decision;
        if ($row === null) {
            $row = self::add($pushed, $ownership);
        } else if ($decision->time <= $row->timestaged) {
            return;
        } else if ($decision->is_in_force($row)) {
            $DB->set_field(self::TABLE, 'timestaged', $decision->time, ['id' => $row->id]);
            return;
        } else {
            self::bring($row, $decision);
        }
        if ($row->stage !== 'requested') {
            self::announce($row, $decision);
        }
    }

    /**
     * The course is gone; what was asked for there stays, without it.
     *
     * @param int $courseid
     */
    public static function lose_course(int $courseid): void {
        global $DB;
        $DB->set_field(self::TABLE, 'courseid', 0, ['courseid' => $courseid]);
    }

    /**
     * A request that the current user may see: what they asked for themselves, or any where they manage requests.
     *
     * @param int $id
     * @return stdClass|null
     */
    public static function seen_by_me(int $id): ?stdClass {
        global $DB, $USER;
        $row = $DB->get_record(self::TABLE, ['id' => $id]) ?: null;
        $own = $row && $row->userid == $USER->id && isloggedin() && !isguestuser();
        return $own || has_capability('local/dltsync:managerequests', context_system::instance()) ? $row : null;
    }

    /**
     * The stages of a request, the first one first.
     *
     * @param int $id
     * @return stdClass[]
     */
    public static function history(int $id): array {
        global $DB;
        return $DB->get_records(self::HISTORY, ['requestid' => $id], 'timecreated, id');
    }

    /**
     * Stores a request that the program made known.
     *
     * @param pushed $pushed
     * @param ownership $ownership
     * @return stdClass the row
     */
    private static function add(pushed $pushed, ownership $ownership): stdClass {
        $userid = $pushed->asker === '' ? 0 : (int)$ownership->id('user', $pushed->asker);
        $courseid = $pushed->course === '' ? 0 : (int)$ownership->id('course', $pushed->course);
        // The name of somebody whom this Moodle knows is read from the account, where it can be forgotten.
        $known = $userid ? ['askedby' => ''] : [];
        $fields = $known + $pushed->what + ['userid' => $userid, 'courseid' => $courseid, 'problem' => ''];
        $row = self::insert($fields, $pushed->decision);
        request_created::of($row)->trigger();
        return $row;
    }

    /**
     * Writes a new request and its first stage.
     *
     * @param array $fields
     * @param decision $decision
     * @return stdClass the row
     */
    private static function insert(array $fields, decision $decision): stdClass {
        global $DB;
        $now = self::now();
        $times = ['timestaged' => $decision->time, 'timecreated' => $decision->time, 'timemodified' => $now];
        $row = (object)($fields + $decision->says() + $times);
        $row->id = $DB->insert_record(self::TABLE, $row);
        self::remember($row, $decision);
        return $row;
    }

    /**
     * Brings a request to a stage; the row is changed too.
     *
     * @param stdClass $row
     * @param decision $decision
     */
    private static function bring(stdClass $row, decision $decision): void {
        global $DB;
        foreach ($decision->says() + ['timestaged' => $decision->time, 'timemodified' => self::now()] as $column => $value) {
            $row->$column = $value;
        }
        $DB->update_record(self::TABLE, $row);
        self::remember($row, $decision);
    }

    /**
     * Adds a stage to the history.
     *
     * @param stdClass $row
     * @param decision $decision
     */
    private static function remember(stdClass $row, decision $decision): void {
        global $DB;
        $DB->insert_record(self::HISTORY, $decision->says() + [
            'requestid' => $row->id,
            'userid' => $decision->userid,
            'byname' => $decision->byname,
            'timecreated' => $decision->time,
        ]);
    }

    /**
     * Tells Moodle's log and the asker of a stage.
     *
     * @param stdClass $row
     * @param decision $decision
     */
    private static function announce(stdClass $row, decision $decision): void {
        request_stage_changed::of($row)->trigger();
        notifier::tell_asker($row, $decision->userid);
    }

    /**
     * What the program is told of a new request. Of the asker it is told the record's key; the name comes with the event.
     *
     * @param stdClass $row
     * @return string[]
     */
    private static function told(stdClass $row): array {
        $keys = ['course' => self::key('course', (int)$row->courseid), 'asker' => self::key('user', (int)$row->userid)];
        $told = array_map(fn(string $column): string => (string)$row->$column, self::TOLD);
        return $told + $keys + ['notes' => self::notes($row)];
    }

    /**
     * The notes, after what is wrong in words of the site's language.
     *
     * @param stdClass $row
     * @return string
     */
    private static function notes(stdClass $row): string {
        global $CFG;
        if ($row->problem === '') {
            return (string)$row->notes;
        }
        $word = get_string_manager()->get_string("video_problem_$row->problem", 'local_dltsync', null, $CFG->lang);
        return trim("$word. $row->notes");
    }

    /**
     * The key of what is ours.
     *
     * @param string $kind
     * @param int $moodleid
     * @return string empty when it is not ours
     */
    private static function key(string $kind, int $moodleid): string {
        global $DB;
        $where = ['kind' => $kind, 'moodleid' => $moodleid];
        return (string)$DB->get_field(ownership::TABLE, 'sourcedid', $where);
    }

    /**
     * Notes for the program what somebody did.
     *
     * @param string $name requested or staged
     * @param stdClass $row
     * @param int $userid
     * @param string[] $data
     */
    private static function write_event(string $name, stdClass $row, int $userid, array $data): void {
        global $DB;
        $DB->insert_record('local_dltsync_event', [
            'name' => $name,
            'kind' => 'request',
            'sourcedid' => $row->sourcedid,
            'moodleid' => $row->id,
            'userid' => $userid,
            'data' => json_encode($data, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES),
            'timecreated' => self::now(),
        ]);
    }

    /**
     * The time by Moodle's clock.
     *
     * @return int
     */
    private static function now(): int {
        return di::get(clock::class)->time();
    }
}
