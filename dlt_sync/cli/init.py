"""`dlt-sync init`: write a config file to start from, and the key that IINs are hidden with."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from dlt_sync.cli.app import App, json_option, pass_app
from dlt_sync.cli.settings_reference import SECTIONS, keys
from dlt_sync.errors import ConfigError
from dlt_sync.settings import FILE_NAME

IIN_KEY_FILE = "iin.key"
IIN_KEY_BYTES = 32


@click.command("init")
@click.option("--url", default="", help="Address of your Moodle, such as https://moodle.example.")
@click.option("--token-file", default="", help="File that holds (or will hold) the service user's token.")
@click.option("--database", default="", help="Database address. Without it, a SQLite file beside the config.")
@json_option
@pass_app
def command(app: App, url: str, token_file: str, database: str) -> None:
    """Write a config file with every key and its default. Overwrites nothing.

    Beside it goes iin.key, the key that IINs are hidden with. Keep a copy of it in a safe place.

    Example: dlt-sync init --url https://moodle.example --token-file moodle.token
    """
    config = (app.config or Path(app.environ.get("DLT_SYNC_CONFIG") or FILE_NAME)).absolute()
    chosen = {
        ("moodle", "url"): url,
        ("moodle", "token_file"): _beside(config, token_file),
        ("database", "url"): database,
        ("records", "iin_key_file"): IIN_KEY_FILE,
    }
    _write_new(config, config_text({place: text for place, text in chosen.items() if text}))
    key = config.parent / IIN_KEY_FILE
    if not key.exists():
        _write_new(key, secrets.token_hex(IIN_KEY_BYTES) + "\n")
    steps = _next_steps(url, token_file)
    app.out.result({"config": config, "iin_key": key, "next": steps}, f"Wrote {config}", f"IIN key: {key}")
    for step in steps:
        app.out.say(f"Next: {step}")


def config_text(chosen: Mapping[tuple[str, str], str]) -> str:
    """The text of a config: what was chosen, and every other key with its default as a comment."""
    return "\n".join(_lines(chosen)) + "\n"


def _lines(chosen: Mapping[tuple[str, str], str]) -> Iterator[str]:
    yield "# Settings of dlt-sync. A line that starts with # is a comment: the default holds."
    yield "# Every key can be overridden by an environment variable: DLT_SYNC_<SECTION>_<KEY>."
    for section, cls in SECTIONS.items():
        yield from ("", f"[{section}]")
        for key in keys(cls):
            if key.meaning:
                yield f"# {key.meaning}"
            text = chosen.get((section, key.name))
            yield f"{key.name} = {text}" if text else f"# {key.name} = {key.default}".rstrip()


def _beside(config: Path, file: str) -> str:
    """A path given on the command line as it must stand in the config: relative to the config's folder."""
    path = Path(file).expanduser().absolute()
    return str(path.relative_to(config.parent) if path.is_relative_to(config.parent) else path) if file else ""


def _next_steps(url: str, token_file: str) -> list[str]:
    steps = [] if url else ["write your Moodle's address into the config: [moodle] url"]
    if not token_file:
        steps.append("name the file with the service user's token: [moodle] token_file")
    elif not Path(token_file).expanduser().exists():
        steps.append(f"put the service user's token into {token_file}, and run: chmod 600 {token_file}")
    return [*steps, "dlt-sync db upgrade", "dlt-sync doctor"]


def _write_new(path: Path, text: str) -> None:
    """Write a file that only its owner can read. Raises ConfigError when it is there, or cannot be made."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise ConfigError(
            f"{path} is there already; nothing was changed.",
            remedy="Edit it, or name another file: dlt-sync --config FILE init",
        ) from error
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written ({error.strerror}).", remedy="Name a folder that you may write in."
        ) from error
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(text)
