"""The settings: one INI file, overridden by the environment, as frozen dataclasses.

Input: the path of the file and the environment. Output: `Settings`, complete and checked, or a ConfigError
that lists every problem with its place and remedy. The comments above the fields become docs/settings.md.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import time
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from dlt_sync import due
from dlt_sync.due import FeedRules
from dlt_sync.errors import ConfigError
from dlt_sync.guard import Limits
from dlt_sync.ini import Ini, Secret
from dlt_sync.kinds import BY_NAME
from dlt_sync.kinds.rules import Rules
from dlt_sync.media.rules import VideoRules
from dlt_sync.model import Policy
from dlt_sync.records.schema import LANGUAGES, ROLES, SCHEMAS

FILE_NAME = "dlt-sync.ini"
CATEGORY_LEVELS = ("faculty", "kafedra", "academic_year", "term")
#: Fields by which a kind's existing objects may be adopted.
ADOPT_BY: Mapping[str, tuple[str, ...]] = {"user": ("", "username", "email"), "course": ("", "shortname")}
#: Words that templates of course names may use.
COURSE_WORDS = (
    "discipline",
    "discipline_code",
    "programme",
    "programme_code",
    "kafedra",
    "language",
    "study_year",
    "academic_year",
    "term",
)
#: Words that templates of the names of videos may use.
VIDEO_WORDS = ("kind", "number", "title", "video", "week")
#: What the number of a video's section is.
VIDEO_SECTIONS = ("number", "week")
ENTITIES = tuple(SCHEMAS)
INBOX_MODES = ("full", "delta")


@dataclass(frozen=True, slots=True)
class MoodleSettings:
    """The Moodle site and how the program talks to it."""

    #: Address of the site, as it stands in its config.php (`wwwroot`). `http://` only on this very machine.
    url: str = ""
    #: Token of the service user, made by the plugin's set-up script.
    token: Secret | None = None
    #: Seconds to wait for an answer.
    timeout_s: float = field(default=120.0, metadata={"at_least": 1, "at_most": 3600})
    #: How often a call that is safe to repeat is tried again.
    retries: int = field(default=3, metadata={"at_most": 20})
    #: File with the certificate of your own authority, when Moodle's is signed by one.
    ca_file: Path | None = None
    #: Operations that travel in one call, at most: no more than 2,000 enrolments, which are written in bulk, and no
    #: more than 500 of all else and of what is deleted.
    batch_size: int = field(default=2000, metadata={"at_least": 1, "at_most": 10000})
    #: Calls on their way at the same time, at most; empty: as many as Moodle has PHP workers, less one.
    requests_in_flight: int | None = field(default=None, metadata={"at_least": 1, "at_most": 32})


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """The program's own database."""

    #: SQLAlchemy address: `sqlite:///records.sqlite3`, or `postgresql+psycopg://user@host/name`. Empty:
    #: the file dlt-sync.sqlite3 beside the config.
    url: str = field(default="", repr=False)
    #: Password of the PostgreSQL user, put into the address.
    password: Secret | None = None


@dataclass(frozen=True, slots=True)
class RecordsSettings:
    """The registrar's files: where they are and what is refused."""

    #: A file with this many per cent fewer rows than the last one is refused whole.
    shrink_limit_percent: float = field(default=10.0, metadata={"at_most": 100})
    #: A larger file is refused unread.
    max_file_mb: int = field(default=100, metadata={"at_least": 1})
    #: Key of the one-way code that stands for an IIN. Made by `dlt-sync init`; keep a copy in a safe place.
    iin_key: Secret | None = None
    #: Name of an entity's file, where it is not `<entity>.csv` or `<entity>.xlsx`; `x.xlsx#Sheet` for a sheet.
    file: Mapping[str, str] = field(default_factory=dict)
    #: Header in your files = canonical column name.
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApprovalSettings:
    """Who may release a plan that the guard parked."""

    #: Whether somebody else than the one whose run parked a plan has to release it. People are told apart by their
    #: accounts on this machine and by the names they give.
    second_person: bool = True


