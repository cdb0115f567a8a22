"""A proxy between the program and Moodle that does what networks, servers and operators do on a bad night.

It forwards each call to the real site. A script says which fault strikes at which call: "the second
`local_dltsync_apply` from now". What really struck is noted, with what it was and at which call.
"""

from __future__ import annotations

import contextlib
import random
import re
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

#: How long the proxy waits for Moodle.
PATIENCE_S = 120
#: The function that writes.
APPLY = "local_dltsync_apply"

_FUNCTION = re.compile(rb'name="wsfunction"\r\n(?:[^\r]+\r\n)*\r\n([a-z0-9_]+)\r\n')
_KIND = re.compile(rb'"kind":\s*"([a-z]+)"')
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_HOST = re.compile(rb"\r\nhost: [^\r]*", re.IGNORECASE)
_KEPT = re.compile(rb"\r\nconnection: [^\r]*", re.IGNORECASE)


class Gone(Exception):
    """The other side has closed the connection."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A fault that strikes at the `nth` call of `function` after the one before it; "" is any function.

    `salt` decides all that is left open: how long, where the cut is, before or after Moodle has done it.
    """

    fault: str
    function: str = ""
    nth: int = 1
    salt: int = 0


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault that really happened, and at which call."""

    fault: str
    at: str


class Script:
    """The faults that are still to come, and those that came. Threads share it."""

    def __init__(self) -> None:
        self._planned: list[Planned] = []
        self._seen = 0
        self._lock = threading.Lock()
        self.struck: list[Struck] = []

    def arm(self, planned: Iterable[Planned]) -> None:
        """Forget what has not happened; these are next, one after the other."""
        with self._lock:
            self._planned, self._seen = list(planned), 0

    def next_for(self, function: str) -> Planned | None:
        """The fault that strikes at this call."""
        with self._lock:
            if not self._planned or self._planned[0].function not in ("", function):
                return None
            self._seen += 1
            if self._seen < self._planned[0].nth:
                return None
            self._seen = 0
            return self._planned.pop(0)

    def note(self, fault: str, at: str) -> None:
        """A fault happened."""
        with self._lock:
            self.struck.append(Struck(fault, at))

    @property
    def left(self) -> int:
        """How many faults are still to come."""
        with self._lock:
            return len(self._planned)


@dataclass
class Call:
    """One call on its way: what was sent, by whom, and to where."""

    head: bytes
    body: bytes
    client: socket.socket
    target: tuple[str, int]
    number: int
    random: random.Random = field(default_factory=random.Random)
    #: The port from which the call was forwarded: by it the process is found that works on it.
    upstream_port: int = 0

    @property
    def function(self) -> str:
        """The web service function that is called."""
        found = _FUNCTION.search(self.body)
        return found[1].decode() if found else ""

    def __str__(self) -> str:
        kind = _KIND.search(self.body)
        recall = " recall" if b'"recall":true' in self.body or b'"recall": true' in self.body else ""
        what = f" {kind[1].decode()}" if kind else ""
        return f"call {self.number}: {self.function.removeprefix('local_dltsync_')}{what}{recall}"

    def forward(self, upto: int | None = None) -> bytes:
        """Send it to Moodle and return the whole answer; with `upto`, send so many bytes of the body and hang up."""
        with self.connect() as upstream:
            upstream.sendall(self._rewritten() + self.body[:upto])
            return b"" if upto is not None else received(upstream)

    def connect(self) -> socket.socket:
        """A connection to Moodle."""
        upstream = socket.create_connection(self.target, PATIENCE_S)
        self.upstream_port = upstream.getsockname()[1]
        return upstream

    def send(self, upstream: socket.socket) -> None:
        """Send the whole call over a connection."""
        upstream.sendall(self._rewritten() + self.body)

    def reply(self, answer: bytes) -> None:
        """Give an answer to the program."""
        self.client.sendall(answer)

    def hang_up(self) -> None:
        """Close the connection the hard way: the program sees a reset."""
        with contextlib.suppress(OSError):
            self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _rewritten(self) -> bytes:
        host = f"\r\nHost: {self.target[0]}:{self.target[1]}".encode()
        return _KEPT.sub(b"\r\nConnection: close", _HOST.sub(host, self.head))


#: What a fault does with a call. False when it could not do its harm: it then does not count.
Action = Callable[[Call], bool]


class Proxy:
    """Listens on a port of loopback while its `with` block lasts. `actions` are faults by name, besides those here."""

    def __init__(self, target_port: int, actions: Mapping[str, Action] | None = None) -> None:
        self.script = Script()
        self.target = ("127.0.0.1", target_port)
        self.actions: dict[str, Action] = {**FAULTS, **(actions or {})}
        self.actions |= {"overtaken": self._overtaken, "comes_again_later": self._again_later}
        self.calls = 0
        self._late: list[Call] = []
        self._lock = threading.Lock()
        self._under_way = 0
        self._quiet = threading.Condition(self._lock)
        self._server = _Server(("127.0.0.1", 0), self)

    @property
    def url(self) -> str:
        """The address that the program is given."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Proxy:
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def struck(self) -> list[Struck]:
        """What struck until now, once every call that is under way has ended."""
        with self._quiet:
            self._quiet.wait_for(lambda: not self._under_way, PATIENCE_S)
        return list(self.script.struck)

    def take(self, head: bytes, body: bytes, client: socket.socket) -> None:
        """Deal with one call."""
        with self._lock:
            self.calls += 1
            self._under_way += 1
            call = Call(head, body, client, self.target, self.calls)
        try:
            self._deal_with(call)
        finally:
            with self._quiet:
                self._under_way -= 1
                self._quiet.notify_all()

    def _deal_with(self, call: Call) -> None:
        planned = self.script.next_for(call.function)
        if planned is None:
            call.reply(call.forward())
            return
        call.random = random.Random(planned.salt)
        told = str(call)
        if self.actions[planned.fault](call):
            self.script.note(planned.fault, told)

    def deliver_late(self) -> int:
        """Let everything arrive that was held back on the way. Returns how many calls that were."""
        with self._lock:
            late, self._late = self._late, []
        for call in late:
            with contextlib.suppress(OSError):
                call.forward()
        return len(late)

    def _keep(self, call: Call) -> None:
        with self._lock:
            self._late.append(call)

    def _overtaken(self, call: Call) -> bool:
        """The program believes that it was lost; it arrives when nobody expects it any more."""
        self._keep(call)
        call.hang_up()
        return True

    def _again_later(self, call: Call) -> bool:
        """It arrives and is answered, and a copy of it arrives much later."""
        call.reply(call.forward())
        self._keep(call)
        return True


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address: tuple[str, int], proxy: Proxy) -> None:
        self.proxy = proxy
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Broken connections are what all of this is about."""


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        """One call per connection: PHP's own web server keeps none open either."""
        self.request.settimeout(PATIENCE_S)
        with contextlib.suppress(OSError, Gone):
            head, body = received_request(self.request)
            self.server.proxy.take(head, body, self.request)


