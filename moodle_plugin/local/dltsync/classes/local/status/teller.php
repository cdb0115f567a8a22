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

namespace local_dltsync\local\status;

use context_system;
use core\clock;
use core\di;
use core\message\message;
use core_user;
use moodle_transaction;
use stdClass;
use Throwable;

/**
 * Tells news to whoever may see the runs, each in their own language and each once, however often it is tried.
 *
 * That somebody is told is remembered in the transaction in which Moodle stores the message; bell and mail go out when
 * it ends. So a crash before leaves nothing behind and the next try tells them; one after costs one person a mail at
 * most, never a second one. A message that cannot be made for one person does not keep it from the others.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class teller {
    /**
     * Tells everybody who was not told yet.
     *
     * @param news $news
     * @return int how many were told now
     * @throws Throwable the first that kept somebody from being told, when all others are; the next try tells the rest
     */
    public static function tell(news $news): int {
        $told = 0;
        $wrong = null;
        foreach (self::untold($news) as $userid) {
            try {
                $told += self::tell_one($news, $userid);
            } catch (Throwable $e) {
                mtrace("User $userid was not told: {$e->getMessage()}");
                $wrong ??= $e;
            }
        }
        return $wrong === null ? $told : throw $wrong;
    }

    /**
     * Whoever may see the runs and was not told. Where nobody may, those who run the site: what needs somebody must
     * reach somebody.
     *
     * @param news $news
     * @return int[]
     */
    private static function untold(news $news): array {
        global $DB;
        $may = get_users_by_capability(context_system::instance(), 'local/dltsync:viewreport', 'u.id');
        $wanted = array_keys($may ?: ($news->provider() === 'runattention' ? get_admins() : []));
        $told = $DB->get_fieldset(runs::TOLD, 'userid', ['runid' => $news->runid(), 'news' => $news->name()]);
        return array_map('intval', array_diff($wanted, $told));
    }

    /**
     * Tells one person, unless the account is closed.
     *
     * @param news $news
     * @param int $userid
     * @return bool whether a message was sent
     */
    private static function tell_one(news $news, int $userid): bool {
        $user = core_user::get_user($userid);
        if (!$user || $user->deleted || $user->suspended || !$user->confirmed) {
            return false;
        }
        $before = force_current_language($user->lang);
        try {
            self::send(self::store($news, self::message($news, $user)), $userid);
        } finally {
            force_current_language($before);
        }
        return true;
    }

    /**
     * Remembers that somebody is told, and gives Moodle the message, both or neither.
     *
     * @param news $news
     * @param message $message
     * @return moodle_transaction to be ended: then bell and mail go out
     */
    private static function store(news $news, message $message): moodle_transaction {
        global $DB;
        $transaction = $DB->start_delegated_transaction();
        try {
            $DB->insert_record(runs::TOLD, [
                'runid' => $news->runid(),
                'news' => $news->name(),
                'userid' => $message->userto->id,
                'timecreated' => di::get(clock::class)->time(),
            ]);
            message_send($message);
        } catch (Throwable $e) {
            $transaction->rollback($e);
        }
        return $transaction;
    }

    /**
     * Lets bell and mail go out. A mail that its server refuses is a line in the task's log: trying again would ring the
     * bell again.
     *
     * @param moodle_transaction $sending
     * @param int $userid
     */
    private static function send(moodle_transaction $sending, int $userid): void {
        global $DB;
        try {
            $sending->allow_commit();
        } catch (Throwable $e) {
            if ($DB->is_transaction_started()) {
                $DB->force_transaction_rollback();
                throw $e;
            }
            mtrace("Not every way of telling user $userid worked: {$e->getMessage()}");
        }
    }

    /**
     * The message, in the current language.
     *
     * @param news $news
     * @param stdClass $user
     * @return message
     */
    private static function message(news $news, stdClass $user): message {
        $letter = $news->letter($user);
        $message = new message();
        $message->component = 'local_dltsync';
        $message->name = $news->provider();
        $message->userfrom = core_user::get_noreply_user();
        $message->userto = $user;
        $message->subject = $letter->subject;
        $message->fullmessage = $letter->text($news->url());
        $message->fullmessageformat = FORMAT_PLAIN;
        $message->fullmessagehtml = $letter->html($news->url());
        $message->smallmessage = $letter->subject;
        $message->notification = 1;
        $message->contexturl = $news->url()->out(false);
        $message->contexturlname = get_string('wholereport', 'local_dltsync');
        return $message;
    }
}
