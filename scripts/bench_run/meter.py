"""Measures commands: wall time, processor time of everybody who worked for them, and peak memory.

Processor time is that of the commands themselves, of the web server's workers and of the database server, each with
all its processes. The site is private, so nobody else works for it. Memory is what the kernel calls VmHWM: the most
that was resident at any time, shared pages (PHP's opcode cache) included.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.site.workspace import SiteError

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_LOOK_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Spent:
    """What something cost. `cpu_seconds` by who worked: program, web, database."""

    seconds: float
    cpu_seconds: Mapping[str, float]
    peak_mb: float  # of the program
    web_peak_mb: float

    @property
    def cpu(self) -> float:
        """Processor seconds of all together."""
        return sum(self.cpu_seconds.values())

    def __add__(self, other: Spent) -> Spent:
        """One after the other."""
        names = {**self.cpu_seconds, **other.cpu_seconds}
        cpu = {name: self.cpu_seconds.get(name, 0.0) + other.cpu_seconds.get(name, 0.0) for name in names}
        peaks = max(self.peak_mb, other.peak_mb), max(self.web_peak_mb, other.web_peak_mb)
        return Spent(self.seconds + other.seconds, cpu, *peaks)


class Meter:
    """Measures what works on one site. `records` are the files that name its servers, by what they do."""

    def __init__(self, records: Mapping[str, Path], log: Path, timeout_s: float) -> None:
        self._records = records
        self._log = log
        self._timeout_s = timeout_s

    def run(
        self,
        *commands: Sequence[str | Path],
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        allowed: Collection[int] = (0,),
    ) -> Spent:
        """Run commands, all at the same time, to the end of the last.

        Raises SiteError when one takes too long or ends with a code that is not allowed: with the end of what it said.
        """
        servers = {name: _server_pid(path) for name, path in self._records.items()}
        web = _tree(servers["web"]) if "web" in servers else []
        _forget_peaks(web)
        before = {name: cpu_seconds(pid) for name, pid in servers.items()}
        own, began = _children_cpu(), time.monotonic()
        peak = self._watch(commands, env, cwd, allowed)
        seconds = time.monotonic() - began
        cpu = {"program": _children_cpu() - own}
        cpu |= {name: cpu_seconds(pid) - before[name] for name, pid in servers.items()}
        return Spent(seconds, cpu, peak, max(map(_peak_mb, web), default=0.0))

    def _watch(
        self,
        commands: Sequence[Sequence[str | Path]],
        env: Mapping[str, str] | None,
        cwd: Path | None,
        allowed: Collection[int],
    ) -> float:
        """Start the commands, look at their memory until they end; the most that one of them had, in MB."""
        deadline = time.monotonic() + self._timeout_s
        peak = 0.0
        with self._log.open("a+b") as log, _started(commands, env, cwd, log.fileno()) as processes:
            start = log.seek(0, os.SEEK_END)
            while [one for one in processes if one.poll() is None]:
                peak = max(peak, *(_peak_mb(p.pid) for p in processes if p.returncode is None), 0.0)
                if time.monotonic() > deadline:
                    raise SiteError(f"{_words(commands[0])} took more than {self._timeout_s:.0f} s and was stopped")
                time.sleep(_LOOK_EVERY_S)
            for process, command in zip(processes, commands, strict=True):
                if process.returncode not in allowed:
                    log.seek(start)
                    said = log.read().decode(errors="replace").strip()[-3000:]
                    raise SiteError(f"{_words(command)} ended with code {process.returncode}:\n{said}")
        return peak


@contextlib.contextmanager
def _started(
    commands: Sequence[Sequence[str | Path]], env: Mapping[str, str] | None, cwd: Path | None, log: int
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The commands as processes, none of which outlives the block."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            args = [str(part) for part in command]
            os.write(log, f"$ {' '.join(args)}\n".encode())
            processes.append(
                subprocess.Popen(  # noqa: S603
                    args, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
                )
            )
        yield processes
    finally:
        for process in processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def cpu_seconds(pid: int) -> float:
    """Processor seconds of a process and of all below it, those that ended included."""
    return sum(_ticks(one) for one in _tree(pid)) / _TICKS_PER_S


def _ticks(pid: int) -> int:
    """Own and of collected children, in user and kernel mode (fields 14 to 17 of the kernel's list)."""
    fields = _stat(pid)
    return sum(map(int, fields[11:15])) if fields else 0


def _tree(pid: int) -> list[int]:
    """A process and all below it. PostgreSQL gives every process a group of its own, so groups would not do."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def _stat(pid: int) -> list[str]:
    """The kernel's fields about a process from the third on; none when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _peak_mb(pid: int) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _forget_peaks(pids: Sequence[int]) -> None:
    """Let the kernel begin anew with the most that was resident (proc(5), clear_refs)."""
    for pid in pids:
        with contextlib.suppress(OSError):
            Path(f"/proc/{pid}/clear_refs").write_text("5")


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _server_pid(record: Path) -> int:
    return int(json.loads(record.read_text())["pid"])


def _words(command: Sequence[str | Path]) -> str:
    return " ".join(Path(part).name if index == 0 else str(part) for index, part in enumerate(command))
