"""The records' stamp: another one exactly when the academy may be another one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from dlt_sync.db import Database
from dlt_sync.records.questions import load_academy
from dlt_sync.records.stamp import records_stamp
from tests.unit.records.files import Exports, load

TODAY = date(2026, 11, 16)


def stamp(database: Database, today: date = TODAY) -> str:
    with database.session() as session:
        return records_stamp(session, today).whole


def test_an_import_of_the_same_files_leaves_the_stamp(database: Database, exports: Exports) -> None:
    load(database, exports)
    before = stamp(database)
    load(database, exports)
    assert stamp(database) == before


CHANGES: dict[str, Callable[[Exports], None]] = {
    "a changed row": lambda exports: exports.replace("person", "s910004@academy.example", "new@academy.example"),
    "a row less": lambda exports: exports.drop("cohort_member", "plt:member:5"),
    "a row set aside": lambda exports: exports.replace("offering", "plt:term:2026-1,kk", "plt:term:2026-1,tt"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_gives_another_stamp(database: Database, exports: Exports, change: str) -> None:
    load(database, exports)
    before = stamp(database)
    CHANGES[change](exports)
    load(database, exports)
    assert stamp(database) != before


def test_a_row_that_is_mended_gives_another_stamp(database: Database, exports: Exports) -> None:
    load(database, exports)
    CHANGES["a row set aside"](exports)
    load(database, exports)
    with database.session() as session:
        assert load_academy(session).unknown
    before = stamp(database)
    exports.replace("offering", "plt:term:2026-1,tt", "plt:term:2026-1,ru")
    load(database, exports)
    assert stamp(database) != before


@pytest.mark.parametrize(
    ("yesterday", "today", "same"),
    [
        (date(2026, 10, 4), date(2026, 10, 5), False),  # a leave begins
        (date(2027, 10, 4), date(2027, 10, 5), False),  # it has ended
        (date(2026, 8, 31), date(2026, 9, 1), False),  # memberships begin
        (date(2026, 11, 16), date(2026, 11, 17), True),
    ],
)
def test_a_day_changes_the_stamp_only_where_something_begins_or_ends(
    database: Database, exports: Exports, yesterday: date, today: date, same: bool
) -> None:
    load(database, exports)
    assert (stamp(database, yesterday) == stamp(database, today)) is same
