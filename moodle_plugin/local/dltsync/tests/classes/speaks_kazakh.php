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

namespace local_dltsync\tests;

/**
 * For tests of what people read in Kazakh, which a site as installed does not know.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
trait speaks_kazakh {
    /**
     * Makes Kazakh known to this site, by a pack with nothing but its name.
     *
     * @return string its code
     */
    protected static function kazakh(): string {
        global $CFG;
        $folder = "$CFG->langotherroot/kk";
        check_dir_exists($folder);
        $pack = "<?php\n\$string['thislanguage'] = 'Қазақша';\n\$string['parentlanguage'] = '';\n";
        file_put_contents("$folder/langconfig.php", $pack);
        get_string_manager()->reset_caches();
        return 'kk';
    }
}
