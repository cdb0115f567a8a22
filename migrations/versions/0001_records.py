"""The records, the batches they came in, and what was set aside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, those that are referred to first."""
    _import_batch()
    _academic_session()
    _import_file()
    _org()
    _quarantine()
    _discipline()
    _person()
    _programme()
    _employment()
    _offering()
    _study_cohort()
    _cohort_member()
    _enrolment()


def _import_batch() -> None:
    op.create_table(
        "import_batch",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_by", sa.String(length=255), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_import_batch"),
    )


def _academic_session() -> None:
    op.create_table(
        "academic_session",
        sa.Column("type", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("parent_id", sa.String(length=100), nullable=True),
        sa.Column("begin", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=True),
        sa.Column("sourced_id", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.number"], name="fk_academic_session_batch_id_import_batch"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["academic_session.sourced_id"],
            name="fk_academic_session_parent_id_academic_session",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("sourced_id", name="pk_academic_session"),
    )
    op.create_index("ix_academic_session_status", "academic_session", ["status"])


def _import_file() -> None:
    op.create_table(
        "import_file",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.number"], name="fk_import_file_batch_id_import_batch"),
        sa.PrimaryKeyConstraint("batch_id", "entity", name="pk_import_file"),
    )
    op.create_index("ix_import_file_sha256", "import_file", ["sha256"])


def _org() -> None:
    op.create_table(
        "org",
        sa.Column("type", sa.String(length=10), nullable=False),
        sa.Column("parent_id", sa.String(length=100), nullable=True),
        sa.Column("name_kk", sa.String(length=255), nullable=False),
        sa.Column("name_ru", sa.String(length=255), nullable=False),
        sa.Column("name_en", sa.String(length=255), nullable=False),
        sa.Column("doc_index", sa.String(length=50), nullable=False),
        sa.Column("head_id", sa.String(length=100), nullable=True),
        sa.Column("dlt_contact_id", sa.String(length=100), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("sourced_id", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.number"], name="fk_org_batch_id_import_batch"),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["org.sourced_id"], name="fk_org_parent_id_org", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("sourced_id", name="pk_org"),
    )
    op.create_index("ix_org_status", "org", ["status"])


def _quarantine() -> None:
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(length=30), nullable=False),
        sa.Column("sourced_id", sa.String(length=100), nullable=True),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("file", sa.String(length=500), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=50), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.Column("rule", sa.String(length=50), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.number"], name="fk_quarantine_batch_id_import_batch"),
        sa.PrimaryKeyConstraint("id", name="pk_quarantine"),
    )
    op.create_index("ix_quarantine_batch_id", "quarantine", ["batch_id"])
    op.create_index("ix_quarantine_object", "quarantine", ["entity", "sourced_id"])
    op.create_index("ix_quarantine_state", "quarantine", ["state", "entity"])


def _discipline() -> None:
    op.create_table(
        "discipline",
        sa.Column("code", sa.String(length=50), nullable=False),
        sa.Column("code_as_printed", sa.String(length=50), nullable=False),
        sa.Column("name_kk", sa.String(length=255), nullable=False),
        sa.Column("name_ru", sa.String(length=255), nullable=False),
        sa.Column("name_en", sa.String(length=255), nullable=False),
        sa.Column("kafedra_id", sa.String(length=100), nullable=False),
        sa.Column("ects", sa.Integer(), nullable=False),
        sa.Column("sourced_id", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.number"], name="fk_discipline_batch_id_import_batch"),
        sa.ForeignKeyConstraint(
            ["kafedra_id"],
            ["org.sourced_id"],
            name="fk_discipline_kafedra_id_org",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("sourced_id", name="pk_discipline"),
    )
    op.create_index("ix_discipline_code", "discipline", ["code"])
    op.create_index("ix_discipline_status", "discipline", ["status"])


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("type", sa.String(length=10), nullable=False),
        sa.Column("family_name", sa.String(length=100), nullable=False),
        sa.Column("given_name", sa.String(length=100), nullable=False),
        sa.Column("patronymic", sa.String(length=100), nullable=False),
        sa.Column("single_name", sa.Boolean(), nullable=False),
        sa.Column("iin_status", sa.String(length=12), nullable=False),
        sa.Column("iin_digest", sa.String(length=64), nullable=False),
        sa.Column("iin_last4", sa.String(length=4), nullable=False),
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=100), nullable=False),
        sa.Column("preferred_language", sa.String(length=2), nullable=False),
        sa.Column("primary_org_id", sa.String(length=100), nullable=True),
        sa.Column("sourced_id", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.number"], name="fk_person_batch_id_import_batch"),
        sa.ForeignKeyConstraint(
            ["primary_org_id"],
            ["org.sourced_id"],
            name="fk_person_primary_org_id_org",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("sourced_id", name="pk_person"),
    )
    op.create_index("ix_person_iin_digest", "person", ["iin_digest"])
    op.create_index("ix_person_status", "person", ["status"])
    op.create_index("ix_person_username", "person", ["username"])


def _programme() -> None:
    op.create_table(
        "programme",
        sa.Column("code", sa.String(length=50), nullable=False),
        sa.Column("code_as_printed", sa.String(length=50), nullable=False),
        sa.Column("name_kk", sa.String(length=255), nullable=False),
        sa.Column("name_ru", sa.String(length=255), nullable=False),
        sa.Column("name_en", sa.String(length=255), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("group_code", sa.String(length=50), nullable=False),
        sa.Column("faculty_id", sa.String(length=100), nullable=True),
        sa.Column("distance_form_allowed", sa.Boolean(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("sourced_id", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.number"], name="fk_programme_batch_id_import_batch"),
        sa.ForeignKeyConstraint(
            ["faculty_id"],
            ["org.sourced_id"],
            name="fk_programme_faculty_id_org",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("sourced_id", name="pk_programme"),
    )
    op.create_index("ix_programme_code", "programme", ["code"])
    op.create_index("ix_programme_status", "programme", ["status"])


def _employment() -> None:
    op.create_table(
        "employment",
        sa.Column("person_id", sa.String(length=100), nullable=False),
        sa.Column("org_id", sa.String(length=100), nullable=False),
        sa.Column("position", sa.String(length=255), nullable=False),
        sa.Column("rate", sa.Double(), nullable=True),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("begin", sa.Date(), nullable=True),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("order_no", sa.String(length=100), nullable=False),
        sa.Column("sourced_id", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.number"], name="fk_employment_batch_id_import_batch"),
        sa.ForeignKeyConstraint(
            ["org_id"], ["org.sourced_id"], name="fk_employment_org_id_org", initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.sourced_id"],
            name="fk_employment_person_id_person",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("sourced_id", name="pk_employment"),
    )
    op.create_index("ix_employment_person_id", "employment", ["person_id"])
    op.create_index("ix_employment_status", "employment", ["status"])


def _offering() -> None:
    op.create_table(
        "offering",
        sa.Column("discipline_id", sa.String(length=100), nullable=False),
        sa.Column("session_id", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("programme_id", sa.String(length=100), nullable=False),
        sa.Column("study_year", sa.Integer(), nullable=False),
        sa.Column("kafedra_id", sa.String(length=100), nullable=False),
        sa.Column("term_no", sa.Integer(), nullable=False),
        sa.Column("delivery_mode", sa.String(length=10), nullable=False),
        sa.Column("ects", sa.Integer(), nullable=False),
        sa.Column("begin", sa.Date(), nullable=True),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("sourced_id", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.number"], name="fk_offering_batch_id_import_batch"),
        sa.ForeignKeyConstraint(
            ["discipline_id"],
            ["discipline.sourced_id"],
            name="fk_offering_discipline_id_discipline",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["kafedra_id"],
            ["org.sourced_id"],
            name="fk_offering_kafedra_id_org",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.sourced_id"],
            name="fk_offering_programme_id_programme",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["academic_session.sourced_id"],
            name="fk_offering_session_id_academic_session",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("sourced_id", name="pk_offering"),
    )
    op.create_index("ix_offering_discipline_id", "offering", ["discipline_id"])
    op.create_index("ix_offering_kafedra_id", "offering", ["kafedra_id"])
    op.create_index("ix_offering_programme_id", "offering", ["programme_id"])
    op.create_index("ix_offering_session_id", "offering", ["session_id"])
    op.create_index("ix_offering_status", "offering", ["status"])


def _study_cohort() -> None:
    op.create_table(
        "study_cohort",
        sa.Column("name", sa.String(length=254), nullable=False),
        sa.Column("programme_id", sa.String(length=100), nullable=False),
        sa.Column("study_year", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("adviser_id", sa.String(length=100), nullable=True),
        sa.Column("academic_year", sa.String(length=9), nullable=False),
        sa.Column("sourced_id", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["adviser_id"],
            ["person.sourced_id"],
            name="fk_study_cohort_adviser_id_person",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.number"], name="fk_study_cohort_batch_id_import_batch"),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.sourced_id"],
            name="fk_study_cohort_programme_id_programme",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("sourced_id", name="pk_study_cohort"),
    )
    op.create_index("ix_study_cohort_status", "study_cohort", ["status"])


def _cohort_member() -> None:
    op.create_table(
        "cohort_member",
        sa.Column("cohort_id", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.String(length=100), nullable=False),
        sa.Column("begin", sa.Date(), nullable=True),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("leave_from", sa.Date(), nullable=True),
        sa.Column("leave_to", sa.Date(), nullable=True),
        sa.Column("order_no", sa.String(length=100), nullable=False),
        sa.Column("sourced_id", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.number"], name="fk_cohort_member_batch_id_import_batch"),
        sa.ForeignKeyConstraint(
            ["cohort_id"],
            ["study_cohort.sourced_id"],
            name="fk_cohort_member_cohort_id_study_cohort",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.sourced_id"],
            name="fk_cohort_member_person_id_person",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("sourced_id", name="pk_cohort_member"),
    )
    op.create_index("ix_cohort_member_cohort_id", "cohort_member", ["cohort_id"])
    op.create_index("ix_cohort_member_person_id", "cohort_member", ["person_id"])
    op.create_index("ix_cohort_member_status", "cohort_member", ["status"])


def _enrolment() -> None:
    op.create_table(
        "enrolment",
        sa.Column("offering_id", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("cohort_id", sa.String(length=100), nullable=True),
        sa.Column("begin", sa.Date(), nullable=True),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("order_no", sa.String(length=100), nullable=False),
        sa.Column("sourced_id", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.number"], name="fk_enrolment_batch_id_import_batch"),
        sa.ForeignKeyConstraint(
            ["cohort_id"],
            ["study_cohort.sourced_id"],
            name="fk_enrolment_cohort_id_study_cohort",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["offering_id"],
            ["offering.sourced_id"],
            name="fk_enrolment_offering_id_offering",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.sourced_id"],
            name="fk_enrolment_person_id_person",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("sourced_id", name="pk_enrolment"),
    )
    op.create_index("ix_enrolment_offering_id", "enrolment", ["offering_id"])
    op.create_index("ix_enrolment_person_id", "enrolment", ["person_id"])
    op.create_index("ix_enrolment_status", "enrolment", ["status"])
