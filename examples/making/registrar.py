"""One group of the academy as a registrar's programs export it: an old one to CSV, a new one to Excel."""

from __future__ import annotations

from pathlib import Path

from making.files import write_registrar_csv, write_workbook
from making.tables import Row, Tables

GROUP = "plt:group:514"  # taught in Russian: the names need no letter that Windows-1251 lacks

#: entity -> our column -> its heading in the export
HEADINGS = {
    "person": {
        "sourced_id": "Код",
        "type": "Тип",
        "family_name": "Фамилия",
        "given_name": "Имя",
        "patronymic": "Отчество",
        "iin": "ИИН",
        "username": "Логин",
        "email": "Эл. почта",
        "preferred_language": "Язык",
        "primary_org_id": "Код подразделения",
    },
    "study_cohort": {
        "sourced_id": "Код",
        "name": "Группа",
        "programme_id": "Код программы",
        "study_year": "Курс",
        "language": "Язык обучения",
        "adviser_id": "Код эдвайзера",
        "academic_year": "Учебный год",
    },
    "cohort_member": {
        "sourced_id": "Код",
        "cohort_id": "Код группы",
        "person_id": "Код обучающегося",
        "begin": "Дата начала",
        "end": "Дата окончания",
        "order_no": "Номер приказа",
    },
}


def write_registrar_export(folder: Path, academy: Tables) -> None:
    """Write `windows-1251/*.csv` and `excel/records.xlsx` with the same rows."""
    chosen = _rows_of_group(academy)
    for entity, rows in chosen.items():
        write_registrar_csv(folder / "windows-1251" / f"{entity}.csv", HEADINGS[entity], rows)
    sheets = {entity: (HEADINGS[entity], rows) for entity, rows in chosen.items()}
    write_workbook(folder / "excel" / "records.xlsx", sheets)


def _rows_of_group(academy: Tables) -> dict[str, list[Row]]:
    members = [m for m in academy["cohort_member"] if m["cohort_id"] == GROUP]
    people = {m["person_id"] for m in members}
    return {
        "person": [p for p in academy["person"] if p["sourced_id"] in people],
        "study_cohort": [c for c in academy["study_cohort"] if c["sourced_id"] == GROUP],
        "cohort_member": members,
    }
