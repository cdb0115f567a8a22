"""A stand-in for the department's media site: one clip under each video's own address, with some hosts' bad habits.

    python scripts/site/media.py PORT

It listens on the loopback address and answers `/video/001.mp4` to `/video/199.mp4`. Ranges and conditional requests
are understood, as players and link checks use them. Needs nothing but Python's own library.
"""

from __future__ import annotations

import re
import sys
import time
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

#: The port in the addresses of examples/academy/video_asset.csv.
PORT = 18044
CLIP = Path(__file__).resolve().parents[2] / "examples/media/clip.mp4"

#: What a link check has to find out: the video's number and what is wrong with it.
MOVED, GONE, SLOW = 35, 65, 45
SLOW_S = 6.0

_VIDEO = re.compile(r"/video/(archive/)?(\d{3})\.mp4")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class _Answer(BaseHTTPRequestHandler):
    """Answers one request for the clip."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "media", ""

    def __init__(self, clip: bytes, slow_s: float, *args: object) -> None:
        self._clip, self._slow_s = clip, slow_s
        self._etag = f'"{sha256(clip).hexdigest()[:16]}"'
        super().__init__(*args)  # type: ignore[arg-type]

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        found = _VIDEO.fullmatch(self.path.partition("?")[0])
        number = int(found[2]) if found else 0
        if not found or not 0 < number < 200 or number == GONE:
            self._say(HTTPStatus.NOT_FOUND)
        elif number == MOVED and not found[1]:
            self._say(HTTPStatus.MOVED_PERMANENTLY, {"Location": f"/video/archive/{number:03}.mp4"})
        else:
            time.sleep(self._slow_s if number == SLOW else 0)
            self._serve()

    def _serve(self) -> None:
        known = {"Accept-Ranges": "bytes", "ETag": self._etag, "Content-Type": "video/mp4"}
        if self.headers.get("If-None-Match") == self._etag:
            return self._say(HTTPStatus.NOT_MODIFIED, known)
        wanted, size = self.headers.get("Range"), len(self._clip)
        if not wanted or self.headers.get("If-Range", self._etag) != self._etag:
            return self._say(HTTPStatus.OK, known, self._clip)
        found = part(wanted, size)
        if not found:
            return self._say(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, {"Content-Range": f"bytes */{size}"})
        first, last = found
        known["Content-Range"] = f"bytes {first}-{last}/{size}"
        return self._say(HTTPStatus.PARTIAL_CONTENT, known, self._clip[first : last + 1])

    def _say(self, status: HTTPStatus, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: hundreds of lines nobody reads."""


def part(wanted: str, size: int) -> tuple[int, int] | None:
    """The first and last byte that a Range header asks for, of `size`; None where there is no such part."""
    found = _RANGE.fullmatch(wanted.strip())
    if not found or not any(found.groups()):
        return None
    if not found[1]:
        return max(size - int(found[2]), 0), size - 1
    first, last = int(found[1]), min(int(found[2] or size - 1), size - 1)
    return (first, last) if first <= last else None


def move_addresses(lists: Path, port: int) -> None:
    """Give the videos in the lists of that folder (a copy of examples/academy) addresses with another port."""
    for path in lists.glob("video_*.csv"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(f"127.0.0.1:{PORT}/", f"127.0.0.1:{port}/"), encoding="utf-8")


def serving(port: int, clip: Path = CLIP, slow_s: float = SLOW_S) -> ThreadingHTTPServer:
    """The server, which `serve_forever` sets going; port 0 is any that is free."""
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Answer, clip.read_bytes(), slow_s))
    server.daemon_threads = True
    return server


if __name__ == "__main__":
    serving(int(sys.argv[1])).serve_forever()
