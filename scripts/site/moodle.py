"""One Moodle site of ours: its folder, configuration, servers and command-line scripts."""

from __future__ import annotations

import base64
import json
import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from scripts.site import media, tree
from scripts.site.process import free_port, port_answers, run
from scripts.site.servers import FAMILIES, NAME, MediaServer, WebServer
from scripts.site.workspace import SiteError, Workspace, say, write_private

_TITLE = "Department of distance learning"
_ANSWER = "dlt-sync-answer:"


class Site:
    """A site is a folder: `code` (Moodle and plugins), `state` (database and data folder), `saved` (a copy of the
    state), `run` (ports, processes, logs). `durable`: database settings at their defaults, as a benchmark needs."""

    def __init__(self, workspace: Workspace, name: str, family: str, *, durable: bool = False) -> None:
        if family not in FAMILIES:
            raise SiteError(f"unknown database {family!r}: choose one of {', '.join(FAMILIES)}")
        self.workspace = workspace
        self.name = name
        self.family = family
        self.folder = workspace.sites() / f"{name}-{family}"
        self.code = self.folder / "code"
        self.state = self.folder / "state"
        self.run_folder = self.folder / "run"
        self._durable = durable
        for folder in (self.folder, self.run_folder):
            folder.mkdir(mode=0o711, exist_ok=True)
        self.database = FAMILIES[family](self.run_folder)
        self.web = WebServer(self.run_folder)
        self.media = MediaServer(self.run_folder)

    # Where things are

    @property
    def url(self) -> str:
        """The address of the site."""
        return f"http://127.0.0.1:{self._port('web')}"

    @property
    def media_port(self) -> int:
        """Where the media site answers: the port in the examples' addresses, or another while that one is taken."""
        return self._port("media")

    @property
    def database_url(self) -> str:
        """The address of a database on the site's PostgreSQL server, with `{name}` for its name."""
        password = quote(self.workspace.secret("database"), safe="")
        return f"postgresql://{NAME}:{password}@127.0.0.1:{self._port('db')}/{{name}}"

    @property
    def moodledata(self) -> Path:
        """Moodle's data folder."""
        return self.state / "moodledata"

    @property
    def token_file(self) -> Path:
        """Holds the token of the service user that may write."""
        return self.state / "token"

    @property
    def readonly_token_file(self) -> Path:
        """Holds the token of the service user that may only read."""
        return self.state / "readonly-token"

    @property
    def token(self) -> str:
        """The token of the service user that may write."""
        return self.token_file.read_text().strip()

    @property
    def readonly_token(self) -> str:
        """The token of the service user that may only read."""
        return self.readonly_token_file.read_text().strip()

    def _port(self, which: str) -> int:
        path = self.run_folder / "ports.json"
        ports = json.loads(path.read_text()) if path.exists() else {}
        if which not in ports:
            wanted = media.PORT if which == "media" else 0
            ports[which] = wanted if wanted and not port_answers(wanted) else free_port()
            path.write_text(json.dumps(ports))
        return int(ports[which])

    def _settle_ports(self) -> None:
        """Forget a remembered port that somebody else has taken meanwhile."""
        path = self.run_folder / "ports.json"
        ports = json.loads(path.read_text()) if path.exists() else {}
        for which, server in (("db", self.database), ("web", self.web), ("media", self.media)):
            if which in ports and not server.running() and port_answers(ports[which]):
                say(f"port {ports[which]} is taken by another program: choosing a new one")
                del ports[which]
        path.write_text(json.dumps(ports))

    # Code and configuration

    def lay_out(self, moodle: Path, *, plugins: bool = True) -> bool:
        """Bring code, plugins and configuration up to date. True when a plugin changed."""
        self._settle_ports()
        pristine = tree.pristine_copy(self.workspace, moodle)
        tree.lay_out(pristine, self.code, tree.release(moodle))
        changed = tree.put_plugins(self.workspace, self.code) if plugins else tree.remove_plugins(self.code)
        write_private(self.code / "config.php", self._config())
        return changed

    def _config(self) -> str:
        options = f"'dbport' => {self._port('db')}"
        if self.family == "mariadb":
            options += ", 'dbcollation' => 'utf8mb4_unicode_ci'"
        values = {
            "dbtype": self.family,
            "dblibrary": "native",
            "dbhost": "127.0.0.1",
            "dbname": NAME,
            "dbuser": NAME,
            "dbpass": self.workspace.secret("database"),
            "prefix": "mdl_",
            "wwwroot": self.url,
            "dataroot": str(self.moodledata),
            "admin": "admin",
            "noemailever": True,
            "phpunit_prefix": "phpu_",
            "phpunit_dataroot": str(self.state / "phpunitdata"),
        }
        lines = [f"$CFG->{name} = {_php_literal(value)};" for name, value in values.items()]
        lines += [f"$CFG->dboptions = [{options}];", "$CFG->directorypermissions = 02770;"]
        start = "<?php\nunset($CFG);\nglobal $CFG;\n$CFG = new stdClass();\n"
        return start + "\n".join(lines) + "\nrequire_once(__DIR__ . '/lib/setup.php');\n"

    # Servers

    def start(self, *, web: bool = True) -> None:
        """Start what does not run yet, and return when it answers."""
        if not self.database.running():
            self.database.start(self.state / "db", self._port("db"), durable=self._durable)
        if web and not self.web.running():
            self.web.start(self.code, self._port("web"), self.workspace.php_settings())

    def restart_database(self, *, crash: bool) -> None:
        """Restart the database server, in order or by SIGKILL. Until it is stopped it keeps what it has committed."""
        self.database.stop(at_once=crash)
        self.database.start(self.state / "db", self._port("db"), durable=True)

    def start_media(self) -> None:
        """Start the media site if it does not run yet; only who shows videos needs it."""
        if not self.media.running():
            self.media.start(self.media_port)

    def stop(self) -> bool:
        """Stop our servers, and only them. False when none ran."""
        stopped = [self.media.stop(), self.web.stop(), self.database.stop()]
        return any(stopped)

    def running(self) -> bool:
        """Whether the site is up."""
        return self.web.running() and self.database.running()

    # Moodle's scripts

    def cli(self, script: str, *args: str) -> str:
        """Run a command-line script of Moodle's, named by its path in the tree; returns what it printed."""
        return self._php_run([self.code / script, *args])

    def php(self, snippet: str, **values: Any) -> Any:
        """Run a piece of PHP inside Moodle, as its administrator, and return what it `return`s.

        `values` come as the variable of the same name. Moodle's globals $CFG, $DB, $USER, $SITE are at hand. What
        it returns travels as JSON. Raises CommandFailed with the error when PHP fails.
        """
        given = base64.b64encode(json.dumps(values).encode()).decode()
        text = _SNIPPET.format(
            config=_php_literal(str(self.code / "config.php")), given=given, snippet=snippet, answer=_ANSWER
        )
        path = self.run_folder / "snippet.php"
        write_private(path, text)
        printed = self._php_run([path])
        return json.loads(printed.rpartition(_ANSWER)[2])

    def script(self, script: str, *args: str, env: Mapping[str, str] | None = None) -> None:
        """Run a long script of Moodle's, or one of ours by its full path; what it prints goes to the log."""
        self._php_run([self.code / script, *args], env=env, log=self.run_folder / "install.log")

    def environment(self) -> dict[str, str]:
        """The environment for a PHP process that works on this site."""
        return {**os.environ, "PHP_INI_SCAN_DIR": f":{self.workspace.php_settings()}"}

    def _php_run(self, args: list[str | Path], *, env: Mapping[str, str] | None = None, log: Path | None = None) -> str:
        php = shutil.which("php") or "php"
        return run([php, *args], cwd=self.code, env=self.environment() | dict(env or {}), log=log)

    # Installing

    def create(self) -> None:
        """Begin anew: an empty database, running, and an empty data folder."""
        self.stop()
        shutil.rmtree(self.state, ignore_errors=True)
        self.state.mkdir(mode=0o711)
        self.moodledata.mkdir(mode=0o770)
        password = self.workspace.secret("database")
        self.database.create(self.state / "db", password)
        self.start(web=False)
        self.database.ensure_database(self._port("db"), password)

    def install(self) -> None:
        """Install Moodle into the empty database (a minute or more)."""
        args = ["--agree-license", f"--adminpass={self.workspace.secret('admin')}", "--adminuser=admin",
                "--adminemail=admin@academy.example", f"--fullname={_TITLE}", "--shortname=dlt"]  # fmt: skip
        self.script("admin/cli/install_database.php", *args)

    def upgrade(self) -> None:
        """Install or upgrade our plugins."""
        self.cli("admin/cli/upgrade.php", "--non-interactive", "--allow-unstable")
        self.cli("admin/cli/purge_caches.php")

    def add_languages(self) -> None:
        """Make Kazakh and Russian known to Moodle, by packs that hold nothing but their names.

        The real packs come from moodle.org; without one, Moodle does not even read a plugin's own strings.
        """
        for code, (name, locale) in {"kk": ("Қазақша", "kk_KZ"), "ru": ("Русский", "ru_RU")}.items():
            pack = self.moodledata / "lang" / code
            if (pack / "langconfig.php").exists():
                continue
            pack.mkdir(mode=0o770, parents=True, exist_ok=True)
            strings = {"thislanguage": name, "thislanguageint": name, "parentlanguage": "",
                       "locale": f"{locale}.UTF-8", "iso6391": code}  # fmt: skip
            lines = [f"$string['{key}'] = {_php_literal(value)};\n" for key, value in strings.items()]
            (pack / "langconfig.php").write_text("<?php\n" + "".join(lines))
            self.cli("admin/cli/purge_caches.php", "--lang=true")

    def set_up_services(self) -> None:
        """Run the plugin's own script: web services on, role, user and token made."""
        setup = "local/dltsync/cli/setup.php"
        self.cli(setup, f"--token-file={self.token_file}")
        self.cli(setup, "--readonly", f"--token-file={self.readonly_token_file}")

    # Saving and restoring

    def save(self) -> None:
        """Remember the state as it is now, for `restore`."""
        self.database.stop()
        copy_state(self.state, self.folder / "saved")
        self.start()

    def restore(self) -> None:
        """Put the site back to the state of the last `save`: database, data folder, tokens. Takes a second or two."""
        self.load(self.folder / "saved")
        self.start()

    def load(self, saved: Path) -> None:
        """Replace the state by a saved one. The database server is stopped afterwards."""
        self.database.stop(at_once=True)
        copy_state(saved, self.state)

    def warm_up(self) -> None:
        """Ask for the log-in page once, so that caches are filled."""
        try:
            with urllib.request.urlopen(f"{self.url}/login/index.php", timeout=120) as answer:  # noqa: S310
                answer.read()
        except (urllib.error.URLError, TimeoutError) as error:
            log = self.run_folder / "web.log"
            raise SiteError(f"the new site does not answer at {self.url}: {error} (see {log})") from error


_SNIPPET = """<?php
define('CLI_SCRIPT', true);
require({config});
\\core\\cron::setup_user();
$answer = (function() {{
    global $CFG, $DB, $USER, $SITE;
    extract(json_decode(base64_decode('{given}'), true));
    {snippet}
}})();
echo "\\n{answer}" . json_encode($answer, JSON_THROW_ON_ERROR);
"""


def copy_state(source: Path, target: Path) -> None:
    """Copy a whole state, owners included, in place of what is there; half a copy is never mistaken for one."""
    partial = target.with_name(target.name + ".partial")
    for old in (target, partial):
        shutil.rmtree(old, ignore_errors=True)
    run(["cp", "-a", "--reflink=auto", source, partial])
    partial.rename(target)


def _php_literal(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
