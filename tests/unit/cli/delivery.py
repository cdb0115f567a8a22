"""A small delivery of the registrar's: one kafedra, one course with a teacher and three students."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "org": """\
sourced_id,type,parent_id,name_ru
plt:faculty:1,faculty,,Факультет
plt:cafedra:59,kafedra,plt:faculty:1,Гигиена
""",
    "person": """\
sourced_id,type,family_name,given_name,iin,username,email,preferred_language
plt:student:910001,student,Сағынбекқызы,Әйгерім,990214600007,s910001,s910001@academy.example,kk
plt:student:910002,student,Ыдырысов,Ғалымжан,,s910002,s910002@academy.example,kk
plt:student:910003,student,Пробнова,Мария,,s910003,s910003@academy.example,ru
plt:tutor:820001,teacher,Үлгібаев,Өскен,,t820001,t820001@academy.example,kk
""",
    "programme": """\
sourced_id,code,name_ru,level,faculty_id
plt:programme:1,6B10101,Медицина,integrated,plt:faculty:1
""",
    "discipline": """\
sourced_id,code,name_ru,kafedra_id
plt:discipline:1,GIG 3201,Гигиена,plt:cafedra:59
""",
    "academic_session": """\
sourced_id,type,name,parent_id,begin,end
plt:session:1,schoolYear,2026-2027,,2026-09-01,2027-08-31
plt:session:2,term,2026-2027/1,plt:session:1,2026-09-01,2027-01-20
""",
    "study_cohort": """\
sourced_id,name,programme_id,study_year,language,academic_year
plt:group:301,301,plt:programme:1,3,ru,2026-2027
""",
    "cohort_member": """\
sourced_id,cohort_id,person_id,begin
plt:member:1,plt:group:301,plt:student:910001,2026-09-01
plt:member:2,plt:group:301,plt:student:910002,2026-09-01
plt:member:3,plt:group:301,plt:student:910003,2026-09-01
""",
    "offering": """\
sourced_id,discipline_id,session_id,language,programme_id,study_year,kafedra_id,term_no,delivery_mode
plt:offering:17,plt:discipline:1,plt:session:2,ru,plt:programme:1,3,plt:cafedra:59,1,blended
""",
    "enrolment": """\
sourced_id,offering_id,person_id,role,cohort_id
plt:enrolment:1,plt:offering:17,plt:student:910001,student,plt:group:301
plt:enrolment:2,plt:offering:17,plt:student:910002,student,plt:group:301
plt:enrolment:3,plt:offering:17,plt:student:910003,student,plt:group:301
plt:enrolment:4,plt:offering:17,plt:tutor:820001,teacher,
""",
}


def write_delivery(folder: Path) -> Path:
    """The files in a new folder of the given one."""
    exports = folder / "exports"
    exports.mkdir()
    for entity, text in FILES.items():
        (exports / f"{entity}.csv").write_text(text, encoding="utf-8")
    return exports


def replace_in(exports: Path, entity: str, old: str, new: str) -> None:
    """Change the file of an entity."""
    file = exports / f"{entity}.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
