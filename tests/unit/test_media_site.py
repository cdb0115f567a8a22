"""The demo's media site answers as players and link checks need it, and misbehaves where it is meant to."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from scripts.site import media


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = media.serving(0, slow_s=0.2)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/video"
    server.shutdown()
    server.server_close()
    thread.join()


def _get(url: str, **headers: str) -> requests.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.get(url, headers=named, timeout=10, allow_redirects=False)


def test_every_video_is_the_clip(address: str) -> None:
    clip = media.CLIP.read_bytes()
    for number in (1, 50, 100):
        answer = _get(f"{address}/{number:03}.mp4")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "video/mp4")
        assert answer.content == clip
    assert requests.head(f"{address}/001.mp4", timeout=10).headers["Content-Length"] == str(len(clip))


def test_the_clip_is_small_and_begins_with_its_index() -> None:
    clip = media.CLIP.read_bytes()
    assert len(clip) < 60_000
    assert clip.index(b"moov") < clip.index(b"mdat")


def test_a_range_is_a_part(address: str) -> None:
    clip = media.CLIP.read_bytes()
    answer = _get(f"{address}/001.mp4", Range="bytes=10-19")
    assert (answer.status_code, answer.content) == (206, clip[10:20])
    assert answer.headers["Content-Range"] == f"bytes 10-19/{len(clip)}"
    assert _get(f"{address}/001.mp4", Range=f"bytes={len(clip)}-").status_code == 416


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("bytes=0-", (0, 99)), ("bytes=0-0", (0, 0)), ("bytes=90-200", (90, 99)), ("bytes=-10", (90, 99)),
        ("bytes=-200", (0, 99)), ("bytes=100-", None), ("bytes=5-4", None), ("bytes=-", None), ("lines=1-2", None),
    ],
)  # fmt: skip
def test_ranges_are_read_as_the_standard_says(wanted: str, found: tuple[int, int] | None) -> None:
    assert media.part(wanted, 100) == found


def test_what_is_known_is_not_sent_again(address: str) -> None:
    tag = _get(f"{address}/001.mp4").headers["ETag"]
    again = _get(f"{address}/001.mp4", If_None_Match=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert _get(f"{address}/001.mp4", Range="bytes=0-1", If_Range='"another"').status_code == 200


def test_one_moved_one_is_gone_one_is_slow(address: str) -> None:
    moved = _get(f"{address}/{media.MOVED:03}.mp4")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"/video/archive/{media.MOVED:03}.mp4")
    assert requests.get(f"{address}/{media.MOVED:03}.mp4", timeout=10).status_code == 200
    assert _get(f"{address}/{media.GONE:03}.mp4").status_code == 404
    assert _get(f"{address}/{media.SLOW:03}.mp4").elapsed.total_seconds() >= 0.2


@pytest.mark.parametrize("path", ["", "/000.mp4", "/200.mp4", "/1.mp4", "/001.mp4/../../../secret", "/001.webm"])
def test_nothing_else_is_served(address: str, path: str) -> None:
    assert _get(f"{address}{path}").status_code == 404


def test_lists_can_be_given_another_port(tmp_path: Path) -> None:
    lists = tmp_path / "academy"
    shutil.copytree(media.CLIP.parents[1] / "academy", lists)
    before = (lists / "video_asset.csv").read_text(encoding="utf-8")
    media.move_addresses(lists, 4711)
    after = (lists / "video_asset.csv").read_text(encoding="utf-8")
    assert after == before.replace(str(media.PORT), "4711")
    assert after.count("http://127.0.0.1:4711/video") == 100
