"""What systemd is told while the daemon lives: what it does, that it is alive, that it stops."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from dlt_sync.daemon.watchdog import Notifier, Watchdog


class Tending:
    """To be called every second or so with what the daemon is doing; tells what is new, and beats when it is time."""

    def __init__(
        self,
        notifier: Notifier,
        watchdog: Watchdog,
        stop: threading.Event,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._notifier, self._watchdog, self._stop, self._clock = notifier, watchdog, stop, clock
        self._told = ""
        self._stopping = False
        self._beat_at = clock()

    def __call__(self, status: str) -> None:
        """Tell it."""
        if self._stop.is_set() and not self._stopping:
            self._stopping = True
            self._notifier.stopping(status)
        elif status and status != self._told:
            self._notifier.status(status)
        self._told = status
        interval = self._watchdog.interval_s
        if interval is not None and self._clock() - self._beat_at >= interval:
            self._beat_at = self._clock()
            self._watchdog.beat()
