"""The example academy is what its README says, holds together, and names nobody who exists."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

EXAMPLES = Path(__file__).parents[2] / "examples"
WEEKS = ("academy", "academy-week-2")
ENTITIES = {
    "org": 7, "person": 330, "employment": 31, "programme": 3, "discipline": 30, "academic_session": 3,
    "study_cohort": 20, "cohort_member": 300, "offering": 60, "enrolment": 2000,
}  # fmt: skip
#: column -> entity it points to, wherever it stands
REFERENCES = {
    "head_id": "person", "dlt_contact_id": "person", "primary_org_id": "org", "person_id": "person",
    "org_id": "org", "faculty_id": "org", "kafedra_id": "org", "programme_id": "programme",
    "adviser_id": "person", "cohort_id": "study_cohort", "discipline_id": "discipline",
    "session_id": "academic_session", "offering_id": "offering",
}  # fmt: skip
LOOKALIKES = str.maketrans("АВЕКМНОРСТХУ", "ABEKMHOPCTXY")

Row = dict[str, str]
Tables = dict[str, list[Row]]
Place = tuple[str, int, str]


def _load(folder: str) -> Tables:
    return {entity: _read(EXAMPLES / folder / f"{entity}.csv", "utf-8", ",") for entity in ENTITIES}


def _read(path: Path, encoding: str, delimiter: str) -> list[Row]:
    return list(csv.DictReader(path.read_text(encoding=encoding).splitlines(), delimiter=delimiter))


@pytest.fixture(scope="module")
def academy() -> Tables:
    return _load("academy")


@pytest.fixture(scope="module")
def week_two() -> Tables:
    return _load("academy-week-2")


def _generate(folder: Path) -> Path:
    subprocess.run([sys.executable, EXAMPLES / "make_academy.py", folder], check=True)
    return folder


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _generate(tmp_path_factory.mktemp("once"))


def _files(folder: Path) -> dict[str, bytes]:
    wanted = [*WEEKS, "registrar-export"]
    paths = [folder / "README.md", *(p for name in wanted for p in (folder / name).rglob("*") if p.is_file())]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_generator_writes_the_committed_files_to_the_byte(generated: Path) -> None:
    made, committed = _files(generated), _files(EXAMPLES)
    assert made.keys() == committed.keys()
    # What openpyxl writes around the cells may differ between its versions; the cells are compared below.
    different = [n for n in made if not n.endswith(".xlsx") and made[n] != committed[n]]
    assert different == []


def test_generator_writes_the_same_workbook_twice(generated: Path, tmp_path: Path) -> None:
    again = _generate(tmp_path)
    workbook = "registrar-export/excel/records.xlsx"
    assert (again / workbook).read_bytes() == (generated / workbook).read_bytes()
    assert _cells(generated / workbook) == _cells(EXAMPLES / workbook)


def _cells(path: Path) -> dict[str, list[tuple[object, ...]]]:
    return {sheet.title: list(sheet.values) for sheet in load_workbook(path).worksheets}


def test_academy_has_the_promised_size(academy: Tables) -> None:
    assert {entity: len(rows) for entity, rows in academy.items()} == ENTITIES
    assert Counter(o["type"] for o in academy["org"]) == {"academy": 1, "faculty": 2, "kafedra": 4}
    assert Counter(p["type"] for p in academy["person"]) == {"student": 300, "teacher": 29, "contractor": 1}
    assert {o["language"] for o in academy["offering"]} == {"kk", "ru", "en"}
    assert {o["session_id"] for o in academy["offering"]} == {"plt:term:2026-1", "plt:term:2026-2"}


@pytest.mark.parametrize("folder", WEEKS)
def test_every_reference_points_to_a_row_unless_the_readme_calls_the_row_bad(folder: str) -> None:
    tables = _load(folder)
    known = {entity: {r["sourced_id"] for r in rows} for entity, rows in tables.items()}
    dangling = {
        (entity, number, r["sourced_id"])
        for entity, rows in tables.items()
        for number, r in enumerate(rows, start=2)
        for column, target in [*REFERENCES.items(), ("parent_id", entity)]
        if r.get(column) and r[column] not in known[target]
    }
    expected = {("enrolment", 3, "plt:enrolment:2")} if folder == "academy-week-2" else set()
    assert dangling == expected
    assert expected <= _readme()["Bad rows"]


def test_every_key_stands_once_in_the_first_week(academy: Tables) -> None:
    for rows in academy.values():
        keys = [r["sourced_id"] for r in rows]
        assert len(keys) == len(set(keys))
    pairs = [(e["offering_id"], e["person_id"]) for e in academy["enrolment"]]
    assert len(pairs) == len(set(pairs))


def test_every_offering_is_taught_and_attended(academy: Tables) -> None:
    offerings = {o["sourced_id"] for o in academy["offering"]}
    for role in ("teacher", "student"):
        assert {e["offering_id"] for e in academy["enrolment"] if e["role"] == role} == offerings


def test_students_are_enrolled_in_the_group_they_belong_to(academy: Tables, week_two: Tables) -> None:
    for tables in (academy, week_two):
        groups = {m["person_id"]: m["cohort_id"] for m in tables["cohort_member"] if not m["end"]}
        wrong = [
            e["sourced_id"]
            for e in tables["enrolment"]
            if e["role"] == "student" and e["cohort_id"] != groups[e["person_id"]]
        ]
        assert wrong == ([] if tables is academy else ["plt:enrolment:2", "plt:enrolment:200"])


def _iin_is_valid(iin: str) -> bool:
    digits = [int(d) for d in iin]
    for weights in ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)):
        remainder = sum(d * w for d, w in zip(digits[:11], weights, strict=True)) % 11
        if remainder < 10:
            return remainder == digits[11]
    return False


@pytest.mark.parametrize(("iin", "valid"), [("990214600007", True), ("990101500708", True), ("990101500007", False)])
def test_check_digit_is_judged_as_the_published_vectors_say(iin: str, valid: bool) -> None:
    assert _iin_is_valid(iin) is valid


def test_iins_are_fake_valid_and_different(academy: Tables, week_two: Tables) -> None:
    iins = [p["iin"] for p in academy["person"] if p["iin"]]
    assert len(iins) == len(set(iins)) == 330 - 20 - 1  # learners from abroad and the contractor have none
    assert all(_iin_is_valid(iin) for iin in iins)
    everywhere = iins + [p["iin"] for p in week_two["person"] if p["iin"]]
    # Birth years 2090 to 2099: the year begins with 9 and the seventh digit says 21st century.
    assert all(re.fullmatch(r"9\d{5}[56]\d{5}", iin) for iin in everywhere)
    usernames = {p["username"] for p in academy["person"]}
    assert len(usernames) == 330
    assert usernames.isdisjoint(iins)


def test_no_file_names_a_real_domain() -> None:
    texts = [p.read_bytes().decode("cp1251" if "1251" in str(p) else "utf-8") for p in EXAMPLES.rglob("*.csv")]
    domains = {domain for text in texts for domain in re.findall(r"@([\w.-]+)", text)}
    assert domains == {"academy.example"}
    assert not any("http" in text or "www." in text for text in texts)


def test_traps_are_there(academy: Tables) -> None:
    people = {p["sourced_id"]: p for p in academy["person"]}
    full_names = Counter((p["family_name"], p["given_name"], p["patronymic"]) for p in people.values())
    assert [name for name, count in full_names.items() if count > 1] == [("Ыдырысов", "Ғалымжан", "Төлеуұлы")]
    assert (people["plt:student:910004"]["given_name"], people["plt:student:910004"]["iin"]) == ("", "")
    work = [e for e in academy["employment"] if e["person_id"] == "plt:tutor:820001"]
    assert [(e["rate"], e["is_main"]) for e in work] == [("0.75", "1"), ("0.25", "0")]
    twins = [d for d in academy["discipline"] if d["code"] == "GP 3221"]
    assert len({d["kafedra_id"] for d in twins}) == 2
    codes = [d["code"] for d in academy["discipline"]]
    assert [code for code in codes if code != code.translate(LOOKALIKES)] == ["ВН 2204"]
    assert {int(o["term_no"]) for o in academy["offering"]} == {1, 2, 5, 6}
    assert len([o for o in academy["offering"] if o["begin"]]) == 6
    letters = set("".join("".join(name) for name in full_names).upper())
    assert set("ӘҒҚҢӨҰҮҺІ") <= letters


def test_electives_cut_across_groups(academy: Tables) -> None:
    for offering in ("31", "32", "46", "47", "53", "54"):
        enrolled = [e for e in academy["enrolment"] if e["offering_id"] == f"plt:offering:{offering}"]
        assert len({e["cohort_id"] for e in enrolled if e["role"] == "student"}) > 1


def _readme() -> dict[str, set[Place]]:
    sections = re.split(r"^### ", (EXAMPLES / "README.md").read_text(encoding="utf-8"), flags=re.M)[1:]
    found = {}
    for section in sections:
        rows = re.findall(r"^\| `(\w+)\.csv` \| (\d+) \| `([^`]+)` \|", section, flags=re.M)
        found[section.partition("\n")[0]] = {(entity, int(number), key) for entity, number, key in rows}
    return found


def _numbered(tables: Tables) -> dict[Place, Row]:
    return {
        (entity, number, r["sourced_id"]): r
        for entity, rows in tables.items()
        for number, r in enumerate(rows, start=2)
    }


def test_week_two_differs_just_as_the_readme_lists(academy: Tables, week_two: Tables) -> None:
    listed = _readme()
    first, second = _numbered(academy), _numbered(week_two)
    old = {(entity, key): r for (entity, _, key), r in first.items()}
    left = {(entity, key) for entity, _, key in second}
    different = {place for place, r in second.items() if old.get((place[0], place[2])) != r}
    assert different == listed["Changed rows"] | listed["New rows"] | listed["Bad rows"]
    added = {place for place in different if (place[0], place[2]) not in old}
    assert added - listed["Bad rows"] == listed["New rows"]
    assert {p for p in first if (p[0], p[2]) not in left} == listed["Rows that are gone"]


def test_bad_rows_break_the_rule_they_are_meant_to_break(week_two: Tables) -> None:
    numbered = _numbered(week_two)
    bad = {(entity, key): numbered[entity, number, key] for entity, number, key in _readme()["Bad rows"]}
    assert not _iin_is_valid(bad.pop(("person", "plt:student:910200"))["iin"])
    assert "@" not in bad.pop(("person", "plt:student:910220"))["email"]
    employment = bad.pop(("employment", "plt:employment:12"))
    assert employment["begin"] > employment["end"]
    twin = bad.pop(("programme", "plt:specialization:4"))["code"]
    assert twin.translate(LOOKALIKES) == week_two["programme"][0]["code"] != twin
    assert bad.pop(("enrolment", "plt:enrolment:2"))["cohort_id"] not in {
        c["sourced_id"] for c in week_two["study_cohort"]
    }
    again = bad.pop(("enrolment", "plt:enrolment:200"))
    assert [e["sourced_id"] for e in week_two["enrolment"]].count(again["sourced_id"]) == 2
    assert bad == {}


def test_week_two_stays_below_the_default_limits(academy: Tables, week_two: Tables) -> None:
    for entity, rows in academy.items():
        left = {r["sourced_id"] for r in week_two[entity] if r["status"] == "active"}
        gone = [r for r in rows if r["sourced_id"] not in left]
        assert len(gone) <= 0.05 * len(rows), entity
        assert len(week_two[entity]) > 0.9 * len(rows), entity
    touched = {m["cohort_id"] for m in _altered(academy, week_two, "cohort_member")}
    assert len(touched) <= 0.2 * len(academy["study_cohort"])
    renamed = [o for o in academy["offering"] if o["kafedra_id"] == "plt:cafedra:59"]
    assert 0 < len(renamed) <= 0.2 * len(academy["offering"])
    assert {o["kafedra_id"] for o in _altered(academy, week_two, "offering")} == {"plt:cafedra:59"}


def _altered(academy: Tables, week_two: Tables, entity: str) -> list[Row]:
    """Rows that are different, new or gone in the second week."""
    first = {tuple(r.items()) for r in academy[entity]}
    second = {tuple(r.items()) for r in week_two[entity]}
    return [dict(r) for r in first ^ second]


def test_no_course_loses_three_people_and_30_percent(academy: Tables, week_two: Tables) -> None:
    away = {m["person_id"] for m in week_two["cohort_member"] if m["leave_from"]}
    left = {
        e["sourced_id"]
        for e in week_two["enrolment"]
        if e["status"] == e["state"] == "active" and not e["end"] and e["person_id"] not in away
    }
    lost = Counter(e["offering_id"] for e in academy["enrolment"] if e["sourced_id"] not in left)
    size = Counter(e["offering_id"] for e in academy["enrolment"])
    assert lost
    assert [o for o, count in lost.items() if count >= 3 and count >= 0.3 * size[o]] == []


def test_registrar_export_says_the_same_in_both_formats() -> None:
    folder = EXAMPLES / "registrar-export"
    sheets = _cells(folder / "excel" / "records.xlsx")
    assert sorted(sheets) == ["cohort_member", "person", "study_cohort"]
    for entity, cells in sheets.items():
        text = (folder / "windows-1251" / f"{entity}.csv").read_bytes().decode("cp1251")
        rows = list(csv.reader(text.splitlines(), delimiter=";"))
        assert [[_as_printed(cell) for cell in line] for line in cells] == rows


def _as_printed(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.strftime("%d.%m.%Y")
    return "" if cell is None else str(cell)


def test_registrar_export_is_part_of_the_academy(academy: Tables) -> None:
    path = EXAMPLES / "registrar-export" / "windows-1251" / "person.csv"
    rows = _read(path, "cp1251", ";")
    known = {p["sourced_id"]: p for p in academy["person"]}
    assert len(rows) == 15
    for r in rows:
        person = known[r["Код"]]
        assert (r["Фамилия"], r["Имя"], r["ИИН"]) == (person["family_name"], person["given_name"], person["iin"])
