"""MemoryBridge keeps what docs/bridge.md promises: it may stand for a Moodle in other tests."""

import pytest

from tests.conformance.suite import *  # noqa: F403
from tests.memory import MemoryBridge


@pytest.fixture(scope="module")
def bridge() -> MemoryBridge:
    """One Moodle in memory for the whole suite, as one real site serves it too."""
    return MemoryBridge()


@pytest.fixture
def world(bridge: MemoryBridge) -> MemoryBridge:
    """Its people."""
    return bridge
