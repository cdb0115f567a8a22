"""The one git-ignored folder that everything lives in, and what is remembered there: passwords, locks, files."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.site.process import may_enter

ROOT = Path(__file__).resolve().parents[2]


class SiteError(Exception):
    """Something is missing or went wrong; the message says what, and what to do."""


class Workspace:
    """The folders of one checkout. They are made on first use, readable by their owner alone.

    Several sites are made at the same time, so first use is one at a time (`_first_use`).
    """

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.own = root / ".dlt-sync"
        self.own.mkdir(mode=0o711, exist_ok=True)
        self._first_use = self.own / "first-use.lock"

    @property
    def plugins(self) -> Path:
        """Our plugins, laid out like Moodle's own tree."""
        return self.root / "moodle_plugin"

    def sites(self) -> Path:
        """Where sites live: a folder that the account which runs the database servers can reach."""
        return _folder(self._data() / "sites")

    def snapshots(self) -> Path:
        """Where installed sites are kept to be restored from."""
        return _folder(self._data() / "snapshots")

    def php_settings(self) -> Path:
        """A folder with PHP settings for every PHP process that we start (for PHP_INI_SCAN_DIR)."""
        folder = _folder(self.own / "php")
        with locked(self._first_use):
            write_if_changed(folder / "dlt-sync.ini", _PHP_INI)
        return folder

    def secret(self, name: str) -> str:
        """A generated password that stays the same from run to run. Kept in a file only its owner can read."""
        path = _folder(self.own / "secrets", 0o700) / name
        with locked(self._first_use):
            if not path.exists():
                # Moodle's password policy asks for a digit, both cases and a sign.
                write_private(path, f"Dlt-{secrets.token_hex(8)}-7")
        return path.read_text().strip()

    def _data(self) -> Path:
        """`.dlt-sync/data`: a folder, or a link to one elsewhere when the checkout is in a closed place."""
        link = self.own / "data"
        with locked(self._first_use):
            if link.is_symlink():
                link.readlink().mkdir(mode=0o711, parents=True, exist_ok=True)
            elif not link.exists():
                if may_enter(self.own):
                    link.mkdir(mode=0o711)
                else:
                    link.symlink_to(_outside_folder(self.root))
        return link.resolve()


_PHP_INI = """\
max_input_vars = 5000
memory_limit = 1024M
post_max_size = 64M
upload_max_filesize = 64M
max_execution_time = 300
opcache.enable = 1
opcache.memory_consumption = 256
opcache.max_accelerated_files = 20000
opcache.revalidate_freq = 0
"""


def _folder(path: Path, mode: int = 0o711) -> Path:
    path.mkdir(mode=mode, exist_ok=True)
    return path


def _outside_folder(root: Path) -> Path:
    """A folder of our own in /var/tmp, for a checkout (as /root is) that database accounts may not enter."""
    name = hashlib.sha256(str(root).encode()).hexdigest()[:12]
    folder = Path("/var/tmp") / f"dlt-sync-{os.getuid()}-{name}"  # noqa: S108 - made and checked below
    folder.mkdir(mode=0o711, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise SiteError(f"{folder} exists and is not ours; remove it or move the checkout out of {root.parent}")
    return folder


def write_private(path: Path, text: str) -> None:
    """Replace the file by one that only its owner can read. It is never half-written."""
    handle, temporary = tempfile.mkstemp(dir=path.parent)  # mkstemp makes it 0600
    with os.fdopen(handle, "w") as file:
        file.write(text)
    Path(temporary).replace(path)


def write_if_changed(path: Path, text: str) -> None:
    """Write only a new text, so that time stamps mean something."""
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


@contextmanager
def locked(path: Path, waiting_for: str = "") -> Iterator[None]:
    """Hold the lock file; says what it waits for when somebody else has it and that can take long."""
    with path.open("a") as file:
        if not _try_lock(file.fileno()):
            if waiting_for:
                say(f"waiting for {waiting_for} (another run is busy with it)")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def first_free(paths: list[Path]) -> Iterator[Path]:
    """Hold the first lock that nobody has; waits for the last one when all are taken."""
    for path in paths:
        with path.open("a") as file:
            if _try_lock(file.fileno()):
                yield path
                return
    with locked(paths[-1], "a free test site"):
        yield paths[-1]


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


_started = time.monotonic()


def say(line: str) -> None:
    """One line of progress for the person who waits, with the seconds since the start."""
    print(f"[{time.monotonic() - _started:4.0f} s] {line}", file=sys.stderr, flush=True)
