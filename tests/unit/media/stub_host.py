"""A host of videos on this machine: every case of DOMAIN d.7 under a path of its own, over real HTTP.

Any name may stand for it: `resolve` leads all names to it, so that one server is as many hosts as a test needs.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

FILES = Path(__file__).parent / "files"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Request:
    """What came in."""

    host: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    at: float


@dataclass(frozen=True)
class Reply:
    """What goes out. `drip_s`: a byte of the body at a time, so many seconds apart."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    wait_s: float = 0.0
    drip_s: float = 0.0


Route = Callable[[Request], Reply]


def page(title: str, text: str = "Дәріс", status: int = 200, head: str = "", **headers: str) -> Reply:
    """An HTML page."""
    html = f"<!doctype html><html><head><title>{title}</title>{head}</head><body><p>{text}</p></body></html>"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, html.encode(), {"Content-Type": HTML} | named)


def redirect(target: str, status: int = 301) -> Reply:
    """A redirect."""
    return Reply(status, b"", {"Location": target})


def file(name: str, content_type: str = "video/mp4", **headers: str) -> Route:
    """A file, whole or the range that is asked for."""
    data = (FILES / name).read_bytes()

    def answer(request: Request) -> Reply:
        named = {"Content-Type": content_type, "ETag": '"7"'} | {n.replace("_", "-"): v for n, v in headers.items()}
        wanted = request.headers.get("range", "")
        if not wanted:
            return Reply(200, data, named)
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        end = min(int(last), len(data) - 1)
        return Reply(206, data[int(first) : end + 1], named | {"Content-Range": f"bytes {first}-{end}/{len(data)}"})

    return answer


class StubHost:
    """Routes by path, and what was asked for. A route that ends in `*` takes all paths that begin like it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.routes: dict[str, Route] = {}
        self.requests: list[Request] = []
        self.names: dict[str, list[str]] = {}

    def url(self, path: str, host: str = "media.example") -> str:
        return f"http://{host}:{self.port}{path}"

    def serve(self, path: str, reply: Reply | Route) -> str:
        """Answer so; returns the address."""
        self.routes[path] = reply if callable(reply) else lambda _: reply
        return self.url(path.rstrip("*"))

    def answer(self, request: Request) -> Reply:
        self.requests.append(request)
        route = self.routes.get(request.path)
        for start, starting in self.routes.items():
            if route is None and start.endswith("*") and request.path.startswith(start[:-1]):
                route = starting
        return route(request) if route else page("Бет табылмады", status=404)

    def resolve(self, host: str, port: int) -> list[Any]:
        """Every name is this machine, but for those in `names`."""
        return [
            (socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in self.names.get(host, ["127.0.0.1"])
        ]


@contextmanager
def stub_host() -> Iterator[StubHost]:
    """A host that answers until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            host = self.headers["Host"].rpartition(":")[0]
            reply = stub.answer(Request(host, parts.path, query, headers, time.monotonic()))
            time.sleep(reply.wait_s)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in reply.headers and reply.status != 304:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if not reply.drip_s:
                self.wfile.write(reply.body)
                return
            for number in range(len(reply.body)):
                self.wfile.write(reply.body[number : number + 1])
                time.sleep(reply.drip_s)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 128

        def handle_error(self, request: object, client_address: object) -> None:
            """Whoever hangs up in the middle of an answer is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    stub = StubHost(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def oembed(**fields: object) -> Reply:
    """An answer of an oEmbed service."""
    return Reply(200, json.dumps(fields).encode(), {"Content-Type": "application/json"})
