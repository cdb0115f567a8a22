"""The counts of the fault suite: what was wrong is counted, said and kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.live.faults.oracle import Finding, Wrong
from tests.live.faults.proxy import FAULTS
from tests.live.faults.results import MARKS, TITLES, Tally, load, merge, put_into, save
from tests.live.faults.steps import Suite


@pytest.fixture
def tally() -> Tally:
    made = Tally()
    made.add("step 1", ["delayed", "killed_between"], [])
    made.add(
        "step 2",
        ["delayed", "http_500"],
        [Finding(Wrong.DUPLICATE, "user u is there twice"), Finding(Wrong.REMOVED, "video v is hidden")],
    )
    return made


def test_the_line_says_how_many_were_survived(tally: Tally) -> None:
    assert tally.line == "faults: 4 injected, 2 survived, 1 duplicates, 1 wrong removals"
    assert not tally.good
    assert tally.steps == [
        "step 2: delayed, http_500\n  duplicate: user u is there twice\n  wrong removal: video v is hidden"
    ]


def test_a_step_that_went_wrong_without_a_fault_is_not_good() -> None:
    tally = Tally()
    tally.add("step 1", [], [Finding(Wrong.LEFT, "the next plan is not empty")])
    assert not tally.good


def test_the_table_adds_up(tally: Tally) -> None:
    rows = [line.split("|")[1:-1] for line in tally.table().splitlines() if line.startswith("| ")][1:]
    numbers = [[int(cell.strip(" *")) for cell in row[1:]] for row in rows]
    assert numbers[-1] == [sum(column) for column in zip(*numbers[:-1], strict=True)] == [4, 2]


def test_every_fault_stands_in_the_table() -> None:
    shown = {name for _, names in TITLES.values() for name in names}
    assert FAULTS.keys() | {"overtaken", "comes_again_later"} | Suite._troubles.keys() <= shown | {"on_the_way"}


def test_a_tally_is_kept_and_added(tally: Tally, tmp_path: Path) -> None:
    save(tally, 1, 12.5, tmp_path / "build" / "result.json")
    kept = load(tmp_path / "build" / "result.json")
    assert kept == tally
    save(tally, 1, 20, tmp_path / "result-pgsql.json")
    save(tally, 1, 30, tmp_path / "result-mariadb.json")
    assert (
        merge(tmp_path).line
        == load(tmp_path / "result.json").line
        == "faults: 8 injected, 4 survived, 2 duplicates, 2 wrong removals"
    )


def test_the_table_goes_between_the_marks() -> None:
    text = f"before\n{MARKS[0]}\nold\n{MARKS[1]}\nafter\n"
    assert put_into(text, "new") == f"before\n{MARKS[0]}\n\nnew\n\n{MARKS[1]}\nafter\n"
    with pytest.raises(ValueError, match="has no lines"):
        put_into("nothing", "new")
