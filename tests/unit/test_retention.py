"""Retention clears what is old, says so beforehand, and never changes the next plan nor what the guard says of it."""

from __future__ import annotations

import shutil
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from dlt_sync import retention, run
from dlt_sync.db import Base, Database
from dlt_sync.errors import DatabaseError, MoodleError, PlanError, RunActive
from dlt_sync.guard import Limits
from dlt_sync.journal import overrides, runs
from dlt_sync.journal.tables import (
    AppliedObject,
    JournalEntry,
    MoodleEvent,
    Override,
    PiiAccess,
    Run,
    SentBatch,
    StoredPlan,
)
from dlt_sync.kinds.rules import Rules
from dlt_sync.lock import one_run_at_a_time
from dlt_sync.records.tables import (
    ENTITIES,
    ImportBatch,
    ImportFile,
    LinkCheck,
    Person,
    Quarantine,
    VideoAsset,
    VideoRequest,
)
from dlt_sync.retention import Cleared, clear
from dlt_sync.run import Context
from dlt_sync.settings import RetentionSettings
from tests.memory import MemoryBridge
from tests.unit.records.files import NOW, Exports
from tests.unit.records.files import load as import_files

KEPT = RetentionSettings()
#: The shortest that a department may set: the hardest for what must stay.
SHORTEST = RetentionSettings(**{spec.name: spec.metadata["at_least"] for spec in fields(RetentionSettings)})
LONG_AFTER = NOW + timedelta(days=4000)


class Department:
    """An academy's records, its Moodle and our database, with years between what happens."""

    def __init__(self, database: Database, exports: Exports) -> None:
        self.database, self.exports = database, exports
        self.clock = NOW
        self.bridge = MemoryBridge()
        self.limits = Limits(1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000)

    @property
    def context(self) -> Context:
        """What runs need, under the limits that hold now."""
        return Context(
            database=self.database,
            bridge=self.bridge,
            rules=Rules(),
            limits=self.limits,
            site="https://moodle.example",
            now=lambda: self.clock,
        )

    def load(self) -> None:
        """Import the files."""
        import_files(self.database, self.exports, now=self.clock, accept_older=frozenset(ENTITIES))

    def apply(self) -> None:
        """Import the files and apply."""
        self.load()
        run.apply_run(self.context)

    def pass_days(self, days: int) -> None:
        """Let time go by."""
        self.clock += timedelta(days=days)


@pytest.fixture
def department(sqlite: Database, exports: Exports) -> Department:
    """A department with its first run behind it."""
    made = Department(sqlite, exports)
    made.apply()
    return made


def cleared(database: Database, now: datetime, days: RetentionSettings = KEPT, **more: bool) -> dict[str, int]:
    """What was cleared, by family, without zeros."""
    return {one.what: one.rows for one in clear(database, days, now, **more) if one.rows}


def rows(database: Database, table: type[Base]) -> int:
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


# -- the plan and the guard -------------------------------------------------------------------------------


def test_what_the_next_plan_needs_stays_however_old_it_is(department: Department) -> None:
    department.exports.drop("enrolment", "plt:enrolment:3")
    department.load()
    department.bridge.hand_delete("cohort", "plt:group:502")
    department.bridge.hand_change("user", "plt:student:910001", "lastname", "X")
    department.pass_days(4000)
    before = run.plan_run(department.context)
    assert before.plan.operations
    clear(department.database, SHORTEST, department.clock)
    after = run.plan_run(department.context)
    assert (after.plan.hash, after.violations) == (before.plan.hash, before.violations)


def test_the_guard_measures_against_the_same_after_it(department: Department) -> None:
    for number in (1, 2, 4):
        department.exports.drop("enrolment", f"plt:enrolment:{number}")
    department.load()
    department.pass_days(4000)
    department.limits = Limits()
    before = run.plan_run(department.context)
    assert before.violations
    clear(department.database, SHORTEST, department.clock)
    after = run.plan_run(department.context)
    assert [v.to_json() for v in after.violations] == [v.to_json() for v in before.violations]


def test_the_parked_plan_can_still_be_released(department: Department) -> None:
    department.limits = Limits()
    for number in (1, 2, 4):
        department.exports.drop("enrolment", f"plt:enrolment:{number}")
    department.load()
    parked = run.plan_run(department.context)
    department.pass_days(4000)
    assert "plans applied or superseded" not in cleared(department.database, department.clock, SHORTEST)
    result = run.approve_run(department.context, parked.plan.hash, approved_by="Head", because="they left")
    assert result.exit_code == 0


