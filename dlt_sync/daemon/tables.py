"""Tables of the daemon: who leads, and when each job ran and is due."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from dlt_sync.db import Base
from dlt_sync.journal.tables import UtcDateTime


class Lease(Base):
    """Which daemon leads, of those on one database, and when it last said so."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    holder: Mapped[str] = mapped_column(String(255))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Job(Base):
    """When a job ran last, how that went, when it is due, and whether somebody wants it now."""

    __tablename__ = "job"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    succeeded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verdict: Mapped[str] = mapped_column(String(10), default="", server_default="")
    message: Mapped[str] = mapped_column(Text, default="", server_default="")
    wanted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    wanted_by: Mapped[str] = mapped_column(String(255), default="", server_default="")
