"""The daemon's lease and jobs, what people were told of runs, and who looked at personal data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, and to a run what was told of it."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("holder", sa.String(length=255), nullable=False),
        sa.Column("taken_at", moment, nullable=False),
        sa.Column("beat_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.create_table(
        "job",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("due_at", moment, nullable=True),
        sa.Column("started_at", moment, nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("succeeded_at", moment, nullable=True),
        sa.Column("verdict", sa.String(length=10), nullable=False, server_default=""),
        sa.Column("message", sa.Text(), nullable=False, server_default=""),
        sa.Column("wanted_at", moment, nullable=True),
        sa.Column("wanted_by", sa.String(length=255), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("name", name="pk_job"),
    )
    op.create_table(
        "pii_access",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("who", sa.String(length=255), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False, server_default=""),
        sa.Column("command", sa.String(length=100), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False, server_default=""),
        sa.Column("people", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("why", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_pii_access"),
    )
    op.create_index("ix_pii_access_at", "pii_access", ["at"])
    op.add_column("run", sa.Column("report", sa.JSON(), nullable=True))
    op.add_column("run", sa.Column("told_at", moment, nullable=True))
    _append_only()


def _append_only() -> None:
    """Who looked at personal data is not rewritten: a change of a row is refused by the database itself."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER pii_access_no_update BEFORE UPDATE ON pii_access "
            "BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION pii_access_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the access log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER pii_access_no_update BEFORE UPDATE ON pii_access "
        "FOR EACH ROW EXECUTE FUNCTION pii_access_refuse()"
    )
