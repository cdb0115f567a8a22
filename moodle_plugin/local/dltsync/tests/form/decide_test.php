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

namespace local_dltsync\form;

use local_dltsync\tests\pages_testcase;
use stdClass;

/**
 * A decision is taken as it was made, and a refusal needs a reason.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\form\decide
 */
final class decide_test extends pages_testcase {
    /**
     * A form as it was sent.
     *
     * @param stdClass $row
     * @param array $data
     * @return decide
     */
    private static function sent(stdClass $row, array $data): decide {
        decide::mock_submit($data + ['seen' => $row->timestaged, 'reason' => '']);
        return new decide(null, ['request' => $row, 'stage' => '']);
    }

    public function test_a_shooting_is_planned_for_a_day_where_the_user_is(): void {
        $row = $this->ask($this->teacher);
        $this->setUser($this->getDataGenerator()->create_user(['timezone' => 'Asia/Almaty']));
        $planned = ['enabled' => 1, 'day' => 5, 'month' => 3, 'year' => 2027];
        $form = self::sent($row, ['stage' => 'scheduled', 'planned' => $planned, 'specialist' => ' С. Ахметов ']);
        $this->assertTrue($form->is_validated());
        $decision = $form->decision(7);
        $this->assertSame(
            ['stage' => 'scheduled', 'reason' => '', 'specialist' => 'С. Ахметов', 'planned' => '2027-03-05'],
            $decision->says(),
        );
        $this->assertSame(7, $decision->userid);
    }

    public function test_a_refusal_needs_a_reason(): void {
        $row = $this->ask($this->teacher, ['type' => 'suggestion']);
        $form = self::sent($row, ['stage' => 'rejected']);
        $seen = ['seen' => $row->timestaged];
        foreach (['rejected', 'cancelled'] as $stage) {
            $this->assertSame(['reason'], array_keys($form->validation(['stage' => $stage, 'reason' => ' '] + $seen, [])));
        }
        $this->assertSame([], $form->validation(['stage' => 'rejected', 'reason' => 'Not ours'] + $seen, []));
    }

    public function test_nobody_decides_on_what_has_changed_meanwhile(): void {
        $row = $this->ask($this->teacher);
        $form = self::sent($row, ['stage' => 'accepted']);
        $data = ['stage' => 'accepted', 'reason' => '', 'seen' => $row->timestaged - 1];
        $this->assertSame(['stage'], array_keys($form->validation($data, [])));
    }

    public function test_a_stage_that_the_type_has_not_is_not_taken(): void {
        $row = $this->ask($this->teacher, ['type' => 'suggestion']);
        $form = self::sent($row, ['stage' => 'shot']);
        $this->assertFalse($form->is_validated());
    }
}
