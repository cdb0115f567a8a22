"""The edge: every error ends in a sentence, a remedy and its exit code; nothing leaks, no colour in a pipe."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from dlt_sync.cli import main
from dlt_sync.cli.output import Output, console_for, table
from dlt_sync.errors import (
    ConfigError,
    DatabaseError,
    DltSyncError,
    GuardStopped,
    MoodleError,
    MoodleUnavailable,
    PlanError,
    RecordsError,
    RunActive,
)
from dlt_sync.journal import runs
from tests.unit.cli.conftest import Commands

IIN = "990101500006"  # fake: born in 2099


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def break_runs(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """Makes `dlt-sync runs` raise an error."""

    def install(error: Exception) -> None:
        def broken(*_: object) -> None:
            raise error

        monkeypatch.setattr(runs, "runs", broken)

    return install


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError, 1),
        (DatabaseError, 1),
        (RecordsError, 1),
        (PlanError, 1),
        (MoodleError, 1),
        (MoodleUnavailable, 1),
        (GuardStopped, 4),
        (RunActive, 6),
    ],
)
def test_each_error_has_its_exit_code_and_goes_to_stderr(
    error: type[DltSyncError], code: int, dlt_sync: Commands, break_runs: Callable[[Exception], None]
) -> None:
    break_runs(error("It [b]stopped[/b].", remedy="Do this.", problems=["one", "two"]))
    result = dlt_sync("runs")
    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr == "Error: It [b]stopped[/b].\n  - one\n  - two\nWhat to do: Do this.\n"


def test_an_error_is_json_too_when_that_was_asked_for(
    dlt_sync: Commands, break_runs: Callable[[Exception], None]
) -> None:
    break_runs(PlanError("No.", remedy="Do this.", problems=["one"]))
    result = dlt_sync("runs", "--json")
    assert json.loads(result.stdout) == {"error": "No.", "problems": ["one"], "remedy": "Do this."}
    assert result.exit_code == 1


def test_an_unforeseen_error_is_one_sentence_and_the_traceback_is_in_the_log(
    dlt_sync: Commands, break_runs: Callable[[Exception], None], folder: Path
) -> None:
    break_runs(RuntimeError(f"IIN {IIN}, token not-a-real-token"))
    result = dlt_sync("runs")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert str(folder / "dlt-sync.log") in result.stderr
    log = (folder / "dlt-sync.log").read_text(encoding="utf-8")
    assert "Traceback" in log
    assert IIN not in log
    assert "not-a-real-token" not in log


def test_debug_shows_the_traceback_without_secrets(dlt_sync: Commands, break_runs: Callable[[Exception], None]) -> None:
    break_runs(RuntimeError(f"IIN {IIN}"))
    result = dlt_sync("--debug", "runs")
    assert "Traceback" in result.stderr
    assert IIN not in result.output


def test_an_unforeseen_error_before_the_config_is_read_points_to_debug(
    bare: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("x")

    monkeypatch.setattr("dlt_sync.cli.app.find_config", broken)
    result = bare("runs")
    assert result.exit_code == 1
    assert "--debug" in result.stderr


def test_no_config_names_the_places_and_init(bare: Commands) -> None:
    result = bare("runs")
    assert result.exit_code == 1
    assert "dlt-sync.ini" in result.stderr
    assert "dlt-sync init" in result.stderr


def test_an_unknown_config_key_is_named(dlt_sync: Commands, folder: Path) -> None:
    (folder / "dlt-sync.ini").write_text("[moodle]\nurll = x\n")
    result = dlt_sync("plan")
    assert result.exit_code == 1
    assert "dlt-sync.ini:2 [moodle] urll: this key is unknown. Did you mean url?" in result.stderr


@pytest.mark.parametrize("args", [["plann"], ["runs", "show"], ["runs", "show", "x"], ["--nonsense"], ["undo"]])
def test_wrong_usage_is_two(args: list[str], bare: Commands) -> None:
    assert bare(*args).exit_code == 2


def test_main_ends_with_the_exit_code_of_the_command(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["dlt-sync", "runs"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1


def test_a_pipe_gets_neither_colour_nor_padding_nor_cuts(capsys: pytest.CaptureFixture[str]) -> None:
    long = "Дистанциялық " * 60
    Output().result([], table("kind", "what", rows=[("user", long), ("course", "[b]x[/b]")]))
    assert capsys.readouterr().out == f"kind    what\nuser    {long.strip()}\ncourse  [b]x[/b]\n"


def test_a_terminal_gets_colour_unless_no_color_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for no_color, coloured in (("", True), ("1", False)):
        monkeypatch.setenv("NO_COLOR", no_color)
        stream = Terminal()
        console_for(stream).print("[red]x[/red]")
        assert ("\x1b[31m" in stream.getvalue()) is coloured


def test_a_narrow_terminal_folds_and_loses_nothing() -> None:
    stream = io.StringIO()
    console = Console(file=stream, width=20)
    console.print(table("kind", "what", rows=[("enrolment", "plt:offering:17|plt:student:910001")]))
    lines = stream.getvalue().splitlines()
    assert max(map(len, lines)) <= 20
    letters = "".join("".join(line.split()) for line in lines)
    assert "910001" in letters
    assert len([c for c in letters if c.isdigit()]) == len("17910001")


def test_progress_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    for stream, shown in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        with Output().progress() as report:
            report("users", 1, 2)
        assert bool(stream.getvalue()) is shown
