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

/**
 * One field of a kind: how it is read in SQL, and which values may be written to it.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class field {
    /** A text in a column. */
    public const TEXT = 'text';
    /** A boolean. */
    public const FLAG = 'flag';
    /** An integer, such as a time in epoch seconds. */
    public const NUMBER = 'number';
    /** The key of one other object. */
    public const REFERENCE = 'reference';
    /** The keys of several other objects. */
    public const REFERENCES = 'references';
    /** Several texts. */
    public const TEXTS = 'texts';

    /**
     * Only the functions below make fields.
     *
     * @param string $type one of the constants
     * @param string $sql SQL expression of the value, '' when it comes from a rowset
     * @param string $refers kind of what it refers to
     * @param string $clean PARAM_ constant that a text has to pass unchanged
     * @param string $column column that limits the length of a text
     * @param int $maxlength longest text in characters, where no column limits it; 0 for no limit
     * @param string $table table of that column, '' for the kind's own
     */
    private function __construct(
        /** @var string one of the constants */
        public readonly string $type,
        /** @var string SQL expression of the value, '' when it comes from a rowset */
        public readonly string $sql = '',
        /** @var string kind of what it refers to */
        public readonly string $refers = '',
        /** @var string PARAM_ constant that a text has to pass unchanged */
        private readonly string $clean = PARAM_RAW,
        /** @var string column that limits the length of a text */
        private readonly string $column = '',
        /** @var int longest text in characters where no column limits it */
        private readonly int $maxlength = 0,
        /** @var string table of that column, '' for the kind's own */
        private readonly string $table = '',
    ) {
    }

    /**
     * A text in a column of the kind's table.
     *
     * @param string $column
     * @param string $clean PARAM_ constant that a value has to pass unchanged
     * @return self
     */
    public static function text(string $column, string $clean = PARAM_RAW): self {
        return new self(self::TEXT, "COALESCE(t.$column, '')", clean: $clean, column: $column);
    }

    /**
     * A text in a column of a table that the kind's source joins.
     *
     * @param string $alias of the table in the source
     * @param string $table
     * @param string $column
     * @param string $clean PARAM_ constant that a value has to pass unchanged
     * @return self
     */
    public static function joined(string $alias, string $table, string $column, string $clean = PARAM_RAW): self {
        return new self(self::TEXT, "COALESCE($alias.$column, '')", clean: $clean, column: $column, table: $table);
    }

    /**
     * A text that a rowset gives, or that is written only.
     *
     * @param int $maxlength in characters
     * @return self
     */
    public static function property(int $maxlength): self {
        return new self(self::TEXT, clean: PARAM_TEXT, maxlength: $maxlength);
    }

    /**
     * A boolean.
     *
     * @param string $sql expression that is 1 or 0
     * @return self
     */
    public static function flag(string $sql): self {
        return new self(self::FLAG, $sql);
    }

    /**
     * An integer.
     *
     * @param string $sql
     * @return self
     */
    public static function number(string $sql): self {
        return new self(self::NUMBER, $sql);
    }

    /**
     * The key of an object, moodle:<id> where that is not ours, the empty text for none.
     *
     * @param string $kind
     * @param string $sql expression of the Moodle id, 0 for none
     * @return self
     */
    public static function reference(string $kind, string $sql): self {
        $owner = "SELECT r.sourcedid FROM {local_dltsync_object} r WHERE r.kind = '$kind' AND r.moodleid = $sql";
        $expression = "CASE WHEN $sql = 0 THEN '' ELSE COALESCE(($owner), CONCAT('moodle:', $sql)) END";
        return new self(self::REFERENCE, $expression, $kind);
    }

    /**
     * The key of an object that is ours for certain.
     *
     * @param string $kind
     * @param string $sql expression of the key
     * @return self
     */
    public static function key(string $kind, string $sql): self {
        return new self(self::REFERENCE, $sql, $kind);
    }

    /**
     * Keys of several objects, from a rowset.
     *
     * @param string $kind
     * @return self
     */
    public static function references(string $kind): self {
        return new self(self::REFERENCES, refers: $kind);
    }

    /**
     * Several texts, from a rowset.
     *
     * @return self
     */
    public static function texts(): self {
        return new self(self::TEXTS);
    }

    /**
     * Whether it holds a list.
     *
     * @return bool
     */
    public function is_list(): bool {
        return $this->type === self::REFERENCES || $this->type === self::TEXTS;
    }

    /**
     * A value as the database gave it, in the type in which it travels.
     *
     * @param mixed $raw
     * @return string|int|bool
     */
    public function read($raw): string|int|bool {
        return match ($this->type) {
            self::FLAG => (bool)$raw,
            self::NUMBER => (int)$raw,
            default => (string)$raw,
        };
    }

    /**
     * A value as it arrived, in the form in which it is read back.
     *
     * @param mixed $value
     * @return mixed a list sorted and without doubles; nothing as the empty text
     * @throws refusal badfield when the field cannot hold such a value
     */
    public function normalise($value): mixed {
        $fits = match ($this->type) {
            self::FLAG => is_bool($value),
            self::NUMBER => is_int($value),
            self::REFERENCES, self::TEXTS => is_array($value) && array_filter($value, 'is_string') === $value,
            default => is_string($value) || $value === null,
        };
        if (!$fits) {
            throw new refusal('badfield', 'wrong type');
        }
        return match (true) {
            $this->is_list() => self::sorted($value),
            $value === null => '',
            default => $value,
        };
    }

    /**
     * A value that is to be written.
     *
     * @param mixed $value
     * @param string $table table of the kind
     * @return mixed as {@see normalise()}
     * @throws refusal badfield when Moodle could not hold it unchanged
     */
    public function accept($value, string $table): mixed {
        $value = $this->normalise($value);
        if ($this->type === self::TEXT) {
            $this->check_text($value, $table);
        } else if ($this->type === self::NUMBER && ($value < 0 || $value > 9999999999)) {
            throw new refusal('badfield', (string)$value);
        }
        return $value;
    }

    /**
     * A list as it travels: sorted by code point, without doubles.
     *
     * @param string[] $values
     * @return string[]
     */
    public static function sorted(array $values): array {
        $values = array_values(array_unique($values, SORT_STRING));
        sort($values, SORT_STRING);
        return $values;
    }

    /**
     * A text must come through Moodle's own cleaning as it is, and fit its column.
     *
     * @param string $value
     * @param string $table
     * @throws refusal badfield
     */
    private function check_text(string $value, string $table): void {
        global $DB;
        if (fix_utf8($value) !== $value || clean_param($value, $this->clean) !== $value) {
            throw new refusal('badfield', 'characters that Moodle does not keep');
        }
        $table = $this->table === '' ? $table : $this->table;
        $longest = $this->column === '' ? $this->maxlength : $DB->get_columns($table)[$this->column]->max_length;
        if ($longest > 0 && \core_text::strlen($value) > $longest) {
            throw new refusal('badfield', "longer than $longest characters");
        }
    }
}
