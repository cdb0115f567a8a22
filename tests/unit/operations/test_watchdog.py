"""sd_notify, spoken to a socket as systemd opens it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlt_sync.daemon.watchdog import Notifier, Watchdog


@pytest.fixture(params=["path", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    """A socket that listens, and what $NOTIFY_SOCKET says of it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        name = str(tmp_path / "notify") if request.param == "path" else f"@dlt-sync-test-{os.getpid()}"
        listening.bind(name.replace("@", "\0", 1) if request.param == "abstract" else name)
        listening.settimeout(5)
        yield listening, name


def test_every_state_arrives_as_systemd_reads_it(systemd: tuple[socket.socket, str]) -> None:
    listening, name = systemd
    notifier = Notifier({"NOTIFY_SOCKET": name})
    notifier.ready("waits for 02:30")
    notifier.status("reconciles\nsince 02:30")
    notifier.alive()
    notifier.more_time(90)
    notifier.stopping("ends what it is at")
    assert [listening.recv(1000).decode() for _ in range(5)] == [
        "READY=1\nSTATUS=waits for 02:30",
        "STATUS=reconciles since 02:30",
        "WATCHDOG=1",
        "EXTEND_TIMEOUT_USEC=90000000",
        "STOPPING=1\nSTATUS=ends what it is at",
    ]


def test_outside_of_systemd_nobody_is_told() -> None:
    notifier = Notifier({})
    notifier.ready()
    assert Watchdog(notifier, environ={}).interval_s is None


def test_a_socket_that_is_gone_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).alive()
    assert caplog.messages == ["systemd could not be told WATCHDOG=1: No such file or directory"]


@pytest.mark.parametrize(
    ("environ", "interval_s"),
    [
        ({"WATCHDOG_USEC": "180000000"}, 60.0),
        ({"WATCHDOG_USEC": "180000000", "WATCHDOG_PID": str(os.getpid())}, 60.0),
        ({"WATCHDOG_USEC": "180000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_systemd_says_how_often_it_wants_to_hear(environ: dict[str, str], interval_s: float | None) -> None:
    assert Watchdog(Notifier({}), environ=environ).interval_s == interval_s


def test_a_daemon_in_trouble_is_not_said_to_be_alive(
    systemd: tuple[socket.socket, str], caplog: pytest.LogCaptureFixture
) -> None:
    listening, name = systemd
    trouble = ["", "no job has run for 10 minutes", ""]
    watchdog = Watchdog(Notifier({"NOTIFY_SOCKET": name}), lambda: trouble.pop(0), environ={})
    assert [watchdog.beat() for _ in range(3)] == [True, False, True]
    said = [listening.recv(1000).decode() for _ in range(3)]
    assert said == ["WATCHDOG=1", "STATUS=no job has run for 10 minutes", "WATCHDOG=1"]
    assert "no job has run for 10 minutes" in caplog.text
