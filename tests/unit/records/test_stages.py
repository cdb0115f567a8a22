"""Which stages a request knows, and which steps are out of the way."""

from __future__ import annotations

import pytest

from dlt_sync.records.schema import STAGES
from dlt_sync.records.stages import knows, stages_of, unusual


def test_a_suggestion_is_never_shot() -> None:
    assert stages_of("shooting") == STAGES
    assert stages_of("problem") == stages_of("suggestion")
    assert not knows("suggestion", "shot")
    assert knows("problem", "published")


@pytest.mark.parametrize(
    ("kind", "before", "after", "said"),
    [
        ("shooting", "requested", "accepted", ""),
        ("shooting", "accepted", "shot", "skips scripted, scheduled"),
        ("shooting", "shot", "scheduled", "goes back from shot"),
        ("shooting", "in_review", "approved", ""),
        ("shooting", "corrections", "in_review", ""),
        ("shooting", "shot", "cancelled", ""),
        ("shooting", "shot", "shot", ""),
        ("shooting", "published", "cancelled", "goes back from published"),
        ("suggestion", "rejected", "accepted", "goes back from rejected"),
        ("suggestion", "requested", "published", "skips accepted"),
    ],
)
def test_a_step_out_of_the_way_is_told(kind: str, before: str, after: str, said: str) -> None:
    assert unusual(kind, before, after) == said
