"""People at the screen: a browser in which somebody is logged in, and how they look at Moodle."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, StorageState, expect

from tests.browser.words import words

WIDE, NARROW = (1280, 900), (390, 844)
#: A page's first visit compiles its style sheets; a busy machine takes its time.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)
#: What axe looks at: the page's own part. What Moodle draws around it is Moodle's.
MAIN = "#region-main"
#: The player is Moodle's (Video.js), its colours and buttons too.
NOT_OURS = (".video-js",)

_TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Person:
    """Somebody with a role, in a language, at a screen of some size."""

    role: str
    page: Page
    url: str
    language: str
    shots: Path

    def word(self, name: str) -> str:
        """A string of the plugin in the person's language."""
        return words(self.language)[name]

    def open(self, path: str, **parameters: object) -> int:
        """Go to a page of the site; the HTTP status."""
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        answer = self.page.goto(f"{self.url}/{path}{'?' if query else ''}{query}")
        assert answer is not None
        return answer.status

    def main(self) -> Locator:
        """The page's own part."""
        return self.page.locator(MAIN)

    def follow(self, name: str, within: Locator | None = None) -> None:
        """Click on a link or button by its words: the first one of that name."""
        place = within or self.main()
        wanted = re.compile(rf"^\s*{re.escape(name)}\s*$")
        place.get_by_role("link", name=wanted).or_(place.get_by_role("button", name=wanted)).first.click()
        self.page.wait_for_load_state()

    def fill(self, label: str, text: str) -> None:
        """Fill in a field by its label."""
        self.field(label).fill(text)

    def choose(self, label: str, option: str) -> None:
        """Choose in a list by its label."""
        self.field(label).select_option(label=option)

    def send(self, name: str) -> None:
        """Send the form by its button."""
        with self.page.expect_navigation():
            self.main().get_by_role("button", name=name, exact=True).click()

    def told(self, name: str) -> None:
        """Expect the notification with that string."""
        expect(self.page.get_by_text(self.word(name)).first).to_be_visible()

    def field(self, label: str) -> Locator:
        """A field of a form by the beginning of its label."""
        return self.main().get_by_label(re.compile(rf"^\s*{re.escape(label)}"))

    def shoot(self, name: str) -> None:
        """Keep a picture of the whole page."""
        width = self.page.viewport_size or {"width": 0}
        file = f"{name}-{self.role}-{self.language}-{width['width']}.png"
        self.page.screenshot(path=self.shots / file, full_page=True)

    def accessible(self) -> None:
        """Expect no violation in the page's own part, and nothing that sticks out of a phone's screen."""
        found = Axe().run(self.page, context={"include": [[MAIN]], "exclude": [[one] for one in NOT_OURS]})
        assert found.violations_count == 0, found.generate_report()
        size = self.page.viewport_size
        if size and size["width"] == NARROW[0]:
            too_wide = self.page.evaluate(_TOO_WIDE)
            assert too_wide <= 1, f"{self.page.url} is {too_wide} pixels wider than the screen"

    def plays(self) -> None:
        """Expect the first video in the page's own part to have been loaded, start it, and see it run."""
        self.page.wait_for_function("() => document.querySelector('#region-main video')?.readyState >= 2")
        video = self.main().locator("video").first
        video.evaluate("video => { video.muted = true; return video.play(); }")
        self.page.wait_for_function("() => document.querySelector('#region-main video').currentTime > 0")
        assert video.evaluate("video => [video.videoWidth, video.videoHeight, video.error]") == [320, 180, None]


class People:
    """Opens browsers for people; each logs in once."""

    def __init__(self, browser: Browser, url: str, passwords: Mapping[str, tuple[str, str]], shots: Path) -> None:
        self._browser, self._url, self._passwords, self._shots = browser, url, passwords, shots
        self._logged_in: dict[str, StorageState] = {}

    @contextmanager
    def person(self, role: str, language: str = "en", size: tuple[int, int] = WIDE) -> Iterator[Person]:
        """Somebody logged in, with Moodle in that language."""
        with self._context(self.state(role), size) as context:
            page = context.new_page()
            page.goto(f"{self._url}/?lang={language}", wait_until="commit")
            yield Person(role, page, self._url, language, self._shots)

    def state(self, role: str) -> StorageState:
        """What a browser knows after the log-in of that role."""
        if role not in self._logged_in:
            username, password = self._passwords[role]
            with self._context(None, WIDE) as context:
                _log_in(context.new_page(), self._url, username, password)
                self._logged_in[role] = context.storage_state()
        return self._logged_in[role]

    @contextmanager
    def _context(self, state: StorageState | None, size: tuple[int, int]) -> Iterator[BrowserContext]:
        width, height = size
        context = self._browser.new_context(storage_state=state, viewport={"width": width, "height": height})
        context.set_default_timeout(PATIENCE_MS)
        try:
            yield context
        finally:
            context.close()


def _log_in(page: Page, url: str, username: str, password: str, tries: int = 3) -> None:
    for _ in range(tries):
        # The page's own script puts another password field in the place of the first when it has loaded.
        page.goto(f"{url}/login/index.php", wait_until="networkidle")
        page.locator("#username").fill(username)
        page.locator("#password").fill(password)
        with page.expect_navigation():
            page.locator("#loginbtn").click()
        if page.locator("#user-menu-toggle").count():
            return
    raise AssertionError(f"{username} could not log in: {page.locator('#region-main').inner_text()}")
