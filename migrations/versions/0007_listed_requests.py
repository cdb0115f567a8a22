"""What a request's list said of it last, so that its silence undoes no decision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("video_request", sa.Column("listed", sa.JSON(), nullable=False, server_default="{}"))
