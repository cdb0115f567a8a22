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

/**
 * What can be the address of a video, and what people paste by mistake or on purpose.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class address_test extends \basic_testcase {
    /**
     * Addresses, and what is wrong with them.
     *
     * @return array[]
     */
    public static function addresses(): array {
        return [
            ['https://www.youtube.com/watch?v=abcdefghijk&t=53s', ''],
            ['http://media.academy.example:8080/v/1.mp4', ''],
            ['https://медиа.қаз/бейне/1', ''],
            ['https://8.8.8.8/v', ''],
            ['https://media.example./v', ''],
            ['media.academy.example/v/1', 'form'],
            ['https://', 'form'],
            ['https:///v/1', 'form'],
            ['', 'form'],
            ['https://media.academy.example/a b', 'form'],
            ["https://media.academy.example/\x00", 'form'],
            ['https://media.academy.example\\@evil.example/', 'form'],
            ['https://media.academy.example/"onload="x', 'form'],
            ['javascript://media.academy.example/%0aalert(1)', 'scheme'],
            ['ftp://media.academy.example/v', 'scheme'],
            ['https://user@media.academy.example/v', 'user'],
            ['https://user:secret@media.academy.example/v', 'user'],
            ['http://localhost/v', 'inside'],
            ['http://moodle/v', 'inside'],
            ['http://printer.local/v', 'inside'],
            ['http://127.0.0.1/v', 'inside'],
            ['http://10.1.2.3/v', 'inside'],
            ['http://192.168.0.1/v', 'inside'],
            ['http://169.254.169.254/latest', 'inside'],
            ['http://[::1]/v', 'inside'],
            ['http://[fd00::1]/v', 'inside'],
            ['http://2130706433/v', 'inside'],
            ['http://127.1/v', 'inside'],
            ['http://0x7f.0.0.1/v', 'inside'],
            ['https://media.academy.example/' . str_repeat('v', 1000), 'long'],
        ];
    }

    /**
     * Each is judged by its form alone.
     *
     * @dataProvider addresses
     * @covers \local_dltsync\local\videos\address
     * @param string $address
     * @param string $trouble
     */
    public function test_an_address_is_judged_by_its_form(string $address, string $trouble): void {
        $this->assertSame($trouble, address::trouble($address));
    }
}
