"""PHPUnit tests of both plugins, on a site of their own, with Debian's PHPUnit instead of Composer's.

Moodle looks for Composer's files in a few places; `_pretend_composer` puts stand-ins there that load Debian's packages.
The installed test site is kept in layers, as other sites are.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from scripts.site import tree
from scripts.site.layers import two_layers
from scripts.site.moodle import Site
from scripts.site.process import run
from scripts.site.workspace import Workspace, locked, say, write_if_changed

_SUITES = ",".join(f"{plugin.replace('/', '_')}_testsuite" for plugin in tree.PLUGINS)
_LIBRARIES = ("/usr/share/php/PHPUnit/Autoload.php", "/usr/share/php/org/bovigo/vfs/autoload.php")


def prepare(workspace: Workspace, moodle: Path, family: str) -> Path:
    """A saved state of an initialised PHPUnit site with both plugins; made when it is missing."""

    def initialise(site: Site) -> None:
        say(f"initialising PHPUnit on {family}: two minutes, once")
        site.create()
        (site.state / "phpunitdata").mkdir(mode=0o770)
        _pretend_composer(site.code)
        site.script("admin/tool/phpunit/cli/util.php", "--install", env=_locale(workspace))

    def add_plugins(site: Site) -> None:
        say(f"adding the plugins to the PHPUnit site on {family}")
        site.start(web=False)
        _pretend_composer(site.code)
        upgrade = Path(__file__).parent / "phpunit_upgrade.php"
        site.script(str(upgrade), str(site.code), env=_locale(workspace))

    return two_layers(workspace, moodle, f"phpunit-{family}", family, initialise, add_plugins)


def run_tests(
    workspace: Workspace, moodle: Path, family: str, report: Path, arguments: list[str], out: IO[str] | None = None
) -> int:
    """Run the plugins' tests on a fresh copy of the prepared site; PHPUnit's exit code. What it says goes to `out`."""
    layer = prepare(workspace, moodle, family)
    with _site(workspace, moodle, family, layer) as site:
        site.script("admin/tool/phpunit/cli/util.php", "--buildconfig", env=_locale(workspace))
        command = ["php", str(site.code / "vendor/bin/phpunit"), "--log-junit", str(report), "--testsuite", _SUITES,
                   "--fail-on-warning", "--fail-on-risky", *arguments]  # fmt: skip
        env = site.environment() | _locale(workspace)
        run = subprocess.run(command, cwd=site.code, env=env, check=False, stdout=out, stderr=out)  # noqa: S603
        return run.returncode


@contextmanager
def _site(workspace: Workspace, moodle: Path, family: str, layer: Path) -> Iterator[Site]:
    with locked(workspace.sites() / f"phpunit-{family}.lock", "the PHPUnit site"):
        site = Site(workspace, "phpunit", family)
        try:
            site.stop()
            site.lay_out(moodle)
            site.load(layer)
            _pretend_composer(site.code)
            site.start(web=False)
            yield site
        finally:
            site.stop()


def _pretend_composer(code: Path) -> None:
    """Put what Moodle expects of Composer into the tree."""
    vendor = code / "vendor"
    for folder in (vendor / "bin", vendor / "phpunit/phpunit"):
        folder.mkdir(parents=True, exist_ok=True)
    requires = "".join(f"require_once('{library}');\n" for library in _LIBRARIES)
    write_if_changed(vendor / "autoload.php", f"<?php\n{requires}")
    write_if_changed(
        vendor / "bin/phpunit",
        "<?php\ndefine('PHPUNIT_COMPOSER_INSTALL', __DIR__ . '/../autoload.php');\n"
        "require(PHPUNIT_COMPOSER_INSTALL);\nPHPUnit\\TextUI\\Command::main();\n",
    )
    write_if_changed(vendor / "phpunit/phpunit/composer.json", "{}\n")
    write_if_changed(code / "composer.phar", "")


def _locale(workspace: Workspace) -> dict[str, str]:
    """Moodle's tests want Australian English; it is made in a folder of ours."""
    folder = workspace.own / "locale"
    made = folder / "en_AU.UTF-8"
    with locked(workspace.own / "locale.lock", "the locale"):
        if not made.exists():
            folder.mkdir(exist_ok=True)
            run(["localedef", "-i", "en_AU", "-f", "UTF-8", made])
    return {"LOCPATH": str(folder)}
