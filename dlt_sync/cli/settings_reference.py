"""The settings described: sections, keys, defaults and the comments that stand in the code above each field.

One source for the file that `dlt-sync init` writes and for docs/settings.md.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import time
from enum import Enum
from typing import Any, get_origin, get_type_hints

from dlt_sync.due import FeedRules
from dlt_sync.guard import Limits
from dlt_sync.ini import Secret
from dlt_sync.kinds import BY_NAME
from dlt_sync.kinds.rules import Rules
from dlt_sync.media.rules import VideoRules
from dlt_sync.settings import (
    ApprovalSettings,
    BackupSettings,
    DaemonSettings,
    DatabaseSettings,
    InboxSettings,
    MonitoringSettings,
    MoodleSettings,
    RecordsSettings,
    RetentionSettings,
)

#: Section of the file → the dataclass it fills.
SECTIONS: Mapping[str, type] = {
    "moodle": MoodleSettings,
    "database": DatabaseSettings,
    "records": RecordsSettings,
    "site": Rules,
    "guard": Limits,
    "approval": ApprovalSettings,
    "video": VideoRules,
    "feeds": FeedRules,
    "inbox": InboxSettings,
    "monitoring": MonitoringSettings,
    "backup": BackupSettings,
    "retention": RetentionSettings,
    "daemon": DaemonSettings,
}
#: Fields that are written as a section or as keys of their own.
ELSEWHERE = frozenset({"columns", "policies", "per_kind"})


@dataclass(frozen=True)
class Key:
    """One key: what to write, its default as it would stand in the file, and what it means."""

    name: str
    default: str
    meaning: str


def keys(cls: type) -> Iterator[Key]:
    """The keys of a section, in the order of the fields."""
    meanings, hints = _comments(cls), get_type_hints(cls)
    for spec in fields(cls):
        if spec.name in ELSEWHERE:
            continue
        meaning, default = meanings.get(spec.name, ""), _default(spec)
        if get_origin(hints[spec.name]) is Mapping or isinstance(default, Mapping):
            yield from _mapping_keys(spec.name, default or {}, meaning)
        elif Secret in getattr(hints[spec.name], "__args__", ()):
            yield Key(f"{spec.name}_file", "", f"{meaning} Name of a file that holds it.")
            yield Key(spec.name, "", "The same, written here. Only its owner may read the config then.")
        else:
            yield Key(spec.name, as_text(default), meaning)


def policies() -> Iterator[Key]:
    """The keys of [policy], with the policy each field has by default."""
    for kind in BY_NAME.values():
        for name, policy in kind.policies.items():
            yield Key(f"{kind.name}.{name}", policy.value, "")


def as_text(value: object) -> str:
    """A default as it would stand in the file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _mapping_keys(name: str, default: Mapping[str, Any], meaning: str) -> Iterator[Key]:
    if not default:
        yield Key(f"{name}.<name>", "", meaning)
    for key, value in default.items():
        yield Key(f"{name}.{key}", as_text(value), meaning)
        meaning = ""


def _default(spec: Field[Any]) -> Any:
    return spec.default if spec.default_factory is MISSING else spec.default_factory()


def _comments(cls: type) -> dict[str, str]:
    """The `#:` comments above the fields of a dataclass and of those that it takes fields from."""
    comments: dict[str, str] = {}
    waiting: list[str] = []
    sources = (inspect.getsource(base) for base in reversed(cls.__mro__) if is_dataclass(base))
    for line in "\n".join(sources).splitlines():
        if note := re.match(r"\s+#: ?(.*)", line):
            waiting.append(note[1].strip())
        elif start := re.match(r"    (\w+):", line):
            comments[start[1]] = " ".join(waiting)
            waiting = []
    return comments
