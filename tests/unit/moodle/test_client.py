"""The wire: what travels, what is repeated, what is refused before anything travels."""

import ast
import hashlib
import threading
from pathlib import Path

import pytest

import dlt_sync
from dlt_sync.errors import ConfigError, MoodleError, MoodleUnavailable
from dlt_sync.moodle.client import MoodleClient
from dlt_sync.moodle.rest import RestBridge
from tests.stub_moodle import Reply, StubMoodle

TOKEN = "0123456789abcdef-token"
NO_EVENTS: dict[str, object] = {"events": [], "next": None}


def test_the_token_travels_in_the_body_and_never_in_the_url(stub: StubMoodle, bridge: RestBridge) -> None:
    stub.will_answer(NO_EVENTS)
    list(bridge.events(0))
    request = stub.received[0]
    assert request.path == "/webservice/rest/server.php"
    assert request.form["wstoken"] == TOKEN
    assert request.form["moodlewsrestformat"] == "json"
    assert TOKEN not in str(request.headers)


def test_moodlepys_get_also_keeps_the_token_out_of_the_url(stub: StubMoodle) -> None:
    stub.will_answer({})
    client = MoodleClient(stub.url, TOKEN, retries=0)
    client.get("core_webservice_get_site_info")
    client.close()
    assert TOKEN not in stub.received[0].path


def test_a_request_travels_as_one_text_with_its_hash_and_count(stub: StubMoodle, bridge: RestBridge) -> None:
    stub.will_answer({"objects": [], "next": None})
    list(bridge.read("user", keys=["қазақ", "🩺"]))
    form = stub.received[0].form
    assert form["count"] == "2"
    assert form["hash"] == hashlib.sha256(form["request"].encode()).hexdigest()
    assert stub.received[0].request["keys"] == ["қазақ", "🩺"]
    assert stub.received[0].headers["Content-Type"].startswith("multipart/form-data")


def test_the_program_names_itself_and_its_version(stub: StubMoodle, bridge: RestBridge) -> None:
    stub.will_answer(NO_EVENTS)
    list(bridge.events(0))
    assert stub.received[0].headers["User-Agent"] == f"dlt-sync/{dlt_sync.__version__}"


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_site_is_asked_again(stub: StubMoodle, bridge: RestBridge, status: int) -> None:
    stub.replies.append(Reply(status=status))
    stub.will_answer(NO_EVENTS)
    assert list(bridge.events(0)) == []
    assert len(stub.received) == 2


def test_a_broken_connection_is_tried_again_with_the_very_same_request(stub: StubMoodle, bridge: RestBridge) -> None:
    stub.replies.append(Reply(hang_up=True))
    stub.will_answer(NO_EVENTS)
    list(bridge.events(7))
    first, second = stub.received
    assert first.form == second.form


def test_a_batch_still_at_work_is_asked_for_again(stub: StubMoodle, bridge: RestBridge) -> None:
    stub.will_refuse("batchbusy")
    stub.will_answer(NO_EVENTS)
    list(bridge.events(0))
    assert len(stub.received) == 2


def test_retries_end(stub: StubMoodle, bridge: RestBridge) -> None:
    stub.replies.append(Reply(status=503))
    with pytest.raises(MoodleUnavailable):
        list(bridge.events(0))
    assert len(stub.received) == 3


def test_a_refusal_is_not_repeated(stub: StubMoodle, bridge: RestBridge) -> None:
    stub.will_refuse("invalidtoken")
    with pytest.raises(MoodleError):
        list(bridge.events(0))
    assert len(stub.received) == 1


def test_pauses_grow_and_have_an_end(stub: StubMoodle, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("dlt_sync.moodle.client.time.sleep", pauses.append)
    stub.replies.append(Reply(status=503))
    client = MoodleClient(stub.url, TOKEN, retries=7, pause_s=1)
    with pytest.raises(MoodleUnavailable):
        client.post("core_webservice_get_site_info")
    client.close()
    assert [pause for pause in pauses if pause >= 1] == [1, 2, 4, 8, 16, 30, 30]


def test_each_thread_has_a_session_of_its_own(stub: StubMoodle) -> None:
    client = MoodleClient(stub.url, TOKEN)
    sessions = [client.session]
    thread = threading.Thread(target=lambda: sessions.append(client.session))
    thread.start()
    thread.join()
    assert sessions[0] is client.session
    assert sessions[0] is not sessions[1]
    client.close()


def test_no_proxy_stands_between_us_and_this_very_machine(
    stub: StubMoodle, bridge: RestBridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    stub.will_answer(NO_EVENTS)
    assert list(bridge.events(0)) == []


def test_two_clients_share_neither_session_nor_headers(stub: StubMoodle) -> None:
    one, two = MoodleClient(stub.url, TOKEN), MoodleClient(stub.url, TOKEN)
    one.session.headers["X-One"] = "1"
    assert "X-One" not in two.session.headers
    one.close()
    two.close()


def test_a_closed_client_opens_a_new_session_when_it_is_used_again(stub: StubMoodle) -> None:
    client = MoodleClient(stub.url, TOKEN)
    before = client.session
    client.close()
    assert client.session is not before
    client.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://moodle.example",
        "http://10.0.0.5",
        "http://localhost.example",
        "moodle.example",
        "ftp://moodle.example",
        "https://",
        "https://user:secret@moodle.example",
        "https://moodle.example/?wstoken=1",
        "",
    ],
)
def test_an_address_that_would_give_the_token_away_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match=r"\[moodle\] url") as caught:
        RestBridge(url, TOKEN)
    assert caught.value.remedy
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["https://moodle.example/lms/", "http://127.0.0.1:8080", "http://localhost", "http://[::1]"]
)
def test_https_and_loopback_addresses_are_accepted(url: str) -> None:
    with RestBridge(url, TOKEN) as bridge:
        assert repr(bridge) == f"RestBridge({url.rstrip('/')!r})"


def test_only_the_writer_calls_functions_that_write() -> None:
    package = Path(dlt_sync.__file__).parent
    sources = {path: path.read_text(encoding="utf-8") for path in package.rglob("*.py")}
    for function in ('"local_dltsync_apply"', '"local_dltsync_push_status"'):
        callers = {path.name for path, source in sources.items() if function in source}
        assert callers == {"writer.py", "refusals.py"}  # the latter says which capability is missing


def test_only_the_client_stands_on_moodlepy() -> None:
    package = Path(dlt_sync.__file__).parent
    sources = {path.relative_to(package).as_posix(): path.read_text(encoding="utf-8") for path in package.rglob("*.py")}
    assert {name for name, source in sources.items() if "moodlepy import" in source} == {"moodle/client.py"}
    importers = set()
    for path in Path(dlt_sync.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.append(node.module)
            if any(name.split(".")[0] == "moodle" for name in names):
                importers.add(path.name)
    assert importers == set()  # moodlepy.py imports it by its name
