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

namespace local_dltsync\task;

use local_dltsync\local\status\runs;
use local_dltsync\tests\status_testcase;

/**
 * Runs are kept as long as the site says.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\task\clear_runs
 */
final class clear_runs_test extends status_testcase {
    /**
     * Clears, with a setting, what is left of runs that are 0, 399 and 401 days old.
     *
     * @param int|null $days null where the site says nothing
     * @return int[] numbers of the runs
     */
    private function left(?int $days): array {
        global $DB;
        foreach ([1 => 401, 2 => 399, 3 => 0] as $run => $age) {
            $this->clock->set_to(self::NOW - $age * DAYSECS);
            self::take(self::told(['run' => $run, 'started' => self::NOW - $age * DAYSECS]));
        }
        $days === null ? unset_config('keepdays', 'local_dltsync') : set_config('keepdays', $days, 'local_dltsync');
        (new clear_runs())->execute();
        return array_map('intval', $DB->get_fieldset_select(runs::TABLE, 'run', '1 = 1 ORDER BY run'));
    }

    public function test_runs_go_after_the_days_that_the_site_says(): void {
        $this->assertSame([2, 3], $this->left(null));
        $this->assertSame([3], $this->left(30));
        $this->assertSame([1, 2, 3], $this->left(0));
    }
}
