"""Ctrl-C and SIGTERM while a command writes: asked once it finishes what is in hand, asked twice it ends."""

from __future__ import annotations

import json
import os
import signal
import threading

import pytest

from dlt_sync.cli.stopping import stopping
from dlt_sync.model import Outcome
from dlt_sync.moodle.contract import Batch
from tests.memory import MemoryBridge
from tests.unit.cli.conftest import Commands


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_apply_that_is_asked_to_stop_finishes_its_batch_and_says_what_is_left(
    loaded: Commands, bridge: MemoryBridge, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    answer = bridge.apply

    def asked_meanwhile(batch: Batch) -> tuple[Outcome, ...]:
        os.kill(os.getpid(), number)
        return answer(batch)

    monkeypatch.setattr(bridge, "apply", asked_meanwhile)
    before = signal.getsignal(number)
    stopped = loaded("apply", "--json")
    assert stopped.exit_code == 5
    told = json.loads(stopped.stdout)
    assert told["stopped"] is True
    assert told["left"] > 0
    assert "Once more to end at once" in stopped.stderr
    assert signal.getsignal(number) is before
    monkeypatch.setattr(bridge, "apply", answer)
    finished = loaded("apply")
    assert (finished.exit_code, "Proven" in finished.stdout) == (0, True)
    assert "stopped" in loaded("runs").stdout


def test_the_second_signal_ends_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    said: list[str] = []
    with stopping(said.append, what="Work is finished.") as asked:
        signal.raise_signal(signal.SIGTERM)
        assert asked.is_set()
        assert ended == []
        signal.raise_signal(signal.SIGINT)
    assert ended == [130]
    assert said[0] == "Stopping: Work is finished. Once more to end at once."


def test_in_a_thread_nobody_can_be_asked() -> None:
    found: list[bool] = []

    def work() -> None:
        with stopping(print, what="") as asked:
            found.append(asked.is_set())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [False]
