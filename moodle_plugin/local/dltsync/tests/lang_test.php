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

namespace local_dltsync;

/**
 * The three languages say the same things.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @coversNothing
 */
final class lang_test extends \basic_testcase {
    /**
     * The strings of a language.
     *
     * @param string $language
     * @return string[] by key
     */
    private static function strings(string $language): array {
        $string = [];
        require(__DIR__ . "/../lang/$language/local_dltsync.php");
        return $string;
    }

    /**
     * The languages beside English.
     *
     * @return array[]
     */
    public static function languages(): array {
        return ['Kazakh' => ['kk'], 'Russian' => ['ru']];
    }

    /**
     * No string is missing and none is too many.
     *
     * @dataProvider languages
     * @param string $language
     */
    public function test_the_keys_are_those_of_english(string $language): void {
        $this->assertSame(array_keys(self::strings('en')), array_keys(self::strings($language)));
    }

    /**
     * A placeholder that is lost in translation would lose what it stands for.
     *
     * @dataProvider languages
     * @param string $language
     */
    public function test_the_placeholders_are_those_of_english(string $language): void {
        $this->assertSame(
            array_map([self::class, 'placeholders'], self::strings('en')),
            array_map([self::class, 'placeholders'], self::strings($language)),
        );
    }

    /**
     * The placeholders of a string, sorted.
     *
     * @param string $text
     * @return string[]
     */
    private static function placeholders(string $text): array {
        preg_match_all('/\{\$a[^}]*\}|<[^>]+>/', $text, $found);
        sort($found[0]);
        return $found[0];
    }
}
