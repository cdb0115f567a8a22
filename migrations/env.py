"""What Alembic runs: the migrations, over the connection that `dlt_sync.db` hands it."""

from __future__ import annotations

from alembic import context

import dlt_sync.daemon.tables
import dlt_sync.journal.tables
import dlt_sync.records.tables  # noqa: F401  (both fill the metadata)
from dlt_sync.db import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
