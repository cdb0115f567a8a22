"""The Moodle code: where it comes from, our own copy of it, and our plugins in it.

The tree that is found is only read. One pristine copy is made; each site's tree is made of hard links to that copy,
which takes a second: Moodle never writes into its code, and our plugins are put in as fresh files.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from pathlib import Path

from scripts.site.process import CommandFailed, run
from scripts.site.workspace import SiteError, Workspace, locked, say

#: Where our plugins go in a Moodle tree, and where they lie in `moodle_plugin`.
PLUGINS = ("enrol/dltsync", "local/dltsync")
#: Where a live test puts a plugin of its own; one that was killed leaves it behind.
LISTENER = "local/dltsynclistener"
_REPOSITORY, _BRANCH = "https://github.com/moodle/moodle.git", "MOODLE_405_STABLE"


class NoMoodle(SiteError):
    """There is no Moodle code on this machine, and it could not be fetched."""


def find_moodle(*, may_clone: bool) -> Path:
    """The Moodle tree to work from: $MOODLE_DIR, else ~/.cache/dlt-sync/moodle, else a new clone of it there.

    Raises NoMoodle with what to do about it.
    """
    named = os.environ.get("MOODLE_DIR")
    folder = Path(named).expanduser() if named else Path.home() / ".cache/dlt-sync/moodle"
    if (folder / "version.php").exists():
        return folder.resolve()
    if named:
        raise NoMoodle(f"MOODLE_DIR is {named}, but there is no Moodle code (no version.php) in it")
    if not may_clone:
        raise NoMoodle(f"no Moodle code: neither MOODLE_DIR is set nor is there a tree in {folder}")
    _clone(folder)
    return folder


def _clone(folder: Path) -> None:
    say(f"no Moodle code in {folder}: cloning {_BRANCH} of {_REPOSITORY} (about 400 MB)")
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        run(["git", "clone", "--quiet", "--depth", "1", "-b", _BRANCH, _REPOSITORY, partial])
    except (CommandFailed, FileNotFoundError) as error:
        raise NoMoodle(
            f"Moodle's code could not be fetched: {error}\nPut a Moodle 4.5 tree into {folder}, "
            f"or name one: MOODLE_DIR=/path/to/moodle"
        ) from error
    partial.rename(folder)


def release(moodle: Path) -> str:
    """Moodle's version number, as in `2024100706.00`. Raises NoMoodle when it is not a 4.5."""
    text = (moodle / "version.php").read_text()
    version = re.search(r"^\$version\s*=\s*([\d.]+)", text, re.MULTILINE)
    branch = re.search(r"^\$branch\s*=\s*'(\d+)'", text, re.MULTILINE)
    if not version or not branch or branch[1] != "405":
        raise NoMoodle(f"{moodle} holds Moodle branch {branch[1] if branch else '?'}; Moodle 4.5 (405) is needed")
    return version[1]


def pristine_copy(workspace: Workspace, moodle: Path) -> Path:
    """Our own copy of the Moodle code, made anew when the tree is another one or has another version."""
    copy, stamp = workspace.own / "moodle", workspace.own / "moodle.stamp"
    wanted = f"{moodle} {release(moodle)}"
    with locked(workspace.own / "moodle.lock", "the copy of Moodle's code"):
        if not copy.exists() or not stamp.exists() or stamp.read_text() != wanted:
            say(f"copying Moodle's code from {moodle}")
            stamp.unlink(missing_ok=True)
            shutil.rmtree(copy, ignore_errors=True)
            copy.mkdir()
            run(["sh", "-c", 'cd "$0" && tar -cf - --exclude=./.git --exclude=./config.php --exclude=./vendor '
                 '--exclude=./local/dltsync --exclude=./enrol/dltsync . | tar -xf - --no-same-owner -C "$1"',
                 moodle, copy])  # fmt: skip
            stamp.write_text(wanted)
    return copy


def lay_out(pristine: Path, code: Path, version: str) -> None:
    """Make a site's code tree out of hard links, unless it is there in this version."""
    stamp = code.parent / "code.stamp"
    if stamp.exists() and stamp.read_text() == version:
        return
    stamp.unlink(missing_ok=True)
    shutil.rmtree(code, ignore_errors=True)
    run(["cp", "-al", pristine, code])
    stamp.write_text(version)


def put_plugins(workspace: Workspace, code: Path) -> bool:
    """Make the plugins in a site's tree equal to ours. True when anything changed."""
    shutil.rmtree(code / LISTENER, ignore_errors=True)
    changed = False
    for plugin in PLUGINS:
        changed |= _mirror(workspace.plugins / plugin, code / plugin)
    return changed


def remove_plugins(code: Path) -> bool:
    """Take the plugins out of a site's tree. True when one was there."""
    changed = False
    for plugin in PLUGINS:
        changed |= (code / plugin).exists()
        shutil.rmtree(code / plugin, ignore_errors=True)
    return changed


def _mirror(source: Path, target: Path) -> bool:
    wanted, found = _files(source), _files(target)
    changed = False
    for name in found - wanted:
        (target / name).unlink()
        changed = True
    for name in sorted(wanted):
        changed |= _copy_if_other(source / name, target / name)
    return changed


def _copy_if_other(source: Path, target: Path) -> bool:
    if target.exists() and target.read_bytes() == source.read_bytes():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(target.name + ".new")
    shutil.copyfile(source, fresh)
    fresh.replace(target)
    return True


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def plugins_hash(workspace: Workspace) -> str:
    """A hash over all that our plugins do in a site: every file of theirs but their tests."""
    total = hashlib.sha256()
    for plugin in PLUGINS:
        for name in sorted(_files(workspace.plugins / plugin)):
            if not name.startswith("tests/"):
                total.update(f"{plugin}/{name}\0".encode())
                total.update((workspace.plugins / plugin / name).read_bytes() + b"\0")
    return total.hexdigest()[:16]
