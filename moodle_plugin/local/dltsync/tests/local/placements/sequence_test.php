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

namespace local_dltsync\local\placements;

/**
 * The order of a section's modules.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\placements\sequence
 */
final class sequence_test extends \basic_testcase {
    /**
     * Sections before and after: modules above 100 are a teacher's, a video's order is its id.
     *
     * @return array[] there, coming, leaving, and what is to come of it
     */
    public static function sections(): array {
        return [
            'an empty section' => [[], [2, 1], [], [1, 2]],
            'only a teacher was here' => [[101, 102], [1], [], [101, 102, 1]],
            'between others' => [[101, 1, 102, 3], [2], [], [101, 1, 2, 102, 3]],
            'in front of all' => [[101, 2, 102], [1], [], [101, 1, 2, 102]],
            'behind all videos' => [[1, 101], [2, 3], [], [1, 2, 3, 101]],
            'out of order' => [[3, 101, 1], [], [], [1, 101, 3]],
            'one leaves' => [[1, 101, 2], [], [1], [101, 2]],
            'one comes that is there' => [[1, 101, 3, 2], [2], [], [1, 2, 101, 3]],
            'nothing to do' => [[101, 1, 2], [], [], [101, 1, 2]],
        ];
    }

    /**
     * Videos come in order, a teacher's modules stay.
     *
     * @dataProvider sections
     * @param int[] $there
     * @param int[] $coming
     * @param int[] $leaving
     * @param int[] $expected
     */
    public function test_videos_stand_in_order(array $there, array $coming, array $leaving, array $expected): void {
        $this->assertSame($expected, sequence::arrange($there, [1 => 1, 2 => 2, 3 => 3], $coming, $leaving));
    }

    /**
     * Videos of the same order stay as they stand; those that come stand behind them, in their own order.
     */
    public function test_equals_stay_as_they_are(): void {
        $this->assertSame([5, 4, 101, 9], sequence::arrange([5, 4, 101, 9], [4 => 1, 5 => 1, 9 => 2], []));
        $this->assertSame([5, 4, 7, 6], sequence::arrange([5, 4], array_fill_keys([4, 5, 6, 7], 1), [7, 6]));
    }
}
