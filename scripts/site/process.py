"""The only place that starts and stops processes.

A server is remembered in a small file with its process id and start time, so that `stop` never signals a process
that merely got the same number later.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


class CommandFailed(Exception):
    """A command ended with an error. The message holds the end of what it printed, or names its log."""


@dataclass(frozen=True)
class Account:
    """An operating system account that a database server runs as."""

    name: str
    uid: int
    gid: int


def server_account(*names: str) -> Account | None:
    """Whom a database server runs as: None (ourselves) for an ordinary user; root needs another account,
    since PostgreSQL refuses to run as root: the first of `names` that exists, else nobody."""
    if os.getuid() != 0:
        return None
    for name in (*names, "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    return None


def may_enter(folder: Path) -> bool:
    """Whether the accounts that database servers run as can reach the folder."""
    for names in (("postgres",), ("mysql",)):
        account = server_account(*names)
        if account and not _succeeds(["/usr/bin/test", "-x", str(folder)], account):
            return False
    return True


def _succeeds(args: Sequence[str], account: Account) -> bool:
    return subprocess.run(args, check=False, cwd="/", **_as(account)).returncode == 0  # type: ignore[call-overload,no-any-return]  # noqa: S603


def run(
    args: Sequence[str | Path],
    *,
    cwd: Path | str = "/",
    env: Mapping[str, str] | None = None,
    account: Account | None = None,
    text: str = "",
    log: Path | None = None,
) -> str:
    """Run a command to its end and return what it printed; with `log`, that goes to the file instead.

    Raises CommandFailed when it ends with an error.
    """
    command = [str(part) for part in args]
    done = subprocess.run(  # type: ignore[call-overload]  # noqa: S603
        command,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        input=text,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if log else subprocess.PIPE,
        check=False,
        **_as(account),
    )
    if log:
        with log.open("a") as file:
            file.write(f"$ {' '.join(command)}\n{done.stdout}\n")
    if done.returncode != 0:
        printed = (done.stdout + (done.stderr or "")).strip()[-3000:]
        where = f"\n(everything it printed: {log})" if log else ""
        raise CommandFailed(f"{' '.join(command)} ended with code {done.returncode}:\n{printed}{where}")
    return str(done.stdout)


def _as(account: Account | None) -> dict[str, object]:
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


class Server:
    """A server process in a group of its own, remembered in `record`."""

    def __init__(self, record: Path, log: Path) -> None:
        self._record = record
        self._log = log

    def running(self) -> bool:
        """Whether the very process that we started still lives."""
        return self._pid() is not None

    def start(
        self, args: Sequence[str | Path], *, env: Mapping[str, str] | None = None, account: Account | None = None
    ) -> None:
        """Start it in the background, with its output in the log. It outlives this program."""
        with self._log.open("a") as log:
            process = subprocess.Popen(  # type: ignore[call-overload]  # noqa: S603
                [str(part) for part in args],
                cwd="/",
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **_as(account),
            )
        self._record.write_text(json.dumps({"pid": process.pid, "started": _start_time(process.pid)}))
        process.returncode = 0  # it is not ours to wait for: no warning when the object goes

    def stop(self, how: signal.Signals, timeout_s: float = 60) -> bool:
        """Signal the whole group and wait until it is gone. False when there was nothing to stop."""
        pid = self._pid()
        if pid is None:
            self._record.unlink(missing_ok=True)
            return False
        os.killpg(pid, how)
        deadline = time.monotonic() + timeout_s
        while _group_lives(pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        if _group_lives(pid):
            os.killpg(pid, signal.SIGKILL)
        self._record.unlink(missing_ok=True)
        return True

    def log_end(self) -> str:
        """The last lines of the log, for an error message."""
        return self._log.read_text(errors="replace")[-2000:] if self._log.exists() else ""

    def _pid(self) -> int | None:
        try:
            seen = json.loads(self._record.read_text())
        except (OSError, ValueError):
            return None
        pid = int(seen["pid"])
        return pid if seen["started"] is not None and _start_time(pid) == seen["started"] else None


def _start_time(pid: int) -> int | None:
    """When a process began, in clock ticks since boot; None when there is none, or only its zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[19])


def _group_lives(pgid: int) -> bool:
    """Whether any process of the group lives; zombies of ours are collected, other zombies do not count."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(-pgid, os.WNOHANG)
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == pgid and fields[0] != "Z":
            return True
    return False


def free_port() -> int:
    """A TCP port on the loopback address that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_answers(port: int) -> bool:
    """Whether somebody listens on the port of the loopback address."""
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) == 0
