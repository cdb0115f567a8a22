"""Where all was found in order, and which batch last changed a record: what need not be looked at again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_RECORDS = (
    "org",
    "person",
    "employment",
    "programme",
    "discipline",
    "academic_session",
    "study_cohort",
    "cohort_member",
    "offering",
    "enrolment",
)


def upgrade() -> None:
    """Add the column, the index that tells which offerings changed, and the table."""
    for table in _RECORDS:
        op.add_column(table, sa.Column("changed_in", sa.Integer(), nullable=False, server_default="0"))
        op.execute(f"UPDATE {table} SET changed_in = batch_id")  # noqa: S608 - our own table names
    op.drop_index("ix_enrolment_offering_id", "enrolment")
    op.create_index("ix_enrolment_offering", "enrolment", ["offering_id", "status", "cohort_id", "changed_in"])
    op.create_index("ix_enrolment_cohort_id", "enrolment", ["cohort_id"])
    op.create_table(
        "settled_scope",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("scope", sa.String(length=255), nullable=False),
        sa.Column("stamp", sa.String(length=64), nullable=False),
        sa.Column("digest_count", sa.BigInteger(), nullable=False),
        sa.Column("digest_low", sa.BigInteger(), nullable=False),
        sa.Column("digest_high", sa.BigInteger(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "scope", name="pk_settled_scope"),
    )