@dataclass(frozen=True, slots=True)
class InboxSettings:
    """A folder that the daemon watches for deliveries: files that lie in it, or a folder in it for each delivery. What
    was imported is moved to the archive, what was refused is put aside with a text that says why."""

    #: The folder; empty: none is watched.
    folder: Path | None = None
    #: A delivery is taken once nothing in it has changed for so many seconds.
    quiet_s: float = field(default=120.0, metadata={"at_least": 0, "at_most": 86_400})
    #: Name of a file that says that a delivery is complete, such as _READY; without one, it is not taken. Empty: none.
    marker: str = ""
    #: Where imported deliveries go; empty: the folder archive in the inbox. On the same disk they are moved at once.
    archive: Path | None = None
    #: Where refused deliveries go; empty: the folder refused in the inbox.
    refused: Path | None = None
    #: full: a delivery holds everything, what is absent has left. delta: only changes.
    mode: str = "full"
    #: For how many days deliveries are kept that were archived or refused; `never`: they are not cleared.
    keep_days: int | None = field(default=90, metadata={"at_least": 1})
    #: Whether a delivery is applied to Moodle as soon as it is imported; else the next night does it.
    apply: bool = False


class WhenGuarded(StrEnum):
    """What a night does whose plan the guard objects to."""

    WAIT = "wait"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class DaemonSettings:
    """What goes on by itself and when, by the clock of [site] timezone. Read when the daemon starts; all other settings
    are read anew for each job."""

    #: When Moodle is brought in line with the records each night.
    nightly: time = time(2, 30)
    #: When the guard objects to a night's plan: wait: nothing is done until somebody releases it. rest: what it does
    #: not object to is done, the rest waits.
    when_guarded: WhenGuarded = WhenGuarded.WAIT
    #: Until when a night is tried again while Moodle cannot be reached, or the database.
    retry_until: time = time(6, 0)
    #: So many minutes the night waits for another run to end.
    wait_for_run_minutes: float = field(default=120, metadata={"at_most": 1200})
    #: So many minutes are between two looks at what people did in Moodle.
    pull_minutes: float = field(default=5, metadata={"at_least": 0.05, "at_most": 1440})
    #: From when links to videos are checked, a part at a time; empty: never.
    links_from: time | None = time(20, 0)
    #: Until when.
    links_until: time = time(6, 0)
    #: So many minutes are between two parts, and one takes no longer.
    links_minutes: float = field(default=20, metadata={"at_least": 0.05, "at_most": 1440})
    #: When feeds are asked for new videos; empty: never.
    feeds: time | None = time(1, 0)
    #: When a backup is made, where [backup] names a folder; empty: never.
    backup: time | None = time(1, 30)
    #: When what has expired is cleared, as [retention] says; empty: never.
    expire: time | None = time(4, 30)
    #: The daemon that leads says so every so many seconds.
    heartbeat_s: float = field(default=10, metadata={"at_least": 0.1, "at_most": 15})
    #: One that has not said so for so many seconds no longer leads. At least three heartbeats.
    lease_s: float = field(default=40, metadata={"at_least": 0.3, "at_most": 300})


