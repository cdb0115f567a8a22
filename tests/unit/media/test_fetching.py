"""Asking foreign hosts: limits on everything, and no way into our own network."""

from __future__ import annotations

import gzip
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dlt_sync.media import fetching
from dlt_sync.media.fetching import Fetcher, NoAnswer, Pace, is_public
from dlt_sync.media.rules import VideoRules
from tests.unit.media.conftest import RULES as CALM
from tests.unit.media.stub_host import Reply, StubHost, page, redirect

RULES = replace(CALM, total_timeout_s=1, timeout_s=0.5)


def fetch(
    stub: StubHost, url: str, most: int = 1000, rules: VideoRules = RULES, headers: Mapping[str, str] | None = None
) -> fetching.Answer:
    """One GET."""
    with Fetcher(rules, Pace(10_000), stub.resolve) as fetcher:
        return fetcher.get(url, most, headers)


def refused(stub: StubHost, url: str, rules: VideoRules = RULES) -> NoAnswer:
    """One GET without an answer."""
    with pytest.raises(NoAnswer) as caught:
        fetch(stub, url, rules=rules)
    return caught.value


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "198.18.0.1",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2001:0:4136:e378:8000:63bf:f5ff:fffe",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
    ],
)
def test_addresses_that_are_not_of_the_open_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_that_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("url", ["http://localhost/", "http://2130706433/", "http://0x7f.1/", "http://[::1]/"])
def test_this_machine_is_refused_however_it_is_written(stub: StubHost, url: str) -> None:
    with Fetcher(RULES, Pace(10_000)) as fetcher, pytest.raises(NoAnswer) as caught:
        fetcher.get(url, 10)
    assert caught.value.reason in ("forbidden", "dns")  # not every resolver reads the second and third


def test_the_connection_goes_to_the_address_that_was_judged(stub: StubHost, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    tried: list[object] = []

    def resolve(host: str, port: int) -> list[Any]:
        asked.append(host)
        address = "93.184.216.34" if len(asked) == 1 else "127.0.0.1"  # what rebinding does
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(self: socket.socket, target: object) -> None:
        tried.append(target)
        raise OSError("no network in tests")

    monkeypatch.setattr(socket.socket, "connect", connect)
    with Fetcher(RULES, Pace(10_000), resolve) as fetcher, pytest.raises(NoAnswer) as caught:
        fetcher.get("http://rebound.example/", 10)
    assert caught.value.reason == "connect"
    assert (asked, tried) == (["rebound.example"], [("93.184.216.34", 80)])


def test_of_a_names_addresses_only_public_ones_are_tried(stub: StubHost, monkeypatch: pytest.MonkeyPatch) -> None:
    stub.names["mixed.example"] = ["127.0.0.1", "10.0.0.1"]
    assert refused(stub, stub.url("/", "mixed.example")).reason == "forbidden"
    assert not stub.requests


@pytest.mark.parametrize("target", ["http://inner.example/", "http://127.0.0.1/", "http://[::ffff:127.0.0.1]/"])
def test_every_redirect_is_judged_anew(stub: StubHost, target: str) -> None:
    stub.names |= {"inner.example": ["192.168.0.1"], "::ffff:127.0.0.1": ["::ffff:127.0.0.1"]}
    assert refused(stub, stub.serve("/a", redirect(target))).reason == "forbidden"


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "ftp://media.example/x", "gopher://media.example", "http://", "http://user:pw@media.example/",
     "javascript:alert(1)", "http://[::1", "http://media.example:99999/"],
)  # fmt: skip
def test_redirects_to_no_web_address_end_it(stub: StubHost, target: str) -> None:
    assert refused(stub, stub.serve("/a", redirect(target))).reason == "redirect"


def test_redirects_are_followed_so_far_and_not_in_circles(stub: StubHost) -> None:
    for number in range(7):
        stub.serve(f"/{number}", redirect(f"/{number + 1}", 301 if number else 302))
    stub.serve("/5", page("There"))
    answer = fetch(stub, stub.url("/0"), rules=CALM)
    assert (answer.url, answer.hops, answer.moved_for_good) == (stub.url("/5"), (302, 301, 301, 301, 301), False)
    assert fetch(stub, stub.url("/1"), rules=CALM).moved_for_good
    stub.serve("/5", redirect("/6"))
    assert "more than 5" in refused(stub, stub.url("/0"), CALM).detail
    stub.serve("/2", redirect("/1"))
    assert "circle" in refused(stub, stub.url("/1"), CALM).detail


def test_a_redirect_to_kazakh_letters_is_followed(stub: StubHost) -> None:
    stub.serve("/a", Reply(301, b"", {"Location": "/дәріс".encode().decode("latin-1")}))
    stub.serve("/%D0%B4%D3%99%D1%80%D1%96%D1%81", page("Дәріс"))
    assert fetch(stub, stub.url("/a")).status == 200


def test_what_a_redirect_brings_along_is_not_read(stub: StubHost) -> None:
    stub.serve("/there", page("There"))
    endless = Reply(302, b"x" * 40, {"Location": "/there", "Content-Length": "99999999999"}, drip_s=0.5)
    assert fetch(stub, stub.serve("/a", endless)).status == 200


def test_only_so_much_is_read(stub: StubHost) -> None:
    answer = fetch(stub, stub.serve("/huge", Reply(200, b"x" * 5_000_000)), most=100_000)
    assert len(answer.body) == 100_000


def test_a_body_without_an_end_is_left(stub: StubHost) -> None:
    answer = fetch(stub, stub.serve("/liar", Reply(200, b"x" * 50_000, {"Content-Length": "99999999999"})), most=50_000)
    assert len(answer.body) == 50_000


