"""An INI file and the environment become typed dataclasses; every problem is collected with its place.

Input: the file's text and a mapping of environment variables. Output: instances of whatever dataclass is
asked for, one key per field, and `problems`, sentences that say what is wrong, where, and what to write.
Reads the file and the files that hold secrets; writes nothing.
"""

from __future__ import annotations

import configparser
import difflib
import os
import re
import types
from collections.abc import Collection, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from dlt_sync.errors import ConfigError

PREFIX = "DLT_SYNC_"
#: Environment variables with our prefix that are no keys of a section.
NOT_KEYS = frozenset({f"{PREFIX}CONFIG"})
NOTHING = frozenset({"", "none", "never"})

T = TypeVar("T")


class Secret:
    """A text that no message, log or traceback may show. `reveal` gives it to whoever must send it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Secret('***')"

    def __str__(self) -> str:
        return "***"


@dataclass(frozen=True, slots=True)
class Entry:
    """One key as it was written. `place` is what a person looks for: file and line, or the variable."""

    key: str
    text: str
    place: str
    from_file: bool


class Ini:
    """The keys of one file and the environment: ask with `build` and `mapping`, then `finish`.

    Raises ConfigError at once when the file cannot be read as INI; all other problems wait in `problems`.
    """

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self.path = path
        self.problems: list[str] = []
        self._environ = {
            name: text for name, text in environ.items() if name.startswith(PREFIX) and name not in NOT_KEYS
        }
        self._entries = _entries(path)
        self._known: dict[str, list[str]] = {}
        self._places: dict[tuple[str, str], str] = {}

    def build(self, section: str, cls: type[T], *, without: frozenset[str] = frozenset()) -> T:
        """`cls` with a field for each key of `section`; fields of `without` keep their default.

        A mapping's entries are written `field.key = value` and are laid over the default ones.
        """
        hints, values = get_type_hints(cls), {}
        for spec in fields(cls):  # type: ignore[arg-type]
            if spec.name in without:
                continue
            wanted = hints[spec.name]
            if get_origin(wanted) in (Mapping, dict):
                values[spec.name] = self.mapping(section, get_args(wanted)[1], _default(spec), spec.name)
            else:
                values |= self._field(section, spec, wanted)
        return cls(**values)

    def mapping(
        self,
        section: str,
        wanted: Any,
        default: Mapping[str, Any],
        field: str = "",
        only: Collection[str] = (),
    ) -> dict[str, Any]:
        """`default` with the entries `field.key = value` of `section` over it.

        Without `field`, keys stand alone. With `only`, no other key is taken; `finish` calls it unknown.
        """
        result, start = dict(default), f"{field}." if field else ""
        keys = {variable_of(section, start + key): start + key for key in (*default, *only)}
        if not only:
            keys = self._more_keys(section, start) | keys
        self._known.setdefault(section, []).extend(keys.values())
        for entry in filter(None, [self._take(section, key) for key in keys.values()]):
            result[entry.key.removeprefix(start)] = self._value(entry, wanted, None)
        return result

    def complain(self, section: str, key: str, what: str) -> None:
        """Add a problem with the value of a key."""
        self.problems.append(f"{self.place(section, key)}: {what}")

    def place(self, section: str, key: str) -> str:
        """Where `key` was set; the section where it was not."""
        return self._places.get((section, key), f"{self.path.name} [{section}] {key}")

    def finish(self) -> None:
        """Raises ConfigError with all problems, unknown sections, keys and variables among them."""
        self._complain_about_leftovers()
        if self.problems:
            raise ConfigError(
                f"The settings in {self.path} have {_counted(len(self.problems))}.",
                remedy="Correct them and try again. `dlt-sync doctor` shows what is left.",
                problems=self.problems,
            )

    def _field(self, section: str, spec: Field[Any], wanted: Any) -> dict[str, Any]:
        self._known.setdefault(section, []).append(spec.name)
        if _without_none(wanted) is Secret:
            return self._secret(section, spec.name)
        entry = self._take(section, spec.name)
        return {spec.name: self._value(entry, wanted, spec)} if entry else {}

    def _secret(self, section: str, name: str) -> dict[str, Any]:
        self._known[section].append(f"{name}_file")
        inline, named = self._take(section, name), self._take(section, f"{name}_file")
        if named and (not inline or not named.from_file):
            text = self._secret_file(named)
            return {name: Secret(text)} if text else {}
        if not inline or not inline.text:
            return {}
        if named and inline.from_file:
            self.problems.append(f"{inline.place}: {name} and {name}_file are both set. Keep one of them.")
        if inline.from_file:
            self._refuse_readable(self.path, inline.place)
        return {name: Secret(inline.text)}

    def _secret_file(self, entry: Entry) -> str:
        file = self.path.parent / Path(entry.text).expanduser()
        try:
            text = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(f"{entry.place}: {file} cannot be read ({_why(error)}). Check the path.")
            return ""
        if not text:
            self.problems.append(f"{entry.place}: {file} is empty. Put the secret into it, on one line.")
        self._refuse_readable(file, entry.place)
        return text

    def refuse_inline_secret(self, section: str, key: str) -> None:
        """Complain if the whole machine can read the secret that stands within this key of the file."""
        if variable_of(section, key) not in self._environ:
            self._refuse_readable(self.path, self.place(section, key))

    def _refuse_readable(self, file: Path, place: str) -> None:
        if os.name == "posix" and file.stat().st_mode & 0o007:
            what = f"every user of this machine can read {file}. Run: chmod 600 {file}"
            self.problems.append(f"{place}: {what}")

    def _value(self, entry: Entry, wanted: Any, spec: Field[Any] | None) -> Any:
        try:
            value = convert(entry.text, wanted)
            _check_range(value, spec)
        except ValueError as error:
            self.problems.append(f"{entry.place}: {error}")
            return None
        if isinstance(value, Path):
            return self.path.parent / value.expanduser()
        return value

    def _take(self, section: str, key: str) -> Entry | None:
        entry = self._entries.get(section, {}).pop(key, None)
        variable = variable_of(section, key)
        if variable in self._environ:
            entry = Entry(key, self._environ[variable].strip(), variable, False)
        if entry:
            self._places[section, key] = entry.place
        return entry

    def _more_keys(self, section: str, start: str) -> dict[str, str]:
        """Keys that begin with `start` by their variables: the environment's, and those of the file."""
        head = variable_of(section, start)
        keys = {name: start + name.removeprefix(head).lower() for name in self._environ if name.startswith(head)}
        of_file = [key for key in self._entries.get(section, {}) if key.startswith(start)]
        return keys | {variable_of(section, key): key for key in of_file}

    def _complain_about_leftovers(self) -> None:
        for section, entries in self._entries.items():
            if section not in self._known:
                hint = _did_you_mean(section, self._known, "[{}]")
                self.problems.append(f"{self.path.name}: the section [{section}] is unknown.{hint}")
                continue
            for entry in entries.values():
                hint = _did_you_mean(entry.key, self._known[section], "{}")
                self.problems.append(f"{entry.place}: this key is unknown.{hint}")
        variables = {variable_of(name, key) for name, keys in self._known.items() for key in keys}
        for variable in sorted(self._environ.keys() - variables):
            hint = _did_you_mean(variable, variables, "{}")
            self.problems.append(f"{variable}: no setting belongs to this environment variable.{hint}")


