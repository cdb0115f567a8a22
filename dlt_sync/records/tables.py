"""Tables of the records: the academy's people and studies, import batches and what was set aside.

Every record is known by its `sourced_id`, is never deleted (`status` says whether it is in force) and says in
which batch, and at which row of the file, it was last seen. References between records are checked at the end of a
transaction. `head_id` and `dlt_contact_id` point from units to people, who point to units: these two are plain.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from dlt_sync.db import Base
from dlt_sync.journal.tables import UtcDateTime

SOURCED_ID = String(100)
NAME = String(255)


def _refers_to(table: str) -> ForeignKey:
    return ForeignKey(f"{table}.sourced_id", deferrable=True, initially="DEFERRED")


class ImportBatch(Base):
    """What changed the records at once: an import that was loaded, a decision, a check of links, a feed.

    `counts` is entity → created, changed, unchanged, removed, set_aside.
    """

    __tablename__ = "import_batch"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mode: Mapped[str] = mapped_column(String(10))  # full|delta|decision|check|feed|moodle
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    run_by: Mapped[str] = mapped_column(String(255), default="")
    verdict: Mapped[str] = mapped_column(String(10))  # ok | partial: some rows were set aside
    counts: Mapped[dict[str, dict[str, int]]] = mapped_column(JSON, default=dict)


class ImportFile(Base):
    """One file (or sheet) of a batch. `rows` counts its filled rows without the header."""

    __tablename__ = "import_file"

    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.number"), primary_key=True)
    entity: Mapped[str] = mapped_column(String(30), primary_key=True)
    name: Mapped[str] = mapped_column(String(500))  # the file's name, with #Sheet for a workbook; no folder
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    rows: Mapped[int] = mapped_column()
    bytes: Mapped[int] = mapped_column()
    modified_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Quarantine(Base):
    """Why a row was set aside (`error`), or a field of it was not taken over (`warning`).

    `sourced_id` is null where the row's key could not be read. `first_seen` outlives batches: it is when this
    object first broke this rule.
    """

    __tablename__ = "quarantine"
    __table_args__ = (
        Index("ix_quarantine_object", "entity", "sourced_id"),
        Index("ix_quarantine_state", "state", "entity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.number"), index=True)
    entity: Mapped[str] = mapped_column(String(30))
    sourced_id: Mapped[str | None] = mapped_column(SOURCED_ID)
    #: What else the row was about: an enrolment's offering|person, a membership's cohort, an employment's person.
    subject: Mapped[str] = mapped_column(String(255), default="")
    file: Mapped[str] = mapped_column(String(500))
    row: Mapped[int] = mapped_column()  # as the person sees it in the spreadsheet; the header is row 1
    field: Mapped[str] = mapped_column(String(50), default="")
    value: Mapped[str] = mapped_column(String(100), default="")  # shortened; an IIN is masked
    rule: Mapped[str] = mapped_column(String(50))
    severity: Mapped[str] = mapped_column(String(10), default="error")  # error | warning
    message: Mapped[str] = mapped_column(Text)
    remedy: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default="open")  # open | resolved
    first_seen: Mapped[datetime] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Record(Base):
    """What all records have.

    `batch_id` is the batch it was last seen in, at `source_row` of the file of this entity, and `changed_in` the one
    that last changed it.
    """

    __abstract__ = True

    sourced_id: Mapped[str] = mapped_column(SOURCED_ID, primary_key=True)
    status: Mapped[str] = mapped_column(String(12), default="active", index=True)  # active | tobedeleted
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.number"))
    source_row: Mapped[int] = mapped_column(default=0)
    changed_in: Mapped[int] = mapped_column(default=0, server_default="0")
    date_last_modified: Mapped[datetime] = mapped_column(UtcDateTime)


class Org(Record):
    """A unit: academy, faculty, kafedra, division or college."""

    __tablename__ = "org"

    type: Mapped[str] = mapped_column(String(10))
    parent_id: Mapped[str | None] = mapped_column(_refers_to("org"))
    name_kk: Mapped[str] = mapped_column(NAME, default="")
    name_ru: Mapped[str] = mapped_column(NAME, default="")
    name_en: Mapped[str] = mapped_column(NAME, default="")
    doc_index: Mapped[str] = mapped_column(String(50), default="")
    head_id: Mapped[str | None] = mapped_column(SOURCED_ID)
    dlt_contact_id: Mapped[str | None] = mapped_column(SOURCED_ID)
    opened_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)


class Person(Record):
    """A learner, teacher, member of staff or contractor. The IIN itself is never here."""

    __tablename__ = "person"

    type: Mapped[str] = mapped_column(String(10))
    family_name: Mapped[str] = mapped_column(String(100))
    given_name: Mapped[str] = mapped_column(String(100), default="")
    patronymic: Mapped[str] = mapped_column(String(100), default="")
    single_name: Mapped[bool] = mapped_column(default=False)
    iin_status: Mapped[str] = mapped_column(String(12), default="absent")  # valid|absent|not_checked|invalid
    iin_digest: Mapped[str] = mapped_column(String(64), default="", index=True)  # HMAC-SHA256, hexadecimal
    iin_last4: Mapped[str] = mapped_column(String(4), default="")
    username: Mapped[str] = mapped_column(String(100), index=True)
    email: Mapped[str] = mapped_column(String(100), default="")
    preferred_language: Mapped[str] = mapped_column(String(2), default="")
    primary_org_id: Mapped[str | None] = mapped_column(_refers_to("org"))


class Employment(Record):
    """A person's post in a unit; somebody may have several."""

    __tablename__ = "employment"

    person_id: Mapped[str] = mapped_column(_refers_to("person"), index=True)
    org_id: Mapped[str] = mapped_column(_refers_to("org"))
    position: Mapped[str] = mapped_column(NAME, default="")
    rate: Mapped[float | None] = mapped_column()  # share of a full post
    is_main: Mapped[bool] = mapped_column(default=False)
    begin: Mapped[date | None] = mapped_column(Date)
    end: Mapped[date | None] = mapped_column(Date)
    order_no: Mapped[str] = mapped_column(String(100), default="")


