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
 * Whether a text can be the address of a video. Nobody is asked over the network: that is the link check's part.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class address {
    /** @var int the most characters of an address */
    public const LONGEST = 1000;

    /** @var string[] last parts of names that are known inside a network only */
    private const INSIDE = ['localhost', 'local', 'localdomain', 'internal', 'intranet', 'lan', 'home', 'arpa'];

    /**
     * Whether it is a whole address of the web, wherever it leads.
     *
     * @param string $address
     * @return bool
     */
    public static function is_web(string $address): bool {
        $parts = self::parts($address);
        return $parts !== null && in_array(strtolower($parts['scheme']), ['http', 'https'], true);
    }

    /**
     * What is wrong with an address that somebody suggests.
     *
     * @param string $address
     * @return string end of the name of the string that says it, empty when nothing is wrong
     */
    public static function trouble(string $address): string {
        $parts = self::parts($address);
        return match (true) {
            \core_text::strlen($address) > self::LONGEST => 'long',
            $parts === null => 'form',
            !self::is_web($address) => 'scheme',
            isset($parts['user']) || isset($parts['pass']) => 'user',
            self::is_inside($parts['host']) => 'inside',
            default => '',
        };
    }

    /**
     * The parts of an address that has a scheme and a host, and no blanks or control characters.
     *
     * @param string $address
     * @return array|null
     */
    private static function parts(string $address): ?array {
        if (preg_match('/[\s\x00-\x1f\x7f<>"\\\\]/u', $address) !== 0) {
            return null;
        }
        $parts = parse_url($address);
        return isset($parts['scheme'], $parts['host']) ? $parts : null;
    }

    /**
     * Whether a host is inside a network: not every viewer reaches it, and a check must not be led there.
     *
     * @param string $host as it stands in the address
     * @return bool
     */
    private static function is_inside(string $host): bool {
        $host = strtolower(trim($host, '[].'));
        if (filter_var($host, FILTER_VALIDATE_IP)) {
            return !filter_var($host, FILTER_VALIDATE_IP, FILTER_FLAG_NO_PRIV_RANGE | FILTER_FLAG_NO_RES_RANGE);
        }
        $labels = explode('.', $host);
        $last = end($labels);
        // A number at the end is an IP address in a disguise: 2130706433, 127.1, 0x7f.0.0.1.
        return count($labels) < 2 || in_array($last, self::INSIDE, true) || preg_match('/^(0x[0-9a-f]*|\d+)$/', $last);
    }
}
