"""How long a file lasts, from real files and from broken ones."""

from __future__ import annotations

import struct

import pytest

from dlt_sync.media.durations import duration_s, is_video, moov_at
from tests.unit.media.stub_host import FILES


@pytest.mark.parametrize("name", ["clip.mp4", "clip-late.mp4", "clip.webm"])
def test_real_files(name: str) -> None:
    data = (FILES / name).read_bytes()
    assert is_video(data)
    assert round(duration_s(data) or 0) == 12


def test_a_file_that_is_only_begun_says_where_the_rest_is() -> None:
    data = (FILES / "clip-late.mp4").read_bytes()
    at = data.index(b"moov") - 4
    assert duration_s(data[:200]) is None
    assert moov_at(data[:200]) == at
    assert round(duration_s(data[at:]) or 0) == 12


def test_a_long_duration_is_read_from_the_second_version_of_the_box() -> None:
    mvhd = b"\1\0\0\0" + bytes(16) + struct.pack(">IQ", 1000, 5_000_000_000)
    box = struct.pack(">I4s", 8 + len(mvhd), b"mvhd") + mvhd
    assert duration_s(struct.pack(">I4s", 8 + len(box), b"moov") + box) == 5_000_000


@pytest.mark.parametrize("name", ["clip.mp4", "clip-late.mp4", "clip.webm"])
def test_no_cut_and_no_broken_byte_breaks_the_reader(name: str) -> None:
    data = (FILES / name).read_bytes()
    for length in range(0, len(data), 7):
        duration_s(data[:length])
        moov_at(data[:length])
    for place in range(600):
        for byte in (0, 1, 0xFF):
            duration_s(data[:place] + bytes([byte]) + data[place + 1 :])


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 100, b"%PDF-1.7", b"<html>", b"\x1a\x45\xdf\xa3", b"\x1a\x45\xdf\xa3" * 50]
)
def test_what_is_no_video_has_no_duration(data: bytes) -> None:
    assert duration_s(data) is None
