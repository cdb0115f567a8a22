"""Pages that somebody may not open say so, and show nothing of what is behind them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NOT_TEACHERS, Academy
from tests.browser.people import People, Person


def _refused(person: Person) -> None:
    expect(person.page.locator(".errorbox, .alert-danger, .alert-warning, #page-enrol-index").first).to_be_attached()
    expect(person.page.locator("#region-main table")).to_have_count(0)
    expect(person.page.locator("#region-main form.mform")).to_have_count(0)


@pytest.mark.parametrize("role", ["student", "teacher", "head"])
def test_the_department_page_is_for_the_department(people: People, role: str) -> None:
    with people.person(role) as person:
        person.open("local/dltsync/requests.php")
        _refused(person)
        person.shoot("refused-department")


@pytest.mark.parametrize("role", ["student", "teacher"])
def test_coverage_is_for_heads(people: People, academy: Academy, role: str) -> None:
    with people.person(role) as person:
        person.open("local/dltsync/coverage.php", categoryid=academy.kafedra())
        _refused(person)


@pytest.mark.parametrize("role", ["student", "teacher", "head"])
@pytest.mark.parametrize("page", ["videos.php?id={}", "ask.php?type=suggestion&course={}"])
def test_another_kafedras_course_is_closed(people: People, academy: Academy, role: str, page: str) -> None:
    with people.person(role) as person:
        person.open(f"local/dltsync/{page.format(academy.course(NOT_TEACHERS))}")
        _refused(person)


def test_a_student_neither_suggests_nor_asks_for_a_shooting(people: People, academy: Academy) -> None:
    with people.person("student") as student:
        for asked in ("suggestion", "shooting"):
            student.open("local/dltsync/ask.php", course=academy.course(), type=asked)
            _refused(student)


def test_a_head_sees_the_own_kafedra_only(people: People, academy: Academy) -> None:
    other = academy.department.moodle_id("category", "plt:cafedra:47")
    with people.person("head") as head:
        head.open("local/dltsync/coverage.php", categoryid=other)
        _refused(head)


def test_nobody_reads_anothers_request(people: People, academy: Academy) -> None:
    theirs = academy.site.php("return (int)$DB->get_field_sql('SELECT MIN(id) FROM {local_dltsync_request}');")
    assert theirs, "the shooting plan of the lists is in Moodle after a run"
    with people.person("student") as student:
        student.open("local/dltsync/request.php", id=theirs)
        _refused(student)
