"""What all tests share: the options that say which databases live tests run on."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--moodle-db",
        default="pgsql,mariadb",
        help="the databases that live tests run on, with commas between them (default: pgsql,mariadb)",
    )
    parser.addoption(
        "--faults",
        type=int,
        default=0,
        help="inject so many faults with tests/live/faults (default: a sample on the first database)",
    )
    parser.addoption("--faults-seed", type=int, default=1, help="which faults: the same seed makes the same ones")
