"""The values: digests, keys, JSON."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dlt_sync.model import (
    Action,
    Digest,
    Operation,
    canonical_bytes,
    canonical_json,
    fields_from_json,
    join_key,
    operation_from_json,
    text_of,
)


def test_a_digest_does_not_depend_on_the_order_of_rows() -> None:
    rows = [("o", "k1", "Ғалымжан"), ("o", "k2", "")]
    assert Digest.of(rows) == Digest.of(reversed(rows))
    assert Digest.of(rows) == Digest.of(rows[:1]) + Digest.of(rows[1:])
    assert Digest.of(rows) != Digest.of([("o", "k1", "Галымжан"), ("o", "k2", "")])


def test_a_digest_is_two_halves_of_md5_as_the_bridge_computes_them() -> None:
    text = hashlib.md5(b"o\x1fk\x1f1", usedforsecurity=False).hexdigest()
    assert Digest.of([("o", "k", "1")]) == Digest(1, int(text[:8], 16), int(text[8:16], 16))


@pytest.mark.parametrize(("value", "text"), [(None, ""), (True, "1"), (False, "0"), (7, "7"), ("ә", "ә")])
def test_values_have_one_text(value: Any, text: str) -> None:
    assert text_of(value) == text


def test_fields_out_of_json_are_comparable() -> None:
    assert fields_from_json({"roles": ["b", "a"], "suspended": False, "n": 1, "x": None}) == {
        "roles": ("a", "b"),
        "suspended": False,
        "n": 1,
        "x": None,
    }
    with pytest.raises(TypeError, match="field bad cannot hold a dict"):
        fields_from_json({"bad": {}})


_WHOLE = st.integers(-(2**63), 2**63 - 1)
_PLAIN = st.none() | st.booleans() | _WHOLE | st.text()
_JSON = st.recursive(_PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(_JSON)
@example({"ә": 'қ"\\\x00\x7f\u2028', "z": [True, None, -1], "Z": {"б": (1, "б"), "а": Action.CREATE}})
def test_the_canonical_text_is_that_of_earlier_versions(value: Any) -> None:
    """Hashes of plans and stamps of the records were taken over it."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert canonical_json(value) == text
    assert canonical_bytes(value) == text.encode()


def test_an_operation_survives_json() -> None:
    operation = Operation(
        "enrolment",
        join_key("o", "p"),
        Action.UPDATE,
        {"groups": ("a",)},
        {"groups": ("b",)},
        "label",
        "unit",
        "reason",
        moodle_id=3,
        hand_changed=("groups",),
        needs=(("course", "o"),),
        optional={"members": "user"},
        content={"username": "u"},
        hold="why",
    )
    assert operation_from_json(json.loads(canonical_json(operation.to_json()))) == operation
