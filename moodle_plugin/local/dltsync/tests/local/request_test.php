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

namespace local_dltsync\local;

use basic_testcase;
use moodle_exception;

/**
 * A request is done only when it arrived whole.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\request
 */
final class request_test extends basic_testcase {
    /**
     * Decodes a text with its right hash.
     *
     * @param string $text
     * @param int $count
     * @param string ...$items
     * @return array
     */
    private static function decode(string $text, int $count, string ...$items): array {
        return request::decode($text, $count, hash('sha256', $text), ...$items);
    }

    /**
     * Expects a refusal.
     *
     * @param string $errorcode
     * @param callable $call
     * @return string the message
     */
    private function refused(string $errorcode, callable $call): string {
        try {
            $call();
        } catch (moodle_exception $e) {
            $this->assertSame($errorcode, $e->errorcode);
            return $e->getMessage();
        }
        $this->fail("There was no $errorcode.");
    }

    public function test_a_whole_request_is_decoded(): void {
        $this->assertSame(['keys' => ['ә', 'б']], self::decode('{"keys":["ә","б"]}', 2, 'keys'));
    }

    public function test_a_byte_that_changed_on_the_way_is_noticed(): void {
        $hash = hash('sha256', '{"keys":["a"]}');
        $this->refused('batchdamaged', fn() => request::decode('{"keys":["b"]}', 1, $hash, 'keys'));
    }

    public function test_an_item_that_was_lost_is_noticed(): void {
        $this->refused('batchdamaged', fn() => self::decode('{"keys":["a"]}', 2, 'keys'));
    }

    public function test_without_a_list_the_count_is_one(): void {
        $this->assertSame(['keys' => null], self::decode('{"keys":null}', 1, 'keys'));
        $this->refused('batchdamaged', fn() => self::decode('{}', 0, 'keys'));
    }

    public function test_of_several_lists_the_one_that_is_there_is_counted(): void {
        $this->assertCount(2, self::decode('{"keys":null,"courses":["a","b","c"]}', 3, 'keys', 'courses'));
    }

    public function test_an_empty_list_counts_nothing(): void {
        $this->assertSame(['operations' => []], self::decode('{"operations":[]}', 0, 'operations'));
    }

    /**
     * Texts that are no request.
     *
     * @return array[]
     */
    public static function no_requests(): array {
        return [
            'no JSON' => ['{'],
            'empty' => [''],
            'a list' => ['[1]'],
            'an empty list' => ['[]'],
            'a text' => ['"{}"'],
            'nothing' => ['null'],
            'another encoding' => ["{\"name\":\"\xcf\xf0\"}"],
            'endless depth' => [str_repeat('{"a":', 100) . '1' . str_repeat('}', 100)],
        ];
    }

    /**
     * What is no JSON object names itself as the field that is wrong.
     *
     * @dataProvider no_requests
     * @param string $text
     */
    public function test_what_is_no_object_is_refused(string $text): void {
        $message = $this->refused('badrequest', fn() => self::decode($text, 1));
        $this->assertStringContainsString('request', $message);
    }

    public function test_a_number_of_another_type_or_range_is_refused(): void {
        $this->assertSame(7, request::integer(['after' => 7], 'after'));
        foreach (['7', -1, 1.5, null, true, 11] as $value) {
            $message = $this->refused('badrequest', fn() => request::integer(['after' => $value], 'after', 10));
            $this->assertStringContainsString('after', $message);
        }
    }

    public function test_a_text_of_another_type_or_length_is_refused(): void {
        $this->assertSame('әәә', request::text(['mode' => 'әәә'], 'mode', 3));
        foreach (['әәәә', 5, null, [], "a\0"] as $value) {
            $this->refused('badrequest', fn() => request::text(['mode' => $value], 'mode', 3));
        }
    }

    public function test_an_empty_response_travels_as_an_object(): void {
        $this->assertSame(['response' => '{}'], request::respond([]));
    }

    public function test_kazakh_text_travels_unescaped(): void {
        $this->assertSame(['response' => '{"name":"Қазақ/тілі"}'], request::respond(['name' => 'Қазақ/тілі']));
    }
}