def test_the_removals_of_the_week_count_after_it(department: Department) -> None:
    department.pass_days(40)
    department.exports.drop("enrolment", "plt:enrolment:3")
    department.apply()
    department.pass_days(5)
    with department.database.session() as session:
        before = runs.removed_since(session, department.clock - runs.WEEK)
    assert before == {"enrolment": 1}
    assert cleared(department.database, department.clock, SHORTEST)
    with department.database.session() as session:
        assert runs.removed_since(session, department.clock - runs.WEEK) == before


def test_a_recent_run_can_be_undone_after_it(department: Department) -> None:
    department.pass_days(40)
    department.exports.replace("person", "Сағынбекқызы", "Басқақызы")
    department.apply()
    cleared(department.database, department.clock, SHORTEST)
    result = run.undo_run(department.context, 2)
    assert dict(result.counts) == {"user.update": 1}


def test_a_run_whose_journal_was_cleared_cannot_be_undone_and_says_so(department: Department) -> None:
    department.pass_days(40)
    department.exports.replace("person", "Сағынбекқызы", "Басқақызы")
    department.apply()
    cleared(department.database, department.clock, SHORTEST)
    with pytest.raises(PlanError, match="journal of run 1 was cleared") as caught:
        run.undo_run(department.context, 1)
    assert "[retention] journal_days" in caught.value.remedy


def test_a_batch_without_an_answer_is_still_recalled(department: Department) -> None:
    department.exports.replace("person", "Сағынбекқызы", "Басқақызы")
    department.load()
    department.bridge.die_after(1)
    with pytest.raises(MoodleError):
        run.apply_run(department.context)
    department.bridge.heal()
    department.pass_days(4000)
    cleared(department.database, department.clock, SHORTEST)
    assert run.apply_run(department.context).recalled == 1


_OPERATIONS = ("import", "plan", "apply", "days", "leave", "rename", "return", "hand", "delete", "spoil", "mend")


@how(
    max_examples=5,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(st.sampled_from(_OPERATIONS), st.integers(1, 3)), min_size=3, max_size=7))
def test_at_any_moment_it_changes_neither_the_next_plan_nor_the_verdict(
    tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path, story: list[tuple[str, int]]
) -> None:
    """Two departments live the same story; in one, all that may go is cleared after each step."""
    departments = [_department(tmp_path_factory.mktemp("story"), migrated_sqlite) for _ in range(2)]
    for step, number in [("apply", 1), *story]:
        said = []
        for which, department in enumerate(departments):
            _live(department, step, number)
            if which:
                clear(department.database, SHORTEST, department.clock)
            found = run.plan_run(replace(department.context, limits=Limits(at_least=1)))
            said.append((found.plan.hash, [violation.to_json() for violation in found.violations]))
        assert said[0] == said[1], step
    for department in departments:
        department.database.close()


def _department(folder: Path, migrated: Path) -> Department:
    shutil.copy(migrated, folder / "d.sqlite3")
    (folder / "exports").mkdir()
    return Department(Database(f"sqlite:///{folder / 'd.sqlite3'}"), Exports(folder / "exports"))


def _live(department: Department, step: str, number: int) -> None:
    exports, bridge = department.exports, department.bridge
    person, enrolment = f"plt:student:91000{(1, 2, 5)[number - 1]}", f"plt:enrolment:{number}"
    text_of = exports.path("enrolment").read_text("utf-8")
    department.pass_days(1)
    if step == "apply":
        department.apply()
    elif step == "import":
        department.load()
    elif step == "days":
        department.pass_days(40 * number)
    elif step == "leave" and enrolment in text_of:
        exports.drop("enrolment", enrolment)
    elif step == "rename":
        exports.replace("person", f"{person},student,", f"{person},student,Б")
    elif step == "return" and enrolment not in text_of:
        exports.add("enrolment", f"{enrolment},plt:offering:17,{person},student,,,,active,212-с,active")
    elif step == "hand" and bridge.row_of("user", person):
        bridge.hand_change("user", person, "lastname", f"x{number}")
    elif step == "delete" and bridge.row_of("user", person):
        bridge.hand_delete("user", person)
    elif step == "spoil":
        exports.add("enrolment", f"plt:enrolment:9{number},plt:offering:17,{person},nobody,,,,active,,active")
        department.load()
    elif step == "mend":
        exports.write("enrolment", "".join(x for x in text_of.splitlines(True) if ",nobody," not in x))
        department.load()


# -- what goes --------------------------------------------------------------------------------------------


