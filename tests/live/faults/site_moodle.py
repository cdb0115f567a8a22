"""The fault suite's Moodle: a real site with the listener in it, whose servers can be killed and restarted."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dlt_sync.kinds import KINDS
from dlt_sync.moodle.rest import RestBridge
from scripts.site.moodle import Site
from scripts.site.tree import LISTENER
from tests.live.faults.academy import Academy
from tests.live.faults.oracle import Objects, Seen
from tests.live.hands import Hands

_HERE = Path(__file__).parent
_HANDS = str(_HERE.with_name("hands.php"))
_LOOK = (_HERE / "look.php").read_text(encoding="utf-8").partition("\n")[2]
#: Modules that Moodle itself puts into a new course.
_OWN_MODULES = ("forum",)


class SiteMoodle:
    """A `Moodle` of the suite over a running site."""

    servers = True

    def __init__(self, site: Site) -> None:
        self.site = site
        self.hands = Hands(site)
        self.url, self.token = site.url, site.token
        self._told = 0
        self._guests = 0

    @property
    def port(self) -> int:
        """Where the web server listens."""
        return urlsplit(self.url).port or 0

    def look(self, *, first: bool = False) -> Seen:
        """Everything that is there, once all events that wait were sent; what was told since the last look."""
        found = self.site.php(f"require_once($hands); {_LOOK}", hands=_HANDS, told=self._told)
        self._told = found["mark"]
        objects: Objects = {}
        ids: dict[tuple[str, str], int] = {}
        with RestBridge(self.url, self.token) as bridge:
            for kind in KINDS:
                objects[kind.name] = {}
                for one in bridge.read(kind.name):
                    if one.fields is not None:
                        objects[kind.name][one.key] = dict(one.fields)
                        ids[kind.name, one.key] = one.moodle_id
        told = Counter((str(what), int(user), int(course)) for what, user, course in found["told"])
        strangers = {
            (str(kind), int(number)): row for kind, number, row in found["strangers"] if not _is_own(kind, row)
        }
        return Seen(objects, ids, strangers, tuple(found["doubles"]), Counter() if first else told)

    def meddle(self, rng: random.Random, academy: Academy) -> None:
        """A guest is enrolled by hand, and a teacher puts a link into a course."""
        self._guests += 1
        course = rng.choice(sorted(academy.tables["offering"]))
        guest = self.hands.hand_add(
            "user", username=f"{academy.prefix}guest{self._guests}", lastname="Guest", firstname="Lecturer",
            email=f"{academy.prefix}guest{self._guests}@academy.example",
        )  # fmt: skip
        self.hands.hand_enrol(course, f"moodle:{guest}", rng.choice(["student", "editingteacher"]))
        self.hands.hand_add(
            "video", course=course, section=1, name="My own", url=f"https://elsewhere.example/{self._guests}"
        )

    def kill_php(self, upstream_port: int) -> bool:
        """Kill the process that works on the call that came from this port."""
        leader = json.loads((self.site.run_folder / "web.json").read_text())["pid"]
        for _ in range(5):
            for pid in _group(leader):
                if pid != leader and _talks_to(pid, self.port, upstream_port):
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                        return True
            time.sleep(0.002)
        return False

    def restart_web(self) -> None:
        """Restart the web server."""
        self.site.web.stop()
        self.site.start()

    def restart_database(self, *, crash: bool) -> None:
        """Restart the database server, in order or by SIGKILL. What it said was kept, it keeps."""
        self.site.restart_database(crash=crash)


@contextmanager
def listening_site(site: Site) -> Iterator[SiteMoodle]:
    """A site as new with the listener in it, and a database that keeps what it said it would."""
    target = site.code / LISTENER
    shutil.copytree(_HERE.with_name("listener"), target, dirs_exist_ok=True)
    try:
        site.upgrade()
        site.restart_database(crash=False)
        yield SiteMoodle(site)
    finally:
        shutil.rmtree(target, ignore_errors=True)


def _is_own(kind: str, row: Any) -> bool:
    return kind == "video" and row.get("module") in _OWN_MODULES


def _group(leader: int) -> Iterator[int]:
    """The processes of a process group."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                if int((entry / "stat").read_text().rpartition(")")[2].split()[2]) == leader:
                    yield int(entry.name)


def _talks_to(pid: int, port: int, other_port: int) -> bool:
    """Whether a process holds the connection between these two ports of loopback."""
    socket = _socket_of(port, other_port)
    if socket is None:
        return False
    with suppress(OSError):
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                if os.readlink(handle) == f"socket:[{socket}]":
                    return True
    return False


def _socket_of(port: int, other_port: int) -> str | None:
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        parts = line.split()
        if [int(end.split(":")[1], 16) for end in parts[1:3]] == [port, other_port]:
            return parts[9]
    return None
