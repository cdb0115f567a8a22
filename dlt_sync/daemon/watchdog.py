"""What systemd is told of the daemon: that it is ready, what it does, that it is alive, that it stops. sd_notify(3).

Outside of systemd nothing is told to anybody. `Watchdog.beat` is to be called by the scheduler itself, as one of its
jobs: a scheduler that hangs then falls silent, and systemd starts the daemon anew. A thread of its own would go on.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Mapping

logger = logging.getLogger(__name__)

#: How much of systemd's time passes between two beats: one may be late, and one lost.
BEATS = 3


class Notifier:
    """Sends states to the socket in $NOTIFY_SOCKET; to nobody where there is none."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        # A leading @ stands for the zero byte of an abstract socket.
        self._address = "\0" + address[1:] if address.startswith("@") else address

    def ready(self, status: str = "") -> None:
        """The daemon is up: systemd starts what waits for it."""
        self._send("READY=1", status)

    def status(self, status: str) -> None:
        """What `systemctl status` shows."""
        self._send("", status)

    def alive(self, status: str = "") -> None:
        """The daemon is alive."""
        self._send("WATCHDOG=1", status)

    def stopping(self, status: str = "") -> None:
        """The daemon ends what it is at and stops."""
        self._send("STOPPING=1", status)

    def more_time(self, seconds: float) -> None:
        """Starting or stopping goes on: do not give up for so many seconds more."""
        self._send(f"EXTEND_TIMEOUT_USEC={int(seconds * 1_000_000)}", "")

    def _send(self, state: str, status: str) -> None:
        if not self._address:
            return
        lines = [state] if state else []
        if status:
            lines.append(f"STATUS={' '.join(status.split())}")
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as to:
                to.settimeout(1)
                to.sendto("\n".join(lines).encode(), self._address)
        except OSError as error:
            logger.warning("systemd could not be told %s: %s", state or "the status", error.strerror or error)


class Watchdog:
    """Tells systemd that the daemon is alive, as long as it is.

    `trouble` says why the daemon is not, "" while it is: then no beat is sent, and systemd starts it anew.
    """

    def __init__(
        self, notifier: Notifier, trouble: Callable[[], str] = str, environ: Mapping[str, str] = os.environ
    ) -> None:
        self._notifier, self._trouble = notifier, trouble
        self.interval_s = _interval_s(environ)

    def beat(self) -> bool:
        """To be called by the scheduler every `interval_s` seconds. Returns whether the daemon was said to be alive."""
        if why := self._trouble():
            logger.error("The watchdog is not told that the daemon is alive: %s", why)
            self._notifier.status(why)
            return False
        self._notifier.alive()
        return True


def _interval_s(environ: Mapping[str, str]) -> float | None:
    """Seconds between two beats; None when systemd waits for none, or for another process's."""
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    try:
        micros = int(environ.get("WATCHDOG_USEC", "0"))
    except ValueError:
        return None
    return micros / 1_000_000 / BEATS if micros > 0 else None
