"""A program, its database and a Moodle in memory: what tests of whole runs stand on."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dlt_sync import run
from dlt_sync.changed import Records, live_digests
from dlt_sync.db import Database
from dlt_sync.guard import Limits
from dlt_sync.kinds import KINDS
from dlt_sync.kinds.academy import Academy, Enrolment, HeldEnrolments
from dlt_sync.kinds.kind import Source
from dlt_sync.kinds.rules import Rules
from dlt_sync.model import Digest
from dlt_sync.records.stamp import RecordsStamp
from dlt_sync.run import Context
from tests.academies import OFFERING, TODAY, small_academy
from tests.memory import MemoryBridge

#: No limits: for tests that are not about the guard.
UNGUARDED = Limits(1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000)


class World:
    """One academy's records (set `academy` to change them), its Moodle (`bridge`) and our database.

    The records come straight from `academy`; the import has tests of its own.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, limits: Limits = UNGUARDED) -> None:
        self.academy: Academy = small_academy()
        self.bridge = MemoryBridge()
        self.clock = datetime(TODAY.year, TODAY.month, TODAY.day, 6, tzinfo=UTC)
        self.database = Database(f"sqlite:///{migrated(folder)}")
        self.context = Context(
            database=self.database,
            bridge=self.bridge,
            rules=Rules(),
            limits=limits,
            site="https://moodle.example",
            now=self.now,
            host="test",
            run_by="tester",
            batch_size=5,
        )
        monkeypatch.setattr(run, "load_academy", lambda session: self.academy)
        monkeypatch.setattr(run, "records_stamp", lambda session, today: self.stamp(today))
        monkeypatch.setattr(run, "latest_batch", lambda session: 1)

    def now(self) -> datetime:
        """A clock that moves a second at each look."""
        self.clock += timedelta(seconds=1)
        return self.clock

    def source(self) -> Source:
        """What the kinds are built from."""
        return Source(self.academy, self.context.rules, self.clock.date())

    def records(self) -> Records:
        """What a run gathers from."""
        source = self.source()
        return Records(self.context.rules, self.stamp(source.today), lambda: source)

    def stamp(self, today: date) -> RecordsStamp:
        """A text that is another one with the academy, and with the day."""
        text = f"{today} {self.academy}"
        return RecordsStamp(text, text)

    def live_digests(self) -> list[Mapping[str, Digest]]:
        """What Moodle says it holds, kind by kind."""
        with live_digests(self.database.session, self.bridge, self.context.rules, self.now()) as live:
            return live()

    def strangers(self) -> dict[tuple[str, int], object]:
        """All in Moodle that is not ours: what a run must leave as it is."""
        return {ref: left for ref, left in self.bridge.strangers().items() if left != []}

    def differences(self) -> list[str]:
        """Enforced fields in which what is ours in Moodle differs from what the records want."""
        found: list[str] = []
        for kind in KINDS:
            seen = {observed.key: observed for observed in self.bridge.read(kind.name)}
            names = kind.enforced(self.context.rules)
            for desired in kind.desired(self.source()):
                fields = seen[desired.key].fields if desired.key in seen else None
                if fields is None:
                    found.append(f"{kind.name} {desired.key} is not there")
                    continue
                differing = [n for n in names if n in desired.fields and fields[n] != desired.fields[n]]
                found += [f"{kind.name} {desired.key}: {n} {fields[n]} != {desired.fields[n]}" for n in differing]
        return found


_template: Path | None = None


def migrated(folder: Path) -> Path:
    """A fresh database file, migrated once for all tests and copied."""
    global _template
    if _template is None or not _template.exists():
        _template = folder / "template.sqlite"
        database = Database(f"sqlite:///{_template}")
        database.upgrade()
        database.engine.dispose()
    path = folder / f"{len(list(folder.iterdir()))}.sqlite"
    shutil.copyfile(_template, path)
    return path


def rows_of(world: World, offering: str = OFFERING) -> tuple[Enrolment, ...]:
    """The enrolment rows of an offering as the world's records have them."""
    assert isinstance(world.academy.enrolments, HeldEnrolments)
    return world.academy.enrolments[offering]
