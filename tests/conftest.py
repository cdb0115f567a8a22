"""What all tests share: the options that say which databases live tests run on."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--moodle-db",
        default="pgsql,mariadb",
        help="the databases that live tests run on, with commas between them (default: pgsql,mariadb)",
    )
