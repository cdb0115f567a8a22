"""Writes docs/commands.md and docs/settings.md: what `--help` and the code say, as pages.

python -m dlt_sync.cli.reference > docs/commands.md
python -m dlt_sync.cli.reference settings > docs/settings.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

import click

from dlt_sync.cli import HELP_OPTIONS, cli
from dlt_sync.cli.settings_reference import SECTIONS, Key, keys, policies
from dlt_sync.settings import COURSE_WORDS, ENTITIES

WIDTH = 100  # columns of a help text

COMMANDS_INTRO = """\
# Commands

What `dlt-sync COMMAND --help` says, on one page. Made by `python -m dlt_sync.cli.reference > docs/commands.md`.

Every command takes `--json` and then writes its result as JSON on stdout. Results go to stdout, messages and
progress to stderr. Colour and progress bars appear on a terminal only; `NO_COLOR` switches colour off.

| exit code | meaning |
|---|---|
| 0 | done, or nothing to do |
| 1 | an error; the message says what to do |
| 2 | the command was written wrongly |
| 3 | changes are pending (`plan`) |
| 4 | stopped by the guard, or something waits for approval |
| 5 | some changes failed or were skipped |
| 6 | another run is active |
"""

SETTINGS_INTRO = """\
# Settings

One INI file. `dlt-sync init` writes one with every key and its default. It is looked for in this order:
`--config FILE`, `$DLT_SYNC_CONFIG`, `dlt-sync.ini` in the current folder, the user's config folder
(`~/.config/dlt-sync/` on Linux).
Made by `python -m dlt_sync.cli.reference settings > docs/settings.md`.

- A line is `[section]`, `key = value`, or a comment that starts with `#`. An unknown section or key is an error; all
  problems are listed together, each with its line.
- Every key can be overridden by an environment variable, `DLT_SYNC_<SECTION>_<KEY>` in capital letters, with `_` for
  all but letters and digits: `DLT_SYNC_MOODLE_URL`, `DLT_SYNC_SITE_ROLES_TEACHER`, `DLT_SYNC_POLICY_USER_EMAIL`.
- Yes and no are written `yes` and `no`; lists with commas; an empty value of a key that may be empty means none.
- Files are looked for beside the config. A file with a secret must not be readable by everybody: `chmod 600 FILE`.
- A key with a dot (`roles.teacher`) is one entry of several; those not named keep their default.
"""


def commands_page() -> str:
    """docs/commands.md."""
    parts = [COMMANDS_INTRO]
    for path, command in commands():
        context = click.Context(command, info_name=path, terminal_width=WIDTH, help_option_names=HELP_OPTIONS)
        parts.append(f"## {path}\n\n```\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def commands(root: click.Command = cli, path: str = "dlt-sync") -> Iterator[tuple[str, click.Command]]:
    """Every command with the words that call it, groups before what is in them."""
    yield path, root
    if isinstance(root, click.Group):
        for name in root.list_commands(click.Context(root)):
            yield from commands(root.commands[name], f"{path} {name}")


def settings_page() -> str:
    """docs/settings.md."""
    return "\n".join([SETTINGS_INTRO, *_sections()])


def _sections() -> Iterator[str]:
    for section, cls in SECTIONS.items():
        about = " ".join((cls.__doc__ or "").split())
        yield f"## [{section}]\n\n{about}\n"
        yield _table(keys(cls))
        if section == "records":
            yield _columns()
        if section == "site":
            yield f"Words for course names: {', '.join(f'`{{{word}}}`' for word in COURSE_WORDS)}.\n"
            yield "## [policy]\n\n`enforce`: the records win. `initial`: set once, then whoever teaches owns it.\n"
            yield _table(policies())
        if section == "guard":
            yield "A limit for one kind alone: `<kind>.<limit>`, such as `category.updates_percent = 50`.\n"


def _columns() -> str:
    return (
        "## [columns.<entity>]\n\n`header in your file = canonical column`, where the header is none of those that are "
        f"known already. The entities: {', '.join(f'`{name}`' for name in ENTITIES)}.\n"
    )


def _table(rows: Iterable[Key]) -> str:
    rows = list(rows)
    columns = ["key", "default", *(["meaning"] if any(row.meaning for row in rows) else [])]
    lines = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    for row in rows:
        cells = [f"`{row.name}`", f"`{row.default}`" if row.default else "", row.meaning.replace("|", "&#124;")]
        lines.append(f"| {' | '.join(cells[: len(columns)])} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print((settings_page if sys.argv[1:] == ["settings"] else commands_page)(), end="")
