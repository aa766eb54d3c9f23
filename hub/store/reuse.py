"""Reuse (Nachnutzung): which municipality uses which version since when."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.store.accounts import User
from hub.store.base import Base, Key, Line, LongText, one_of
from hub.store.entries import Entry, Version
from hub.store.organisations import Organisation


class ReuseState(StrEnum):
    """How far a municipality is with using a version."""

    PLANNED = "planned"
    ADAPTING = "adapting"
    LIVE = "live"
    ENDED = "ended"


class Reuse(Base):
    """One municipality's use of one version; municipalities outside of the hub are named."""

    __tablename__ = "reuses"
    __table_args__ = (
        CheckConstraint(one_of("state", ReuseState), name="state"),
        CheckConstraint("organisation_id IS NOT NULL OR name <> ''", name="somebody"),
        Index("ix_reuses_entry_id", "entry_id"),
        Index("ix_reuses_organisation_id", "organisation_id"),
    )

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[Line] = mapped_column(default="")
    """Of a municipality outside of the hub."""
    ags: Mapped[str] = mapped_column(String(8), default="")
    state: Mapped[str] = mapped_column(String(10))
    since: Mapped[date | None]
    until: Mapped[date | None]
    deviation: Mapped[LongText] = mapped_column(default="")
    contact: Mapped[Line] = mapped_column(default="")
    fork_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"))
    """The using city's own entry, if it forked."""
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    recorded_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    """Somebody of the using city; None until they did."""
    confirmed_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)

    entry: Mapped[Entry] = relationship(foreign_keys=[entry_id])
    version: Mapped[Version] = relationship()
    fork: Mapped[Entry | None] = relationship(foreign_keys=[fork_id])
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])


class ReuseMove(Base):
    """One change of a reuse's state; never changed."""

    __tablename__ = "reuse_moves"
    __table_args__ = (Index("ix_reuse_moves_reuse_id", "reuse_id", "id"),)

    id: Mapped[Key]
    reuse_id: Mapped[int] = mapped_column(ForeignKey("reuses.id", ondelete="CASCADE"))
    before: Mapped[str] = mapped_column(String(10), default="")
    after: Mapped[str] = mapped_column(String(10))
    note: Mapped[LongText] = mapped_column(default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime]
