"""Each role's main path through the pages, in the language of the course or of the person."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import COURSE, Academy
from tests.browser.people import NARROW, WIDE, People, Person

#: Courses of one discipline's kafedra, by the language they are taught and drawn in.
IN_LANGUAGE = {"kk": COURSE, "ru": "plt:offering:7", "en": "plt:offering:19"}
SUGGESTED = "https://www.youtube.com/watch?v=abcdefghijk"
#: A topic of the course that stays without a video, and one with.
WITHOUT, WITH = "Асқорыту түтігінің құрылысы", "Эпителий ұлпасы"


def _videos_page(person: Person, course: int) -> None:
    assert person.open("local/dltsync/videos.php", id=course) == 200
    expect(person.main().get_by_role("table").first).to_be_visible()


def _watch(person: Person, title: str) -> None:
    """From the list to the page with the player."""
    name = re.compile(rf"^{person.word('preview')}\s*: {title}")
    person.main().get_by_role("link", name=name).first.click()
    expect(person.main().locator("video").first).to_be_attached()


def test_a_teacher_finds_the_videos_from_the_course_and_sees_what_is_owed(people: People, academy: Academy) -> None:
    with people.person("teacher", "kk") as teacher:
        teacher.open("course/view.php", id=academy.course())
        teacher.page.wait_for_load_state("networkidle")
        navigation = teacher.page.locator(".secondary-navigation")
        more = navigation.locator(".dropdownmoremenu:not(.d-none)").get_by_role("menuitem", name="More")
        link = navigation.get_by_role("menuitem", name=teacher.word("videos"), exact=True)
        if not link.is_visible() and more.count():
            more.first.click()
        link.click()
        expect(teacher.main().get_by_role("heading", name=teacher.word("videos"), exact=True)).to_be_visible()
        rows = teacher.main().locator("table tbody tr").filter(has_text=WITH)
        expect(rows.first).to_contain_text(teacher.word("video_state_ok"))
        lacking = teacher.main().locator("table tbody tr").filter(has_text=WITHOUT)
        expect(lacking.first).to_contain_text(teacher.word("video_state_missing"))
        teacher.shoot("videos")
        _watch(teacher, WITH)
        teacher.plays()
        teacher.shoot("preview")


def test_a_teacher_suggests_a_video_with_the_keyboard_alone(people: People, academy: Academy) -> None:
    with people.person("teacher", "kk") as teacher:
        teacher.open("local/dltsync/ask.php", course=academy.course(), type="suggestion")
        keys = teacher.page.keyboard
        teacher.field(teacher.word("topic")).focus()
        for _ in range(9):
            keys.press("ArrowDown")
        _tab_to(teacher, "input[name=url]")
        keys.type("http://127.0.0.1/secret.mp4")
        keys.press("Enter")
        expect(teacher.page.get_by_text(teacher.word("address_inside")).first).to_be_visible()
        teacher.shoot("suggestion-refused")
        field = teacher.main().locator("input[name=url]")
        field.focus()
        keys.press("Control+A")
        keys.type(SUGGESTED)
        _tab_to(teacher, "input[name=submitbutton]")
        keys.press("Enter")
        teacher.told("asked_suggestion")
        teacher.shoot("suggested")


def _tab_to(person: Person, selector: str, most: int = 20) -> None:
    """Press Tab until that element has the focus."""
    for _ in range(most):
        person.page.keyboard.press("Tab")
        if person.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def test_a_teacher_asks_for_a_shooting(people: People, academy: Academy) -> None:
    with people.person("teacher", "kk", NARROW) as teacher:
        teacher.open("local/dltsync/ask.php", course=academy.course(), type="shooting")
        teacher.field(teacher.word("topic")).select_option(index=10)
        teacher.fill(teacher.word("request_wished"), "сейсенбі, сағат 15:00")
        teacher.fill(teacher.word("request_place"), "студия")
        teacher.accessible()
        teacher.shoot("shooting")
        teacher.send(teacher.word("requestshooting"))
        teacher.told("asked_shooting")


def test_a_teacher_says_that_a_link_is_wrong(people: People, academy: Academy) -> None:
    with people.person("teacher", "kk") as teacher:
        _videos_page(teacher, academy.course())
        name = re.compile(rf"^{teacher.word('linkiswrong')}\s*: {WITH}")
        teacher.main().get_by_role("link", name=name).first.click()
        teacher.choose(teacher.word("whatiswrong"), teacher.word("video_problem_wrong_video"))
        teacher.send(teacher.word("reportproblem"))
        teacher.told("asked_problem")


def test_a_student_watches_a_video_in_the_course(people: People, academy: Academy) -> None:
    with people.person("student", "kk", NARROW) as student:
        student.open("course/view.php", id=academy.course())
        student.page.locator(".activity.modtype_url a.aalink", has_text=WITH).first.click()
        expect(student.main().locator("video").first).to_be_attached()
        student.plays()
        student.shoot("course-video")


def test_a_student_reports_a_problem_and_sees_no_states(people: People, academy: Academy) -> None:
    with people.person("student", "kk", NARROW) as student:
        _videos_page(student, academy.course())
        expect(student.main()).not_to_contain_text(student.word("video_state_missing"))
        expect(student.main()).not_to_contain_text(WITHOUT)
        student.accessible()
        student.shoot("videos")
        _watch(student, WITH)
        student.plays()
        student.main().get_by_role("link", name=re.compile(student.word("reportproblem"))).first.click()
        student.choose(student.word("whatiswrong"), student.word("video_problem_does_not_play"))
        student.accessible()
        student.send(student.word("reportproblem"))
        student.told("asked_problem")
        expect(student.main()).to_contain_text(student.word("video_type_problem"))


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_head_of_kafedra_sees_how_far_courses_are_covered(people: People, academy: Academy, language: str) -> None:
    with people.person("head", language) as head:
        assert head.open("local/dltsync/coverage.php", categoryid=academy.kafedra()) == 200
        figures = head.main().get_by_role("region", name=head.word("coverage_totals"))
        expect(figures).to_contain_text(head.word("coverage_owed"))
        owed = figures.locator("dd").first.inner_text()
        assert int(re.sub(r"\D", "", owed)) > 0
        expect(head.main().locator("table tbody tr").first).to_be_visible()
        head.accessible()
        head.shoot("coverage")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_course_pages_are_accessible_in_every_language(
    people: People, academy: Academy, language: str, size: tuple[int, int]
) -> None:
    course = academy.course(IN_LANGUAGE[language])
    with people.person("head", language, size) as head:
        _videos_page(head, course)
        expect(head.main().get_by_role("heading", name=head.word("videos"), exact=True)).to_be_visible()
        head.accessible()
        head.shoot("videos")
        name = re.compile(rf"^{head.word('preview')}")
        head.main().get_by_role("link", name=name).first.click()
        expect(head.main().locator("video").first).to_be_attached()
        head.accessible()
        head.shoot("preview")
        for asked in ("suggestion", "shooting"):
            head.open("local/dltsync/ask.php", course=course, type=asked)
            expect(head.main().get_by_role("heading", name=head.word(f"ask_{asked}"), exact=True)).to_be_visible()
            head.accessible()
            head.shoot(asked)
