"""Logging: warnings on stderr, everything in a rotating file beside the database, nothing that must stay secret.

`Scrubber` masks tokens, IINs and e-mail addresses in every record, tracebacks included, before a handler sees it. The
daemon writes JSON (see `daemon.json_log`), in which each line says which run and which job it belongs to.
"""

from __future__ import annotations

import copy
import logging
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE_SIZE = 2_000_000  # bytes
FILES_KEPT = 5

_OURS = "dlt-sync"  # the name of a handler that somebody else made for us
MASK = "***"
_HEX_TOKEN = re.compile(r"\b[0-9a-fA-F]{32,}\b")
#: A value behind = or :, or in quotes; "token is missing" is a sentence.
_TOKEN_PARAMETER = re.compile(
    r"(?i)\b((?:ws)?token|password|secret)(['\"]?\s{0,2}[:=]\s{0,2}['\"]?|\s['\"])([^\s&'\",}]+)"
)
_URL_PASSWORD = re.compile(r"(://[^/\s:@]+:)[^/\s@]+@")
_EMAIL = re.compile(r"[^\s@<>\"'(),;:=]+@([\w-]+(?:\.[\w-]+)*)")
_TWELVE_DIGITS = re.compile(r"(?<!\d)\d{12}(?!\d)")
_FIRST_WEIGHTS = range(1, 12)
_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


_run: ContextVar[int | None] = ContextVar("run", default=None)
_job: ContextVar[str] = ContextVar("job", default="")


@contextmanager
def in_run(run_id: int) -> Iterator[None]:
    """While it lasts, what this thread logs belongs to a run; threads that it starts need `belong_as_here`."""
    token = _run.set(run_id)
    try:
        yield
    finally:
        _run.reset(token)


@contextmanager
def in_job(name: str) -> Iterator[None]:
    """While it lasts, what this thread logs belongs to a job of the daemon."""
    token = _job.set(name)
    try:
        yield
    finally:
        _job.reset(token)


def belong_as_here() -> Callable[[], None]:
    """The initializer of a pool whose threads work for the run and the job that this thread works for."""
    run, job = _run.get(), _job.get()

    def begin() -> None:
        _run.set(run)
        _job.set(job)

    return begin


def belongs_to() -> dict[str, int | str]:
    """The run and the job that this thread works for, where there are."""
    found = {"run": _run.get(), "job": _job.get()}
    return {name: value for name, value in found.items() if value}


def scrub(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` with tokens, passwords, IINs and the names of e-mail addresses masked; `secrets` are masked whole.

    Plan hashes are hexadecimal too, but longer than Moodle's tokens of 32 digits: 64 digits are let through.
    """
    for secret in secrets:
        if secret:
            text = text.replace(secret, MASK)
    text = _TOKEN_PARAMETER.sub(rf"\1\2{MASK}", text)
    text = _HEX_TOKEN.sub(lambda found: found[0] if len(found[0]) == 64 else MASK, text)
    text = _URL_PASSWORD.sub(rf"\1{MASK}@", text)
    text = _TWELVE_DIGITS.sub(lambda found: _masked_iin(found[0]), text)
    return _EMAIL.sub(rf"{MASK}@\1", text)


def looks_like_iin(digits: str) -> bool:
    """Whether twelve digits pass the IIN's check digit (DOMAIN d.4)."""
    numbers = [int(digit) for digit in digits]
    total = sum(n * weight for n, weight in zip(numbers, _FIRST_WEIGHTS, strict=False)) % 11
    if total == 10:
        total = sum(n * weight for n, weight in zip(numbers, _SECOND_WEIGHTS, strict=False)) % 11
    return total == numbers[11]


def _masked_iin(digits: str) -> str:
    return f"{MASK}{digits[-4:]}" if looks_like_iin(digits) else digits


class Scrubber(logging.Formatter):
    """Formats records, with all that must stay secret masked."""

    def __init__(self, layout: str, secrets: Iterable[str] = ()) -> None:
        super().__init__(layout)
        self._secrets = tuple(secrets)

    def keep_secret(self, secrets: Iterable[str]) -> None:
        """Mask these too from now on."""
        self._secrets += tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """The record as text, with its traceback, scrubbed."""
        return scrub(super().format(record), self._secrets)


class _ForPeople(Scrubber):
    """Formats records for a terminal: nobody shall have to read a traceback there. The file has it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record without its traceback, scrubbed."""
        bare = copy.copy(record)
        bare.exc_info = bare.exc_text = bare.stack_info = None
        return super().format(bare)


class _LogFile(RotatingFileHandler):
    """A log that nothing stops for: what the disk has no room for is lost, and people are told so once."""

    _told = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name logging looks for
        """A record could not be written."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            super().handleError(record)
        elif not self._told:
            self._told = True
            sys.stderr.write(f"WARNING: the log {self.baseFilename} cannot be written: {error.strerror}\n")

    def close(self) -> None:
        """Close the file, whether or not its end can still be written."""
        with suppress(OSError):
            super().close()


def log_to_stderr(*, debug: bool) -> None:
    """Send warnings of all libraries (with `debug`, everything of ours) to stderr. Ends what was set up before."""
    close()
    logging.getLogger("dlt_sync").setLevel(logging.DEBUG if debug else logging.INFO)
    handler = logging.StreamHandler()
    handler.setLevel(logging.DEBUG if debug else logging.WARNING)
    handler.setFormatter((Scrubber if debug else _ForPeople)("%(levelname)s: %(message)s"))
    logging.getLogger().addHandler(handler)


def keep_secret(secrets: Iterable[str]) -> None:
    """Let no handler that is there show these: stderr is set up before the settings are read."""
    kept = tuple(secrets)
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, Scrubber):
            handler.formatter.keep_secret(kept)


def replace_stderr(handler: logging.Handler) -> None:
    """Let `handler` write what went to stderr as text; `close` ends it."""
    root = logging.getLogger()
    for text in [one for one in root.handlers if type(one) is logging.StreamHandler and _is_ours(one)]:
        root.removeHandler(text)
        text.close()
    handler.set_name(_OURS)
    root.addHandler(handler)


def log_to_file(path: Path, secrets: Iterable[str] = ()) -> bool:
    """Write the log to `path` as well, for its owner only. Returns whether that is possible."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600))
    except OSError:
        return False
    handler = _LogFile(path, maxBytes=FILE_SIZE, backupCount=FILES_KEPT, encoding="utf-8", delay=True)
    handler.setFormatter(Scrubber("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s", secrets))
    logging.getLogger().addHandler(handler)
    return True


def close() -> None:
    """Close and take off the handlers that this module put on; nobody else's."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if _is_ours(handler)]:
        root.removeHandler(handler)
        handler.close()


def _is_ours(handler: logging.Handler) -> bool:
    return isinstance(handler.formatter, Scrubber) or handler.name == _OURS
