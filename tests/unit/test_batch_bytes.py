"""No call is longer than Moodle takes, a lost batch is asked for as it was sent, and what cannot travel fails alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dlt_sync import run
from dlt_sync.apply import most_together
from dlt_sync.errors import MoodleUnavailable
from dlt_sync.journal import runs
from dlt_sync.kinds import BY_NAME
from dlt_sync.model import Action, Operation, canonical_json
from dlt_sync.moodle.contract import Batch
from dlt_sync.moodle.wire import batch_request, portions
from tests.academies import NAMESAKE, STUDENT
from tests.worlds import World

SMALL = 1000  # bytes: room for two users of the small academy, or a few enrolments
EMPTY = Batch("0" * 36, "user", ())


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """An empty Moodle that takes little at once, and the small academy's records."""
    world = World(tmp_path, monkeypatch)
    world.context = replace(world.context, batch_size=200)
    world.bridge.max_batch_bytes = SMALL
    return world


def update(name: str) -> Operation:
    """A change of one user."""
    return Operation("user", name, Action.UPDATE, {"firstname": "Ә"}, {"firstname": name}, "", "", "", moodle_id=5)


@pytest.mark.parametrize("spare", [0, 1])
def test_a_portion_is_filled_to_the_last_byte_and_not_beyond(spare: int) -> None:
    operations = [update("Ұ" * n) for n in (1, 2, 3)]
    two = len(canonical_json(batch_request(replace(EMPTY, operations=tuple(operations[:2])), recall=False)).encode())
    found = list(portions(operations, EMPTY, 200, two - 1 + spare))
    assert [len(portion) for portion in found] == ([2, 1] if spare else [1, 1, 1])
    assert [operation for portion in found for operation in portion] == operations


def test_a_portion_has_no_more_operations_than_it_may() -> None:
    operations = [update(str(n)) for n in range(5)]
    assert [len(portion) for portion in portions(operations, EMPTY, 2, 10**6)] == [2, 2, 1]


@pytest.mark.parametrize(
    ("kind", "action", "operations", "setting", "in_flight", "most"),
    [
        ("enrolment", Action.CREATE, 100_000, 2000, 3, 2000),
        ("enrolment", Action.REMOVE, 2_000, 2000, 3, 667),  # each request has its share
        ("enrolment", Action.CREATE, 900, 2000, 3, 500),  # too few to be spread further
        ("enrolment", Action.CREATE, 2_000, 20, 3, 20),
        ("enrolment", Action.DELETE, 100_000, 2000, 3, 500),  # Moodle unenrols one by one
        ("user", Action.CREATE, 10_000, 2000, 3, 500),
        ("course", Action.CREATE, 500, 2000, 3, 62),
        ("course", Action.CREATE, 500, 5, 1, 1),
    ],
)
def test_as_many_travel_together_as_is_worth_it(
    kind: str, action: Action, operations: int, setting: int, in_flight: int, most: int
) -> None:
    some = [replace(update("a"), action=action)] * operations
    assert most_together(BY_NAME[kind], some, setting, in_flight) == most


def test_a_load_that_is_longer_than_one_call_travels_in_several(world: World) -> None:
    assert run.apply_run(world.context).exit_code == 0
    assert world.differences() == []


def test_a_batch_cut_by_bytes_is_recalled_as_it_was_sent(world: World) -> None:
    world.bridge.die_after(6)
    with pytest.raises(MoodleUnavailable):
        run.apply_run(world.context)
    result = run.apply_run(world.context)
    assert (result.exit_code, result.recalled > 0) == (0, True)
    assert world.differences() == []


def test_a_change_too_long_to_travel_fails_alone_and_says_so(world: World) -> None:
    person = world.academy.people[STUDENT]
    long = replace(person, family_name="Ә" * SMALL)
    world.academy = replace(world.academy, people={**world.academy.people, STUDENT: long})
    result = run.apply_run(world.context)
    ((operation, outcome),) = result.failed
    assert (operation.key, outcome.errorcode) == (STUDENT, "toolong")
    assert "Moodle takes at most 1,000 at once" in outcome.message
    assert world.bridge.row_of("user", NAMESAKE) is not None
    with world.database.session() as session:
        assert [entry.errorcode for entry in runs.history(session, "user", STUDENT)] == ["toolong"]
