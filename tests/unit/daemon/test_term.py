"""A leader's term: what was missed is made up once, nothing runs beside what it would disturb, no error ends it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dlt_sync.daemon.jobs import LINKS, Job
from dlt_sync.daemon.opened import Ended, Opened
from dlt_sync.daemon.schedule import Daily, Every
from dlt_sync.daemon.term import Term
from dlt_sync.errors import ConfigError, MoodleUnavailable, RunActive, RunStopped
from tests.unit.daemon.conftest import House, until

#: A time of day that is hours away from now, so that nothing is due by itself.
FAR = Daily((datetime.now(UTC) + timedelta(hours=12)).time().replace(second=0, microsecond=0), ZoneInfo("UTC"))


class Work:
    """A job's work that is counted, and that does what it is told to."""

    def __init__(self, ends: Callable[[], Ended] = lambda: Ended("ok", "Done.")) -> None:
        self.times = 0
        self.ends = ends

    def __call__(self, opened: Opened) -> Ended:
        self.times += 1
        return self.ends()


def job(name: str, work: Callable[[Opened], Ended], **more: object) -> Job:
    """A job that is due far from now."""
    return replace(Job(name, "works", FAR, work), **more)  # type: ignore[arg-type]


def term(house: House, *jobs: Job, may_go_on: Callable[[], bool] = lambda: True) -> Term:
    """A term with these jobs."""
    return Term(house.home, house.settings(), house.board, jobs, may_go_on)


def test_what_was_missed_is_made_up_once_and_then_due_as_always(house: House) -> None:
    night, never = Work(), Work()
    long_ago = datetime.now(UTC) - timedelta(days=9)
    house.board.due({"night": long_ago, "links": long_ago})
    with term(house, job("night", night), job("links", never, worker=LINKS, made_up=False)).lasting() as begun:
        until(lambda: house.noted("night").ended_at, "the night to be made up")
        begun.look()
    assert (night.times, never.times) == (1, 0)
    noted = house.noted("night")
    assert (noted.verdict, noted.message) == ("ok", "Done.")
    assert noted.succeeded_at == noted.ended_at
    assert noted.due_at == house.noted("links").due_at == FAR.after(datetime.now(UTC))
    with term(house, job("night", night)).lasting():
        pass
    assert night.times == 1


def test_a_first_start_does_nothing_at_once(house: House) -> None:
    work = Work()
    with term(house, job("night", work)).lasting() as begun:
        begun.look()
    assert work.times == 0
    assert house.noted("night").due_at == FAR.after(datetime.now(UTC))


def test_a_job_is_done_whenever_it_is_due(house: House) -> None:
    work = Work()
    with term(house, job("pull", work, schedule=Every(0.005))).lasting():
        until(lambda: work.times >= 3, "three times")


def test_a_job_that_is_wanted_is_done_now(house: House) -> None:
    work = Work()
    with term(house, job("night", work)).lasting() as begun:
        house.board.want("night", datetime.now(UTC), "methodist")
        for _ in range(5):
            begun.look()
        until(lambda: house.noted("night").ended_at, "the job to be done")
        begun.look()
    assert work.times == 1
    assert house.noted("night").wanted_at is None
    assert house.noted("night").due_at == FAR.after(datetime.now(UTC))


def test_a_job_that_this_daemon_does_not_know_is_answered(house: House) -> None:
    with term(house, job("night", Work())).lasting() as begun:
        house.board.want("inbox", datetime.now(UTC), "methodist")
        begun.look()
    assert house.noted("inbox").verdict == "failed"
    assert "Start it anew" in house.noted("inbox").message
    assert house.board.wanted() == []


