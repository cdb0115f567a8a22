"""Everything Moodle can do to us (issue 2, section 6): each ends in one sentence that says what to do.

A stub plays the failures; the sentences must not hold the token, and nothing may be repeated that cannot help.
"""

from __future__ import annotations

import logging
import socket
import subprocess
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlt_sync.errors import ConfigError, DltSyncError, MoodleError, MoodleUnavailable
from dlt_sync.model import Action, Operation
from dlt_sync.moodle.contract import PROTOCOL, Batch, PageStatus, RunStatus
from dlt_sync.moodle.rest import RestBridge
from tests.stub_moodle import Reply, StubMoodle, serve

TOKEN = "5ecret0123456789abcdef5ecret4711"
PAGE = f"<html><head><title>Log in | LMS</title></head><body>{TOKEN}</body></html>".encode()

OPERATION = Operation("user", "u1", Action.UPDATE, {"email": "a@b.example"}, {"email": "c@d.example"}, "", "", "")
BATCH = Batch("b-1", "user", (OPERATION,))
STATUS = PageStatus(runs=(RunStatus(1, "apply", 0, 1, "ok", "", {}, ""),))


@pytest.fixture
def stub() -> Iterator[StubMoodle]:
    """A web server that answers as it is told to."""
    with serve(StubMoodle()) as running:
        yield running


@pytest.fixture
def bridge(stub: StubMoodle) -> Iterator[RestBridge]:
    """A bridge to the stub that never repeats a call."""
    with RestBridge(stub.url, TOKEN, timeout_s=0.5, retries=0) as client:
        yield client


def assert_clear(error: DltSyncError, caplog: pytest.LogCaptureFixture) -> None:
    """One sentence for people, a remedy, and no secret anywhere."""
    assert error.message.endswith(".")
    assert "\n" not in error.message
    assert error.remedy
    assert error.exit_code == 1
    everything = "".join(traceback.format_exception(error)) + repr(error) + error.remedy + caplog.text
    assert TOKEN not in everything
    assert "Traceback" not in error.message