@dataclass(frozen=True, slots=True)
class MonitoringSettings:
    """How the daemon shows that it is well, and what counts as a night without a good run."""

    #: Address that /healthz and /metrics are served at; only one of this very machine: 127.0.0.1, ::1 or localhost.
    address: str = "127.0.0.1"
    #: The port; empty: they are not served.
    port: int | None = field(default=9817, metadata={"at_most": 65_535})
    #: The last good run may be so many hours old, for /healthz and `dlt-sync runs --check`.
    max_age_hours: float = field(default=26.0, metadata={"at_least": 0.1, "at_most": 8760})
    #: An https:// address that is called after each good run: whoever serves it alerts when the calls stop. Secret.
    ping_url: Secret | None = None
    #: Seconds to wait for its answer.
    ping_timeout_s: float = field(default=10.0, metadata={"at_least": 0.1, "at_most": 120})
    #: Whether the daemon writes its log as JSON, one object a line; else as text.
    json_log: bool = True


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """Where backups of the program's own database go. They hold people's data: a folder that others cannot read."""

    #: Folder of the backups. Empty: none is made at night, and `dlt-sync backup` has to be told where.
    folder: Path | None = None
    #: So many of the newest stay in that folder; older ones are deleted once a new one is there.
    keep: int = field(default=14, metadata={"at_least": 1, "at_most": 10000})


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """For how many days is kept what no run needs any more; `never`: it is never cleared. Only `dlt-sync retention`
    and the daemon clear. What the next plan, the guard or an approval rests on stays whatever is written here."""

    #: Runs and their journal. Three years: who approved what can be told as long as somebody may still ask.
    journal_days: int | None = field(default=1095, metadata={"at_least": 30})
    #: Plans that were applied or superseded; with all names in them. The one that waits for approval stays.
    plan_days: int | None = field(default=365, metadata={"at_least": 30})
    #: Batches as they were sent and answered: needed only until the next run has asked after lost answers.
    batch_days: int | None = field(default=30, metadata={"at_least": 7})
    #: Rows that were set aside and are put right. What is still open stays.
    quarantine_days: int | None = field(default=365, metadata={"at_least": 30})
    #: Names, e-mail address and the code of the IIN of people who left the records and whose account is suspended. A
    #: year: who comes back within it is recognised. The key stays, since enrolments and the journal are told by it.
    person_days: int | None = field(default=365, metadata={"at_least": 30})
    #: What people did on Moodle's pages, as it was brought here.
    event_days: int | None = field(default=365, metadata={"at_least": 30})
    #: Names and hashes of imported files (nobody's data): by them a file that was delivered before is told.
    file_days: int | None = field(default=1095, metadata={"at_least": 30})
    #: What checks found at addresses that no video in the records has any more.
    link_days: int | None = field(default=180, metadata={"at_least": 7})
    #: Overrides that ended: as long as the journal, whose changes they explain.
    override_days: int | None = field(default=1095, metadata={"at_least": 30})
    #: Who looked at personal data. The longest of all, so that it outlives what was looked at.
    access_days: int | None = field(default=1826, metadata={"at_least": 365})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a department set. `path` is the config file it came from."""

    path: Path
    moodle: MoodleSettings
    database: DatabaseSettings
    records: RecordsSettings
    rules: Rules
    limits: Limits
    approval: ApprovalSettings
    video: VideoRules
    feeds: FeedRules
    inbox: InboxSettings
    monitoring: MonitoringSettings
    backup: BackupSettings = BackupSettings()
    retention: RetentionSettings = RetentionSettings()
    daemon: DaemonSettings = DaemonSettings()

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may show."""
        kept = (
            self.moodle.token,
            self.database.password,
            self.records.iin_key,
            self.video.youtube_key,
            self.monitoring.ping_url,
        )
        texts = [secret.reveal() for secret in kept if secret]
        texts += filter(None, [make_url(self.database.url).password])
        if self.monitoring.ping_url:  # a library may name the path of an address alone
            texts += filter(lambda path: len(path) > 1, [urlsplit(self.monitoring.ping_url.reveal()).path])
        return tuple(texts)

    @property
    def data_folder(self) -> Path:
        """Where files beside the database go: the folder of the SQLite file, else of the config."""
        url = make_url(self.database.url)
        if url.get_backend_name() == "sqlite" and url.database:
            return Path(url.database).parent
        return self.path.parent

    @property
    def log_file(self) -> Path:
        """The log, beside the database."""
        return self.data_folder / "dlt-sync.log"


def find_config(option: Path | None, environ: Mapping[str, str]) -> Path:
    """The config file: `--config`, `$DLT_SYNC_CONFIG`, ./dlt-sync.ini, then the user's config folder.

    Raises ConfigError that names the places when there is none. A file that was named is not looked for.
    """
    named = option or (Path(environ["DLT_SYNC_CONFIG"]) if environ.get("DLT_SYNC_CONFIG") else None)
    places = [named] if named else [Path(FILE_NAME), user_config()]
    for place in places:
        if place.is_file():
            return place.absolute()
    raise ConfigError(
        f"There is no config file at {' or '.join(str(place) for place in places)}.",
        remedy="Write one with `dlt-sync init`, or name yours with --config FILE.",
    )


def user_config() -> Path:
    """The config file in the folder where this platform keeps a user's settings."""
    return Path(click.get_app_dir("dlt-sync")) / FILE_NAME


