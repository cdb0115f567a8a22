"""Tables of what the program did: runs, plans, batches, the append-only journal, applied state, overrides."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, Index, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column

from dlt_sync.db import Base
from dlt_sync.model import Digest


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC times on every database; refuses naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """From the database: aware UTC (SQLite drops the zone)."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Run(Base):
    """One run of `plan`, `apply` or `undo`."""

    __tablename__ = "run"

    id: Mapped[int] = mapped_column(primary_key=True)
    mode: Mapped[str] = mapped_column(String(10))  # plan | apply | undo
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verdict: Mapped[str] = mapped_column(String(10), default="running")  # running|ok|partial|refused|stopped|failed
    host: Mapped[str] = mapped_column(String(255), default="")
    run_by: Mapped[str] = mapped_column(String(255), default="")
    plan_hash: Mapped[str] = mapped_column(String(64), default="")
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    summary: Mapped[str] = mapped_column(Text, default="")
    approved_by: Mapped[str] = mapped_column(String(255), default="")
    because: Mapped[str] = mapped_column(Text, default="")
    undoes_run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # what people are told of it, by language
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when Moodle took the report


class StoredPlan(Base):
    """A plan the guard parked, or one that waits for its file to be applied. `violations` as JSON."""

    __tablename__ = "plan"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    state: Mapped[str] = mapped_column(String(12), default="parked")  # parked | applied | superseded
    content: Mapped[str] = mapped_column(Text)
    violations: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)


class SentBatch(Base):
    """A batch, written down before it is sent: a lost answer can be recalled by its id."""

    __tablename__ = "sent_batch"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    operations: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class JournalEntry(Base):
    """What became of one operation. Rows are added, never changed (a trigger refuses it)."""

    __tablename__ = "journal_entry"
    __table_args__ = (Index("ix_journal_entry_object", "kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), index=True)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(255))
    action: Mapped[str] = mapped_column(String(10))
    label: Mapped[str] = mapped_column(String(500), default="")
    unit: Mapped[str] = mapped_column(String(500), default="")
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text, default="")
    moodle_id: Mapped[int | None] = mapped_column()
    result: Mapped[str] = mapped_column(String(10))  # model.Status
    errorcode: Mapped[str] = mapped_column(String(100), default="")
    message: Mapped[str] = mapped_column(Text, default="")
    duration_ms: Mapped[int] = mapped_column(default=0)


class AppliedObject(Base):
    """What we wrote last: the third of the three states. `course_key` lets one course be read alone."""

    __tablename__ = "applied"
    __table_args__ = (Index("ix_applied_course", "kind", "course_key"),)

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    course_key: Mapped[str] = mapped_column(String(255), default="")
    moodle_id: Mapped[int] = mapped_column()
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    label: Mapped[str] = mapped_column(String(500), default="")
    unit: Mapped[str] = mapped_column(String(500), default="")
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ScopeDigest(Base):
    """What a table of digests by scope has; `scope` is a course, or "" for a whole kind."""

    __abstract__ = True

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    scope: Mapped[str] = mapped_column(String(255), primary_key=True)
    digest_count: Mapped[int] = mapped_column(BigInteger)
    digest_low: Mapped[int] = mapped_column(BigInteger)
    digest_high: Mapped[int] = mapped_column(BigInteger)

    @property
    def digest(self) -> Digest:
        """The three numbers as one."""
        return Digest(self.digest_count, self.digest_low, self.digest_high)


class SettledScope(ScopeDigest):
    """Where everything of a kind was found in order: wanted, noted as applied, and there.

    A scope is passed over as long as its `stamp` and its digest are the same. The digest is that of the applied state
    over `fields` and follows what is written there, which takes the stamp away. While Moodle holds just that, and
    `basis` is what enrolments depend on besides their rows, only what changed in the records after `batch_id`, or was
    written from run `run_id` on, can be out of order. `present` objects are there and not removed, `wanted` are in the
    records, as they were when all was in order.
    """

    __tablename__ = "settled_scope"

    stamp: Mapped[str] = mapped_column(String(64))
    basis: Mapped[str] = mapped_column(String(64), default="", server_default="")
    fields: Mapped[str] = mapped_column(String(255), default="", server_default="")
    batch_id: Mapped[int] = mapped_column(default=0, server_default="0")
    run_id: Mapped[int] = mapped_column(default=0, server_default="0")
    present: Mapped[int] = mapped_column()
    wanted: Mapped[int] = mapped_column()


class MarkedDigest(ScopeDigest):
    """A digest that Moodle computed, and the mark that the scope had just before; see docs/bridge.md."""

    __tablename__ = "marked_digest"

    mark: Mapped[str] = mapped_column(String(64))
    hashed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Override(Base):
    """A field that is left alone until a date: somebody's decision, with a name and a reason."""

    __tablename__ = "override"
    __table_args__ = (UniqueConstraint("kind", "key", "field"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(255))
    field: Mapped[str] = mapped_column(String(50))  # "*" for all
    owner: Mapped[str] = mapped_column(String(255))
    reason: Mapped[str] = mapped_column(Text)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MoodleEvent(Base):
    """What people did in Moodle, pulled from the bridge; `id` is the bridge's cursor."""

    __tablename__ = "moodle_event"
    __table_args__ = (Index("ix_moodle_event_object", "kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(50))
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(255))
    by: Mapped[str] = mapped_column(String(255), default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class ShownTopics(Base):
    """What the Videos page of a course was told last: the hash of its topics.

    In the row of the course "" stands what all lists were made of then: while it is the same, so are they.
    """

    __tablename__ = "shown_topics"

    course_key: Mapped[str] = mapped_column(String(255), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64))


class PiiAccess(Base):
    """Somebody looked at personal data or exported it (regulation, clause 7.4). Rows are added, never changed."""

    __tablename__ = "pii_access"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    who: Mapped[str] = mapped_column(String(255))
    host: Mapped[str] = mapped_column(String(255), default="", server_default="")
    command: Mapped[str] = mapped_column(String(100))
    scope: Mapped[str] = mapped_column(Text, default="", server_default="")  # what was looked at: keys, never names
    people: Mapped[int] = mapped_column(default=0, server_default="0")  # how many people's data
    why: Mapped[str] = mapped_column(Text, default="", server_default="")
