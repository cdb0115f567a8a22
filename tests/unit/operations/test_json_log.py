"""The daemon's log: JSON lines with the run and the job they belong to, and no secrets."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from dlt_sync import log
from dlt_sync.daemon.json_log import log_as_json

logger = logging.getLogger("dlt_sync.test")
IIN = "990101500006"  # fake: born in 2099


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where the log goes."""
    log.log_to_stderr(debug=False)
    written = io.StringIO()
    log_as_json(['pass"word'], stream=written)
    yield written
    log.close()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_when_what_where_and_for_which_run_and_job(stream: io.StringIO) -> None:
    with log.in_job("reconcile"), log.in_run(12):
        logger.info("%d operations\nare done", 3)
    logger.info("idle")
    first, second = lines(stream)
    assert first.pop("time").endswith("+00:00")
    assert first == {
        "level": "INFO", "logger": "dlt_sync.test", "message": "3 operations\nare done", "run": 12, "job": "reconcile",
    }  # fmt: skip
    assert set(second) == {"time", "level", "logger", "message"}


def test_secrets_are_masked_before_json_escapes_them(stream: io.StringIO) -> None:
    try:
        raise ValueError(f'{IIN} said pass"word')
    except ValueError:
        logger.exception("for %s", "lidia@teacher.example", extra={"password": 'pass"word'})
    assert lines(stream)[0]["message"] == "for ***@teacher.example"
    assert "ValueError: ***0006 said ***" in lines(stream)[0]["traceback"]
    for secret in (IIN, "lidia", 'pass"word', r"pass\"word"):
        assert secret not in stream.getvalue()


def test_runs_in_other_threads_do_not_mix(stream: io.StringIO) -> None:
    both = threading.Barrier(2)

    def work(run: int) -> None:
        with log.in_run(run):
            both.wait(5)
            logger.info("from %d", run)

    threads = [threading.Thread(target=work, args=(run,)) for run in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(line["message"], line["run"]) for line in lines(stream)} == {("from 1", 1), ("from 2", 2)}


def test_text_and_json_are_never_written_both(stream: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    logger.warning("once")
    assert len(lines(stream)) == 1
    assert capsys.readouterr().err == ""


def test_the_log_can_be_closed(stream: io.StringIO) -> None:
    log.close()
    logger.warning("nobody hears this")
    assert stream.getvalue() == ""


def test_a_run_names_itself_on_what_it_logs(stream: io.StringIO) -> None:
    assert log.belongs_to() == {}
    with log.in_run(3):
        assert log.belongs_to() == {"run": 3}


def test_the_threads_of_a_pool_work_for_the_same_run_and_job() -> None:
    with log.in_job("reconcile"), log.in_run(7):
        pool = ThreadPoolExecutor(1, initializer=log.belong_as_here())
    with pool:
        assert pool.submit(log.belongs_to).result(5) == {"run": 7, "job": "reconcile"}
    assert log.belongs_to() == {}
