"""Nothing that must stay secret leaves the program (DOMAIN d.4, DESIGN 9): marked values go in, all output is searched.

Tokens, keys and passwords are nowhere. IINs are nowhere, not in the database either. An e-mail address is where an
operator asked to see the person, and in the tables that hold people; never on stderr, in a log, a crash report, the
manifest of a backup, the access log or what is told of a run. Every command goes through it: the table below is held
against click's own tree, so that a new command cannot be forgotten.
"""

from __future__ import annotations

import copy
import io
import json
import logging
import os
import shutil
import sqlite3
import threading
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from dlt_sync import log
from dlt_sync.cli import cli
from dlt_sync.cli.app import App, rest_bridge
from dlt_sync.cli.output import Output
from dlt_sync.daemon.json_log import log_as_json
from dlt_sync.daemon.service import Service
from dlt_sync.db import Database
from dlt_sync.errors import MoodleError
from dlt_sync.moodle.contract import PROTOCOL
from tests.memory import MemoryBridge
from tests.stub_moodle import Reply, StubMoodle, serve
from tests.unit.cli.conftest import NOW, all_commands
from tests.unit.cli.delivery import write_delivery
from tests.unit.test_bad_input_moodle import make_certificate

TOKEN = "5ec5ec5ec5ec5ec5ec5ec5ec5ec5ec99"
SECRETS = {
    "moodle token": TOKEN,
    "key of the IINs": "marked-iin-key-00112233445566778899aabb",
    "YouTube's key": "marked-youtube-key",
    "path of the ping": "marked-ping-path",
    "database password": "marked-database-password",
}
#: All fake (DOMAIN d.4): born from 2090 on. Where each of them is put, see `deliver`.
IINS = (
    *("990101500006", "990214600007", "980317500009", "970425600000", "960512500005"),
    *("950630600001", "940707600008", "930818500003", "920923600009", "911030500009", "990101500708"),
)
EMAIL = "marked.person"
BAD_EMAIL = "marked..wrong"
EMAILS = (EMAIL, BAD_EMAIL)

#: Where an operator is shown an e-mail address because they asked for the person, or brought the row.
MAY_SHOW_EMAIL = {
    "records import": "names what is wrong in the file that the caller brings",
    "records check": "names what is wrong in the file that the caller brings",
    "records quarantine": "shows the cell that is to be corrected",
    "records show": "shows a person",
    "plan": "shows what would be written, address for address",
    "apply": "names the change that failed",
    "undo": "names the change that failed",
    "runs show": "shows the journal: what was written, address for address",
}
#: Tables that hold people, by their nature; see docs/data.md for how long.
MAY_HOLD_EMAIL = frozenset(
    # The last two hold what people wrote to each other.
    {"person", "applied", "journal_entry", "sent_batch", "plan", "quarantine", "video_request", "video_request_stage"}
)  # fmt: skip
#: What is needed before a command can do its work; by default everything is imported and applied.
WHO = ("--as", "A. Demo, head", "--because", "the term has ended")
STUDENT, COURSE = "plt:student:910001", "plt:offering:17"

