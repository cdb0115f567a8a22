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
 * Why one operation of a batch is not done. It ends that operation only; nothing of it stays written.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class refusal extends \Exception {
    /** @var string[] what a code says to whoever reads the program's report; the subject follows */
    private const SENTENCES = [
        'exists' => 'The key owns something in Moodle already',
        'gone' => 'The object is not in Moodle',
        'moved' => 'The object no longer looks as it did when the change was planned',
        'notowned' => 'The object is not the one that the key owns',
        'protected' => 'This account or course is never touched',
        'taken' => 'Somebody else has it already',
        'unknownkey' => 'The key names nothing that is ours in Moodle',
        'unknownrole' => 'Moodle has no such role for courses',
        'badfield' => 'Moodle cannot hold this value as it is',
        'notempty' => 'The group still has members',
        'notallowed' => 'This is never done to objects of this kind',
    ];

    /** @var string error code of the operation, as docs/bridge.md lists them or Moodle's own */
    public readonly string $errorcode;

    /** @var bool true when the object is not as the plan saw it, false when the operation failed */
    public readonly bool $moved;

    /**
     * Refuses an operation; to be thrown.
     *
     * @param string $errorcode one of the codes above, or Moodle's own
     * @param string $subject the field, key or value that it is about
     * @param bool $moved whether the object is not as the plan saw it
     */
    public function __construct(string $errorcode, string $subject = '', bool $moved = false) {
        $this->errorcode = $errorcode;
        $this->moved = $moved;
        $sentence = self::SENTENCES[$errorcode] ?? $errorcode;
        parent::__construct($subject === '' ? "$sentence." : "$sentence: $subject.");
    }

    /**
     * The live object is not as the plan saw it.
     *
     * @param string $errorcode gone, moved or notowned
     * @param string $subject the field that differs, if it is one
     * @return self
     */
    public static function moved(string $errorcode, string $subject = ''): self {
        return new self($errorcode, $subject, true);
    }
}