def variable_of(section: str, key: str) -> str:
    """The environment variable of a key: DLT_SYNC_<SECTION>_<KEY>, all but letters and digits as `_`."""
    return PREFIX + re.sub(r"\W", "_", f"{section}_{key}").upper()


def convert(text: str, wanted: Any) -> Any:
    """`text` as a value of the type `wanted`. Raises ValueError with a sentence that says what to write."""
    if type(None) in get_args(wanted):
        return None if text.lower() in NOTHING else convert(text, _without_none(wanted))
    if get_origin(wanted) is tuple:
        return tuple(part for part in (piece.strip() for piece in text.split(",")) if part)
    if issubclass(wanted, StrEnum):
        return _one_of(text, wanted)
    return _CONVERTERS[wanted](text)


def _one_of(text: str, wanted: type[StrEnum]) -> StrEnum:
    try:
        return wanted(text)
    except ValueError:
        raise ValueError(f"“{text}” is none of: {', '.join(wanted)}. Write one of them.") from None


def _to_bool(text: str) -> bool:
    try:
        return configparser.ConfigParser.BOOLEAN_STATES[text.lower()]
    except KeyError:
        raise ValueError(f"“{text}” is neither yes nor no. Write yes or no.") from None


def _to_int(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"“{text}” is not a whole number. Write digits only, such as 10.") from None


