"""Requests for videos with their stages, what the check of links found, and when a topic changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and the columns."""
    op.add_column("offering", sa.Column("hours_lecture", sa.Integer(), nullable=True))
    op.add_column("topic", sa.Column("changed_on", sa.Date(), nullable=True))
    op.add_column("video_asset", sa.Column("moved_to", sa.String(length=1000), nullable=False, server_default=""))
    _video_request()
    op.create_table(
        "video_request_stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.String(length=100), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["video_request.sourced_id"], name="fk_video_request_stage_request_id_video_request"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_video_request_stage"),
    )
    op.create_index("ix_video_request_stage_request_id", "video_request_stage", ["request_id"])
    _link_check()


def _video_request() -> None:
    references = {
        "discipline_id": "discipline",
        "offering_id": "offering",
        "topic_id": "topic",
        "video_id": "video_asset",
        "asked_by_id": "person",
    }
    op.create_table(
        "video_request",
        sa.Column("sourced_id", sa.String(length=100), nullable=False),
        sa.Column("type", sa.String(length=12), nullable=False),
        *(sa.Column(column, sa.String(length=100), nullable=True) for column in references),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=255), nullable=False),
        sa.Column("wished", sa.String(length=255), nullable=False),
        sa.Column("asked_by", sa.String(length=255), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("stage_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("specialist", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("dates", sa.JSON(), nullable=False),
        sa.Column("shown", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("changed_in", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("date_last_modified", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.number"], name="fk_video_request_batch_id_import_batch"),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{target}.sourced_id"],
                name=f"fk_video_request_{column}_{target}",
                initially="DEFERRED",
                deferrable=True,
            )
            for column, target in references.items()
        ),
        sa.PrimaryKeyConstraint("sourced_id", name="pk_video_request"),
    )
    for column in ("discipline_id", "offering_id", "topic_id", "video_id", "stage", "status"):
        op.create_index(f"ix_video_request_{column}", "video_request", [column])


def _link_check() -> None:
    op.create_table(
        "link_check",
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=15), nullable=False),
        sa.Column("verdict_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fail_streak", sa.Integer(), nullable=False),
        sa.Column("last_ok_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("title_seen", sa.String(length=255), nullable=False),
        sa.Column("duration_seen_s", sa.Integer(), nullable=True),
        sa.Column("moved_to", sa.String(length=1000), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("etag", sa.String(length=255), nullable=False),
        sa.Column("last_modified", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("url", name="pk_link_check"),
    )
    for column in ("host", "checked_at", "verdict"):
        op.create_index(f"ix_link_check_{column}", "link_check", [column])
