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

use context_system;
use core\message\message;
use core_user;
use moodle_url;
use stdClass;

/**
 * Tells people of requests, each in their own language.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class notifier {
    /**
     * Tells the asker of the stage. Nobody is told of what they did themselves.
     *
     * @param stdClass $row the request
     * @param int $byuserid who brought it there, 0 where it is nobody of this site
     */
    public static function tell_asker(stdClass $row, int $byuserid): void {
        $asker = (int)$row->userid;
        if ($asker && $asker !== $byuserid) {
            self::send('requeststage', $row, core_user::get_user($asker) ?: null);
        }
    }

    /**
     * Tells whoever manages requests that there is a new one.
     *
     * @param stdClass $row the request
     */
    public static function tell_department(stdClass $row): void {
        $fields = 'u.id, u.deleted, u.suspended';
        $staff = get_users_by_capability(context_system::instance(), 'local/dltsync:managerequests', $fields);
        foreach (array_keys($staff) as $userid) {
            if ((int)$userid !== (int)$row->userid) {
                self::send('newrequest', $row, core_user::get_user($userid) ?: null);
            }
        }
    }

    /**
     * Sends a message, unless the account is closed.
     *
     * @param string $provider
     * @param stdClass $row
     * @param stdClass|null $user
     */
    private static function send(string $provider, stdClass $row, ?stdClass $user): void {
        if ($user === null || $user->deleted || $user->suspended || !$user->confirmed) {
            return;
        }
        $before = force_current_language($user->lang);
        try {
            message_send(self::message($provider, $row, $user));
        } finally {
            force_current_language($before);
        }
    }

    /**
     * The message, in the current language.
     *
     * @param string $provider
     * @param stdClass $row
     * @param stdClass $user
     * @return message
     */
    private static function message(string $provider, stdClass $row, stdClass $user): message {
        $says = (object)[
            'type' => choices::word('type', $row->type),
            'stage' => choices::stage($row->type, $row->stage),
            'title' => shown::title($row),
            'course' => shown::course((int)$row->courseid),
        ];
        $lines = [get_string("message_{$provider}", 'local_dltsync', $says), ...shown::details($row)];
        $message = new message();
        $message->component = 'local_dltsync';
        $message->name = $provider;
        $message->userfrom = core_user::get_noreply_user();
        $message->userto = $user;
        $message->subject = get_string("message_{$provider}_subject", 'local_dltsync', $says);
        $message->fullmessage = implode("\n", $lines);
        $message->fullmessageformat = FORMAT_PLAIN;
        $message->fullmessagehtml = implode('', array_map(fn(string $line): string => '<p>' . s($line) . '</p>', $lines));
        $message->smallmessage = $message->subject;
        $message->notification = 1;
        $message->contexturl = (new moodle_url('/local/dltsync/request.php', ['id' => $row->id]))->out(false);
        $message->contexturlname = get_string('request', 'local_dltsync');
        return $message;
    }
}
