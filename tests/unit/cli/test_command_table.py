"""What holds for every command: help with an example, --json, a place in the docs that says the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from dlt_sync.cli import cli
from dlt_sync.cli.reference import commands_page, settings_page
from dlt_sync.cli.settings_reference import SECTIONS, keys
from tests.unit.cli.conftest import all_commands

DOCS = Path(__file__).parents[3] / "docs"
COMMANDS = [pytest.param(words, command, id=" ".join(words) or "dlt-sync") for words, command in all_commands()]


@pytest.mark.parametrize(("words", "command"), COMMANDS)
def test_help_has_a_sentence_and_an_example_that_calls_the_command(
    words: tuple[str, ...], command: click.Command
) -> None:
    result = CliRunner().invoke(cli, [*words, "--help"])
    assert result.exit_code == 0
    text = command.help or ""
    assert text.split("\n")[0].endswith(".")
    assert "Example: dlt-sync " in text
    example = text.split("Example: ", 1)[1]
    assert all(word in example.split() for word in words)


@pytest.mark.parametrize(("words", "command"), COMMANDS)
def test_every_command_that_does_something_takes_json(words: tuple[str, ...], command: click.Command) -> None:
    only_groups = isinstance(command, click.Group) and not command.invoke_without_command
    assert only_groups or "--json" in [name for option in command.params for name in option.opts]


@pytest.mark.parametrize(("words", "command"), COMMANDS)
def test_every_option_says_what_it_does(words: tuple[str, ...], command: click.Command) -> None:
    silent = [o.name for o in command.params if isinstance(o, click.Option) and not o.help]
    assert silent == []


@pytest.mark.parametrize(("words", "command"), COMMANDS)
def test_every_command_stands_in_the_docs(words: tuple[str, ...], command: click.Command) -> None:
    assert f"\n## {' '.join(('dlt-sync', *words))}\n" in (DOCS / "commands.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "made"),
    [("commands.md", commands_page), ("settings.md", settings_page)],
)
def test_the_page_in_the_docs_is_what_the_code_says(name: str, made: object) -> None:
    assert callable(made)
    what = "settings " if name == "settings.md" else ""
    assert (DOCS / name).read_text(encoding="utf-8") == made(), (
        f"Run: python -m dlt_sync.cli.reference {what}> docs/{name}"
    )


@pytest.mark.parametrize("section", SECTIONS)
def test_every_setting_says_what_it_means(section: str) -> None:
    described = {key.name.split(".")[0] for key in keys(SECTIONS[section]) if key.meaning}
    assert described == {key.name.split(".")[0] for key in keys(SECTIONS[section])}


def test_the_command_looks_through_memory_seldom() -> None:
    code = "import gc, sys; sys.argv[1:] = ['--version']; from dlt_sync.__main__ import main\n"
    code += "try: main()\nexcept SystemExit: print(gc.get_threshold()[0], gc.isenabled())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1:] == ["50000 True"]
    done = subprocess.run([sys.executable, "-m", "dlt_sync", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("dlt-sync, version ")


def test_a_run_wakes_no_library_that_it_does_not_need() -> None:
    code = "import sys, dlt_sync.cli, dlt_sync.run, dlt_sync.moodle.rest; print(*sys.modules)"
    woken = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"openpyxl", "alembic", "apscheduler", "prometheus_client", "feedparser"} & set(woken) == set()
