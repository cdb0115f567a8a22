"""`dlt-sync video check` at the command line."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dlt_sync import log, run
from dlt_sync.cli.app import App
from dlt_sync.errors import RunActive
from dlt_sync.media import linkcheck
from dlt_sync.media.providers import Endpoints
from tests.unit.cli.conftest import CONFIG, NOW, Commands
from tests.unit.media.stub_host import StubHost, page, redirect, stub_host
from tests.unit.media.test_feeds import YOUTUBE_CHANNEL


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


def test_feeds_suggest_and_the_request_is_listed(videos: Commands, folder: Path, stub: StubHost) -> None:
    (folder / "channel.xml").write_text(YOUTUBE_CHANNEL, encoding="utf-8")
    tried = videos("video", "feed", "channel.xml", "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "feed:request:" in tried.stdout
    result = videos("video", "feed", "channel.xml", "--json")
    assert [new["title"] for new in json.loads(result.stdout)["suggested"]] == ["Дәріс 3. Су гигиенасы"]
    assert "1 new" in result.stderr
    assert "feed:request:" in videos("video", "requests").stdout
    assert "1 suggested before" in videos("video", "feed", "channel.xml").stderr


def test_feeds_of_the_settings_are_read_and_one_that_fails_is_named(
    videos: Commands, folder: Path, stub: StubHost
) -> None:
    nothing = videos("video", "feed")
    assert nothing.exit_code == 1
    assert "feed.NAME = ADDRESS" in nothing.stderr
    config = folder / "dlt-sync.ini"
    config.write_text(config.read_text() + "feed.a = missing.xml\nfeed.b = channel.xml\n")
    (folder / "channel.xml").write_text(YOUTUBE_CHANNEL, encoding="utf-8")
    result = videos("video", "feed")
    assert result.exit_code == 5
    assert "Not read: missing.xml" in result.stderr
    assert "1 new" in result.stderr


def test_settings_that_no_check_could_follow_are_named(videos: Commands, folder: Path) -> None:
    config = folder / "dlt-sync.ini"
    config.write_text(config.read_text() + "media_site.a = (\nnot_found.de = nicht gefunden\nca_file = none.pem\n")
    result = videos("video", "check")
    assert result.exit_code == 1
    for key in ("media_site.a", "not_found.de", "ca_file"):
        assert key in result.stderr


def test_what_a_check_found_is_shown_in_moodle_unless_a_run_is_under_way(
    videos: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def show_topics(context: run.Context) -> None:
        told.append(context.site)
        if len(told) == 2:
            raise RunActive("Another run is active.")

    monkeypatch.setattr(run, "show_topics", show_topics)
    assert [videos("video", "check", "--all").exit_code for _ in range(2)] == [0, 0]
    assert told == ["https://moodle.example"] * 2
