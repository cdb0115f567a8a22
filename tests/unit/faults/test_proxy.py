"""The fault suite's proxy: each fault does its harm, at the call that was chosen, and is noted only when it did."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from dlt_sync.errors import MoodleError, MoodleUnavailable
from dlt_sync.moodle.client import MoodleClient
from tests.live.faults.proxy import APPLY, FAULTS, Call, Planned, Proxy, chosen
from tests.stub_moodle import StubMoodle, serve

READ = "local_dltsync_read"
#: Faults after which the program has the right answer although it asked but once.
HARMLESS = {"delayed", "repeated", "repeated_at_once"}
#: Faults by which Moodle gets the call twice.
TWICE = {"repeated", "repeated_at_once"}


@pytest.fixture
def stub() -> Iterator[StubMoodle]:
    with serve(StubMoodle()) as stub:
        stub.will_answer({"answers": ["ok"] * 40})
        yield stub


@pytest.fixture
def proxy(stub: StubMoodle) -> Iterator[Proxy]:
    with Proxy(int(stub.url.rsplit(":", 1)[1])) as proxy:
        yield proxy


@pytest.fixture
def client(proxy: Proxy) -> Iterator[MoodleClient]:
    client = MoodleClient(proxy.url, "token", timeout_s=5, retries=0)
    yield client
    client.close()


def asked(client: MoodleClient, function: str = APPLY) -> object:
    return client.exchange(function, {"kind": "user", "recall": False})


def test_without_a_fault_nothing_happens(proxy: Proxy, client: MoodleClient, stub: StubMoodle) -> None:
    assert asked(client) == {"answers": ["ok"] * 40}
    assert stub.received[0].form["wstoken"] == "token"
    assert (proxy.calls, proxy.struck()) == (1, [])


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("salt", [1, 2])
def test_each_fault_does_its_harm_once(
    proxy: Proxy, client: MoodleClient, stub: StubMoodle, fault: str, salt: int
) -> None:
    proxy.script.arm([Planned(fault, salt=salt)])
    if fault in HARMLESS:
        assert asked(client) == {"answers": ["ok"] * 40}
    elif fault == "garbage":
        with suppress(MoodleError):
            assert asked(client) != {"answers": ["ok"] * 40}
    else:
        with pytest.raises(MoodleError):
            asked(client)
    assert [(one.fault, one.at) for one in proxy.struck()] == [(fault, "call 1: apply user")]
    assert len(stub.received) <= (2 if fault in TWICE else 1)
    if fault in TWICE | {"lost_answer", "truncated"}:
        assert stub.received
    assert asked(client) == {"answers": ["ok"] * 40}


@pytest.mark.parametrize("fault", ["cut_before", "cut_in_request", "lost_answer", "truncated_short", "http_502"])
def test_what_passes_is_tried_again_by_the_program(proxy: Proxy, fault: str) -> None:
    proxy.script.arm([Planned(fault), Planned(fault)])
    client = MoodleClient(proxy.url, "token", timeout_s=5, retries=2, pause_s=0)
    assert asked(client) == {"answers": ["ok"] * 40}
    client.close()
    assert [one.fault for one in proxy.struck()] == [fault, fault]


def test_a_call_that_was_overtaken_arrives_later(proxy: Proxy, client: MoodleClient, stub: StubMoodle) -> None:
    proxy.script.arm([Planned("overtaken")])
    with pytest.raises(MoodleUnavailable):
        asked(client)
    assert not stub.received
    assert (proxy.deliver_late(), proxy.deliver_late()) == (1, 0)
    assert len(stub.received) == 1


def test_a_copy_of_a_call_arrives_later(proxy: Proxy, client: MoodleClient, stub: StubMoodle) -> None:
    proxy.script.arm([Planned("comes_again_later")])
    asked(client)
    proxy.deliver_late()
    assert [received.body for received in stub.received] == [stub.received[0].body] * 2


def test_a_fault_strikes_at_the_call_that_was_chosen(proxy: Proxy, client: MoodleClient) -> None:
    proxy.script.arm([Planned("delayed", APPLY, 2), Planned("delayed", "", 1)])
    for function in (READ, APPLY, READ, APPLY, READ):
        asked(client, function)
    assert [one.at for one in proxy.struck()] == ["call 4: apply user", "call 5: read user"]
    assert proxy.script.left == 0


def test_a_fault_that_did_no_harm_is_not_counted(stub: StubMoodle) -> None:
    def harmless(call: Call) -> bool:
        call.reply(call.forward())
        return False

    with Proxy(int(stub.url.rsplit(":", 1)[1]), {"harmless": harmless}) as proxy:
        proxy.script.arm([Planned("harmless")])
        client = MoodleClient(proxy.url, "token", retries=0)
        asked(client)
        client.close()
    assert (proxy.script.left, proxy.struck()) == (0, [])


def test_the_same_seed_chooses_the_same_faults() -> None:
    def faults(seed: int) -> list[Planned]:
        return list(chosen(random.Random(seed), FAULTS, {"delayed": READ}))

    assert faults(1) == faults(1) != faults(2)
    assert next(one for one in faults(1) if one.fault == "delayed").function == READ
    assert {one.function for seed in range(20) for one in faults(seed)} == {"", APPLY, READ}


def test_many_calls_at_once_meet_each_fault_once(proxy: Proxy, client: MoodleClient) -> None:
    proxy.script.arm([Planned("http_500")] * 3)
    failed: list[MoodleError] = []

    def ask() -> None:
        try:
            asked(client)
        except MoodleError as error:
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failed) == len(proxy.struck()) == 3
