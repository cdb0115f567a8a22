"""The fault suite's Moodle, in memory: what the suite itself is tried on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from dlt_sync.kinds import KINDS
from tests.live.faults.academy import Academy
from tests.live.faults.oracle import Objects, Seen
from tests.memory import MemoryBridge
from tests.memory_server import served


class MemoryMoodle:
    """A `Moodle` without servers of its own."""

    token = "not-a-real-token"
    servers = False

    def __init__(self, bridge: MemoryBridge, url: str) -> None:
        self.bridge = bridge
        self.url = url

    @property
    def port(self) -> int:
        """Where it listens."""
        return urlsplit(self.url).port or 0

    def look(self, *, first: bool = False) -> Seen:
        """Everything that is there."""
        objects: Objects = {}
        for kind in KINDS:
            rows = [(one.key, one.fields) for one in self.bridge.read(kind.name)]
            objects[kind.name] = {key: dict(fields) for key, fields in rows if fields is not None}
        return Seen(objects, strangers={ref: row for ref, row in self.bridge.strangers().items() if row != []})

    def meddle(self, rng: random.Random, academy: Academy) -> None:
        """Somebody enrols a guest by hand."""
        guest = self.bridge.hand_add_user(username=f"guest{rng.randrange(10**9)}")
        self.bridge.hand_enrol(rng.choice(sorted(academy.tables["offering"])), f"moodle:{guest}")

    def kill_php(self, upstream_port: int) -> bool:
        """There is none."""
        raise NotImplementedError

    def restart_web(self) -> None:
        """There is none."""
        raise NotImplementedError

    def restart_database(self, *, crash: bool) -> None:
        """There is none."""
        raise NotImplementedError


@contextmanager
def memory_moodle(bridge: MemoryBridge) -> Iterator[MemoryMoodle]:
    """A bridge in memory as the suite's Moodle."""
    with served(bridge) as url:
        yield MemoryMoodle(bridge, url)