class Programme(Record):
    """An educational programme. `code` is normalised to Latin letters; `code_as_printed` is what stood there."""

    __tablename__ = "programme"

    code: Mapped[str] = mapped_column(String(50), index=True)
    code_as_printed: Mapped[str] = mapped_column(String(50))
    name_kk: Mapped[str] = mapped_column(NAME, default="")
    name_ru: Mapped[str] = mapped_column(NAME, default="")
    name_en: Mapped[str] = mapped_column(NAME, default="")
    level: Mapped[str] = mapped_column(String(12))
    group_code: Mapped[str] = mapped_column(String(50), default="")
    faculty_id: Mapped[str | None] = mapped_column(_refers_to("org"))
    distance_form_allowed: Mapped[bool | None] = mapped_column()
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)


class Discipline(Record):
    """What is taught. Codes may repeat from kafedra to kafedra: the `sourced_id` tells them apart."""

    __tablename__ = "discipline"

    code: Mapped[str] = mapped_column(String(50), index=True)
    code_as_printed: Mapped[str] = mapped_column(String(50))
    name_kk: Mapped[str] = mapped_column(NAME, default="")
    name_ru: Mapped[str] = mapped_column(NAME, default="")
    name_en: Mapped[str] = mapped_column(NAME, default="")
    kafedra_id: Mapped[str] = mapped_column(_refers_to("org"))
    ects: Mapped[int] = mapped_column(default=0)


class AcademicSession(Record):
    """A school year (2026-2027) or a term of one (2026-2027/1)."""

    __tablename__ = "academic_session"

    type: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(50))
    parent_id: Mapped[str | None] = mapped_column(_refers_to("academic_session"))
    begin: Mapped[date] = mapped_column(Date)
    end: Mapped[date] = mapped_column(Date)
    weeks: Mapped[int | None] = mapped_column()


class StudyCohort(Record):
    """An academic group in one academic year."""

    __tablename__ = "study_cohort"

    name: Mapped[str] = mapped_column(String(254))
    programme_id: Mapped[str] = mapped_column(_refers_to("programme"))
    study_year: Mapped[int] = mapped_column()
    language: Mapped[str] = mapped_column(String(2))
    adviser_id: Mapped[str | None] = mapped_column(_refers_to("person"))
    academic_year: Mapped[str] = mapped_column(String(9))


class CohortMember(Record):
    """A learner's membership of an academic group, with a leave where there is one."""

    __tablename__ = "cohort_member"

    cohort_id: Mapped[str] = mapped_column(_refers_to("study_cohort"), index=True)
    person_id: Mapped[str] = mapped_column(_refers_to("person"), index=True)
    begin: Mapped[date | None] = mapped_column(Date)
    end: Mapped[date | None] = mapped_column(Date)
    leave_from: Mapped[date | None] = mapped_column(Date)
    leave_to: Mapped[date | None] = mapped_column(Date)
    order_no: Mapped[str] = mapped_column(String(100), default="")


