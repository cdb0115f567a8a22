"""The program as a process that can be killed: a fork that has done all imports already.

`Program` talks to a small server (this module, run as one) that has the program loaded and nothing started: it forks a
child for each command. The child is a process of its own in every way that counts; it opens its own files, database
and connections, and SIGKILL leaves of it what it leaves of any other.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
#: No command of so small an academy takes longer; who does hangs.
PATIENCE_S = 180.0


@dataclass(frozen=True)
class Order:
    """A command: its words, where it runs, whom it talks to, and what befalls it on its own machine.

    `clock` is a list of (looks, seconds): after so many looks at the clock it is wrong by so much. `timezone` is the
    machine's own. `file_bytes` is the longest file that it may write. `swap` names a file that another one replaces
    once the entity named with it has been read.
    """

    words: Sequence[str]
    config: str
    moodle: str
    token: str
    now: float  # epoch seconds
    timeout_s: float = 30.0
    clock: Sequence[tuple[int, float]] = ()
    timezone: str = ""
    file_bytes: int = 0
    swap: tuple[str, str, str] | None = None  # entity, its file, the file that takes its place
    output: str = ""


@dataclass
class Running:
    """A command at work."""

    pid: int
    order: Order
    killed: bool = False
    _done: threading.Event = field(default_factory=threading.Event)

    def kill(self) -> bool:
        """SIGKILL. False when it had ended already."""
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        self.killed = True
        return True

    def ended(self, timeout_s: float) -> bool:
        """Wait for its end."""
        try:
            handle = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return True
        try:
            return bool(select.select([handle], [], [], timeout_s)[0])
        finally:
            os.close(handle)


class Program:
    """Starts commands. Use it as a context manager."""

    def __enter__(self) -> Program:
        self._server = subprocess.Popen(
            [sys.executable, "-m", __name__], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._lock = threading.Lock()
        assert self._answer() == "ready"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server.stdin
        assert self._server.stdout
        self._server.stdin.close()
        self._server.wait(PATIENCE_S)
        self._server.stdout.close()

    def start(self, order: Order) -> Running:
        """Start a command."""
        return Running(int(self._ask({"do": "start", **asdict(order)})), order)

    def wait(self, running: Running, timeout_s: float = PATIENCE_S) -> int:
        """Its exit code; minus the number of the signal that killed it. Raises TimeoutError when it hangs."""
        if not running.ended(timeout_s):
            running.kill()
            raise TimeoutError(f"{' '.join(running.order.words)} did not end within {timeout_s:g} s")
        return int(self._ask({"do": "reap", "pid": running.pid}))

    def run(self, order: Order) -> int:
        """A command from its start to its end."""
        return self.wait(self.start(order))

    def _ask(self, question: dict[str, Any]) -> str:
        assert self._server.stdin
        with self._lock:
            self._server.stdin.write(json.dumps(question) + "\n")
            self._server.stdin.flush()
            return self._answer()

    def _answer(self) -> str:
        assert self._server.stdout
        return self._server.stdout.readline().strip()


# -- in the server ---------------------------------------------------------------------------------------


def serve() -> None:
    """Fork a child for each order that comes on stdin, one line each."""
    _import_all()
    print("ready", flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        if question.pop("do") == "start":
            print(_fork(Order(**question)), flush=True)
        else:
            print(os.waitstatus_to_exitcode(os.waitpid(question["pid"], 0)[1]), flush=True)


def _import_all() -> None:
    """What the commands import only when they need it, needs to be read once only."""
    import psycopg  # noqa: F401

    import dlt_sync.cli
    import dlt_sync.moodle.rest
    import dlt_sync.records.importing
    import dlt_sync.report.plan_view
    import dlt_sync.run

    with suppress(ImportError):
        import dlt_sync.backup  # type: ignore[import-not-found, unused-ignore]  # noqa: F401


def _fork(order: Order) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 99
    try:
        code = _run(order)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)


def _run(order: Order) -> int:
    """The command, in the child."""
    from dlt_sync.cli import cli
    from dlt_sync.cli.app import App
    from dlt_sync.moodle.rest import RestBridge

    output = os.open(order.output or os.devnull, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for stream in (1, 2):
        os.dup2(output, stream)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    if order.timezone:
        os.environ["TZ"] = order.timezone
        time.tzset()
    if order.file_bytes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order.file_bytes, order.file_bytes))
    if order.swap:
        _swap_when_read(*order.swap)
    app = App(
        open_bridge=lambda settings: RestBridge(
            order.moodle, order.token, timeout_s=order.timeout_s, retries=settings.moodle.retries, pause_s=0.02
        ),
        now=_clock(order),
        environ={},
    )
    try:
        cli.main(["--config", order.config, *order.words], prog_name="dlt-sync", obj=app)
    except SystemExit as end:
        return int(end.code or 0)


def _clock(order: Order) -> Callable[[], datetime]:
    """A clock that goes on from `now`, and is wrong from some look at it on."""
    began, looks = time.monotonic(), 0

    def now() -> datetime:
        nonlocal looks
        looks += 1
        wrong = [seconds for after, seconds in order.clock if looks > after]
        passed = order.now + time.monotonic() - began + (wrong[-1] if wrong else 0)
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=passed)

    return now


def _swap_when_read(entity: str, file: str, other: str) -> None:
    """Put another file in the place of one of the delivery, while the program is in the middle of reading it."""
    from dlt_sync.records import importing

    plain: Callable[[Any, Any], Any] = vars(importing)["read"]

    def read(source: Any, columns: Any) -> Any:
        if source.entity == entity:
            Path(other).replace(file)
        return plain(source, columns)

    vars(importing)["read"] = read


if __name__ == "__main__":
    serve()
