"""moodlepy's `Mdl` without moodlepy's models. The only module that imports moodlepy.

`import moodle` compiles a class for each answer of each function of Moodle, hundreds that we never use: a third of the
time in which a command starts. The wire itself is one small module; it is imported under a package that was not run.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import sys
from typing import Any

_PACKAGE = "moodle"


def _wire() -> Any:
    """The module with `Mdl`; other modules that import moodlepy later get it whole."""
    if _PACKAGE in sys.modules:
        return importlib.import_module(f"{_PACKAGE}.mdl")
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None:
        raise ModuleNotFoundError("moodlepy is not installed", name=_PACKAGE)
    bare: Any = importlib.util.module_from_spec(spec)
    sys.modules[_PACKAGE] = bare
    try:
        # What the wire wants of the package.
        bare.__version__ = importlib.metadata.version("moodlepy")
        bare.MoodleException = importlib.import_module(f"{_PACKAGE}.exception").MoodleException
        bare.MoodleWarning = importlib.import_module(f"{_PACKAGE}.base.warning").MoodleWarning
        return importlib.import_module(f"{_PACKAGE}.mdl")
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == _PACKAGE]:
            del sys.modules[name]


Mdl: Any = _wire().Mdl
