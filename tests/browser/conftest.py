"""A site that holds the example academy, made once for all browser tests, and people who log in once each.

Pictures of every page are kept in build/browser. Without Moodle or Chromium the tests are skipped, with the reason.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from scripts.site import media
from scripts.site.layers import test_site as open_test_site
from scripts.site.logins import KAFEDRA, give_logins
from scripts.site.moodle import Site
from scripts.site.tree import NoMoodle, find_moodle
from scripts.site.workspace import ROOT, Workspace
from tests.browser.people import People
from tests.live.departments import Department

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync", "--mute-audio"]  # fmt: skip
#: A course in Kazakh with videos and topics without, one of its students, and a course of somebody else.
COURSE, STUDENT, NOT_TEACHERS = "plt:offering:13", "s910006", "plt:offering:55"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class Academy:
    """The filled site, the department behind it, and where things are."""

    site: Site
    department: Department
    logins: dict[str, tuple[str, str]]

    def course(self, offering: str = COURSE) -> int:
        """A course's id."""
        return self.department.moodle_id("course", offering)

    def kafedra(self) -> int:
        """The id of the category of the kafedra whose head can log in."""
        return self.department.moodle_id("category", KAFEDRA)


@pytest.fixture(scope="session")
def academy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Academy]:
    """The example academy on a site of its own, its videos served, everybody with a password."""
    family = request.config.getoption("--moodle-db").split(",")[0]
    try:
        moodle = find_moodle(may_clone=False)
    except NoMoodle as error:
        pytest.skip(str(error))
    with open_test_site(Workspace(), moodle, family) as site:
        site.start_media()
        site.php(_QUIET)
        department = Department(tmp_path_factory.mktemp("department"), site)
        department.day = datetime.now(UTC)
        media.move_addresses(department.records, site.media_port)
        assert department.apply().exit_code == 0
        teacher = site.php(_TEACHER, course=COURSE)
        logins = give_logins(site, teacher=teacher, student=site.php(_STUDENT, course=COURSE))
        yield Academy(site, department, {login.role: (login.username, login.password) for login in logins})
        department.bridge.close()


# MathJax comes from a content delivery network on every page; a tour lies over what is to be clicked.
_QUIET = """
filter_set_global_state('mathjaxloader', TEXTFILTER_DISABLED);
$DB->set_field('tool_usertours_tours', 'enabled', 0);
\\tool_usertours\\cache::notify_tour_change();
return null;
"""

_PERSON = """
$course = $DB->get_record('course', ['idnumber' => $course], '*', MUST_EXIST);
$users = get_enrolled_users(context_course::instance($course->id), '%s', 0, 'u.id, u.username', 'u.username');
return reset($users)->username;
"""
_TEACHER = _PERSON % "moodle/course:update"
_STUDENT = _PERSON % "mod/assign:submit"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    program = shutil.which("chromium")
    if not program:
        pytest.skip("Chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def people(academy: Academy, browser: Browser) -> People:
    """Whoever is needed at the screen."""
    shots = ROOT / "build" / "browser"
    shutil.rmtree(shots, ignore_errors=True)
    shots.mkdir(parents=True)
    return People(browser, academy.site.url, academy.logins, shots)
