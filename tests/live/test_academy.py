"""The example academy on a real Moodle: loaded, lived in for a week, and led into every trap of the domain."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dlt_sync import run
from dlt_sync.errors import GuardStopped, MoodleError, RecordsError, RunActive
from dlt_sync.journal import runs
from dlt_sync.moodle.rest import RestBridge
from dlt_sync.records.importing import import_records
from dlt_sync.why import why
from scripts.site.moodle import Site
from tests.live.departments import ACCEPT_AGAIN, EXAMPLES, Department
from tests.worlds import UNGUARDED

AIGERIM, GALYMZHAN, NAMESAKE = "plt:student:910001", "plt:student:910002", "plt:student:910005"
RAHUL, TEACHER = "plt:student:910004", "plt:tutor:820001"
COURSE = "plt:offering:25"


@pytest.fixture(scope="module")
def academy(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Department]:
    """The example academy, loaded into an empty Moodle."""
    department = Department(tmp_path_factory.mktemp("department"), site)
    result = department.apply()
    assert result.exit_code == 0
    yield department
    department.bridge.close()


def test_everything_in_the_files_is_in_moodle_and_nothing_is_left_to_do(academy: Department) -> None:
    counts = academy.site.php(
        """return [
            'user' => $DB->count_records_select('user', "idnumber LIKE 'plt:%' AND suspended = 0"),
            'course' => $DB->count_records_select('course', "idnumber LIKE 'plt:%' AND visible = 1"),
            'cohort' => $DB->count_records('cohort'),
            'members' => $DB->count_records('cohort_members'),
            'enrolments' => $DB->count_records_sql(
                "SELECT COUNT(1) FROM {user_enrolments} ue JOIN {enrol} e ON e.id = ue.enrolid
                  WHERE e.enrol = 'dltsync' AND ue.status = 0"),
            'roles' => $DB->count_records('role_assignments', ['component' => 'enrol_dltsync']),
        ];"""
    )
    assert counts["user"] == 330
    assert counts["course"] == 60
    assert counts["cohort"] == 20
    assert counts["members"] == 300
    assert 1_900 < counts["enrolments"] <= 2_000
    assert counts["roles"] == 2_000
    assert academy.plan().exit_code == 0


def test_courses_stand_under_faculty_kafedra_and_year(academy: Department) -> None:
    path = academy.site.php(
        """$course = $DB->get_record('course', ['idnumber' => $key]);
        return core_course_category::get($course->category, MUST_EXIST, true)->get_nested_name(false);""",
        key=COURSE,
    )
    assert [part.strip() for part in path.split("/")][-1] == "2026-2027"
    assert path.count("/") == 2


def test_the_read_only_user_is_enough_for_a_plan_and_can_write_nothing(academy: Department) -> None:
    with RestBridge(academy.site.url, academy.site.readonly_token) as reader:
        context = replace(academy.context, bridge=reader)
        assert run.plan_run(context).exit_code == 0
        with academy.put_back():
            academy.edit("person", AIGERIM, family_name="Жаңақызы")
            academy.load()
            assert run.plan_run(context).exit_code == 3
            with pytest.raises(MoodleError):
                run.apply_run(context)
            assert academy.user(AIGERIM)["lastname"] != "Жаңақызы"


def test_trap_1_a_code_in_look_alike_letters_is_the_same_programme(academy: Department) -> None:
    with academy.put_back():
        programme = academy.rows("programme")[0]
        academy.edit("programme", programme["sourced_id"], code=programme["code"].replace("B", "В"))  # Cyrillic
        academy.load()
        assert academy.plan().plan.is_empty


def test_trap_2_a_person_with_one_name_has_an_account(academy: Department) -> None:
    user = academy.user(RAHUL)
    assert (user["lastname"], user["firstname"]) == ("RAHULTEST", "-")


def test_trap_3_namesakes_are_two_users(academy: Department) -> None:
    first, second = academy.user(GALYMZHAN), academy.user(NAMESAKE)
    assert (first["lastname"], first["firstname"]) == (second["lastname"], second["firstname"])
    assert first["id"] != second["id"]


def test_trap_4_a_teacher_of_two_kafedras_is_one_user_in_both_ones_courses(academy: Department) -> None:
    assert len([job for job in academy.rows("employment") if job["person_id"] == TEACHER]) == 2
    assert academy.site.php("return $DB->count_records('user', ['username' => 't820001']);") == 1
    assert academy.enrolment(COURSE, TEACHER)["roles"] == ["editingteacher"]


def test_trap_5_a_student_who_moves_keeps_enrolment_and_grade_and_changes_group(academy: Department) -> None:
    before = academy.enrolment(COURSE, GALYMZHAN)
    _grade(academy, COURSE, GALYMZHAN, 87)
    old = next(r for r in academy.rows("enrolment") if (r["offering_id"], r["person_id"]) == (COURSE, GALYMZHAN))
    others = {r["cohort_id"] for r in academy.rows("enrolment") if r["offering_id"] == COURSE} - {old["cohort_id"], ""}
    with academy.put_back():
        academy.edit("enrolment", old["sourced_id"], cohort_id=sorted(others)[0])
        result = academy.apply()
        after = academy.enrolment(COURSE, GALYMZHAN)
        assert result.counts == {"enrolment.update": 1}
        assert after["id"] == before["id"]
        assert len(after["groups"]) == 1
        assert after["groups"] != before["groups"]
        assert _grade(academy, COURSE, GALYMZHAN) == 87


def test_traps_6_and_8_who_leaves_is_suspended_not_deleted_and_comes_back_whole(academy: Department) -> None:
    before = academy.enrolment(COURSE, GALYMZHAN)
    _grade(academy, COURSE, GALYMZHAN, 61)
    with academy.put_back():
        for entity in ("enrolment", "cohort_member"):
            academy.drop(entity, person_id=GALYMZHAN)
        academy.drop("person", sourced_id=GALYMZHAN)
        academy.apply()
        gone = academy.enrolment(COURSE, GALYMZHAN)
        assert academy.user(GALYMZHAN)["suspended"] == "1"
        assert (gone["id"], gone["active"]) == (before["id"], False)
        assert _grade(academy, COURSE, GALYMZHAN) == 61
    assert academy.user(GALYMZHAN)["suspended"] == "0"
    assert academy.enrolment(COURSE, GALYMZHAN) == before


def test_trap_7_academic_leave_takes_access_and_a_return_gives_it_back(academy: Department) -> None:
    member = next(m for m in academy.rows("cohort_member") if m["person_id"] == AIGERIM)
    before = academy.enrolment(COURSE, AIGERIM)
    with academy.put_back():
        academy.edit("cohort_member", member["sourced_id"], leave_from="2026-11-20", leave_to="2027-09-01")
        result = academy.apply()
        assert set(result.counts) == {"enrolment.remove"}
        away = academy.enrolment(COURSE, AIGERIM)
        assert away == {**before, "active": False}
        explanation = "\n".join(why(academy.context, AIGERIM, COURSE).lines)
        assert "on academic leave" in explanation
        assert "2026-11-20" in explanation
    assert academy.enrolment(COURSE, AIGERIM) == before


def test_trap_9_an_elective_cuts_across_groups(academy: Department) -> None:
    rows = [r for r in academy.rows("enrolment") if r["offering_id"] == "plt:offering:31" and r["cohort_id"]]
    assert len({row["cohort_id"] for row in rows}) > 1
    groups = academy.site.php(
        """$course = $DB->get_record('course', ['idnumber' => 'plt:offering:31']);
        return array_values(array_map(fn($group) => $group->idnumber, groups_get_all_groups($course->id)));"""
    )
    assert set(groups) == {row["cohort_id"] for row in rows}


def test_trap_11_a_residency_cycle_keeps_its_own_dates(academy: Department) -> None:
    row = next(o for o in academy.rows("offering") if o["sourced_id"] == "plt:offering:55")
    course = academy.course("plt:offering:55")
    almaty = academy.site.php(
        "return array_map(fn($t) => userdate($t, '%Y-%m-%d', 'Asia/Almaty', false), [$start, $end]);",
        start=int(course["startdate"]),
        end=int(course["enddate"]),
    )
    assert almaty == [row["begin"], row["end"]]


def test_trap_12_one_code_in_two_kafedras_is_two_courses(academy: Department) -> None:
    first, second = academy.course("plt:offering:31"), academy.course("plt:offering:32")
    assert first["id"] != second["id"]
    assert second["shortname"].startswith(first["shortname"])


def test_trap_12_a_code_that_changes_renames_the_course_in_place(academy: Department) -> None:
    discipline = next(o for o in academy.rows("offering") if o["sourced_id"] == COURSE)["discipline_id"]
    before = academy.course(COURSE)
    with academy.put_back():
        academy.edit("discipline", discipline, code="NEW 3299")
        academy.apply()
        assert academy.course(COURSE)["id"] == before["id"]
        assert academy.course(COURSE)["shortname"].startswith("NEW 3299 ")


@pytest.mark.parametrize("damage", ["empty", "truncated", "missing", "smaller"])
def test_trap_17_a_damaged_file_changes_nothing(academy: Department, damage: str) -> None:
    with academy.put_back():
        path = academy.records / "enrolment.csv"
        text = path.read_text(encoding="utf-8")
        if damage == "missing":
            path.unlink()
        else:
            lines = text.splitlines(keepends=True)
            damaged = {"empty": lines[0], "truncated": text[: len(text) - 20], "smaller": "".join(lines[:1700])}
            path.write_text(damaged[damage], encoding="utf-8")
        with pytest.raises(RecordsError):
            academy.load()
        assert academy.plan().plan.is_empty


def test_trap_17_yesterdays_file_is_refused(academy: Department) -> None:
    with academy.put_back():
        path = academy.records / "person.csv"
        older = path.stat().st_mtime - 86_400
        academy.edit("person", AIGERIM, family_name="Ескіқызы")
        os.utime(path, (older, older))
        with pytest.raises(RecordsError, match="refused"):
            academy.load()


def test_trap_18_a_mass_suspension_stops_and_asks(academy: Department) -> None:
    with academy.put_back():
        leaving = [r["sourced_id"] for r in academy.rows("person") if r["type"] == "student"][:25]
        academy.rewrite("person", lambda row: None if row["sourced_id"] in leaving else row)
        for entity in ("enrolment", "cohort_member"):
            academy.rewrite(entity, lambda row: None if row["person_id"] in leaving else row)
        academy.load()
        with pytest.raises(GuardStopped) as stopped:
            run.apply_run(academy.context)
        assert any("25 removals of 330 users (7.6 %; limit 5 %)" in problem for problem in stopped.value.problems)
        assert academy.user(leaving[0])["suspended"] == "0"


def test_trap_19_two_runs_at_once_are_one(academy: Department, tmp_path: Path) -> None:
    script = "import sys, time, fcntl; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)"  # noqa: E501
    lock = f"{academy.database.engine.url.database}.lock"
    with subprocess.Popen([sys.executable, "-c", script, lock], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(RunActive):
            run.apply_run(academy.context)
        other.kill()
    assert academy.plan().exit_code == 0


def test_trap_21_a_course_deleted_by_hand_is_made_again_only_after_approval(academy: Department) -> None:
    key = "plt:offering:60"
    academy.hands.hand_delete("course", key)
    result = run.apply_run(academy.context)
    assert result.exit_code == 4
    assert result.waiting is not None
    course = next(o for o in result.held if o.ref == ("course", key))
    assert "was deleted by hand in Moodle (Admin User" in course.hold
    assert academy.site.php("return $DB->record_exists('course', ['idnumber' => $key]);", key=key) is False
    released = run.approve_run(
        academy.context, result.waiting.hash, approved_by="Head of department", because="deleted by mistake"
    )
    assert (released.exit_code, released.remaining) == (0, ())
    assert academy.course(key)["idnumber"] == key
    assert academy.plan().exit_code == 0


def test_trap_22_a_guest_lecturer_enrolled_by_hand_is_never_touched(academy: Department) -> None:
    guest = academy.hands.hand_add("user", username="guest.lecturer", lastname="Guest", firstname="Lecturer")
    academy.hands.hand_enrol(COURSE, f"moodle:{guest}", "editingteacher")
    before = academy.hands.strangers()
    with academy.put_back():
        for entity in ("enrolment", "cohort_member"):
            academy.drop(entity, person_id=AIGERIM)
        academy.drop("person", sourced_id=AIGERIM)
        academy.apply()
        assert academy.hands.strangers() == before
    assert academy.hands.strangers() == before


def test_trap_23_a_merged_account_is_taken_over_after_approval_not_doubled(academy: Department) -> None:
    key = "plt:student:910100"
    person = next(r for r in academy.rows("person") if r["sourced_id"] == key)
    # What a merge leaves: the account we knew is gone, another one has its user name.
    academy.hands.hand_delete("user", key)
    kept = academy.hands.hand_add("user", username=person["username"], lastname="Merged", firstname="Account")
    result = run.apply_run(academy.context)
    assert result.exit_code == 4
    assert result.waiting is not None
    run.approve_run(academy.context, result.waiting.hash, approved_by="Head", because="the accounts were merged")
    assert academy.moodle_id("user", key) == kept
    assert academy.user(key)["lastname"] == person["family_name"]
    assert academy.plan().exit_code == 0


def test_trap_24_an_old_programs_export_is_the_same_academy(academy: Department) -> None:
    export = EXAMPLES / "registrar-export"
    for folder in ("windows-1251", "excel"):
        result = import_records(
            academy.database,
            export / folder,
            options=ACCEPT_AGAIN,
            mode="delta",
            now=academy.day,
            run_by="tester",
        )
        assert result.set_aside == 0
        assert all(c["created"] == c["changed"] == c["removed"] == 0 for c in result.counts.values()), result.counts
    assert academy.plan().plan.is_empty


def test_trap_25_a_renamed_kafedra_keeps_its_category(academy: Department) -> None:
    before = academy.moodle_id("category", "plt:cafedra:59")
    with academy.put_back():
        academy.edit("org", "plt:cafedra:59", name_ru="Кафедра общественного здоровья")
        result = academy.apply()
        assert result.counts["category.update"] == 1
        assert not any(name.endswith((".create", ".remove")) for name in result.counts)
        assert academy.moodle_id("category", "plt:cafedra:59") == before
        name = academy.site.php("return $DB->get_field('course_categories', 'name', ['id' => $id]);", id=before)
        assert name == "Кафедра общественного здоровья"


def test_trap_26_terms_counted_from_admission_are_terms_of_the_year(academy: Department) -> None:
    offering = next(o for o in academy.rows("offering") if o["sourced_id"] == COURSE)
    assert offering["term_no"] == "5"
    assert "2026-2027/1" in academy.course(COURSE)["shortname"]


def test_a_week_later_only_what_changed_changes_and_bad_rows_change_nothing(academy: Department) -> None:
    academy_week_1 = academy.records
    with academy.put_back():
        shutil.copytree(EXAMPLES / "academy-week-2", academy_week_1, dirs_exist_ok=True, copy_function=shutil.copyfile)
        academy.day += timedelta(days=7)
        loaded = academy.load(options=ACCEPT_AGAIN)  # other tests had newer ones
        assert loaded.set_aside == 11  # both rows of the doubled key
        result = run.apply_run(academy.context)
        assert result.exit_code == 0
        assert academy.plan().plan.is_empty
        assert result.counts["user.remove"] == 3
        touched = {operation.key for operation in result.plan.operations}
        bad = {p.sourced_id for p in loaded.problems if p.severity == "error"}
        assert not touched & bad
    academy.day -= timedelta(days=7)


def test_undo_puts_moodle_back(academy: Department) -> None:
    academy.context = replace(academy.context, limits=UNGUARDED)
    before = academy.user(AIGERIM)
    with academy.put_back():
        academy.edit("person", AIGERIM, family_name="Жаңақызы")
        for row in academy.rows("enrolment")[:3]:
            academy.drop("enrolment", sourced_id=row["sourced_id"])
        changed = academy.apply()
        undone = run.undo_run(academy.context, changed.run_id)
        assert undone.exit_code == 0
        after = academy.user(AIGERIM)
        assert {**after, "timemodified": 0} == {**before, "timemodified": 0}


def test_trap_20_a_killed_run_is_finished_by_the_next_without_doubles(academy: Department, tmp_path: Path) -> None:
    """SIGKILL at random moments of an apply, until one gets through."""
    with academy.put_back():
        academy.rewrite(
            "person", lambda row: {**row, "given_name": row["given_name"] + "а" if row["given_name"] else ""}
        )
        academy.load()
        for wait_s in (1.2, 1.8, 2.4):
            with subprocess.Popen([sys.executable, "-c", _RUN, *_arguments(academy)]) as process:
                time.sleep(wait_s)
                process.send_signal(signal.SIGKILL)
        context = replace(academy.context, limits=UNGUARDED)
        result = run.apply_run(context)
        assert (result.exit_code, result.remaining) == (0, ())
        with academy.database.session() as session:
            story = runs.history(session, "user", AIGERIM)
        written = [entry for entry in story if entry.after.get("firstname") == academy.user(AIGERIM)["firstname"]]
        assert len([entry for entry in written if entry.result == "done"]) == 1
        assert academy.site.php("return $DB->count_records('user', ['username' => 's910001']);") == 1


def _arguments(academy: Department) -> list[str]:
    return [str(academy.database.engine.url.database), academy.site.url, str(academy.site.token_file)]


_RUN = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from dlt_sync import run
from dlt_sync.db import Database
from dlt_sync.guard import Limits
from dlt_sync.kinds.rules import Rules
from dlt_sync.moodle.rest import RestBridge
database, url, token = sys.argv[1:]
bridge = RestBridge(url, Path(token).read_text().strip())
run.apply_run(run.Context(
    Database(f"sqlite:///{database}"), bridge, Rules(), Limits(*[1000] * 8), url,
    now=lambda: datetime(2026, 11, 23, 6, tzinfo=UTC), batch_size=20))
"""


def _grade(academy: Department, course: str, user: str, grade: int | None = None) -> float | None:
    """Give a grade in a course's own grade item, or look at it."""
    found = academy.site.php(_GRADE, course=course, user=user, grade=grade)
    return None if found is None else float(found)


_GRADE = """
require_once($CFG->libdir . '/gradelib.php');
$courseid = $DB->get_field('course', 'id', ['idnumber' => $course], MUST_EXIST);
$userid = $DB->get_field('user', 'id', ['idnumber' => $user], MUST_EXIST);
$known = ['courseid' => $courseid, 'itemtype' => 'manual', 'itemname' => 'Colloquium'];
if (!$item = grade_item::fetch($known)) {
    $item = new grade_item($known + ['grademax' => 100], false);
    $item->insert();
}
if ($grade !== null) {
    $item->update_final_grade($userid, $grade, 'test');
}
return $item->get_final($userid)->finalgrade ?? null;
"""
