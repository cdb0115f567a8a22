"""Topics, videos, and which video stands at which topic."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, those that are referred to first."""
    _record("topic", _topic(), offering_id="offering", discipline_id="discipline")
    _record("video_asset", _video_asset(), discipline_id="discipline", kafedra_id="org", replaces_id="video_asset")
    _record("video_placement", (), video_id="video_asset", topic_id="topic", offering_id="offering")
    for table, column in (
        ("topic", "offering_id"),
        ("topic", "discipline_id"),
        ("video_asset", "discipline_id"),
        ("video_asset", "kafedra_id"),
        ("video_asset", "url"),
        ("video_placement", "video_id"),
        ("video_placement", "topic_id"),
        ("video_placement", "offering_id"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])


def _topic() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title_kk", sa.String(length=255), nullable=False),
        sa.Column("title_ru", sa.String(length=255), nullable=False),
        sa.Column("title_en", sa.String(length=255), nullable=False),
        sa.Column("hours", sa.Double(), nullable=True),
        sa.Column("week_no", sa.Integer(), nullable=True),
        sa.Column("requires_video", sa.Boolean(), nullable=True),
        sa.Column("no_video_reason", sa.String(length=255), nullable=False),
    )


def _video_asset() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("author_ids", sa.String(length=1000), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("duration_s", sa.Integer(), nullable=True),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("review_due_on", sa.Date(), nullable=True),
        sa.Column("shows_patient", sa.Boolean(), nullable=False),
        sa.Column("consent_ref", sa.String(length=100), nullable=False),
        sa.Column("captions", sa.String(length=20), nullable=False),
    )


#: References without which a row says nothing.
_NEEDED = {("video_asset", "discipline_id"), ("video_placement", "video_id"), ("video_placement", "topic_id")}


def _record(table: str, own: tuple[sa.Column[Any], ...], **references: str) -> None:
    """A table of records: its own columns, its references, and what all records have."""
    op.create_table(
        table,
        sa.Column("sourced_id", sa.String(length=100), nullable=False),
        *(sa.Column(column, sa.String(length=100), nullable=(table, column) not in _NEEDED) for column in references),
        *own,
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("changed_in", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.number"], name=f"fk_{table}_batch_id_import_batch"),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{target}.sourced_id"],
                name=f"fk_{table}_{column}_{target}",
                initially="DEFERRED",
                deferrable=True,
            )
            for column, target in references.items()
        ),
        sa.PrimaryKeyConstraint("sourced_id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_status", table, ["status"])
