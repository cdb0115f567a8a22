"""Files as registrars really export them, and files that are not what they say."""

from __future__ import annotations

import os
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from dlt_sync.db import Database
from dlt_sync.errors import RecordsError
from dlt_sync.records.importing import ImportOptions, check_records
from dlt_sync.records.tables import CohortMember, Offering, Person
from tests.unit.records.files import KEY, NOW, Exports, load, rules


def refusals(sqlite: Database, exports: Exports, **options: Any) -> tuple[str, ...]:
    with pytest.raises(RecordsError) as caught:
        load(sqlite, exports, **options)
    with sqlite.session() as session:
        assert session.query(Person).count() == 0
    return caught.value.problems


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters_make_no_difference(
    sqlite: Database, exports: Exports, encoding: str, delimiter: str
) -> None:
    text = exports.path("person").read_text("utf-8").replace(",", delimiter)
    exports.write("person", text, encoding)
    assert load(sqlite, exports).verdict == "ok"
    with sqlite.session() as session:
        person = session.get_one(Person, "plt:student:910001")
        assert (person.family_name, person.given_name) == ("Сағынбекқызы", "Әйгерім")


def test_windows_1251_with_semicolons_and_dotted_dates_is_read(sqlite: Database, exports: Exports) -> None:
    # DOMAIN d.6 trap 24
    text = (
        "Код;Код группы;Код обучающегося;Дата начала;Дата окончания;Номер приказа\r\n"
        "plt:member:1;plt:group:501;plt:student:910001;01.09.2026;;212-с\r\n"
    )
    exports.write("cohort_member", text, "cp1251")
    assert load(sqlite, exports).verdict == "ok"
    with sqlite.session() as session:
        member = session.get_one(CohortMember, "plt:member:1")
        assert (member.begin, member.order_no) == (date(2026, 9, 1), "212-с")


def test_kazakh_headers_and_those_of_the_settings_are_known(sqlite: Database, exports: Exports) -> None:
    text = exports.path("study_cohort").read_text("utf-8")
    header = "Коды,Топ,Программа №,Курсы,Оқыту тілі,Эдвайзер коды,Оқу жылы,Күйі"
    exports.write("study_cohort", "\n".join([header, *text.splitlines()[1:], ""]))
    options: dict[str, Any] = {"columns": {"study_cohort": {"программа №": "programme_id"}}}
    assert load(sqlite, exports, **options).verdict == "ok"


def test_a_column_that_is_missing_is_named_with_the_headers_found(sqlite: Database, exports: Exports) -> None:
    exports.replace("study_cohort", "academic_year", "Год набора")
    (problem,) = refusals(sqlite, exports)
    assert problem.startswith("study_cohort.csv: missing: academic_year (headers found: ")
    assert "Год набора" in problem
    assert "section [columns.study_cohort]" in problem


def test_two_headers_of_one_column_are_refused(sqlite: Database, exports: Exports) -> None:
    exports.replace("org", "name_kk", "Название (рус)")
    (problem,) = refusals(sqlite, exports)
    assert "two headers mean the same column: name_ru" in problem


def test_row_numbers_are_those_a_spreadsheet_shows(sqlite: Database, exports: Exports) -> None:
    exports.replace("person", "plt:student:910001,student", '\n"plt:student:910001",student')
    exports.replace("person", "s910005@academy.example", "nonsense")
    exports.replace("person", "Мысалұлы", '"Мысал\nұлы"')
    found = rules(load(sqlite, exports))
    assert found[0] == ("person", 7, "email", "email")
    assert {rule for _, _, _, rule in found[1:]} == {"depends"}  # what hangs on that person


