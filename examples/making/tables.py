"""The entities as rows of text, exactly as they stand in the files. Touches nothing."""

from __future__ import annotations

Row = dict[str, str]
Tables = dict[str, list[Row]]

#: entity -> columns, in the order in which the program's own exports have them
COLUMNS: dict[str, tuple[str, ...]] = {
    "org": (
        "sourced_id", "type", "parent_id", "name_kk", "name_ru", "name_en", "doc_index", "head_id",
        "dlt_contact_id", "opened_on", "closed_on", "status",
    ),
    "person": (
        "sourced_id", "type", "family_name", "given_name", "patronymic", "iin", "username", "email",
        "preferred_language", "primary_org_id", "status",
    ),
    "employment": (
        "sourced_id", "person_id", "org_id", "position", "rate", "is_main", "begin", "end", "order_no", "status",
    ),
    "programme": (
        "sourced_id", "code", "name_kk", "name_ru", "name_en", "level", "group_code", "faculty_id",
        "distance_form_allowed", "valid_from", "valid_to", "status",
    ),
    "discipline": ("sourced_id", "code", "name_kk", "name_ru", "name_en", "kafedra_id", "ects", "status"),
    "academic_session": ("sourced_id", "type", "name", "parent_id", "begin", "end", "weeks", "status"),
    "study_cohort": (
        "sourced_id", "name", "programme_id", "study_year", "language", "adviser_id", "academic_year", "status",
    ),
    "cohort_member": (
        "sourced_id", "cohort_id", "person_id", "begin", "end", "leave_from", "leave_to", "order_no", "status",
    ),
    "offering": (
        "sourced_id", "discipline_id", "session_id", "language", "programme_id", "study_year", "kafedra_id",
        "term_no", "delivery_mode", "ects", "begin", "end", "hours_lecture", "status",
    ),
    "enrolment": (
        "sourced_id", "offering_id", "person_id", "role", "cohort_id", "begin", "end", "state", "order_no",
        "status",
    ),
    "topic": (
        "sourced_id", "offering_id", "discipline_id", "number", "kind", "title_kk", "title_ru", "title_en", "hours",
        "week_no", "requires_video", "no_video_reason", "changed_on", "status",
    ),
    "video_asset": (
        "sourced_id", "discipline_id", "kind", "language", "title", "author_ids", "kafedra_id", "recorded_on",
        "published_on", "duration_s", "url", "state", "replaces_id", "review_due_on", "shows_patient", "consent_ref",
        "captions", "status",
    ),
    "video_placement": ("sourced_id", "video_id", "topic_id", "offering_id", "status"),
    "video_request": (
        "sourced_id", "type", "discipline_id", "offering_id", "topic_id", "video_id", "language", "title", "url",
        "notes", "place", "wished", "asked_by_id", "stage", "planned_on", "specialist", "reason", "status",
    ),
}  # fmt: skip


def row(entity: str, **values: str) -> Row:
    """A row of `entity` with every column, empty where not given and `active` unless said otherwise."""
    columns = COLUMNS[entity]
    unknown = set(values) - set(columns)
    if unknown:
        raise ValueError(f"{entity} has no column {', '.join(sorted(unknown))}")
    return {column: values.get(column, "active" if column == "status" else "") for column in columns}


def find(rows: list[Row], sourced_id: str) -> Row:
    """The row with that `sourced_id`; StopIteration if there is none."""
    return next(r for r in rows if r["sourced_id"] == sourced_id)
