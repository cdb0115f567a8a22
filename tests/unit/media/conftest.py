"""A stub host, and a database with videos whose links lead to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dlt_sync.db import Database
from dlt_sync.media.linkcheck import LinkReport, Tools, check_links
from dlt_sync.media.links import Which
from dlt_sync.media.providers import Endpoints
from dlt_sync.media.rules import VideoRules
from dlt_sync.records.tables import Discipline, ImportBatch, LinkCheck, Org, VideoAsset
from tests.unit.media.stub_host import StubHost, stub_host

NOW = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
HOSTS = ("media.example", *(f"host{number}.example" for number in range(20)))
RULES = VideoRules(
    requests_per_second=10_000,
    timeout_s=2,
    total_timeout_s=4,
    slow_s=0.4,
    allowed_private_hosts=HOSTS,
    media_site={"video": r"http://media\.example:\d+/v/(\d+)"},
)


@pytest.fixture
def stub() -> Iterator[StubHost]:
    """The host; every name of HOSTS is it."""
    with stub_host() as host:
        yield host


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("media") / "records.sqlite3"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.close()
    return path


@pytest.fixture
def database(tmp_path: Path, migrated: Path) -> Iterator[Database]:
    """A database with a discipline of a kafedra, and no video yet."""
    shutil.copy(migrated, tmp_path / "records.sqlite3")
    found = Database(f"sqlite:///{tmp_path / 'records.sqlite3'}")
    with found.session() as session:
        session.add(ImportBatch(number=1, mode="full", started_at=NOW, verdict="ok"))
        session.flush()
        stamp = {"batch_id": 1, "changed_in": 1, "date_last_modified": NOW}
        for number, name in (("59", "Гигиена и эпидемиология"), ("12", "Морфология")):
            session.add(Org(sourced_id=f"plt:cafedra:{number}", type="kafedra", name_ru=name, **stamp))
            session.add(
                Discipline(
                    sourced_id=f"plt:subject:{number}",
                    code="GIG",
                    code_as_printed="GIG",
                    kafedra_id=f"plt:cafedra:{number}",
                    **stamp,
                )
            )
    yield found
    found.close()


@dataclass
class Department:
    """Its videos, and the check of their links."""

    database: Database
    stub: StubHost
    rules: VideoRules = RULES
    time: datetime = NOW
    _number: int = field(default=0)

    def add(self, *urls: str, title: str = "Су гигиенасы", kafedra: str = "59", **fields: object) -> None:
        """Videos at these addresses."""
        with self.database.session() as session:
            for url in urls:
                self._number += 1
                session.add(
                    VideoAsset(
                        sourced_id=f"dlt:video:{self._number}",
                        discipline_id=f"plt:subject:{kafedra}",
                        kind="lecture",
                        language="kk",
                        title=title,
                        url=url,
                        batch_id=1,
                        changed_in=1,
                        date_last_modified=NOW,
                        **fields,
                    )
                )

    def check(self, later: timedelta = timedelta(0), **which: object) -> LinkReport:
        """One check, so much later than the last one."""
        self.time += later
        base = self.stub.url("")
        endpoints = Endpoints(f"{base}/oembed", f"{base}/youtube/v3/videos", f"{base}/vimeo.json")
        return check_links(
            self.database,
            self.rules,
            now=lambda: self.time,
            which=Which(**which),  # type: ignore[arg-type]
            tools=Tools(endpoints, self.stub.resolve),
        )

    def verdict(self, url: str, **fields: object) -> tuple[str, str]:
        """Verdict and detail of one new link."""
        self.add(url, **fields)  # type: ignore[arg-type]
        self.check()
        row = self.row(url)
        return row.verdict, row.detail

    def row(self, url: str) -> LinkCheck:
        """What is kept of a link."""
        with self.database.session() as session:
            return session.get_one(LinkCheck, url)

    def set(self, **rules: object) -> None:
        """Other settings."""
        self.rules = replace(self.rules, **rules)  # type: ignore[arg-type]


@pytest.fixture
def department(database: Database, stub: StubHost) -> Department:
    """A department whose videos are on the stub host."""
    return Department(database, stub)


Verdict = Callable[..., tuple[str, str]]
