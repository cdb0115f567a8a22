"""What the records want, kind by kind; the traps are those of the department's domain."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import dlt_sync
from dlt_sync.kinds import BY_NAME, KINDS
from dlt_sync.kinds.academy import CohortMember, Employment, HeldEnrolments, Names, Offering, Org, Person
from dlt_sync.kinds.category import ARCHIVE_KEY
from dlt_sync.kinds.kind import Source
from dlt_sync.kinds.rules import Rules
from dlt_sync.model import Action, Observed, Operation, Policy, join_key
from tests.academies import (
    COHORT,
    FACULTY,
    KAFEDRA,
    NAMESAKE,
    OFFERING,
    OTHER_COHORT,
    STUDENT,
    TEACHER,
    TODAY,
    by_key,
    enrolment,
    names,
    person,
    small_academy,
    source,
    wanted,
)

CATEGORY, USER, COURSE = BY_NAME["category"], BY_NAME["user"], BY_NAME["course"]
COHORTS, GROUP, ENROLMENT = BY_NAME["cohort"], BY_NAME["group"], BY_NAME["enrolment"]


def test_what_decides_imports_no_io_and_no_clock() -> None:
    root = Path(dlt_sync.__file__).parent
    pure = [root / f"{name}.py" for name in ("model", "decide", "plan", "guard", "undo")]
    pure += (root / "kinds").glob("*.py")
    allowed = {
        "abc",
        "collections",
        "dataclasses",
        "datetime",
        "enum",
        "functools",
        "hashlib",
        "json",
        "orjson",
        "typing",
    }
    ours = {
        "dlt_sync.media.addresses",
        "dlt_sync.decide",
        "dlt_sync.errors",
        "dlt_sync.guard",
        "dlt_sync.kinds",
        "dlt_sync.model",
        "dlt_sync.plan",
    }
    for path in pure:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for module in modules:
                known = module.split(".")[0] in allowed | {"__future__", "zoneinfo"}
                assert known or any(module.startswith(name) for name in ours), f"{path.name} imports {module}"
        assert "now()" not in path.read_text(encoding="utf-8"), f"{path.name} reads the clock"


def test_kinds_stand_in_dependency_order() -> None:
    everything = source()
    made: set[tuple[str, str]] = set()
    for kind in KINDS:
        for desired in kind.desired(everything):
            assert set(desired.needs) <= made, desired
            made.add((kind.name, desired.key))


def test_every_desired_field_is_managed_and_every_managed_field_is_desired() -> None:
    for kind in KINDS:
        for desired in kind.desired(source()):
            assert set(desired.fields) <= {*kind.policies, *kind.identity}
            missing = set(kind.policies) - set(desired.fields)
            assert missing <= {"email", "lang"}, (kind.name, missing)


def test_categories_follow_faculty_kafedra_and_year() -> None:
    found = wanted(CATEGORY, source())
    year = join_key(KAFEDRA, "2026-2027")
    assert list(found) == [ARCHIVE_KEY, FACULTY, KAFEDRA, year]
    assert found[KAFEDRA].fields["parent"] == FACULTY
    assert found[year].fields == {"name": "2026-2027", "parent": KAFEDRA, "idnumber": year, "visible": True}
    assert found[ARCHIVE_KEY].fields["visible"] is False


def test_the_order_of_category_levels_is_a_setting() -> None:
    rules = Rules(category_levels=("academic_year", "faculty", "term"))
    found = wanted(CATEGORY, source(rules=rules))
    assert list(found)[1:] == ["dlt-sync|2026-2027", f"{FACULTY}|2026-2027", f"{FACULTY}|2026-2027/1"]


def test_a_kafedra_under_no_faculty_stands_at_the_top() -> None:
    orgs = by_key(Org(KAFEDRA, "kafedra", names("Hygiene")))
    found = wanted(CATEGORY, source(small_academy(orgs=orgs)))
    assert found[KAFEDRA].fields["parent"] == ""


def test_a_ring_of_orgs_does_not_hang() -> None:
    orgs = by_key(
        Org(KAFEDRA, "kafedra", names("A"), parent="x:org:1"), Org("x:org:1", "division", names("B"), KAFEDRA)
    )
    assert KAFEDRA in wanted(CATEGORY, source(small_academy(orgs=orgs)))


def test_a_renamed_kafedra_keeps_its_category() -> None:
    renamed = small_academy()
    orgs = {**renamed.orgs, KAFEDRA: replace(renamed.orgs[KAFEDRA], names=names("Public health"))}
    found = wanted(CATEGORY, source(replace(renamed, orgs=orgs)))
    assert found[KAFEDRA].fields["name"] == "Public health ru"


def test_namesakes_stay_two_users() -> None:
    found = wanted(USER, source())
    assert found[STUDENT].label == found[NAMESAKE].label == "Ыдырысов Ғалымжан Төлеуұлы"
    assert found[STUDENT].fields["idnumber"] != found[NAMESAKE].fields["idnumber"]


def test_a_single_name_fills_the_last_name() -> None:
    single = Person("plt:student:910004", "student", "RAHULTEST", "", "", "rahultest", "", single_name=True)
    found = wanted(USER, source(small_academy(people=by_key(single))))
    fields = found[single.key].fields
    assert (fields["lastname"], fields["firstname"]) == ("RAHULTEST", "-")
    assert "email" not in fields
    assert "lang" not in fields


def test_a_teacher_of_two_kafedras_is_one_user_under_the_main_one() -> None:
    found = wanted(USER, source())
    assert found[TEACHER].unit == "Hygiene ru"
    assert found[STUDENT].unit == "Medicine ru"


def test_a_person_nobody_knows_the_place_of_has_no_unit() -> None:
    academy = small_academy(members=(), people=by_key(person(STUDENT, "y")))
    assert wanted(USER, source(academy))[STUDENT].unit == ""
    placed = small_academy(people=by_key(person(STUDENT, "y", primary_org=FACULTY)))
    assert wanted(USER, source(placed))[STUDENT].unit == "Faculty ru"


def test_users_are_adopted_by_the_configured_field() -> None:
    assert wanted(USER, source())[STUDENT].match == (("idnumber", STUDENT), ("username", "ydyrysov.g"))
    by_mail = wanted(USER, source(rules=Rules(adopt_by={"user": "email"})))
    assert by_mail[STUDENT].match[1] == ("email", "ydyrysov.g@academy.example")
    only_idnumber = wanted(USER, source(rules=Rules(adopt_by={})))
    assert only_idnumber[STUDENT].match == (("idnumber", STUDENT),)


@pytest.mark.parametrize(("end", "stays"), [(date(2026, 11, 22), False), (TODAY, True), (None, True)])
def test_an_account_ends_with_the_last_employment(end: date | None, stays: bool) -> None:
    academy = small_academy(employments=(Employment(TEACHER, KAFEDRA, True, None, end),))
    assert (TEACHER in wanted(USER, source(academy))) is stays
    assert (join_key(OFFERING, TEACHER) in wanted(ENROLMENT, source(academy))) is stays


def test_cohort_members_are_those_in_force_with_an_account() -> None:
    members = (
        CohortMember(COHORT, STUDENT),
        CohortMember(COHORT, NAMESAKE, end=date(2026, 11, 22)),
        CohortMember(COHORT, "plt:student:1"),
        CohortMember(OTHER_COHORT, NAMESAKE, begin=TODAY, end=TODAY),
    )
    found = wanted(COHORTS, source(small_academy(members=members)))
    assert found[COHORT].fields["members"] == (STUDENT,)
    assert found[OTHER_COHORT].fields["members"] == (NAMESAKE,)
    homeless = wanted(COHORTS, source(small_academy(programmes={})))
    assert homeless[COHORT].unit == ""


def test_a_course_is_named_in_the_language_of_its_offering() -> None:
    fields = wanted(COURSE, source())[OFFERING].fields
    assert fields["fullname"] == "Hygiene course kk (6B10101, 3-курс, 2026-2027/1)"
    assert fields["shortname"] == "GiE 3201 kk 2026-2027/1 6B10101"
    assert fields["lang"] == "kk"
    assert (fields["cf_ects"], fields["cf_study_year"], fields["cf_kafedra"]) == ("4", "3", "Hygiene kk")


def test_a_course_starts_and_ends_with_its_session_at_the_academy() -> None:
    fields = wanted(COURSE, source())[OFFERING].fields
    zone = ZoneInfo("Asia/Almaty")
    assert fields["startdate"] == int(datetime(2026, 9, 1, tzinfo=zone).timestamp())
    assert fields["enddate"] == int(datetime(2027, 1, 17, tzinfo=zone).timestamp()) - 1


def test_an_internship_cycle_has_dates_of_its_own() -> None:
    academy = small_academy()
    cycle = replace(academy.offerings[OFFERING], begin=date(2026, 10, 5), end=date(2026, 10, 30), ects=0)
    fields = wanted(COURSE, source(replace(academy, offerings=by_key(cycle))))[OFFERING].fields
    zone = ZoneInfo("Asia/Almaty")
    assert fields["startdate"] == int(datetime(2026, 10, 5, tzinfo=zone).timestamp())
    assert fields["cf_ects"] == ""


def test_two_offerings_that_would_share_a_short_name_do_not() -> None:
    academy = small_academy()
    twin = replace(academy.offerings[OFFERING], key="plt:offering:18")
    found = wanted(COURSE, source(replace(academy, offerings={**academy.offerings, twin.key: twin})))
    assert found[OFFERING].fields["shortname"] == "GiE 3201 kk 2026-2027/1 6B10101"
    assert found[twin.key].fields["shortname"] == "GiE 3201 kk 2026-2027/1 6B10101 (18)"


def test_the_template_course_of_the_kafedra_wins_over_the_levels() -> None:
    by_level = Rules(course_templates={"level:integrated": "TPL-INT"})
    both = Rules(course_templates={"level:integrated": "TPL-INT", f"kafedra:{KAFEDRA}": "TPL-59"})
    assert wanted(COURSE, source(rules=by_level))[OFFERING].create_only == {"template": "TPL-INT"}
    assert wanted(COURSE, source(rules=both))[OFFERING].create_only == {"template": "TPL-59"}
    assert wanted(COURSE, source())[OFFERING].create_only == {}


def test_a_course_may_stand_in_no_category_and_be_adopted_by_idnumber_only() -> None:
    found = wanted(COURSE, source(rules=Rules(category_levels=(), adopt_by={})))
    assert found[OFFERING].fields["category"] == ""
    assert found[OFFERING].needs == ()
    assert found[OFFERING].match == (("idnumber", OFFERING),)


def test_an_offering_whose_discipline_is_unknown_is_left_alone_not_removed() -> None:
    made_from = source(small_academy(disciplines={}))
    assert wanted(COURSE, made_from) == {}
    assert ("offering", OFFERING) in made_from.unknown
    assert ("offering", OFFERING) in ENROLMENT.subjects(join_key(OFFERING, STUDENT))
    assert ("person", STUDENT) in ENROLMENT.subjects(join_key(OFFERING, STUDENT))


def test_the_year_of_an_offering_comes_from_its_name_when_the_session_has_no_parent() -> None:
    academy = small_academy()
    lone = {k: replace(s, parent=None) for k, s in academy.sessions.items()}
    assert source(replace(academy, sessions=lone)).academic_year(academy.offerings[OFFERING]) == "2026-2027"


def test_a_group_stands_for_each_cohort_in_the_course_even_across_programmes() -> None:
    assert set(wanted(GROUP, source())) == {join_key(OFFERING, COHORT), join_key(OFFERING, OTHER_COHORT)}
    unknown = small_academy(enrolments=HeldEnrolments({OFFERING: (enrolment(1, STUDENT, cohort="plt:group:999"),)}))
    assert wanted(GROUP, source(unknown)) == {}
    assert wanted(ENROLMENT, source(unknown))[join_key(OFFERING, STUDENT)].fields["groups"] == ()


def test_a_group_is_called_by_its_cohort_and_course_as_people_know_them() -> None:
    group = wanted(GROUP, source())[join_key(OFFERING, COHORT)]
    course = wanted(COURSE, source())[OFFERING]
    cohort = wanted(COHORTS, source())[COHORT]
    assert group.label == f"{cohort.label} — {course.label}"


def test_a_group_is_deleted_only_when_it_is_empty() -> None:
    empty = Observed("group", "o|c", 1, {}, {"size": 0})
    assert GROUP.may_delete(empty)
    assert not GROUP.may_delete(replace(empty, facts={"size": 2}))
    assert not USER.may_delete(empty)


def test_a_group_that_the_plan_empties_counts_as_empty() -> None:
    group = Observed("group", "o|c", 1, {}, {"size": 1})
    leaving = Operation("enrolment", "o|p", Action.UPDATE, {"groups": ("o|c",)}, {"groups": ("o|d",)}, "", "", "", None)
    assert GROUP.outlook([leaving])(group).facts["size"] == 0
    assert GROUP.outlook([replace(leaving, kind="user")])(group) is group
    assert GROUP.outlook([leaving])(replace(group, facts={})).facts == {}
    assert USER.outlook([leaving])(group) is group


def test_an_enrolment_carries_role_group_and_dates() -> None:
    fields = wanted(ENROLMENT, source())[join_key(OFFERING, STUDENT)].fields
    assert fields == {
        "course": OFFERING,
        "user": STUDENT,
        "suspended": False,
        "timestart": 0,
        "timeend": 0,
        "roles": ("student",),
        "groups": (join_key(OFFERING, COHORT),),
    }


def test_several_rows_of_one_person_become_one_enrolment() -> None:
    rows = (
        enrolment(1, STUDENT, cohort=COHORT, begin=date(2026, 9, 1), end=date(2026, 10, 1)),
        enrolment(2, STUDENT, role="tutor", begin=date(2026, 9, 15), end=date(2026, 12, 1)),
    )
    fields = wanted(ENROLMENT, source(small_academy(enrolments=HeldEnrolments({OFFERING: rows}))))[
        join_key(OFFERING, STUDENT)
    ].fields
    made_from = source()
    assert fields["roles"] == ("student", "teacher")
    assert fields["timestart"] == made_from.start_of(date(2026, 9, 1))
    assert fields["timeend"] == made_from.end_of(date(2026, 12, 1))


def test_a_suspended_row_beside_an_active_one_gives_no_role() -> None:
    rows = (enrolment(1, STUDENT), enrolment(2, STUDENT, role="tutor", state="suspended"))
    fields = wanted(ENROLMENT, source(small_academy(enrolments=HeldEnrolments({OFFERING: rows}))))[
        join_key(OFFERING, STUDENT)
    ].fields
    assert (fields["roles"], fields["suspended"]) == (("student",), False)


@pytest.mark.parametrize(
    ("leave_from", "leave_to", "away"),
    [
        (date(2026, 11, 1), None, True),
        (date(2026, 11, 1), TODAY, True),
        (date(2026, 11, 1), date(2026, 11, 22), False),
        (date(2026, 11, 24), None, False),
        (None, None, False),
    ],
)
def test_academic_leave_suspends_and_keeps_role_and_group(
    leave_from: date | None, leave_to: date | None, away: bool
) -> None:
    members = (CohortMember(COHORT, STUDENT, leave_from=leave_from, leave_to=leave_to),)
    desired = wanted(ENROLMENT, source(small_academy(members=members)))[join_key(OFFERING, STUDENT)]
    assert desired.fields["suspended"] is away
    assert desired.fields["roles"] == ("student",)
    assert desired.fields["groups"] == (join_key(OFFERING, COHORT),)
    assert ("academic leave" in desired.reason) is away


def test_leave_of_a_student_who_also_teaches_does_not_stop_the_teaching() -> None:
    members = (CohortMember(COHORT, STUDENT, leave_from=date(2026, 11, 1)),)
    rows = (enrolment(1, STUDENT), enrolment(2, STUDENT, role="tutor"))
    academy = small_academy(members=members, enrolments=HeldEnrolments({OFFERING: rows}))
    fields = wanted(ENROLMENT, source(academy))[join_key(OFFERING, STUDENT)].fields
    assert (fields["roles"], fields["suspended"]) == (("teacher",), False)


def test_somebody_who_left_the_records_is_not_enrolled() -> None:
    academy = small_academy(people={TEACHER: small_academy().people[TEACHER]})
    assert set(wanted(ENROLMENT, source(academy))) == {join_key(OFFERING, TEACHER)}


def test_policies_can_be_changed_by_the_department() -> None:
    rules = Rules(policies={"user.email": Policy.ENFORCE, "course.fullname": Policy.INITIAL})
    assert "email" in USER.enforced(rules)
    assert "email" not in USER.enforced(Rules())
    assert "fullname" not in COURSE.enforced(rules)


def test_every_kind_knows_its_course_and_its_subjects() -> None:
    assert COURSE.course_key(OFFERING) == ""
    assert GROUP.course_key("o|c") == ENROLMENT.course_key("o|p") == "o"
    assert list(CATEGORY.subjects(f"{KAFEDRA}|2026-2027")) == [("org", KAFEDRA)]
    assert ("person", STUDENT) in USER.subjects(STUDENT)
    assert ("study_cohort", "c") in GROUP.subjects("o|c")


def test_a_name_falls_back_to_the_languages_that_are_there() -> None:
    assert Names(kk="Гигиена").in_language("en") == "Гигиена"
    assert Names(en="Hygiene").in_language("kk") == "Hygiene"
    assert Names(kk="К", ru="Р", en="E").in_language("de") == "Р"


def test_a_course_of_an_unknown_kafedra_is_not_whole() -> None:
    academy = small_academy(orgs={})
    assert Source(academy, Rules(), TODAY).offerings == {}
    assert Source(academy, Rules(), TODAY).unit(None) == ""


def test_no_date_is_no_time() -> None:
    assert source().start_of(None) == source().end_of(None) == 0


def test_an_offering_of_another_year_has_its_own_category() -> None:
    academy = small_academy()
    older: Offering = replace(academy.offerings[OFFERING], key="plt:offering:9", session="plt:year:2026")
    found = wanted(CATEGORY, source(replace(academy, offerings={**academy.offerings, older.key: older})))
    assert len(found) == 4  # the same faculty, kafedra and year serve both


def test_a_membership_or_employment_set_aside_is_known_by_whom_it_is_about() -> None:
    unknown = frozenset({("cohort_member", COHORT), ("employment", TEACHER), ("org", "x")})
    found = source(small_academy(unknown=unknown)).unknown
    assert set(COHORTS.subjects(COHORT)) & found
    assert set(USER.subjects(TEACHER)) & found
    assert set(ENROLMENT.subjects(join_key(OFFERING, TEACHER))) & found
    assert not set(USER.subjects(STUDENT)) & found


def test_a_kind_that_is_not_decided_by_course_has_no_stamps() -> None:
    assert USER.stamps(source()) == {}
    assert [one.key for one in USER.desired_in(source(), [""])] == list(wanted(USER, source()))
    assert USER.changed_keys(source(), {"": 1}) == {}
    assert list(USER.desired_of(source(), {"": {TEACHER}})) == []


def test_of_held_rows_nobody_can_tell_what_changed_so_their_courses_have_no_basis() -> None:
    held = source().academy.enrolments
    assert held.changed({OFFERING: 0}) == {}
    assert {stamps.basis for stamps in ENROLMENT.stamps(source()).values()} == {""}


def test_enrolments_of_some_people_are_those_that_all_hold_of_them() -> None:
    keys = {OFFERING: {join_key(OFFERING, TEACHER)}, "plt:offering:9": {join_key("plt:offering:9", TEACHER)}}
    everything = wanted(ENROLMENT, source())
    assert list(ENROLMENT.desired_of(source(), keys)) == [everything[join_key(OFFERING, TEACHER)]]
    assert list(ENROLMENT.desired_of(source(), {OFFERING: {join_key(OFFERING, "plt:student:1")}})) == []
