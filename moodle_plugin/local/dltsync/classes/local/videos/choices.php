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
 * What topics, videos and requests may say, and the words for it.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class choices {
    /** @var string[] kinds of a topic */
    public const KINDS = ['lecture', 'practical', 'lab', 'srop', 'sro', 'other'];

    /** @var string[] languages of teaching */
    public const LANGUAGES = ['kk', 'ru', 'en'];

    /** @var string[] states of a topic, and of a video where one can have it */
    public const STATES = ['ok', 'other_language', 'stale', 'broken', 'missing', 'not_owed'];

    /** @var string[] why a video is stale, then what the link check may have found */
    public const WHYS = [
        '', 'age', 'topic_changed', 'author_left', 'review_due', 'declared',
        'ok', 'moved', 'gone', 'private', 'embed_blocked', 'auth_required', 'wrong_target', 'slow', 'unreachable', 'unknown',
    ];

    /** @var string[] types of a request */
    public const TYPES = ['shooting', 'suggestion', 'problem'];

    /** @var string[] stages of a request, in order; the last three end it */
    public const STAGES = [
        'requested', 'accepted', 'scripted', 'scheduled', 'shot', 'rough_cut', 'in_review', 'corrections', 'approved',
        'published', 'rejected', 'cancelled',
    ];

    /** @var string[] stages of a request that is no shooting */
    private const SHORT = ['requested', 'accepted', 'published', 'rejected', 'cancelled'];

    /** @var string[] stages that end a request */
    public const ENDS = ['published', 'rejected', 'cancelled'];

    /** @var string[] what can be wrong with a video */
    public const PROBLEMS = ['does_not_play', 'wrong_video', 'wrong_language', 'asks_login', 'other'];

    /**
     * The stages that a request of a type can have.
     *
     * @param string $type
     * @return string[] in order
     */
    public static function stages(string $type): array {
        return $type === 'shooting' ? self::STAGES : self::SHORT;
    }

    /**
     * The word for a value, in the current language.
     *
     * @param string $what state, why, kind, type, stage, problem or language
     * @param string $value
     * @return string the value itself where there is no word for it
     */
    public static function word(string $what, string $value): string {
        $name = "video_{$what}_$value";
        return get_string_manager()->string_exists($name, 'local_dltsync') ? get_string($name, 'local_dltsync') : $value;
    }

    /**
     * The word for a stage: a suggestion is placed, a problem solved, where a shooting is published.
     *
     * @param string $type
     * @param string $stage
     * @return string
     */
    public static function stage(string $type, string $stage): string {
        $own = "video_stage_{$stage}_$type";
        return get_string_manager()->string_exists($own, 'local_dltsync')
            ? get_string($own, 'local_dltsync')
            : self::word('stage', $stage);
    }

    /**
     * The choices of a form or a filter.
     *
     * @param string $what as for {@see word()}
     * @param string[] $values
     * @return string[] word by value
     */
    public static function options(string $what, array $values): array {
        return array_combine($values, array_map(fn(string $value): string => self::word($what, $value), $values));
    }
}
