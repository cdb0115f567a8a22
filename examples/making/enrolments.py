"""Who is in which offering: exactly 2,000 rows."""

from __future__ import annotations

from collections.abc import Iterator

from making.people import KAFEDRA_OF
from making.studies import STREAMS, Stream, cohort_ids
from making.tables import Row, Tables, row

WANTED = 2000
_OFFERINGS_OF_TUTOR_3 = ("plt:offering:19", "plt:offering:20")  # English-language medicine, year 2


def make_enrolments(tables: Tables) -> list[Row]:
    """Students of every offering, its lecturer, and second teachers until there are `WANTED` rows."""
    rows = [*_students(tables), *_lecturers(tables["offering"])]
    second = _second_teachers(tables["offering"], rows)
    rows += [next(second) for _ in range(WANTED - len(rows))]
    rows.sort(key=lambda r: int(r["offering_id"].rpartition(":")[2]))
    return [r | {"sourced_id": f"plt:enrolment:{place}"} for place, r in enumerate(rows, start=1)]


def _students(tables: Tables) -> Iterator[Row]:
    for stream in STREAMS:
        members = [m for m in tables["cohort_member"] if m["cohort_id"] in cohort_ids(stream)]
        common, choice = offerings_of(stream, tables["offering"])
        for place, member in enumerate(members):
            chosen = [choice[place % 2]] if choice else []
            for offering in (*common, *chosen):
                yield enrol_student(offering, member)


def offerings_of(stream: Stream, offerings: list[Row]) -> tuple[list[Row], list[Row]]:
    """The stream's offerings for everybody, and those of which each student takes one."""
    theirs = [
        o
        for o in offerings
        if (o["programme_id"], o["study_year"], o["language"])
        == (stream.programme, str(stream.study_year), stream.language)
    ]
    everybody = len(stream.disciplines)
    return theirs[:everybody], theirs[everybody:]


def enrol_student(offering: Row, member: Row) -> Row:
    """A student's enrolment, still without its sourced id."""
    return row(
        "enrolment", offering_id=offering["sourced_id"], person_id=member["person_id"], role="student",
        cohort_id=member["cohort_id"], state="active", order_no=member["order_no"],
    )  # fmt: skip


def enrol_teacher(offering: str, person: str, role: str) -> Row:
    """A teacher's or tutor's enrolment, still without its sourced id."""
    return row("enrolment", offering_id=offering, person_id=person, role=role, state="active")


def _lecturers(offerings: list[Row]) -> Iterator[Row]:
    turns = dict.fromkeys(KAFEDRA_OF.values(), 0)
    for offering in offerings:
        key, kafedra = offering["sourced_id"], offering["kafedra_id"]
        if key in _OFFERINGS_OF_TUTOR_3:
            yield enrol_teacher(key, "plt:tutor:820003", "teacher") | {"end": "2027-06-30"}
            continue
        staff = staff_of(kafedra)
        yield enrol_teacher(key, staff[turns[kafedra] % len(staff)], "teacher")
        turns[kafedra] += 1


def staff_of(kafedra: str) -> list[str]:
    """The kafedra's own teachers in the order of their numbers, without the contractor."""
    return [f"plt:tutor:{820000 + n}" for n, k in sorted(KAFEDRA_OF.items()) if k == kafedra and n != 3]


def _second_teachers(offerings: list[Row], rows: list[Row]) -> Iterator[Row]:
    """Those who teach beside the lecturer, first the teacher of two kafedras in the second one."""
    lecturer = {r["offering_id"]: r["person_id"] for r in rows if r["role"] == "teacher"}
    for place, offering in enumerate(offerings):
        staff = staff_of(offering["kafedra_id"])
        if offering["kafedra_id"].endswith(":59"):
            staff = ["plt:tutor:820001"]
        others = [person for person in staff if person != lecturer[offering["sourced_id"]]]
        role = "tutor" if place % 4 == 3 else "teacher"
        yield enrol_teacher(offering["sourced_id"], others[place % len(others)], role)
