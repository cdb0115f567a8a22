"""What a run has to tell arrives in Moodle: stored once, told in the reader's language, and later where it was down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dlt_sync import run
from dlt_sync.errors import GuardStopped, MoodleUnavailable
from dlt_sync.guard import Limits
from dlt_sync.moodle.rest import RestBridge
from dlt_sync.tell import tell_runs
from scripts.site.moodle import Site
from tests.academies import STUDENT
from tests.worlds import World

_READER = """
$user = $DB->get_record('user', ['username' => 'admin']);
$DB->set_field('user', 'lang', 'ru', ['id' => $user->id]);
return (int)$user->id;
"""
_RUNS = "return array_values($DB->get_records('local_dltsync_run', null, 'run', 'run, needs, verdict, report'));"
_TOLD = """
return array_values($DB->get_records_select('notifications', $DB->sql_like('component', '?'), ['local_dltsync'],
    'id', 'id, subject, fullmessage, useridto'));
"""


@pytest.fixture
def world(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The small academy's records, and a program that talks to a site as new."""
    site.restore()
    small = World(tmp_path, monkeypatch)
    small.clock = datetime.now(UTC)  # of what was long ago nobody is told
    with RestBridge(site.url, site.token, retries=0) as bridge:
        small.context = replace(small.context, bridge=bridge, site=site.url, batch_size=200)
        yield small


def test_what_a_run_has_to_tell_arrives_and_is_told_once(world: World, site: Site) -> None:
    reader = site.php(_READER)
    run.apply_run(world.context)
    people = {key: person for key, person in world.academy.people.items() if key != STUDENT}
    world.academy = replace(world.academy, people=people)
    with pytest.raises(GuardStopped):
        run.apply_run(replace(world.context, limits=Limits(removals_percent=10, at_least=1)))
    first, refused = site.php(_RUNS)
    assert (first["verdict"], first["needs"]) == ("ok", "")
    assert (refused["verdict"], refused["needs"]) == ("refused", "release")
    report = json.loads(refused["report"])
    assert [section["code"] for section in report["kk"]["sections"]] == ["summary", "parked"]
    site.cli("admin/cli/adhoc_task.php", "--execute", r"--classname=\local_dltsync\task\tell_run")
    told = site.php(_TOLD)
    assert {row["useridto"] for row in told} == {str(reader)}
    (parked,) = [row for row in told if "план ждёт решения" in row["subject"]]
    assert "dlt-sync apply --approve" in parked["fullmessage"]
    assert tell_runs(world.database, world.context.bridge, world.now) == 0


def test_a_run_that_failed_while_moodle_was_down_arrives_later(
    world: World, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise MoodleUnavailable("Moodle does not answer.", remedy="Try again later.")

    with monkeypatch.context() as patch:
        patch.setattr(world.context.bridge, "apply", down)
        patch.setattr(world.context.bridge, "push_status", down)
        with pytest.raises(MoodleUnavailable):
            run.apply_run(world.context)
    assert site.php(_RUNS) == []
    run.apply_run(world.context)
    assert [(row["verdict"], row["needs"]) for row in site.php(_RUNS)] == [("failed", "look"), ("ok", "")]
