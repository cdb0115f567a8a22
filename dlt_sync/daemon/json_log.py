"""The daemon's log: one JSON object a line on stderr, for a service's journal. Scrubbed as all logs are.

A line has time, level, logger and message, and run, job and traceback where there are any. Nothing rotates it: journald
keeps what it is told to keep.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import IO, Any

from pythonjsonlogger.json import JsonFormatter

from dlt_sync import log

_FIELDS = ("time", "level", "logger", "message", "run", "job", "traceback")
_NAMES = {"asctime": "time", "levelname": "level", "name": "logger", "exc_info": "traceback"}


def log_as_json(secrets: Iterable[str] = (), *, debug: bool = False, stream: IO[str] | None = None) -> None:
    """Write the log to stderr as JSON from here on, instead of as text, and from INFO up. `log.close` ends it."""
    handler = logging.StreamHandler(stream)
    handler.setLevel(logging.DEBUG if debug else logging.INFO)
    handler.setFormatter(JsonLines(secrets))
    handler.addFilter(_belong)
    log.replace_stderr(handler)


class JsonLines(JsonFormatter):
    """Formats records as JSON objects on one line."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        layout = "%(asctime)s %(levelname)s %(name)s %(message)s"
        super().__init__(layout, rename_fields=_NAMES, json_ensure_ascii=False)
        self._secrets = tuple(secrets)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        """The record's time, ISO 8601 in UTC."""
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Our fields alone, scrubbed before they become JSON: a secret that is escaped there would be overlooked."""
        kept = {name: log_data[name] for name in _FIELDS if log_data.get(name)}
        return {name: self._scrubbed(value) for name, value in kept.items()}

    def _scrubbed(self, value: object) -> object:
        return value if isinstance(value, int) else log.scrub(str(value), self._secrets)


def _belong(record: logging.LogRecord) -> bool:
    """A filter that lets everything through and writes on it which run and job it belongs to."""
    vars(record).update(log.belongs_to())
    return True
