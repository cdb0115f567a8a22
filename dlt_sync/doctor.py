"""Doctor: looks at everything a run needs and says what is wrong and how to mend it.

Input: probes, the few places where it touches the world. Output: one `Check` per thing looked at; all of them are
made even if some fail, and what depends on a failed one says so. Writes nothing that stays.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from dlt_sync.db import Database
from dlt_sync.errors import DltSyncError, MoodleError, MoodleUnavailable
from dlt_sync.kinds import BY_NAME
from dlt_sync.moodle.contract import COURSE_FIELD, COURSE_FIELD_IN_MOODLE, PROTOCOL, Bridge, Info
from dlt_sync.records.schema import LANGUAGES
from dlt_sync.settings import InboxSettings, Settings

MOODLE_OLDEST = 2024100700  # 4.5
PLUGIN = "local_dltsync"
SETUP = "php local/dltsync/cli/setup.php"
MAX_CLOCK_SKEW_S = 60
MAX_EVENTS_WAIT_S = 15 * 60  # cron runs every minute, and a first load takes it a while
MIN_MAX_INPUT_VARS = 5000  # Moodle's own requirement
DISK_WARN_MB, DISK_FAIL_MB = 1000, 100
CAPABILITIES = {
    "local/dltsync:read": "nothing works without it",
    "local/dltsync:apply": "`plan` works without it, `apply` does not",
    "local/dltsync:pushstatus": "without it, the department page shows no runs",
}


class Level(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what was seen and, where it is not well, what to do."""

    name: str
    level: Level
    seen: str
    fix: str = ""


@dataclass(frozen=True)
class Probes:
    """Where the doctor touches the world. Each may raise one of our errors."""

    settings: Callable[[], Settings]
    database: Callable[[], Database]
    bridge: Callable[[], Bridge]
    now: Callable[[], datetime]
    free_mb: Callable[[Path], int]


def free_mb(folder: Path) -> int:
    """Free space in MB on the disk of a folder."""
    return shutil.disk_usage(folder).free // 1_000_000


def examine(probes: Probes) -> tuple[Check, ...]:
    """All checks, in the order in which they should be mended."""
    try:
        settings = probes.settings()
    except DltSyncError as error:
        return (_failed("config", error), *_not_checked(_AFTER_CONFIG, "the config cannot be used"))
    return (
        Check("config", Level.OK, str(settings.path)),
        *_own(probes, settings),
        *_moodle(probes, settings),
    )


_OF_INFO = (
    "plugin",
    "Moodle version",
    *(f"capability {name}" for name in CAPABILITIES),
    "enrolment method",
    "clock",
    "max_input_vars",
    "roles",
    "log-in method",
    "languages",
    "reading",
    "course fields",
    "events",
    "disk of Moodle",
)
_AFTER_CONFIG = ("database", "disk", "IIN key", "Moodle", "token", *_OF_INFO)


def _own(probes: Probes, settings: Settings) -> Iterator[Check]:
    """What is on this machine."""
    try:
        database = probes.database()
        database.check()
        yield Check("database", Level.OK, database.url_masked)
    except DltSyncError as error:
        yield _failed("database", error)
    yield _disk("disk", probes, settings.data_folder)
    if settings.inbox.folder:
        yield _inbox(settings.inbox.folder, settings.inbox)
    if settings.records.iin_key:
        yield Check("IIN key", Level.OK, "set")
    else:
        fix = "Only if your files have IINs: set [records] iin_key_file. `dlt-sync init` makes such a file."
        yield Check("IIN key", Level.WARN, "not set; IINs are not stored", fix)


def _disk(name: str, probes: Probes, folder: Path) -> Check:
    try:
        return _space(name, probes.free_mb(folder), str(folder))
    except OSError as error:
        return Check(name, Level.FAIL, f"{folder}: {error.strerror}", "Make the folder, or name another database.")


