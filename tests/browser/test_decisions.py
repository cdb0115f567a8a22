"""What the department decides in Moodle reaches the records, the course and the person who asked."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from dlt_sync import run
from dlt_sync.records.tables import VideoRequestStage
from tests.browser.conftest import Academy
from tests.browser.people import NARROW, WIDE, People, Person
from tests.browser.words import words

SUGGESTED = "https://www.youtube.com/watch?v=ABCDEFGHIJK"
TITLE = "Жүйке ұлпасы: шолу"


def _suggest(people: People, academy: Academy, title: str, address: str) -> None:
    with people.person("teacher", "kk") as teacher:
        teacher.open("local/dltsync/ask.php", course=academy.course(), type="suggestion")
        options = teacher.field(teacher.word("topic")).locator("option")
        lacking = options.filter(has_text=f"{teacher.word('video_kind_lecture')} 5").first.inner_text()
        teacher.choose(teacher.word("topic"), lacking)
        teacher.fill(teacher.word("request_url"), address)
        teacher.fill(teacher.word("videotitle"), title)
        teacher.send(teacher.word("suggestvideo"))
        teacher.told("asked_suggestion")


def _open_request(person: Person, title: str) -> None:
    """From the department's list to one request."""
    assert person.open("local/dltsync/requests.php") == 200
    row = person.main().locator("table tbody tr").filter(has_text=title).first
    row.get_by_role("button").last.click()
    row.get_by_role("menuitem", name=person.word("request_open"), exact=True).click()
    expect(person.main().get_by_role("heading", name=person.word("decide"), exact=True)).to_be_visible()


def _decide(person: Person, stage: str, reason: str = "") -> None:
    person.choose(person.word("request_stage"), person.word(stage))
    if reason:
        person.fill(person.word("request_reason"), reason)
    person.main().locator("input[name=submitbutton]").click()


def test_an_accepted_suggestion_stands_in_the_course_and_the_asker_is_told(people: People, academy: Academy) -> None:
    _suggest(people, academy, TITLE, SUGGESTED)
    with people.person("video", "ru") as specialist:
        _open_request(specialist, TITLE)
        specialist.accessible()
        specialist.shoot("request")
        _decide(specialist, "video_stage_accepted")
        specialist.told("decided")
    _sync(academy)
    with people.person("teacher", "kk") as teacher:
        teacher.open("course/view.php", id=academy.course())
        expect(teacher.page.locator(".activity.modtype_url", has_text="Жүйке ұлпасы").first).to_be_visible()
        teacher.shoot("accepted-in-course")
        _told_of(teacher, academy, "video_stage_published_suggestion", TITLE)


def test_a_declined_suggestion_needs_a_reason_that_the_asker_reads(people: People, academy: Academy) -> None:
    title, reason = "Ескі фильм", "1987 жылғы фильм, сапасы нашар"
    _suggest(people, academy, title, "https://vimeo.com/76979871")
    with people.person("video", "en", NARROW) as specialist:
        _open_request(specialist, title)
        specialist.accessible()
        _decide(specialist, "video_stage_rejected")
        expect(specialist.page.get_by_text(specialist.word("givereason")).first).to_be_visible()
        specialist.shoot("no-reason")
        _decide(specialist, "video_stage_rejected", reason)
        specialist.told("decided")
    with people.person("teacher", "kk") as teacher:
        _told_of(teacher, academy, "video_stage_rejected", title)
        expect(teacher.page.locator("#page-content")).to_contain_text(reason)


def test_a_shooting_moves_through_its_stages(people: People, academy: Academy) -> None:
    _sync(academy)  # which brings the shooting plan of the lists into Moodle
    with people.person("video", "kk") as specialist:
        specialist.open("local/dltsync/requests.php")
        title = "Еңбек гигиенасы"
        _open_request(specialist, title)
        expect(specialist.main()).to_contain_text("Эскизов П.")
        _decide(specialist, "video_stage_shot")
        specialist.told("decided")
        history = specialist.main().get_by_role("region", name=specialist.word("history"))
        expect(history).to_contain_text(specialist.word("video_stage_shot"))
        specialist.shoot("shot")
    _sync(academy)
    assert "shot" in _stages(academy, "plan:shooting:6")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_department_page_is_accessible(people: People, language: str, size: tuple[int, int]) -> None:
    with people.person("video", language, size) as specialist:
        assert specialist.open("local/dltsync/requests.php") == 200
        expect(specialist.main().get_by_role("heading", name=specialist.word("requests"), exact=True)).to_be_visible()
        specialist.accessible()
        specialist.shoot("requests")


def _sync(academy: Academy) -> None:
    academy.department.day = datetime.now(UTC)
    result = run.apply_run(academy.department.context)
    assert not result.failed, [(o.ref, x.errorcode, x.message) for o, x in result.failed]


def _told_of(person: Person, academy: Academy, stage: str, title: str) -> None:
    """Expect a notification of that stage, in the person's own language, and open it."""
    own = academy.site.php("return core_user::get_user_by_username($name)->lang;", name=academy.logins[person.role][0])
    person.open("message/output/popup/notifications.php")
    subject = re.compile(f"{re.escape(words(own)[stage])}.*{re.escape(title)}")
    person.page.get_by_text(subject).first.click()
    expect(person.page.locator("#page-content")).to_contain_text(title)
    person.shoot("notified")


def _stages(academy: Academy, key: str) -> list[str]:
    with academy.department.database.session() as session:
        query = select(VideoRequestStage.stage).where(VideoRequestStage.request_id == key)
        return list(session.scalars(query))
