"""moodlepy is imported in part, and nobody else notices."""

from __future__ import annotations

import subprocess
import sys

import pytest

TRUE = [
    # A command does not load moodlepy's models.
    "import dlt_sync.moodle.client, sys; assert not any(name.split('.')[0] == 'moodle' for name in sys.modules)",
    # Who imports moodlepy afterwards gets it whole.
    "import dlt_sync.moodle.client, moodle; assert moodle.Moodle",
    # Who imported it before shares it.
    "import moodle.mdl; from dlt_sync.moodle.client import MoodleClient as C; assert issubclass(C, moodle.mdl.Mdl)",
]


@pytest.mark.parametrize("claim", TRUE)
def test_moodlepy_in_part(claim: str) -> None:
    assert subprocess.run([sys.executable, "-c", claim], check=False).returncode == 0
