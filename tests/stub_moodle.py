"""A web server on loopback that answers like a Moodle in trouble: it plays scripted answers, records requests."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Reply:
    """One scripted answer. `delay_s` is waited before it; `hang_up` closes the connection without any;
    `promises` is a Content-Length that is not kept."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    hang_up: bool = False
    promises: int = 0


@dataclass
class Received:
    """One request as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The parts of its multipart form data."""
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        form = {}
        for part in message_from_bytes(head + self.body).walk():
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            if isinstance(name, str) and isinstance(content, bytes):
                form[name] = content.decode()
        return form

    @property
    def request(self) -> dict[str, object]:
        """The JSON text in it."""
        decoded: dict[str, object] = json.loads(self.form["request"])
        return decoded


class StubMoodle:
    """The replies still to be played (the last one is repeated) and the requests that came."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.received: list[Received] = []
        self.url = ""

    def will_answer(self, *values: object) -> None:
        """Play bridge answers: each value is the JSON inside `response`."""
        self.replies += [Reply(json.dumps({"response": json.dumps(value)}).encode()) for value in values]

    def will_refuse(self, errorcode: str, message: str = "A message") -> None:
        """Play one of Moodle's error answers, which come with HTTP 200."""
        error = {"exception": "moodle_exception", "errorcode": errorcode, "message": message}
        self.replies.append(Reply(json.dumps(error).encode()))

    def next_reply(self, received: Received) -> Reply:
        """Record a request, take the reply to it."""
        self.received.append(received)
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@contextmanager
def serve(stub: StubMoodle, certificate: Path | None = None) -> Iterator[StubMoodle]:
    """Run a stub on a free port of loopback, with TLS when a PEM file with key and certificate is given."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:  # the name http.server looks for
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            reply = stub.next_reply(Received(self.path, dict(self.headers), body))
            time.sleep(reply.delay_s)
            self.close_connection = True
            if reply.hang_up:
                return
            self.send_response(reply.status)
            for name, value in {**reply.headers, "Content-Length": str(reply.promises or len(reply.body))}.items():
                self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(reply.body)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that gave up is part of the play."""

    with Server(("127.0.0.1", 0), Handler) as server:
        scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            scheme = "https"
        stub.url = f"{scheme}://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield stub
        finally:
            server.shutdown()
            thread.join()