def test_what_would_be_cleared_is_told_and_then_just_that_is_cleared(database: Database, exports: Exports) -> None:
    department = Department(database, exports)
    department.apply()
    for year in range(3):
        department.pass_days(400)
        department.exports.replace("person", "Сағынбекқызы", f"Сағынбекқызы{year}")
        department.apply()
    announced = clear(department.database, SHORTEST, department.clock, dry_run=True)
    assert all(isinstance(one, Cleared) for one in announced)
    assert rows(department.database, Run) == 4
    assert clear(department.database, SHORTEST, department.clock) == announced
    found = {one.what: one.rows for one in announced}
    assert found["batches sent to Moodle"] > 5
    assert found["journal entries, runs and what was told of them"] > 10
    assert sum(one.rows for one in clear(department.database, SHORTEST, department.clock)) == 0


def test_what_is_kept_for_good_is_not_even_listed(department: Department) -> None:
    nothing = RetentionSettings(**dict.fromkeys((spec.name for spec in fields(RetentionSettings)), None))
    assert clear(department.database, nothing, LONG_AFTER) == ()


def test_the_journal_of_a_run_goes_whole_and_the_run_stays_while_something_refers_to_it(
    department: Department,
) -> None:
    department.pass_days(40)
    department.exports.replace("person", "Сағынбекқызы", "Басқақызы")
    department.apply()
    cleared(department.database, department.clock, SHORTEST)
    with department.database.session() as session:
        assert set(session.scalars(select(JournalEntry.run_id))) == {2}
        assert session.get(Run, 1) is not None  # the applied state says it was written then
        assert session.scalar(select(func.count()).where(AppliedObject.run_id == 1))


def test_the_journal_cannot_be_changed_all_the_same(department: Department) -> None:
    clear(department.database, SHORTEST, LONG_AFTER)
    with pytest.raises(DatabaseError, match="append-only"), department.database.session() as session:
        session.execute(text("UPDATE journal_entry SET result = 'failed'"))


def test_people_who_left_keep_their_key_alone(department: Department) -> None:
    department.exports.drop("enrolment", "plt:enrolment:3")
    department.exports.drop("cohort_member", "plt:member:5")
    department.exports.drop("person", "plt:student:910005")
    department.apply()
    what = "names of people who left"
    assert what not in cleared(department.database, department.clock + timedelta(days=364))
    assert cleared(department.database, department.clock + timedelta(days=366))[what] == 1
    with department.database.session() as session:
        left = session.get_one(Person, "plt:student:910005")
        assert {getattr(left, name) for name in retention.BLANKED} == {""}
        assert (left.iin_status, left.status) == ("absent", "tobedeleted")
        assert session.get_one(Person, "plt:student:910001").family_name == "Сағынбекқызы"
    department.exports.add(
        "person", "plt:student:910005,student,Ыдырысов,Ғалымжан,Төлеуұлы,930818500003,s910005,,kk,plt:faculty:1,active"
    )
    department.load()
    with department.database.session() as session:
        back = session.get_one(Person, "plt:student:910005")
        assert (back.family_name, back.iin_last4, back.status) == ("Ыдырысов", "0003", "active")


def test_people_whose_account_is_open_keep_their_name(department: Department) -> None:
    department.exports.drop("enrolment", "plt:enrolment:3")
    department.exports.drop("cohort_member", "plt:member:5")
    department.exports.drop("person", "plt:student:910005")
    department.load()  # and nobody applies it
    assert "names of people who left" not in cleared(department.database, LONG_AFTER)


def test_rows_put_right_go_and_open_ones_stay(department: Department) -> None:
    department.exports.add("enrolment", "plt:enrolment:91,plt:offering:17,plt:student:910001,nobody,,,,active,,active")
    department.load()
    department.exports.drop("enrolment", "plt:enrolment:91")
    department.load()
    department.exports.add("enrolment", "plt:enrolment:92,plt:offering:17,plt:student:910001,nobody,,,,active,,active")
    department.load()
    assert rows(department.database, Quarantine) == 2
    assert cleared(department.database, LONG_AFTER)["rows set aside and put right"] == 1
    with department.database.session() as session:
        assert session.scalars(select(Quarantine.sourced_id)).all() == ["plt:enrolment:92"]


