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

namespace local_dltsync\local\status;

use html_writer;
use moodle_url;

/**
 * A message as text and as HTML, in the current language. What it is made of is plain text, and is escaped here.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class letter {
    /** @var int the most lines of a section; the page has the rest */
    private const LINES = 30;

    /**
     * A letter.
     *
     * @param string $subject
     * @param array[] $sections each with code, title and lines
     */
    public function __construct(
        /** @var string */
        public readonly string $subject,
        /** @var array[] */
        private readonly array $sections,
    ) {
    }

    /**
     * The letter as text.
     *
     * @param moodle_url $url where there is more
     * @return string
     */
    public function text(moodle_url $url): string {
        $parts = [self::flat($this->subject), ...array_map([self::class, 'section_text'], $this->sections)];
        $parts[] = get_string('wholereport', 'local_dltsync') . ":\n" . $url->out(false);
        $parts[] = get_string('whyyou', 'local_dltsync') . "\n" . self::preferences()->out(false);
        return implode("\n\n", $parts) . "\n";
    }

    /**
     * The letter as HTML.
     *
     * @param moodle_url $url where there is more
     * @return string
     */
    public function html(moodle_url $url): string {
        $preferences = html_writer::link(self::preferences(), s(get_string('whyyou', 'local_dltsync')));
        return html_writer::tag('h3', s($this->subject))
            . implode('', array_map([self::class, 'section_html'], $this->sections))
            . html_writer::tag('p', html_writer::link($url, s(get_string('wholereport', 'local_dltsync'))))
            . html_writer::tag('p', html_writer::tag('small', $preferences));
    }

    /**
     * Where readers choose what reaches them.
     *
     * @return moodle_url
     */
    private static function preferences(): moodle_url {
        return new moodle_url('/message/notificationpreferences.php');
    }

    /**
     * One section as text.
     *
     * @param array $section
     * @return string
     */
    private static function section_text(array $section): string {
        $lines = $section['title'] === '' ? [] : [self::flat($section['title'])];
        return implode("\n", [...$lines, ...array_map([self::class, 'flat'], self::shown($section['lines']))]);
    }

    /**
     * One section as HTML.
     *
     * @param array $section
     * @return string
     */
    private static function section_html(array $section): string {
        $html = $section['title'] === '' ? '' : html_writer::tag('h4', s($section['title']));
        foreach (self::shown($section['lines']) as $line) {
            $html .= line::is_command($line)
                ? html_writer::tag('pre', s(trim($line)), ['style' => 'white-space: pre-wrap'])
                : html_writer::tag('p', s($line), ['style' => 'margin: 0 0 0.4em 0']);
        }
        return $html;
    }

    /**
     * As many lines as a letter takes.
     *
     * @param string[] $lines
     * @return string[]
     */
    private static function shown(array $lines): array {
        $more = count($lines) - self::LINES;
        $shown = array_slice($lines, 0, self::LINES);
        return $more > 0 ? [...$shown, get_string('morelines', 'local_dltsync', $more)] : $shown;
    }

    /**
     * A text without line breaks of its own, and without angle brackets: Moodle takes the text of a mail for HTML, and
     * would leave out what stands between them.
     *
     * @param string $text
     * @return string
     */
    private static function flat(string $text): string {
        return strtr(trim(preg_replace('/\s+/u', ' ', $text)), ['<' => '‹', '>' => '›']);
    }
}