def _to_float(text: str) -> float:
    try:
        return float(text.removesuffix("%").strip())
    except ValueError:
        raise ValueError(f"“{text}” is not a number. Write digits only, such as 10 or 2.5.") from None


def _to_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text}” is not a date. Write it as 2026-09-01.") from None


def _to_time(text: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007
    except ValueError:
        raise ValueError(f"“{text}” is no time of day. Write it as 02:30.") from None


_CONVERTERS: Mapping[Any, Any] = {
    str: str,
    bool: _to_bool,
    int: _to_int,
    float: _to_float,
    date: _to_date,
    time: _to_time,
    Path: Path,
}


def _check_range(value: object, spec: Field[Any] | None) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return
    limits = spec.metadata if spec else {}
    least, most = limits.get("at_least", 0), limits.get("at_most", float("inf"))
    if not least <= value <= most:
        up_to = "" if most == float("inf") else f" and at most {most}"
        raise ValueError(f"{value} is out of range. Write at least {least}{up_to}.")


def _default(spec: Field[Any]) -> Mapping[str, Any]:
    made: Any = spec.default if spec.default_factory is MISSING else spec.default_factory()
    return {} if made is MISSING else made


def _without_none(wanted: Any) -> Any:
    if get_origin(wanted) in (Union, types.UnionType):
        return next(part for part in get_args(wanted) if part is not type(None))
    return wanted


def _entries(path: Path) -> dict[str, dict[str, Entry]]:
    parser = configparser.ConfigParser(
        delimiters=("=",), interpolation=None, default_section="", empty_lines_in_values=False
    )
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    text = _text(path)
    try:
        parser.read_string(text, source=path.name)
    except configparser.Error as error:
        raise ConfigError(
            f"{path} is not a valid INI file.",
            remedy="Each line is a [section], a key = value, or a comment that starts with #.",
            problems=[" ".join(str(error).split())],
        ) from error
    lines = _line_numbers(text)

    def entry(section: str, key: str, value: str) -> Entry:
        place = f"{path.name}:{lines.get((section, key), 1)} [{section}] {key}"
        return Entry(key, value.strip(), place, True)

    return {
        section: {key: entry(section, key, value) for key, value in parser.items(section)}
        for section in parser.sections()
    }


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text.", remedy="Save it as UTF-8 in your editor.") from error
    except OSError as error:
        raise ConfigError(
            f"The config file {path} cannot be read ({_why(error)}).",
            remedy="Check the path and who may read it, or write one with `dlt-sync init`.",
        ) from error


def _line_numbers(text: str) -> dict[tuple[str, str], int]:
    numbers, section = {}, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("["):
            section = line[1:].partition("]")[0]
        elif "=" in line and not line.startswith(("#", ";", " ", "\t")):
            numbers[section, line.partition("=")[0].strip()] = number
    return numbers


def _did_you_mean(word: str, known: Any, shape: str) -> str:
    close = difflib.get_close_matches(word, sorted(known), n=1)
    if close:
        return f" Did you mean {shape.format(close[0])}?"
    return f" Known are: {', '.join(shape.format(name) for name in sorted(known))}."


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _counted(number: int) -> str:
    return "one problem" if number == 1 else f"{number} problems"
