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

use core_course_category;
use local_dltsync\local\field;
use local_dltsync\local\state;

/**
 * Course categories. Hiding one hides what is in it.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class category extends owned_kind {
    #[\Override]
    public function table(): string {
        return 'course_categories';
    }

    #[\Override]
    public function fields(): array {
        return [
            'name' => field::text('name', PARAM_TEXT),
            'parent' => field::reference('category', 't.parent'),
            'idnumber' => field::text('idnumber'),
            'visible' => field::flag('t.visible'),
        ];
    }

    #[\Override]
    public function required(): array {
        return ['name'];
    }

    #[\Override]
    public function match_fields(): array {
        return ['idnumber', 'name'];
    }

    #[\Override]
    public function cascades(): bool {
        return true;
    }

    #[\Override]
    public function create(string $key, array $fields): int {
        $category = core_course_category::create((object)$this->data($fields));
        $this->set_visible($category->id, $fields);
        return (int)$category->id;
    }

    #[\Override]
    public function write(state $now, array $fields): void {
        $changes = $this->changes($now, $fields);
        if ($changes) {
            $this->live($now->moodleid)->update((object)$this->data($changes));
            $this->set_visible($now->moodleid, $fields);
        }
    }

    #[\Override]
    public function rolled_back(): void {
        parent::rolled_back();
        \cache_helper::purge_by_event('changesincoursecat');
        \cache_helper::purge_by_event('changesincourse');
    }

    /**
     * Fields as Moodle takes them.
     *
     * @param array $fields
     * @return array
     */
    private function data(array $fields): array {
        $data = $this->columns($fields, ['name', 'idnumber', 'visible']);
        if (isset($fields['parent'])) {
            $data['parent'] = $fields['parent'] === '' ? 0 : $this->ownership->require_id('category', $fields['parent']);
        }
        return $data;
    }

    /**
     * Moodle hides what comes into a hidden category; what the records want shown is shown nevertheless.
     *
     * @param int $id
     * @param array $fields
     */
    private function set_visible(int $id, array $fields): void {
        $category = $this->live($id);
        if (!empty($fields['visible']) && !$category->visible) {
            $category->show();
        }
    }

    /**
     * The category as Moodle has it now.
     *
     * @param int $id
     * @return core_course_category
     */
    private function live(int $id): core_course_category {
        return core_course_category::get($id, MUST_EXIST, true);
    }
}