def received_request(client: socket.socket) -> tuple[bytes, bytes]:
    """Head (with its blank line) and body of one request. Raises Gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(client)
    head, _, body = data.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    while length and len(body) < int(length[1]):
        body += _some(client)
    return head + b"\r\n\r\n", body


def received(upstream: socket.socket) -> bytes:
    """All that comes until the other side closes. Raises Gone when that is nothing."""
    upstream.settimeout(PATIENCE_S)
    parts = []
    while part := upstream.recv(65536):
        parts.append(part)
    if not parts:
        raise Gone
    return b"".join(parts)


def _some(client: socket.socket) -> bytes:
    part = client.recv(65536)
    if not part:
        raise Gone
    return part


# -- what a network does --------------------------------------------------------------------------------


def delayed(call: Call) -> bool:
    """It takes its time, on the way there or on the way back."""
    before = call.random.random() < 0.5
    pause = call.random.uniform(0.05, 0.4)
    if before:
        time.sleep(pause)
    answer = call.forward()
    if not before:
        time.sleep(pause)
    call.reply(answer)
    return True


def cut_before(call: Call) -> bool:
    """The connection breaks before anything reached Moodle."""
    call.hang_up()
    return True


def cut_in_request(call: Call) -> bool:
    """Moodle gets the beginning of the request, and then nobody is there."""
    call.forward(upto=call.random.randrange(1, len(call.body)))
    call.hang_up()
    return True


def cut_in_answer(call: Call) -> bool:
    """Moodle has done it; the connection breaks within the head of its answer."""
    answer = call.forward()
    call.reply(answer[: call.random.randrange(1, answer.index(b"\r\n\r\n") + 2)])
    return True


def lost_answer(call: Call) -> bool:
    """Moodle has done it; nothing of its answer arrives."""
    call.forward()
    call.hang_up()
    return True


def repeated(call: Call) -> bool:
    """It arrives twice, one after the other; either answer comes back."""
    answers = [call.forward(), call.forward()]
    call.reply(answers[call.random.randrange(2)])
    return True


def repeated_at_once(call: Call) -> bool:
    """It arrives twice at the same time; the first answer comes back."""
    answers: list[bytes] = []

    def send() -> None:
        with contextlib.suppress(OSError, Gone):
            answers.append(call.forward())

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
        time.sleep(call.random.uniform(0, 0.01))
    for thread in threads:
        thread.join()
    call.reply(answers[0] if answers else b"")
    return True


def truncated(call: Call) -> bool:
    """The end of the answer is missing, and its length says that it is whole."""
    _, body = parts(call.forward())
    call.reply(answer(200, body[: call.random.randrange(1, len(body))]))
    return True


def truncated_short(call: Call) -> bool:
    """The end of the answer is missing, and its length says so."""
    _, body = parts(call.forward())
    cut = call.random.randrange(1, len(body))
    call.reply(answer(200, body[:cut], promises=len(body)))
    return True


# -- what servers answer --------------------------------------------------------------------------------

_PAGE = b"<!DOCTYPE html><html><head><title>We will be back</title></head><body>Maintenance</body></html>"


def _instead(status: int, body: bytes, headers: str = "") -> Action:
    """Another answer than Moodle's; by chance Moodle has done the work nevertheless."""

    def act(call: Call) -> bool:
        if call.random.random() < 0.5:
            call.forward()
        call.reply(answer(status, body, headers))
        return True

    return act