def test_work_is_done_one_after_the_other_and_links_are_looked_at_beside_it(house: House) -> None:
    inside: set[str] = set()
    met: list[frozenset[str]] = []
    links_begun, pull_done = threading.Event(), threading.Event()

    def doing(name: str, *, wait_for: threading.Event | None = None, tell: threading.Event | None = None) -> Work:
        def end() -> Ended:
            inside.add(name)
            met.append(frozenset(inside))
            if tell:
                tell.set()
            assert wait_for is None or wait_for.wait(30)
            inside.discard(name)
            return Ended("ok")

        return Work(end)

    jobs = (
        job("night", doing("night", wait_for=links_begun)),
        job("pull", doing("pull", tell=pull_done)),
        job("links", doing("links", tell=links_begun, wait_for=pull_done), worker=LINKS),
    )
    house.board.due({one.name: datetime.now(UTC) - timedelta(hours=1) for one in jobs})
    with term(house, *jobs).lasting():
        until(lambda: all(house.noted(one.name).ended_at for one in jobs), "all jobs")
    assert not any({"night", "pull"} <= together for together in met)
    assert any("links" in together and len(together) == 2 for together in met)


@pytest.mark.parametrize(
    ("error", "verdict", "said"),
    [
        (
            ValueError("secret 0123456789abcdef0123456789abcdef"),
            "failed",
            "Something unforeseen went wrong (ValueError)",
        ),
        (ConfigError("The settings are wrong.", remedy="Mend them.", problems=["a: b"]), "failed", "a: b Mend them."),
        (MoodleUnavailable("Moodle is away."), "failed", "Moodle is away."),
        (RunActive("Another run is active."), "busy", "Another run"),
        (RunStopped("It was stopped."), "stopped", "It was stopped."),
    ],
)
def test_what_a_job_raises_is_kept_and_ends_nothing(house: House, error: Exception, verdict: str, said: str) -> None:
    def fail() -> Ended:
        raise error

    other = Work()
    house.board.due(dict.fromkeys(("bad", "good"), datetime.now(UTC) - timedelta(hours=1)))
    with term(house, job("bad", Work(fail)), job("good", other)).lasting():
        until(lambda: house.noted("good").ended_at, "the other job")
    noted = house.noted("bad")
    assert noted.verdict == verdict
    assert said in noted.message
    assert "0123456789abcdef" not in noted.message
    assert noted.succeeded_at is None
    assert other.times == 1


def test_settings_that_cannot_be_read_are_a_job_s_failure(house: House) -> None:
    begun = term(house, job("night", Work()))
    house.write("[nonsense]\na = b\n")
    begun.do(job("night", Work()))
    assert house.noted("night").verdict == "failed"
    assert "nonsense" in house.noted("night").message


def test_settings_that_were_changed_hold_from_the_next_job_on(house: House) -> None:
    seen: list[str] = []

    def look(opened: Opened) -> Ended:
        seen.append(opened.settings.rules.archive_name)
        return Ended("ok")

    with term(house, job("night", look)).lasting() as begun:
        begun.do(job("night", look))
        house.write("[site]\narchive_name = Old courses\n")
        begun.do(job("night", look))
    assert seen[1:] == ["Old courses"]
    assert seen[0] != "Old courses"


def test_a_night_is_tried_again_while_moodle_is_away_and_then_no_more(house: House) -> None:
    clock = datetime(2026, 11, 26, 21, 30, tzinfo=UTC)
    house.now = lambda: clock

    def away() -> Ended:
        raise MoodleUnavailable("Moodle is away.")

    night = job("night", Work(away), patient=True, schedule=Daily(time(2, 30), ZoneInfo("Asia/Almaty")))
    tried: list[str] = []
    with term(house, night).lasting() as begun:
        while True:
            begun.do(night)
            noted = house.noted("night")
            if noted.verdict != "waiting":
                break
            assert noted.due_at is not None
            clock = noted.due_at
            tried.append(f"{clock:%H:%M}")
    assert tried[:5] == ["21:32", "21:36", "21:44", "22:00", "22:30"]
    assert tried[-1] == "01:00"  # six in the morning in Almaty
    assert (noted.verdict, noted.due_at) == ("failed", datetime(2026, 11, 27, 21, 30, tzinfo=UTC))


