"""The same academy a week later, and a ledger of every row that is different.

The first week's files are of 2026-11-16, the second's of 2026-11-23: nothing here is dated later than that,
except the ends of leaves. Changes stay below the guard's default limits.
"""

from __future__ import annotations

import copy

from making.enrolments import enrol_student, enrol_teacher, offerings_of
from making.people import Register, home_of, make_employment, make_member
from making.studies import HYGIENE, STREAMS, cohort_ids
from making.tables import Tables, find, row
from making.videos_week_two import change_videos, spoil_video_rows
from making.week import Entry, Week

LAST_DAY, NEXT_DAY = "2026-11-20", "2026-11-21"
ON_LEAVE_SINCE_AUTUMN = "plt:student:910142"


def make_week_two(first: Tables, register: Register) -> tuple[Tables, list[Entry]]:
    """The second week's tables and the ledger; `first` is left as it is."""
    week = Week(copy.deepcopy(first), first)
    _rename_kafedra(week)
    _change_people(week)
    _move_groups(week)
    _leaves(week)
    _expel(week)
    _new_learners(week, register)
    _new_teacher(week, register)
    _teacher_leaves(week)
    change_videos(week)
    _bad_rows(week)
    spoil_video_rows(week)
    return week.tables, week.ledger()


def _rename_kafedra(week: Week) -> None:
    week.change(
        "org", HYGIENE, "the kafedra is renamed and stays the same kafedra",
        name_kk="Гигиена, эпидемиология және қоғамдық денсаулық",
        name_ru="Гигиена, эпидемиология и общественное здоровье",
        name_en="Hygiene, Epidemiology and Public Health",
    )  # fmt: skip
    week.change("offering", "plt:offering:29", "its lectures go online", delivery_mode="online")


def _change_people(week: Week) -> None:
    week.change("person", "plt:student:910001", "took a new family name", family_name="Мысалова")
    week.change("person", "plt:student:910010", "has a new address", email="s910010.new@academy.example")


def _move_groups(week: Week) -> None:
    first, second = cohort_ids(STREAMS[4])
    for student, group, number in (
        ("plt:student:910002", second, 301),  # now in one group with his namesake
        ("plt:student:910147", first, 302),
        ("plt:student:910148", first, 303),
    ):
        story = "moves to the other group of the same stream"
        (old,) = week.of_person("cohort_member", student)
        week.change("cohort_member", old["sourced_id"], story, end=LAST_DAY)
        member = make_member(number, group, student, begin=NEXT_DAY) | {"order_no": "301-с"}
        week.add("cohort_member", member, story)
        for enrolment in week.of_person("enrolment", student):
            week.change("enrolment", enrolment["sourced_id"], story, cohort_id=group, order_no="301-с")


def _leaves(week: Week) -> None:
    for student in ("plt:student:910140", "plt:student:910154"):
        (member,) = week.of_person("cohort_member", student)
        story = "goes on academic leave"
        week.change(
            "cohort_member", member["sourced_id"], story, leave_from="2026-11-18", leave_to="2027-08-31",
            order_no="302-с",
        )  # fmt: skip
    (member,) = week.of_person("cohort_member", ON_LEAVE_SINCE_AUTUMN)
    week.change("cohort_member", member["sourced_id"], "returns from leave early", leave_to=LAST_DAY)
    for enrolment in week.of_person("enrolment", "plt:student:910150"):
        story = "access is suspended by order"
        week.change("enrolment", enrolment["sourced_id"], story, state="suspended", order_no="303-с")


def _expel(week: Week) -> None:
    student, story = "plt:student:910151", "expelled: the rows say so"
    week.change("person", student, story, status="tobedeleted")
    for entity in ("cohort_member", "enrolment"):
        for about in week.of_person(entity, student):
            week.change(entity, about["sourced_id"], story, status="tobedeleted", order_no="304-с")
    student, story = _in_group(week, cohort_ids(STREAMS[6])[0], 4), "expelled: the rows are simply missing"
    week.drop("person", student, story)
    for entity in ("cohort_member", "enrolment"):
        for about in week.of_person(entity, student):
            week.drop(entity, about["sourced_id"], story)


def _in_group(week: Week, group: str, place: int) -> str:
    return [m["person_id"] for m in week.tables["cohort_member"] if m["cohort_id"] == group][place]


def _new_learners(week: Week, register: Register) -> None:
    med_3, pharmacy_2 = STREAMS[4], STREAMS[6]
    newcomers = ((301, med_3, 0), (302, med_3, 1), (303, pharmacy_2, 0))
    for place, (number, stream, group) in enumerate(newcomers):
        story = "comes from another academy"
        name = register.new_name(stream.language)
        person = register.learner(number, name, stream.language, home_of(stream))
        member = make_member(304 + place, cohort_ids(stream)[group], person["sourced_id"], begin="2026-11-19")
        week.add("person", person, story)
        week.add("cohort_member", member, story)
        common, choice = offerings_of(stream, week.tables["offering"])
        for offering in (*common, choice[0]):
            week.add("enrolment", enrol_student(offering, member), story)


def _new_teacher(week: Week, register: Register) -> None:
    story = "a new teacher"
    person = register.teacher(31, register.new_name("kk"), "kk", HYGIENE)
    employment = make_employment(32, person["sourced_id"], HYGIENE, "lecturer") | {"begin": "2026-11-18"}
    week.add("person", person, story)
    week.add("employment", employment, story)
    offering = "plt:offering:25"
    before = next(r for r in week.tables["enrolment"] if r["offering_id"] == offering and r["role"] == "teacher")
    story = "the lecturer changes"
    week.change("enrolment", before["sourced_id"], story, status="tobedeleted")
    week.add("enrolment", enrol_teacher(offering, person["sourced_id"], "teacher"), story)


def _teacher_leaves(week: Week) -> None:
    """Access ends with the employment; the offerings pass to a colleague at once."""
    leaver, heir = "plt:tutor:820002", "plt:tutor:820005"
    story = "left the academy; a colleague takes over"
    for employment in week.of_person("employment", leaver):
        week.change("employment", employment["sourced_id"], story, end=LAST_DAY, order_no="131-ж")
    taught_by_heir = {r["offering_id"] for r in week.of_person("enrolment", heir)}
    for enrolment in week.of_person("enrolment", leaver):
        week.change("enrolment", enrolment["sourced_id"], story, end=LAST_DAY)
        if enrolment["offering_id"] not in taught_by_heir:
            week.add("enrolment", enrol_teacher(enrolment["offering_id"], heir, enrolment["role"]), story)


def _bad_rows(week: Week) -> None:
    week.change("person", "plt:student:910200", "wrong IIN check digit", "bad", iin="990101500007")
    week.change("person", "plt:student:910220", "e-mail without @", "bad", email="s910220.academy.example")
    week.change("employment", "plt:employment:12", "ends before it begins", "bad", begin="2026-09-01", end="2026-08-31")
    week.change("enrolment", "plt:enrolment:2", "no such group", "bad", cohort_id="plt:group:9999")
    taken = find(week.tables["enrolment"], "plt:enrolment:200") | {"person_id": "plt:student:910300"}
    week.add("enrolment", taken, "sourced_id already used in this file", "bad")
    twin = row(
        "programme", sourced_id="plt:specialization:4", code="6В10101", name_kk="Жалпы медицина",
        name_ru="Общая медицина", name_en="General Medicine", level="integrated", group_code="B086",
        faculty_id="plt:faculty:1", distance_form_allowed="0", valid_from="2021-09-01",
    )  # fmt: skip
    week.add("programme", twin, "code of plt:specialization:1 typed with a Cyrillic В", "bad")
