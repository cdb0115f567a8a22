"""How long a video file lasts, from the few bytes of it that say so. Pure.

MP4 and MOV (ISO/IEC 14496-12): the box `mvhd` in `moov`, which stands before or behind the pictures. WebM (RFC 8794
and 9559): `Duration` in the segment's `Info`. Anything that is not as it should be gives no duration.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

#: What an MP4 may hold before its `moov`.
_MP4_BOXES = frozenset({b"ftyp", b"styp", b"free", b"skip", b"wide", b"mdat", b"moov", b"uuid", b"pdin", b"sidx"})
_EBML, _SEGMENT, _INFO, _SCALE, _DURATION = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x2AD7B1, 0x4489


def is_video(data: bytes) -> bool:
    """Whether a file that begins like this is an MP4, MOV, WebM or Ogg."""
    return data[4:8] in _MP4_BOXES or data.startswith((b"\x1a\x45\xdf\xa3", b"OggS"))


def duration_s(data: bytes) -> float | None:
    """The duration that stands in the first bytes of a file; None where it does not."""
    try:
        return _webm(data) if data.startswith(b"\x1a\x45\xdf\xa3") else _mp4(data)
    except (struct.error, IndexError):
        return None


def moov_at(data: bytes) -> int | None:
    """Where in an MP4 the box behind the pictures begins, if that is where the duration must be."""
    for kind, start, size in _boxes(data):
        if kind == b"mdat":
            return start + size
    return None


def _mp4(data: bytes) -> float | None:
    for kind, start, size in _boxes(data):
        if kind == b"moov":
            inner = data[start + 8 : start + size]
            return next((_mvhd(inner[at + 8 :]) for name, at, _ in _boxes(inner) if name == b"mvhd"), None)
    return None


def _mvhd(box: bytes) -> float | None:
    if box[0] == 1:
        scale, units = struct.unpack_from(">IQ", box, 20)
    else:
        scale, units = struct.unpack_from(">II", box, 12)
    unknown = units in (0, 0xFFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF)
    return None if unknown or not scale else units / scale


def _boxes(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, place and size of each box that begins in `data`, whether or not it ends there."""
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if size == 1 and at + 16 <= len(data):
            (size,) = struct.unpack_from(">Q", data, at + 8)
        if size < 8:  # 0: up to the file's end
            return
        yield kind, at, size
        at += size


def _webm(data: bytes) -> float | None:
    segment = next((body for name, body in _elements(data) if name == _SEGMENT), b"")
    info = dict(_elements(next((body for name, body in _elements(segment) if name == _INFO), b"")))
    body = info.get(_DURATION, b"")
    if len(body) not in (4, 8):
        return None
    (units,) = struct.unpack(">f" if len(body) == 4 else ">d", body)
    seconds: float = units * int.from_bytes(info.get(_SCALE, b"\x0f\x42\x40")) / 1e9
    return seconds if 0 < seconds < 1e6 else None


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Id and body of each EBML element that begins in `data`; one of unknown size lasts to the end."""
    at = 0
    while at < len(data):
        name, at = _number(data, at, keep_marker=True)
        length = 8 - data[at].bit_length() + 1
        size, at = _number(data, at, keep_marker=False)
        if size == (1 << 7 * length) - 1:
            size = len(data) - at
        yield name, data[at : at + size]
        at += size


def _number(data: bytes, at: int, *, keep_marker: bool) -> tuple[int, int]:
    length = 9 - data[at].bit_length()
    if length > 8 or at + length > len(data):
        raise IndexError
    number = int.from_bytes(data[at : at + length])
    return (number if keep_marker else number & ~(1 << 7 * length)), at + length
