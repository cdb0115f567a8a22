"""Fixtures: a stub Moodle and a bridge to it."""

from collections.abc import Iterator

import pytest

from dlt_sync.moodle.rest import RestBridge
from tests.stub_moodle import StubMoodle, serve


@pytest.fixture
def stub() -> Iterator[StubMoodle]:
    """A web server that answers as it is told to."""
    with serve(StubMoodle()) as running:
        yield running


@pytest.fixture
def bridge(stub: StubMoodle) -> Iterator[RestBridge]:
    """A bridge to the stub that repeats a call twice, without pauses."""
    with RestBridge(stub.url, "0123456789abcdef-token", timeout_s=5, retries=2, pause_s=0) as client:
        yield client
