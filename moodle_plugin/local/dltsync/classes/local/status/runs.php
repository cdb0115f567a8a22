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

namespace local_dltsync\local\status;

use core\clock;
use core\di;
use core\task\manager;
use local_dltsync\event\run_reported;
use local_dltsync\local\request;
use local_dltsync\task\tell_run;
use stdClass;

/**
 * Runs of the program, as the department page shows them.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class runs {
    /** @var string[] how a run can end */
    public const VERDICTS = ['ok', 'partial', 'refused', 'stopped', 'failed'];

    /** @var string[] what a run may want of people: nothing, a plan released, somebody to look */
    public const NEEDS = ['', 'release', 'look'];

    /** @var string the table */
    public const TABLE = 'local_dltsync_run';

    /** @var string the table of who was told of which run */
    public const TOLD = 'local_dltsync_told';

    /** @var int seconds after which the end of a run is no news: it is shown, and nobody is told */
    private const STALE = 7 * DAYSECS;

    /** @var string[] sections that speak of something that is wrong, and go on to do so until somebody sees to it */
    private const WRONG = ['quarantined', 'feeds'];

    /** @var int the most characters of a summary */
    private const SUMMARY = 10000;

    /** @var int the largest number that the database's columns take */
    private const LARGEST = 2147483647;

    /** @var int the last moment that can be shown, in epoch seconds */
    private const LATEST = 9999999999;

    /**
     * The row of a run.
     *
     * @param mixed $told
     * @return array
     * @throws \moodle_exception badrequest
     */
    public static function row(mixed $told): array {
        $told = is_array($told) ? $told : throw request::bad('runs');
        return [
            'run' => request::integer($told, 'run', self::LARGEST),
            'runmode' => request::text($told, 'mode', 20),
            'timestarted' => request::integer($told, 'started', self::LATEST),
            'timeended' => request::integer($told, 'ended', self::LATEST),
            'verdict' => request::choice($told, 'verdict', self::VERDICTS),
            'planhash' => request::text($told, 'planhash', 64),
            'counts' => json_encode((object)self::counts($told)),
            'summary' => request::text($told, 'summary', self::SUMMARY),
            'needs' => request::choice($told, 'needs', self::NEEDS),
            'report' => report::from($told['report'] ?? null)->json(),
            'timemodified' => di::get(clock::class)->time(),
        ];
    }

    /**
     * Writes the row, over an earlier one of the same run, and has people told of it. A run that is known already as it
     * is changes nothing.
     *
     * @param array $row
     */
    public static function store(array $row): void {
        global $DB;
        $known = $DB->get_record(self::TABLE, ['run' => $row['run']]);
        if ($known && self::same($row, $known)) {
            return;
        }
        if ($known && (int)$known->timestarted !== $row['timestarted']) {
            // A department that starts its database anew counts from 1 again: nobody was told of this one.
            $DB->delete_records(self::TOLD, ['runid' => $known->id]);
        }
        if ($known) {
            $row['id'] = (int)$known->id;
            $DB->update_record(self::TABLE, $row);
        } else {
            $row['id'] = $DB->insert_record(self::TABLE, $row);
        }
        run_reported::of((object)$row)->trigger();
        self::have_told((object)$row);
    }

    /**
     * The run that started last.
     *
     * @return stdClass|null null before the first run was told of
     */
    public static function latest(): ?stdClass {
        return self::first('timestarted DESC, id DESC');
    }

    /**
     * The run that was told of last, whenever it was.
     *
     * @return stdClass|null null before the first run was told of
     */
    public static function last_heard(): ?stdClass {
        return self::first('timemodified DESC, id DESC');
    }

    /**
     * Forgets runs that ended long ago, with whom they were told to. The one heard of last stays: without it nobody
     * would notice that the program is silent.
     *
     * @param int $before epoch seconds
     */
    public static function forget(int $before): void {
        global $DB;
        $where = 'timemodified < :before AND timestarted < :started AND id <> :last';
        $params = ['before' => $before, 'started' => $before, 'last' => (int)self::last_heard()?->id];
        $transaction = $DB->start_delegated_transaction();
        $old = 'SELECT id FROM {' . self::TABLE . "} WHERE $where";
        $DB->delete_records_subquery(self::TOLD, 'runid', 'id', $old, $params);
        $DB->delete_records_select(self::TABLE, $where, $params);
        $transaction->allow_commit();
    }

    /**
     * Whether there is something to tell people of a run. Of one that changed nothing and where nothing is wrong but
     * what was so before there is only where the settings say so.
     *
     * @param stdClass $run
     * @return bool
     */
    public static function is_news(stdClass $run): bool {
        if ($run->timeended < di::get(clock::class)->time() - self::STALE) {
            return false;
        }
        return $run->needs !== ''
            || $run->verdict !== 'ok'
            || array_filter((array)json_decode((string)$run->counts, true))
            || self::is_newly_wrong($run)
            || get_config('local_dltsync', 'tellunchanged');
    }

    /**
     * Whether something is wrong that the run before did not speak of so. Who hears the same every night stops listening.
     *
     * @param stdClass $run
     * @return bool
     */
    private static function is_newly_wrong(stdClass $run): bool {
        $before = self::first('timestarted DESC, id DESC', 'timestarted < :started', ['started' => $run->timestarted]);
        [$now, $then] = [report::stored($run->report), report::stored($before?->report)];
        $isnew = fn(string $code): bool => $now->lines($code) && $now->lines($code) !== $then->lines($code);
        return (bool)array_filter(self::WRONG, $isnew);
    }

    /**
     * Leaves it to a task to tell people: nobody waits for mail to be sent.
     *
     * @param stdClass $run
     */
    private static function have_told(stdClass $run): void {
        if (self::is_news($run)) {
            $task = new tell_run();
            $task->set_custom_data(['runid' => (int)$run->id]);
            manager::queue_adhoc_task($task, true);
        }
    }

    /**
     * Whether what was sent is what is stored, but for the moment at which it came.
     *
     * @param array $row
     * @param stdClass $known
     * @return bool
     */
    private static function same(array $row, stdClass $known): bool {
        unset($row['timemodified']);
        foreach ($row as $column => $value) {
            if ((string)$value !== (string)$known->$column) {
                return false;
            }
        }
        return true;
    }

    /**
     * The first run in an order.
     *
     * @param string $order
     * @param string $where among those; all where it is empty
     * @param array $params
     * @return stdClass|null
     */
    private static function first(string $order, string $where = '', array $params = []): ?stdClass {
        global $DB;
        return current($DB->get_records_select(self::TABLE, $where, $params, $order, '*', 0, 1)) ?: null;
    }

    /**
     * The numbers of a run, by what they count.
     *
     * @param array $told
     * @return int[]
     * @throws \moodle_exception badrequest
     */
    private static function counts(array $told): array {
        $counts = $told['counts'] ?? null;
        if (!is_array($counts)) {
            throw request::bad('counts');
        }
        foreach (array_keys($counts) as $name) {
            if (!preg_match('/^[a-z_]+(\.[a-z_]+)?$/D', (string)$name)) {
                throw request::bad('counts');
            }
            request::integer($counts, $name);
        }
        return $counts;
    }
}
