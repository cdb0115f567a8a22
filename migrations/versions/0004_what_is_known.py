"""Which digest belongs to which mark, and what a scope was in order for: what need not be looked at again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, and the columns; what was settled before is looked at once more."""
    op.execute("DELETE FROM settled_scope")
    op.add_column("settled_scope", sa.Column("basis", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("settled_scope", sa.Column("fields", sa.String(length=255), nullable=False, server_default=""))
    op.add_column("settled_scope", sa.Column("batch_id", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("settled_scope", sa.Column("run_id", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "marked_digest",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("scope", sa.String(length=255), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("digest_count", sa.BigInteger(), nullable=False),
        sa.Column("digest_low", sa.BigInteger(), nullable=False),
        sa.Column("digest_high", sa.BigInteger(), nullable=False),
        sa.Column("hashed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "scope", name="pk_marked_digest"),
    )
