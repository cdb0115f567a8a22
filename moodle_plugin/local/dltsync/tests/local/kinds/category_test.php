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
use local_dltsync\tests\bridge_testcase;

/**
 * Categories, as the program makes and changes them.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\kinds\category
 * @covers     \local_dltsync\local\kinds\owned_kind
 */
final class category_test extends bridge_testcase {
    /**
     * A category is made with its fields and its place.
     */
    public function test_category_is_created_below_another_one(): void {
        $faculty = $this->create('category', 'plt:faculty:1', ['name' => 'Факультет', 'parent' => '', 'idnumber' => 'f1']);
        $answer = $this->do('category', 'create', 'plt:cafedra:1', [
            'name' => 'Әлеуметтік медицина', 'parent' => 'plt:faculty:1', 'idnumber' => 'plt:cafedra:1', 'visible' => false,
        ]);
        $expected = [
            'name' => 'Әлеуметтік медицина', 'parent' => 'plt:faculty:1', 'idnumber' => 'plt:cafedra:1', 'visible' => false,
        ];
        $this->assertSame($expected, $answer['fields']);
        $category = core_course_category::get($answer['moodleid'], MUST_EXIST, true);
        $this->assertEquals([$faculty, 'Әлеуметтік медицина', 0], [$category->parent, $category->name, $category->visible]);
    }

    /**
     * An update moves, renames and hides.
     */
    public function test_category_is_renamed_moved_and_hidden(): void {
        $this->create('category', 'a', ['name' => 'A', 'parent' => '']);
        $this->create('category', 'b', ['name' => 'B', 'parent' => '']);
        $this->create('category', 'c', ['name' => 'C', 'parent' => 'a']);
        $answer = $this->do('category', 'update', 'c', ['name' => 'C2', 'parent' => 'b', 'visible' => false], ['parent' => 'a']);
        $this->assertSame('done', $answer['status']);
        $this->assertSame(['name' => 'C2', 'parent' => 'b', 'idnumber' => '', 'visible' => false], $answer['fields']);
        $this->do('category', 'update', 'c', ['parent' => '', 'visible' => true]);
        $this->assertSame(['name' => 'C2', 'parent' => '', 'idnumber' => '', 'visible' => true], $this->fields('category', 'c'));
    }

    /**
     * Hiding one hides those in it, so what was read before no longer counts in the same batch.
     */
    public function test_category_hidden_with_its_parent_moved_within_a_batch(): void {
        $this->create('category', 'a', ['name' => 'A', 'parent' => '']);
        $this->create('category', 'b', ['name' => 'B', 'parent' => 'a']);
        [$first, $second] = $this->apply('category', [
            ['op' => 'update', 'key' => 'a', 'fields' => ['visible' => false], 'expect' => ['visible' => true]],
            ['op' => 'update', 'key' => 'b', 'fields' => ['name' => 'B2'], 'expect' => ['visible' => true]],
        ]);
        $this->assertSame('done', $first['status']);
        $this->assert_answer('moved', 'moved', $second);
        $this->assertFalse($second['fields']['visible']);
    }

    /**
     * What the records want shown is shown, whatever it is in.
     */
    public function test_category_is_shown_in_a_hidden_one(): void {
        $this->create('category', 'a', ['name' => 'A', 'parent' => '', 'visible' => false]);
        $this->create('category', 'b', ['name' => 'B', 'parent' => 'a', 'visible' => true]);
        $this->create('category', 'c', ['name' => 'C', 'parent' => '', 'visible' => true]);
        $this->assertTrue($this->fields('category', 'b')['visible']);
        $this->assertSame('done', $this->do('category', 'update', 'c', ['parent' => 'a', 'visible' => true])['status']);
    }

    /**
     * A batch makes a tree from the top.
     */
    public function test_category_refers_to_one_made_in_the_same_batch(): void {
        $answers = $this->apply('category', [
            ['op' => 'create', 'key' => 'a', 'fields' => ['name' => 'A', 'parent' => '']],
            ['op' => 'create', 'key' => 'b', 'fields' => ['name' => 'B', 'parent' => 'a']],
        ]);
        $this->assertSame(['done', 'done'], array_column($answers, 'status'));
        $this->assertSame('a', $answers[1]['fields']['parent']);
    }

    /**
     * A category that is not ours is named by its id.
     */
    public function test_category_below_a_stranger_is_adopted(): void {
        $parent = $this->getDataGenerator()->create_category(['name' => 'Stranger']);
        $mine = $this->getDataGenerator()->create_category(['name' => 'Old', 'parent' => $parent->id, 'idnumber' => 'x']);
        $found = $this->candidates('category', [['idnumber', 'none'], ['name', 'Old']]);
        $this->assertSame([(int)$mine->id, 'name', null, false], [
            $found[0]['moodleid'], $found[0]['matchedby'], $found[0]['owner'], $found[0]['protected'],
        ]);
        $this->assertSame("moodle:$parent->id", $found[0]['fields']['parent']);
        $expect = ['name' => 'Old', 'parent' => "moodle:$parent->id"];
        $answer = $this->do('category', 'adopt', 'k', ['name' => 'New'], $expect, (int)$mine->id);
        $this->assertSame(['done', 'New'], [$answer['status'], $answer['fields']['name']]);
        $this->assertSame('k', $this->candidates('category', [['name', 'New']])[0]['owner']);
    }

    /**
     * References are to what is ours.
     */
    public function test_category_with_an_unknown_parent_fails(): void {
        $stranger = $this->getDataGenerator()->create_category();
        $fields = ['name' => 'A', 'parent' => "moodle:$stranger->id"];
        $this->assert_answer('failed', 'unknownkey', $this->do('category', 'create', 'a', $fields));
        $this->assert_answer('failed', 'unknownkey', $this->do('category', 'create', 'a', ['parent' => 'z'] + $fields));
        $this->assertSame([], $this->read('category'));
    }

    /**
     * Moodle's own refusals come through.
     */
    public function test_category_cannot_move_into_itself(): void {
        $this->create('category', 'a', ['name' => 'A', 'parent' => '']);
        $this->create('category', 'b', ['name' => 'B', 'parent' => 'a']);
        $this->assert_answer('failed', 'cannotmovecategory', $this->do('category', 'update', 'a', ['parent' => 'b']));
        $this->assertSame('', $this->fields('category', 'a')['parent']);
    }

    /**
     * Categories are never removed.
     */
    public function test_category_is_never_deleted(): void {
        $this->create('category', 'a', ['name' => 'A', 'parent' => '']);
        $this->assert_answer('failed', 'notallowed', $this->do('category', 'delete', 'a'));
    }
}
