"""Moodle is asked more slowly while it is slow."""

from __future__ import annotations

from dlt_sync.pace import Pace


def test_asks_as_often_as_it_may_while_moodle_keeps_up() -> None:
    pace = Pace(4)
    for seconds in (2.0, 2.5, 3.0, 1.8):
        pace.answered(100, seconds)
    assert pace.now == 4


def test_each_slow_answer_takes_one_request_away_but_never_the_last() -> None:
    pace = Pace(3)
    pace.answered(100, 1.0)
    seen = []
    for _ in range(4):
        pace.answered(100, 10.0)
        seen.append(pace.now)
    assert seen == [2, 1, 1, 1]


def test_comes_back_when_moodle_recovered() -> None:
    pace = Pace(3)
    for seconds in (1.0, 10.0, 10.0, 3.0):
        pace.answered(100, seconds)
    assert pace.now == 1
    pace.answered(100, 1.5)
    pace.answered(100, 1.5)
    pace.answered(100, 1.5)
    assert pace.now == 3


def test_a_large_batch_may_take_longer() -> None:
    pace = Pace(2)
    pace.answered(10, 1.0)
    pace.answered(1000, 90.0)
    assert pace.now == 2