def test_a_workbook_gives_numbers_dates_and_zeros_as_people_see_them(sqlite: Database, exports: Exports) -> None:
    rows = exports.cells("person")
    rows[1][0], rows[1][6], rows[1][5] = "plt:tutor:820001", 820001.0, 960512500005
    exports.as_workbook("person", rows)
    members = exports.cells("cohort_member")
    members[1][3] = datetime(2026, 9, 1)  # noqa: DTZ001
    members[2][3] = 46266  # a date whose cell lost its format
    exports.as_workbook("cohort_member", members)
    offerings = exports.cells("offering")
    offerings[1][5] = 3.0
    exports.as_workbook("offering", offerings)
    assert load(sqlite, exports).verdict == "ok"
    with sqlite.session() as session:
        person = session.get_one(Person, "plt:tutor:820001")
        assert (person.username, person.iin_last4) == ("820001", "0005")
        begins = [session.get_one(CohortMember, f"plt:member:{number}").begin for number in (1, 2)]
        assert begins == [date(2026, 9, 1), date(2026, 9, 1)]
        assert session.get_one(Offering, "plt:offering:17").study_year == 3


def test_a_number_format_of_zeros_keeps_leading_zeros(sqlite: Database, exports: Exports) -> None:
    rows = exports.cells("person")
    rows[2][6] = 910001
    exports.as_workbook("person", rows, {"G3": "00000000"})
    assert load(sqlite, exports).verdict == "ok"
    with sqlite.session() as session:
        assert session.get_one(Person, "plt:student:910001").username == "00910001"


def test_a_formula_in_a_workbook_sets_its_row_aside(sqlite: Database, exports: Exports) -> None:
    rows = exports.cells("person")
    rows[2][2] = "=A1&B1"
    exports.as_workbook("person", rows)
    assert ("person", 3, "family_name", "formula") in rules(load(sqlite, exports))


def test_one_workbook_may_hold_all_entities(sqlite: Database, exports: Exports, tmp_path: Path) -> None:
    from openpyxl import Workbook

    from tests.unit.records.files import ACADEMY

    workbook = Workbook()
    for entity in ACADEMY:
        sheet = workbook.create_sheet(entity)
        for row in exports.cells(entity):
            sheet.append(row)
        exports.path(entity).unlink()
    workbook.save(exports.folder / "records.xlsx")
    result = load(sqlite, exports)
    assert (result.verdict, len(result.files)) == ("ok", 10)
    assert {file.name for file in result.files} >= {"records.xlsx#org", "records.xlsx#enrolment"}
    whole = check_records(sqlite, exports.folder / "records.xlsx", options=ImportOptions(iin_key=KEY), now=NOW)
    assert whole.counts["person"]["unchanged"] == 5


def test_a_sheet_may_be_named_in_the_settings(sqlite: Database, exports: Exports) -> None:
    exports.as_workbook("person", exports.cells("person"))
    (exports.folder / "person.xlsx").rename(exports.folder / "Люди.xlsx")
    assert load(sqlite, exports, files={"person": "Люди.xlsx#Sheet"}).verdict == "ok"


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(sqlite: Database, exports: Exports) -> None:
    exports.as_workbook("person", exports.cells("person"))
    (problem,) = refusals(sqlite, exports, files={"person": "person.xlsx#Студенты"})
    assert "no such sheet; there are: Sheet" in problem


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "a web page"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"PK\x03\x04....", "an Excel workbook"),
        (b"\xd0\xcf\x11\xe0....", "an old Excel workbook"),
        (bytes(range(256)) * 40, "no text"),
        (b"", "empty"),
        (b"\n\n\n", "not even a header"),
    ],
)
def test_a_csv_that_is_something_else_is_refused(sqlite: Database, exports: Exports, content: bytes, says: str) -> None:
    exports.path("person").write_bytes(content)
    (problem,) = refusals(sqlite, exports)
    assert problem.startswith("person.csv: ")
    assert says in problem


def test_an_xlsx_that_is_no_workbook_is_refused(sqlite: Database, exports: Exports) -> None:
    exports.path("person").rename(exports.folder / "person.xlsx")
    (problem,) = refusals(sqlite, exports)
    assert problem.startswith("person.xlsx: this is no Excel workbook")