def _space(name: str, free: int, where: str) -> Check:
    level = Level.FAIL if free < DISK_FAIL_MB else Level.WARN if free < DISK_WARN_MB else Level.OK
    fix = "" if level is Level.OK else f"Free some space; {DISK_WARN_MB} MB are on the safe side."
    return Check(name, level, f"{free} MB free ({where})", fix)


def _inbox(folder: Path, inbox: InboxSettings) -> Check:
    """Where deliveries come from and are put away; the last two folders are made when they are needed."""
    if not folder.is_dir():
        return Check("inbox", Level.FAIL, f"{folder} is not there", "Make the folder: docs/operations.md shows how.")
    kept = [_nearest(place) for place in (inbox.archive, inbox.refused) if place]
    locked = [str(place) for place in (folder, *kept) if not os.access(place, os.R_OK | os.W_OK | os.X_OK)]
    if locked:
        seen = f"may not be written in by this user: {', '.join(dict.fromkeys(locked))}"
        return Check("inbox", Level.FAIL, seen, "Run this as the daemon's user, or give that one the right to write.")
    return Check("inbox", Level.OK, str(folder))


def _nearest(place: Path) -> Path:
    """The folder itself, or the one that it would be made in."""
    return next(folder for folder in (place, *place.parents) if folder.is_dir())


def _moodle(probes: Probes, settings: Settings) -> Iterator[Check]:
    """What only the Moodle can say."""
    try:
        bridge = probes.bridge()
        info = bridge.info()
    except DltSyncError as error:
        yield from _no_answer(error)
        return
    yield Check("Moodle", Level.OK, settings.moodle.url or "reached")
    yield Check("token", Level.OK, "accepted")
    yield from _versions(info)
    yield from _capabilities(info)
    yield _enrolment_method(info)
    yield _clock(info, probes.now())
    yield _input_vars(info)
    yield from _site_settings(info, settings)
    yield _reading(bridge)
    yield _course_fields(info)
    yield _events(info)
    yield _space("disk of Moodle", info.free_disk_mb, "data folder")


def _no_answer(error: DltSyncError) -> Iterator[Check]:
    """Whose fault it is that Moodle did not tell about itself: the line, the token, or the plugin."""
    code = error.errorcode if isinstance(error, MoodleError) else ""
    if isinstance(error, MoodleUnavailable) or not code:
        yield _failed("Moodle", error)
        yield from _not_checked(("token", *_OF_INFO), "Moodle could not be asked")
        return
    yield Check("Moodle", Level.OK, "reached")
    if code in ("invalidrecord", "invalidfunction"):
        yield from _not_checked(("token",), "the plugin is missing")
        yield _failed("plugin", error)
        yield from _not_checked(_OF_INFO[1:], "the plugin is missing")
    else:
        yield _failed("token", error)
        yield from _not_checked(_OF_INFO, "Moodle refused the token")


def _versions(info: Info) -> Iterator[Check]:
    seen = f"{PLUGIN} {info.plugin_release} ({info.plugin_version}), protocol {info.protocol}"
    if info.protocol == PROTOCOL:
        yield Check("plugin", Level.OK, seen)
    else:
        older = "the plugin in Moodle" if info.protocol < PROTOCOL else "dlt-sync on this machine"
        yield Check("plugin", Level.FAIL, f"{seen}; this program speaks {PROTOCOL}", f"Update {older}.")
    if int(float(info.moodle_version)) >= MOODLE_OLDEST:
        yield Check("Moodle version", Level.OK, info.moodle_release)
    else:
        yield Check("Moodle version", Level.FAIL, info.moodle_release, "Update Moodle to 4.5 or newer.")


def _capabilities(info: Info) -> Iterator[Check]:
    for name, use in CAPABILITIES.items():
        if info.capabilities.get(name):
            yield Check(f"capability {name}", Level.OK, "granted")
        else:
            fix = f"Run on the Moodle server: {SETUP}"
            yield Check(f"capability {name}", Level.FAIL, f"missing: {use}", fix)


