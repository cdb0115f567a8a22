"""Every error that stops a command, grouped by what the reader can do about it.

DltSyncError                 1   something stopped the command; the message says what, where and what to do
├── ConfigError              1   the settings are wrong; every problem is listed, each with its remedy
├── DatabaseError            1   our own database cannot be used (unreachable, unwritable, not migrated, newer)
├── BackupError              1   a backup cannot be made, or the file cannot be restored; the database is as it was
├── RecordsError             1   an import is refused whole; nothing of it was loaded
├── PlanError                1   a plan or a run that was named cannot be used (unknown, altered, already applied)
├── MoodleError              1   Moodle answered, and the answer is no (token, capability, protocol, fault)
│   └── MoodleUnavailable    1   Moodle could not be reached or is busy; trying again later may help
├── GuardStopped             4   the guard parked the plan; a named person can release it
├── RunStopped               5   the run was asked to stop before it wrote anything; another one does it all
└── RunActive                6   another run holds the lock

A problem with one row is a quarantine entry and a problem with one operation is an Outcome: neither is an
exception. Exit code 2 is click's own (wrong usage), 3 means changes are pending (`plan`), 5 that some
operations failed; the commands return these, nothing raises them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class DltSyncError(Exception):
    """Something stopped the command. `str()` is a sentence for people; `remedy` says what to do next."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, remedy: str = "", problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.problems = tuple(problems)


class ConfigError(DltSyncError):
    """The settings are wrong. `problems` lists all of them, each with its place and remedy."""


class DatabaseError(DltSyncError):
    """Our own database cannot be used as it is."""


class BackupError(DltSyncError):
    """A backup cannot be made, or this one cannot be restored. The database is as it was."""


class RecordsError(DltSyncError):
    """An import is refused whole. `problems` names each refused file and why; nothing was loaded."""


class PlanError(DltSyncError):
    """A plan or run that was named cannot be used."""


class MoodleError(DltSyncError):
    """Moodle refused a call. `function` and `errorcode` are the web service function and Moodle's own code."""

    def __init__(
        self,
        message: str,
        *,
        remedy: str = "",
        problems: Sequence[str] = (),
        function: str = "",
        errorcode: str = "",
    ) -> None:
        super().__init__(message, remedy=remedy, problems=problems)
        self.function = function
        self.errorcode = errorcode


class MoodleUnavailable(MoodleError):
    """Moodle could not be reached, timed out, or is in maintenance mode."""


class GuardStopped(DltSyncError):
    """The guard stopped the plan. `problems` lists every violation with its numbers."""

    exit_code = 4


class RunStopped(DltSyncError):
    """The run was asked to stop, and had not begun to write."""

    exit_code = 5


class RunActive(DltSyncError):
    """Another run holds the lock."""

    exit_code = 6