def test_a_damaged_workbook_is_refused(sqlite: Database, exports: Exports) -> None:
    exports.as_workbook("person", exports.cells("person"))
    path = exports.folder / "person.xlsx"
    path.write_bytes(path.read_bytes()[:-2000])
    (problem,) = refusals(sqlite, exports)
    assert "person.xlsx: the workbook is damaged or cut off" in problem


def test_a_zip_that_is_no_workbook_is_refused(sqlite: Database, exports: Exports) -> None:
    exports.path("person").unlink()
    with zipfile.ZipFile(exports.folder / "person.xlsx", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    (problem,) = refusals(sqlite, exports)
    assert "person.xlsx: the workbook is damaged" in problem


def test_a_zip_bomb_is_refused_before_it_is_unpacked(sqlite: Database, exports: Exports) -> None:
    exports.path("person").unlink()
    with zipfile.ZipFile(exports.folder / "person.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (11 * 1024 * 1024))
    (problem,) = refusals(sqlite, exports, max_file_mb=1)
    assert "unpacks to 11 MB" in problem


def test_a_200_mb_file_is_refused_unread(sqlite: Database, exports: Exports, monkeypatch: pytest.MonkeyPatch) -> None:
    with exports.path("enrolment").open("r+b") as stream:
        os.ftruncate(stream.fileno(), 200 * 1024 * 1024)
    whole_open = Path.open

    def no_open(path: Path, *arguments: object, **named: object) -> object:
        assert path != exports.path("enrolment"), "the file was opened"
        return whole_open(path, *arguments, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", no_open)
    (problem,) = refusals(sqlite, exports)
    assert problem.startswith("enrolment.csv: the file has 200 MB, the limit is 100 MB")


def test_a_file_cut_off_within_a_row_is_refused(sqlite: Database, exports: Exports) -> None:
    # DOMAIN d.6 trap 17
    text = exports.path("enrolment").read_text("utf-8")
    exports.write("enrolment", text[: text.rindex("student,plt:group:501")])
    (problem,) = refusals(sqlite, exports)
    assert "enrolment.csv: the file breaks off in row 6" in problem


def test_a_file_cut_off_within_a_letter_is_refused(sqlite: Database, exports: Exports) -> None:
    whole = exports.path("person").read_bytes()
    exports.path("person").write_bytes(whole[: whole.rindex("Төлеуұлы".encode()) + 1])
    (problem,) = refusals(sqlite, exports)
    assert "damaged or cut off at byte" in problem


def test_a_file_cut_off_within_quotes_is_refused(sqlite: Database, exports: Exports) -> None:
    exports.replace("person", "Төлеуұлы", '"Төлеуұлы')
    (problem,) = refusals(sqlite, exports)
    assert "A quote is not closed" in problem


def test_a_last_line_without_newline_is_whole_when_its_cells_are(sqlite: Database, exports: Exports) -> None:
    exports.write("enrolment", exports.path("enrolment").read_text("utf-8").rstrip("\n"))
    assert load(sqlite, exports).verdict == "ok"


def test_two_files_of_one_entity_are_refused(sqlite: Database, exports: Exports) -> None:
    rows = exports.cells("person")
    exports.as_workbook("person", rows)
    exports.write("person", "sourced_id\n")
    (problem,) = refusals(sqlite, exports)
    assert "person: there are several files for it (person.csv, person.xlsx)" in problem


def test_all_refused_files_are_listed_at_once(sqlite: Database, exports: Exports) -> None:
    exports.write("person", "<html>")
    exports.path("offering").unlink()
    exports.write("enrolment", "")
    problems = refusals(sqlite, exports)
    assert [problem.split(":")[0] for problem in problems] == ["person.csv", "enrolment.csv", "offering"]


def test_a_path_that_does_not_exist_is_one_sentence(sqlite: Database, tmp_path: Path) -> None:
    with pytest.raises(RecordsError) as caught:
        check_records(sqlite, tmp_path / "absent", now=NOW)
    assert len(caught.value.problems) == 1
    assert "no such file or folder" in caught.value.problems[0]
