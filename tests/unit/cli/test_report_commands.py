"""`dlt-sync report` and `dlt-sync video coverage`: what they print, what they write, what they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from tests.unit.cli.conftest import Commands


@pytest.mark.parametrize("name", ["RP-1", "rp-2", "RP-3", "RP-5"])
def test_a_report_is_shown_in_the_site_s_language(loaded: Commands, name: str) -> None:
    result = loaded("report", name)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(name.upper())
    assert "По состоянию на: 24.11.2026" in result.stdout


@pytest.mark.parametrize("by", ["programme", "kafedra", "offering"])
def test_coverage_is_shown_by_what_was_asked_for(loaded: Commands, by: str) -> None:
    result = loaded("video", "coverage", "--by", by, "--in", "en")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("RP-1. Video coverage by programme" if by == "programme" else "Coverage by")


def test_topics_of_a_state_are_listed(loaded: Commands) -> None:
    result = loaded("video", "coverage", "--state", "missing", "--in", "kk")
    assert result.exit_code == 0, result.output
    assert "Күйі: Жоқ" in result.stdout


def test_a_machine_gets_names_that_stay(loaded: Commands) -> None:
    result = loaded("video", "coverage", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout).keys() == {"report", "title", "as_of", "filters", "rows", "totals"}


def test_a_file_is_of_the_form_that_its_name_says(loaded: Commands, folder: Path) -> None:
    for name in ("a.csv", "a.xlsx", "a.html"):
        result = loaded("report", "RP-1", "--out", name)
        assert result.exit_code == 0, result.output
        assert name in result.stderr
    assert (folder / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert openpyxl.load_workbook(folder / "a.xlsx").sheetnames == ["RP-1"]
    assert (folder / "a.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert not list(folder.glob(".*.part"))


def test_a_file_may_go_into_a_pipe(loaded: Commands) -> None:
    result = loaded("report", "RP-5", "--format", "csv")
    assert result.stdout_bytes.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    "args",
    [("--out", "a.pdf"), ("--out", "a.csv", "--format", "table"), ("--format", "csv", "--json"), ("--level", "x")],
)
def test_what_cannot_be_is_wrong_usage(loaded: Commands, args: tuple[str, ...]) -> None:
    assert loaded("report", "RP-1", *args).exit_code == 2


def test_a_unit_that_is_not_there_is_named(loaded: Commands) -> None:
    result = loaded("report", "RP-1", "--kafedra", "Нет такой")
    assert result.exit_code == 1
    assert "There is no kafedra “Нет такой”." in result.stderr


def test_a_file_that_cannot_be_written_stops_with_a_remedy(loaded: Commands) -> None:
    result = loaded("report", "RP-1", "--out", "nowhere/a.csv")
    assert result.exit_code == 1
    assert "nowhere/a.csv could not be written" in result.stderr


def test_a_reconciliation_is_reported_by_days_and_by_run(loaded: Commands, folder: Path) -> None:
    assert loaded("apply").exit_code == 0
    by_days = loaded("report", "RP-6", "--from", "2026-11-01", "--until", "2026-11-24", "--lang", "kk")
    assert by_days.exit_code == 0, by_days.output
    lines = by_days.stdout.splitlines()
    assert lines[0] == "RP-6. Деректерді салыстыру: курстар, адамдар, шеттетілген жолдар"
    assert lines[1].startswith("Іріктеу: Кезең: 01.11.2026 – 24.11.2026.")
    assert lines[2] == "Барлығы кафедралар бойынша"
    by_run = json.loads(loaded("report", "RP-6", "--run", "1", "--json").stdout)
    assert by_run["filters"] == {"Запуск": "1"}
    assert {row["change"] for row in by_run["rows"]} >= {"Курс создан", "Человек добавлен"}
    usual = json.loads(loaded("report", "RP-6", "--lang", "en", "--json").stdout)
    assert usual["filters"] == {"Period": "2026-10-26 – 2026-11-24"}
    earlier = loaded("report", "RP-6", "--until", "2026-11-23", "--lang", "en")
    assert "There is nothing to show." in earlier.stdout
    for name in ("a.csv", "a.xlsx", "a.html"):
        assert loaded("report", "RP-6", "--out", name).exit_code == 0
    assert openpyxl.load_workbook(folder / "a.xlsx").sheetnames == ["Итоги по кафедрам", "RP-6"]


def test_a_reconciliation_is_asked_for_by_unit(loaded: Commands) -> None:
    assert loaded("apply").exit_code == 0
    everything = json.loads(loaded("report", "RP-6", "--json").stdout)
    kafedra = next(row["kafedra"] for row in everything["rows"] if row["change"] == "Курс создан")
    some = json.loads(loaded("report", "RP-6", "--kafedra", kafedra, "--json").stdout)
    assert {row["kafedra"] for row in some["rows"]} == {kafedra}
    assert some["filters"]["Кафедра"] == kafedra


@pytest.mark.parametrize(
    "args",
    [
        ("RP-6", "--year", "2026-2027"),
        ("RP-6", "--run", "1", "--from", "2026-11-01"),
        ("RP-6", "--from", "2026-11-02", "--until", "2026-11-01"),
        ("RP-6", "--from", "1.11.2026"),
        ("RP-5", "--run", "1"),
    ],
)
def test_days_and_runs_are_asked_for_in_one_way(loaded: Commands, args: tuple[str, ...]) -> None:
    assert loaded("report", *args).exit_code == 2


def test_a_run_that_was_not_is_named(loaded: Commands) -> None:
    result = loaded("report", "RP-6", "--run", "9")
    assert result.exit_code == 1
    assert "There is no run 9." in result.stderr