def garbage(call: Call) -> bool:
    """JSON that means nothing, or means something else."""
    if call.random.random() < 0.5:
        call.forward()
    call.reply(answer(200, call.random.choice(_GARBAGE)))
    return True


_GARBAGE = (
    b"null",
    b"[]",
    b"17",
    b'{"response": null}',
    b'{"response": "{}"}',
    b'{"response": "[1, 2]"}',
    b'{"response": "{\\"answers\\": []}"}',
    b'{"response": "{\\"answers\\": [{\\"key\\": \\"x\\", \\"status\\": \\"done\\"}], \\"next\\": 0}"}',
    b'{"response": "{\\"objects\\": null, \\"digests\\": 3}"}',
    b'{"response": "\xff\xfe"}',
    b'{"exception": "dml_write_exception", "errorcode": "dmlwriteexception", "message": "Error writing to database"}',
)


def parts(whole: bytes) -> tuple[bytes, bytes]:
    """Head and body of an answer."""
    head, _, body = whole.partition(b"\r\n\r\n")
    return head, body


def answer(status: int, body: bytes, headers: str = "", promises: int | None = None) -> bytes:
    """An HTTP answer; `promises` is a Content-Length that is not kept."""
    length = len(body) if promises is None else promises
    head = f"HTTP/1.1 {status} Answer\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n"
    return f"{head}{headers}Connection: close\r\n\r\n".encode() + body


#: Faults by name, as they stand in the table of results.
FAULTS: Mapping[str, Action] = {
    "delayed": delayed,
    "cut_before": cut_before,
    "cut_in_request": cut_in_request,
    "cut_in_answer": cut_in_answer,
    "lost_answer": lost_answer,
    "repeated": repeated,
    "repeated_at_once": repeated_at_once,
    "truncated": truncated,
    "truncated_short": truncated_short,
    "http_500": _instead(500, b""),
    "http_502": _instead(502, _PAGE),
    "http_503": _instead(503, _PAGE, "Retry-After: 120\r\n"),
    "web_page": _instead(200, _PAGE),
    "redirect": _instead(303, b"", "Location: https://login.academy.example/\r\n"),
    "empty": _instead(200, b""),
    "garbage": garbage,
}


def chosen(rng: random.Random, names: Iterable[str], functions: Mapping[str, str]) -> Iterator[Planned]:
    """Where each fault strikes: at one of the next calls, of the function that it is about if it is about one."""
    for name in names:
        function = functions.get(name, rng.choice(["", "", APPLY]))
        yield Planned(name, function, rng.randrange(1, 4), rng.randrange(2**32))
