"""One daemon leads: by the database's clock on PostgreSQL, by a lock of the machine on SQLite."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from dlt_sync.daemon.leader import Leader, seconds, standing, this_process
from dlt_sync.db import Database
from dlt_sync.errors import DatabaseError

BEAT_S, LEASE_S = 0.3, 3.0


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def daemons(database: Database) -> Iterator[tuple[Leader, Leader]]:
    """Two daemons on one database."""
    with ExitStack() as stack:
        both = (
            Leader(database, beat_s=BEAT_S, lease_s=LEASE_S, holder="one/1/a"),
            Leader(database, beat_s=BEAT_S, lease_s=LEASE_S, holder="two/2/b"),
        )
        for leader in both:
            stack.callback(leader.release)
        yield both


def test_one_leads_and_the_other_knows_who(database: Database, daemons: tuple[Leader, Leader]) -> None:
    first, second = daemons
    assert standing(database) is None
    assert (first.take(), second.take(), first.take()) == (True, False, True)
    assert (first.leads(), second.leads()) == (True, False)
    seen = standing(database)
    assert seen is not None
    assert seen.name == "one, process 1"
    assert -1 < seen.age_s < 5


def test_who_gives_it_back_lets_the_other_lead_at_once(daemons: tuple[Leader, Leader]) -> None:
    first, second = daemons
    assert first.take()
    first.release()
    assert not first.leads()
    assert second.take()
    assert not first.take()


def test_a_dead_leader_is_followed_and_since_when_is_told(database: Database, daemons: tuple[Leader, Leader]) -> None:
    first, second = daemons
    assert first.take()
    began = standing(database)
    first._locked.close()  # what the operating system does for the dead
    deadline = time.monotonic() + 10
    while not second.take():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    now = standing(database)
    assert began is not None
    assert now is not None
    assert now.name == "two, process 2"
    assert now.since > began.since


def test_a_heart_that_beats_keeps_the_lease(daemons: tuple[Leader, Leader]) -> None:
    first, second = daemons
    assert first.take()
    with first.beating() as heart:
        for _ in range(10):
            time.sleep(0.1)
            assert first.leads()
            assert not second.take()
        assert heart.is_alive()
    assert not heart.is_alive()


def test_a_leader_that_cannot_renew_gives_up_before_another_may_take_over(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.is_sqlite:
        pytest.skip("there the operating system's lock decides")
    clock = Clock()
    leader = Leader(database, beat_s=10, lease_s=40, clock=clock)
    assert leader.take()
    clock.now += 29
    assert leader.leads()
    clock.now += 1  # another one takes over ten seconds later at the earliest
    assert not leader.leads()
    assert leader.take()  # it was the network: nobody has taken over
    assert leader.leads()


def test_the_question_counts_from_when_it_was_asked(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    if database.is_sqlite:
        pytest.skip("there the operating system's lock decides")
    clock = Clock()
    leader = Leader(database, beat_s=10, lease_s=40, clock=clock)
    write = leader._write

    def slow() -> bool:
        done = write()
        clock.now += 35  # the answer came late
        return done

    monkeypatch.setattr(leader, "_write", slow)
    assert not leader.take()


def test_a_beat_of_before_the_clock_was_set_back_keeps_nobody_out(
    database: Database, daemons: tuple[Leader, Leader]
) -> None:
    first, second = daemons
    assert first.take()
    first._locked.close()  # what the operating system does for the dead
    later = "strftime('%Y-%m-%d %H:%M:%f000', 'now', '+1 day')" if database.is_sqlite else "now() + interval '1 day'"
    with database.session() as session:
        session.execute(text(f"UPDATE lease SET beat_at = {later}"))
    assert second.take()


def test_two_that_ask_at_once_are_not_both_told_yes(database: Database) -> None:
    for _ in range(10):
        leaders = [Leader(database, beat_s=10, lease_s=40) for _ in range(4)]
        threads = [threading.Thread(target=leader.take) for leader in leaders]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(leader.leads() for leader in leaders) == 1
        for leader in leaders:
            leader.release()


def test_a_database_that_is_gone_is_told_once_and_ends_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    if database.is_sqlite:
        pytest.skip("there nothing is written while it leads")
    leader = Leader(database, beat_s=0.02, lease_s=5)
    assert leader.take()
    asked = threading.Semaphore(0)

    def gone() -> bool:
        asked.release()
        raise DatabaseError("the server is gone")

    with monkeypatch.context() as patch:
        patch.setattr(leader, "_write", gone)
        with leader.beating() as heart:
            for _ in range(3):
                assert asked.acquire(timeout=10)
            assert heart.is_alive()
    assert caplog.text.count("The lease could not be renewed") == 1
    leader.release()


def test_a_long_import_on_sqlite_does_not_make_its_daemon_give_up(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'own.sqlite3'}")
    database.upgrade()
    clock = Clock()
    leader = Leader(database, beat_s=10, lease_s=40, clock=clock)
    assert leader.take()
    clock.now += 1000
    assert leader.leads()
    leader.release()
    database.close()


def test_each_process_has_a_name_of_its_own() -> None:
    assert this_process() != this_process()
    assert len(this_process()) <= 255
    assert seconds() > 0
