"""The only module that asks foreign hosts: one GET at a time, with limits on everything.

Input: an address. Output: an `Answer`, or `NoAnswer` that says why. A name is resolved, its addresses are judged,
and the connection goes to the very address that was judged, at every redirect anew: no link leads into our own
network unless the settings allow that host. No cookies, no credentials, no proxies of the environment; certificates
are always verified. Each request has a connection of its own, so that one that drips can be cut.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from dlt_sync import __version__
from dlt_sync.media.rules import VideoRules

#: Gives what socket.getaddrinfo gives; tests put their own names in.
Resolve = Callable[[str, int], list[Any]]

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
PIECE = 16_384  # bytes
_NAT64 = IPv6Network("64:ff9b::/96")

#: Why there was no answer. Of the first four, a host that does so again and again is down.
DNS, CONNECT, TIMEOUT, TLS = "dns", "connect", "timeout", "tls"
FORBIDDEN, REDIRECT, BROKEN = "forbidden", "redirect", "broken"
HOST_DOWN = frozenset({DNS, CONNECT, TIMEOUT, TLS})


class NoAnswer(Exception):
    """There was no answer that can be judged; `reason` is one of the words above, `host` who did not give it."""

    def __init__(self, reason: str, detail: str, host: str = "") -> None:
        super().__init__(detail)
        self.reason, self.detail, self.host = reason, detail, host


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `url` is where it came from in the end, `hops` the status of each redirect on the way.

    `body` is at most what was asked for; `elapsed_s` is how long the last answer took to begin. Names of headers are
    in small letters.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    elapsed_s: float
    hops: tuple[int, ...] = ()

    @property
    def moved_for_good(self) -> bool:
        """Whether every redirect on the way was a permanent one."""
        return bool(self.hops) and PERMANENT.issuperset(self.hops)


class Pace:
    """So many requests a second for each host, whoever asks. Safe for several threads."""

    def __init__(self, per_second: float, stop: threading.Event | None = None) -> None:
        self._gap, self._next = 1 / per_second, dict[str, float]()
        self._lock, self.stop = threading.Lock(), stop or threading.Event()

    def wait(self, host: str) -> None:
        """Wait for the host's turn; not at all once `stop` is set."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next.get(host, now))
            self._next[host] = turn + self._gap
        if turn > now:
            self.stop.wait(turn - now)


def resolve(host: str, port: int) -> list[Any]:
    """The addresses of a name."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, seen through what may wrap an IPv4 address in IPv6."""
    ip: IPv4Address | IPv6Address | None = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            wrapped = IPv4Address(int(ip) & 0xFFFF_FFFF)
        if ip.is_site_local or (wrapped is not None and not is_public(str(wrapped))):
            return False
        if wrapped is not None:
            return True
    assert ip is not None
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