class Offering(Record):
    """A discipline as it is taught: in a session, a language and a programme. One Moodle course.

    `term_no` is as the registrar gave it: 1 or 2 in the year, or absolute 1…12.
    """

    __tablename__ = "offering"

    discipline_id: Mapped[str] = mapped_column(_refers_to("discipline"), index=True)
    session_id: Mapped[str] = mapped_column(_refers_to("academic_session"), index=True)
    language: Mapped[str] = mapped_column(String(2))
    programme_id: Mapped[str] = mapped_column(_refers_to("programme"), index=True)
    study_year: Mapped[int] = mapped_column()
    kafedra_id: Mapped[str] = mapped_column(_refers_to("org"), index=True)
    term_no: Mapped[int] = mapped_column()
    delivery_mode: Mapped[str] = mapped_column(String(10), default="blended")
    ects: Mapped[int] = mapped_column(default=0)
    begin: Mapped[date | None] = mapped_column(Date)
    end: Mapped[date | None] = mapped_column(Date)
    hours_lecture: Mapped[int | None] = mapped_column()


class Enrolment(Record):
    """A person in an offering, in a role; `cohort_id` is the academic group they come with."""

    __tablename__ = "enrolment"
    # Which offerings changed is told from this index alone.
    __table_args__ = (Index("ix_enrolment_offering", "offering_id", "status", "cohort_id", "changed_in"),)

    offering_id: Mapped[str] = mapped_column(_refers_to("offering"))
    person_id: Mapped[str] = mapped_column(_refers_to("person"), index=True)
    role: Mapped[str] = mapped_column(String(10))
    cohort_id: Mapped[str | None] = mapped_column(_refers_to("study_cohort"), index=True)
    begin: Mapped[date | None] = mapped_column(Date)
    end: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), default="active")
    order_no: Mapped[str] = mapped_column(String(100), default="")


class Topic(Record):
    """A class of an offering, or of all offerings of a discipline, and whether a video is owed for it (clause 5.4).

    An offering that has topics of its own uses only these. `requires_video` is None where the records do not say: then
    a lecture owes one and nothing else does. `changed_on` is when its title last became another one.
    """

    __tablename__ = "topic"

    offering_id: Mapped[str | None] = mapped_column(_refers_to("offering"), index=True)
    discipline_id: Mapped[str | None] = mapped_column(_refers_to("discipline"), index=True)
    number: Mapped[int] = mapped_column()
    kind: Mapped[str] = mapped_column(String(10))  # lecture|practical|lab|srop|sro|other
    title_kk: Mapped[str] = mapped_column(NAME, default="")
    title_ru: Mapped[str] = mapped_column(NAME, default="")
    title_en: Mapped[str] = mapped_column(NAME, default="")
    hours: Mapped[float | None] = mapped_column()
    week_no: Mapped[int | None] = mapped_column()
    requires_video: Mapped[bool | None] = mapped_column()
    no_video_reason: Mapped[str] = mapped_column(NAME, default="")
    changed_on: Mapped[date | None] = mapped_column(Date)


class VideoAsset(Record):
    """One video, whatever addresses it has: `url` is the canonical one. It may serve many offerings.

    `moved_to` is where that address was found to lead for good (`dlt_sync.media`); no list brings it.
    """

    __tablename__ = "video_asset"

    discipline_id: Mapped[str] = mapped_column(_refers_to("discipline"), index=True)
    kind: Mapped[str] = mapped_column(String(10))  # lecture|practical|demo|other
    language: Mapped[str] = mapped_column(String(2))
    title: Mapped[str] = mapped_column(NAME)
    author_ids: Mapped[str] = mapped_column(String(1000), default="")  # sourced ids, separated by semicolons
    kafedra_id: Mapped[str | None] = mapped_column(_refers_to("org"), index=True)
    recorded_on: Mapped[date | None] = mapped_column(Date)
    published_on: Mapped[date | None] = mapped_column(Date)
    duration_s: Mapped[int | None] = mapped_column()
    url: Mapped[str] = mapped_column(String(1000), index=True)
    state: Mapped[str] = mapped_column(String(10), default="published")  # draft|published|stale|withdrawn|replaced
    replaces_id: Mapped[str | None] = mapped_column(_refers_to("video_asset"))
    review_due_on: Mapped[date | None] = mapped_column(Date)
    shows_patient: Mapped[bool] = mapped_column(default=False)
    consent_ref: Mapped[str] = mapped_column(String(100), default="")
    captions: Mapped[str] = mapped_column(String(20), default="")  # languages, separated by semicolons
    moved_to: Mapped[str] = mapped_column(String(1000), default="", server_default="")


