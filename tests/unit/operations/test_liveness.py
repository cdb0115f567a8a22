"""A scheduler that hangs is not alive, though its thread is there and the daemon's main loop goes on."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from dlt_sync.daemon import term as term_module
from dlt_sync.daemon.board import Board
from dlt_sync.daemon.opened import Home
from dlt_sync.daemon.term import STUCK_S, Term
from dlt_sync.db import Database
from tests.memory import MemoryBridge
from tests.unit.operations.conftest import SettingsOf
from tests.unit.operations.records_of_runs import NOW


class Clock:
    """The machine's steady clock, set ahead by a test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = 0.0
        monkeypatch.setattr(
            term_module, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + self.ahead, sleep=time.sleep)
        )


@pytest.fixture
def term(sqlite: Database, settings_of: SettingsOf) -> Term:
    settings = settings_of("")
    return Term(Home(lambda: settings, lambda _: MemoryBridge(), lambda: NOW), settings, Board(sqlite), ())


def test_a_scheduler_that_is_asked_and_works_is_alive(term: Term, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    worked = threading.Event()
    real = BackgroundScheduler._process_jobs

    def work(self: BackgroundScheduler) -> float | None:
        worked.set()
        wait: float | None = real(self)
        return wait

    monkeypatch.setattr(BackgroundScheduler, "_process_jobs", work)
    with term.lasting():
        assert worked.wait(5)
        clock.ahead = STUCK_S + 1
        worked.clear()
        term.look()
        assert worked.wait(5)
        deadline = time.monotonic() + 5
        while not term.is_alive and time.monotonic() < deadline:
            time.sleep(0.01)
        assert term.is_alive
    assert term.is_alive  # its end is no trouble


def test_a_scheduler_that_hangs_is_not_alive(term: Term, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    hangs, release = threading.Event(), threading.Event()

    def hang(_: BackgroundScheduler) -> float:
        hangs.set()
        release.wait(10)
        return 60

    monkeypatch.setattr(BackgroundScheduler, "_process_jobs", hang)
    with term.lasting():
        assert hangs.wait(5)
        term.look()
        before = term.is_alive
        clock.ahead = STUCK_S + 1
        term.look()
        after = term.is_alive
        release.set()
    assert (before, after) == (True, False)
