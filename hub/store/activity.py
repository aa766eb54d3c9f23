"""What happened: one row is activity, audit entry and outbox message at once. Also mail and jobs."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.store.accounts import User
from hub.store.base import Base, Key, Line, LongText
from hub.store.organisations import Organisation


class Event(Base):
    """Something a person (or the hub itself) did; never changed."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_entry_id", "entry_id", "id"),
        Index("ix_events_organisation_id", "organisation_id", "id"),
        Index("ix_events_open", "done_at", "id"),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(40))
    """Noun and past participle, such as `version.published`."""
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    entry_id: Mapped[int | None]
    """No foreign key: the log outlives what it speaks of."""
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    happened_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    """When the worker had finished everything that follows from it."""

    actor: Mapped[User | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class Mail(Base):
    """A message waiting to be delivered; written in the transaction of its cause."""

    __tablename__ = "mails"
    __table_args__ = (Index("ix_mails_open", "sent_at", "next_try_at"),)

    id: Mapped[Key]
    recipient: Mapped[Line]
    subject: Mapped[Line]
    text: Mapped[LongText]
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    failure: Mapped[Line] = mapped_column(default="")


class Job(Base):
    """Longer work done by the worker while a page shows its progress, such as an import of many files."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state"),
        Index("ix_jobs_state", "state", "id"),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(40))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    done_count: Mapped[int] = mapped_column(default=0)
    total_count: Mapped[int] = mapped_column(default=0)
    blob_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))
    """The uploaded file to work on."""
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    report: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """One row a file: name, outcome, sentence, address of the entry."""
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    organisation: Mapped[Organisation | None] = relationship()
