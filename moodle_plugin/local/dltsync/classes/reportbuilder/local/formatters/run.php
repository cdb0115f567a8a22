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

namespace local_dltsync\reportbuilder\local\formatters;

use html_writer;
use local_dltsync\local\status\runs;
use moodle_url;
use stdClass;

/**
 * Says in words what a run's columns hold.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class run {
    /** @var string[] the colour of each verdict, beside the word */
    private const BADGES = [
        'ok' => 'bg-success text-white',
        'partial' => 'bg-warning text-dark',
        'refused' => 'bg-info text-white',
        'stopped' => 'bg-warning text-dark',
        'failed' => 'bg-danger text-white',
    ];

    /** @var string[] the kinds in the order in which they depend on each other */
    private const KINDS = ['category', 'user', 'cohort', 'course', 'group', 'enrolment', 'video'];

    /** @var string[] what happens to an object, in the order in which people care */
    private const ACTIONS = ['create', 'adopt', 'update', 'remove', 'restore', 'recreate', 'delete'];

    /** @var string[] what did not happen */
    private const TROUBLES = ['failed', 'skipped', 'held'];

    /**
     * The number of a run, which opens it.
     *
     * @param int|string|null $number
     * @param stdClass $row with the id of the run's row
     * @return string HTML
     */
    public static function number(int|string|null $number, stdClass $row): string {
        $url = new moodle_url('/local/dltsync/run.php', ['id' => (int)$row->id]);
        $words = get_string('runnumber', 'local_dltsync', (int)$number);
        return html_writer::link($url, (string)(int)$number, ['aria-label' => $words]);
    }

    /**
     * What a run wants of people, as a badge with a word.
     *
     * @param string|null $needs
     * @return string HTML, empty when it wants nothing
     */
    public static function needs(?string $needs): string {
        $known = in_array($needs, array_filter(runs::NEEDS), true);
        return $known ? html_writer::span(get_string("needs_$needs", 'local_dltsync'), 'badge bg-warning text-dark') : '';
    }

    /**
     * How long a run took; nothing while it goes on.
     *
     * @param int|null $seconds
     * @return string
     */
    public static function duration(?int $seconds): string {
        return $seconds === null || $seconds < 0 ? '' : format_time($seconds);
    }

    /**
     * What a run was for.
     *
     * @param string|null $mode
     * @return string
     */
    public static function mode(?string $mode): string {
        return self::word("mode_$mode", (string)$mode);
    }

    /**
     * How a run ended, as a badge with a word.
     *
     * @param string|null $verdict
     * @return string HTML
     */
    public static function verdict(?string $verdict): string {
        $class = self::BADGES[$verdict] ?? 'bg-secondary text-dark';
        return html_writer::span(self::word("verdict_$verdict", (string)$verdict), "badge $class");
    }

    /**
     * What was done and not done, a line for each kind of object. A download drops the line breaks, so a mark stands too.
     *
     * @param string|null $counts JSON: number by "kind.action"
     * @return string HTML
     */
    public static function counts(?string $counts): string {
        $counts = array_filter((array)json_decode((string)$counts, true));
        $lines = [];
        foreach (self::KINDS as $kind) {
            $lines[] = self::kind_line($kind, $counts);
        }
        $lines[] = self::phrases(array_intersect_key($counts, array_flip(self::TROUBLES)), fn(string $name): string => $name);
        $lines[] = self::unknown($counts);
        $lines = array_filter($lines);
        return $lines ? implode('; ' . html_writer::empty_tag('br'), $lines) : get_string('counts_none', 'local_dltsync');
    }

    /**
     * "Users: 3 created, 1 suspended", empty when nothing happened to the kind.
     *
     * @param string $kind
     * @param int[] $counts
     * @return string HTML
     */
    private static function kind_line(string $kind, array $counts): string {
        $done = [];
        foreach (self::ACTIONS as $action) {
            $done[$action] = $counts["$kind.$action"] ?? 0;
        }
        $phrases = self::phrases(array_filter($done), fn(string $action): string => self::action($kind, $action));
        return $phrases === '' ? '' : get_string('counts_line', 'local_dltsync', [
            'what' => get_string("kind_$kind", 'local_dltsync'),
            'done' => $phrases,
        ]);
    }

    /**
     * The end of the name of the string for an action: being removed means something else for each kind.
     *
     * @param string $kind
     * @param string $action
     * @return string
     */
    private static function action(string $kind, string $action): string {
        return $action === 'remove' ? "remove_$kind" : $action;
    }

    /**
     * "3 created, 1 suspended".
     *
     * @param int[] $counts
     * @param callable $name from the index of a count to the end of its string's name
     * @return string
     */
    private static function phrases(array $counts, callable $name): string {
        $phrases = [];
        foreach ($counts as $index => $count) {
            $phrases[] = get_string('count_' . $name($index), 'local_dltsync', (int)$count);
        }
        return implode(', ', $phrases);
    }

    /**
     * What a newer program counts and this plugin has no words for.
     *
     * @param int[] $counts
     * @return string HTML
     */
    private static function unknown(array $counts): string {
        $known = array_flip(self::TROUBLES);
        foreach (self::KINDS as $kind) {
            foreach (self::ACTIONS as $action) {
                $known["$kind.$action"] = true;
            }
        }
        $left = array_diff_key($counts, $known);
        return s(implode(', ', array_map(fn(string $name, int $count): string => "$name: $count", array_keys($left), $left)));
    }

    /**
     * A string of the plugin, else the value itself.
     *
     * @param string $name
     * @param string $value
     * @return string HTML
     */
    private static function word(string $name, string $value): string {
        $known = get_string_manager()->string_exists($name, 'local_dltsync');
        return $known ? get_string($name, 'local_dltsync') : s($value);
    }
}
