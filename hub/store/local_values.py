"""Slots of a shared model or design, and the values that cities fill them with.

A value is a row that never changes; a new one follows it. So nothing is ever lost, and a merge has nothing to do.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.store.accounts import User
from hub.store.base import Base, Key, Line, LongText, one_of
from hub.store.entries import Entry
from hub.store.organisations import Organisation


class SlotKind(StrEnum):
    """What sort of value a city fills in."""

    FEE = "fee"
    BY_LAW = "by_law"
    SYSTEM = "system"
    UNIT = "unit"
    DEADLINE = "deadline"
    CONTACT = "contact"
    TEXT = "text"


class Slot(Base):
    """A place in an entry that every city fills for itself, such as `{{gebuehr}}`."""

    __tablename__ = "slots"
    __table_args__ = (
        UniqueConstraint("entry_id", "name"),
        CheckConstraint(one_of("kind", SlotKind), name="kind"),
    )

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(40))
    """As it stands between the brackets."""
    kind: Mapped[str] = mapped_column(String(20))
    label: Mapped[Line]
    description: Mapped[LongText] = mapped_column(default="")
    standard: Mapped[Line] = mapped_column(default="")
    """What holds where a city has filled in nothing; may be empty."""
    unit: Mapped[str] = mapped_column(String(40), default="")
    required: Mapped[bool] = mapped_column(default=True)
    revision: Mapped[int] = mapped_column(default=1)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    updated_at: Mapped[datetime]

    entry: Mapped[Entry] = relationship()


class LocalValue(Base):
    """What one city filled into a slot; an empty value takes back what was there."""

    __tablename__ = "local_values"
    __table_args__ = (
        UniqueConstraint("slot_id", "organisation_id", "sequence"),
        CheckConstraint("sequence > 0", name="sequence_positive"),
        Index("ix_local_values_organisation_id", "organisation_id"),
    )

    id: Mapped[Key]
    slot_id: Mapped[int] = mapped_column(ForeignKey("slots.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    sequence: Mapped[int]
    """1, 2, 3 … of this city and slot; a form names the one it saw."""
    value: Mapped[LongText]
    valid_from: Mapped[date | None] = mapped_column(Date)
    """The first day it holds; from the beginning if empty."""
    legal_basis: Mapped[Line] = mapped_column(default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]

    slot: Mapped[Slot] = relationship(lazy="joined")
    organisation: Mapped[Organisation] = relationship(lazy="joined")
    author: Mapped[User | None] = relationship()
