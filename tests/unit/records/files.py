# ruff: noqa: E501 - the headers of the files are as long as they are
"""A tiny academy as files that a test can spoil in one line. All people are fictional, all IINs fake."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from dlt_sync.db import Database
from dlt_sync.records.importing import ImportOptions, ImportResult, Mode, import_records

NOW = datetime(2026, 11, 16, 2, 30, tzinfo=UTC)
KEY = b"0123456789abcdef0123456789abcdef"

ACADEMY = {
    "org": """sourced_id,type,parent_id,name_kk,name_ru,name_en,head_id,status
plt:academy:1,academy,,Үлгі академиясы,Примерная академия,Sample Academy,,active
plt:faculty:1,faculty,plt:academy:1,,Медицинский факультет,,,active
plt:cafedra:59,kafedra,plt:faculty:1,,Гигиена и эпидемиология,,plt:tutor:820001,active
plt:cafedra:12,kafedra,plt:faculty:1,,Морфология,,,active
""",
    "person": """sourced_id,type,family_name,given_name,patronymic,iin,username,email,preferred_language,primary_org_id,status
plt:tutor:820001,teacher,Үлгібаев,Өскен,Мысалұлы,960512500005,t820001,t820001@academy.example,kk,plt:cafedra:59,active
plt:student:910001,student,Сағынбекқызы,Әйгерім,,990214600007,s910001,s910001@academy.example,kk,plt:faculty:1,active
plt:student:910002,student,Ыдырысов,Ғалымжан,Төлеуұлы,980317500009,s910002,s910002@academy.example,kk,plt:faculty:1,active
plt:student:910004,student,RAHULTEST,,,,s910004,s910004@academy.example,en,plt:faculty:1,active
plt:student:910005,student,Ыдырысов,Ғалымжан,Төлеуұлы,930818500003,s910005,s910005@academy.example,kk,plt:faculty:1,active
""",
    "employment": """sourced_id,person_id,org_id,position,rate,is_main,begin,end,order_no,status
plt:employment:1,plt:tutor:820001,plt:cafedra:59,lecturer,0.75,1,2026-09-01,,101-ж,active
plt:employment:2,plt:tutor:820001,plt:cafedra:12,lecturer,0.25,0,2026-09-01,,102-ж,active
""",
    "programme": """sourced_id,code,name_ru,level,faculty_id,distance_form_allowed,valid_from,valid_to,status
plt:programme:1,6B10101,Общая медицина,integrated,plt:faculty:1,0,2021-09-01,,active
""",
    "discipline": """sourced_id,code,name_ru,kafedra_id,ects,status
plt:subject:302,GiE 3201,Гигиена и эпидемиология,plt:cafedra:59,4,active
plt:subject:303,GiE 3201,Гигиена (морфология),plt:cafedra:12,4,active
""",
    "academic_session": """sourced_id,type,name,parent_id,begin,end,weeks,status
plt:year:2026,schoolYear,2026-2027,,2026-09-01,2027-08-31,52,active
plt:term:2026-1,term,2026-2027/1,plt:year:2026,2026-09-01,2027-01-16,20,active
""",
    "study_cohort": """sourced_id,name,programme_id,study_year,language,adviser_id,academic_year,status
plt:group:501,ЖМ-24-01қ,plt:programme:1,3,kk,plt:tutor:820001,2026-2027,active
plt:group:502,ЖМ-24-02қ,plt:programme:1,3,kk,,2026-2027,active
""",
    "cohort_member": """sourced_id,cohort_id,person_id,begin,end,leave_from,leave_to,order_no,status
plt:member:1,plt:group:501,plt:student:910001,2026-09-01,,,,212-с,active
plt:member:2,plt:group:501,plt:student:910002,2026-09-01,,2026-10-05,2027-10-04,212-с,active
plt:member:5,plt:group:502,plt:student:910005,2026-09-01,,,,212-с,active
""",
    "offering": """sourced_id,discipline_id,session_id,language,programme_id,study_year,kafedra_id,term_no,delivery_mode,ects,begin,end,status
plt:offering:17,plt:subject:302,plt:term:2026-1,kk,plt:programme:1,3,plt:cafedra:59,5,blended,4,,,active
plt:offering:18,plt:subject:303,plt:term:2026-1,kk,plt:programme:1,3,plt:cafedra:12,6,blended,4,,,active
""",
    "enrolment": """sourced_id,offering_id,person_id,role,cohort_id,begin,end,state,order_no,status
plt:enrolment:1,plt:offering:17,plt:student:910001,student,plt:group:501,,,active,212-с,active
plt:enrolment:2,plt:offering:17,plt:student:910002,student,plt:group:501,,,active,212-с,active
plt:enrolment:3,plt:offering:17,plt:student:910005,student,plt:group:502,,,active,212-с,active
plt:enrolment:4,plt:offering:17,plt:tutor:820001,teacher,,,,active,,active
plt:enrolment:5,plt:offering:18,plt:student:910001,student,plt:group:501,,,active,212-с,active
""",
}


class Exports:
    """The files in a folder. Each change says which entity; a text that is not there is a mistake of the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for entity, text in ACADEMY.items():
            self.write(entity, text)

    def path(self, entity: str) -> Path:
        return self.folder / f"{entity}.csv"

    def write(self, entity: str, text: str, encoding: str = "utf-8") -> None:
        self.path(entity).write_bytes(text.encode(encoding))

    def replace(self, entity: str, old: str, new: str) -> None:
        text = self.path(entity).read_text("utf-8")
        assert old in text
        self.write(entity, text.replace(old, new, 1))

    def add(self, entity: str, *lines: str) -> None:
        self.write(entity, self.path(entity).read_text("utf-8") + "".join(f"{line}\n" for line in lines))

    def drop(self, entity: str, key: str) -> None:
        lines = self.path(entity).read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(f"{key},")]
        assert len(kept) < len(lines)
        self.write(entity, "".join(kept))

    def as_workbook(self, entity: str, rows: list[list[Any]], formats: dict[str, str] | None = None) -> None:
        """Deliver `entity` as XLSX instead; `formats` is cell → number format."""
        workbook = Workbook()
        sheet = workbook.active
        assert sheet is not None
        for row in rows:
            sheet.append(row)
        for cell, number_format in (formats or {}).items():
            sheet[cell].number_format = number_format
        self.path(entity).unlink()
        workbook.save(self.folder / f"{entity}.xlsx")

    def cells(self, entity: str) -> list[list[Any]]:
        return [line.split(",") for line in self.path(entity).read_text("utf-8").splitlines()]


def load(
    database: Database, exports: Exports, *, mode: Mode = "full", now: datetime = NOW, **options: Any
) -> ImportResult:
    """Import the folder. Small files lose large shares: the shrink limit is off unless the test sets it."""
    chosen: dict[str, Any] = {"shrink_limit_percent": 100, "iin_key": KEY} | options
    return import_records(
        database, exports.folder, options=ImportOptions(**chosen), mode=mode, run_by="methodist", now=now
    )


def rules(result: ImportResult) -> list[tuple[str, int, str, str]]:
    """What was set aside: entity, row, field, rule."""
    return [(problem.entity, problem.row, problem.field, problem.rule) for problem in result.problems]
