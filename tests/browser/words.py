"""The plugin's words in the three languages, read from its language files: tests look for what people read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from scripts.site.workspace import ROOT

_PACKS = ROOT / "moodle_plugin/local/dltsync/lang"
_STRING = re.compile(r"^\$string\['([^']+)'\] = '((?:[^'\\]|\\.)*)';", re.MULTILINE)


@cache
def words(language: str) -> Mapping[str, str]:
    """Every string of the plugin in `language` by its name."""
    text = (_PACKS / language / "local_dltsync.php").read_text(encoding="utf-8")
    return {name: re.sub(r"\\(.)", r"\1", value) for name, value in _STRING.findall(text)}