@dataclass
class Gate:
    """Opens the connections of one fetcher, and cuts them when the time is over."""

    allowed: frozenset[str]
    resolve: Resolve
    failure: NoAnswer | None = None
    was_cut: bool = False
    _handles: list[socket.socket] = field(default_factory=list)

    def connect(self, host: str, port: int, timeout_s: float | None) -> socket.socket:
        """A connection to an address of `host` that was judged. Raises OSError and notes why in `failure`."""
        targets = self._targets(host, port)
        for family, kind, protocol, _, target in targets:
            made = socket.socket(family, kind, protocol)
            made.settimeout(timeout_s)
            try:
                made.connect(target)
            except OSError as error:
                made.close()
                self._fail(TIMEOUT if isinstance(error, TimeoutError) else CONNECT, _why(error), host)
            else:
                self.failure = None
                self._handles.append(made.dup())
                return made
        raise self.failure or OSError("no address")

    def _targets(self, host: str, port: int) -> list[Any]:
        try:
            found = self.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise self._fail(DNS, f"the name {host} is not known ({_why(error)})", host) from error
        open_ones = found if host.lower() in self.allowed else [one for one in found if is_public(one[4][0])]
        if not open_ones:
            detail = f"{host} is in a private network; if it may be asked, name it in [video] allowed_private_hosts"
            raise self._fail(FORBIDDEN, detail, host)
        return open_ones

    def _fail(self, reason: str, detail: str, host: str) -> OSError:
        self.failure = NoAnswer(reason, detail, host)
        return OSError(detail)

    @contextlib.contextmanager
    def limited(self, seconds: float) -> Iterator[None]:
        """Whatever is connected in the block is cut after so many seconds, and in any case at its end."""
        self.failure, self.was_cut = None, False
        timer = threading.Timer(seconds, self.cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
            while self._handles:
                self._handles.pop().close()

    def cut(self) -> None:
        """End what is on its way."""
        self.was_cut = True
        for handle in tuple(self._handles):
            with contextlib.suppress(OSError):  # it had ended by itself
                handle.shutdown(socket.SHUT_RDWR)


class Fetcher:
    """Asks for addresses, one after the other, at each host's pace. For one thread; `close` it."""

    def __init__(self, rules: VideoRules, pace: Pace, resolve: Resolve = resolve) -> None:
        self._rules, self._pace = rules, pace
        self._gate = Gate(frozenset(host.lower() for host in rules.allowed_private_hosts), resolve)
        self._adapter = _GatedAdapter(self._gate)
        self._verify = str(rules.ca_file) if rules.ca_file else True
        self._headers = {
            "User-Agent": user_agent(rules.contact),
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Accept-Language": "kk, ru, en",
            "Connection": "close",
        }

    def close(self) -> None:
        """Give everything back."""
        self._adapter.close()

    def cut(self) -> None:
        """End the request on its way, from another thread."""
        self._gate.cut()

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self, url: str, most: int, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to a GET, redirects followed, with at most `most` bytes of its body. Raises NoAnswer.

        `headers` go to the host of `url` only, not where it sends us.
        """
        hops: list[int] = []
        seen, asked = {url}, urlsplit(url).netloc
        while True:
            own = headers if urlsplit(url).netloc == asked else None
            answer = self._one(url, most, own or {})
            location = answer.headers.get("location", "")
            if answer.status not in REDIRECTS or not location:
                return Answer(answer.status, url, answer.headers, answer.body, answer.elapsed_s, tuple(hops))
            hops.append(answer.status)
            url = _next(url, location)
            if url in seen:
                raise NoAnswer(REDIRECT, f"its redirects go round in a circle, back to {url}")
            if len(hops) > self._rules.redirects:
                raise NoAnswer(REDIRECT, f"more than {self._rules.redirects} redirects, the last one to {url}")
            seen.add(url)

    def _one(self, url: str, most: int, headers: Mapping[str, str]) -> Answer:
        host = urlsplit(url).hostname or ""
        self._pace.wait(host)
        with self._gate.limited(self._rules.total_timeout_s):
            try:
                return self._ask(url, most, headers)
            except (OSError, ValueError, urllib3.exceptions.HTTPError, http.client.HTTPException) as error:
                raise self._no_answer(error, host) from error
            finally:
                self._adapter.poolmanager.clear()  # a host need not say that it closes what we asked it to close

    def _ask(self, url: str, most: int, headers: Mapping[str, str]) -> Answer:
        # Not by a session: it would keep cookies, look for proxies and passwords, and read what a redirect brings.
        request = requests.Request("GET", url, headers=self._headers | dict(headers)).prepare()
        timeouts = (self._rules.timeout_s, self._rules.timeout_s)
        began = time.monotonic()
        with self._adapter.send(request, stream=True, timeout=timeouts, verify=self._verify, proxies={}) as response:
            elapsed_s = time.monotonic() - began
            named = {name.lower(): value for name, value in response.headers.items()}
            body = b"" if response.status_code in REDIRECTS else _body(response, most)
            if self._gate.was_cut and len(body) < most:
                raise TimeoutError
            return Answer(response.status_code, url, named, body, elapsed_s)

    def _no_answer(self, error: Exception, host: str) -> NoAnswer:
        if self._gate.was_cut:
            return NoAnswer(TIMEOUT, f"the answer was not whole after {self._rules.total_timeout_s:g} s", host)
        if self._gate.failure:
            return self._gate.failure
        if isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)):
            return NoAnswer(TIMEOUT, f"no answer within {self._rules.timeout_s:g} s", host)
        if isinstance(error, requests.exceptions.SSLError):
            return NoAnswer(TLS, f"its certificate cannot be trusted: {_certificate_fault(error)}", host)
        if isinstance(error, requests.ConnectionError):
            return NoAnswer(CONNECT, "the host closed the connection without an answer", host)
        return NoAnswer(BROKEN, f"the answer cannot be read ({type(error).__name__})", host)


def user_agent(contact: str) -> str:
    """Who we say that we are."""
    return f"dlt-sync/{__version__} (link check of a university's video lectures{'; ' + contact if contact else ''})"


def _body(response: requests.Response, most: int) -> bytes:
    body = bytearray()
    while len(body) < most:
        piece = response.raw.read1(min(PIECE, most - len(body)), decode_content=True)
        if not piece:
            break
        body += piece
    return bytes(body[:most])


def _next(url: str, location: str) -> str:
    """Where a redirect leads. Raises NoAnswer where we do not go."""
    text = location.encode("latin-1", "replace").decode("utf-8", "replace")
    try:
        target = urldefrag(urljoin(url, text.strip())).url
        parts = urlsplit(target)
        allowed = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        allowed = False
    if not allowed:
        raise NoAnswer(REDIRECT, f"it is redirected to “{text[:200]}”, which is no web address")
    return target


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no connection in time"
    return str(getattr(error, "strerror", None) or error).lower()


def _certificate_fault(error: Exception) -> str:
    found = str(error).partition("certificate verify failed: ")[2].partition(" (_ssl")[0]
    return found or "the secure connection failed"


class _GatedAdapter(HTTPAdapter):
    """Connections of requests, opened by a gate."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """See HTTPAdapter."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._gate)


def _pools(gate: Gate) -> dict[str, type[HTTPConnectionPool]]:
    def opened(connection: HTTPConnection) -> socket.socket:
        timeout = connection.timeout
        seconds = timeout if isinstance(timeout, (int, float)) else None
        return gate.connect(connection.host, connection.port or 0, seconds)

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return opened(self)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return opened(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
