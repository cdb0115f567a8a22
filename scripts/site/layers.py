"""Installed sites as layers that are kept: Moodle alone (slow to make, rarely changes), then our plugins on it.

A layer is a copy of a site's state under a name that holds a hash of everything it was made from.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.site import tree
from scripts.site.moodle import Site, copy_state
from scripts.site.servers import FAMILIES
from scripts.site.workspace import Workspace, first_free, locked, say

#: Raise it when sites are to be made differently, so that kept ones are made anew.
_RECIPE = 1


def installed(workspace: Workspace, moodle: Path, family: str) -> Path:
    """A saved state with Moodle, both plugins, languages, service users and tokens; made when it is missing."""

    def install_moodle(site: Site) -> None:
        say(f"installing Moodle on {family}: a minute or two, once")
        site.create()
        site.install()

    def install_plugins(site: Site) -> None:
        say(f"installing the plugins on {family}")
        site.start(web=False)
        site.upgrade()
        site.add_languages()
        site.set_up_services()

    return two_layers(workspace, moodle, f"site-{family}", family, install_moodle, install_plugins)


@contextmanager
def test_site(workspace: Workspace, moodle: Path, family: str) -> Iterator[Site]:
    """A running site for tests, as new, that nobody else uses meanwhile. It is stopped at the end."""
    locks = [workspace.sites() / f"test{number}-{family}.lock" for number in range(1, 5)]
    with first_free(locks) as lock:
        site = Site(workspace, lock.name.partition("-")[0], family)
        try:
            _make_ready(site, moodle)
            yield site
        finally:
            site.stop()


def _make_ready(site: Site, moodle: Path) -> None:
    full = installed(site.workspace, moodle, site.family)
    stamp = site.folder / "saved.stamp"
    site.stop()
    site.lay_out(moodle)
    if stamp.exists() and stamp.read_text() == full.name:
        site.restore()
        return
    stamp.unlink(missing_ok=True)
    site.load(full)
    site.start()
    site.warm_up()
    site.save()
    stamp.write_text(full.name)


def two_layers(
    workspace: Workspace,
    moodle: Path,
    name: str,
    family: str,
    make_base: Callable[[Site], None],
    add_plugins: Callable[[Site], None],
) -> Path:
    """A saved state made in two steps, each kept: `make_base` without our plugins, `add_plugins` on top of it."""
    snapshots = workspace.snapshots()
    made_of = _made_of(workspace, moodle, family)
    base_key, full_key = f"{name}-base-{made_of}", f"{name}-full-{made_of}-{tree.plugins_hash(workspace)}"
    with locked(snapshots / f"{name}.lock", f"the {name} snapshot"):
        if not (snapshots / full_key).exists():
            site = Site(workspace, f"build-{name}", family)
            _make_full(site, moodle, snapshots / base_key, snapshots / full_key, make_base, add_plugins)
            _forget_others(snapshots, name, {base_key, full_key})
    return snapshots / full_key


def _made_of(workspace: Workspace, moodle: Path, family: str) -> str:
    """What a site without plugins depends on: Moodle, the database server, its password, and the recipe here."""
    server = FAMILIES[family].version()
    parts = f"{tree.release(moodle)}|{server}|{workspace.secret('database')}|{_RECIPE}"
    return hashlib.sha256(parts.encode()).hexdigest()[:12]


def _make_full(
    site: Site,
    moodle: Path,
    base: Path,
    full: Path,
    make_base: Callable[[Site], None],
    add_plugins: Callable[[Site], None],
) -> None:
    try:
        site.stop()
        if base.exists():
            site.lay_out(moodle)
            site.load(base)
        else:
            site.lay_out(moodle, plugins=False)
            make_base(site)
            _keep(site, base)
            site.lay_out(moodle)
        add_plugins(site)
        _keep(site, full)
    finally:
        site.stop()


def _keep(site: Site, layer: Path) -> None:
    """Copy the state into a layer; caches hold paths of the site that made it, so they stay behind."""
    site.stop()
    for data in (site.moodledata, site.state / "phpunitdata"):
        for cache in ("cache", "localcache", "temp", "sessions", "lock"):
            shutil.rmtree(data / cache, ignore_errors=True)
    copy_state(site.state, layer)


def _forget_others(snapshots: Path, name: str, keep: set[str]) -> None:
    for old in snapshots.glob(f"{name}-*"):
        if old.is_dir() and old.name not in keep:
            shutil.rmtree(old)