def _enrolment_method(info: Info) -> Check:
    if info.enrol_enabled:
        return Check("enrolment method", Level.OK, "enrol_dltsync is enabled")
    seen = "enrol_dltsync is disabled: its enrolments give no access"
    fix = "Site administration → Plugins → Enrolments → Manage enrol plugins: open the eye of dlt-sync."
    return Check("enrolment method", Level.FAIL, seen, fix)


def _clock(info: Info, now: datetime) -> Check:
    skew = round(info.site_time - now.timestamp())
    if abs(skew) <= MAX_CLOCK_SKEW_S:
        return Check("clock", Level.OK, f"{abs(skew)} s apart")
    side = "ahead of" if skew > 0 else "behind"
    seen = f"Moodle's clock is {abs(skew)} s {side} this machine's"
    return Check("clock", Level.WARN, seen, "Let both machines set their clocks by NTP.")


def _input_vars(info: Info) -> Check:
    if info.max_input_vars >= MIN_MAX_INPUT_VARS:
        return Check("max_input_vars", Level.OK, str(info.max_input_vars))
    fix = f"Set max_input_vars = {MIN_MAX_INPUT_VARS} in the server's php.ini; Moodle itself asks for it."
    return Check("max_input_vars", Level.WARN, str(info.max_input_vars), fix)


def _site_settings(info: Info, settings: Settings) -> Iterator[Check]:
    """What the settings name must exist in Moodle."""
    rules = settings.rules
    missing = sorted(set(rules.roles.values()) - set(info.roles))
    fix = "Make the role assignable in courses, or name another one: [site] roles.<role>"
    yield _named("roles", missing, ", ".join(sorted(set(rules.roles.values()))), fix)
    missing = [] if rules.auth in info.auths else [rules.auth]
    fix = "Enable it under Plugins → Authentication, or name another one: [site] auth"
    yield _named("log-in method", missing, rules.auth, fix)
    missing = [language for language in LANGUAGES if language not in info.languages]
    fix = "Install the language pack under Site administration → Language. Until then the site's language shows."
    level = Level.FAIL if rules.site_language in missing else Level.WARN
    yield _named("languages", missing, ", ".join(LANGUAGES), fix, level)


def _events(info: Info) -> Check:
    """Moodle's cron tells other plugins of enrolments: notifications and the like come only then."""
    seen = f"{info.events_waiting} enrolments of which Moodle has yet to tell"
    if info.events_waiting_s <= MAX_EVENTS_WAIT_S:
        return Check("events", Level.OK, seen)
    seen += f", the oldest for {info.events_waiting_s // 60} minutes"
    fix = "Let Moodle's cron run every minute; Site administration → Server → Tasks → Ad hoc tasks shows what failed."
    return Check("events", Level.WARN, seen, fix)


def _named(name: str, missing: list[str], wanted: str, fix: str, level: Level = Level.FAIL) -> Check:
    if not missing:
        return Check(name, Level.OK, wanted)
    return Check(name, level, f"Moodle does not have: {', '.join(missing)}", fix)


def _course_fields(info: Info) -> Check:
    """The custom fields that the records write: without one of them, no course that has a value for it can be made."""
    written = [name for name in BY_NAME["course"].policies if name.startswith(COURSE_FIELD)]
    wanted = sorted(COURSE_FIELD_IN_MOODLE + name.removeprefix(COURSE_FIELD) for name in written)
    missing = [name for name in wanted if name not in info.course_fields]
    return _named("course fields", missing, ", ".join(wanted), f"Run on the Moodle server: {SETUP}")


def _reading(bridge: Bridge) -> Check:
    """One digest of courses: the call that every plan begins with."""
    try:
        bridge.digests("course", sorted(BY_NAME["course"].policies))
    except DltSyncError as error:
        return _failed("reading", error)
    return Check("reading", Level.OK, "a digest of the courses was answered")


def _failed(name: str, error: DltSyncError) -> Check:
    return Check(name, Level.FAIL, " ".join((error.message, *error.problems)), error.remedy)


def _not_checked(names: tuple[str, ...], because: str) -> Iterator[Check]:
    for name in names:
        yield Check(name, Level.NOT_CHECKED, f"not checked because {because}")
