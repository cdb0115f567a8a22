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
use local_dltsync\local\videos\viewer;
use moodle_url;
use stdClass;

/**
 * Says in words what is known of a topic and its videos.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class topic {
    /** @var string[] the icon of each state, beside the words */
    private const ICONS = [
        'ok' => 'i/valid',
        'other_language' => 'i/language',
        'stale' => 'i/expired',
        'broken' => 'i/warning',
        'missing' => 'i/invalid',
        'not_owed' => 'i/info',
    ];

    /**
     * The kind of a topic.
     *
     * @param string|null $kind
     * @return string HTML
     */
    public static function kind(?string $kind): string {
        return s(choices::word('kind', (string)$kind));
    }

    /**
     * Languages.
     *
     * @param string|null $languages codes with blanks between them
     * @return string HTML
     */
    public static function languages(?string $languages): string {
        $codes = array_filter(explode(' ', (string)$languages));
        return s(implode(', ', array_map(fn(string $code): string => choices::word('language', $code), $codes)));
    }

    /**
     * The state as an icon and words, with the reason where there is one.
     *
     * @param string|null $state
     * @param stdClass $row with why and reason
     * @return string HTML
     */
    public static function state(?string $state, stdClass $row): string {
        $words = choices::word('state', (string)$state);
        $why = match (true) {
            $state === 'not_owed' => (string)($row->reason ?? ''),
            (string)($row->why ?? '') !== '' => choices::word('why', $row->why),
            default => '',
        };
        return self::icon((string)$state) . s($why === '' ? $words : get_string('video_state_why', 'local_dltsync', [
            'state' => $words,
            'why' => $why,
        ]));
    }

    /**
     * The videos of a topic, a line each: name, language, length, and what can be done.
     *
     * @param stdClass $topic with id and videos
     * @param viewer $viewer
     * @return string HTML
     */
    public static function videos(stdClass $topic, viewer $viewer): string {
        $items = array_map(fn(stdClass $video): string => self::video($topic, $video, $viewer), $viewer->videos($topic));
        return $items ? html_writer::alist($items, ['class' => 'list-unstyled mb-0']) : '';
    }

    /**
     * How long a video is.
     *
     * @param int $seconds 0 where it is not known
     * @return string
     */
    public static function length(int $seconds): string {
        return $seconds ? format_time($seconds) : '';
    }

    /**
     * The address of the page on which somebody says what is wrong with a video.
     *
     * @param stdClass $topic
     * @param stdClass $video
     * @param viewer $viewer
     * @return moodle_url
     */
    public static function problem_url(stdClass $topic, stdClass $video, viewer $viewer): moodle_url {
        return new moodle_url('/local/dltsync/ask.php', [
            'course' => $viewer->course->id,
            'type' => 'problem',
            'topic' => $topic->id,
            'video' => $video->key,
        ]);
    }

    /**
     * The words of the link to that page: a teacher knows the link, a student sees the problem.
     *
     * @param viewer $viewer
     * @return string
     */
    public static function problem_words(viewer $viewer): string {
        return get_string($viewer->sees_states() ? 'linkiswrong' : 'reportproblem', 'local_dltsync');
    }

    /**
     * One video.
     *
     * @param stdClass $topic
     * @param stdClass $video
     * @param viewer $viewer
     * @return string HTML
     */
    private static function video(stdClass $topic, stdClass $video, viewer $viewer): string {
        $name = $video->activity === null
            ? html_writer::span(s($video->title))
            : html_writer::link($video->activity, s($video->title));
        $facts = array_filter([choices::word('language', $video->language), self::length((int)$video->duration)]);
        $lines = [$name, html_writer::div(s(implode(', ', $facts)), 'small text-muted')];
        if ($viewer->sees_states() && $video->state !== 'ok') {
            $lines[] = html_writer::div(self::icon($video->state) . s(choices::word('state', $video->state)), 'small');
        }
        $preview = new moodle_url('/local/dltsync/video.php', ['course' => $viewer->course->id, 'topic' => $topic->id]);
        $links = [self::link($preview, get_string('preview', 'local_dltsync'), $video->title)];
        if ($viewer->may_ask('problem')) {
            $links[] = self::link(self::problem_url($topic, $video, $viewer), self::problem_words($viewer), $video->title);
        }
        $lines[] = html_writer::div(implode(' · ', $links), 'small');
        return html_writer::div(implode('', $lines), 'mb-2');
    }

    /**
     * A link that says to who cannot see the table what it is about.
     *
     * @param moodle_url $url
     * @param string $words
     * @param string $about
     * @return string HTML
     */
    private static function link(moodle_url $url, string $words, string $about): string {
        return html_writer::link($url, s($words) . html_writer::span(s(": $about"), 'visually-hidden sr-only'));
    }

    /**
     * The icon of a state; the words beside it say what it means.
     *
     * @param string $state
     * @return string HTML
     */
    public static function icon(string $state): string {
        global $OUTPUT;
        return isset(self::ICONS[$state]) ? $OUTPUT->pix_icon(self::ICONS[$state], '') : '';
    }
}
