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

namespace local_dltsync\setup;

/**
 * A file for the token that only its owner can read.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class token_file {
    /** @var int read and write for the owner, nothing for others */
    private const MODE = 0600;

    /** @var int the bits that let others in */
    private const OTHERS = 0077;

    /**
     * A file at this path; nothing is written yet.
     *
     * @param string $path
     * @throws problem when others can read the file that is there, or none can be written
     */
    public function __construct(
        /** @var string */
        public readonly string $path,
    ) {
        clearstatcache();
        if (is_link($path) || (file_exists($path) && !is_file($path))) {
            throw new problem("“{$path}” is not a plain file. Name another file.");
        }
        if (is_file($path) && (fileperms($path) & self::OTHERS)) {
            throw new problem("Others may read “{$path}”. Close it with: chmod 600 " . escapeshellarg($path));
        }
        if (!is_dir(dirname($path)) || !is_writable(dirname($path))) {
            throw new problem("Nothing can be written to the folder “" . dirname($path) . "”. Name another file.");
        }
    }

    /**
     * A file at a path that may be relative to a folder.
     *
     * @param string $folder
     * @param string $path
     * @return self
     * @throws problem as the constructor
     */
    public static function in(string $folder, string $path): self {
        return new self(str_starts_with($path, '/') ? $path : "$folder/$path");
    }

    /**
     * Writes the token: the file is there whole or not at all, and at no moment can others read it.
     *
     * @param string $token
     * @throws problem when it cannot be written
     */
    public function write(string $token): void {
        $mask = umask(self::OTHERS);
        $temporary = tempnam(dirname($this->path), '.token');
        $written = $temporary && chmod($temporary, self::MODE)
            && file_put_contents($temporary, $token . "\n") && rename($temporary, $this->path);
        umask($mask);
        if (!$written) {
            throw new problem("The token could not be written to “{$this->path}”. Look at the folder's rights and space.");
        }
    }
}
