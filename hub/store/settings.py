"""What the administration of the hub sets while it runs: settings, maintenance, and the runs of the deadlines."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.store.accounts import User
from hub.store.base import Base, Key, Line, LongText


class Setting(Base):
    """A setting whose value differs from the one the program brings along."""

    __tablename__ = "hub_settings"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    revision: Mapped[int] = mapped_column(default=1)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    changed_at: Mapped[datetime]

    changed_by: Mapped[User | None] = relationship()


class Maintenance(Base):
    """There is one row while the hub is read only, none otherwise; every process asks here before it writes."""

    __tablename__ = "maintenance"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[Key]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    """When it is expected to end; None if nobody knows."""
    note: Mapped[Line] = mapped_column(default="")
    """What readers are told, besides that nothing can be saved."""
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))


class RetentionRun(Base):
    """One time the deadlines were kept: how much was deleted under which rule."""

    __tablename__ = "retention_runs"

    id: Mapped[Key]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """Rule → number of rows; rules that found nothing are left out."""
    failure: Mapped[LongText] = mapped_column(default="")
    """The kind of error that ended the run, without content; empty if it went through."""
