"""The bridge over REST keeps what docs/bridge.md promises, on a real Moodle."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dlt_sync.moodle.rest import RestBridge
from scripts.site.moodle import Site
from tests.conformance.suite import *  # noqa: F403
from tests.live.hands import Hands


@pytest.fixture(scope="module")
def bridge(site: Site) -> Iterator[RestBridge]:
    """A bridge to the site, for the whole suite."""
    with RestBridge(site.url, site.token, timeout_s=120, retries=0) as client:
        yield client


@pytest.fixture
def world(site: Site) -> Hands:
    """The site's people."""
    return Hands(site)
