"""Alembic migrations of our own database. Installed as `dlt_sync.migrations`; `Database.upgrade` runs them."""
