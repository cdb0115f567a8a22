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
use local_dltsync\local\videos\choices;
use local_dltsync\local\videos\shown;
use moodle_url;
use stdClass;

/**
 * Says in words what a request's columns hold.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class request {
    /** @var string[] the icon of a stage, beside the word; the others are under way */
    private const ICONS = [
        'requested' => 'i/info',
        'published' => 'i/valid',
        'rejected' => 'i/invalid',
        'cancelled' => 'i/invalid',
    ];

    /**
     * What is asked for.
     *
     * @param string|null $type
     * @return string HTML
     */
    public static function type(?string $type): string {
        return s(choices::word('type', (string)$type));
    }

    /**
     * The stage, as an icon and a word.
     *
     * @param string|null $stage
     * @param stdClass $row with type
     * @return string HTML
     */
    public static function stage(?string $stage, stdClass $row): string {
        global $OUTPUT;
        $icon = self::ICONS[$stage] ?? 'i/calendareventtime';
        return $OUTPUT->pix_icon($icon, '') . s(choices::stage((string)$row->type, (string)$stage));
    }

    /**
     * A link to the page of the request.
     *
     * @param string|null $title
     * @param stdClass $row with id, type, topictitle
     * @return string HTML
     */
    public static function title(?string $title, stdClass $row): string {
        $words = (string)$title !== '' ? $title : ($row->topictitle ?: choices::word('type', (string)$row->type));
        return html_writer::link(new moodle_url('/local/dltsync/request.php', ['id' => $row->id]), s($words));
    }

    /**
     * Who asks.
     *
     * @param string|null $askedby where it is nobody of this site
     * @param stdClass $row with the names of the account
     * @return string HTML
     */
    public static function asker(?string $askedby, stdClass $row): string {
        return $row->lastname === null ? s((string)$askedby) : s(fullname($row));
    }

    /**
     * The planned day.
     *
     * @param string|null $day ISO date
     * @return string HTML
     */
    public static function day(?string $day): string {
        return s(shown::day((string)$day));
    }
}
