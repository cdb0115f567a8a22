"""A real Moodle for the tests: `site` is a running site with both plugins, as new at the start of each module.

It is the scripts' own kind of site (scripts/site/moodle.py): `site.url`, `site.token`, `site.readonly_token`,
`site.php("return …;", name=value)` for changes by hand, `site.cli(script, …)`, `site.restore()`. A module's tests run
once per database: `--moodle-db=pgsql` chooses. Without Moodle's code they are skipped, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.site.layers import test_site as open_test_site
from scripts.site.moodle import Site
from scripts.site.tree import NoMoodle, find_moodle
from scripts.site.workspace import Workspace

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.live)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "running_site" in metafunc.fixturenames:
        families = metafunc.config.getoption("--moodle-db").split(",")
        metafunc.parametrize("running_site", families, indirect=True, scope="session")


@pytest.fixture(scope="session")
def moodle() -> Path:
    """The Moodle tree to make sites from; its absence skips the test."""
    try:
        return find_moodle(may_clone=False)
    except NoMoodle as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def running_site(request: pytest.FixtureRequest, moodle: Path) -> Iterator[Site]:
    """A site of our own that runs for the whole session, in whatever state the tests left it."""
    with open_test_site(Workspace(), moodle, request.param) as site:
        yield site


@pytest.fixture(scope="module")
def site(running_site: Site) -> Site:
    """The running site, put back to its first state for this module."""
    running_site.restore()
    return running_site
