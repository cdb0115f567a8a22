"""The fault suite, tried on a Moodle in memory: it passes a good one, and catches one that breaks its promises."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from dlt_sync.model import Action, Outcome
from dlt_sync.moodle.contract import Batch
from tests.live.faults.academy import Size
from tests.live.faults.oracle import Wrong
from tests.live.faults.proxy import APPLY, Planned
from tests.live.faults.steps import Suite
from tests.memory import MemoryBridge
from tests.unit.faults.memory_moodle import memory_moodle

SEED = 3
SMALL = Size(students=7, teachers=1, spare=3, offerings=2, seats=3)


@contextmanager
def suite(bridge: MemoryBridge, folder: Path) -> Iterator[Suite]:
    with memory_moodle(bridge) as moodle, Suite(moodle, folder, SEED, size=SMALL) as suite:
        yield suite


class ForgetfulBridge(MemoryBridge):
    """A bridge that does not know a batch again."""

    def apply(self, batch: Batch) -> tuple[Outcome, ...]:
        """Do it, whether or not it was done."""
        return super().apply(replace(batch, id=str(uuid.uuid4())))


class CarelessBridge(MemoryBridge):
    """A bridge that suspends somebody else beside each enrolment that it changes, once it is told to."""

    careless = False

    def apply(self, batch: Batch) -> tuple[Outcome, ...]:
        """Do it, and more than that."""
        outcomes = super().apply(batch)
        if self.careless and batch.kind == "enrolment" and batch.operations[0].action is Action.UPDATE:
            others = {one.key: one.fields for one in self.read("enrolment")}
            key = next(k for k, fields in sorted(others.items()) if fields and not fields["suspended"])
            self.hand_change("enrolment", key, "suspended", True)
            self.careless = False
        return outcomes


def test_a_good_moodle_and_the_program_survive(tmp_path: Path) -> None:
    with suite(MemoryBridge(), tmp_path) as good:
        good.step()
    assert good.tally.good, good.tally.steps
    assert good.tally.injected.total() >= 3


def test_a_lost_answer_of_a_bridge_that_forgets_is_caught(tmp_path: Path) -> None:
    with suite(ForgetfulBridge(), tmp_path) as bad:
        bad._change()
        bad._import()
        bad._proxy.script.arm([Planned("lost_answer", APPLY, 3)])
        bad._apply()
        bad._settle()
        found = {finding.what for finding in (*bad._findings, *bad._look())}
    assert Wrong.UNEXPLAINED in found


@pytest.mark.filterwarnings("ignore")
def test_what_nobody_asked_for_is_caught(tmp_path: Path) -> None:
    bridge = CarelessBridge()
    with suite(bridge, tmp_path) as bad:
        guest = bridge.hand_add_user(username="guest")
        bad._seen = bad.moodle.look()
        bridge.hand_change("user", f"moodle:{guest}", "lastname", "Edited")
        bad._settle()
        assert {finding.what for finding in bad._look()} == {Wrong.REMOVED}
        bad._change()
        bridge.careless = True
        bad._settle()
        assert Wrong.UNEXPLAINED in {finding.what for finding in bad._look()}