def load(path: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of `path` with the environment over them. Raises ConfigError with all problems."""
    ini = Ini(path.absolute(), environ)
    settings = Settings(
        path=path.absolute(),
        moodle=_moodle(ini),
        database=_database(ini),
        records=_records(ini),
        rules=_rules(ini),
        limits=_limits(ini),
        approval=ini.build("approval", ApprovalSettings),
        video=_video(ini),
        feeds=_feeds(ini),
        inbox=_inbox(ini),
        monitoring=_monitoring(ini),
        backup=_backup(ini),
        retention=_retention(ini),
        daemon=_daemon(ini),
    )
    ini.finish()
    return settings


def _moodle(ini: Ini) -> MoodleSettings:
    moodle = ini.build("moodle", MoodleSettings)
    problem = _url_problem(moodle.url) if moodle.url else ""
    if problem:
        ini.complain("moodle", "url", problem)
    if moodle.ca_file and not moodle.ca_file.is_file():
        ini.complain("moodle", "ca_file", f"{moodle.ca_file} is not there. Check the path.")
    return replace(moodle, url=moodle.url.rstrip("/"))


def _url_problem(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return f"“{url}” is not a web address. Write it like https://moodle.example."
    if parts.username or parts.password or parts.query or parts.fragment:
        return "the address holds more than host and path. Write only what Moodle's `wwwroot` says."
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        return "http:// would send the token unprotected. Write https://."
    return ""


def is_loopback(host: str) -> bool:
    """Whether `host` is this very machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _database(ini: Ini) -> DatabaseSettings:
    settings = ini.build("database", DatabaseSettings)
    beside = f"sqlite:///{ini.path.parent / 'dlt-sync.sqlite3'}"
    try:
        url = make_url(settings.url or beside)
    except ArgumentError:
        ini.complain("database", "url", "this is no database address. Write sqlite:///FILE or postgresql://…")
        return DatabaseSettings(url=beside)
    backend = url.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        ini.complain("database", "url", f"{backend} is not supported. Use sqlite or postgresql.")
    if backend == "postgresql" and "+" not in url.drivername:
        url = url.set(drivername="postgresql+psycopg")
    if url.password:
        ini.refuse_inline_secret("database", "url")
    if settings.password:
        url = url.set(password=settings.password.reveal())
    if backend == "sqlite" and url.database and url.database != ":memory:":
        url = url.set(database=str(ini.path.parent / url.database))
    return replace(settings, url=url.render_as_string(hide_password=False))


def _records(ini: Ini) -> RecordsSettings:
    records = ini.build("records", RecordsSettings, without=frozenset({"columns"}))
    for entity in records.file.keys() - set(ENTITIES):
        ini.complain("records", f"file.{entity}", f"unknown entity. Known are: {', '.join(ENTITIES)}.")
    columns = {entity: ini.mapping(f"columns.{entity}", str, {}) for entity in ENTITIES}
    return replace(records, columns={entity: names for entity, names in columns.items() if names})


def _rules(ini: Ini) -> Rules:
    rules = ini.build("site", Rules, without=frozenset({"policies"}))
    for key, what in _rule_problems(rules):
        ini.complain("site", key, what)
    fields_of_kinds = [f"{kind.name}.{name}" for kind in BY_NAME.values() for name in kind.policies]
    return replace(rules, policies=ini.mapping("policy", Policy, {}, only=fields_of_kinds))


def _rule_problems(rules: Rules) -> Iterator[tuple[str, str]]:
    """Key and problem of each rule that no run could follow."""
    try:
        ZoneInfo(rules.timezone)
    except (KeyError, ValueError, OSError):
        yield "timezone", f"“{rules.timezone}” is no time zone. Write one like Asia/Almaty."
    choices: list[tuple[str, str, tuple[str, ...]]] = [("site_language", rules.site_language, LANGUAGES)]
    choices += [("video_section", rules.video_section, VIDEO_SECTIONS)]
    choices += [("category_levels", level, CATEGORY_LEVELS) for level in rules.category_levels]
    by_language = ("course_fullname_by_language", "video_name_by_language")
    for key, known in (("roles", ROLES), ("adopt_by", ADOPT_BY), *((name, LANGUAGES) for name in by_language)):
        choices += [(f"{key}.{name}", name, tuple(known)) for name in getattr(rules, key)]
    choices += [(f"adopt_by.{kind}", by, ADOPT_BY[kind]) for kind, by in rules.adopt_by.items() if kind in ADOPT_BY]
    for key, given, allowed in choices:
        if given not in allowed:
            yield key, f"“{given}” is unknown. Write one of: {', '.join(filter(None, allowed))}."
    templates = {"course_fullname": rules.course_fullname, "course_shortname": rules.course_shortname}
    templates |= {f"course_fullname_by_language.{lang}": t for lang, t in rules.course_fullname_by_language.items()}
    yield from _template_problems(templates, COURSE_WORDS)
    names = {f"video_name_by_language.{lang}": text for lang, text in rules.video_name_by_language.items()}
    yield from _template_problems({"video_name": rules.video_name, **names}, VIDEO_WORDS)


def _template_problems(templates: Mapping[str, str], words: Sequence[str]) -> Iterator[tuple[str, str]]:
    return ((key, problem) for key, text in templates.items() if (problem := _template_problem(text, words)))


def _template_problem(text: str, words: Sequence[str]) -> str:
    try:
        text.format_map(dict.fromkeys(words, ""))
    except KeyError as error:
        return f"{{{error.args[0]}}} is unknown. Known are: {', '.join(words)}."
    except (ValueError, IndexError, AttributeError, TypeError):
        return f"the braces are not right. Write words in braces, such as {{{words[0]}}}."
    return ""


def _limits(ini: Ini) -> Limits:
    limits = ini.build("guard", Limits, without=frozenset({"per_kind"}))
    names = [spec.name for spec in fields(Limits) if spec.name != "per_kind"]
    of_kinds = [f"{kind}.{name}" for kind in BY_NAME for name in names]
    return replace(limits, per_kind=ini.mapping("guard", float, {}, only=of_kinds))


def _backup(ini: Ini) -> BackupSettings:
    backup = ini.build("backup", BackupSettings)
    if backup.folder and backup.folder.exists() and not backup.folder.is_dir():
        ini.complain("backup", "folder", f"{backup.folder} is no folder. Name one.")
    return backup


def _retention(ini: Ini) -> RetentionSettings:
    """The days, of which those of the access log are the longest."""
    retention = ini.build("retention", RetentionSettings)
    if retention.access_days is not None:
        for name in (spec.name for spec in fields(RetentionSettings) if spec.name != "access_days"):
            days = getattr(retention, name)
            if days is None or days > retention.access_days:
                what = f"it is shorter than {name}. Write as many days at least: it tells who looked at that."
                ini.complain("retention", "access_days", what)
                break
    return retention


def _video(ini: Ini) -> VideoRules:
    video = ini.build("video", VideoRules)
    for name, pattern in video.media_site.items():
        try:
            re.compile(pattern or "")
        except re.error as error:
            what = f"this is no regular expression: {error}. A dot of the address is written as \\."
            ini.complain("video", f"media_site.{name}", what)
    for language in sorted({*video.not_found, *video.private} - set(LANGUAGES)):
        key = "not_found" if language in video.not_found else "private"
        ini.complain("video", f"{key}.{language}", f"“{language}” is unknown. Write one of: {', '.join(LANGUAGES)}.")
    if video.ca_file and not video.ca_file.is_file():
        ini.complain("video", "ca_file", f"{video.ca_file} is not there. Check the path.")
    return video


def _feeds(ini: Ini) -> FeedRules:
    feeds = ini.build("feeds", FeedRules)
    for key, what in due.problems(feeds):
        ini.complain("feeds", key, what)
    return feeds


def _inbox(ini: Ini) -> InboxSettings:
    inbox = ini.build("inbox", InboxSettings)
    if inbox.mode not in INBOX_MODES:
        ini.complain("inbox", "mode", f"“{inbox.mode}” is unknown. Write one of: {', '.join(INBOX_MODES)}.")
    if Path(inbox.marker).name != inbox.marker:
        ini.complain("inbox", "marker", f"“{inbox.marker}” is no name of a file. Write a name without a folder.")
    if inbox.folder is None:
        return inbox
    archive, refused = inbox.archive or inbox.folder / "archive", inbox.refused or inbox.folder / "refused"
    if inbox.folder in (archive, refused) or archive == refused:
        ini.complain("inbox", "folder", "inbox, archive and refused must be three folders.")
    return replace(inbox, archive=archive, refused=refused)


def _daemon(ini: Ini) -> DaemonSettings:
    daemon = ini.build("daemon", DaemonSettings)
    if daemon.lease_s < 3 * daemon.heartbeat_s:
        what = f"{daemon.lease_s:g} s are less than three heartbeats of {daemon.heartbeat_s:g} s. Write more."
        ini.complain("daemon", "lease_s", what)
    return daemon


def _monitoring(ini: Ini) -> MonitoringSettings:
    monitoring = ini.build("monitoring", MonitoringSettings)
    if not is_loopback(monitoring.address):
        what = f"“{monitoring.address}” can be reached from other machines. Write 127.0.0.1, ::1 or localhost."
        ini.complain("monitoring", "address", what)
    if monitoring.ping_url:
        parts = urlsplit(monitoring.ping_url.reveal())
        if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
            # The address itself is a secret: it is not repeated.
            what = "this is no https:// address without user and password. Copy it from whoever serves it."
            ini.complain("monitoring", "ping_url", what)
    return monitoring
