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

use local_dltsync\local\kinds\kind;

/**
 * Does one operation after the other: checks what must hold before, writes, and reads what came of it.
 *
 * It decides nothing beyond the preconditions and opens no transactions.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class executor {
    /** @var reader reads the kind */
    private readonly reader $reader;

    /** @var field[] the kind's fields */
    private readonly array $fields;

    /** @var array states as they were read, by key; null for keys that own nothing */
    private array $states = [];

    /**
     * Takes the kind of the operations.
     *
     * @param kind $kind
     * @param ownership $ownership
     */
    public function __construct(
        /** @var kind the kind of the operations */
        private readonly kind $kind,
        /** @var ownership translates between keys and Moodle ids */
        private readonly ownership $ownership,
    ) {
        $this->reader = new reader($kind);
        $this->fields = $kind->fields();
    }

    /**
     * Reads what some operations need in few queries. What was read for others is forgotten.
     *
     * @param operation[] $operations
     */
    public function prepare(array $operations): void {
        $this->states = [];
        $this->read(array_map(fn($operation) => $operation->key, $operations));
        foreach ($this->fields as $name => $field) {
            if ($field->refers !== '') {
                $named = array_map(fn($operation) => (array)($operation->fields[$name] ?? []), $operations);
                $this->ownership->preload($field->refers, array_filter(array_merge(...$named), 'is_string'));
            }
        }
        $this->kind->prepare($operations);
    }

    /**
     * Reads objects anew in few queries.
     *
     * @param string[] $keys
     * @return array states by key, null for keys that own nothing
     */
    public function read(array $keys): array {
        $states = $this->reader->by_keys($keys) + array_fill_keys($keys, null);
        $this->states = $states + $this->states;
        return $states;
    }

    /**
     * What must hold before an object is made or changed. Writes nothing.
     *
     * @param operation $operation create or update
     * @return array the object as it is, null for a new one, and the values to be written
     * @throws refusal when the operation is not to be done
     */
    public function check(operation $operation): array {
        if ($operation->op === operation::CREATE) {
            return [null, $this->check_new($operation)];
        }
        $now = $this->ours($operation);
        return [$now, $this->check_fields($operation, $now)];
    }

    /**
     * Does an operation.
     *
     * @param operation $operation
     * @return state|null the object afterwards, null when it is gone
     * @throws refusal when the operation is not to be done; what it wrote until then is to be rolled back
     */
    public function execute(operation $operation): ?state {
        match ($operation->op) {
            operation::CREATE => $this->create($operation),
            operation::ADOPT => $this->adopt($operation),
            operation::UPDATE => $this->update($operation),
            operation::DELETE => $this->delete($operation),
        };
        unset($this->states[$operation->key]);
        $now = $this->state($operation->key);
        $this->verify($operation, $now);
        return $now;
    }

    /**
     * The object that an operation is about, as it is now.
     *
     * @param operation $operation
     * @return state|null null when there is none
     */
    public function look(operation $operation): ?state {
        $now = $this->state($operation->key);
        if ($operation->op === operation::ADOPT && $operation->moodleid !== null) {
            $now ??= $this->reader->by_ids([$operation->moodleid])[$operation->moodleid] ?? null;
        }
        return $now;
    }

    /**
     * The answer of an operation that was not done.
     *
     * @param operation $operation
     * @param \Throwable $reason
     * @return array
     */
    public function refuse(operation $operation, \Throwable $reason): array {
        if ($reason instanceof refusal && $reason->moved) {
            return answer::moved($operation, $reason, $this->look($operation));
        }
        return answer::failed($operation, $reason);
    }

    /**
     * Forgets what is no longer true after operations were rolled back.
     *
     * @param string[] $keys
     */
    public function forget(array $keys): void {
        foreach ($keys as $key) {
            unset($this->states[$key]);
            $this->ownership->forget($this->kind->name(), $key);
        }
        $this->kind->rolled_back();
    }

    /**
     * A key that is to own a new object owns nothing that exists, and the object has all it needs.
     *
     * @param operation $operation
     * @return array values to be written
     */
    private function check_new(operation $operation): array {
        if ($this->state($operation->key)?->fields !== null) {
            throw new refusal('exists', $operation->key);
        }
        $fields = $this->kind->accept($operation->fields, $this->fields + $this->kind->create_only());
        foreach ($this->kind->required() as $name) {
            if (!isset($fields[$name])) {
                throw new refusal('badfield', "$name is missing");
            }
        }
        return $fields;
    }

    /**
     * Makes an object for a key that owns nothing that exists.
     *
     * @param operation $operation
     */
    private function create(operation $operation): void {
        $id = $this->kind->create($operation->key, $this->check_new($operation));
        if ($this->kind->is_owned_by_table()) {
            $this->ownership->put($this->kind->name(), $operation->key, $id);
        }
    }

    /**
     * Gives an existing object to a key.
     *
     * @param operation $operation
     */
    private function adopt(operation $operation): void {
        if (!$this->kind->is_owned_by_table()) {
            throw new refusal('notallowed', $this->kind->name());
        }
        $id = $operation->moodleid ?? throw new refusal('badfield', 'moodleid is missing');
        $now = $this->reader->by_ids([$id])[$id] ?? throw refusal::moved('gone');
        $this->check_adoptable($operation, $now);
        $this->check_expected($operation, $now);
        $this->ownership->put($this->kind->name(), $operation->key, $id);
        $this->kind->adopt($now);
        $this->write($operation, $now);
    }

    /**
     * Changes an object that is ours.
     *
     * @param operation $operation
     */
    private function update(operation $operation): void {
        $this->write($operation, $this->ours($operation));
    }

    /**
     * Removes an object that is ours.
     *
     * @param operation $operation
     */
    private function delete(operation $operation): void {
        if (!$this->kind->can_delete()) {
            throw new refusal('notallowed', $this->kind->name());
        }
        $this->kind->delete($this->ours($operation));
        if ($this->kind->is_owned_by_table()) {
            $this->ownership->remove($this->kind->name(), $operation->key);
        }
    }

    /**
     * The object that a key owns, as the plan saw it.
     *
     * @param operation $operation
     * @return state
     */
    private function ours(operation $operation): state {
        $now = $this->state($operation->key);
        if ($now === null || $now->fields === null) {
            throw refusal::moved('gone');
        }
        if ($operation->moodleid !== null && $operation->moodleid !== $now->moodleid) {
            throw refusal::moved('notowned', (string)$operation->moodleid);
        }
        if ($this->kind->is_protected($now->moodleid)) {
            throw new refusal('protected', $operation->key);
        }
        $this->check_expected($operation, $now);
        return $now;
    }

    /**
     * An object that is nobody else's may be adopted by a key that owns no other.
     *
     * @param operation $operation
     * @param state $now
     */
    private function check_adoptable(operation $operation, state $now): void {
        if ($now->key !== null && $now->key !== $operation->key) {
            throw new refusal('taken', $now->key);
        }
        if ($this->kind->is_protected($now->moodleid)) {
            throw new refusal('protected', (string)$now->moodleid);
        }
        $owned = $this->state($operation->key);
        if ($owned?->fields !== null && $owned->moodleid !== $now->moodleid) {
            throw new refusal('exists', $operation->key);
        }
    }

    /**
     * Each expected value is the one that is there.
     *
     * @param operation $operation
     * @param state $now
     */
    private function check_expected(operation $operation, state $now): void {
        foreach ($operation->expect ?? [] as $name => $value) {
            if (!isset($this->fields[$name])) {
                throw new refusal('badfield', (string)$name);
            }
            if ($this->fields[$name]->normalise($value) !== $now->fields[$name]) {
                throw refusal::moved('moved', $name);
            }
        }
    }

    /**
     * The fields of an operation that may change; those of the identity may only be what they are.
     *
     * @param operation $operation
     * @param state $now
     * @return array values to be written
     */
    private function check_fields(operation $operation, state $now): array {
        $fields = $this->kind->accept($operation->fields, $this->fields);
        foreach ($this->kind->identity() as $name) {
            if (isset($fields[$name]) && $fields[$name] !== $now->fields[$name]) {
                throw new refusal('badfield', "$name never changes");
            }
        }
        return array_diff_key($fields, array_flip($this->kind->identity()));
    }

    /**
     * Writes the fields of an operation.
     *
     * @param operation $operation
     * @param state $now
     */
    private function write(operation $operation, state $now): void {
        $fields = $this->check_fields($operation, $now);
        $this->kind->write(new state($operation->key, $now->moodleid, $now->fields, $now->facts), $fields);
    }

    /**
     * What was written reads back as it was sent: else the program would send it again and again.
     *
     * @param operation $operation
     * @param state|null $now
     * @throws refusal badfield
     */
    private function verify(operation $operation, ?state $now): void {
        if ($operation->op === operation::DELETE) {
            return;
        }
        foreach (array_intersect_key($operation->fields, $this->fields) as $name => $value) {
            if (($now->fields[$name] ?? null) !== $this->fields[$name]->normalise($value)) {
                throw new refusal('badfield', "$name, Moodle made something else of it");
            }
        }
    }

    /**
     * What a key owns, as it is now.
     *
     * @param string $key
     * @return state|null
     */
    private function state(string $key): ?state {
        if ($this->kind->cascades() || !array_key_exists($key, $this->states)) {
            $this->states[$key] = $this->reader->by_keys([$key])[$key] ?? null;
        }
        return $this->states[$key];
    }
}
