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

namespace local_dltsync\setup;

use advanced_testcase;

/**
 * A token is written only where nobody else can read it.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\setup\token_file
 */
final class token_file_test extends advanced_testcase {
    /** @var string an empty folder */
    private string $folder;

    /**
     * Makes the folder.
     */
    protected function setUp(): void {
        parent::setUp();
        $this->folder = make_request_directory();
    }

    public function test_a_new_file_is_its_owners_only(): void {
        token_file::in($this->folder, 'token')->write('secret');
        $this->assertSame("secret\n", file_get_contents("$this->folder/token"));
        $this->assertSame(0100600, fileperms("$this->folder/token"));
        $this->assertSame(['token'], array_values(array_diff(scandir($this->folder), ['.', '..'])));
    }

    public function test_a_closed_file_is_overwritten(): void {
        token_file::in($this->folder, 'token')->write('old');
        token_file::in($this->folder, "$this->folder/token")->write('new');
        $this->assertSame("new\n", file_get_contents("$this->folder/token"));
        clearstatcache();
        $this->assertSame(0100600, fileperms("$this->folder/token"));
    }

    /**
     * Rights that let others in.
     *
     * @return array[]
     */
    public static function open_rights(): array {
        return ['the group reads' => [0640], 'all read' => [0604], 'the group writes' => [0620]];
    }

    /**
     * A file that others can open is refused, with the command that closes it.
     *
     * @dataProvider open_rights
     * @param int $mode
     */
    public function test_a_file_that_others_may_open_is_refused(int $mode): void {
        file_put_contents("$this->folder/token", 'mine');
        chmod("$this->folder/token", $mode);
        try {
            new token_file("$this->folder/token");
            $this->fail('It was taken.');
        } catch (problem $problem) {
            $this->assertStringContainsString("chmod 600 '$this->folder/token'", $problem->getMessage());
        }
        $this->assertSame('mine', file_get_contents("$this->folder/token"));
    }

    public function test_a_link_is_refused(): void {
        symlink("$this->folder/elsewhere", "$this->folder/token");
        $this->expectException(problem::class);
        new token_file("$this->folder/token");
    }

    public function test_a_folder_is_refused(): void {
        $this->expectException(problem::class);
        new token_file($this->folder);
    }

    public function test_a_folder_that_is_not_there_is_refused(): void {
        $this->expectException(problem::class);
        new token_file("$this->folder/nowhere/token");
    }
}