class VideoPlacement(Record):
    """A video at a topic: in one offering, or in all that use the topic and are taught in the video's language."""

    __tablename__ = "video_placement"

    video_id: Mapped[str] = mapped_column(_refers_to("video_asset"), index=True)
    topic_id: Mapped[str] = mapped_column(_refers_to("topic"), index=True)
    offering_id: Mapped[str | None] = mapped_column(_refers_to("offering"), index=True)


class VideoRequest(Record):
    """What somebody asks for: a shooting, a video that they suggest, or that a wrong link be put right.

    It comes from the department's shooting plan, from Moodle's pages, from a feed or from the command line. `dates`
    holds the ISO date of each stage that was reached, by stage, "" where nobody knows it. `asked_by` is a person's name
    as Moodle shows it, `asked_by_id` the person's record where there is one. `listed` is what its list said last of
    stage, specialist, planned_on and reason; `shown` is the hash of what Moodle was told last.
    """

    __tablename__ = "video_request"

    type: Mapped[str] = mapped_column(String(12))  # shooting | suggestion | problem
    discipline_id: Mapped[str | None] = mapped_column(_refers_to("discipline"), index=True)
    offering_id: Mapped[str | None] = mapped_column(_refers_to("offering"), index=True)
    topic_id: Mapped[str | None] = mapped_column(_refers_to("topic"), index=True)
    video_id: Mapped[str | None] = mapped_column(_refers_to("video_asset"), index=True)
    language: Mapped[str] = mapped_column(String(2), default="")
    title: Mapped[str] = mapped_column(NAME, default="")
    url: Mapped[str] = mapped_column(String(1000), default="")
    notes: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(NAME, default="")
    wished: Mapped[str] = mapped_column(NAME, default="")  # dates the asker would like, in their words
    asked_by: Mapped[str] = mapped_column(NAME, default="")
    asked_by_id: Mapped[str | None] = mapped_column(_refers_to("person"))
    stage: Mapped[str] = mapped_column(String(12), default="requested", index=True)
    stage_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    planned_on: Mapped[date | None] = mapped_column(Date)
    specialist: Mapped[str] = mapped_column(NAME, default="")
    reason: Mapped[str] = mapped_column(NAME, default="")  # why it was rejected or cancelled
    dates: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    listed: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    shown: Mapped[str] = mapped_column(String(64), default="", server_default="")


class VideoRequestStage(Base):
    """Who brought a request to a stage, when and why. Rows are added, never changed."""

    __tablename__ = "video_request_stage"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("video_request.sourced_id"), index=True)
    stage: Mapped[str] = mapped_column(String(12))
    reached_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(NAME, default="")
    source: Mapped[str] = mapped_column(String(10))  # moodle | command | import | feed | run
    note: Mapped[str] = mapped_column(Text, default="")


class LinkCheck(Base):
    """What is known of one address: the last verdict, since when, and the failures in a row (DOMAIN d.2).

    `moved_to` is where a link leads that moved for good. `etag` and `last_modified` are for conditional requests.
    """

    __tablename__ = "link_check"

    url: Mapped[str] = mapped_column(String(1000), primary_key=True)
    host: Mapped[str] = mapped_column(NAME, index=True)
    provider: Mapped[str] = mapped_column(String(20))
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    verdict: Mapped[str] = mapped_column(String(15), index=True)
    verdict_since: Mapped[datetime] = mapped_column(UtcDateTime)
    first_failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fail_streak: Mapped[int] = mapped_column(default=0)
    last_ok_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    http_status: Mapped[int | None] = mapped_column()
    title_seen: Mapped[str] = mapped_column(NAME, default="")
    duration_seen_s: Mapped[int | None] = mapped_column()
    moved_to: Mapped[str] = mapped_column(String(1000), default="")
    detail: Mapped[str] = mapped_column(Text, default="")
    etag: Mapped[str] = mapped_column(NAME, default="")
    last_modified: Mapped[str] = mapped_column(String(100), default="")


#: The entities in the order in which they refer to each other, each with its table.
ENTITIES: dict[str, type[Record]] = {
    "org": Org,
    "person": Person,
    "employment": Employment,
    "programme": Programme,
    "discipline": Discipline,
    "academic_session": AcademicSession,
    "study_cohort": StudyCohort,
    "cohort_member": CohortMember,
    "offering": Offering,
    "enrolment": Enrolment,
    "topic": Topic,
    "video_asset": VideoAsset,
    "video_placement": VideoPlacement,
    "video_request": VideoRequest,
}