def test_what_is_packed_small_and_unpacks_large_is_read_so_far_only(stub: StubHost) -> None:
    bomb = Reply(200, gzip.compress(b"\0" * 20_000_000), {"Content-Encoding": "gzip"})
    assert len(fetch(stub, stub.serve("/bomb", bomb), most=10_000).body) == 10_000


def test_what_cannot_be_unpacked_is_no_answer(stub: StubHost) -> None:
    broken = Reply(200, b"this is no gzip", {"Content-Encoding": "gzip"})
    assert refused(stub, stub.serve("/broken", broken)).reason == "broken"


@pytest.mark.parametrize(
    "reply", [Reply(200, b"x" * 1000, drip_s=0.05), Reply(200, b"late", wait_s=1.2)], ids=["drips", "waits"]
)
def test_a_host_that_is_too_slow_is_cut(stub: StubHost, reply: Reply) -> None:
    began = time.monotonic()
    assert refused(stub, stub.serve("/slow", reply)).reason == "timeout"
    assert time.monotonic() - began < 3


def test_headers_that_drip_are_cut(stub: StubHost) -> None:
    def drip(connection: socket.socket) -> None:
        connection.recv(1000)
        try:
            for letter in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1000:
                connection.sendall(bytes([letter]))
                time.sleep(0.05)
        except OSError:
            pass

    with server(drip) as port:
        began = time.monotonic()
        assert refused(stub, f"http://media.example:{port}/").reason == "timeout"
        assert time.monotonic() - began < 3


def test_a_host_that_hangs_up_or_talks_nonsense_gives_no_answer(stub: StubHost) -> None:
    def hang_up(connection: socket.socket) -> None:
        connection.recv(1000)

    def nonsense(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(b"220 smtp ready\r\n")

    for talk in (hang_up, nonsense):
        with server(talk) as port:
            assert refused(stub, f"http://media.example:{port}/").reason == "connect"


def test_a_certificate_that_nobody_signed_is_no_answer_and_one_of_our_authority_is(
    stub: StubHost, tmp_path: Path
) -> None:
    own = certificate(tmp_path)

    def talk(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with server(talk, own) as port:
        found = refused(stub, f"https://media.example:{port}/")
        assert found.reason == "tls"
        assert "self-signed" in found.detail or "self signed" in found.detail
    with server(talk, own) as port:
        answer = fetch(stub, f"https://media.example:{port}/", rules=replace(RULES, ca_file=own))
        assert answer.body == b"ok"
    with server(talk, own) as port:
        other = f"https://host1.example:{port}/"
        assert refused(stub, other, replace(RULES, ca_file=own)).reason == "tls"


def test_the_environment_gives_no_proxy_and_no_password_and_cookies_are_not_kept(
    stub: StubHost, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine media.example login a password b\n")
    for name, value in {
        "HOME": str(tmp_path),
        "http_proxy": "http://127.0.0.1:1",
        "ALL_PROXY": "http://127.0.0.1:1",
    }.items():
        monkeypatch.setenv(name, value)
    url = stub.serve("/a", page("A", Set_Cookie="session=1; Path=/"))
    with Fetcher(replace(RULES, contact="dlt@academy.example"), Pace(10_000), stub.resolve) as fetcher:
        fetcher.get(url, 100)
        fetcher.get(url, 100)
    assert not {"cookie", "authorization", "referer"} & {name for request in stub.requests for name in request.headers}
    assert stub.requests[0].headers["user-agent"].startswith("dlt-sync/")
    assert "dlt@academy.example" in stub.requests[0].headers["user-agent"]


def test_what_is_told_to_one_host_is_not_told_to_where_it_sends_us(stub: StubHost) -> None:
    stub.serve("/there", page("There"))
    fetch(stub, stub.serve("/a", redirect(stub.url("/there", "host1.example"))), headers={"X-Goog-Api-Key": "k"})
    assert [request.headers.get("x-goog-api-key") for request in stub.requests] == ["k", None]


def test_waiting_for_a_turn_ends_when_all_is_stopped() -> None:
    pace = Pace(0.01)
    pace.wait("a")
    threading.Timer(0.1, pace.stop.set).start()
    began = time.monotonic()
    pace.wait("a")
    assert time.monotonic() - began < 5


def test_no_connection_is_used_twice_though_the_host_would_keep_it(stub: StubHost) -> None:
    url = stub.serve("/a", page("A"))
    with Fetcher(RULES, Pace(10_000), stub.resolve) as fetcher:
        for _ in range(200):
            assert fetcher.get(url, 10_000).status == 200
            assert not fetcher._gate._handles


def test_nothing_is_left_open(stub: StubHost) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for number in range(20):
        fetch(stub, stub.serve(f"/{number}", page("A")))
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 2


@contextmanager
def server(talk: Any, certificate: Path | None = None) -> Iterator[int]:
    """A server for one connection, which may say anything."""

    def serve() -> None:
        try:
            connection, _ = listening.accept()
            if certificate:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(certificate)
                connection = context.wrap_socket(connection, server_side=True)
            with connection:
                talk(connection)
        except OSError:
            pass

    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def certificate(folder: Path) -> Path:
    """A certificate of media.example that it signed itself, with its key."""
    key, cert, both = folder / "key.pem", folder / "cert.pem", folder / "both.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2",
         "-subj", "/CN=media.example", "-addext", "subjectAltName=DNS:media.example"],
        check=True, capture_output=True,
    )  # fmt: skip
    both.write_bytes(key.read_bytes() + cert.read_bytes())
    return both
