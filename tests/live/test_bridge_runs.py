"""Whole runs of a small academy on a real Moodle, where the bridge sets the bounds: bytes at once, places not ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dlt_sync import run
from dlt_sync.moodle.contract import Info
from dlt_sync.moodle.rest import RestBridge
from scripts.site.moodle import Site
from tests.academies import OFFERING
from tests.live.hands import Hands
from tests.worlds import World

#: Too little for the three users of the small academy at once.
FEW_BYTES = 800


class NarrowBridge(RestBridge):
    """A Moodle that takes little at once. `sent` are kind and length of each batch."""

    sent: list[tuple[str, int]]

    def info(self) -> Info:
        """What Moodle says, but for the limit."""
        return replace(super().info(), max_batch_bytes=FEW_BYTES)


@pytest.fixture
def bridge(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[NarrowBridge]:
    """A bridge to a site as new."""
    site.restore()
    with NarrowBridge(site.url, site.token, retries=0) as narrow:
        narrow.sent = []
        plain = narrow._client.post

        def post(function: str, **parts: str) -> Any:
            if function == "local_dltsync_apply":
                request = parts["request"]
                narrow.sent.append((json.loads(request)["kind"], len(request.encode())))
            return plain(function, **parts)

        monkeypatch.setattr(narrow._client, "post", post)
        yield narrow


@pytest.fixture
def world(site: Site, bridge: NarrowBridge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The small academy's records, and a program that talks to the site."""
    small = World(tmp_path, monkeypatch)
    small.context = replace(small.context, bridge=bridge, site=site.url, batch_size=200)
    return small


def test_a_load_travels_in_requests_that_moodle_takes(world: World, bridge: NarrowBridge) -> None:
    result = run.apply_run(world.context)
    assert (result.exit_code, result.failed) == (0, ())
    assert max(length for _, length in bridge.sent) <= FEW_BYTES
    assert [kind for kind, _ in bridge.sent].count("user") == 2


def test_undo_gives_an_adopted_course_back_but_for_its_place(world: World, site: Site) -> None:
    hands = Hands(site)
    category = hands.hand_add("category", name="Мұрағат", idnumber="old")
    course = hands.hand_add(
        "course", fullname="Old name", shortname="OLD 1", idnumber=OFFERING, category=f"moodle:{category}"
    )
    loaded = run.apply_run(world.context)
    assert (loaded.exit_code, loaded.counts["course.adopt"]) == (0, 1)
    taken = site.php("return $DB->get_record('course', ['id' => $id]);", id=course)
    undone = run.undo_run(world.context, loaded.run_id)
    assert "course" not in {operation.kind for operation, _ in undone.failed}
    left = site.php("return $DB->get_record('course', ['id' => $id]);", id=course)
    assert (left["fullname"], left["shortname"]) == ("Old name", "OLD 1")
    assert left["category"] == taken["category"] != str(category)
    (finding,) = undone.plan.findings
    assert f"category {category} in Moodle" in finding.message
