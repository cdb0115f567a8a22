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

namespace local_dltsync\local\kinds;

use local_dltsync\local\bulk;
use local_dltsync\local\executor;
use local_dltsync\local\field;
use local_dltsync\local\operation;
use local_dltsync\local\ownership;
use local_dltsync\local\refusal;
use local_dltsync\local\request;
use local_dltsync\local\rowset;
use local_dltsync\local\source;
use local_dltsync\local\state;

/**
 * What is special about one kind of object: its fields in SQL for reading, and Moodle's own functions for writing.
 *
 * Another kind is another class beside this one, named as the kind; nothing else needs to know of it.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class kind {
    /**
     * Takes the table of what is ours.
     *
     * @param ownership $ownership
     */
    final public function __construct(
        /** @var ownership translates between keys and Moodle ids */
        protected readonly ownership $ownership,
    ) {
    }

    /**
     * The kind of that name.
     *
     * @param mixed $name
     * @param ownership|null $ownership
     * @return self
     * @throws \moodle_exception badrequest when there is no such kind
     */
    final public static function of($name, ?ownership $ownership = null): self {
        $class = is_string($name) && preg_match('/^[a-z]+$/D', $name) ? __NAMESPACE__ . '\\' . $name : '';
        if ($class === '' || !class_exists($class) || (new \ReflectionClass($class))->isAbstract()) {
            throw request::bad('kind');
        }
        return new $class($ownership ?? new ownership());
    }

    /**
     * The name of the kind.
     *
     * @return string
     */
    final public function name(): string {
        $path = explode('\\', static::class);
        return end($path);
    }

    /**
     * Moodle's table of the objects, without prefix.
     *
     * @return string
     */
    abstract public function table(): string;

    /**
     * Where the objects are read from.
     *
     * @return source
     */
    abstract public function source(): source;

    /**
     * The same objects in SQL that is quick for all of them at once, where that is other SQL than for a few.
     *
     * @return source
     */
    public function source_of_all(): source {
        return $this->source();
    }

    /**
     * The fields that are read and written.
     *
     * @return field[] by name
     */
    abstract public function fields(): array;

    /**
     * For each scope of digests a text that is another one as soon as its digest may be, and that costs less.
     *
     * @param string[] $names of the fields over which digests are asked for
     * @return array[] of the scope's key and its mark, by the Moodle id that stands for the scope; none where a kind has no marks
     */
    public function marks(array $names): array {
        return [];
    }

    /**
     * Fields that make up the object's identity: sent with create, never changed.
     *
     * @return string[]
     */
    public function identity(): array {
        return [];
    }

    /**
     * Fields that are needed to create an object, and may not be empty.
     *
     * @return string[]
     */
    abstract public function required(): array;

    /**
     * Fields that are taken on creation and never read back.
     *
     * @return field[] by name
     */
    public function create_only(): array {
        return [];
    }

    /**
     * Rows that make up fields beside the plain ones.
     *
     * @return rowset[]
     */
    public function rowsets(): array {
        return [];
    }

    /**
     * What is read but never written.
     *
     * @return field[] by name
     */
    public function facts(): array {
        return [];
    }

    /**
     * Fields by which an object that is not ours yet may be found.
     *
     * @return string[]
     */
    public function match_fields(): array {
        return [];
    }

    /**
     * Where such a field stands, as the database compares it with the help of its indexes.
     *
     * @param string $field
     * @return string SQL
     */
    public function match_column(string $field): string {
        return "t.$field";
    }

    /**
     * Where the Moodle id of the course stands that an object is in.
     *
     * @return string SQL, '0' for objects that are in no course
     */
    public function course_column(): string {
        return '0';
    }

    /**
     * Whether ownership stands in the plugin's own table.
     *
     * @return bool
     */
    abstract public function is_owned_by_table(): bool;

    /**
     * Whether a change to one object may change others of the kind, so that nothing read before it counts.
     *
     * @return bool
     */
    public function cascades(): bool {
        return false;
    }

    /**
     * The objects that are ours, oldest first, those included that are gone from Moodle.
     *
     * @param string[]|null $keys only these
     * @param string[]|null $courses only those in these courses
     * @param int $after cursor of the last one on the page before
     * @param int $limit most rows; 0 for all
     * @return array[] rows of cursor, key and moodleid
     */
    abstract public function find(?array $keys, ?array $courses, int $after, int $limit): array;

    /**
     * Whether it is never touched.
     *
     * @param int $moodleid
     * @return bool
     */
    public function is_protected(int $moodleid): bool {
        return false;
    }

    /**
     * Gets ready for some operations in few queries.
     *
     * @param operation[] $operations
     */
    public function prepare(array $operations): void {
    }

    /**
     * What writes many operations together.
     *
     * @param executor $executor
     * @param int $batchid id of the batch's row
     * @return bulk|null null where the kind can only do one after the other
     */
    public function bulk(executor $executor, int $batchid): ?bulk {
        return null;
    }

    /**
     * Does once for all operations of a batch what each of them left undone, and what a crash left undone.
     */
    public function finish(): void {
    }

    /**
     * Makes an object.
     *
     * @param string $key
     * @param array $fields accepted values
     * @return int its Moodle id
     */
    abstract public function create(string $key, array $fields): int;

    /**
     * Does what an object that existed before needs to become ours.
     *
     * @param state $now
     */
    public function adopt(state $now): void {
    }

    /**
     * Changes an object.
     *
     * @param state $now the object as it is
     * @param array $fields accepted values; some may be as they are already
     */
    abstract public function write(state $now, array $fields): void;

    /**
     * Removes an object.
     *
     * @param state $now the object as it is
     * @throws refusal notallowed where objects of the kind are never removed
     */
    public function delete(state $now): void {
        throw new refusal('notallowed', $this->name());
    }

    /**
     * Whether objects of the kind may be removed at all.
     *
     * @return bool
     */
    public function can_delete(): bool {
        return false;
    }

    /**
     * Forgets what was remembered of an operation that was rolled back.
     */
    public function rolled_back(): void {
        \context_helper::reset_caches();
    }

    /**
     * Values to be written, once it is known that the kind has such fields and that they can hold them.
     *
     * @param array $values by field name
     * @param field[] $fields that may be written
     * @return array normalised values by field name
     * @throws refusal badfield
     */
    final public function accept(array $values, array $fields): array {
        $accepted = [];
        foreach ($values as $name => $value) {
            if (!isset($fields[$name])) {
                throw new refusal('badfield', (string)$name);
            }
            try {
                $accepted[$name] = $fields[$name]->accept($value, $this->table());
            } catch (refusal $refusal) {
                throw new refusal('badfield', $name . ', ' . rtrim($refusal->getMessage(), '.'));
            }
        }
        return $accepted;
    }

    /**
     * The values that differ from what is there.
     *
     * @param state $now
     * @param array $fields
     * @return array
     */
    final public function changes(state $now, array $fields): array {
        return array_filter($fields, fn($value, $name) => $now->fields[$name] !== $value, ARRAY_FILTER_USE_BOTH);
    }

    /**
     * Fields that stand in columns of the same name, as columns hold them.
     *
     * @param array $fields
     * @param string[] $names those that are wanted
     * @return array
     */
    final protected function columns(array $fields, array $names): array {
        $columns = array_intersect_key($fields, array_flip($names));
        return array_map(fn($value) => is_bool($value) ? (int)$value : $value, $columns);
    }
}
