"""`scripts/demo`: from nothing to a Moodle with the example academy in it. Read top down.

Every step leaves a mark when it is done, so that a run which was cut off is taken up where it stopped, and a second run
changes nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.site import media
from scripts.site.layers import installed
from scripts.site.logins import KAFEDRA, Login, give_logins
from scripts.site.moodle import Site
from scripts.site.servers import FAMILIES
from scripts.site.tree import find_moodle
from scripts.site.workspace import SiteError, Workspace, locked, say

_NOTHING_TO_DO, _CHANGES_PENDING = 0, 3  # exit codes of `dlt-sync plan`


def start(workspace: Workspace, family: str) -> None:
    """Bring the demo up and say how to get in."""
    site = Site(workspace, "demo", family)
    with locked(site.folder / "lock", "the demo"):
        moodle = find_moodle(may_clone=True)
        _bring_up(site, moodle)
        site.start_media()
        config = _configure(site)
        _fill(site, config, _lists(site))
        logins = _logins(site)
    _say_how_to_get_in(site, config, logins)


def stop(workspace: Workspace) -> None:
    """Stop the demo's servers on either database, and nothing else."""
    stopped = [family for family in FAMILIES if Site(workspace, "demo", family).stop()]
    say(f"stopped the demo on {', '.join(stopped)}" if stopped else "the demo was not running")


def _bring_up(site: Site, moodle: Path) -> None:
    if not _done(site, "loaded"):
        _load(site, moodle)
        return
    changed = site.lay_out(moodle)
    if not site.running():
        say("starting the servers")
    site.start()
    if changed or not _done(site, "upgraded"):
        say("upgrading the plugins")
        _undo_mark(site, "upgraded")
        site.upgrade()
        site.set_up_services()
        _mark(site, "upgraded")


def _load(site: Site, moodle: Path) -> None:
    """A new site out of a kept one; whatever a run that was cut off left behind goes."""
    layer = installed(site.workspace, moodle, site.family)
    site.stop()
    for mark in ("applied", "upgraded"):
        _undo_mark(site, mark)
    shutil.rmtree(_home(site), ignore_errors=True)
    site.lay_out(moodle)
    site.load(layer)
    say("starting the servers")
    site.start()
    site.cli("admin/cli/cfg.php", "--name=timezone", "--set=Asia/Almaty")  # the academy's, as in the settings
    site.warm_up()
    _mark(site, "upgraded")
    _mark(site, "loaded")


def _configure(site: Site) -> Path:
    """The configuration of dlt-sync for this site; its address follows the site's port."""
    home = _home(site)
    home.mkdir(mode=0o700, exist_ok=True)
    config = home / "dlt-sync.ini"
    if not config.exists():
        say("writing the configuration: dlt-sync init, dlt-sync db upgrade")
        _dlt_sync(config, "init", "--url", site.url, "--token-file", str(site.token_file), quiet=True)
        # Who tries it is alone: what the guard parks, they release themselves.
        config.write_text(config.read_text().replace("# second_person = yes", "second_person = no"))
    text = config.read_text()
    right = re.sub(r"(?m)^url = http://127\.0\.0\.1:\d+$", f"url = {site.url}", text)
    # The media site is on this machine too, and nobody else's: it may be asked, and faster than others' sites.
    right = right.replace("# allowed_private_hosts =", "allowed_private_hosts = 127.0.0.1")
    right = right.replace("# requests_per_second = 2", "requests_per_second = 20")
    if right != text:
        config.write_text(right)
    _dlt_sync(config, "db", "upgrade", quiet=True)
    return config


def _lists(site: Site) -> Path:
    """The example academy's files; a copy with our media site's addresses where that has another port than theirs."""
    lists, port = site.workspace.root / "examples/academy", site.media_port
    if port == media.PORT:
        return lists
    copy = _home(site) / "academy"
    say(f"port {media.PORT} is taken: the videos are on port {port}, and in the addresses of a copy of the lists")
    shutil.copytree(lists, copy, dirs_exist_ok=True, copy_function=shutil.copyfile)
    media.move_addresses(copy, port)
    return copy


def _fill(site: Site, config: Path, lists: Path) -> None:
    """Import, plan, apply, and the empty plan after it; once. Later the plan is only shown."""
    known = _home(site) / "media-port"
    moved = known.exists() and known.read_text() != str(site.media_port)
    known.write_text(str(site.media_port))
    if not _done(site, "applied"):
        say(f"importing the example academy: dlt-sync records import {_short(lists)}")
        _dlt_sync(config, "records", "import", str(lists))
        say("what would change in Moodle: dlt-sync plan")
        _dlt_sync(config, "plan", allowed=(_NOTHING_TO_DO, _CHANGES_PENDING))
        say("changing it: dlt-sync apply")
        _dlt_sync(config, "apply")
        say("telling Moodle's other parts of the enrolments, as its cron does every minute")
        site.cli("admin/cli/adhoc_task.php", "--execute", r"--classname=\local_dltsync\task\deliver_events")
        _look_after_videos(config)
        say("what is left to do: dlt-sync plan")
        _dlt_sync(config, "plan")
        _mark(site, "applied")
        return
    if moved:
        say(f"the videos have new addresses: dlt-sync records import {_short(lists)}")
        again = [word for path in lists.glob("*.csv") for word in ("--accept-older", path.stem)]
        _dlt_sync(config, "records", "import", str(lists), *again)
    say("what is to do: dlt-sync plan")
    if _dlt_sync(config, "plan", allowed=(_NOTHING_TO_DO, _CHANGES_PENDING)) == _CHANGES_PENDING:
        say("changes are waiting; this command does not apply them")


