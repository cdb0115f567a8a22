"""Digests over objects we know, computed as the bridge computes them over what is in Moodle.

Equal digests mean that nothing changed, so an unchanged site need not be read. Pure; the rows are those of
docs/bridge.md, `get_digests`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dlt_sync.model import KEY_SEPARATOR, Digest, Fields, text_of

#: Fields that hold a list, and the letter their rows begin with.
LIST_ROWS = {"members": "m", "roles": "r", "groups": "g"}

#: Fields that are course custom fields in Moodle: one row each, none when empty.
CUSTOM_PREFIX = "cf_"

#: Kinds with one digest per course; the others have one in all, under "".
BY_COURSE = frozenset({"enrolment", "video"})


def digest_of(kind: str, objects: Iterable[tuple[str, Fields]], names: Sequence[str]) -> dict[str, Digest]:
    """Digests of `objects` (key, fields) over the fields `names`: by course for enrolments and videos, else under "".

    A kind with one digest has it even when there are no objects; a course without any has none.
    """
    digests = {} if kind in BY_COURSE else {"": Digest()}
    plain = sorted(name for name in names if name not in LIST_ROWS and not name.startswith(CUSTOM_PREFIX))
    special = [name for name in names if name in LIST_ROWS or name.startswith(CUSTOM_PREFIX)]
    for key, fields in objects:
        scope = scope_of(kind, key)
        rows = Digest.of(_rows(key, fields, plain, special))
        digests[scope] = digests.get(scope, Digest()) + rows
    return digests


def scope_of(kind: str, key: str) -> str:
    """Under which name an object's rows are counted: the course's key (the first part) or ""."""
    return key.partition(KEY_SEPARATOR)[0] if kind in BY_COURSE else ""


def _rows(key: str, fields: Fields, plain: Sequence[str], special: Sequence[str]) -> Iterator[tuple[str, ...]]:
    yield ("o", key, *(text_of(fields.get(name)) for name in plain))
    for name in special:
        value = fields.get(name)
        if isinstance(value, tuple):
            yield from ((LIST_ROWS[name], key, item) for item in value)
        elif value is not None and value != "":
            yield ("f", key, name, text_of(value))
