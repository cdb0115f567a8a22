"""What a department decides about its Moodle: names, levels, roles, policies. Filled from the settings.

Pure data with the defaults that stand in the example config.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dlt_sync.model import Policy


@dataclass(frozen=True, slots=True)
class Rules:
    """The department's own choices. Templates are `str.format` texts; `names.…` fields are in the language
    of the offering (`language`) or, for categories, of the site (`site_language`)."""

    timezone: str = "Asia/Almaty"
    site_language: str = "ru"
    category_levels: tuple[str, ...] = ("faculty", "kafedra", "academic_year")
    archive_name: str = "Архив"
    course_fullname: str = "{discipline} ({programme_code}, {study_year} курс, {academic_year}/{term})"
    course_fullname_by_language: Mapping[str, str] = field(
        default_factory=lambda: {
            "kk": "{discipline} ({programme_code}, {study_year}-курс, {academic_year}/{term})",
            "en": "{discipline} ({programme_code}, year {study_year}, {academic_year}/{term})",
        }
    )
    course_shortname: str = "{discipline_code} {language} {academic_year}/{term} {programme_code}"
    course_visible: bool = True
    course_format: str = "topics"
    #: idnumber or shortname of a template course, by `level:<level>` or `kafedra:<sourced_id>`; kafedra wins.
    course_templates: Mapping[str, str] = field(default_factory=dict)
    #: field of each kind, after idnumber, by which an existing object may be adopted; "" for none.
    adopt_by: Mapping[str, str] = field(default_factory=lambda: {"user": "username", "course": "shortname"})
    auth: str = "manual"
    single_name_placeholder: str = "-"
    #: our role -> Moodle's role shortname
    roles: Mapping[str, str] = field(
        default_factory=lambda: {
            "student": "student",
            "teacher": "editingteacher",
            "tutor": "teacher",
            "observer": "student",
        }
    )
    #: "kind.field" -> policy, over the kind's own
    policies: Mapping[str, Policy] = field(default_factory=dict)
    #: days a suspended enrolment that left the records waits before it is unenrolled; None: never.
    unenrol_after_days: int | None = None
