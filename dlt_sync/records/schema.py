"""What each entity's file holds: its columns, what each may hold, and what it refers to. Pure data.

Readers find columns by it, checks judge rows by it; a new column is one line here, one in the tables and one
in the headers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Entities that a full import may leave out; all others must be delivered.
OPTIONAL_ENTITIES = frozenset({"employment", "topic", "video_asset", "video_placement", "video_request"})

#: Entities of which there are too many to hold, and which change often.
MANY = frozenset({"enrolment", "topic", "video_asset", "video_placement", "video_request"})

#: Entities that no Moodle object is made from.
NOT_PLACED = frozenset({"video_request"})

#: What the keys begin with of records that the lists need not bring: what people ask for elsewhere, and what was
#: decided outside of the lists. A full import never counts them as absent.
UNLISTED: Mapping[str, tuple[str, ...]] = {
    "video_request": ("moodle:", "feed:", "dlt:"),
    "video_asset": ("dlt:decision:",),
    "video_placement": ("dlt:decision:",),
}

LANGUAGES = ("kk", "ru", "en")
#: Stages of a request for a video, in order; the last two end it (DOMAIN a.4).
STAGES = (
    "requested",
    "accepted",
    "scripted",
    "scheduled",
    "shot",
    "rough_cut",
    "in_review",
    "corrections",
    "approved",
    "published",
    "rejected",
    "cancelled",
)
ROLES = ("student", "teacher", "tutor", "observer")
LEVELS = ("bachelor", "integrated", "internship", "residency", "master", "phd", "college", "foundation")


def is_listed(entity: str, key: str) -> bool:
    """Whether a full import that does not bring the record says that it is no longer in force."""
    return not key.startswith(UNLISTED.get(entity, ()))


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `kind` says how a cell is read:

    text, code (look-alike letters become Latin), key, ref, refs and choices (several, separated by semicolons),
    choice, date, whole, decimal, yes_no, iin, email, username, session_name, academic_year, url (a video's address,
    in its canonical form). `most` is the greatest length of a text or the greatest number. A `soft` reference that
    leads nowhere is left out with a warning; any other sets its row aside.
    """

    name: str
    kind: str = "text"
    required: bool = False
    most: int = 255
    least: int = 0
    choices: tuple[str, ...] = ()
    refers_to: str = ""
    soft: bool = False
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Schema:
    """One entity: its columns, of which some need at least one filled, or just one, and pairs of dates in order."""

    columns: tuple[Column, ...]
    one_of: tuple[str, ...] = ()
    just_one_of: tuple[str, ...] = ()
    in_order: tuple[tuple[str, str], ...] = ()

    @property
    def by_name(self) -> Mapping[str, Column]:
        """The columns by name."""
        return {column.name: column for column in self.columns}


def _text(name: str, most: int = 255, *, required: bool = False) -> Column:
    return Column(name, most=most, required=required)


def _ref(name: str, entity: str, *, required: bool = False, soft: bool = False) -> Column:
    return Column(name, "ref", required=required, refers_to=entity, soft=soft)


def _date(name: str, *, required: bool = False) -> Column:
    return Column(name, "date", required=required)


def _choice(name: str, *choices: str, required: bool = False) -> Column:
    return Column(name, "choice", required=required, choices=choices)


def _whole(name: str, least: int, most: int, *, required: bool = False) -> Column:
    return Column(name, "whole", required=required, least=least, most=most)


_NAMES = (_text("name_kk"), _text("name_ru"), _text("name_en"))
_NAME_COLUMNS = ("name_ru", "name_kk", "name_en")
_TITLES = (_text("title_kk"), _text("title_ru"), _text("title_en"))
_TITLE_COLUMNS = ("title_ru", "title_kk", "title_en")
_STATUS = _choice("status", "active", "tobedeleted")
_BEGIN_END = (_date("begin"), _date("end"))
_LANGUAGE = _choice("language", *LANGUAGES, required=True)
_ORDER_NO = _text("order_no", 100)