def _look_after_videos(config: Path) -> None:
    """Check the links, let Moodle follow those that moved, and count what is owed."""
    say("asking every link for its video, one of which has moved, one is gone, one is slow: dlt-sync video check")
    _dlt_sync(config, "video", "check")
    say("following what has moved: dlt-sync apply")
    _dlt_sync(config, "apply")
    say("what is owed, and what is there: dlt-sync video coverage")
    _dlt_sync(config, "video", "coverage")


def _logins(site: Site) -> list[Login]:
    """Let people of every role log in. Done each time: it is quick, and changes nothing the second time."""
    return give_logins(site, teacher=_username(site, "teacher"), student=_username(site, "student"))


def _username(site: Site, role: str) -> str:
    """The user with most courses in the role (Moodle's archetype); chosen once."""
    known = site.folder / f"{role}.name"
    if not known.exists():
        name = site.php(
            "return $DB->get_field_sql('SELECT u.username FROM {role_assignments} ra JOIN {role} r ON r.id = ra.roleid"
            " JOIN {user} u ON u.id = ra.userid WHERE ra.component = :component AND r.archetype LIKE :role"
            " AND u.suspended = 0 GROUP BY u.username ORDER BY COUNT(*) DESC, u.username',"
            " ['component' => 'enrol_dltsync', 'role' => '%' . $role], IGNORE_MULTIPLE);",
            role=role,
        )
        if not name:
            raise SiteError(f"nobody is enrolled as {role}: look at `dlt-sync runs`")
        known.write_text(name)
    return known.read_text()


def _say_how_to_get_in(site: Site, config: Path, logins: list[Login]) -> None:
    command = f"{_program()} --config {_short(config)}"
    people = "\n".join(f"  {login.role:8} {login.username} / {login.password}" for login in logins)
    course, category = site.php(_WORTH_SEEING, username=logins[0].username, kafedra=KAFEDRA)
    print(f"""
The site:  {site.url}
  admin    admin / {site.workspace.secret("admin")}
{people}
Worth seeing:
  {site.url}/course/view.php?id={course}
           (teacher) a course with its videos beside their topics; they play. Videos, in its navigation, shows
           what is owed, suggests a video, asks for a shooting
  {site.url}/local/dltsync/coverage.php?categoryid={category}
           (head) how far the courses of a kafedra are covered by videos
  {site.url}/local/dltsync/requests.php
           (video) what people ask for, and the shooting plan
  {site.url}/local/dltsync/index.php
           (office) what the latest run did, what wants somebody, and all runs of dlt-sync

Change a file in examples/academy (or take examples/academy-week-2, the same academy a week later), then:
  {command} records import examples/academy
  {command} plan
  {command} apply
The same for the videos' links, and what is owed:
  {command} video check
  {command} video coverage
Stop the servers: scripts/demo stop""")


#: The course of a user in which most videos are shown, and a kafedra's category.
_WORTH_SEEING = """
$user = core_user::get_user_by_username($username);
$category = $DB->get_field('local_dltsync_object', 'moodleid', ['kind' => 'category', 'sourcedid' => $kafedra]);
$links = fn($course) => get_fast_modinfo($course)->get_instances_of('url');
$shown = fn($course) => count(array_filter($links($course), fn($link) => $link->visible));
$courses = enrol_get_users_courses($user->id, true);
usort($courses, fn($one, $other) => $shown($other->id) <=> $shown($one->id));
return [$courses[0]->id, $category];
"""


def _home(site: Site) -> Path:
    """Where dlt-sync's configuration and database for this site are."""
    return site.workspace.own / f"demo-{site.family}"


def _short(path: Path) -> Path:
    """A path as a person would type it in the project's root."""
    return path.relative_to(Path.cwd())


def _program() -> Path:
    return Path(sys.executable).parent.joinpath("dlt-sync").relative_to(Path.cwd())


def _dlt_sync(config: Path, *args: str, allowed: tuple[int, ...] = (0,), quiet: bool = False) -> int:
    """Run a dlt-sync command as a person would; its exit code. Raises SiteError when it is not an allowed one."""
    command = [str(Path(sys.executable).parent / "dlt-sync"), "--config", str(config), *args]
    env = {name: value for name, value in os.environ.items() if not name.startswith("DLT_SYNC_")}
    output = subprocess.PIPE if quiet else None
    done = subprocess.run(command, env=env, stdout=output, stderr=output, text=True, check=False)  # noqa: S603
    if done.returncode not in allowed:
        printed = (done.stdout or "") + (done.stderr or "")
        raise SiteError(f"dlt-sync {' '.join(args)} ended with code {done.returncode}\n{printed}".rstrip())
    return done.returncode


def _done(site: Site, step: str) -> bool:
    return (site.folder / f"{step}.done").exists()


def _mark(site: Site, step: str) -> None:
    (site.folder / f"{step}.done").touch()


def _undo_mark(site: Site, step: str) -> None:
    (site.folder / f"{step}.done").unlink(missing_ok=True)
