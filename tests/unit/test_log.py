"""The log: what must stay secret never reaches it, in messages, arguments and tracebacks alike."""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlt_sync import log

IIN = "990101500006"  # fake: born in 2099
TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    log.log_to_stderr(debug=False)
    assert log.log_to_file(tmp_path / "dlt-sync.log", ["correct horse"])
    yield tmp_path / "dlt-sync.log"
    log.close()


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        (f"token {TOKEN} refused", "token *** refused"),
        ("[moodle]: token is missing.", "[moodle]: token is missing."),
        ("password 'hunter2' is wrong", "password '***' is wrong"),
        ("wstoken=abc&wsfunction=x", "wstoken=***&wsfunction=x"),
        ('{"password": "hunter2"}', '{"password": "***"}'),
        ("postgresql://dlt:pw@db.example/dlt", "postgresql://dlt:***@db.example/dlt"),
        (f"IIN {IIN} is taken", "IIN ***0006 is taken"),
        ("second weights 990101500708", "second weights ***0708"),
        ("wrong check digit 990101500007", "wrong check digit 990101500007"),
        ("row 1234567890123 of 3", "row 1234567890123 of 3"),
        ("write to aigerim.s@student.example, please", "write to ***@student.example, please"),
        (f"plan {'ab' * 32} parked", f"plan {'ab' * 32} parked"),
    ],
)
def test_what_must_stay_secret_is_masked_and_nothing_else(text: str, scrubbed: str) -> None:
    assert log.scrub(text) == scrubbed


def test_a_number_that_is_never_issued_is_no_iin() -> None:
    assert not any(log.looks_like_iin(f"99010150071{digit}") for digit in range(10))


def test_arguments_and_tracebacks_are_scrubbed_in_the_file(log_file: Path) -> None:
    try:
        raise ValueError(f"no such person: {IIN}, correct horse")
    except ValueError:
        logging.getLogger("dlt_sync.test").info("failed for %s", "lidia@teacher.example", exc_info=True)
    text = log_file.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "***0006" in text
    for secret in (IIN, "lidia", "correct horse"):
        assert secret not in text


def test_only_warnings_reach_stderr(log_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.log_to_stderr(debug=False)
    logging.getLogger("dlt_sync.test").info("quiet")
    logging.getLogger("urllib3").warning("retrying with token=%s", "abc")
    assert capsys.readouterr().err == "WARNING: retrying with token=***\n"


def test_only_its_owner_can_read_the_file(log_file: Path) -> None:
    assert stat.S_IMODE(log_file.stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_written_leaves_us_without_a_file(tmp_path: Path) -> None:
    assert not log.log_to_file(tmp_path / "missing" / "dlt-sync.log")


def test_closing_takes_off_our_handlers_and_nobody_elses(log_file: Path) -> None:
    theirs = logging.NullHandler()
    root = logging.getLogger()
    root.addHandler(theirs)
    before = len(root.handlers)
    log.close()
    assert theirs in root.handlers
    assert len(root.handlers) == before - 2
    root.removeHandler(theirs)


@pytest.mark.parametrize("debug", [False, True])
def test_a_library_shows_people_no_traceback_unless_they_ask_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], debug: bool
) -> None:
    log.log_to_stderr(debug=debug)
    assert log.log_to_file(tmp_path / "dlt-sync.log")
    try:
        raise ValueError("half a header")
    except ValueError:
        logging.getLogger("urllib3").warning("Failed to parse headers", exc_info=True)
    log.close()
    shown = capsys.readouterr().err
    assert "WARNING: Failed to parse headers" in shown
    assert ("Traceback" in shown) is debug
    assert "half a header" in (tmp_path / "dlt-sync.log").read_text(encoding="utf-8")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_full_disk_loses_the_log_and_stops_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    log.log_to_stderr(debug=False)
    assert log.log_to_file(Path("/dev/full"))
    for _ in range(3):
        logging.getLogger("dlt_sync.test").info("nobody will read this")
    log.close()
    shown = capsys.readouterr().err
    assert shown == "WARNING: the log /dev/full cannot be written: No space left on device\n"
