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

    #: The academy's time zone: days begin and end by it.
    timezone: str = "Asia/Almaty"
    #: Language of category names: kk, ru or en.
    site_language: str = "ru"
    #: Levels of categories that courses are sorted into, outermost first: faculty, kafedra, academic_year, term.
    category_levels: tuple[str, ...] = ("faculty", "kafedra", "academic_year")
    #: Name of the category that removed courses are moved to.
    archive_name: str = "Архив"
    #: Full name of a course. Words in braces are filled in from the records.
    course_fullname: str = "{discipline} ({programme_code}, {study_year} курс, {academic_year}/{term})"
    #: The same for offerings in one language: kk, ru or en.
    course_fullname_by_language: Mapping[str, str] = field(
        default_factory=lambda: {
            "kk": "{discipline} ({programme_code}, {study_year}-курс, {academic_year}/{term})",
            "en": "{discipline} ({programme_code}, year {study_year}, {academic_year}/{term})",
        }
    )
    #: Short name of a course. Where two would be alike, the offering's number is added.
    course_shortname: str = "{discipline_code} {language} {academic_year}/{term} {programme_code}"
    #: Whether a new course is shown to its students.
    course_visible: bool = True
    #: Format of a new course, as Moodle names it.
    course_format: str = "topics"
    #: idnumber or shortname of a template course, by `level:<level>` or `kafedra:<sourced_id>`; kafedra wins.
    course_templates: Mapping[str, str] = field(default_factory=dict)
    #: Field of each kind, after idnumber, by which an existing object may be adopted; empty for none.
    adopt_by: Mapping[str, str] = field(default_factory=lambda: {"user": "username", "course": "shortname"})
    #: Log-in method of a new user, as Moodle names it.
    auth: str = "manual"
    #: What stands as given name of people who have a single name.
    single_name_placeholder: str = "-"
    #: Role in the records = short name of the role in Moodle.
    roles: Mapping[str, str] = field(
        default_factory=lambda: {
            "student": "student",
            "teacher": "editingteacher",
            "tutor": "teacher",
            "observer": "student",
        }
    )
    #: Name of a link to a video. Words in braces: kind and number of the topic, its title, its week, the video's own
    #: title (video). A language other than the course's is named behind it.
    video_name: str = "{kind} {number}. {title}"
    #: The same for offerings in one language: kk, ru or en.
    video_name_by_language: Mapping[str, str] = field(default_factory=dict)
    #: Which section of the course a video stands in: that of its topic's number, or of its week.
    video_section: str = "number"
    #: Days that a hidden video waits before it is deleted, once nobody wants it any more; empty: for ever.
    delete_video_after_days: int | None = 30
    #: "kind.field" -> policy, over the kind's own
    policies: Mapping[str, Policy] = field(default_factory=dict)
    #: Days that a suspended enrolment which left the records waits before it is unenrolled; empty: for ever.
    unenrol_after_days: int | None = None
