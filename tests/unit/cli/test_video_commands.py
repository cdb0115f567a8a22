"""`dlt-sync video check` at the command line."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dlt_sync import log
from dlt_sync.cli.app import App
from dlt_sync.media import linkcheck
from dlt_sync.media.providers import Endpoints
from tests.unit.cli.conftest import CONFIG, NOW, Commands
from tests.unit.media.stub_host import StubHost, page, redirect, stub_host


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[StubHost]:
    """The host of the videos."""
    with stub_host() as host:
        monkeypatch.setattr(linkcheck.Tools, "__init__", _with_resolve(host))
        yield host


def _with_resolve(host: StubHost) -> object:
    def init(self: linkcheck.Tools) -> None:
        object.__setattr__(self, "endpoints", Endpoints())
        object.__setattr__(self, "resolve", host.resolve)

    return init


@pytest.fixture
def videos(dlt_sync: Commands, exports: Path, folder: Path, stub: StubHost) -> Commands:
    """Commands with three videos in the records: one good, one gone, one that moved."""
    stub.serve("/1", page("Су гигиенасы"))
    stub.serve("/3", redirect("/three"))
    stub.serve("/three", page("Ауа гигиенасы"))
    rows = [
        f"dlt:video:{number},plt:discipline:1,lecture,kk,{title},{stub.url(f'/{number}')}"
        for number, title in ((1, "Су гигиенасы"), (2, "Топырақ гигиенасы"), (3, "Ауа гигиенасы"))
    ]
    text = "\n".join(["sourced_id,discipline_id,kind,language,title,url", *rows])
    (exports / "video_asset.csv").write_text(text + "\n", encoding="utf-8")
    (folder / "dlt-sync.ini").write_text(
        f"{CONFIG}[video]\nallowed_private_hosts = media.example\nrequests_per_second = 1000\n", encoding="utf-8"
    )
    assert dlt_sync("records", "import", "exports").exit_code == 0
    return dlt_sync


def test_a_check_tells_what_is_wrong_and_what_moved(videos: Commands, stub: StubHost) -> None:
    result = videos("video", "check")
    assert result.exit_code == 0, result.output
    assert "3 links checked" in result.stdout
    assert "Failed, not yet often enough" in result.stdout
    assert "Топырақ гигиенасы" in result.stdout
    assert "Moved for good (batch 2)" in result.stdout
    again = videos("video", "check")
    assert "No link was due" in again.stdout
    assert "3 links were checked recently" in again.stderr


def test_after_three_nights_it_says_broken_with_the_kafedra(videos: Commands, stub: StubHost) -> None:
    for night in range(3):
        result = videos("video", "check", "--json", now=lambda night=night: NOW + timedelta(days=night))  # type: ignore[misc]
    data = json.loads(result.stdout)
    assert (data["checked"], data["broken"], data["counts"]) == (3, 1, {"gone": 1, "ok": 2})
    first = data["links"][0]
    assert (first["broken"], first["kafedra"], first["failures"]) == (True, "Гигиена", 3)
    shown = videos("video", "check", "--all", now=lambda: NOW + timedelta(days=3))
    assert "Broken: failed three times" in shown.stdout


def test_a_host_that_is_down_is_one_line(videos: Commands, stub: StubHost, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(host: str, port: int) -> list[object]:
        raise OSError("name or service not known")

    monkeypatch.setattr(stub, "resolve", nowhere)
    result = videos("video", "check")
    assert result.exit_code == 0
    assert "Hosts that do not answer" in result.stdout
    assert "Failed" not in result.stdout


def test_ctrl_c_keeps_what_was_found_and_says_so(
    videos: Commands, stub: StubHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(linkcheck, "_tell", interrupted)
    result = videos("video", "check")
    assert result.exit_code == 1
    assert "goes on with the rest" in result.stderr


def test_the_key_of_youtube_never_reaches_the_log(folder: Path, videos: Commands) -> None:
    config = folder / "dlt-sync.ini"
    config.write_text(config.read_text() + "youtube_key = key-of-youtube\n")
    app = App(environ={}, config=config)
    assert app.settings.video.youtube_key
    logging.getLogger("dlt_sync").warning("with key-of-youtube")
    log.close()
    assert "key-of-youtube" not in (folder / "dlt-sync.log").read_text()
