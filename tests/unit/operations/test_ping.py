"""The dead man's switch, called over real HTTPS on loopback."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dlt_sync.daemon.ping import call_home
from dlt_sync.errors import ConfigError
from dlt_sync.ini import Secret
from dlt_sync.settings import MonitoringSettings
from tests.unit.operations.certificate import make_certificate
from tests.unit.operations.conftest import SettingsOf

PATH = "/ping/6f1c2a9e-not-a-real-address"


class Switch(ThreadingHTTPServer):
    """Counts the calls, and answers with `status`."""

    daemon_threads = True

    def __init__(self, certificate: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.calls: list[str] = []
        self.status, self.location = 200, ""


class Handler(BaseHTTPRequestHandler):
    server: Switch

    def do_GET(self) -> None:
        self.server.calls.append(self.path)
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def switch(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Switch]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    server = Switch(certificate)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def address(switch: Switch) -> MonitoringSettings:
    return MonitoringSettings(ping_url=Secret(f"https://localhost:{switch.server_port}{PATH}"), ping_timeout_s=5)


def test_the_address_is_called_once(switch: Switch) -> None:
    assert call_home(address(switch))
    assert switch.calls == [PATH]


def test_without_an_address_nobody_is_called() -> None:
    assert not call_home(MonitoringSettings())


def test_an_answer_that_is_no_success_is_warned_about_and_not_followed(
    switch: Switch, caplog: pytest.LogCaptureFixture
) -> None:
    switch.status, switch.location = 302, f"https://localhost:{switch.server_port}/elsewhere"
    assert not call_home(address(switch))
    assert switch.calls == [PATH]
    assert "answered 302" in caplog.text
    assert "6f1c2a9e" not in caplog.text


def test_nobody_there_is_a_warning_that_names_no_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    nobody = MonitoringSettings(ping_url=Secret(f"https://127.0.0.1:9{PATH}"), ping_timeout_s=0.5)
    assert not call_home(nobody)
    assert "did not answer (ConnectionError). The run itself went well." in caplog.text
    assert "6f1c2a9e" not in caplog.text


def test_a_certificate_that_nobody_vouches_for_is_refused(switch: Switch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    assert not call_home(address(switch))
    assert switch.calls == []


def test_the_log_hides_the_address_and_its_path(settings_of: SettingsOf) -> None:
    settings = settings_of(f"[monitoring]\nping_url = https://switch.example{PATH}\n")
    assert PATH in settings.secrets
    assert f"https://switch.example{PATH}" in settings.secrets
    assert "6f1c2a9e" not in repr(settings)


@pytest.mark.parametrize("url", [f"http://switch.example{PATH}", "https://", f"https://me:pw@switch.example{PATH}"])
def test_another_address_than_https_is_refused_and_not_repeated(settings_of: SettingsOf, url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings_of(f"[monitoring]\nping_url = {url}\n")
    (problem,) = caught.value.problems
    assert "[monitoring] ping_url: this is no https:// address" in problem
    assert "6f1c2a9e" not in problem
