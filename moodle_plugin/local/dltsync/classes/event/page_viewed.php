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

namespace local_dltsync\event;

use context;
use core\event\base;
use moodle_url;

/**
 * Somebody opened a page of the department, which may name people (regulation, clause 7.4).
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class page_viewed extends base {
    /**
     * Logs that the page is looked at.
     *
     * @param string $page name of the script without .php
     * @param context $context
     * @param array $params of the page
     */
    public static function log(string $page, context $context, array $params = []): void {
        static::create(['context' => $context, 'other' => ['page' => $page, 'params' => $params]])->trigger();
    }

    /**
     * Sets what is the same for all of them.
     */
    protected function init() {
        $this->data['crud'] = 'r';
        $this->data['edulevel'] = self::LEVEL_OTHER;
    }

    /**
     * The name of the event.
     *
     * @return string
     */
    public static function get_name() {
        return get_string('event_page_viewed', 'local_dltsync');
    }

    /**
     * What happened.
     *
     * @return string
     */
    public function get_description() {
        return "The user with id '{$this->userid}' viewed the page '{$this->other['page']}' of dlt-sync.";
    }

    /**
     * The page.
     *
     * @return moodle_url
     */
    public function get_url() {
        return new moodle_url("/local/dltsync/{$this->other['page']}.php", $this->other['params']);
    }

    /**
     * Nothing in it is mapped.
     *
     * @return bool
     */
    public static function get_other_mapping() {
        return false;
    }
}
