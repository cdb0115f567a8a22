"""The pure parts of the benchmark: the made-up academy, the figures, and how they are shown."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from scripts.bench_run.academy import (
    Academy,
    Enrolled,
    course_key,
    person_key,
    write_courses,
    write_enrolments,
    write_people,
)
from scripts.bench_run.bulk import know_by_sql
from scripts.bench_run.meter import Meter, Spent, cpu_seconds
from scripts.bench_run.parts import FULL, SMALL, changed_rows, first_of_cohorts
from scripts.bench_run.results import MARKS, Results, Step, put_into, report, step, table, typical
from scripts.bench_run.sql import Sql
from scripts.site.workspace import SiteError

PLAIN = Academy(people=40, courses=5, enrolments=50, churn=2)
WITH_COHORTS = Academy(people=60, courses=6, enrolments=60, churn=1, cohorts=4)


def test_the_same_academy_comes_out_every_time() -> None:
    assert list(PLAIN.enrolled()) == list(PLAIN.enrolled())
    assert [one.person for one in PLAIN.enrolled()][:10] != [one.person for one in PLAIN.enrolled()][10:20]


@pytest.mark.parametrize("academy", [PLAIN, WITH_COHORTS, SMALL.compared, *SMALL.growth, SMALL.academy, FULL.academy])
def test_an_academy_is_as_large_as_it_says(academy: Academy) -> None:
    enrolled = list(academy.enrolled())

    assert len(enrolled) == academy.enrolments
    assert len({(one.course, one.person) for one in enrolled}) == academy.enrolments
    assert {one.course for one in enrolled} == set(range(academy.courses))
    assert {one.person for one in enrolled} <= set(range(academy.people))


def test_in_a_later_week_some_left_each_course_and_as_many_came() -> None:
    before, after = set(PLAIN.enrolled()), set(PLAIN.enrolled(week=1))

    assert Counter(one.course for one in before - after) == dict.fromkeys(range(PLAIN.courses), PLAIN.churn)
    assert Counter(one.course for one in after - before) == dict.fromkeys(range(PLAIN.courses), PLAIN.churn)
    assert not (before - after) & set(PLAIN.enrolled(week=2))


def test_a_larger_academy_of_the_same_courses_holds_the_smaller_one() -> None:
    larger = Academy(people=40, courses=5, enrolments=100)

    assert set(Academy(people=40, courses=5, enrolments=50).enrolled()) < set(larger.enrolled())


def test_a_course_of_a_cohort_has_its_teacher_its_cohort_and_some_more() -> None:
    first = [one for one in WITH_COHORTS.enrolled() if one.course == 0]

    assert Counter((one.role, one.cohort) for one in first) == {
        ("teacher", None): 1,
        ("student", 0): 6,
        ("student", None): 3,
    }
    assert [one.course for one in first_of_cohorts(WITH_COHORTS.enrolled())] == list(range(WITH_COHORTS.courses))


def test_changed_rows_are_three_for_each_course_they_are_asked_for() -> None:
    before, after = set(WITH_COHORTS.enrolled()), list(changed_rows(WITH_COHORTS, 2))

    assert len(after) == len(before)
    assert len(before - set(after)) == 4  # two gone and two that are suspended now
    assert Counter(one.state for one in set(after) - before) == {"active": 2, "suspended": 2}


def test_files_hold_what_the_importer_wants(tmp_path: Path) -> None:
    write_people(tmp_path, WITH_COHORTS)
    write_courses(tmp_path, WITH_COHORTS)
    write_enrolments(tmp_path, WITH_COHORTS.enrolled())

    rows = {path.stem: list(csv.DictReader(io.StringIO(path.read_text("utf-8")))) for path in tmp_path.iterdir()}
    assert len(rows["person"]) == 60
    assert len(rows["offering"]) == len(rows["discipline"]) == 6
    assert len(rows["cohort_member"]) == 24
    assert rows["enrolment"][1] | {"sourced_id": ""} == {
        "sourced_id": "",
        "offering_id": course_key(0),
        "person_id": person_key(36),
        "role": "student",
        "cohort_id": "plt:group:1",
        "state": "active",
    }


@pytest.mark.parametrize("fields", ['{"roles": [], "groups": []}', '{"roles":[],"groups":[]}'])
def test_rows_put_into_the_own_database_are_like_the_one_there(tmp_path: Path, fields: str) -> None:
    enrolment = "INSERT INTO enrolment VALUES ('plt:enrolment:1-0', 'plt:offering:1', 'x', NULL, 4)"
    applied = f"INSERT INTO applied VALUES ('enrolment', 'a|b', 'a', 1, '{fields}', '')"
    database = _database(tmp_path, enrolment, applied)

    know_by_sql(database, _Answers(), [Enrolled(0, 0), Enrolled(0, 1)])

    with closing(sqlite3.connect(database)) as own:
        assert own.execute("SELECT * FROM enrolment").fetchall() == [
            ("plt:enrolment:1-0", "plt:offering:1", "x", None, 4),
            ("plt:enrolment:1-1", "plt:offering:1", "plt:student:900001", None, 4),
        ]
        added = own.execute("SELECT key, course_key, moodle_id, fields FROM applied WHERE key <> 'a|b'").fetchall()
    assert [row[:3] for row in added] == [("plt:offering:1|plt:student:900001", "plt:offering:1", 7)]
    assert json.loads(added[0][3]) == {
        "roles": [],
        "groups": [],
        "course": "plt:offering:1",
        "user": "plt:student:900001",
    }


def test_without_a_row_to_go_by_nothing_is_put_into_the_own_database(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="no row of enrolment"):
        know_by_sql(_database(tmp_path), _Answers(), [Enrolled(0, 0)])


def test_ratio_is_ours_to_the_peers() -> None:
    one = step("compare", "x", 10, Spent(2, {"program": 1, "web": 2}, 50, 90), Spent(8, {"program": 6}, 30, 0))

    assert (one.ratio, one.cpu_ratio, one.peak_mb, one.peer_peak_mb, one.php_peak_mb) == (0.25, 0.5, 50, 30, 90)


def test_a_step_without_a_peer_has_no_ratio() -> None:
    one = step("growth", "x", 10, Spent(2, {}, 50, 90))

    assert (one.peer_seconds, one.ratio, one.cpu_ratio) == (None, None, None)


def test_costs_add_up_and_peaks_do_not() -> None:
    total = Spent(1, {"program": 1}, 50, 10) + Spent(2, {"program": 1, "web": 3}, 40, 60)

    assert total == Spent(3, {"program": 2, "web": 3}, 50, 60)
    assert total.cpu == 5


def test_the_typical_run_is_the_one_in_the_middle() -> None:
    runs = [Spent(9, {"web": 9}, 10, 1), Spent(1, {"web": 1}, 70, 2), Spent(2, {"web": 2}, 30, 3)]

    assert typical(runs) == Spent(2, {"web": 2}, 70, 3)


def test_results_are_kept_after_each_step_and_read_again(tmp_path: Path) -> None:
    results = Results(tmp_path, "small")
    results.add(_step("one", seconds=1))
    results.add(_step("two", seconds=2))
    results.add(_step("one", seconds=3))

    again = Results.read(tmp_path)
    assert {one.name: one.seconds for one in again.steps} == {"one": 3, "two": 2}
    assert "| one | 3.0 s |" in (tmp_path / "report.md").read_text("utf-8")


def test_a_table_shows_ratio_and_goal() -> None:
    own, peer = Spent(2, {"web": 1}, 50, 0), Spent(8, {"program": 2}, 30, 0)

    *_, row = table([step("compare", "courses", 5, own, peer, goals={"ratio": 0.5})])

    assert row == "| courses | 2.0 s | 8.0 s | 0.25 | 0.5 | 1.0 s : 2.0 s | 0.5 |  | 50 MB |"


def test_growth_is_shown_as_a_factor() -> None:
    goals = {"growth": 4.0, "peak_mb": 200.0}

    *_, row = table([step("growth", "a million", 5, Spent(2, {}, 50, 0), growth=3.5, goals=goals)])

    assert row == "| a million | 2.0 s |  | 3.5× | 4 | 0.0 s |  |  | 50 MB (goal 200) |"


def test_a_document_gets_the_newest_table_between_its_marks(tmp_path: Path) -> None:
    results = Results(tmp_path, "small")
    results.steps = [_step("courses")]
    begin, end = MARKS

    text = put_into(f"before\n{begin}\nold\n{end}\nafter\n", results)

    assert text.startswith(f"before\n{begin}\n")
    assert text.endswith(f"{end}\nafter\n")
    assert "| courses |" in text
    assert "old" not in text
    assert put_into(text, results) == text
    assert "(docs/growth.png)" in put_into(text, results, "docs/growth.png")


def test_a_document_leaves_out_what_only_prepared_and_the_report_does_not(tmp_path: Path) -> None:
    results = Results(tmp_path, "small")
    results.steps = [_step("measured"), step("growth", "prepared", 1, Spent(1, {}, 1, 1), preparing=True)]

    assert "prepared" in report(results)
    assert "prepared" not in put_into("\n".join(MARKS), results)
    assert "measured" in put_into("\n".join(MARKS), results)


def test_a_document_without_marks_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="lacks"):
        put_into("# No place for it", Results(tmp_path, "small"))


def test_a_report_shows_the_plot_only_where_growth_was_measured(tmp_path: Path) -> None:
    results = Results(tmp_path, "small")
    results.steps = [_step("courses")]
    assert "growth.png" not in report(results)
    results.steps = [_step("courses", part="growth")]
    assert "growth.png" in report(results)


def test_the_meter_counts_the_processor_time_and_memory_of_a_command(tmp_path: Path) -> None:
    meter = Meter({}, tmp_path / "log", timeout_s=60)

    work = "import time; held = b'x' * 60_000_000\nwhile time.process_time() < 0.4: pass"
    spent = meter.run([sys.executable, "-c", work])

    assert 0.3 < spent.cpu < 10
    assert spent.seconds >= 0.3
    assert 60 < spent.peak_mb < 200


def test_the_meter_says_what_a_failing_command_said(tmp_path: Path) -> None:
    meter = Meter({}, tmp_path / "log", timeout_s=60)

    with pytest.raises(SiteError, match=r"ended with code 3:\nno such luck"):
        meter.run([sys.executable, "-c", "import sys; print('no such luck'); sys.exit(3)"])


def test_the_meter_stops_a_command_that_takes_too_long(tmp_path: Path) -> None:
    meter = Meter({}, tmp_path / "log", timeout_s=0.2)

    with pytest.raises(SiteError, match="took more than"):
        meter.run([sys.executable, "-c", "import time; time.sleep(60)"])


def test_processor_time_of_a_tree_counts_this_very_process() -> None:
    before = cpu_seconds(os.getpid())
    sum(number * number for number in range(3_000_000))

    assert cpu_seconds(os.getpid()) > before


class _Answers(Sql):
    def __init__(self) -> None:
        pass

    def run(self, statements: str) -> str:
        return "plt:offering:1|plt:student:900001 7\n"


def _database(folder: Path, *statements: str) -> Path:
    tables = ("enrolment (sourced_id PRIMARY KEY, offering_id, person_id, cohort_id, changed_in)",
              "applied (kind, key PRIMARY KEY, course_key, moodle_id, fields, label)")  # fmt: skip
    with closing(sqlite3.connect(folder / "own.sqlite3")) as own, own:
        for statement in (*(f"CREATE TABLE {table}" for table in tables), *statements):
            own.execute(statement)
    return folder / "own.sqlite3"


def _step(name: str, part: str = "compare", seconds: float = 1.0) -> Step:
    return Step(part, name, 1, seconds, 0.5, 40.0)
