"""Ctrl-C and SIGTERM, asked kindly first: what is in hand is finished, and nothing is left half-written."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from rich.console import Console

from dlt_sync.cli.output import console_for

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stopping(say: Callable[[str], None], *, what: str) -> Iterator[threading.Event]:
    """While it lasts, the first signal sets the event and says so; the second ends the program at once.

    Ended at once is safe too: what was sent and not answered is asked for by the next run.
    """
    asked = threading.Event()

    def handle(number: int, _: FrameType | None) -> None:
        if asked.is_set():
            _leave(console_for(sys.stderr), number)
        asked.set()
        say(f"Stopping: {what} Once more to end at once.")

    if threading.current_thread() is not threading.main_thread():
        yield asked  # only the main thread is told of signals
        return
    before = {number: signal.signal(number, handle) for number in SIGNALS}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(console: Console, number: int) -> None:
    """End without waiting for threads: they may hang on an answer for minutes."""
    console.show_cursor(True)
    os._exit(128 + number)
