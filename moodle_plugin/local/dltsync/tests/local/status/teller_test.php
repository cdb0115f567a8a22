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

use local_dltsync\tests\status_testcase;
use moodle_exception;
use moodle_url;
use stdClass;

/**
 * Whoever may see the runs is told once, in their own language, by the ways that they chose.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_dltsync\local\status\teller
 * @covers     \local_dltsync\local\status\run_news
 */
final class teller_test extends status_testcase {
    /**
     * Messages are only sent outside of transactions.
     */
    protected function setUp(): void {
        parent::setUp();
        $this->preventResetByRollback();
    }

    /**
     * Tells of a run.
     *
     * @param array $told
     * @return int how many were told
     */
    private static function tell(array $told): int {
        return teller::tell(new run_news(self::take($told)));
    }

    /**
     * News that cannot be written for some.
     *
     * @param stdClass $run
     * @param int[] $userids for whom it cannot
     * @return news
     */
    private static function broken(stdClass $run, array $userids): news {
        return new class ($run, $userids) implements news {
            /**
             * Takes a run.
             *
             * @param stdClass $run
             * @param int[] $userids
             */
            public function __construct(
                /** @var stdClass */
                private readonly stdClass $run,
                /** @var int[] */
                private readonly array $userids,
            ) {
            }

            /**
             * Its run.
             *
             * @return int
             */
            public function runid(): int {
                return (int)$this->run->id;
            }

            /**
             * Its name.
             *
             * @return string
             */
            public function name(): string {
                return 'run';
            }

            /**
             * Its provider.
             *
             * @return string
             */
            public function provider(): string {
                return 'runreport';
            }

            /**
             * Its page.
             *
             * @return moodle_url
             */
            public function url(): moodle_url {
                return new moodle_url('/');
            }

            /**
             * Its words, if it has any.
             *
             * @param stdClass $user
             * @return letter
             */
            public function letter(stdClass $user): letter {
                return in_array($user->id, $this->userids) ? throw new moodle_exception('error') : new letter('x', []);
            }
        };
    }

    public function test_everybody_who_may_see_the_runs_is_told_in_their_own_language_and_nobody_else(): void {
        $kazakh = $this->reader(['lang' => self::kazakh()]);
        $english = $this->reader();
        $this->getDataGenerator()->create_user();
        $sink = $this->redirectMessages();
        $this->assertSame(2, self::tell(self::told()));
        $messages = array_column($sink->get_messages(), null, 'useridto');
        $this->assertEqualsCanonicalizing([$kazakh->id, $english->id], array_keys($messages));
        $this->assertSame('Three users', $messages[$english->id]->subject);
        $this->assertSame('Үш пайдаланушы', $messages[$kazakh->id]->subject);
        $this->assertStringContainsString('Moodle жүйесіндегі толық есеп', $messages[$kazakh->id]->fullmessage);
        $this->assertStringContainsString('Анатомия ‹i›: Three users', $messages[$english->id]->fullmessage);
        $this->assertStringContainsString('Анатомия &lt;i&gt;: Three users', $messages[$english->id]->fullmessagehtml);
        $this->assertStringContainsString('/local/dltsync/run.php?id=', $messages[$english->id]->contexturl);
        $this->assertSame('runreport', $messages[$english->id]->eventtype);
        $this->assertSame('en', current_language());
    }

    public function test_nobody_is_told_twice(): void {
        $this->reader();
        $sink = $this->redirectMessages();
        $this->assertSame(1, self::tell(self::told()));
        $this->assertSame(0, self::tell(self::told()));
        $later = $this->reader();
        $this->assertSame(1, self::tell(self::told()));
        $this->assertEquals($later->id, $sink->get_messages()[1]->useridto);
        $this->assertSame(1 + 1, $sink->count());
    }

    public function test_after_a_crash_those_are_told_who_were_not(): void {
        $readers = [$this->reader(), $this->reader(), $this->reader()];
        $run = self::take(self::told());
        $sink = $this->redirectMessages();
        $this->expectOutputRegex("/User {$readers[1]->id} was not told/");
        try {
            teller::tell(self::broken($run, [$readers[1]->id]));
            $this->fail('It was not tried again.');
        } catch (moodle_exception $e) {
            $this->assertSame('error', $e->errorcode);
        }
        $this->assertEquals([$readers[0]->id, $readers[2]->id], array_column($sink->get_messages(), 'useridto'));
        $this->assertSame(1, teller::tell(new run_news($run)));
        $this->assertEquals($readers[1]->id, $sink->get_messages()[2]->useridto);
        $this->assertSame(0, teller::tell(new run_news($run)));
        $this->assertSame('en', current_language());
    }

    public function test_a_run_that_wants_somebody_comes_by_mail_as_text_and_html_with_the_command(): void {
        $this->reader(['email' => 'methodist@academy.example']);
        $sink = $this->redirectEmails();
        self::tell(self::stopped());
        $mails = $sink->get_messages();
        $this->assertSame(['methodist@academy.example'], array_column($mails, 'to'));
        $this->assertStringContainsString('One plan waits', $mails[0]->subject);
        $this->assertStringContainsString('text/plain', $mails[0]->body);
        $this->assertStringContainsString('text/html', $mails[0]->body);
        $body = quoted_printable_decode($mails[0]->body);
        $this->assertMatchesRegularExpression('~^' . preg_quote(self::COMMAND, '~') . '\r?$~m', $body);
        $this->assertStringContainsString('Анатомия ‹i›: One plan waits', $body);
        $this->assertMatchesRegularExpression('~<pre[^>]*>' . preg_quote(s(self::COMMAND), '~') . '</pre>~', $body);
    }

    public function test_a_usual_run_rings_the_bell_and_comes_by_mail_to_those_who_chose_it(): void {
        global $DB;
        $bell = $this->reader();
        $mail = $this->reader(['email' => 'head@academy.example']);
        set_user_preference('message_provider_local_dltsync_runreport_enabled', 'popup,email', $mail);
        $sink = $this->redirectEmails();
        self::tell(self::told());
        $this->assertSame(['head@academy.example'], array_column($sink->get_messages(), 'to'));
        $rung = $DB->get_fieldset('notifications', 'useridto', ['component' => 'local_dltsync']);
        $this->assertEqualsCanonicalizing([$bell->id, $mail->id], $rung);
    }

    public function test_a_closed_account_is_told_nothing(): void {
        $this->reader(['suspended' => 1]);
        $this->reader(['confirmed' => 0]);
        $sink = $this->redirectMessages();
        $this->assertSame(0, self::tell(self::told()));
        $this->assertSame(0, $sink->count());
    }

    public function test_where_nobody_may_see_the_runs_whoever_runs_the_site_is_told_of_what_needs_somebody(): void {
        $sink = $this->redirectMessages();
        $this->assertSame(0, self::tell(self::told(['run' => 6])));
        $this->assertSame(1, self::tell(self::stopped()));
        $this->assertEquals(get_admin()->id, $sink->get_messages()[0]->useridto);
    }

    public function test_a_run_without_a_report_is_told_of_by_what_was_counted(): void {
        $this->reader();
        $sink = $this->redirectMessages();
        self::tell(self::told(['report' => [], 'verdict' => 'partial', 'counts' => ['user.create' => 3, 'failed' => 1]]));
        $message = $sink->get_messages()[0];
        $this->assertSame('dlt-sync, run 7: Partly done', $message->subject);
        $this->assertStringContainsString('Users: 3 created', $message->fullmessage);
        $this->assertStringContainsString('1 failed', $message->fullmessage);
    }
}