def test_a_night_waits_for_a_run_by_hand_and_says_so_when_that_takes_too_long(house: House) -> None:
    clock = datetime(2026, 11, 26, 21, 30, tzinfo=UTC)
    house.now = lambda: clock
    house.write("wait_for_run_minutes = 3\n")

    def busy() -> Ended:
        raise RunActive("Another run is active.")

    night = job("night", Work(busy), patient=True, schedule=Daily(time(2, 30), ZoneInfo("Asia/Almaty")))
    verdicts = []
    with term(house, night).lasting() as begun:
        for _ in range(4):
            begun.do(night)
            verdicts.append(house.noted("night").verdict)
            clock += timedelta(minutes=1)
    assert verdicts == ["waiting", "waiting", "waiting", "busy"]


def test_what_was_cut_off_is_said_and_done_again(house: House) -> None:
    house.board.due({"night": datetime.now(UTC) - timedelta(minutes=1)})
    house.board.started("night", datetime.now(UTC))
    assert house.noted("night").verdict == "running"
    seen: list[str] = []

    def look(opened: Opened) -> Ended:
        return Ended("ok", "Done.")

    assert house.board.cut_off(datetime.now(UTC)) == ["night"]
    seen.append(house.noted("night").verdict)
    with term(house, job("night", look)).lasting():
        until(lambda: house.noted("night").verdict == "ok", "the night")
    assert seen == ["cut off"]


def test_what_is_stopped_stays_due(house: House) -> None:
    stopped = job("night", Work(lambda: Ended("stopped", "There is more to do.")))
    with term(house, stopped).lasting() as begun:
        began = datetime.now(UTC)
        begun.do(stopped)
    due = house.noted("night").due_at
    assert due is not None
    assert began <= due <= datetime.now(UTC)


def test_who_may_not_go_on_begins_nothing_and_tells_the_jobs(house: House) -> None:
    may = True
    told: list[bool] = []

    def look(opened: Opened) -> Ended:
        nonlocal may
        told.append(opened.stop())
        may = False
        told.append(opened.stop())
        return Ended("stopped")

    work = Work()
    with term(house, job("night", look), job("pull", work), may_go_on=lambda: may).lasting() as begun:
        begun.do(job("night", look))
        begun.do(job("pull", work))
    assert told == [False, True]
    assert work.times == 0


def test_a_term_ends_when_its_jobs_have_and_is_tended_until_then(house: House) -> None:
    begun, go_on, tended = threading.Event(), threading.Event(), threading.Event()

    def long(opened: Opened) -> Ended:
        begun.set()
        until(opened.stop, "being told to stop")
        assert go_on.wait(30)
        return Ended("ok")

    def tend() -> None:
        tended.set()
        go_on.set()

    work = Work()
    house.board.due(dict.fromkeys(("night", "pull"), datetime.now(UTC) - timedelta(hours=1)))
    with term(house, job("night", long), job("pull", work)).lasting(tend):
        assert begun.wait(30)
    assert tended.is_set()
    assert house.noted("night").verdict == "ok"
    assert work.times == 0  # it stood behind the other, and stays due


def test_a_clock_that_is_set_back_does_not_put_a_job_off_for_years(house: House) -> None:
    clock = datetime.now(UTC) + timedelta(days=1500)
    house.now = lambda: clock
    work = Work()
    with term(house, job("night", work)).lasting() as begun:
        assert house.noted("night").due_at == FAR.after(clock)
        clock = datetime.now(UTC)
        begun.look()
        due = begun._scheduler.get_job("night").next_run_time
    assert due == FAR.after(clock)


def test_a_job_may_be_followed_by_another_at_once(house: House) -> None:
    night = Work()
    inbox = job("inbox", Work(lambda: Ended("ok", "Import 7.", then="night")))
    with term(house, inbox, job("night", night)).lasting() as begun:
        begun.do(inbox)
        until(lambda: night.times, "the night")
    assert night.times == 1


def test_a_job_that_cannot_even_be_noted_is_tried_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work()
    with term(house, job("night", work)).lasting() as begun:
        with monkeypatch.context() as patch:
            patch.setattr(house.board, "started", lambda *_: 1 / 0)
            begun.do(job("night", work))
        assert begun._scheduler.get_job("night").next_run_time < datetime.now(UTC) + timedelta(minutes=2)
        assert begun.is_alive
    assert work.times == 0
    assert begun.running == []