def _key(most: int = 100) -> Column:
    return Column("sourced_id", "key", required=True, most=most)


SCHEMAS: Mapping[str, Schema] = {
    "org": Schema(
        (
            # A category's idnumber is the unit's key and an academic year: hence 88.
            _key(88),
            _choice("type", "academy", "faculty", "kafedra", "division", "college", required=True),
            _ref("parent_id", "org"),
            *_NAMES,
            _text("doc_index", 50),
            _ref("head_id", "person", soft=True),
            _ref("dlt_contact_id", "person", soft=True),
            _date("opened_on"),
            _date("closed_on"),
            _STATUS,
        ),
        one_of=_NAME_COLUMNS,
        in_order=(("opened_on", "closed_on"),),
    ),
    "person": Schema(
        (
            _key(),
            _choice("type", "student", "teacher", "staff", "contractor", required=True),
            _text("family_name", 100),
            _text("given_name", 100),
            _text("patronymic", 100),
            Column("iin", "iin"),
            Column("no_check_iin", "yes_no"),
            Column("username", "username", required=True, most=100, unique=True),
            Column("email", "email", most=100),
            _choice("preferred_language", *LANGUAGES),
            _ref("primary_org_id", "org", soft=True),
            _STATUS,
        ),
        one_of=("family_name", "given_name"),
    ),
    "employment": Schema(
        (
            _key(),
            _ref("person_id", "person", required=True),
            _ref("org_id", "org", required=True),
            _text("position"),
            Column("rate", "decimal", most=2),
            Column("is_main", "yes_no"),
            *_BEGIN_END,
            _ORDER_NO,
            _STATUS,
        ),
        in_order=(("begin", "end"),),
    ),
    "programme": Schema(
        (
            _key(),
            Column("code", "code", required=True, most=50, unique=True),
            *_NAMES,
            _choice("level", *LEVELS, required=True),
            Column("group_code", "code", most=50),
            _ref("faculty_id", "org"),
            Column("distance_form_allowed", "yes_no"),
            _date("valid_from"),
            _date("valid_to"),
            _STATUS,
        ),
        one_of=_NAME_COLUMNS,
        in_order=(("valid_from", "valid_to"),),
    ),
    "discipline": Schema(
        (
            _key(),
            Column("code", "code", required=True, most=50),
            *_NAMES,
            _ref("kafedra_id", "org", required=True),
            _whole("ects", 0, 300),
            _STATUS,
        ),
        one_of=_NAME_COLUMNS,
    ),
    "academic_session": Schema(
        (
            _key(),
            _choice("type", "schoolYear", "term", required=True),
            Column("name", "session_name", required=True, most=50),
            _ref("parent_id", "academic_session"),
            _date("begin", required=True),
            _date("end", required=True),
            _whole("weeks", 1, 60),
            _STATUS,
        ),
        in_order=(("begin", "end"),),
    ),
    "study_cohort": Schema(
        (
            _key(),
            _text("name", 254, required=True),
            _ref("programme_id", "programme", required=True),
            _whole("study_year", 1, 8, required=True),
            _LANGUAGE,
            _ref("adviser_id", "person", soft=True),
            Column("academic_year", "academic_year", required=True, most=9),
            _STATUS,
        )
    ),
    "cohort_member": Schema(
        (
            _key(),
            _ref("cohort_id", "study_cohort", required=True),
            _ref("person_id", "person", required=True),
            *_BEGIN_END,
            _date("leave_from"),
            _date("leave_to"),
            _ORDER_NO,
            _STATUS,
        ),
        in_order=(("begin", "end"), ("leave_from", "leave_to")),
    ),
    "offering": Schema(
        (
            _key(),
            _ref("discipline_id", "discipline", required=True),
            _ref("session_id", "academic_session", required=True),
            _LANGUAGE,
            _ref("programme_id", "programme", required=True),
            _whole("study_year", 1, 8, required=True),
            _ref("kafedra_id", "org", required=True),
            _whole("term_no", 1, 12, required=True),
            _choice("delivery_mode", "classroom", "blended", "online", "distance"),
            _whole("ects", 0, 300),
            *_BEGIN_END,
            _whole("hours_lecture", 0, 999),
            _STATUS,
        ),
        in_order=(("begin", "end"),),
    ),
    "enrolment": Schema(
        (
            _key(),
            _ref("offering_id", "offering", required=True),
            _ref("person_id", "person", required=True),
            _choice("role", *ROLES, required=True),
            _ref("cohort_id", "study_cohort"),
            *_BEGIN_END,
            _choice("state", "active", "suspended"),
            _ORDER_NO,
            _STATUS,
        ),
        in_order=(("begin", "end"),),
    ),
    "topic": Schema(
        (
            _key(),
            _ref("offering_id", "offering"),
            _ref("discipline_id", "discipline"),
            _whole("number", 1, 999, required=True),
            _choice("kind", "lecture", "practical", "lab", "srop", "sro", "other", required=True),
            *_TITLES,
            Column("hours", "decimal", most=100),
            _whole("week_no", 1, 60),
            Column("requires_video", "yes_no"),
            _text("no_video_reason"),
            _date("changed_on"),
            _STATUS,
        ),
        one_of=_TITLE_COLUMNS,
        just_one_of=("offering_id", "discipline_id"),
    ),
    "video_asset": Schema(
        (
            _key(),
            _ref("discipline_id", "discipline", required=True),
            _choice("kind", "lecture", "practical", "demo", "other", required=True),
            _LANGUAGE,
            _text("title", required=True),
            Column("author_ids", "refs", refers_to="person", soft=True, most=1000),
            _ref("kafedra_id", "org", soft=True),
            _date("recorded_on"),
            _date("published_on"),
            _whole("duration_s", 1, 86_400),
            Column("url", "url", required=True, most=1000, unique=True),
            _choice("state", "draft", "published", "stale", "withdrawn", "replaced"),
            _ref("replaces_id", "video_asset", soft=True),
            _date("review_due_on"),
            Column("shows_patient", "yes_no"),
            _text("consent_ref", 100),
            Column("captions", "choices", choices=LANGUAGES, most=20),
            _STATUS,
        ),
        in_order=(("recorded_on", "published_on"),),
    ),
    "video_placement": Schema(
        (
            _key(),
            _ref("video_id", "video_asset", required=True),
            _ref("topic_id", "topic", required=True),
            _ref("offering_id", "offering"),
            _STATUS,
        )
    ),
    "video_request": Schema(
        (
            _key(),
            _choice("type", "shooting", "suggestion", "problem", required=True),
            _ref("discipline_id", "discipline"),
            _ref("offering_id", "offering"),
            _ref("topic_id", "topic"),
            _ref("video_id", "video_asset", soft=True),
            _choice("language", *LANGUAGES),
            _text("title"),
            Column("url", "url", most=1000),
            _text("notes", 10_000),
            _text("place"),
            _text("wished"),
            _ref("asked_by_id", "person", soft=True),
            _choice("stage", *STAGES),
            _date("planned_on"),
            _text("specialist"),
            _text("reason"),
            _STATUS,
        ),
        one_of=("discipline_id", "offering_id", "topic_id"),
    ),
}

#: What a row is about besides its own key: how the other stages name it (see `kinds.academy.Academy.unknown`).
SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "enrolment": ("offering_id", "person_id"),
    "cohort_member": ("cohort_id",),
    "employment": ("person_id",),
}


def word(entity: str) -> str:
    """What a methodist calls an entity."""
    return _WORDS.get(entity, entity)


_WORDS = {
    "org": "unit",
    "academic_session": "academic session",
    "study_cohort": "academic group",
    "cohort_member": "membership",
    "video_asset": "video",
    "video_placement": "placement",
    "video_request": "request",
}
