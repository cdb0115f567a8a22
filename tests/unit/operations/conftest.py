"""Settings from a text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dlt_sync.settings import Settings, load

SettingsOf = Callable[[str], Settings]


@pytest.fixture
def settings_of(tmp_path: Path) -> SettingsOf:
    """Settings of a config's text."""

    def read(text: str) -> Settings:
        path = tmp_path / "dlt-sync.ini"
        path.write_text(f"[moodle]\nurl = https://moodle.example\n{text}", encoding="utf-8")
        path.chmod(0o600)
        return load(path, {})

    return read