@pytest.mark.parametrize(
    ("errorcode", "message", "says", "remedy"),
    [
        ("invalidtoken", "Invalid token - token not found", "does not accept the token", "[moodle] token"),
        ("accessexception", "Access control exception", "does not let this token call", "setup"),
        ("servicenotavailable", "Web service is not available", "switched off", "setup"),
        ("nopermissions", "Sorry (Read)", "lacks the capability local/dltsync:apply", "setup"),
        (
            "invalidrecord",
            "Can't find data record in database table external_functions.",
            "local_dltsync is not installed",
            "upgrade.php",
        ),
        ("invalidrecord", "Can't find data record in database table course.", "table course", "log"),
        ("batchdamaged", "The request was damaged", "damaged on its way", "proxy"),
        ("badrequest", "kind", "does not understand the request: kind", "same release"),
        ("batchclosed", "closed", "was closed", "new plan"),
        ("wsaccessusersuspended", "Refused", "service user is suspended", "Reactivate"),
        (
            "codingerror",
            "Coding error detected: Cannot find file /externallib.php with external function implementation for x",
            "local_dltsync is not installed",
            "upgrade.php",
        ),
        ("codingerror", "Coding error detected.", r"Coding error detected \(codingerror\)", "log"),
        ("", "", "refused local_dltsync_apply", "log"),
    ],
)
def test_each_refusal_of_moodle_says_what_to_do(
    stub: StubMoodle,
    bridge: RestBridge,
    caplog: pytest.LogCaptureFixture,
    errorcode: str,
    message: str,
    says: str,
    remedy: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    stub.will_refuse(errorcode, message)
    with pytest.raises(MoodleError, match=says) as caught:
        bridge.apply(BATCH)
    assert not isinstance(caught.value, MoodleUnavailable)
    assert (caught.value.function, caught.value.errorcode) == ("local_dltsync_apply", errorcode)
    assert remedy in caught.value.remedy
    assert_clear(caught.value, caplog)


@pytest.mark.parametrize("errorcode", ["sitemaintenance", "upgraderunning", "batchbusy", "dbconnectionfailed"])
def test_a_site_that_is_busy_is_unavailable_rather_than_wrong(
    stub: StubMoodle, bridge: RestBridge, caplog: pytest.LogCaptureFixture, errorcode: str
) -> None:
    stub.will_refuse(errorcode)
    with pytest.raises(MoodleUnavailable) as caught:
        bridge.apply(BATCH)
    assert_clear(caught.value, caplog)


@pytest.mark.parametrize(
    ("question", "capability"),
    [
        (lambda bridge: list(bridge.read("user")), "local/dltsync:read"),
        (lambda bridge: bridge.digests("user", []), "local/dltsync:read"),
        (lambda bridge: list(bridge.events(0)), "local/dltsync:read"),
        (lambda bridge: bridge.recall(BATCH), "local/dltsync:apply"),
        (lambda bridge: bridge.push_status(STATUS), "local/dltsync:pushstatus"),
    ],
)
def test_a_missing_capability_is_named(stub: StubMoodle, bridge: RestBridge, question: object, capability: str) -> None:
    assert callable(question)
    stub.will_refuse("nopermissions", "Sorry, but you do not currently have permissions to do that (Read).")
    with pytest.raises(MoodleError, match=f"lacks the capability {capability}"):
        question(bridge)


@pytest.mark.parametrize(
    ("reply", "kind", "says"),
    [
        (Reply(PAGE), MoodleError, "a web page titled “Log in | LMS” instead of data"),
        (Reply(b""), MoodleError, "instead of data"),
        (Reply(b"\xff\xfe\x00"), MoodleError, "instead of data"),
        (Reply(b'{"response": "<b>no JSON</b>"}'), MoodleError, "instead of data"),
        (Reply(f'{{"other": "{TOKEN}"}}'.encode()), MoodleError, "instead of data"),
        (Reply(b"[1, 2]"), MoodleError, "instead of data"),
        (Reply(b"null"), MoodleError, "instead of data"),
        (Reply(PAGE, status=503), MoodleUnavailable, "maintenance mode or overloaded"),
        (Reply(PAGE, status=504), MoodleUnavailable, "HTTP 504"),
        (Reply(PAGE, status=500), MoodleError, "failed with HTTP 500"),
        (Reply(PAGE, status=401), MoodleError, "password of its own"),
        (Reply(b"", status=403), MoodleError, "switched off"),
        (Reply(PAGE, status=404), MoodleError, "no Moodle at"),
        (Reply(PAGE, status=413), MoodleError, "of this size"),
        (Reply(hang_up=True), MoodleUnavailable, "cannot be reached"),
    ],
)
def test_each_answer_that_is_no_answer_says_what_to_do(
    stub: StubMoodle,
    bridge: RestBridge,
    caplog: pytest.LogCaptureFixture,
    reply: Reply,
    kind: type[MoodleError],
    says: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    stub.replies.append(reply)
    with pytest.raises(MoodleError) as caught:
        bridge.apply(BATCH)
    assert type(caught.value) is kind
    assert says in caught.value.message
    assert_clear(caught.value, caplog)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(
    stub: StubMoodle, bridge: RestBridge, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    stub.replies.append(Reply(status=status, headers={"Location": stub.url + "/elsewhere"}))
    with pytest.raises(MoodleError, match="not the site's own") as caught:
        bridge.apply(BATCH)
    assert len(stub.received) == 1
    assert "wwwroot" in caught.value.remedy
    assert_clear(caught.value, caplog)


def test_a_site_that_does_not_answer_in_time_is_unavailable(
    stub: StubMoodle, bridge: RestBridge, caplog: pytest.LogCaptureFixture
) -> None:
    stub.replies.append(Reply(b"{}", delay_s=1.0))
    with pytest.raises(MoodleUnavailable, match=r"did not answer local_dltsync_apply within 0\.5 s") as caught:
        bridge.apply(BATCH)
    assert_clear(caught.value, caplog)


def test_an_answer_cut_short_is_unavailable(
    stub: StubMoodle, bridge: RestBridge, caplog: pytest.LogCaptureFixture
) -> None:
    stub.replies.append(Reply(b'{"resp', promises=1000))
    with pytest.raises(MoodleUnavailable) as caught:
        bridge.apply(BATCH)
    assert_clear(caught.value, caplog)


def test_an_address_where_nobody_listens_is_unavailable(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with RestBridge(address, TOKEN, retries=0) as bridge, pytest.raises(MoodleUnavailable) as caught:
            bridge.info()
    assert address in caught.value.message
    assert_clear(caught.value, caplog)


@pytest.mark.parametrize(
    ("protocol", "update"), [(PROTOCOL + 1, "Update the program dlt-sync"), (1, "Update the plugin local_dltsync")]
)
def test_another_protocol_says_which_side_is_older(
    stub: StubMoodle, bridge: RestBridge, caplog: pytest.LogCaptureFixture, protocol: int, update: str
) -> None:
    stub.will_answer({"protocol": protocol, "plugin_release": "9.9"})
    with pytest.raises(MoodleError, match=f"speaks protocol {protocol}, this program {PROTOCOL}") as caught:
        bridge.info()
    assert update in caught.value.remedy
    assert_clear(caught.value, caplog)


# -- certificates --------------------------------------------------------------------------------------


def make_certificate(path: Path, name: str) -> Path:
    """A self-signed certificate and its key for an address, in one PEM file."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-keyout", str(path), "-out", f"{path}.crt", "-days", "2", "-subj", "/CN=stub"]
    subprocess.run([*command, "-addext", f"subjectAltName={name}"], check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For 127.0.0.1, signed by nobody."""
    return make_certificate(tmp_path_factory.mktemp("tls") / "own.pem", "IP:127.0.0.1")


def test_a_certificate_nobody_vouches_for_is_refused(certificate: Path, caplog: pytest.LogCaptureFixture) -> None:
    with serve(StubMoodle(), certificate) as stub, RestBridge(stub.url, TOKEN) as bridge:
        with pytest.raises(MoodleError, match=r"certificate of .* is not valid: self-signed") as caught:
            bridge.apply(BATCH)
        assert stub.received == []
    assert not isinstance(caught.value, MoodleUnavailable)
    assert "ca_file" in caught.value.remedy
    assert_clear(caught.value, caplog)


def test_a_certificate_of_another_site_is_refused(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    other = make_certificate(tmp_path / "other.pem", "DNS:moodle.example")
    with serve(StubMoodle(), other) as stub, RestBridge(stub.url, TOKEN, ca_file=other) as bridge:
        with pytest.raises(MoodleError, match=r"is not valid: .*mismatch") as caught:
            bridge.apply(BATCH)
        assert stub.received == []
    assert_clear(caught.value, caplog)


def test_a_certificate_of_ones_own_authority_is_accepted(certificate: Path) -> None:
    with serve(StubMoodle(), certificate) as stub:
        stub.will_answer({"events": [], "next": None})
        with RestBridge(stub.url, TOKEN, ca_file=certificate) as bridge:
            assert list(bridge.events(0)) == []


@pytest.mark.parametrize("content", [None, "not a certificate"])
def test_a_ca_file_that_is_no_certificate_is_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: str | None
) -> None:
    wrong = tmp_path / "ca.pem"
    if content:
        wrong.write_text(content)
    with pytest.raises(ConfigError, match=r"\[moodle\] ca_file") as caught:
        RestBridge("https://moodle.example", TOKEN, ca_file=wrong)
    assert_clear(caught.value, caplog)


def test_https_to_a_port_that_speaks_http_is_unavailable(stub: StubMoodle, caplog: pytest.LogCaptureFixture) -> None:
    address = stub.url.replace("http:", "https:")
    with RestBridge(address, TOKEN, retries=0) as bridge, pytest.raises(MoodleUnavailable) as caught:
        bridge.info()
    assert_clear(caught.value, caplog)
