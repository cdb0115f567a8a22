"""The fault suite on a real Moodle. A sample of it runs with all live tests; `scripts/test --faults` runs it whole."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from scripts.site.moodle import Site
from scripts.site.servers import NAME
from tests.live.faults.results import FOLDER, Tally, save
from tests.live.faults.site_moodle import listening_site
from tests.live.faults.steps import Suite

#: Faults in the sample, which runs on the first database only.
SAMPLE = 40
#: The part of the faults that meet a PostgreSQL of ours, where Moodle has one: the rest meet SQLite.
ON_POSTGRESQL = 0.4
_OURS = "dltsync"


@dataclass
class Whole:
    """What is asked for, and what came of it on all databases together."""

    faults: int
    seed: int
    families: tuple[str, ...]
    tally: Tally = field(default_factory=Tally)
    began: float = field(default_factory=time.monotonic)

    @property
    def is_sample(self) -> bool:
        """Whether only a sample was asked for."""
        return not self.faults

    def share(self, family: str) -> int:
        """How many faults a database gets."""
        if self.is_sample:
            return SAMPLE if family == self.families[0] else 0
        return -(-self.faults // len(self.families))


@pytest.fixture(scope="session")
def whole(request: pytest.FixtureRequest) -> Iterator[Whole]:
    """The whole suite; what came of it is kept at the end."""
    option = request.config.getoption
    asked = Whole(option("--faults"), option("--faults-seed"), tuple(option("--moodle-db").split(",")))
    FOLDER.mkdir(parents=True, exist_ok=True)
    yield asked
    if not asked.is_sample:
        path = FOLDER / f"result-{'-'.join(asked.families)}.json"
        save(asked.tally, asked.seed, time.monotonic() - asked.began, path)


def test_the_program_survives_whatever_happens(running_site: Site, whole: Whole, tmp_path: Path) -> None:
    faults = whole.share(running_site.family)
    if not faults:
        pytest.skip("the sample runs on the first database; scripts/test --faults runs on all")
    ours = round(faults * ON_POSTGRESQL) if running_site.family == "pgsql" and not whole.is_sample else 0
    tally = _suffer(running_site, whole, tmp_path / "sqlite", faults - ours)
    if ours:
        tally += _suffer(running_site, whole, tmp_path / "postgresql", ours, on_postgresql=True)
    assert tally.good, "\n".join([tally.line, *tally.steps])
    assert tally.injected.total() >= faults


def _suffer(site: Site, whole: Whole, folder: Path, faults: int, *, on_postgresql: bool = False) -> Tally:
    """As many steps as it takes for so many faults to strike, on a site as new."""
    folder.mkdir()
    site.restore()
    prefix = f"{site.family[0]}{'p' if on_postgresql else 's'}"
    with (
        listening_site(site) as moodle,
        Suite(
            moodle,
            folder,
            whole.seed,
            prefix=prefix,
            database=_our_database(site) if on_postgresql else "",
            say=_say,
        ) as suite,
    ):
        while suite.tally.injected.total() < faults:
            suite.step()
    whole.tally += suite.tally
    return suite.tally


def _our_database(site: Site) -> str:
    """The address of a new database of ours, on the server that Moodle's is on."""
    url = site.database_url.replace("{name}", NAME)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(_OURS)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_OURS)))
    return site.database_url.replace("{name}", _OURS)


def _say(line: str) -> None:
    """Progress, on the terminal (with pytest -s) and in a file."""
    print(line, flush=True)
    with (FOLDER / "steps.log").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
