"""A small disk that can be filled to the last byte."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from tests.live.faults.program import Order

#: Room on it.
DISK_MB = 24


class SmallDisk:
    """A disk of its own for the database, the log and the lock, that can be filled. Who may not mount one has a folder,
    and commands with a limit to the length of a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ballast = path / "ballast"
        self.mounted = False

    def mount(self) -> None:
        """Make it."""
        self.path.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=700", "tmpfs", str(self.path)]
        with suppress(FileNotFoundError):
            self.mounted = subprocess.run(command, check=False, capture_output=True).returncode == 0

    def unmount(self) -> None:
        """Throw it away."""
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.path)], check=False, capture_output=True)

    def fill(self, order: Order, room: int) -> Order:
        """Leave so many bytes; a command for that disk."""
        if not self.mounted:
            longest = max((path.stat().st_size for path in self.path.glob("*.sqlite3*")), default=0)
            return replace(order, file_bytes=longest + room + 1)
        found = shutil.disk_usage(self.path)
        with self._ballast.open("wb") as file:
            left = max(0, found.free - room)
            while left > 0:
                left -= file.write(b"\0" * min(left, 1 << 20))
        return order

    def free(self) -> None:
        """Give the room back."""
        with suppress(FileNotFoundError):
            self._ballast.unlink()

    @property
    def is_full(self) -> bool:
        """Whether nothing more can be written."""
        return self.mounted and shutil.disk_usage(self.path).free < 8192