def test_events_go_but_for_who_deleted_what_we_know_and_where_the_cursor_stands(department: Department) -> None:
    def event(number: int, name: str, kind: str, key: str, days: int) -> MoodleEvent:
        return MoodleEvent(id=number, name=name, happened_at=NOW + timedelta(days=days), kind=kind, key=key, data={})

    with department.database.session() as session:
        session.add(
            VideoRequest(
                sourced_id="moodle:request:2", type="problem", stage="rejected", batch_id=1, date_last_modified=NOW
            )
        )
        session.add_all(
            [
                event(101, "deleted", "user", "plt:student:910001", 0),
                event(102, "deleted", "user", "plt:student:long-gone", 0),
                event(103, "requested", "request", "moodle:request:1", 0),
                event(104, "requested", "request", "moodle:request:2", 0),
                event(105, "seen", "course", "plt:offering:17", 1),
                event(106, "seen", "course", "plt:offering:17", 1000),
            ]
        )
    with department.database.session() as session:
        cursor = runs.event_cursor(session)
    assert cleared(department.database, LONG_AFTER)["what people did in Moodle"] == 2
    with department.database.session() as session:
        assert session.scalars(select(MoodleEvent.id).order_by(MoodleEvent.id)).all() == [101, 103, 105, 106]
        assert runs.event_cursor(session) == cursor


def test_files_go_but_for_those_that_the_next_are_judged_by(department: Department) -> None:
    for number in range(3):
        department.pass_days(1)
        department.exports.replace("person", "Сағынбекқызы", f"Сағынбекқызы{number}")
        department.load()
    cleared(department.database, LONG_AFTER)
    with department.database.session() as session:
        assert set(session.scalars(select(ImportFile.batch_id))) == {4}
        assert session.scalars(select(ImportBatch.number)).all() == [4]


def test_checks_of_addresses_that_are_used_stay(department: Department) -> None:
    def check(url: str) -> LinkCheck:
        return LinkCheck(
            url=url, host="h", provider="p", checked_at=NOW, verdict="ok", verdict_since=NOW, fail_streak=0
        )

    with department.database.session() as session:
        session.add(
            VideoAsset(
                sourced_id="v", discipline_id="plt:subject:302", kind="lecture", language="kk", title="t",
                url="https://h/used", moved_to="https://h/moved", batch_id=1, date_last_modified=NOW,
            )
        )  # fmt: skip
        session.add_all([check("https://h/used"), check("https://h/moved"), check("https://h/unused")])
    assert cleared(department.database, LONG_AFTER)["checks of addresses no longer used"] == 1
    with department.database.session() as session:
        assert sorted(session.scalars(select(LinkCheck.url))) == ["https://h/moved", "https://h/used"]


def test_overrides_go_long_after_they_ended(department: Department) -> None:
    for days in (10, 3500):
        with department.database.session() as session:
            overrides.add(
                session, kind="user", key=f"k{days}", field="*", owner="o", reason="r",
                until=NOW + timedelta(days=days), now=NOW,
            )  # fmt: skip
    assert cleared(department.database, LONG_AFTER)["overrides that ended"] == 1
    assert rows(department.database, Override) == 1


def test_the_access_log_is_kept_longest(department: Department) -> None:
    with department.database.session() as session:
        session.add_all(
            [PiiAccess(at=NOW + timedelta(days=days), who="a", command="why", people=1) for days in (0, 3000, 3999)]
        )
    assert cleared(department.database, LONG_AFTER)["who looked at personal data"] == 1
    assert rows(department.database, PiiAccess) == 2


def test_plans_and_batches_that_are_done_with_go(department: Department) -> None:
    department.exports.drop("enrolment", "plt:enrolment:3")
    department.load()
    department.limits = Limits(at_least=0, removals_percent=0)
    run.plan_run(department.context)
    department.exports.drop("enrolment", "plt:enrolment:2")
    department.load()
    run.plan_run(department.context)
    assert rows(department.database, SentBatch)
    found = cleared(department.database, LONG_AFTER)
    assert found["plans applied or superseded"] == 1
    with department.database.session() as session:
        assert session.scalars(select(StoredPlan.state)).all() == ["parked"]
    assert rows(department.database, SentBatch) == 0


def test_nothing_is_cleared_while_a_run_is_active(department: Department) -> None:
    with one_run_at_a_time(department.database.engine), pytest.raises(RunActive):
        clear(department.database, KEPT, LONG_AFTER)


def test_what_was_cleared_cannot_be_read_in_the_file(sqlite: Database, exports: Exports) -> None:
    department = Department(sqlite, exports)
    department.apply()
    department.exports.replace("person", "RAHULTEST", "MARKEDNAME")
    department.apply()
    department.exports.replace("person", "MARKEDNAME", "RAHULTEST")
    department.apply()
    department.exports.replace("person", "Сағынбекқызы", "Басқақызы")  # the newest run's journal stays
    department.apply()
    clear(sqlite, SHORTEST, LONG_AFTER)
    file = Path(sqlite.engine.url.database or "")
    wal = file.with_name(f"{file.name}-wal")
    assert b"MARKEDNAME" not in file.read_bytes() + (wal.read_bytes() if wal.exists() else b"")