#: Each command as it is called here. A new command is to be added, with arguments that let it do its work.
COMMANDS: dict[str, tuple[str, ...]] = {
    "init": ("--config", "other.ini", "init", "--url", "https://moodle.example", "--token-file", "secret.token"),
    "doctor": ("doctor",),
    "db upgrade": ("db", "upgrade"),
    "records import": ("records", "import", "exports"),
    "records check": ("records", "check", "exports"),
    "records show": ("records", "show", "person", STUDENT),
    "records quarantine": ("records", "quarantine", "--all"),
    "records feeds": ("records", "feeds"),
    "plan": ("plan", "--full", "--out", "kept.plan"),
    "apply": ("apply",),
    "undo": ("undo", "1"),
    "runs": ("runs",),
    "runs show": ("runs", "show", "1"),
    "why": ("why", STUDENT, COURSE),
    "report": ("report", "RP-2", "--format", "html"),
    "video check": ("video", "check"),
    "video feed": ("video", "feed", "feed.xml"),
    "video coverage": ("video", "coverage", "--by", "kafedra"),
    "video requests": ("video", "requests", "--all"),
    "video requests show": ("video", "requests", "show", "dlt:request:1"),
    "video accept": ("video", "accept", "dlt:request:1", "--as", "A. Demo"),
    "video decline": ("video", "decline", "dlt:request:1", "--because", f"{EMAIL}@leak.example", "--as", "A. Demo"),
    "video stage": ("video", "stage", "dlt:request:1", "scheduled", "--note", "as agreed", "--as", "A. Demo"),
    "video ask": ("video", "ask", "shooting", "--course", COURSE, "--title", "Су", "--language", "kk",
                  "--asker", STUDENT, "--as", "A. Demo"),
    "override add": ("override", "add", "user", STUDENT, "email", "--until", "2027-01-31", *WHO),
    "override list": ("override", "list", "--all"),
    "override remove": ("override", "remove", "1"),
    "backup": ("backup", "backup.zip"),
    "restore": ("restore", "earlier.zip", "--replace"),
    "retention": ("retention",),
    "access": ("access",),
    "daemon": ("daemon",),
    "daemon status": ("daemon", "status"),
    "daemon run": ("daemon", "run", "reconcile"),
    "completion": ("completion", "bash"),
}  # fmt: skip


@dataclass
class Place:
    """Where output was found, and what is let through there."""

    name: str
    text: str
    email: bool = False


@dataclass
class Department:
    """A folder with config, files, database and a Moodle; `run` calls a command in it."""

    folder: Path
    bridge: MemoryBridge
    own_bridge: bool = True
    environ: dict[str, str] = field(default_factory=dict)

    def run(self, *args: str) -> Result:
        """One command in an invocation of its own."""
        app = App(environ=self.environ, now=lambda: NOW)
        app.open_bridge = (lambda _: self.bridge) if self.own_bridge else rest_bridge
        return CliRunner().invoke(cli, args, obj=app)

    def places(self, command: str, result: Result) -> Iterator[Place]:
        """All that a command may have written, and into what."""
        shown = command in MAY_SHOW_EMAIL
        yield Place("stdout", result.stdout, shown)
        yield Place("stderr", result.stderr)
        for file in sorted(self.folder.rglob("*")):
            if file.is_file() and file.relative_to(self.folder).parts[0] not in ("exports", "secrets", "dlt-sync.ini"):
                yield from self._in_file(file)

    def _in_file(self, file: Path) -> Iterator[Place]:
        name = str(file.relative_to(self.folder))
        if file.suffix == ".sqlite3":
            yield from _in_database(name, file)
        elif file.suffix == ".zip":
            with zipfile.ZipFile(file) as archive:
                yield Place(f"{name}: manifest", archive.read("manifest.json").decode())
                inside = file.with_name(f"{file.name}.inside.sqlite3")
                inside.write_bytes(archive.read("database.sqlite3"))
            yield from _in_database(f"{name}: database", inside)
            inside.unlink()
        elif not name.endswith((".pem", ".crt", "-wal", "-shm")):
            yield Place(name, file.read_text("utf-8", errors="replace"), name.endswith(".plan"))


