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

use local_dltsync\local\request;
use moodle_exception;

/**
 * What a run has to tell, in several languages: a subject, and sections with lines of plain text.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class report {
    /** @var string[] the languages that a report may be in; where none is the reader's, the first that is there */
    public const LANGUAGES = ['en', 'ru', 'kk'];

    /** @var int the most sections of a report */
    private const SECTIONS = 20;

    /** @var int the most lines of a section */
    private const LINES = 200;

    /** @var int the most characters of a subject or a title */
    private const TITLE = 255;

    /** @var int the most characters of a line */
    private const LINE = 1000;

    /**
     * A report that was checked.
     *
     * @param array[] $texts subject and sections by language
     */
    private function __construct(
        /** @var array[] */
        private readonly array $texts,
    ) {
    }

    /**
     * The report that the program sent.
     *
     * @param mixed $told
     * @return self
     * @throws moodle_exception badrequest
     */
    public static function from(mixed $told): self {
        if (!is_array($told) || array_diff(array_keys($told), self::LANGUAGES)) {
            throw request::bad('report');
        }
        return new self(array_map([self::class, 'text'], $told));
    }

    /**
     * The report as it is stored with its run.
     *
     * @param string|null $json
     * @return self
     */
    public static function stored(?string $json): self {
        return new self(json_decode((string)$json, true) ?: []);
    }

    /**
     * What is stored with the run.
     *
     * @return string|null null for a report that says nothing
     */
    public function json(): ?string {
        return $this->texts ? json_encode($this->texts, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE) : null;
    }

    /**
     * The language in which a reader gets the report: the reader's own, else the site's, else one that is there.
     *
     * @param string $wanted Moodle's code of it, with or without a country
     * @return string empty when the report says nothing
     */
    public function language(string $wanted): string {
        global $CFG;
        foreach ([$wanted, (string)$CFG->lang, ...self::LANGUAGES] as $language) {
            $language = explode('_', $language)[0];
            if (isset($this->texts[$language])) {
                return $language;
            }
        }
        return '';
    }

    /**
     * The one line that says what matters.
     *
     * @param string $language one of {@see language()}
     * @return string
     */
    public function subject(string $language): string {
        return $this->texts[$language]['subject'] ?? '';
    }

    /**
     * The sections that say something: code, title, lines.
     *
     * @param string $language one of {@see language()}
     * @return array[]
     */
    public function sections(string $language): array {
        $says = fn(array $section): bool => (bool)$section['lines'];
        return array_values(array_filter($this->texts[$language]['sections'] ?? [], $says));
    }

    /**
     * What the section of a code says, in whichever language the report is in first.
     *
     * @param string $code
     * @return string[]
     */
    public function lines(string $code): array {
        $sections = array_column($this->sections($this->language('en')), 'lines', 'code');
        return $sections[$code] ?? [];
    }

    /**
     * What is said in one language.
     *
     * @param mixed $told
     * @return array
     */
    private static function text(mixed $told): array {
        $told = is_array($told) ? $told : throw request::bad('report');
        $sections = self::few($told, 'sections', self::SECTIONS);
        return [
            'subject' => request::plain($told, 'subject', self::TITLE),
            'sections' => array_map([self::class, 'section'], $sections),
        ];
    }

    /**
     * One section.
     *
     * @param mixed $told
     * @return array
     */
    private static function section(mixed $told): array {
        $told = is_array($told) ? $told : throw request::bad('sections');
        $lines = self::few($told, 'lines', self::LINES);
        return [
            'code' => self::code($told),
            'title' => request::plain($told, 'title', self::TITLE),
            'lines' => array_map(fn(mixed $line): string => request::plain(['lines' => $line], 'lines', self::LINE), $lines),
        ];
    }

    /**
     * The code of a section; one that a newer program uses is taken, too.
     *
     * @param array $told
     * @return string
     */
    private static function code(array $told): string {
        $code = request::text($told, 'code', 20);
        return preg_match('/^[a-z_]+$/D', $code) ? $code : throw request::bad('code');
    }

    /**
     * A list that is not too long.
     *
     * @param array $told
     * @param string $field
     * @param int $most
     * @return array
     */
    private static function few(array $told, string $field, int $most): array {
        $list = $told[$field] ?? null;
        if (!is_array($list) || !array_is_list($list) || count($list) > $most) {
            throw request::bad($field);
        }
        return $list;
    }
}
