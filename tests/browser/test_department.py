"""The department's head sees what the latest run did and what wants somebody, and is told of it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from dlt_sync.report.run_words import RunWords
from tests.browser.conftest import Academy
from tests.browser.people import NARROW, WIDE, People, Person

PAGE = "local/dltsync/index.php"
COMMAND = 'dlt-sync apply --approve 0123456789ab --as "NAME" --because "REASON"'
KAFEDRAS = ("Анатомия", "Гистология", "Фармакология және клиникалық фармакология", "Ішкі аурулар пропедевтикасы")


@pytest.fixture(scope="module")
def parked(academy: Academy) -> Iterator[int]:
    """A run that waits to be released, told of in three languages; its number."""
    number = 9000
    academy.site.php(_PUSH, run=_run(number))
    yield number
    academy.site.php(_FORGET, run=number)


def _run(number: int) -> dict[str, object]:
    now = int(time.time())
    return {
        "run": number,
        "mode": "apply",
        "started": now - 1,
        "ended": now,
        "verdict": "refused",
        "planhash": "0123456789ab" * 5,
        "counts": {"held": 431, "failed": 1},
        "summary": "The guard stopped the plan; nothing was changed.",
        "needs": "release",
        "report": {language: _report(language) for language in ("en", "ru", "kk")},
    }


def _report(language: str) -> dict[str, object]:
    def section(code: str, title: str, *lines: str) -> dict[str, object]:
        return {"code": code, "title": f"{title} ({language})", "lines": list(lines)}

    changes = [f"{kafedra}: {n} created, {n + 2} suspended" for n, kafedra in enumerate(KAFEDRAS * 4, 1)]
    sections = [
        section("summary", "Summary", "Nothing was changed: the guard stopped the plan."),
        section("parked", "Parked", "Enrolments: 431 of 3120 would be suspended, more than 5 %.", COMMAND),
        section("failed", "Failed", "plt:offering:17|plt:student:910006: usernameexists"),
        section(
            "quarantined", "Set aside", "students.csv, row 17, birth_date: 31.02.2007 is no date <of> the calendar"
        ),
        section("changes", "By kafedra", *changes),
        section("feeds", "Feeds", "person: due on Monday, last received 12 days ago. Registrar's office"),
        section("health", "Health", "Backup: the last one is 3 days old"),
    ]
    return {"subject": f"dlt-sync: 1 plan waits ({language})", "sections": sections}


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_latest_run_comes_first_with_what_wants_somebody(
    people: People, parked: int, language: str, size: tuple[int, int]
) -> None:
    with people.person("office", language, size) as head:
        assert head.open(PAGE) == 200
        main = head.main()
        expect(main.get_by_role("alert")).to_contain_text(head.word("banner_release"))
        latest = main.get_by_role("region", name=head.word("latestrun"))
        expect(latest).to_contain_text(f"dlt-sync: 1 plan waits ({language})")
        expect(latest.get_by_role("heading", name=f"Parked ({language})")).to_be_visible()
        expect(latest).to_contain_text(head.word("needs_release"))
        latest.get_by_text(head.word("morelines").replace("{$a}", "6")).click()
        expect(latest.get_by_text(f"{KAFEDRAS[-1]}: 16 created")).to_be_visible()
        head.accessible()
        head.shoot("runs")


def test_the_command_can_be_copied(people: People, parked: int) -> None:
    with people.person("office", "ru") as head:
        head.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        head.open(PAGE)
        head.main().get_by_role("button", name=head.word("copycommand")).first.click()
        head.told("commandcopied")
        assert head.page.evaluate("navigator.clipboard.readText()") == COMMAND


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_an_older_run_can_be_opened(people: People, parked: int, size: tuple[int, int]) -> None:
    with people.person("office", "kk", size) as head:
        head.open(PAGE)
        links = head.main().locator("table a[href*='/local/dltsync/run.php']")
        expect(links.first).to_have_text(str(parked))
        links.filter(has_text=re.compile(r"^\s*1\s*$")).click()  # the one that loaded the academy
        heading = head.main().get_by_role("heading", level=2)
        expect(heading).to_have_text(head.word("runnumber").replace("{$a}", "1"))
        expect(head.main()).to_contain_text(head.word("verdict_ok"))
        by_kafedra = RunWords("kk", ZoneInfo("UTC"))["changes"]
        expect(head.main().get_by_role("region", name=by_kafedra, exact=True)).to_be_visible()
        head.accessible()
        head.shoot("run")


def test_the_head_is_told_in_the_language_of_the_account(people: People, academy: Academy, parked: int) -> None:
    assert academy.site.php(_TELL) > 0
    with people.person("office", "kk") as head:
        head.open("message/output/popup/notifications.php")
        head.page.get_by_text("dlt-sync: 1 plan waits (kk)").first.click()
        expect(head.page.locator("#page-content")).to_contain_text(COMMAND)
        head.shoot("notified")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_silence_is_the_first_thing_to_be_seen(
    people: People, academy: Academy, parked: int, size: tuple[int, int]
) -> None:
    heard = academy.site.php(_SILENCE, hours=50)
    try:
        with people.person("office", "ru", size) as head:
            head.open(PAGE)
            banner = head.main().get_by_role("alert").first
            expect(banner).to_contain_text(head.word("silence_do"))
            expect(banner.locator("code")).to_have_text("dlt-sync daemon status")
            head.accessible()
            head.shoot("silence")
    finally:
        academy.site.php(_HEARD, heard=heard)


def _refused(person: Person) -> None:
    expect(person.page.locator(".errorbox, .alert-danger, .alert-warning").first).to_be_attached()
    expect(person.page.locator("#region-main table, #region-main code")).to_have_count(0)


@pytest.mark.parametrize("role", ["student", "teacher", "head", "video"])
def test_runs_are_for_whoever_may_see_them(people: People, academy: Academy, parked: int, role: str) -> None:
    row = academy.site.php("return $DB->get_field('local_dltsync_run', 'id', ['run' => $run]);", run=parked)
    with people.person(role) as person:
        for path in (PAGE, f"local/dltsync/run.php?id={row}"):
            person.open(path)
            _refused(person)


_PUSH = """
\\local_dltsync\\local\\status\\runs::store(\\local_dltsync\\local\\status\\runs::row($run));
return null;
"""

_FORGET = """
$DB->delete_records('local_dltsync_run', ['run' => $run]);
return null;
"""

#: Works off what cron would.
_TELL = """
$sent = 0;
while ($task = \\core\\task\\manager::get_next_adhoc_task(time(), true, \\local_dltsync\\task\\tell_run::class)) {
    ob_start();
    $task->execute();
    ob_end_clean();
    \\core\\task\\manager::adhoc_task_complete($task);
    $sent++;
}
return $sent;
"""

_SILENCE = """
$heard = $DB->get_records_menu('local_dltsync_run', null, '', 'id, timemodified');
$DB->set_field('local_dltsync_run', 'timemodified', time() - $hours * HOURSECS);
return $heard;
"""

_HEARD = """
foreach ($heard as $id => $time) {
    $DB->set_field('local_dltsync_run', 'timemodified', $time, ['id' => $id]);
}
return null;
"""