def _in_database(name: str, file: Path) -> Iterator[Place]:
    with closing(sqlite3.connect(file)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            text = "\n".join(str(row) for row in connection.execute(f'SELECT * FROM "{table}"'))
            yield Place(f"{name}: table {table}", text, table in MAY_HOLD_EMAIL)


def leaks(places: Iterable[Place]) -> list[str]:
    """What is where it must not be."""
    found = []
    for place in places:
        found += [f"{what} in {place.name}" for what, secret in SECRETS.items() if secret in place.text]
        found += [f"IIN {iin} in {place.name}" for iin in IINS if iin in place.text]
        found += [f"IIN {iin[:6]}… in {place.name}" for iin in IINS if f"{iin[:6]}-{iin[6:]}" in place.text]
        if not place.email:
            found += [f"e-mail address {email} in {place.name}" for email in EMAILS if email in place.text]
    return found


def deliver(folder: Path) -> None:
    """The registrar's files, with marked people in them, and rows that put an IIN where none belongs."""
    exports = write_delivery(folder)
    person = exports / "person.csv"
    rows = [
        f"plt:student:920001,student,Белгі,Бір,{IINS[0]},m920001,{EMAIL}.1@leak.example,kk",
        f"plt:student:920002,student,Белгі,Екі,980317-500009,m920002,{EMAIL}.2@leak.example,kk",  # accepted so
        f"plt:student:920003,student,Белгі,Үш,,{IINS[3]},{EMAIL}.3@leak.example,kk",  # as a user name
        f"plt:student:{IINS[4]},student,Белгі,Төрт,,m920004,{EMAIL}.4@leak.example,kk",  # in the key
        f"plt:student:920005,student,Белгі {IINS[5]},Бес,,m920005,{EMAIL}.5@leak.example,kk",  # in the name
        f"plt:student:920006,student,Белгі,Алты,,m920006,{IINS[6]}@leak.example,kk",  # in the address
        f"plt:student:920007,student,Белгі,Жеті,,m920007,{BAD_EMAIL}@leak.example,kk",
        f"plt:student:920008,nobody {IINS[7]},Белгі,Сегіз,{IINS[8]},m920008,{EMAIL}.8@leak.example,kk",
        f"plt:student:920009,student,=Белгі {IINS[9]},Тоғыз,{IINS[10]},m920009,{EMAIL}.9@leak.example,kk",
    ]
    person.write_text(person.read_text("utf-8") + "\n".join(rows) + "\n", "utf-8")
    (folder / "feed.xml").write_text("<rss version='2.0'><channel><title>t</title></channel></rss>", "utf-8")


CONFIG = f"""
[moodle]
url = https://moodle.example
token_file = secrets/token
[records]
iin_key_file = secrets/iin
[video]
youtube_key_file = secrets/youtube
[monitoring]
port =
ping_url = https://ping.example/{SECRETS["path of the ping"]}
[approval]
second_person = no
"""


def make(folder: Path) -> Department:
    """A department with everything imported and applied, a request, an override and a backup."""
    (folder / "secrets").mkdir(parents=True)
    for name, what in (("token", "moodle token"), ("iin", "key of the IINs"), ("youtube", "YouTube's key")):
        (folder / "secrets" / name).write_text(SECRETS[what])
        (folder / "secrets" / name).chmod(0o600)
    (folder / "dlt-sync.ini").write_text(CONFIG)
    (folder / "dlt-sync.ini").chmod(0o600)
    deliver(folder)
    return Department(folder, MemoryBridge())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Department:
    """The department that each test gets a copy of."""
    department = make(tmp_path_factory.mktemp("marked") / "department")
    before = Path.cwd()
    os.chdir(department.folder)
    try:
        for args in (
            COMMANDS["db upgrade"],
            COMMANDS["records import"],
            COMMANDS["apply"],
            COMMANDS["video ask"],
            COMMANDS["override add"],
            ("backup", "earlier.zip"),
        ):
            result = department.run(*args)
            assert result.exit_code == 0, result.output
            assert leaks(department.places(" ".join(args[:2]).replace("apply", ""), result)) == []
    finally:
        os.chdir(before)
    return department


@pytest.fixture
def department(made: Department, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Department:
    """A department of the test's own; the current folder is its."""
    folder = tmp_path / "department"
    shutil.copytree(made.folder, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.setattr(Service, "run", _night)
    return Department(folder, copy.deepcopy(made.bridge, {id(made.bridge._lock): threading.RLock()}))


def _night(_: Service) -> None:
    """What the daemon would do for ever: here it says something that its log must not show, and ends."""
    logging.getLogger("dlt_sync.daemon").warning("%s", [*_known(), *IINS, f"{EMAIL}@leak.example"])


def _known() -> list[str]:
    """The secrets of the config, as a library might repeat them."""
    known = [SECRETS[what] for what in ("moodle token", "key of the IINs", "YouTube's key")]
    return [*known, f"https://ping.example/{SECRETS['path of the ping']}"]


def call(name: str, *, debug: bool) -> tuple[str, ...]:
    """A command's arguments; with `debug`, as JSON too."""
    args = COMMANDS[name]
    if not debug:
        return args
    as_json = () if name in ("report",) else ("--json",)
    return ("--debug", *args, *as_json)


# -- every command ----------------------------------------------------------------------------------------


def test_every_command_is_in_the_table() -> None:
    runnable = {
        " ".join(words)
        for words, command in all_commands()
        if words and (not isinstance(command, click.Group) or command.invoke_without_command)
    }
    assert runnable == COMMANDS.keys(), "add the command to COMMANDS, with arguments that let it do its work"


@pytest.mark.parametrize("debug", [False, True], ids=["plain", "debug"])
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_shows_nothing_secret(name: str, debug: bool, department: Department) -> None:
    result = department.run(*call(name, debug=debug))
    assert result.exit_code in (0, 1, 3, 4, 5), result.output
    assert leaks(department.places(name, result)) == []


def test_the_report_of_what_became_of_people_shows_nothing_secret(department: Department) -> None:
    for form in (("--json",), ("--format", "csv")):
        result = department.run("--debug", "report", "RP-6", "--from", "2026-01-01", "--until", "2026-12-31", *form)
        assert result.exit_code == 0, result.output
        assert "plt:student:920001" in result.stdout
        assert leaks(department.places("report", result)) == []


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("init", "completion")])
def test_a_crash_shows_nothing_secret(name: str, department: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something unforeseen is raised with everything marked in it, below an error that is raised from it."""

    def crash(*_: object, **__: object) -> None:
        marked = " ".join([*_known(), *IINS, *(f"{email}@leak.example" for email in EMAILS)])
        try:
            raise ValueError(marked)
        except ValueError as error:
            raise RuntimeError({"parameters": marked, "iin": IINS[0]}) from error

    for act in ("session", "check", "upgrade"):
        monkeypatch.setattr(Database, act, crash)
    result = department.run(*call(name, debug=True))
    assert result.exit_code == 1, result.output
    assert leaks(department.places("", result)) == []
    assert "RuntimeError" in result.stderr or name == "doctor"


# -- everything that Moodle can do to us (issue "the spine", section 6) ----------------------------------------

_PAGE = f"<html><head><title>{EMAIL}@leak.example {IINS[0]}</title></head><body>{TOKEN}</body></html>".encode()


def _refused(code: str, message: str = f"{TOKEN} {EMAIL}@leak.example {IINS[1]}") -> Callable[[StubMoodle], None]:
    return lambda stub: stub.will_refuse(code, message)


def _replied(reply: Reply) -> Callable[[StubMoodle], None]:
    return lambda stub: stub.replies.append(reply)


BAD_MOODLES: dict[str, Callable[[StubMoodle], None]] = {
    "wrong token": _refused("invalidtoken"),
    "missing capability": _refused("nopermissions"),
    "no plugin": _refused("invalidrecord", f"Can't find data record in database table external_functions. {TOKEN}"),
    "other protocol": lambda stub: stub.will_answer({"protocol": PROTOCOL + 1, "plugin_release": "9", "token": TOKEN}),
    "maintenance": _refused("sitemaintenance"),
    "unknown error": _refused("codingerror"),
    "a web page": _replied(Reply(_PAGE)),
    "a web page with an error": _replied(Reply(_PAGE, status=500)),
    "a redirect": _replied(Reply(_PAGE, 302, {"Location": f"https://elsewhere.example/?wstoken={TOKEN}"})),
    "time-out": _replied(Reply(b"{}", delay_s=1.3)),
    "hang-up": _replied(Reply(hang_up=True)),
    "cut short": _replied(Reply(b'{"resp' + TOKEN.encode(), promises=1000)),
    "no answer of ours": _replied(Reply(json.dumps({"response": json.dumps({TOKEN: EMAIL})}).encode())),
}


@pytest.mark.parametrize("name", ["plan", "doctor"])
@pytest.mark.parametrize("what", BAD_MOODLES)
def test_a_moodle_in_trouble_makes_nothing_secret_known(what: str, name: str, department: Department) -> None:
    with serve(StubMoodle()) as stub:
        BAD_MOODLES[what](stub)
        department.own_bridge = False
        department.environ = {"DLT_SYNC_MOODLE_URL": stub.url, "DLT_SYNC_MOODLE_RETRIES": "0"}
        department.environ["DLT_SYNC_MOODLE_TIMEOUT_S"] = "1"
        result = department.run(*call(name, debug=True))
    assert result.exit_code == 1, result.output
    assert leaks(department.places("", result)) == []


def test_a_certificate_that_nobody_vouches_for_makes_nothing_secret_known(department: Department) -> None:
    certificate = make_certificate(department.folder / "own.pem", "IP:127.0.0.1")
    with serve(StubMoodle(), certificate) as stub:
        department.own_bridge = False
        department.environ = {"DLT_SYNC_MOODLE_URL": stub.url}
        result = department.run(*call("plan", debug=True))
    assert result.exit_code == 1
    assert leaks(department.places("", result)) == []


def test_what_moodle_says_of_a_failed_change_is_kept_without_secrets(department: Department) -> None:
    """A lost answer in the middle of an apply, and an error that repeats what was sent."""
    department.bridge.die_after(1)
    person = department.folder / "exports" / "person.csv"
    person.write_text(person.read_text("utf-8").replace("Пробнова", "Образцова"), "utf-8")
    department.run("records", "import", "exports")
    result = department.run("--debug", "apply", "--json")
    assert result.exit_code == 1, result.output
    assert leaks(department.places("", result)) == []


# -- every bad input (the same section) -----------------------------------------------------------------------


def _append(text: str) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        with (folder / "exports" / "person.csv").open("a", encoding="utf-8") as file:
            file.write(text)

    return act


def _overwrite(content: bytes) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        (folder / "exports" / "person.csv").write_bytes(content)

    return act


_MARKS = f"{IINS[2]},x,{EMAIL}.x@leak.example"
BAD_FILES: dict[str, Callable[[Path], None]] = {
    "not what it says": _overwrite(b"%PDF-1.4 " + _MARKS.encode()),
    "a web page": _overwrite(f"<html>{_MARKS}</html>".encode()),
    "no header": _overwrite(f"{_MARKS}\n{_MARKS}\n".encode()),
    "empty": _overwrite(b""),
    "200 MB": lambda folder: os.truncate(folder / "exports" / "person.csv", 200 * 1024 * 1024),
    "10,000 characters": _append(f"plt:student:930001,student,{'Б' * 10_000} {_MARKS},kk\n"),
    "a NUL byte": _append(f"plt:student:930002,student,Б\0Б,{_MARKS},kk\n"),
    "a formula": _append(f"plt:student:930003,student,=HYPERLINK(\"{_MARKS}\"),Г,{_MARKS},kk\n"),
    "too many cells": _append(f"plt:student:930004,student,Б,В,{_MARKS},{_MARKS},{_MARKS}\n"),
    "an open quote": _append(f'plt:student:930005,student,"Б,{_MARKS}\n'),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD_FILES)
def test_a_bad_file_makes_nothing_secret_known(what: str, department: Department) -> None:
    BAD_FILES[what](department.folder)
    result = department.run("--debug", "records", "import", "exports", "--json")
    assert result.exit_code in (0, 1), result.output
    assert leaks(department.places("records import", result)) == []


def test_an_unknown_key_of_the_config_makes_nothing_secret_known(department: Department) -> None:
    with (department.folder / "dlt-sync.ini").open("a") as config:
        config.write(f"[moodle2]\ntokenn = {TOKEN}\n[database]\npasswort = {SECRETS['database password']}\n")
    result = department.run("--debug", "plan", "--json")
    assert result.exit_code == 1
    assert leaks(department.places("", result)) == []


def test_a_secret_in_the_wrong_place_of_the_config_makes_nothing_secret_known(department: Department) -> None:
    password = SECRETS["database password"]
    for line in (
        f"[database]\nurl = postgresql://user:{password}@127.0.0.1:1/x\n",
        f"[database]\nurl = mysql://user:{password}@127.0.0.1:1/x\n",
        f"[database]\nurl = postgresql://user@127.0.0.1:1/x\npassword = {password}\n",
        f"[database]\nurl = {password}\n",
        f"[moodle]\nurl = https://user:{password}@moodle.example\n",
    ):
        config = department.folder / "dlt-sync.ini"
        config.write_text(line)
        result = department.run("--debug", "db", "upgrade", "--json")
        assert result.exit_code == 1, line
        assert leaks(department.places("", result)) == [], line


def test_a_database_that_cannot_be_written_makes_nothing_secret_known(department: Department) -> None:
    (department.folder / "dlt-sync.sqlite3").write_bytes(f"no database {TOKEN}".encode() * 100)
    result = department.run("--debug", "plan", "--json")
    assert result.exit_code == 1
    (department.folder / "dlt-sync.sqlite3").unlink()
    assert leaks(department.places("", result)) == []


# -- the daemon's log -------------------------------------------------------------------------------------


def test_a_json_log_holds_nothing_secret() -> None:
    stream = io.StringIO()
    log_as_json(SECRETS.values(), debug=True, stream=stream)
    try:
        marked = {"iin": IINS[0], "all": [*SECRETS.values(), f'"{EMAIL}@leak.example"', f"\\{IINS[1]}"]}
        try:
            raise RuntimeError(json.dumps(marked))
        except RuntimeError:
            logging.getLogger("dlt_sync.test").warning("%s", marked, exc_info=True)
    finally:
        log.close()
    lines = stream.getvalue().splitlines()
    assert json.loads(lines[0])["traceback"]
    assert leaks([Place("journal", stream.getvalue())]) == []


# -- the tests can fail -----------------------------------------------------------------------------------


def test_a_log_that_does_not_scrub_is_caught(department: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "scrub", lambda text, secrets=(): text)

    def fail(*_: object, **__: object) -> None:
        raise MoodleError(f"wstoken={TOKEN} of {EMAIL}@leak.example, {IINS[0]}", remedy="None.")

    monkeypatch.setattr(department.bridge, "info", fail)
    found = leaks(department.places("", department.run("--debug", "plan")))
    for what in ("moodle token", f"IIN {IINS[0]}", f"e-mail address {EMAIL}"):
        assert f"{what} in stderr" in found
        assert f"{what} in dlt-sync.log" in found


def test_a_command_that_shows_a_secret_is_caught(department: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    say = Output.say
    monkeypatch.setattr(Output, "say", lambda self, text, style="": say(self, f"{text} {TOKEN}", style))
    assert "moodle token in stderr" in leaks(department.places("", department.run("override", "remove", "7")))


def test_an_iin_in_a_table_is_caught(department: Department) -> None:
    with closing(sqlite3.connect(department.folder / "dlt-sync.sqlite3")) as connection:
        connection.execute("UPDATE run SET summary = ?", (f"{IINS[0]} {EMAIL}@leak.example",))
        connection.commit()
    found = leaks(department.places("", department.run("runs")))
    assert f"IIN {IINS[0]} in dlt-sync.sqlite3: table run" in found
    assert f"e-mail address {EMAIL} in stdout" in found
